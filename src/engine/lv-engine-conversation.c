/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-conversation.h"

#include "base/lv-pcm.h"

#include <string.h>

struct _LvEngineConversation {
  GObject parent_instance;

  /* owned */
  GPtrArray *turns; /* LvContent */
  LvEngineCalls *calls;
  GBytes *image; /* NULL: none was shown */

  char *model; /* id; NULL: not opened yet */
  gsize bytes; /* of text in turns */
  gboolean open;

  /* tokens */
  guint fixed_text;
  guint window_text, window_audio, window_image;
  guint response_text, response_audio, thought;
};

G_DEFINE_FINAL_TYPE (LvEngineConversation, lv_engine_conversation, G_TYPE_OBJECT)

static void
lv_engine_conversation_init (LvEngineConversation *self)
{
  self->turns = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_content_free);
  self->calls = lv_engine_calls_new ();
}

static void
lv_engine_conversation_finalize (GObject *object)
{
  LvEngineConversation *self = LV_ENGINE_CONVERSATION (object);

  g_ptr_array_unref (self->turns);
  lv_engine_calls_free (self->calls);
  g_clear_pointer (&self->image, g_bytes_unref);
  g_free (self->model);

  G_OBJECT_CLASS (lv_engine_conversation_parent_class)->finalize (object);
}

static void
lv_engine_conversation_class_init (LvEngineConversationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_engine_conversation_finalize;
}

LvEngineConversation *
lv_engine_conversation_new (void)
{
  return g_object_new (LV_TYPE_ENGINE_CONVERSATION, NULL);
}

gboolean
lv_engine_conversation_open (LvEngineConversation *self)
{
  const gboolean was_open = self->open;

  self->open = TRUE;
  return !was_open;
}

gboolean
lv_engine_conversation_is_of (LvEngineConversation *self, const char *id)
{
  if (self->model == NULL)
    self->model = g_strdup (id);
  return g_str_equal (self->model, id);
}

void
lv_engine_conversation_close (LvEngineConversation *self)
{
  self->open = FALSE;
}

static guint
text_tokens (const char *text)
{
  const gsize length = text != NULL ? strlen (text) : 0;

  return (length + LV_ENGINE_CHARS_PER_TOKEN - 1) / LV_ENGINE_CHARS_PER_TOKEN;
}

static guint
audio_tokens (guint64 frames, guint rate)
{
  return (frames * LV_ENGINE_TOKENS_PER_SECOND + rate - 1) / rate;
}

void
lv_engine_conversation_set_up (LvEngineConversation *self, const LvSetup *setup)
{
  self->fixed_text = text_tokens (setup->system_instruction);
  for (guint i = 0; setup->tools != NULL && i < setup->tools->len; i++)
    {
      LvToolDecl *decl = setup->tools->pdata[i];

      self->fixed_text += text_tokens (lv_tool_decl_get_name (decl)) +
                          text_tokens (lv_tool_decl_get_description (decl)) +
                          text_tokens (lv_tool_decl_get_parameters (decl));
    }
}

static gsize
turn_bytes (const LvContent *turn)
{
  g_autofree char *text = lv_content_dup_text (turn);

  return strlen (text);
}

static void
add_turn (LvEngineConversation *self, LvRole role, const char *text)
{
  LvContent *turn;

  if (*text == '\0')
    return;
  turn = lv_content_new_text (role, text);
  self->bytes += turn_bytes (turn);
  g_ptr_array_add (self->turns, turn);

  while (self->turns->len > LV_ENGINE_CONVERSATION_MAX_TURNS ||
         (self->bytes > LV_ENGINE_CONVERSATION_MAX_BYTES && self->turns->len > 1))
    {
      self->bytes -= turn_bytes (self->turns->pdata[0]);
      g_ptr_array_remove_index (self->turns, 0);
    }
}

void
lv_engine_conversation_read (LvEngineConversation *self, const LvContent *turn)
{
  g_autofree char *text = lv_content_dup_text (turn);

  add_turn (self, turn->role, text);
  self->window_text += text_tokens (text);
}

void
lv_engine_conversation_hear (LvEngineConversation *self, const char *text, guint frames)
{
  add_turn (self, LV_ROLE_USER, text);
  self->window_audio += audio_tokens (frames, LV_RATE_IN);
}

void
lv_engine_conversation_see (LvEngineConversation *self, GBytes *image)
{
  g_clear_pointer (&self->image, g_bytes_unref);
  self->image = g_bytes_get_size (image) <= LV_ENGINE_IMAGE_MAX_BYTES ? g_bytes_ref (image)
                                                                      : g_bytes_new_static ("", 0);
  self->window_image += LV_ENGINE_TOKENS_PER_IMAGE;
}

GBytes *
lv_engine_conversation_get_image (LvEngineConversation *self)
{
  return self->image;
}

void
lv_engine_conversation_speak (LvEngineConversation *self, const char *text, guint64 frames)
{
  add_turn (self, LV_ROLE_MODEL, text);
  self->response_audio += audio_tokens (frames, LV_RATE_OUT);
  if (frames == 0)
    self->response_text += text_tokens (text);
}

void
lv_engine_conversation_think (LvEngineConversation *self, const char *text)
{
  self->thought += text_tokens (text);
}

GPtrArray *
lv_engine_conversation_get_turns (LvEngineConversation *self)
{
  return self->turns;
}

LvEngineCalls *
lv_engine_conversation_get_calls (LvEngineConversation *self)
{
  return self->calls;
}

/* The sliding window: what does not fit any more is the older half. */
static void
slide_window (LvEngineConversation *self)
{
  if (self->window_text + self->window_audio + self->window_image <= LV_ENGINE_WINDOW_TOKENS)
    return;

  self->window_text /= 2;
  self->window_audio /= 2;
  self->window_image /= 2;
}

LvUsage *
lv_engine_conversation_report (LvEngineConversation *self)
{
  LvUsage *usage = g_new0 (LvUsage, 1);

  slide_window (self);
  usage->prompt[LV_MODALITY_TEXT] = self->fixed_text + self->window_text;
  usage->prompt[LV_MODALITY_AUDIO] = self->window_audio;
  usage->prompt[LV_MODALITY_IMAGE] = self->window_image;
  usage->prompt_tokens = usage->prompt[LV_MODALITY_TEXT] + usage->prompt[LV_MODALITY_AUDIO] +
                         usage->prompt[LV_MODALITY_IMAGE];
  usage->response[LV_MODALITY_TEXT] = self->response_text;
  usage->response[LV_MODALITY_AUDIO] = self->response_audio;
  usage->response_tokens = self->response_text + self->response_audio;
  usage->thought_tokens = self->thought;
  usage->total_tokens = usage->prompt_tokens + usage->response_tokens + usage->thought_tokens;

  self->window_text += self->response_text;
  self->window_audio += self->response_audio;
  self->response_text = self->response_audio = self->thought = 0;
  return usage;
}
