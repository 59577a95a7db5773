/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-session.h"

#include "engine/lv-engine-dialogue.h"
#include "engine/lv-engine-intake.h"
#include "engine/lv-engine-interpreter.h"
#include "engine/lv-engine-notice.h"
#include "engine/lv-engine-rules.h"
#include "protocol/lv-decode.h"

#include <string.h>

#define UNAUTHENTICATED "Request had invalid authentication credentials."

struct _LvEngineSession {
  GObject parent_instance;

  /* borrowed */
  const LvEngineOptions *options;
  LvEngineMemory *memory;

  /* owned */
  LvEngineDialogue *dialogue;       /* NULL until the setup, and for models that do not talk */
  LvEngineInterpreter *interpreter; /* NULL for models that do */
  LvEngineHearing *hearing;         /* borrowed from either: NULL until the setup */
  LvEngineConversation *conversation;
  LvEngineIntake *intake;
  LvEngineToken *token; /* NULL: a client with a key */

  const LvSetup *setup; /* borrowed from dialogue or interpreter */
  LvApi api;
  guint setup_timeout;
  guint n_received; /* messages */
  gboolean manual_activity;
  gboolean seeding; /* clientContent is history */
  gboolean closed;
};

enum { MESSAGE, STAGE, CLOSE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvEngineSession, lv_engine_session, G_TYPE_OBJECT)

static void
send (LvEngineSession *self, const LvServerMessage *message)
{
  if (!self->closed)
    g_signal_emit (self, signals[MESSAGE], 0, message);
}

static void
reach (LvEngineSession *self, LvEngineStage stage)
{
  if (!self->closed)
    g_signal_emit (self, signals[STAGE], 0, stage);
}

/* ---- setup ---- */

static gboolean
check_setup (LvEngineSession *self, LvSetup *setup)
{
  g_autofree char *reason = NULL;
  guint code;

  setup->api = self->api;
  code = lv_engine_rules_check_setup (setup, self->options->retired, &reason);
  if (code != 0)
    lv_engine_session_close (self, code, reason);
  return code == 0;
}

static gboolean
check_token (LvEngineSession *self, const LvSetup *setup)
{
  if (self->token == NULL || setup->resumption_handle != NULL || lv_engine_token_use (self->token))
    return TRUE;
  lv_engine_session_close (self, LV_ENGINE_CLOSE_REFUSED, UNAUTHENTICATED);
  return FALSE;
}

static gboolean
open_conversation (LvEngineSession *self, const LvSetup *setup)
{
  const char *reason;
  guint code;

  self->conversation = lv_engine_memory_open (self->memory, setup->resumption_handle,
                                              lv_model_get_id (setup->model), &code, &reason);
  if (self->conversation == NULL)
    lv_engine_session_close (self, code, reason);
  return self->conversation != NULL;
}

static void
send_setup_complete (LvEngineSession *self)
{
  g_autoptr (LvServerMessage) message = lv_engine_notice_setup_complete (
      lv_api_is_vertex (self->api) ? g_uuid_string_random () : NULL);

  send (self, message);
}

static void
send_resumption_update (LvEngineSession *self)
{
  g_autoptr (LvServerMessage) message =
      lv_engine_notice_resumption (lv_engine_memory_add (self->memory, self->conversation),
                                   self->setup->transparent ? (gint64) self->n_received : -1);

  send (self, message);
}

/* Of the newest models a handle lasts; others give a new one with each turn. */
static gboolean
renews_handles (const LvSetup *setup)
{
  return (setup->resumption || setup->resumption_handle != NULL) &&
         (setup->transparent || !lv_engine_rules_keeps_handles (lv_setup_get_limits (setup)));
}

static void
pass_on (LvEngineSession *self, LvServerMessage *message)
{
  if (message->usage != NULL)
    message->usage->vertex = lv_api_is_vertex (self->api);
  send (self, message);
  if (message->turn_complete && !self->closed && renews_handles (self->setup))
    send_resumption_update (self);
}

static void
on_dialogue_message (LvEngineDialogue *dialogue, LvServerMessage *message, LvEngineSession *self)
{
  pass_on (self, message);
}

static void
on_interpreter_message (LvEngineInterpreter *interpreter, LvServerMessage *message,
                        LvEngineSession *self)
{
  pass_on (self, message);
}

static void
on_interpreter_failed (LvEngineInterpreter *interpreter, const char *reason, LvEngineSession *self)
{
  lv_engine_session_close (self, LV_ENGINE_CLOSE_INTERNAL, reason);
}

/* Takes @setup. */
static gboolean
start_interpreter (LvEngineSession *self, LvSetup *setup)
{
  g_autoptr (GError) error = NULL;

  self->interpreter = lv_engine_interpreter_new (setup, self->conversation, self->options, &error);
  if (self->interpreter == NULL)
    {
      lv_engine_session_close (self, LV_ENGINE_CLOSE_REFUSED, error->message);
      return FALSE;
    }
  self->hearing = lv_engine_interpreter_get_hearing (self->interpreter);
  g_signal_connect_object (self->interpreter, "message", G_CALLBACK (on_interpreter_message), self,
                           0);
  g_signal_connect_object (self->interpreter, "failed", G_CALLBACK (on_interpreter_failed), self,
                           0);
  return TRUE;
}

/* Takes @setup. */
static void
start_dialogue (LvEngineSession *self, LvSetup *setup)
{
  self->dialogue = lv_engine_dialogue_new (setup, self->conversation, self->options);
  self->hearing = lv_engine_dialogue_get_hearing (self->dialogue);
  g_signal_connect_object (self->dialogue, "message", G_CALLBACK (on_dialogue_message), self, 0);
}

/* ---- what the server hears ---- */

static void
send_activity (LvEngineSession *self, LvVoiceActivity activity, gint64 offset_us)
{
  g_autoptr (LvServerMessage) signal = lv_engine_notice_activity (activity, offset_us);
  g_autoptr (LvServerMessage) state = lv_engine_notice_speech_state (activity);

  if (self->setup->explicit_vad_signal)
    send (self, signal);
  send (self, state);
}

static void
on_hearing_started (LvEngineHearing *hearing, LvEngineSession *self)
{
  send_activity (self, LV_VOICE_BEGINS, lv_engine_hearing_get_start_us (hearing));
}

static void
on_hearing_ended (LvEngineHearing *hearing, LvEngineSession *self)
{
  send_activity (self, LV_VOICE_ENDS, lv_engine_hearing_get_end_us (hearing));
}

/* Only one of the APIs tells. */
static void
connect_hearing (LvEngineSession *self)
{
  if (!lv_api_is_vertex (self->api))
    return;
  g_signal_connect_object (self->hearing, "started", G_CALLBACK (on_hearing_started), self, 0);
  g_signal_connect_object (self->hearing, "ended", G_CALLBACK (on_hearing_ended), self, 0);
}

static void
on_setup (LvEngineSession *self, LvClientMessage *message)
{
  g_autoptr (LvSetup) setup = g_steal_pointer (&message->setup);
  const gboolean resumed = setup->resumption_handle != NULL;
  const gboolean resumable = setup->resumption || resumed;

  reach (self, resumed ? LV_ENGINE_STAGE_RESUMING : LV_ENGINE_STAGE_HELLO);
  if (self->closed || !check_setup (self, setup) || !check_token (self, setup) ||
      !open_conversation (self, setup))
    return;

  g_clear_handle_id (&self->setup_timeout, g_source_remove);
  self->manual_activity = setup->vad_disabled;
  self->seeding = setup->initial_history;
  self->setup = setup;
  if (!lv_engine_interpreter_is_wanted (setup))
    start_dialogue (self, g_steal_pointer (&setup));
  else if (!start_interpreter (self, g_steal_pointer (&setup)))
    return;

  connect_hearing (self);
  send_setup_complete (self);
  if (resumable)
    send_resumption_update (self);
  reach (self, resumed ? LV_ENGINE_STAGE_RESUME : LV_ENGINE_STAGE_SETUP);
}

/* ---- what follows ---- */

static void
on_content (LvEngineSession *self, LvClientMessage *message)
{
  if (self->seeding)
    {
      self->seeding = !message->turn_complete;
      lv_engine_dialogue_remember (self->dialogue, message->turns);
      return;
    }
  if (message->turn_complete)
    reach (self, LV_ENGINE_STAGE_ASKED);
  lv_engine_dialogue_read (self->dialogue, message->turns, message->turn_complete);
}

static void
on_audio (LvEngineSession *self, LvClientMessage *message)
{
  const gint16 *samples;
  gsize n;

  if (g_bytes_get_size (message->blob->data) > LV_ENGINE_AUDIO_MAX_BYTES)
    lv_engine_session_close (self, LV_ENGINE_CLOSE_INVALID, LV_ENGINE_INVALID_ARGUMENT);
  else if (lv_engine_intake_read (self->intake, message->blob, &samples, &n))
    lv_engine_hearing_feed (self->hearing, samples, n);
  else
    lv_engine_session_close (self, LV_ENGINE_CLOSE_INVALID, LV_ENGINE_INTAKE_REFUSAL);
}

static void
on_video (LvEngineSession *self, LvClientMessage *message)
{
  lv_engine_conversation_see (self->conversation, message->blob->data);
}

static void
on_text (LvEngineSession *self, LvClientMessage *message)
{
  if (strlen (message->text) > LV_ENGINE_TEXT_MAX_BYTES)
    lv_engine_session_close (self, LV_ENGINE_CLOSE_INVALID, LV_ENGINE_INVALID_ARGUMENT);
  else
    {
      reach (self, LV_ENGINE_STAGE_ASKED);
      lv_engine_dialogue_ask (self->dialogue, message->text);
    }
}

static void
on_activity (LvEngineSession *self, LvClientMessage *message)
{
  if (!self->manual_activity)
    lv_engine_session_close (self, LV_ENGINE_CLOSE_INVALID,
                             "Explicit activity control is not supported when automatic activity "
                             "detection is enabled.");
  else if (message->realtime == LV_REALTIME_ACTIVITY_START)
    lv_engine_hearing_start (self->hearing);
  else
    lv_engine_hearing_end (self->hearing);
}

static void
on_audio_stream_end (LvEngineSession *self, LvClientMessage *message)
{
  if (!self->manual_activity)
    lv_engine_hearing_end (self->hearing);
}

static void
on_realtime (LvEngineSession *self, LvClientMessage *message)
{
  static void (*const handlers[]) (LvEngineSession *, LvClientMessage *) = {
    [LV_REALTIME_AUDIO] = on_audio,
    [LV_REALTIME_VIDEO] = on_video,
    [LV_REALTIME_TEXT] = on_text,
    [LV_REALTIME_ACTIVITY_START] = on_activity,
    [LV_REALTIME_ACTIVITY_END] = on_activity,
    [LV_REALTIME_AUDIO_STREAM_END] = on_audio_stream_end,
  };

  handlers[message->realtime](self, message);
}

static void
on_tool_response (LvEngineSession *self, LvClientMessage *message)
{
  reach (self, LV_ENGINE_STAGE_RESULT);
  lv_engine_dialogue_answer (self->dialogue, message->responses);
}

static void
on_context_update (LvEngineSession *self, LvClientMessage *message)
{
  lv_engine_dialogue_update (self->dialogue, message->setup);
}

/* All that a model without conversation takes. */
static gboolean
is_sound (const LvClientMessage *message)
{
  return message->type == LV_CLIENT_SETUP ||
         (message->type == LV_CLIENT_REALTIME && message->realtime != LV_REALTIME_TEXT &&
          message->realtime != LV_REALTIME_VIDEO);
}

static void
take (LvEngineSession *self, LvClientMessage *message)
{
  static void (*const handlers[]) (LvEngineSession *, LvClientMessage *) = {
    [LV_CLIENT_SETUP] = on_setup,
    [LV_CLIENT_CONTENT] = on_content,
    [LV_CLIENT_REALTIME] = on_realtime,
    [LV_CLIENT_TOOL_RESPONSE] = on_tool_response,
    [LV_CLIENT_CONTEXT_UPDATE] = on_context_update,
  };
  const gboolean is_setup = message->type == LV_CLIENT_SETUP;
  g_autofree char *reason = NULL;
  guint code = 0;

  if (is_setup == (self->setup != NULL))
    {
      lv_engine_session_close (self, LV_ENGINE_CLOSE_INVALID,
                               is_setup ? "setup must be the first message and only the first"
                                        : "setup must be the first message");
      return;
    }
  if (!is_setup)
    code = lv_engine_rules_check_message (self->setup, message, self->seeding, &reason);
  if (code != 0)
    lv_engine_session_close (self, code, reason);
  else if (self->interpreter != NULL && !is_sound (message))
    lv_engine_session_close (self, LV_ENGINE_CLOSE_INVALID, LV_ENGINE_INVALID_ARGUMENT);
  else
    handlers[message->type](self, message);
}

void
lv_engine_session_receive (LvEngineSession *self, GBytes *frame)
{
  g_autoptr (LvEngineSession) alive G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) constrained = NULL;
  g_autoptr (LvClientMessage) message = NULL;

  if (self->closed)
    return;
  if (self->token != NULL && lv_engine_token_has_expired (self->token))
    {
      lv_engine_session_close (self, LV_ENGINE_CLOSE_REFUSED, UNAUTHENTICATED);
      return;
    }
  if (self->token != NULL && self->setup == NULL)
    frame = constrained = lv_engine_token_constrain (self->token, frame);
  self->n_received++;
  message = lv_decode_client (frame, &error);
  if (message == NULL)
    lv_engine_session_close (self, LV_ENGINE_CLOSE_INVALID, error->message);
  else
    take (self, message);
}

/* ---- life ---- */

static gboolean
on_setup_timeout (gpointer user_data)
{
  LvEngineSession *self = user_data;

  self->setup_timeout = 0;
  lv_engine_session_close (self, LV_ENGINE_CLOSE_INTERNAL,
                           "Deadline expired before operation could complete.");
  return G_SOURCE_REMOVE;
}

static void
lv_engine_session_init (LvEngineSession *self)
{
  self->setup_timeout = g_timeout_add_seconds (LV_ENGINE_SETUP_TIMEOUT_S, on_setup_timeout, self);
  self->intake = lv_engine_intake_new ();
}

/* The conversation can be resumed from now on. */
static void
let_go (LvEngineSession *self)
{
  g_clear_handle_id (&self->setup_timeout, g_source_remove);
  if (self->conversation != NULL)
    lv_engine_conversation_close (self->conversation);
  g_clear_object (&self->conversation);
}

static void
lv_engine_session_dispose (GObject *object)
{
  LvEngineSession *self = LV_ENGINE_SESSION (object);

  self->closed = TRUE;
  let_go (self);
  self->hearing = NULL;
  g_clear_object (&self->dialogue);
  g_clear_pointer (&self->intake, lv_engine_intake_free);
  g_clear_pointer (&self->token, lv_engine_token_unref);
  g_clear_object (&self->interpreter);

  G_OBJECT_CLASS (lv_engine_session_parent_class)->dispose (object);
}

static void
lv_engine_session_class_init (LvEngineSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lv_engine_session_dispose;

  signals[MESSAGE] = g_signal_new ("message", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[STAGE] = g_signal_new ("stage", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[CLOSE] = g_signal_new ("close", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);
}

LvEngineSession *
lv_engine_session_new (const LvEngineOptions *options, LvEngineMemory *memory, LvApi api)
{
  LvEngineSession *self = g_object_new (LV_TYPE_ENGINE_SESSION, NULL);

  self->options = options;
  self->memory = memory;
  self->api = api;
  return self;
}

void
lv_engine_session_set_token (LvEngineSession *self, LvEngineToken *token)
{
  self->token = lv_engine_token_ref (token);
}

void
lv_engine_session_go_away (LvEngineSession *self, gint64 time_left_us)
{
  g_autoptr (LvServerMessage) message = lv_engine_notice_go_away (time_left_us);

  send (self, message);
}

void
lv_engine_session_close (LvEngineSession *self, guint code, const char *reason)
{
  if (self->closed)
    return;

  self->closed = TRUE;
  g_clear_handle_id (&self->setup_timeout, g_source_remove);
  g_signal_emit (self, signals[CLOSE], 0, code, reason);
}
