/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * org.freedesktop.LogControl1, so that "systemctl --user service-log-level livevoiced.service
 * debug" works while a conversation is running. Source: org.freedesktop.LogControl1(5). Main
 * thread.
 */
#pragma once

#include <gio/gio.h>

#define LV_LOG_CONTROL_PATH "/org/freedesktop/LogControl1"

/* Exports the object for as long as @connection lives. */
gboolean lv_log_control_export (GDBusConnection *connection, GError **error);
