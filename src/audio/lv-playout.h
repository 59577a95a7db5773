/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the main thread hands the voice to PipeWire's data thread: a ring of frames one way, a
 * record of what was played when the other way. It decides what the end of the voice sounds like,
 * wherever it is cut off (a flush, a hold, a ring that ran dry): the voice rings down for 2 ms in
 * the direction it was going, and rises in the same way to where it goes on. So no frame of the
 * voice itself is changed, left out or played twice, and there is no click. Only the data thread
 * moves the ring's read index.
 *
 * Frames are counted from creation, as they go through the ring ("index"). Functions ending in _rt
 * belong to the data thread: wait-free, no allocation, no lock, no system call. The others belong
 * to the main thread.
 */
#pragma once

#include <glib.h>

#define LV_PLAYOUT_RING_FRAMES 8192 /* 341 ms at 24 kHz: bridges a busy main loop */
#define LV_PLAYOUT_LOW_FRAMES 4096  /* the main thread is woken when the ring falls below */
#define LV_PLAYOUT_FADE_FRAMES 48   /* 2 ms: no click, and silence within a graph cycle and 5 ms */
#define LV_PLAYOUT_SOFT 160         /* -46 dB: what starts as softly needs no time to rise to */
#define LV_PLAYOUT_MAX_SPANS 512    /* cycles that the main thread may lag behind, a power of two */

/* Frames that went to the speaker without a pause between them. */
typedef struct {
  gint64 at_ns;  /* monotonic time at which the first of them can be heard */
  guint64 index; /* of the first frame */
  guint32 n_frames;
  float energy; /* mean square of the frames, 0..1 */
} LvPlayoutSpan;

typedef struct _LvPlayout LvPlayout;

LvPlayout *lv_playout_new (void);
void lv_playout_free (LvPlayout *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPlayout, lv_playout_free)

/* Frames written since creation: the index of the next one. */
guint64 lv_playout_get_written (LvPlayout *self);

/* Frames that the data thread has taken, played or thrown away; spans up to here can be had. */
guint64 lv_playout_get_taken (LvPlayout *self);

/* Writes as many of @n_frames as there is room for; returns how many. */
guint lv_playout_write (LvPlayout *self, const gint16 *frames, guint n_frames);

/* Silences what has been written so far. Returns the index up to which frames have left for the
 * speaker and cannot be called back. */
guint64 lv_playout_flush (LvPlayout *self);

/* While held the voice stands still: it fades out in the next cycle and goes on at that frame.
 * A flush ends no hold. */
void lv_playout_set_held (LvPlayout *self, gboolean held);

/* @n_frames of silence before the next voice that follows silence, for a device that has to come
 * up; counted from the first cycle on. 0 takes it back. */
void lv_playout_prime (LvPlayout *self, guint n_frames);

/* Forgets what waits, without a fade. Only while the data thread does not run. */
void lv_playout_reset (LvPlayout *self);

/* Gets the oldest span not yet taken; FALSE when there is none. */
gboolean lv_playout_take_span (LvPlayout *self, LvPlayoutSpan *ret_span);

/* Fills @frames with the voice, then with silence. @at_ns: when the first of them can be heard.
 * Returns TRUE when the main thread should be woken: to write more, or because the last frame
 * has left. */
gboolean lv_playout_fill_rt (LvPlayout *self, gint16 *frames, guint n_frames, gint64 at_ns);
