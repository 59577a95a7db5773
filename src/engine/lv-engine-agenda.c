/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-agenda.h"

#include <string.h>

struct _LvEngineAgenda {
  GQueue items; /* LvEngineItem */
};

void
lv_engine_item_free (LvEngineItem *item)
{
  g_free (item->question);
  g_clear_pointer (&item->results, g_ptr_array_unref);
  g_free (item->announcement);
  g_free (item);
}

LvEngineAgenda *
lv_engine_agenda_new (void)
{
  return g_new0 (LvEngineAgenda, 1);
}

void
lv_engine_agenda_free (LvEngineAgenda *self)
{
  g_queue_clear_full (&self->items, (GDestroyNotify) lv_engine_item_free);
  g_free (self);
}

static void
add (LvEngineAgenda *self, LvEngineItem item)
{
  LvEngineItem *copy = g_memdup2 (&item, sizeof item);

  if (self->items.length < LV_ENGINE_AGENDA_MAX)
    g_queue_push_tail (&self->items, copy);
  else
    lv_engine_item_free (copy);
}

void
lv_engine_agenda_add_question (LvEngineAgenda *self, const char *text, gboolean typed)
{
  add (self, (LvEngineItem){ .question = g_strdup (text), .typed = typed });
}

void
lv_engine_agenda_add_results (LvEngineAgenda *self, GPtrArray *results)
{
  add (self, (LvEngineItem){ .results = results });
}

void
lv_engine_agenda_add_announcement (LvEngineAgenda *self, const char *text)
{
  add (self, (LvEngineItem){ .announcement = g_strdup (text) });
}

gboolean
lv_engine_agenda_continue_question (LvEngineAgenda *self, const char *text)
{
  LvEngineItem *last = g_queue_peek_tail (&self->items);
  char *joined;

  if (last == NULL || last->question == NULL ||
      strlen (last->question) + strlen (text) > LV_ENGINE_QUESTION_MAX_BYTES)
    return FALSE;

  joined = g_strconcat (last->question, " ", text, NULL);
  g_free (last->question);
  last->question = joined;
  return TRUE;
}

gboolean
lv_engine_agenda_is_empty (LvEngineAgenda *self)
{
  return g_queue_is_empty (&self->items);
}

LvEngineItem *
lv_engine_agenda_take (LvEngineAgenda *self, gboolean user_speaks)
{
  const LvEngineItem *next = g_queue_peek_head (&self->items);

  return next != NULL && (next->typed || !user_speaks) ? g_queue_pop_head (&self->items) : NULL;
}
