/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-dialogue.h"

#include "base/lv-pcm.h"
#include "engine/lv-engine-addressed.h"
#include "engine/lv-engine-agenda.h"
#include "engine/lv-engine-brain.h"
#include "engine/lv-engine-captions.h"
#include "engine/lv-engine-notice.h"
#include "engine/lv-engine-speech.h"
#include "engine/lv-engine-thinking.h"
#include "engine/lv-engine-update.h"
#include "engine/lv-engine-voice.h"

struct _LvEngineDialogue {
  GObject parent_instance;

  /* owned */
  LvSetup *setup;
  LvEngineConversation *conversation;
  LvEngineHearing *hearing;
  LvEngineBrain *brain;
  LvEngineSpeech *speech;
  LvEngineAgenda *agenda;
  GPtrArray *results; /* LvFunctionResponse to blocking calls, until all are there */
  LvEngineThinking *thinking;
  LvContent *last_read; /* the newest context turn: it may turn out to be the question */

  LvEngineCalls *calls; /* of the conversation */
  const char *language; /* spoken; of the setup, or static */
  gboolean interim;
  gboolean answering; /* a turn of the model is open */
};

enum { MESSAGE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvEngineDialogue, lv_engine_dialogue, G_TYPE_OBJECT)

static GPtrArray *
new_responses (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_response_free);
}

/* @message: taken, nullable */
static void
send (LvEngineDialogue *self, LvServerMessage *message)
{
  if (message == NULL)
    return;
  g_signal_emit (self, signals[MESSAGE], 0, message);
  lv_server_message_free (message);
}

static void
send_turn_complete (LvEngineDialogue *self)
{
  send (self, lv_engine_notice_turn_complete (lv_engine_conversation_report (self->conversation),
                                              lv_engine_thinking_get_status (self->thinking)));
}

/* ---- the agenda ---- */

/* The context turns become history, all but the one that is asked now. */
static void
settle_last_read (LvEngineDialogue *self)
{
  if (self->last_read != NULL)
    lv_engine_brain_add_history (self->brain, self->last_read);
  g_clear_pointer (&self->last_read, lv_content_free);
}

static void
think (LvEngineDialogue *self, const char *question)
{
  g_autofree char *summary = lv_engine_thinking_summarize (self->thinking, question);

  if (summary != NULL)
    {
      lv_engine_conversation_think (self->conversation, summary);
      send (self, lv_engine_thinking_show (self->thinking, summary));
    }
  lv_engine_brain_think (self->brain, question);
}

static void
speak (LvEngineDialogue *self, const char *text)
{
  self->answering = TRUE;
  lv_engine_speech_say (self->speech, text);
  lv_engine_speech_finish (self->speech);
}

static void
begin (LvEngineDialogue *self, LvEngineItem *taken)
{
  g_autoptr (LvEngineItem) item = taken;

  self->answering = TRUE;
  settle_last_read (self);
  lv_engine_brain_show (self->brain, lv_engine_conversation_get_image (self->conversation));
  if (item->question != NULL)
    think (self, item->question);
  else if (item->results != NULL)
    lv_engine_brain_results (self->brain, item->results);
  else
    speak (self, item->announcement);
}

static gboolean
is_blocked (LvEngineDialogue *self)
{
  return lv_engine_calls_is_blocked (self->calls);
}

static void
begin_next (LvEngineDialogue *self)
{
  LvEngineItem *item = NULL;
  const char *filler;

  if (!self->answering && !is_blocked (self))
    item = lv_engine_agenda_take (self->agenda, lv_engine_hearing_is_busy (self->hearing));
  if (item == NULL)
    return;
  filler = lv_engine_thinking_begin (self->thinking, item);
  if (filler != NULL)
    speak (self, filler);
  else
    begin (self, item);
}

static void
plan_question (LvEngineDialogue *self, const char *text, gboolean typed)
{
  lv_engine_agenda_add_question (self->agenda, text, typed);
  begin_next (self);
}

static void
plan_results (LvEngineDialogue *self, GPtrArray *results /* taken */)
{
  lv_engine_agenda_add_results (self->agenda, results);
  begin_next (self);
}

/* ---- interruption ---- */

static void
cancel_calls (LvEngineDialogue *self)
{
  GPtrArray *ids = lv_engine_calls_cancel (self->calls);

  g_ptr_array_set_size (self->results, 0);
  if (ids != NULL)
    send (self, lv_engine_notice_cancelled (ids));
}

/* The user goes on: what the model says, and the calls that it waits for, are over. */
static void
interrupt (LvEngineDialogue *self)
{
  const gboolean was_answering = self->answering;
  g_autoptr (LvEngineItem) unthought = NULL;
  g_autofree char *heard = NULL;

  if (!was_answering && !is_blocked (self))
    return;
  heard = lv_engine_speech_cut (self->speech);
  lv_engine_brain_interrupt (self->brain, heard);
  self->answering = FALSE;
  unthought = lv_engine_thinking_take (self->thinking);
  if (was_answering)
    send (self, lv_engine_notice_interrupted ());
  cancel_calls (self);
  if (!was_answering)
    return;

  lv_engine_conversation_speak (self->conversation, heard,
                                lv_engine_speech_get_frames (self->speech));
  send_turn_complete (self);
}

/* ---- hearing ---- */

static void
on_hearing_started (LvEngineHearing *hearing, LvEngineDialogue *self)
{
  if (!self->setup->no_interruption)
    interrupt (self);
}

static void
on_hearing_hypothesis (LvEngineHearing *hearing, const char *text, LvEngineDialogue *self)
{
  if (self->interim)
    send (self, lv_engine_captions_interim (hearing, self->setup, text));
}

static void
on_hearing_heard (LvEngineHearing *hearing, const char *text, guint frames, LvEngineDialogue *self)
{
  const gboolean asking = lv_engine_brain_is_asking (self->brain);
  const gboolean ours = *text != '\0' && lv_engine_is_for_us (self->setup, asking, text);

  lv_engine_conversation_hear (self->conversation, text, frames);
  if (*text != '\0')
    send (self, lv_engine_captions_heard (hearing, self->setup, text));
  if (!ours && !self->answering && lv_engine_agenda_is_empty (self->agenda))
    send (self, lv_engine_notice_waiting (lv_engine_conversation_report (self->conversation)));
  if (self->setup->affective_dialog)
    lv_engine_speech_set_mood (self->speech, lv_engine_hearing_get_mood (hearing));

  if (!ours || lv_engine_agenda_continue_question (self->agenda, text))
    begin_next (self);
  else
    plan_question (self, text, FALSE);
}

/* ---- brain ---- */

static void
on_brain_say (LvEngineBrain *brain, const char *text, LvEngineDialogue *self)
{
  lv_engine_speech_say (self->speech, text);
}

static void
on_brain_call (LvEngineBrain *brain, GPtrArray *calls, LvEngineDialogue *self)
{
  lv_engine_calls_add (self->calls, calls, self->setup);
  send (self, lv_engine_notice_call (calls));
}

static void
on_brain_attach (LvEngineBrain *brain, LvServerMessage *message, LvEngineDialogue *self)
{
  g_signal_emit (self, signals[MESSAGE], 0, message);
}

static void
expect_phrases (LvEngineDialogue *self)
{
  g_auto (GStrv) phrases = lv_engine_brain_dup_phrases (self->brain);

  lv_engine_hearing_expect (self->hearing, (const char *const *) phrases);
}

static void
on_brain_done (LvEngineBrain *brain, LvEngineDialogue *self)
{
  expect_phrases (self);
  lv_engine_speech_finish (self->speech);
}

static void
on_brain_announce (LvEngineBrain *brain, const char *text, LvEngineDialogue *self)
{
  lv_engine_agenda_add_announcement (self->agenda, text);
  begin_next (self);
}

/* ---- speech ---- */

static void
on_speech_text (LvEngineSpeech *speech, const char *delta, LvEngineDialogue *self)
{
  send (self, lv_engine_captions_said (self->setup, delta, self->language));
}

static void
on_speech_audio (LvEngineSpeech *speech, GBytes *pcm, LvEngineDialogue *self)
{
  send (self, lv_engine_captions_voice (pcm));
}

static void
on_speech_generated (LvEngineSpeech *speech, LvEngineDialogue *self)
{
  send (self, lv_engine_notice_generated ());
}

static void
on_speech_complete (LvEngineSpeech *speech, LvEngineDialogue *self)
{
  LvEngineItem *item;

  self->answering = FALSE;
  lv_engine_conversation_speak (self->conversation, lv_engine_speech_get_text (speech),
                                lv_engine_speech_get_frames (speech));
  send_turn_complete (self);
  item = lv_engine_thinking_take (self->thinking);
  if (item != NULL)
    begin (self, item);
  else
    begin_next (self);
}

/* ---- life ---- */

static void
lv_engine_dialogue_init (LvEngineDialogue *self)
{
  self->agenda = lv_engine_agenda_new ();
  self->results = new_responses ();
}

static void
lv_engine_dialogue_dispose (GObject *object)
{
  LvEngineDialogue *self = LV_ENGINE_DIALOGUE (object);

  g_clear_object (&self->hearing);
  g_clear_object (&self->brain);
  g_clear_object (&self->speech);
  g_clear_object (&self->conversation);

  G_OBJECT_CLASS (lv_engine_dialogue_parent_class)->dispose (object);
}

static void
lv_engine_dialogue_finalize (GObject *object)
{
  LvEngineDialogue *self = LV_ENGINE_DIALOGUE (object);

  lv_engine_agenda_free (self->agenda);
  g_clear_pointer (&self->thinking, lv_engine_thinking_free);
  g_ptr_array_unref (self->results);
  g_clear_pointer (&self->last_read, lv_content_free);
  lv_setup_free (self->setup);

  G_OBJECT_CLASS (lv_engine_dialogue_parent_class)->finalize (object);
}

static void
lv_engine_dialogue_class_init (LvEngineDialogueClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lv_engine_dialogue_dispose;
  object_class->finalize = lv_engine_dialogue_finalize;

  signals[MESSAGE] = g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
connect_signals (LvEngineDialogue *self)
{
  const struct {
    gpointer source;
    const char *signal;
    GCallback handler;
  } arrows[] = {
    { self->hearing, "started", G_CALLBACK (on_hearing_started) },
    { self->hearing, "hypothesis", G_CALLBACK (on_hearing_hypothesis) },
    { self->hearing, "heard", G_CALLBACK (on_hearing_heard) },
    { self->brain, "say", G_CALLBACK (on_brain_say) },
    { self->brain, "call", G_CALLBACK (on_brain_call) },
    { self->brain, "attach", G_CALLBACK (on_brain_attach) },
    { self->brain, "done", G_CALLBACK (on_brain_done) },
    { self->brain, "announce", G_CALLBACK (on_brain_announce) },
    { self->speech, "text", G_CALLBACK (on_speech_text) },
    { self->speech, "audio", G_CALLBACK (on_speech_audio) },
    { self->speech, "generated", G_CALLBACK (on_speech_generated) },
    { self->speech, "complete", G_CALLBACK (on_speech_complete) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (arrows); i++)
    g_signal_connect_object (arrows[i].source, arrows[i].signal, arrows[i].handler, self, 0);
}

LvEngineDialogue *
lv_engine_dialogue_new (LvSetup *setup, LvEngineConversation *conversation,
                        const LvEngineOptions *options)
{
  LvEngineDialogue *self = g_object_new (LV_TYPE_ENGINE_DIALOGUE, NULL);
  GPtrArray *turns = lv_engine_conversation_get_turns (conversation);

  self->setup = setup;
  self->thinking = lv_engine_thinking_new (setup);
  self->conversation = g_object_ref (conversation);
  self->calls = lv_engine_conversation_get_calls (conversation);
  self->language = lv_engine_voice_language (setup);
  self->interim = !options->no_interim;
  self->hearing = lv_engine_hearing_new (setup);
  self->brain = lv_engine_brain_new (setup, options->chat_url, options->chat_model);
  self->speech = lv_engine_speech_new (setup);
  connect_signals (self);

  lv_engine_conversation_set_up (conversation, setup);
  for (guint i = 0; i < turns->len; i++)
    lv_engine_brain_add_history (self->brain, turns->pdata[i]);
  expect_phrases (self);
  return self;
}

LvEngineHearing *
lv_engine_dialogue_get_hearing (LvEngineDialogue *self)
{
  return self->hearing;
}

/* ---- what the client sends ---- */

void
lv_engine_dialogue_update (LvEngineDialogue *self, LvSetup *update)
{
  lv_engine_update_apply (self->setup, update);
  lv_engine_conversation_set_up (self->conversation, self->setup);
  lv_engine_brain_set_up (self->brain, self->setup);
  self->language = lv_engine_voice_language (self->setup);
  lv_engine_speech_set_language (self->speech, self->language);
  expect_phrases (self);
}

void
lv_engine_dialogue_remember (LvEngineDialogue *self, GPtrArray *turns)
{
  for (guint i = 0; i < turns->len; i++)
    {
      const LvContent *turn = turns->pdata[i];
      g_autofree char *text = lv_content_dup_text (turn);

      settle_last_read (self);
      self->last_read = lv_content_new_text (turn->role, text);
      lv_engine_conversation_read (self->conversation, turn);
    }
}

void
lv_engine_dialogue_read (LvEngineDialogue *self, GPtrArray *turns, gboolean turn_complete)
{
  g_autoptr (LvContent) question = NULL;
  g_autofree char *text = NULL;

  if (self->answering || turn_complete)
    interrupt (self);
  lv_engine_dialogue_remember (self, turns);
  if (!turn_complete)
    return;

  question = g_steal_pointer (&self->last_read);
  text = question != NULL ? lv_content_dup_text (question) : g_strdup ("");
  plan_question (self, text, TRUE);
}

void
lv_engine_dialogue_ask (LvEngineDialogue *self, const char *text)
{
  g_autoptr (LvContent) turn = lv_content_new_text (LV_ROLE_USER, text);

  if (!self->setup->no_interruption)
    interrupt (self);
  lv_engine_conversation_read (self->conversation, turn);
  plan_question (self, text, TRUE);
}

static void
answer_single (LvEngineDialogue *self, LvFunctionResponse *response)
{
  g_autoptr (GPtrArray) single = new_responses ();

  g_ptr_array_add (single, response);
  if (response->scheduling == LV_SCHEDULING_SILENT)
    {
      lv_engine_brain_results (self->brain, single);
      return;
    }
  /* Over the user's words it does not go: then it waits, like WHEN_IDLE. */
  if (response->scheduling == LV_SCHEDULING_INTERRUPT && self->answering &&
      !lv_engine_hearing_is_busy (self->hearing))
    interrupt (self);
  plan_results (self, g_steal_pointer (&single));
}

static void
take_response (LvEngineDialogue *self, LvFunctionResponse *response)
{
  if (!lv_engine_calls_settle (self->calls, response))
    lv_function_response_free (response);
  else if (response->scheduling == LV_SCHEDULING_DEFAULT)
    g_ptr_array_add (self->results, response);
  else
    answer_single (self, response);
}

void
lv_engine_dialogue_answer (LvEngineDialogue *self, GPtrArray *responses)
{
  while (responses->len > 0)
    take_response (self, g_ptr_array_steal_index (responses, 0));

  if (self->results->len == 0 || is_blocked (self))
    return;
  plan_results (self, g_steal_pointer (&self->results));
  self->results = new_responses ();
}
