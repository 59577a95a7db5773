/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a new conversation of the server is told of the one that went before: the history that the
 * application gave, and, where the server has lost the conversation of the user, the end of its
 * transcript. Never after a connection that was resumed, which remembers by itself. Main thread.
 */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "protocol/lv-encode.h"
#include "protocol/lv-tool-note.h"

static void
add_given (LvSession *self, GPtrArray *turns)
{
  GVariantIter iter;
  const char *nick, *text;

  if (self->running->history == NULL)
    return;
  g_variant_iter_init (&iter, self->running->history);
  while (g_variant_iter_next (&iter, "(&s&s)", &nick, &text))
    {
      LvRole role = LV_ROLE_USER;

      lv_role_from_nick (nick, &role);
      g_ptr_array_add (turns, lv_content_new_text (role, text));
    }
}

/* The oldest item that waits to be sent. */
static guint
find_held (LvSession *self)
{
  for (GList *l = self->held.head; l != NULL; l = l->next)
    if (((LvHeldFrame *) l->data)->item != 0)
      return ((LvHeldFrame *) l->data)->item;
  return G_MAXUINT;
}

/* What is said again from its beginning need not be told. */
static void
drop_recalled (LvSession *self, GPtrArray *turns)
{
  if (self->said_again && self->said_whole && turns->len > 0 &&
      ((const LvContent *) turns->pdata[turns->len - 1])->role == LV_ROLE_USER)
    g_ptr_array_set_size (turns, turns->len - 1);
}

/* What was said, but no notices; what waits to be sent is not said yet. FALSE: nothing was said. */
static gboolean
add_said (LvSession *self, GPtrArray *turns)
{
  g_autoptr (GPtrArray) items = lv_transcript_list_tail (
      self->transcript, self->began_after, find_held (self), LV_SEED_MAX_ITEMS, LV_SEED_MAX_BYTES);
  guint n_before = turns->len;

  for (guint i = 0; i < items->len; i++)
    {
      const LvTranscriptItem *item = items->pdata[i];

      if (item->role != LV_ROLE_SYSTEM)
        g_ptr_array_add (turns, lv_content_new_text (item->role, item->text));
    }
  if (turns->len > n_before)
    drop_recalled (self, turns);
  return turns->len > n_before;
}

/* Where a model takes neither, it cannot be told. */
static gboolean
can_be_told (LvSession *self)
{
  return lv_model_can (self->model, LV_CAN_HISTORY) || lv_model_can (self->model, LV_CAN_CONTENT);
}

/* Who asked for them does not know: it would ask again. */
static void
add_running (LvSession *self, GPtrArray *turns)
{
  g_autoptr (GPtrArray) tools = lv_session_disown_calls (self);

  for (guint i = 0; i < tools->len && can_be_told (self); i++)
    {
      g_autofree char *note = lv_tool_note_new_running (tools->pdata[i]);

      g_ptr_array_add (turns, lv_content_new_text (LV_ROLE_USER, note));
    }
}

/* A new conversation for the server, not for the user: that is worth a word. */
static void
note_lost_context (LvSession *self)
{
  self->context_lost = FALSE;
  self->n_reseeds += self->reseeded;
  if (self->reseeded)
    lv_session_warn (self, "context-reseeded",
                     "The server lost the conversation; it goes on with what the transcript holds "
                     "of it");
  else
    lv_session_warn (self, "context-lost",
                     "The server lost the conversation; it goes on, but the model remembers "
                     "nothing");
}

void
lv_session_prepare_history (LvSession *self, LvSetup *setup)
{
  g_autoptr (GPtrArray) turns = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_content_free);

  g_clear_pointer (&self->seed, g_ptr_array_unref);
  self->context_lost = self->handle == NULL && self->remembered;
  if (self->handle != NULL)
    return;
  add_given (self, turns);
  self->reseeded = self->context_lost && can_be_told (self) && add_said (self, turns);
  if (self->context_lost)
    add_running (self, turns);
  setup->initial_history = turns->len > 0 && lv_model_can (self->model, LV_CAN_HISTORY);
  if (turns->len > 0)
    self->seed = g_steal_pointer (&turns);
}

/* One message: the server takes what comes as history until a turn is complete, and answers
 * nothing. A model without a history is told of a turn that is not complete, for the same end. */
void
lv_session_send_history (LvSession *self)
{
  g_autoptr (LvClientMessage) message = NULL;
  g_autoptr (GBytes) frame = NULL;

  if (self->context_lost)
    note_lost_context (self);
  if (self->seed == NULL)
    return;
  message = lv_client_message_new_content (NULL, lv_model_can (self->model, LV_CAN_HISTORY));
  g_ptr_array_extend_and_steal (message->turns, g_steal_pointer (&self->seed));
  frame = lv_encode_client (message);
  lv_session_send_now (self, frame);
}
