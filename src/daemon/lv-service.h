/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the service manager is told: READY, STATUS, STOPPING, RELOADING, and the watchdog, which the
 * main loop feeds while a conversation is running and which is switched off at rest, so that an
 * idle daemon never wakes up. Everything is a no-op when no service manager listens. Main thread.
 */
#pragma once

#include <glib-object.h>

#define LV_TYPE_SERVICE (lv_service_get_type ())
G_DECLARE_FINAL_TYPE (LvService, lv_service, LV, SERVICE, GObject)

/* Reads $NOTIFY_SOCKET and $WATCHDOG_USEC. The watchdog is off until lv_service_set_busy(). */
LvService *lv_service_new (void);

/* The bus name is owned: requests are answered from now on. */
void lv_service_ready (LvService *self);
/* One line for systemctl status; never holds what was said. */
void lv_service_set_status (LvService *self, const char *status);
void lv_service_stopping (LvService *self);

/* @busy: a conversation is running, a main loop that hangs must be noticed. */
void lv_service_set_busy (LvService *self, gboolean busy);
