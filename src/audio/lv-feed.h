/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One open microphone: a capture stream, who hears it, and the last moments of it for the one who
 * is next. Main thread.
 */
#pragma once

#include "audio/lv-pw-context.h"

#define LV_FEED_PAST_CHUNKS 15 /* 300 ms */

typedef struct _LvFeed LvFeed;

typedef void (*LvFeedFailed) (LvFeed *feed, const GError *error, gpointer data);

/* Running; NULL on failure: NO_AUDIO_SERVER. @failed: the stream is dead, free the feed, which may
 * be done in it. */
LvFeed *lv_feed_new (LvPwContext *context, const char *target, const char *description,
                     LvFeedFailed failed, gpointer data, GError **error);
void lv_feed_free (LvFeed *feed);

/* Chunks go to @who from now on, NULL for nobody; not owned. */
void lv_feed_set_listener (LvFeed *feed, LvCapture *who);
LvCapture *lv_feed_get_listener (LvFeed *feed);

/* Gives what was heard in the last 300 ms to the listener, who may free the feed. */
void lv_feed_replay (LvFeed *feed);
