/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The way of the model's voice to the ear: queue of what the server sent -> small ring -> data
 * thread -> device -> ear, and how far it has come. What has not been heard is kept until it has,
 * so that it can go another way when a device is lost. Clock passed in: monotonic nanoseconds. Main
 * thread; the data thread has the playout alone.
 *
 * Positions count frames pushed since creation, as in LvPlayback.
 */
#pragma once

#include "audio/lv-playout.h"
#include "base/lv-pcm-block.h"

typedef struct _LvVoice LvVoice;

/* @max_bytes: of what waits. */
LvVoice *lv_voice_new (gsize max_bytes);
void lv_voice_free (LvVoice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvVoice, lv_voice_free)

/* Owned by @self. */
LvPlayout *lv_voice_get_playout (LvVoice *self);

/* Returns how many frames, the oldest that waited, had to be dropped. */
guint64 lv_voice_push (LvVoice *self, LvPcmBlock *pcm);

/* Takes note of what the data thread did; forgets what was heard. */
void lv_voice_update (LvVoice *self, gint64 now_ns);

/* Hands over to the data thread what it has room for. */
void lv_voice_feed (LvVoice *self);

guint64 lv_voice_get_waiting (LvVoice *self); /* frames not handed over */
guint64 lv_voice_get_queued (LvVoice *self);  /* those, and those handed over but not taken */
gboolean lv_voice_is_dry (LvVoice *self);     /* all that was handed over has been taken */
gint64 lv_voice_get_end_ns (LvVoice *self);   /* when what was taken will have been heard */

guint64 lv_voice_get_pushed (LvVoice *self);
guint64 lv_voice_get_heard (LvVoice *self, gint64 now_ns);
double lv_voice_get_level (LvVoice *self, gint64 now_ns);

/* Drops what has not left for the speaker; returns the position up to which the voice was or will
 * be heard. */
guint64 lv_voice_flush (LvVoice *self);

/* Everything pushed counts as heard. */
void lv_voice_settle (LvVoice *self);

/* The device is gone, and the data thread does not run: what was not heard waits again; or nothing
 * of it is wanted any more. */
void lv_voice_recall (LvVoice *self, gint64 now_ns);
void lv_voice_drop (LvVoice *self);
