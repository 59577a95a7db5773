/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-engine-interpreter"
#include "engine/lv-engine-interpreter.h"

#include "base/lv-pcm.h"
#include "engine/lv-engine-captions.h"
#include "engine/lv-engine-languages.h"
#include "engine/lv-engine-speech.h"
#include "engine/lv-engine-translator.h"
#include "engine/lv-engine-voice.h"

struct _LvEngineInterpreter {
  GObject parent_instance;

  /* owned */
  LvSetup *setup;
  LvEngineConversation *conversation;
  LvEngineHearing *hearing;
  LvEngineSpeech *speech;         /* NULL: only transcribes */
  LvEngineTranslator *translator; /* NULL: the target is the language that we hear */
  GCancellable *cancellable;

  const char *language; /* of the translation; of the setup, or static */
  gboolean interim;
};

enum { MESSAGE, FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvEngineInterpreter, lv_engine_interpreter, G_TYPE_OBJECT)

/* @message: taken, nullable */
static void
send (LvEngineInterpreter *self, LvServerMessage *message)
{
  if (message == NULL)
    return;
  g_signal_emit (self, signals[MESSAGE], 0, message);
  lv_server_message_free (message);
}

static void
send_usage (LvEngineInterpreter *self)
{
  LvServerMessage *message = lv_server_message_new ();

  message->usage = lv_engine_conversation_report (self->conversation);
  send (self, message);
}

/* ---- out ---- */

static void
say (LvEngineInterpreter *self, const char *text)
{
  lv_engine_speech_say (self->speech, text);
  lv_engine_speech_finish (self->speech);
}

static void
on_speech_text (LvEngineSpeech *speech, const char *delta, LvEngineInterpreter *self)
{
  send (self, lv_engine_captions_said (self->setup, delta, self->language));
}

static void
on_speech_audio (LvEngineSpeech *speech, GBytes *pcm, LvEngineInterpreter *self)
{
  send (self, lv_engine_captions_voice (pcm));
}

static void
on_speech_complete (LvEngineSpeech *speech, LvEngineInterpreter *self)
{
  lv_engine_conversation_speak (self->conversation, lv_engine_speech_get_text (speech),
                                lv_engine_speech_get_frames (speech));
  send_usage (self);
}

/* ---- in ---- */

static void
on_translated (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text =
      lv_engine_translator_translate_finish (LV_ENGINE_TRANSLATOR (source), result, &error);
  LvEngineInterpreter *self = user_data;

  if (g_error_matches (error, LV_ERROR, LV_ERROR_CANCELLED) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (text != NULL)
    say (self, text);
  else
    g_signal_emit (self, signals[FAILED], 0, error->message);
}

static void
on_hearing_hypothesis (LvEngineHearing *hearing, const char *text, LvEngineInterpreter *self)
{
  if (self->interim)
    send (self, lv_engine_captions_interim (hearing, self->setup, text));
}

static void
on_hearing_heard (LvEngineHearing *hearing, const char *text, guint frames,
                  LvEngineInterpreter *self)
{
  lv_engine_conversation_hear (self->conversation, text, frames);
  if (*text == '\0')
    return;
  send (self, lv_engine_captions_heard (hearing, self->setup, text));
  if (self->translator != NULL)
    lv_engine_translator_translate_async (self->translator, text, self->cancellable, on_translated,
                                          self);
  else if (self->speech != NULL && self->setup->echo_target_language)
    say (self, text);
  else
    send_usage (self);
}

/* ---- life ---- */

static void
lv_engine_interpreter_init (LvEngineInterpreter *self)
{
  self->cancellable = g_cancellable_new ();
}

static void
lv_engine_interpreter_dispose (GObject *object)
{
  LvEngineInterpreter *self = LV_ENGINE_INTERPRETER (object);

  g_cancellable_cancel (self->cancellable);
  if (self->translator != NULL)
    g_object_run_dispose (G_OBJECT (self->translator));
  g_clear_object (&self->translator);
  g_clear_object (&self->hearing);
  g_clear_object (&self->speech);
  g_clear_object (&self->conversation);

  G_OBJECT_CLASS (lv_engine_interpreter_parent_class)->dispose (object);
}

static void
lv_engine_interpreter_finalize (GObject *object)
{
  LvEngineInterpreter *self = LV_ENGINE_INTERPRETER (object);

  g_clear_object (&self->cancellable);
  lv_setup_free (self->setup);

  G_OBJECT_CLASS (lv_engine_interpreter_parent_class)->finalize (object);
}

static void
lv_engine_interpreter_class_init (LvEngineInterpreterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = lv_engine_interpreter_dispose;
  object_class->finalize = lv_engine_interpreter_finalize;

  signals[MESSAGE] = g_signal_new ("message", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[FAILED] = g_signal_new ("failed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

gboolean
lv_engine_interpreter_is_wanted (const LvSetup *setup)
{
  return !lv_model_can (lv_setup_get_limits (setup), LV_CAN_READ) || setup->translate_to != NULL ||
         setup->speech_to_speech;
}

static void
connect_speech (LvEngineInterpreter *self)
{
  g_signal_connect_object (self->speech, "text", G_CALLBACK (on_speech_text), self, 0);
  g_signal_connect_object (self->speech, "audio", G_CALLBACK (on_speech_audio), self, 0);
  g_signal_connect_object (self->speech, "complete", G_CALLBACK (on_speech_complete), self, 0);
}

/* The service translates to English when it is not told otherwise. */
static gboolean
set_up_translation (LvEngineInterpreter *self, GError **error)
{
  if (lv_engine_languages_of_setup (self->setup) == NULL)
    self->setup->translate_to = g_strdup (LV_ENGINE_ENGLISH);
  self->language = lv_engine_languages_of_setup (self->setup);
  if (!lv_engine_languages_is_english (self->language))
    {
      self->translator = lv_engine_translator_new (self->language, error);
      if (self->translator == NULL)
        return FALSE;
    }
  self->speech = lv_engine_speech_new (self->setup);
  connect_speech (self);
  return TRUE;
}

LvEngineInterpreter *
lv_engine_interpreter_new (LvSetup *setup, LvEngineConversation *conversation,
                           const LvEngineOptions *options, GError **error)
{
  g_autoptr (LvEngineInterpreter) self = g_object_new (LV_TYPE_ENGINE_INTERPRETER, NULL);

  self->setup = setup;
  self->conversation = g_object_ref (conversation);
  self->interim = !options->no_interim;
  if (!setup->response_text && !set_up_translation (self, error))
    return NULL;
  self->hearing = lv_engine_hearing_new (setup);
  g_signal_connect_object (self->hearing, "hypothesis", G_CALLBACK (on_hearing_hypothesis), self,
                           0);
  g_signal_connect_object (self->hearing, "heard", G_CALLBACK (on_hearing_heard), self, 0);
  return g_steal_pointer (&self);
}

LvEngineHearing *
lv_engine_interpreter_get_hearing (LvEngineInterpreter *self)
{
  return self->hearing;
}
