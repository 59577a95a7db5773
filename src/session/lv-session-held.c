/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What must not get lost while the link is down: texts and the results of tools wait here, and
 * those that went out last are kept until the server has said something, because a connection that
 * breaks may have lost them. Main thread.
 */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "protocol/lv-encode.h"
#include "protocol/lv-tool-note.h"

static void
held_frame_free (LvHeldFrame *held)
{
  g_bytes_unref (held->frame);
  g_clear_pointer (&held->results, g_ptr_array_unref);
  g_free (held);
}

static void
drop_unanswered (LvSession *self)
{
  LvHeldFrame *held = g_queue_pop_head (&self->unanswered);

  self->unanswered_bytes -= g_bytes_get_size (held->frame);
  held_frame_free (held);
}

/* Once more is enough: it may be what the server breaks on. */
static void
keep_sent (LvSession *self, LvHeldFrame *held)
{
  if (held->again || (held->item == 0 && held->results == NULL))
    {
      held_frame_free (held);
      return;
    }
  g_queue_push_tail (&self->unanswered, held);
  self->unanswered_bytes += g_bytes_get_size (held->frame);
  while (self->unanswered_bytes > LV_HELD_MAX_BYTES)
    drop_unanswered (self);
}

void
lv_session_send_held (LvSession *self)
{
  LvHeldFrame *held;

  while ((held = g_queue_peek_head (&self->held)) != NULL &&
         lv_session_send_now (self, held->frame))
    {
      self->held_bytes -= g_bytes_get_size (held->frame);
      keep_sent (self, g_queue_pop_head (&self->held));
    }
}

/* @held: taken */
static void
hold (LvSession *self, LvHeldFrame *held)
{
  g_queue_push_tail (&self->held, held);
  self->held_bytes += g_bytes_get_size (held->frame);
  if (self->link == LV_LINK_OPEN)
    lv_session_send_held (self);
}

void
lv_session_send_frame (LvSession *self, GBytes *frame, guint item)
{
  LvHeldFrame *held = g_new0 (LvHeldFrame, 1);

  held->frame = g_bytes_ref (frame);
  held->item = item;
  hold (self, held);
}

static GBytes *
put_in_words (LvSession *self, GPtrArray *results)
{
  g_autofree char *text = lv_tool_note_new (results);

  return lv_session_encode_note (self, text, !lv_session_has_spoken_result (results));
}

void
lv_session_send_results (LvSession *self, GPtrArray *results, gboolean as_note)
{
  LvHeldFrame *held = g_new0 (LvHeldFrame, 1);

  held->frame = as_note ? put_in_words (self, results) : lv_encode_tool_responses (results);
  held->results = g_ptr_array_ref (results);
  held->is_note = as_note;
  hold (self, held);
}

void
lv_session_note_understood (LvSession *self)
{
  self->understood_us = g_get_monotonic_time ();
  if (self->uplink != NULL)
    lv_uplink_confirm (self->uplink);
  while (self->unanswered.length > 0)
    drop_unanswered (self);
}

void
lv_session_note_read (LvSession *self)
{
  GList *link = self->unanswered.head;

  while (link != NULL)
    {
      GList *next = link->next;
      LvHeldFrame *held = link->data;

      held->read = TRUE;
      if (held->results == NULL)
        {
          self->unanswered_bytes -= g_bytes_get_size (held->frame);
          held_frame_free (held);
          g_queue_delete_link (&self->unanswered, link);
        }
      link = next;
    }
}

void
lv_session_do_recall (LvSession *self)
{
  gint64 since_us = lv_session_get_unheard_us (self);
  gint64 now_us = g_get_monotonic_time ();
  guint n = 0;

  self->away_us = now_us;
  if (self->uplink != NULL && since_us >= 0)
    n = lv_uplink_recall (self->uplink, since_us, now_us);
  self->said_again = n > 0;
  self->said_whole = n > 0 && n < LV_UPLINK_REPLAY_CHUNKS; /* else it may have begun before */
  if (n > 0)
    g_debug ("%u ms of what was said are said again", n * LV_CHUNK_MS);
}

/* From unanswered to the front of those that wait. */
static void
take_back (LvSession *self, GList *link)
{
  LvHeldFrame *held = link->data;

  self->unanswered_bytes -= g_bytes_get_size (held->frame);
  self->held_bytes += g_bytes_get_size (held->frame);
  held->read = FALSE;
  g_queue_unlink (&self->unanswered, link);
  g_queue_push_head_link (&self->held, link);
}

void
lv_session_do_resend (LvSession *self)
{
  GList *link = self->unanswered.tail;

  while (link != NULL)
    {
      GList *before = link->prev;
      LvHeldFrame *held = link->data;

      if (!held->read)
        {
          held->again = TRUE;
          take_back (self, link);
        }
      link = before;
    }
}

/* What was said lately is in the transcript, results are not. */
static void
take_results_back (LvSession *self)
{
  GList *link = self->unanswered.tail;

  while (link != NULL)
    {
      GList *before = link->prev;

      if (((LvHeldFrame *) link->data)->results != NULL)
        take_back (self, link);
      link = before;
    }
}

/* Nobody waits for it any more: the outcome will be told. */
static gboolean
is_progress (const LvHeldFrame *held)
{
  return ((const LvFunctionResponse *) held->results->pdata[0])->will_continue;
}

/* Once more is enough for a frame, but this is another one. */
static void
disown (LvSession *self, LvHeldFrame *held)
{
  g_bytes_unref (held->frame);
  held->frame = put_in_words (self, held->results);
  held->is_note = TRUE;
  held->again = FALSE;
  if (lv_session_has_spoken_result (held->results))
    self->answer_due = TRUE;
}

void
lv_session_disown_results (LvSession *self)
{
  GQueue held = G_QUEUE_INIT;
  LvHeldFrame *one;

  take_results_back (self);
  while ((one = g_queue_pop_head (&self->held)) != NULL)
    {
      self->held_bytes -= g_bytes_get_size (one->frame);
      if (one->results != NULL && is_progress (one))
        {
          held_frame_free (one);
          continue;
        }
      if (one->results != NULL && !one->is_note)
        disown (self, one);
      self->held_bytes += g_bytes_get_size (one->frame);
      g_queue_push_tail (&held, one);
    }
  self->held = held;
}

void
lv_session_clear_held (LvSession *self)
{
  g_queue_clear_full (&self->held, (GDestroyNotify) held_frame_free);
  self->held_bytes = 0;
  while (self->unanswered.length > 0)
    drop_unanswered (self);
}
