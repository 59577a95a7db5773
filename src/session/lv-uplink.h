/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Between microphone and socket: a bounded queue of 20 ms chunks and of the marks that belong
 * between them (activity start and end, end of stream). Keeps a pre-roll while the link is not
 * open, holds when the peer does not keep up, and drops audio, counted, beyond its bound: the
 * oldest in which nobody speaks, so that words outlast a long silence, and where there is none the
 * oldest. Marks are never lost and never doubled on one connection. What has been sent is kept for
 * a while too: a connection that breaks may have lost it. Pure, the clock is passed in (monotonic
 * microseconds). Main thread; never blocks, never grows.
 */
#pragma once

#include "base/lv-enums.h"
#include "base/lv-pcm.h"

#define LV_UPLINK_HOLD_MS 3000   /* audio kept at most, also while connecting */
#define LV_UPLINK_REPLAY_MS 3000 /* audio kept at most after it was sent */
#define LV_UPLINK_FRESH_MS 1000  /* silence from longer ago is not sent before the first word */
#define LV_UPLINK_PREROLL_MS 300 /* before push to talk was pressed, or speech was known as such */
#define LV_UPLINK_STALE_MS 10000 /* what was said longer ago is not sent any more */
#define LV_UPLINK_MARGIN_MS 200  /* around words, kept like them */
#define LV_UPLINK_GAP_MS 1000    /* a microphone silent for longer has ended its stream */
#define LV_UPLINK_MAX_CHUNKS (LV_UPLINK_HOLD_MS / LV_CHUNK_MS)
#define LV_UPLINK_REPLAY_CHUNKS (LV_UPLINK_REPLAY_MS / LV_CHUNK_MS)
#define LV_UPLINK_PREROLL_CHUNKS (LV_UPLINK_PREROLL_MS / LV_CHUNK_MS)

typedef enum {
  LV_UPLINK_AUDIO,
  LV_UPLINK_ACTIVITY_START,
  LV_UPLINK_ACTIVITY_END,
  LV_UPLINK_STREAM_END,
} LvUplinkKind;

typedef struct {
  LvUplinkKind kind;
  gint64 time_us;
  guint n_samples; /* AUDIO */
  float level;     /* AUDIO, RMS */
  gint16 samples[LV_CHUNK_FRAMES];
} LvUplinkItem;

typedef struct _LvUplink LvUplink;

/* AUTO: all audio goes out, gaps end the stream. MANUAL and LOCAL: audio goes out between start and
 * stop of talking. */
LvUplink *lv_uplink_new (LvTurnDetection detection);
void lv_uplink_free (LvUplink *uplink);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvUplink, lv_uplink_free)

/* One chunk from the microphone, at most LV_CHUNK_FRAMES samples. */
void lv_uplink_push (LvUplink *uplink, const gint16 *samples, guint n_samples, gint64 now_us);

/* The link opened (a new connection, which knows nothing of the last one) or went away. On opening,
 * audio older than LV_UPLINK_STALE_MS is dropped, and silence of more than LV_UPLINK_FRESH_MS; on
 * closing, an activity that the old connection knew of is announced again. */
void lv_uplink_set_open (LvUplink *uplink, gboolean open, gint64 now_us);

/* The peer has understood what was sent so far. */
void lv_uplink_confirm (LvUplink *uplink);
/* Before the link is told to be gone: what was heard since @since_us, was sent and not confirmed
 * is to be sent again, before what waits. Returns how many chunks that are. */
guint lv_uplink_recall (LvUplink *uplink, gint64 since_us, gint64 now_us);

/* Push to talk, or speech heard here; not in AUTO mode. Both idempotent. */
void lv_uplink_start_talking (LvUplink *uplink, gint64 now_us);
void lv_uplink_stop_talking (LvUplink *uplink, gint64 now_us);
gboolean lv_uplink_is_talking (LvUplink *uplink);

/* An activity without words: in MANUAL and LOCAL mode the way to interrupt the model. Nothing while
 * talking. */
void lv_uplink_poke (LvUplink *uplink, gint64 now_us);

/* The microphone was closed on purpose (mute) or failed. */
void lv_uplink_pause (LvUplink *uplink, gint64 now_us);

/* Call about once a second while the microphone should run: notices a gap. */
void lv_uplink_tick (LvUplink *uplink, gint64 now_us);

/* The next item to send, into *@ret_item; FALSE when there is none or the link is not open. */
gboolean lv_uplink_pop (LvUplink *uplink, LvUplinkItem *ret_item);

guint lv_uplink_get_length (LvUplink *uplink);    /* items waiting, pre-roll not counted */
guint64 lv_uplink_get_dropped (LvUplink *uplink); /* chunks since creation */
guint64 lv_uplink_get_lost (LvUplink *uplink);    /* those of them that may have been words */
