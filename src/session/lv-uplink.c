/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-uplink.h"

#include "session/lv-loudness.h"

#include <string.h>

#define MARGIN_CHUNKS (LV_UPLINK_MARGIN_MS / LV_CHUNK_MS)

struct _LvUplink {
  LvTurnDetection detection;
  gboolean open;
  gboolean talking;
  gboolean activity_sent; /* this connection has seen a start without its end */
  gboolean stream_sent;   /* this connection has seen audio without its end */
  gint64 last_audio_us;
  guint64 dropped;
  guint64 lost;
  guint n_chunks;   /* audio among the items */
  guint n_recalled; /* of them, at most */

  GQueue items;   /* LvUplinkItem, owned */
  GQueue preroll; /* LvUplinkItem, owned: not AUTO, not talking */
  GQueue sent;    /* LvUplinkItem, owned: audio, not confirmed */
};

LvUplink *
lv_uplink_new (LvTurnDetection detection)
{
  LvUplink *uplink = g_new0 (LvUplink, 1);

  uplink->detection = detection;
  g_queue_init (&uplink->items);
  g_queue_init (&uplink->preroll);
  g_queue_init (&uplink->sent);
  return uplink;
}

void
lv_uplink_free (LvUplink *uplink)
{
  g_queue_clear_full (&uplink->items, g_free);
  g_queue_clear_full (&uplink->preroll, g_free);
  g_queue_clear_full (&uplink->sent, g_free);
  g_free (uplink);
}

static gboolean
is_kind (GList *link, LvUplinkKind kind)
{
  return link != NULL && ((LvUplinkItem *) link->data)->kind == kind;
}

static void
remove_item (LvUplink *uplink, GList *link)
{
  uplink->n_chunks -= is_kind (link, LV_UPLINK_AUDIO);
  g_free (link->data);
  g_queue_delete_link (&uplink->items, link);
}

/* Marks that lost all audio between them say nothing. */
static void
remove_empty_span (LvUplink *uplink, GList *end)
{
  if (is_kind (end, LV_UPLINK_ACTIVITY_END) && is_kind (end->prev, LV_UPLINK_ACTIVITY_START))
    remove_item (uplink, end->prev);
  else if (!is_kind (end, LV_UPLINK_STREAM_END) || !is_kind (end->prev, LV_UPLINK_STREAM_END))
    return;
  remove_item (uplink, end);
}

static void
drop_chunk (LvUplink *uplink, GList *link)
{
  GList *next = link->next;

  remove_item (uplink, link);
  remove_empty_span (uplink, next);
  uplink->dropped++;
}

/* @link itself, or the first chunk after it; NULL. */
static GList *
find_chunk (GList *link)
{
  while (link != NULL && !is_kind (link, LV_UPLINK_AUDIO))
    link = link->next;
  return link;
}

static float
get_level (GList *link)
{
  return ((LvUplinkItem *) link->data)->level;
}

/* Of a pause the quietest moment tells what the room sounds like. */
static float
get_word_level (LvUplink *uplink)
{
  float quietest = 1.0f;

  for (GList *link = find_chunk (uplink->items.head); link != NULL; link = find_chunk (link->next))
    quietest = MIN (quietest, get_level (link));
  return MAX (LV_LOUDNESS_MIN, quietest * LV_LOUDNESS_RATIO);
}

/* The oldest chunk with no word next to it; NULL when there is none. What comes after the last
 * chunk may be one. */
static GList *
find_silence (LvUplink *uplink)
{
  float word_level = get_word_level (uplink);
  GList *candidate = NULL;
  guint n_quiet = MARGIN_CHUNKS; /* before the first one */

  for (GList *link = find_chunk (uplink->items.head); link != NULL; link = find_chunk (link->next))
    {
      n_quiet = get_level (link) < word_level ? n_quiet + 1 : 0;
      if (n_quiet == MARGIN_CHUNKS + 1)
        candidate = link;
      if (n_quiet > 2 * MARGIN_CHUNKS)
        return candidate;
    }
  return NULL;
}

static void
make_room (LvUplink *uplink)
{
  GList *silence = find_silence (uplink);

  uplink->lost += silence == NULL;
  drop_chunk (uplink, silence != NULL ? silence : find_chunk (uplink->items.head));
}

static LvUplinkItem *
item_new (LvUplinkKind kind, gint64 now_us)
{
  LvUplinkItem *item = g_new (LvUplinkItem, 1);

  item->kind = kind;
  item->time_us = now_us;
  item->n_samples = 0;
  return item;
}

static void
enqueue_mark (LvUplink *uplink, LvUplinkKind kind, gint64 now_us)
{
  g_queue_push_tail (&uplink->items, item_new (kind, now_us));
}

static void
enqueue_audio (LvUplink *uplink, LvUplinkItem *item)
{
  g_queue_push_tail (&uplink->items, item);
  uplink->n_chunks++;
  if (uplink->n_chunks > LV_UPLINK_MAX_CHUNKS + uplink->n_recalled)
    make_room (uplink);
}

static void
keep_preroll (LvUplink *uplink, LvUplinkItem *item)
{
  g_queue_push_tail (&uplink->preroll, item);
  if (uplink->preroll.length > LV_UPLINK_PREROLL_CHUNKS)
    g_free (g_queue_pop_head (&uplink->preroll));
}

void
lv_uplink_push (LvUplink *uplink, const gint16 *samples, guint n_samples, gint64 now_us)
{
  LvUplinkItem *item;

  g_return_if_fail (n_samples <= LV_CHUNK_FRAMES);

  lv_uplink_tick (uplink, now_us);
  item = item_new (LV_UPLINK_AUDIO, now_us);
  item->n_samples = n_samples;
  item->level = (float) lv_pcm_rms (samples, n_samples);
  memcpy (item->samples, samples, n_samples * sizeof *samples);

  if (uplink->detection != LV_TURN_DETECTION_AUTO && !uplink->talking)
    keep_preroll (uplink, item);
  else
    enqueue_audio (uplink, item);
  uplink->last_audio_us = now_us;
}

static void
drop_stale_audio (LvUplink *uplink, gint64 now_us)
{
  gint64 oldest_us = now_us - LV_UPLINK_STALE_MS * 1000;
  GList *link;

  while ((link = find_chunk (uplink->items.head)) != NULL &&
         ((LvUplinkItem *) link->data)->time_us < oldest_us)
    {
      drop_chunk (uplink, link);
      uplink->lost++;
    }
}

/* Pauses between words stay as they are; what comes before the first one tells nothing. */
static void
drop_stale_silence (LvUplink *uplink, gint64 now_us)
{
  gint64 oldest_us = now_us - LV_UPLINK_FRESH_MS * 1000;
  GList *first;

  while ((first = find_chunk (uplink->items.head)) != NULL && find_silence (uplink) == first &&
         ((LvUplinkItem *) first->data)->time_us < oldest_us)
    drop_chunk (uplink, first);
}

void
lv_uplink_confirm (LvUplink *uplink)
{
  g_queue_clear_full (&uplink->sent, g_free);
}

/* What ended what is recalled; the connection that comes has not seen it. */
static void
recall_end (LvUplink *uplink, gint64 now_us)
{
  if (uplink->detection != LV_TURN_DETECTION_AUTO && !uplink->activity_sent)
    g_queue_push_head (&uplink->items, item_new (LV_UPLINK_ACTIVITY_END, now_us));
  else if (uplink->detection == LV_TURN_DETECTION_AUTO && !uplink->stream_sent)
    g_queue_push_head (&uplink->items, item_new (LV_UPLINK_STREAM_END, now_us));
}

guint
lv_uplink_recall (LvUplink *uplink, gint64 since_us, gint64 now_us)
{
  LvUplinkItem *newest = g_queue_peek_tail (&uplink->sent);
  guint n = 0;

  if (!uplink->open || newest == NULL || newest->time_us < since_us)
    return 0;
  recall_end (uplink, now_us);
  while ((newest = g_queue_peek_tail (&uplink->sent)) != NULL && newest->time_us >= since_us)
    {
      g_queue_push_head (&uplink->items, g_queue_pop_tail (&uplink->sent));
      n++;
    }
  if (uplink->detection != LV_TURN_DETECTION_AUTO)
    uplink->activity_sent = TRUE; /* so that it is announced again */
  uplink->n_chunks += n;
  uplink->n_recalled = n;
  return n;
}

void
lv_uplink_set_open (LvUplink *uplink, gboolean open, gint64 now_us)
{
  if (uplink->open == open)
    return;
  uplink->open = open;
  lv_uplink_confirm (uplink); /* what was sent over the last one is of no use any more */
  if (open)
    {
      drop_stale_audio (uplink, now_us);
      drop_stale_silence (uplink, now_us);
      uplink->n_recalled = 0;
    }
  else if (uplink->activity_sent)
    g_queue_push_head (&uplink->items, item_new (LV_UPLINK_ACTIVITY_START, now_us));
  uplink->activity_sent = FALSE;
  uplink->stream_sent = FALSE;
}

void
lv_uplink_start_talking (LvUplink *uplink, gint64 now_us)
{
  LvUplinkItem *item;

  g_return_if_fail (uplink->detection != LV_TURN_DETECTION_AUTO);

  if (uplink->talking)
    return;
  uplink->talking = TRUE;
  enqueue_mark (uplink, LV_UPLINK_ACTIVITY_START, now_us);
  while ((item = g_queue_pop_head (&uplink->preroll)) != NULL)
    enqueue_audio (uplink, item);
}

void
lv_uplink_stop_talking (LvUplink *uplink, gint64 now_us)
{
  if (!uplink->talking)
    return;
  uplink->talking = FALSE;
  enqueue_mark (uplink, LV_UPLINK_ACTIVITY_END, now_us);
  remove_empty_span (uplink, uplink->items.tail);
}

gboolean
lv_uplink_is_talking (LvUplink *uplink)
{
  return uplink->talking;
}

void
lv_uplink_poke (LvUplink *uplink, gint64 now_us)
{
  if (uplink->talking)
    return;
  enqueue_mark (uplink, LV_UPLINK_ACTIVITY_START, now_us);
  enqueue_mark (uplink, LV_UPLINK_ACTIVITY_END, now_us);
}

/* Only a stream that the connection has seen, or is about to see, has an end. */
static void
end_stream (LvUplink *uplink, gint64 now_us)
{
  if (uplink->detection == LV_TURN_DETECTION_AUTO &&
      (is_kind (uplink->items.tail, LV_UPLINK_AUDIO) ||
       (uplink->stream_sent && uplink->items.tail == NULL)))
    enqueue_mark (uplink, LV_UPLINK_STREAM_END, now_us);
}

void
lv_uplink_pause (LvUplink *uplink, gint64 now_us)
{
  g_queue_clear_full (&uplink->preroll, g_free);
  lv_uplink_stop_talking (uplink, now_us);
  end_stream (uplink, now_us);
}

void
lv_uplink_tick (LvUplink *uplink, gint64 now_us)
{
  if (now_us - uplink->last_audio_us > LV_UPLINK_GAP_MS * 1000)
    end_stream (uplink, now_us);
}

/* What the connection knows after @kind; FALSE when it would make no sense to it. */
static gboolean
note_sent (LvUplink *uplink, LvUplinkKind kind)
{
  gboolean makes_sense = kind != LV_UPLINK_STREAM_END || uplink->stream_sent;

  if (kind == LV_UPLINK_AUDIO || kind == LV_UPLINK_STREAM_END)
    uplink->stream_sent = kind == LV_UPLINK_AUDIO;
  else
    uplink->activity_sent = kind == LV_UPLINK_ACTIVITY_START;
  return makes_sense;
}

static void
keep_sent (LvUplink *uplink, LvUplinkItem *item)
{
  g_queue_push_tail (&uplink->sent, item);
  if (uplink->sent.length > LV_UPLINK_REPLAY_CHUNKS)
    g_free (g_queue_pop_head (&uplink->sent));
}

gboolean
lv_uplink_pop (LvUplink *uplink, LvUplinkItem *ret_item)
{
  gboolean found = FALSE;

  while (uplink->open && uplink->items.head != NULL && !found)
    {
      LvUplinkItem *item = g_queue_pop_head (&uplink->items);

      *ret_item = *item;
      found = note_sent (uplink, item->kind);
      if (item->kind != LV_UPLINK_AUDIO)
        {
          g_free (item);
          continue;
        }
      uplink->n_chunks--;
      keep_sent (uplink, item);
    }
  return found;
}

guint
lv_uplink_get_length (LvUplink *uplink)
{
  return uplink->items.length;
}

guint64
lv_uplink_get_dropped (LvUplink *uplink)
{
  return uplink->dropped;
}

guint64
lv_uplink_get_lost (LvUplink *uplink)
{
  return uplink->lost;
}
