/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The model's voice into a socket that an application reads from, in place of a speaker. It goes
 * out as fast as the reader takes it, but counts as heard no sooner than it would have been played:
 * who takes it at once is believed to play it. A reader that stays behind that clock loses the
 * oldest frames. Main thread; never blocks.
 */
#pragma once

#include "audio/lv-playback.h"

#define LV_FD_PLAYBACK_LATE_MS 2000 /* as late as a reader may be */

#define LV_TYPE_FD_PLAYBACK (lv_fd_playback_get_type ())
G_DECLARE_FINAL_TYPE (LvFdPlayback, lv_fd_playback, LV, FD_PLAYBACK, LvPlayback)

/* Nobody reads yet: what is pushed is lost, and counts as heard. */
LvPlayback *lv_fd_playback_new (void);

/* From now on s16le mono at @rate goes to @fd, a stream socket, which is taken; the one before is
 * closed. */
void lv_fd_playback_set_fd (LvFdPlayback *self, int fd, guint rate);
