/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-thinking.h"

#include "engine/lv-engine-rules.h"

#define QUOTE_MAX_CHARS 200

struct _LvEngineThinking {
  const LvSetup *setup; /* borrowed */
  const LvModel *model;
  LvEngineItem *item; /* what is thought about; NULL: nothing */
  guint n;            /* questions so far */
};

LvEngineThinking *
lv_engine_thinking_new (const LvSetup *setup)
{
  LvEngineThinking *self = g_new0 (LvEngineThinking, 1);

  self->setup = setup;
  self->model = lv_setup_get_limits (setup);
  return self;
}

void
lv_engine_thinking_free (LvEngineThinking *self)
{
  g_clear_pointer (&self->item, lv_engine_item_free);
  g_free (self);
}

const char *
lv_engine_thinking_begin (LvEngineThinking *self, LvEngineItem *item)
{
  static const char *const fillers[] = { "Let me think about that.", "One moment, I am thinking.",
                                         "Let me see." };

  if (item->question == NULL || !lv_engine_rules_answers_twice (self->model))
    return NULL;
  g_clear_pointer (&self->item, lv_engine_item_free);
  self->item = item;
  return fillers[self->n++ % G_N_ELEMENTS (fillers)];
}

LvEngineItem *
lv_engine_thinking_take (LvEngineThinking *self)
{
  return g_steal_pointer (&self->item);
}

const char *
lv_engine_thinking_get_status (LvEngineThinking *self)
{
  if (!lv_engine_rules_answers_twice (self->model))
    return NULL;
  return self->item != NULL ? "IN_PROGRESS" : "IDLE";
}

char *
lv_engine_thinking_summarize (LvEngineThinking *self, const char *question)
{
  const glong length = MIN (g_utf8_strlen (question, -1), QUOTE_MAX_CHARS);
  g_autofree char *quote = g_utf8_substring (question, 0, length);

  if (!lv_model_can (self->model, LV_CAN_THINKING))
    return NULL;
  return g_strdup_printf ("**Considering the request**\n\nI was asked: \"%s\". I look for what I "
                          "know about it, and for a tool that helps.",
                          quote);
}

LvServerMessage *
lv_engine_thinking_show (LvEngineThinking *self, const char *summary)
{
  LvServerMessage *message;
  LvPart *part;

  if (!self->setup->include_thoughts)
    return NULL;
  message = lv_server_message_new ();
  message->model_turn = lv_content_new_text (LV_ROLE_MODEL, summary);
  part = message->model_turn->parts->pdata[0];
  part->thought = TRUE;
  return message;
}
