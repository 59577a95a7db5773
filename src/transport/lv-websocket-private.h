/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The times of a LvWebsocket, for tests that cannot wait for the real ones. Main thread.
 */
#pragma once

#include "transport/lv-websocket.h"

typedef struct {
  guint connect_timeout_ms;
  guint close_timeout_ms;
  guint ping_interval_s;
  guint silence_ms; /* without a frame and without a pong: lost */
  guint probe_ms;
} LvWebsocketTimes;

/* Before lv_websocket_open(). */
void lv_websocket_set_times (LvWebsocket *self, const LvWebsocketTimes *times);
