/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the user says, out of a socket that an application writes to, in place of a microphone.
 * Reads two seconds ahead of time at most and lets the writer wait beyond that, so that a recording
 * written in one go arrives as if it were spoken; while stopped, what is written is thrown away.
 * Main thread; never blocks.
 */
#pragma once

#include "audio/lv-capture.h"

#define LV_FD_CAPTURE_AHEAD_MS 2000

#define LV_TYPE_FD_CAPTURE (lv_fd_capture_get_type ())
G_DECLARE_FINAL_TYPE (LvFdCapture, lv_fd_capture, LV, FD_CAPTURE, LvCapture)

/* Nobody writes yet: silence. */
LvCapture *lv_fd_capture_new (void);

/* From now on s16le mono at @rate comes from @fd, a stream socket, which is taken; the one before
 * is closed. At its end there is silence again. */
void lv_fd_capture_set_fd (LvFdCapture *self, int fd, guint rate);
