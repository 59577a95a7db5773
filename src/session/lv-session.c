/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "base/lv-log.h"
#include "session/lv-session-setup.h"

static const LvSessionTimes default_times = {
  .talk_ms = LV_TALK_MAX_S * 1000,
  .stream_quiet_ms = LV_TRANSCRIPT_STREAM_QUIET_MS,
  .rotate_lead_ms = LV_ROTATE_LEAD_MS,
  .rotate_patience_ms = LV_ROTATE_PATIENCE_MS,
  .patience_ms = LV_LINK_PATIENCE_S * 1000,
  .offline_ms = LV_LINK_OFFLINE_S * 1000,
  .second_ms = 1000,
  .budget_grace_ms = LV_BUDGET_GRACE_S * 1000,
  .backoff_scale = 1.0,
};

enum {
  CHANGED,
  TRANSCRIPT,
  INTERRUPTED,
  TURN_COMPLETE,
  DETAIL,
  TOOL_STARTED,
  TOOL_FINISHED,
  LEVELS,
  WARNING,
  CLOSED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvSession, lv_session, G_TYPE_OBJECT)

/* ---- what others hear of ---- */

void
lv_session_emit_changed (LvSession *self, const char *what)
{
  g_signal_emit (self, signals[CHANGED], 0, what);
}

void
lv_session_warn_with (LvSession *self, const char *code, const char *message, GVariant *details)
{
  g_autoptr (GVariant) owned = details != NULL ? g_variant_ref_sink (details) : NULL;

  lv_log_session (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, self->path, "%s: %s", code, message);
  g_signal_emit (self, signals[WARNING], 0, code, message, owned);
}

void
lv_session_warn (LvSession *self, const char *code, const char *message)
{
  lv_session_warn_with (self, code, message, NULL);
}

void
lv_session_set_error (LvSession *self, const GError *error)
{
  if (self->error == NULL && error == NULL)
    return;
  g_clear_error (&self->error);
  self->error = error != NULL ? g_error_copy (error) : NULL;
  lv_session_emit_changed (self, "error");
}

void
lv_session_update_state (LvSession *self)
{
  LvActivity activity = {
    .playing = self->playing,
    .calling = g_hash_table_size (self->blocking) > 0,
    .due = self->answer_due,
    .deaf = self->deaf || lv_session_is_paused (self),
    .loud = self->loud,
  };
  LvState state = lv_session_fsm_derive_state (self->link, self->turn, activity);

  /* what one frame goes through on its way is of no interest */
  if (state == self->state || self->message != NULL)
    return;
  self->state = state;
  lv_session_prepare_speaker (self);
  lv_session_emit_changed (self, "state");
}

static void
on_transcript_changed (const LvTranscriptItem *item, gpointer data)
{
  lv_session_keep_soon (data);
  g_signal_emit (data, signals[TRANSCRIPT], 0, item);
}

void
lv_session_set_timer (LvSession *self, guint *timer, guint ms, GSourceFunc callback)
{
  g_clear_handle_id (timer, g_source_remove);
  *timer = g_timeout_add (ms, callback, self);
}

void
lv_session_log_begin (LvSession *self)
{
  lv_log_session (G_LOG_DOMAIN, G_LOG_LEVEL_INFO, self->path, "Conversation begins with %s",
                  self->endpoint->is_engine ? "the offline engine" : self->endpoint->uri);
}

void
lv_session_log_remedy (LvSession *self, LvSymptom symptom, LvRemedy remedy)
{
  const char *what = lv_symptom_to_nick (symptom);
  const char *how = lv_remedy_to_nick (remedy);

  lv_session_record_remedy (self, what, how);
  lv_log_remedy (G_LOG_DOMAIN, self->path, what, how);
}

/* ---- the end ---- */

static LvCloseReason
reason_from_error (const GError *error)
{
  static const struct {
    LvErrorCode code;
    LvCloseReason reason;
  } reasons[] = {
    { LV_ERROR_AUTHENTICATION, LV_CLOSE_AUTH }, { LV_ERROR_NO_CREDENTIAL, LV_CLOSE_AUTH },
    { LV_ERROR_NOT_PERMITTED, LV_CLOSE_AUTH },  { LV_ERROR_QUOTA_EXCEEDED, LV_CLOSE_QUOTA },
    { LV_ERROR_NETWORK, LV_CLOSE_NETWORK },     { LV_ERROR_TIMEOUT, LV_CLOSE_NETWORK },
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (g_error_matches (error, LV_ERROR, reasons[i].code))
      return reasons[i].reason;
  return LV_CLOSE_SERVER;
}

static void
do_report_end (LvSession *self)
{
  if (self->link == LV_LINK_FAILED)
    {
      if (self->failure == NULL)
        self->failure = g_error_new_literal (LV_ERROR, LV_ERROR_SERVER, "The connection ended");
      self->close_reason = reason_from_error (self->failure);
      lv_session_set_error (self, self->failure);
      lv_log_session (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE, self->path, "Conversation failed: %s",
                      self->failure->message);
      lv_session_update_state (self);
    }
  else
    lv_log_session (G_LOG_DOMAIN, G_LOG_LEVEL_INFO, self->path, "Conversation ended: %s",
                    lv_close_reason_to_nick (self->close_reason));
  g_signal_emit (self, signals[CLOSED], 0, self->close_reason);
}

/* ---- the machine ---- */

/* By bit of LvAction. */
static void (*const actions[LV_N_ACTIONS]) (LvSession *self) = {
  lv_session_do_flush,
  lv_session_do_tell_model,
  lv_session_do_drop_socket,
  lv_session_do_close_socket,
  lv_session_do_drop_handle,
  lv_session_do_abandon_turn,
  lv_session_do_finish_turn,
  lv_session_do_begin_turn,
  lv_session_do_recall,
  lv_session_do_resend,
  lv_session_do_hold,
  lv_session_do_free,
  do_report_end,
  lv_session_do_begin,
  lv_session_do_connect,
  lv_session_do_send_setup,
  lv_session_do_release,
  lv_session_do_back_off,
  lv_session_do_park,
  lv_session_do_doze,
};

static void
take_step (LvSession *self, LvEvent event)
{
  LvStep step = lv_session_fsm_step (self->link, self->turn, event);
  gboolean turned = step.turn != self->turn || step.link != self->link;

  if (turned)
    g_debug ("%s: %s/%s -> %s/%s", lv_event_to_string (event), lv_link_to_string (self->link),
             lv_turn_to_string (self->turn), lv_link_to_string (step.link),
             lv_turn_to_string (step.turn));
  if (turned)
    lv_session_record_step (self, event, &step);
  if (step.turn != self->turn)
    lv_session_note_active (self);
  self->link = step.link;
  self->turn = step.turn;
  for (guint i = 0; i < LV_N_ACTIONS; i++)
    if (step.actions & 1u << i)
      actions[i](self);

  if (turned)
    lv_session_prepare_speaker (self);
  lv_session_update_state (self);
  lv_session_consult_doctor (self);
  lv_session_consider_rotation (self);
  lv_session_consider_budget (self);
}

void
lv_session_dispatch (LvSession *self, LvEvent event)
{
  g_queue_push_tail (&self->events, GUINT_TO_POINTER (event));
  if (self->stepping)
    return;

  g_object_ref (self); /* a handler may drop the last reference of others */
  self->stepping = TRUE;
  while (!g_queue_is_empty (&self->events))
    take_step (self, GPOINTER_TO_UINT (g_queue_pop_head (&self->events)));
  self->stepping = FALSE;
  g_object_unref (self);
}

gboolean
lv_session_is_live (LvSession *self)
{
  return self->running != NULL;
}

gboolean
lv_session_can (LvSession *self, LvCapability capability)
{
  return lv_session_is_live (self) && self->model != NULL && lv_model_can (self->model, capability);
}

/* ---- start and stop ---- */

gboolean
lv_session_check_profile (const LvSessionServices *services, const LvProfile *profile,
                          GPtrArray *tools, GError **error)
{
  g_autoptr (LvEndpoint) endpoint =
      lv_session_setup_find_endpoint (profile, services->endpoints, error);
  g_autoptr (LvSetup) setup = NULL;

  if (endpoint == NULL || !lv_session_setup_check (profile, error))
    return FALSE;
  setup = lv_session_setup_new (profile, endpoint,
                                lv_models_lookup (services->models, endpoint->model_resource),
                                tools, NULL);
  return lv_setup_check (setup, error);
}

gboolean
lv_session_check (LvSession *self, const LvProfile *profile, GError **error)
{
  g_autoptr (GPtrArray) tools = lv_session_list_made_tools (self);

  return lv_session_check_profile (&self->services, profile, tools, error);
}

gboolean
lv_session_start (LvSession *self, GError **error)
{
  g_autoptr (LvEndpoint) endpoint = NULL;

  if (lv_session_is_live (self) && !self->stepping)
    {
      lv_session_dispatch (self, LV_EVENT_START);
      return TRUE;
    }
  endpoint = lv_session_setup_find_endpoint (self->profile, self->services.endpoints, error);
  if (endpoint == NULL || !lv_session_check_may_start (self, error) ||
      !lv_session_check_budget (self, endpoint, error) ||
      !lv_session_check (self, self->profile, error) ||
      (endpoint->credential != NULL && !lv_token_source_check (endpoint->credential, error)))
    return FALSE;
  lv_session_dispatch (self,
                       lv_session_recall (self, endpoint) ? LV_EVENT_START_AGAIN : LV_EVENT_START);
  return TRUE;
}

void
lv_session_stop (LvSession *self, LvCloseReason reason)
{
  if (lv_session_is_live (self))
    self->close_reason = reason;
  if (reason == LV_CLOSE_USER)
    lv_session_forget (self);
  lv_session_dispatch (self, LV_EVENT_STOP);
}

void
lv_session_set_muted (LvSession *self, gboolean muted)
{
  self->muted_by_sleep = FALSE;
  if (self->muted == muted)
    return;
  self->muted = muted;
  lv_session_emit_changed (self, "muted");
  lv_session_apply_muted (self);
}

void
lv_session_set_levels_wanted (LvSession *self, gboolean wanted)
{
  self->levels_wanted = wanted;
  lv_session_arm_levels (self);
}

void
lv_session_set_profile (LvSession *self, const LvProfile *profile)
{
  LvProfile *copy = lv_profile_copy (profile);

  lv_profile_free (self->profile);
  self->profile = copy;
}

/* ---- getters ---- */

const LvProfile *
lv_session_get_profile (LvSession *self)
{
  return self->profile;
}

LvState
lv_session_get_state (LvSession *self)
{
  return self->state;
}

gboolean
lv_session_get_muted (LvSession *self)
{
  return self->muted;
}

gboolean
lv_session_get_microphone_active (LvSession *self)
{
  return self->microphone_active;
}

const GError *
lv_session_get_last_error (LvSession *self)
{
  return self->error;
}

const char *
lv_session_get_model (LvSession *self)
{
  return self->model_name;
}

const char *
lv_session_get_path (LvSession *self)
{
  return self->path;
}

const char *
lv_session_get_owner (LvSession *self)
{
  return self->owner;
}

const char *
lv_session_get_owner_app (LvSession *self)
{
  return self->owner_app;
}

GPtrArray *
lv_session_list_transcript (LvSession *self, guint since)
{
  return lv_transcript_list (self->transcript, since);
}

/* ---- the object ---- */

LvSession *
lv_session_new (const LvSessionServices *services, const char *path, const char *owner,
                const char *owner_app, const LvProfile *profile, gboolean with_shared)
{
  LvSession *self = g_object_new (LV_TYPE_SESSION, NULL);

  self->services = *services;
  if (self->services.settings == NULL)
    self->services.settings = &lv_daemon_config_default;
  self->doctor = lv_doctor_new (&self->services.settings->watchdogs);
  self->path = g_strdup (path);
  self->owner = g_strdup (owner);
  self->owner_app = g_strdup (owner_app);
  self->with_shared = with_shared;
  self->profile = lv_profile_copy (profile);
  lv_session_init_tools (self);
  lv_session_init_recorder (self);
  return self;
}

static void
lv_session_init (LvSession *self)
{
  self->model_name = g_strdup ("");
  self->times = default_times;
  self->transcript = lv_transcript_new (g_get_real_time, on_transcript_changed, self);
  self->jitter = lv_jitter_new ();
  self->text_rate = lv_rate_new (LV_TEXT_MAX_PER_SECOND, G_USEC_PER_SEC);
  self->audio_input.fd = self->audio_output.fd = -1;
  self->video_rate = lv_rate_new (LV_VIDEO_MAX_PER_SECOND, G_USEC_PER_SEC);
  self->close_reason = LV_CLOSE_USER;
  g_queue_init (&self->events);
  g_queue_init (&self->held);
  g_queue_init (&self->unanswered);
}

static void
lv_session_dispose (GObject *object)
{
  LvSession *self = LV_SESSION (object);

  if (lv_session_is_live (self))
    {
      self->close_reason = LV_CLOSE_SHUTDOWN;
      lv_session_do_free (self);
    }
  lv_session_do_drop_socket (self);
  lv_session_clear_timers (self);
  lv_session_free_recorder (self);
  g_clear_object (&self->router);
  G_OBJECT_CLASS (lv_session_parent_class)->dispose (object);
}

static void
lv_session_finalize (GObject *object)
{
  LvSession *self = LV_SESSION (object);

  g_free (self->path);
  g_free (self->owner);
  g_free (self->owner_app);
  g_free (self->model_name);
  g_free (self->token);
  g_free (self->holder);
  g_free (self->kept_key);
  g_clear_pointer (&self->adopted, g_variant_unref);
  g_clear_pointer (&self->recalled, g_variant_unref);
  lv_profile_free (self->profile);
  g_queue_clear (&self->events);
  g_hash_table_unref (self->blocking);
  g_clear_error (&self->error);
  g_clear_error (&self->failure);
  lv_transcript_free (self->transcript);
  lv_jitter_unref (self->jitter);
  lv_doctor_free (self->doctor);
  lv_rate_free (self->text_rate);
  lv_rate_free (self->video_rate);
  lv_session_close_audio_ends (self);
  G_OBJECT_CLASS (lv_session_parent_class)->finalize (object);
}

static guint
add_signal (const char *name, guint n_types, GType first, GType second, GType third)
{
  return g_signal_new (name, LV_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       n_types, first, second, third);
}

static void
lv_session_class_init (LvSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lv_session_dispose;
  object_class->finalize = lv_session_finalize;

  signals[CHANGED] = add_signal ("changed", 1, G_TYPE_STRING, 0, 0);
  signals[TRANSCRIPT] = add_signal ("transcript", 1, G_TYPE_POINTER, 0, 0);
  signals[INTERRUPTED] = add_signal ("interrupted", 1, G_TYPE_UINT, 0, 0);
  signals[TURN_COMPLETE] =
      add_signal ("turn-complete", 3, G_TYPE_UINT, G_TYPE_STRING, G_TYPE_POINTER);
  signals[DETAIL] = add_signal ("detail", 3, G_TYPE_UINT, G_TYPE_STRING, G_TYPE_VARIANT);
  signals[TOOL_STARTED] = add_signal ("tool-started", 2, G_TYPE_STRING, G_TYPE_STRING, 0);
  signals[TOOL_FINISHED] =
      add_signal ("tool-finished", 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_INT);
  signals[LEVELS] = add_signal ("levels", 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE, 0);
  signals[WARNING] = add_signal ("warning", 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_VARIANT);
  signals[CLOSED] = add_signal ("closed", 1, G_TYPE_INT, 0, 0);
}
