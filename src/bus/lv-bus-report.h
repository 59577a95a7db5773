/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A report of the flight recorder on its way to the descriptor of who asked for it. Redacting takes
 * a while and a descriptor may block, so both happen on a thread of their own. Main thread.
 */
#pragma once

#include "session/lv-recorder.h"

#define LV_BUS_REPORT_TIMEOUT_MS 10000 /* a reader that takes nothing for so long */

/* @recording and @fd are taken; a file, a pipe or a socket. */
void lv_bus_report_write_async (LvRecording *recording, int fd, GAsyncReadyCallback callback,
                                gpointer user_data);

/* What Media.WriteReport() answers, a{sv}. INVALID_ARGS (what the descriptor is, or that it
 * cannot be written), TIMEOUT. */
GVariant *lv_bus_report_write_finish (GAsyncResult *result, GError **error);
