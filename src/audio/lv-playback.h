/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A sink for the model's voice: s16 mono 24 kHz, pushed faster than real time, played in real time,
 * emptied at once on barge-in. Main thread.
 *
 * Positions count frames pushed since creation. Frames that a flush threw away count as pushed and
 * as heard afterwards, so that positions never run backwards.
 *
 * Signals:
 *   "drained" ()                    the last frame pushed has been heard; not after a flush or stop
 *   "dropped" (guint64 frames)      the listener took them too late, or more waits than can be kept
 *   "failed" (const GError *error)  NO_AUDIO_SERVER; a start within LV_PW_PLAYBACK_KEEP_MS goes on
 *       where the voice broke off; without, it is "drained", and pushed audio is dropped (and
 *       counted as heard)
 */
#pragma once

#include "audio/lv-jitter.h"
#include "base/lv-error.h"
#include "base/lv-pcm-block.h"
#include "base/lv-pcm.h"

#include <gio/gio.h>

#define LV_PLAYBACK_MAX_BYTES                                                                      \
  (32 * 1024 * 1024) /* about 11 minutes; beyond it, oldest first, audio is dropped */

#define LV_TYPE_PLAYBACK (lv_playback_get_type ())
G_DECLARE_DERIVABLE_TYPE (LvPlayback, lv_playback, LV, PLAYBACK, GObject)

struct _LvPlaybackClass {
  GObjectClass parent_class;
  gboolean (*start) (LvPlayback *self, GError **error);
  void (*stop) (LvPlayback *self);
  void (*push) (LvPlayback *self, LvPcmBlock *pcm);
  void (*complete) (LvPlayback *self);                     /* NULL: of no interest */
  void (*wake) (LvPlayback *self);                         /* NULL: never asleep */
  void (*set_jitter) (LvPlayback *self, LvJitter *jitter); /* NULL: of no interest */
  guint64 (*flush) (LvPlayback *self);
  guint64 (*get_pushed) (LvPlayback *self);
  guint64 (*get_heard) (LvPlayback *self);
  double (*get_level) (LvPlayback *self);
  void (*set_held) (LvPlayback *self, gboolean held);
  void (*describe) (LvPlayback *self, GVariantDict *dict);
};

gboolean lv_playback_start (LvPlayback *self, GError **error); /* idempotent */
void lv_playback_stop (LvPlayback *self);                      /* drops what is queued */
void lv_playback_push (LvPlayback *self, LvPcmBlock *pcm);
/* All of an utterance has been pushed: what comes next is another one. */
void lv_playback_complete (LvPlayback *self);
/* Voice is to be expected soon: the device comes up now, so that it takes no time then. */
void lv_playback_wake (LvPlayback *self);
/* What is known of the server's haste, from the conversation before; takes a reference. */
void lv_playback_set_jitter (LvPlayback *self, LvJitter *jitter);
/* Silence within one graph cycle and a fade of 2 ms. Returns the position up to which the user
 * heard the voice: frames that have left for the speaker cannot be called back and belong to it. */
guint64 lv_playback_flush (LvPlayback *self);
guint64 lv_playback_get_pushed (LvPlayback *self);
guint64 lv_playback_get_heard (LvPlayback *self);
double lv_playback_get_level (LvPlayback *self); /* RMS of what is playing, 0..1 */
/* Held: the voice stands still within one graph cycle, faded out in 2 ms, and so does the position
 * heard once what has left for the speaker is over; what is pushed waits. Released: it goes on at
 * that very frame. A flush while held is one. Idempotent; off at first and after a stop. */
void lv_playback_set_held (LvPlayback *self, gboolean held);
/* Adds what a person who looks for a fault wants to know: queued-ms u (what waits), preroll-ms u
 * (what waits before an utterance begins), underruns t and dropped t (frames; both since creation),
 * delay-ms u (from us to the ear). */
void lv_playback_describe (LvPlayback *self, GVariantDict *dict);

/* For subclasses. */
void lv_playback_emit_drained (LvPlayback *self);
void lv_playback_emit_dropped (LvPlayback *self, guint64 n_frames);
void lv_playback_emit_failed (LvPlayback *self, const GError *error);
