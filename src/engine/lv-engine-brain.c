/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-engine-brain"
#include "engine/lv-engine-brain.h"

#include "base/lv-random.h"
#include "engine/lv-engine-builtin.h"
#include "engine/lv-engine-chat.h"
#include "engine/lv-engine-encyclopedia.h"
#include "engine/lv-engine-languages.h"
#include "engine/lv-engine-matcher.h"
#include "engine/lv-engine-reminder.h"
#include "engine/lv-engine-result.h"
#include "engine/lv-engine-services.h"
#include "engine/lv-engine-words.h"
#include "protocol/lv-tool-note.h"

#define MIN_TOOL_MATCH 0.6
#define MIN_BUILTIN_MATCH 0.62
#define TOOL_BONUS 0.15 /* an app's own tool goes before the built-in answer to the same question */

typedef enum { EVENT_SAY, EVENT_CALL, EVENT_ATTACH, EVENT_DONE } EventKind;

typedef struct {
  EventKind kind;
  char *text;               /* SAY */
  GPtrArray *calls;         /* CALL */
  LvServerMessage *message; /* ATTACH */
} Event;

struct _LvEngineBrain {
  GObject parent_instance;

  GQueue events;   /* Event: not emitted yet */
  guint events_id; /* the source that does it */

  /* owned */
  LvEngineTimers *timers;
  LvEngineBuiltin *builtin;
  LvEngineMatcher *matcher;
  LvEngineServices services;
  LvEngineChat *chat; /* NULL: the built-in dialogue thinks */

  /* of the built-in dialogue; NULL: none yet */
  char *question; /* the newest */
  char *reply;    /* to it */
};

enum { SIGNAL_ANNOUNCE = LV_ENGINE_CHAT_N_SIGNALS, SIGNAL_ATTACH, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvEngineBrain, lv_engine_brain, G_TYPE_OBJECT)

/* ---- events: nothing is emitted from within a call of ours ---- */

static void
event_free (Event *event)
{
  g_clear_pointer (&event->calls, g_ptr_array_unref);
  g_clear_pointer (&event->message, lv_server_message_free);
  g_free (event->text);
  g_free (event);
}

static void
emit (LvEngineBrain *self, Event *event)
{
  if (event->kind == EVENT_SAY)
    g_signal_emit (self, signals[LV_ENGINE_CHAT_SAY], 0, event->text);
  else if (event->kind == EVENT_CALL)
    g_signal_emit (self, signals[LV_ENGINE_CHAT_CALL], 0, event->calls);
  else if (event->kind == EVENT_ATTACH)
    g_signal_emit (self, signals[SIGNAL_ATTACH], 0, event->message);
  else
    g_signal_emit (self, signals[LV_ENGINE_CHAT_DONE], 0);
  event_free (event);
}

/* A handler may interrupt us: the queue is empty then. */
static gboolean
on_events (gpointer data)
{
  g_autoptr (LvEngineBrain) self = g_object_ref (data);
  Event *event;

  self->events_id = 0;
  while ((event = g_queue_pop_head (&self->events)) != NULL)
    emit (self, event);
  return G_SOURCE_REMOVE;
}

static Event *
push_event (LvEngineBrain *self, EventKind kind, const char *text, GPtrArray *calls)
{
  Event *event = g_new0 (Event, 1);

  event->kind = kind;
  event->text = g_strdup (text);
  event->calls = calls;
  g_queue_push_tail (&self->events, event);
  if (self->events_id == 0)
    self->events_id = g_idle_add_full (G_PRIORITY_DEFAULT, on_events, self, NULL);
  return event;
}

/* @message: taken */
static void
attach (LvEngineBrain *self, LvServerMessage *message)
{
  push_event (self, EVENT_ATTACH, NULL, NULL)->message = message;
}

static void
drop_events (LvEngineBrain *self)
{
  g_clear_handle_id (&self->events_id, g_source_remove);
  g_queue_clear_full (&self->events, (GDestroyNotify) event_free);
}

/* ---- the built-in dialogue ---- */

static void
note_question (LvEngineBrain *self, const char *text)
{
  g_free (self->question);
  self->question = g_strdup (text);
  g_clear_pointer (&self->reply, g_free);
}

static void
note_reply (LvEngineBrain *self, const char *text)
{
  char *copy = g_strdup (text);

  g_free (self->reply);
  self->reply = copy;
  lv_engine_builtin_remember (self->builtin, copy);
}

static void
say (LvEngineBrain *self, const char *text)
{
  note_reply (self, text);
  push_event (self, EVENT_SAY, self->reply, NULL);
  push_event (self, EVENT_DONE, NULL, NULL);
}

static void
call (LvEngineBrain *self, LvFunctionCall *one)
{
  GPtrArray *calls = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_call_free);

  g_free (one->id);
  /* a resumed conversation may still wait for calls of the brain before */
  one->id = lv_random_name ();
  g_ptr_array_add (calls, one);
  push_event (self, EVENT_CALL, NULL, calls);
  push_event (self, EVENT_DONE, NULL, NULL);
}

static void
use_tool (LvEngineBrain *self)
{
  g_autofree char *question = NULL;
  LvFunctionCall *one = lv_engine_matcher_take (self->matcher, &question);

  if (one != NULL)
    call (self, one);
  else
    say (self, question);
}

static gboolean
is_refusal (const LvEngineUtterance *utterance)
{
  static const char *const refusals[] = { "cancel", "never mind", "nevermind", "no",
                                          "stop",   "forget it",  NULL };
  g_autofree char *text = g_strjoinv (" ", utterance->words);

  return lv_engine_words_contain (refusals, text);
}

/* The answer to a question of ours: FALSE when there is none, or it is something else, which closes
 * the question. */
static gboolean
go_on_with_tool (LvEngineBrain *self, const LvEngineUtterance *utterance, double builtin)
{
  if (is_refusal (utterance) && lv_engine_matcher_forget (self->matcher))
    {
      say (self, "OK, I will not do it.");
      return TRUE;
    }
  /* a whole sentence of ours is no answer */
  if (builtin < 1.0 && lv_engine_matcher_continue (self->matcher, utterance))
    {
      use_tool (self);
      return TRUE;
    }
  lv_engine_matcher_forget (self->matcher);
  return FALSE;
}

/* What the service does by itself; @finding is taken. FALSE for none. */
static gboolean
tell_finding (LvEngineBrain *self, LvEngineFinding *finding)
{
  if (finding == NULL)
    return FALSE;
  attach (self, g_steal_pointer (&finding->message));
  say (self, finding->text);
  lv_engine_finding_free (finding);
  return TRUE;
}

static void
answer (LvEngineBrain *self, const LvEngineUtterance *utterance)
{
  const char *question;
  g_autofree char *text = lv_engine_builtin_answer (self->builtin, utterance);
  g_autofree char *result = NULL;
  LvServerMessage *code = NULL;

  if (lv_engine_builtin_get_calculation (self->builtin, &question, &result))
    code = lv_engine_services_run (self->services, question, result);
  if (code != NULL)
    attach (self, code);
  say (self, text);
}

static void
excuse (LvEngineBrain *self)
{
  g_autofree char *text = lv_engine_builtin_excuse (self->builtin);

  say (self, text);
}

static void
think_builtin (LvEngineBrain *self, const char *text)
{
  g_autoptr (LvEngineUtterance) utterance = lv_engine_utterance_new (text);
  double builtin = lv_engine_builtin_match (self->builtin, utterance), tool;

  if (go_on_with_tool (self, utterance, builtin))
    return;
  tool = lv_engine_matcher_match (self->matcher, utterance);
  if (tool >= MIN_TOOL_MATCH && tool + TOOL_BONUS >= builtin)
    {
      use_tool (self);
      return;
    }
  if (tell_finding (self, lv_engine_services_fetch (self->services, text)))
    return;
  if (builtin < 1.0 &&
      tell_finding (self, lv_engine_services_search (self->services, text, utterance)))
    return;
  if (builtin >= MIN_BUILTIN_MATCH)
    {
      answer (self, utterance);
      return;
    }
  if (!tell_finding (self, lv_engine_services_give_up (self->services, text, utterance)))
    excuse (self);
}

/* What is only to be remembered is not told: the built-in dialogue has no use for it. */
static void
tell_results (LvEngineBrain *self, GPtrArray *responses)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint n_told = 0;

  for (guint i = 0; i < responses->len; i++)
    {
      const LvFunctionResponse *response = responses->pdata[i];
      g_autofree char *sentence = lv_engine_result_to_text (response->response);

      if (response->scheduling != LV_SCHEDULING_SILENT)
        g_string_append_printf (text, "%s%s", n_told++ > 0 ? " " : "", sentence);
    }
  if (n_told > 0)
    say (self, text->str);
}

/* A text may be what came of a call that this conversation does not know of. */
static void
read_text (LvEngineBrain *self, const char *text)
{
  g_autoptr (GPtrArray) results = lv_tool_note_read (text);

  if (results != NULL)
    tell_results (self, results);
  else
    think_builtin (self, text);
}

/* What was answered is said again, not done again. */
static void
think_again (LvEngineBrain *self)
{
  if (self->reply != NULL)
    say (self, self->reply);
  else if (self->question != NULL)
    read_text (self, self->question);
  else
    excuse (self);
}

static void
on_timer_due (gint64 seconds, gpointer data)
{
  LvEngineBrain *self = data;
  g_autofree char *text = lv_engine_builtin_timer_text (seconds);

  lv_engine_builtin_remember (self->builtin, text);
  g_signal_emit (self, signals[SIGNAL_ANNOUNCE], 0, text);
}

/* ---- a language model ---- */

static void
on_chat_say (LvEngineChat *chat, const char *text, LvEngineBrain *self)
{
  push_event (self, EVENT_SAY, text, NULL);
}

static void
on_chat_call (LvEngineChat *chat, GPtrArray *calls, LvEngineBrain *self)
{
  push_event (self, EVENT_CALL, NULL, g_ptr_array_ref (calls));
}

static void
on_chat_done (LvEngineChat *chat, LvEngineBrain *self)
{
  push_event (self, EVENT_DONE, NULL, NULL);
}

static void
connect_chat (LvEngineBrain *self)
{
  g_signal_connect_object (self->chat, "say", G_CALLBACK (on_chat_say), self, 0);
  g_signal_connect_object (self->chat, "call", G_CALLBACK (on_chat_call), self, 0);
  g_signal_connect_object (self->chat, "done", G_CALLBACK (on_chat_done), self, 0);
}

/* ---- life ---- */

static void
lv_engine_brain_dispose (GObject *object)
{
  LvEngineBrain *self = LV_ENGINE_BRAIN (object);

  g_clear_object (&self->chat);
  drop_events (self);
  G_OBJECT_CLASS (lv_engine_brain_parent_class)->dispose (object);
}

static void
lv_engine_brain_finalize (GObject *object)
{
  LvEngineBrain *self = LV_ENGINE_BRAIN (object);

  lv_engine_matcher_free (self->matcher);
  lv_engine_builtin_free (self->builtin);
  lv_engine_timers_free (self->timers);
  g_free (self->question);
  g_free (self->reply);
  G_OBJECT_CLASS (lv_engine_brain_parent_class)->finalize (object);
}

static void
lv_engine_brain_class_init (LvEngineBrainClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lv_engine_brain_dispose;
  G_OBJECT_CLASS (klass)->finalize = lv_engine_brain_finalize;

  lv_engine_chat_install_signals (type, signals);
  signals[SIGNAL_ATTACH] = g_signal_new ("attach", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_ANNOUNCE] = g_signal_new ("announce", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
lv_engine_brain_init (LvEngineBrain *self)
{
  g_queue_init (&self->events);
  self->timers = lv_engine_timers_new (on_timer_due, self);
  self->builtin = lv_engine_builtin_new (self->timers, NULL, NULL);
}

LvEngineBrain *
lv_engine_brain_new (const LvSetup *setup, const char *chat_url, const char *chat_model)
{
  LvEngineBrain *self = g_object_new (LV_TYPE_ENGINE_BRAIN, NULL);

  self->services = lv_engine_services_of_setup (setup);
  self->matcher = lv_engine_matcher_new (setup->tools);
  lv_engine_builtin_set_language (self->builtin, lv_engine_languages_of_setup (setup));
  if (chat_url == NULL)
    return self;
  self->chat = lv_engine_chat_new (setup, chat_url, chat_model);
  connect_chat (self);
  return self;
}

void
lv_engine_brain_set_up (LvEngineBrain *self, const LvSetup *setup)
{
  lv_engine_matcher_free (self->matcher);
  self->matcher = lv_engine_matcher_new (setup->tools);
  self->services = lv_engine_services_of_setup (setup);
  lv_engine_builtin_set_language (self->builtin, lv_engine_languages_of_setup (setup));
  if (self->chat != NULL)
    lv_engine_chat_set_up (self->chat, setup);
}

char **
lv_engine_brain_dup_phrases (LvEngineBrain *self)
{
  GPtrArray *phrases = g_ptr_array_new ();

  lv_engine_builtin_add_phrases (self->builtin, phrases);
  lv_engine_matcher_add_phrases (self->matcher, phrases);
  if (self->services.search)
    lv_engine_encyclopedia_add_phrases (phrases);
  g_ptr_array_add (phrases, NULL);
  return (char **) g_ptr_array_free (phrases, FALSE);
}

void
lv_engine_brain_show (LvEngineBrain *self, GBytes *image)
{
  lv_engine_builtin_show (self->builtin, image);
}

void
lv_engine_brain_add_history (LvEngineBrain *self, const LvContent *turn)
{
  g_autofree char *text = lv_content_dup_text (turn);

  if (self->chat != NULL)
    lv_engine_chat_add_history (self->chat, turn->role, text);
  else if (turn->role == LV_ROLE_MODEL)
    note_reply (self, text);
  else if (!lv_engine_is_reminder (text))
    note_question (self, text);
}

void
lv_engine_brain_think (LvEngineBrain *self, const char *user_text)
{
  if (self->chat != NULL)
    lv_engine_chat_ask (self->chat, user_text);
  else if (lv_engine_is_reminder (user_text))
    think_again (self);
  else
    {
      note_question (self, user_text);
      read_text (self, user_text);
    }
}

void
lv_engine_brain_results (LvEngineBrain *self, GPtrArray *responses)
{
  if (self->chat != NULL)
    lv_engine_chat_results (self->chat, responses);
  else
    tell_results (self, responses);
}

void
lv_engine_brain_interrupt (LvEngineBrain *self, const char *heard)
{
  drop_events (self);
  if (self->chat != NULL)
    lv_engine_chat_interrupt (self->chat, heard);
}

gboolean
lv_engine_brain_is_asking (LvEngineBrain *self)
{
  return lv_engine_matcher_is_asking (self->matcher);
}
