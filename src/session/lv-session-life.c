/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "session/lv-session-setup.h"

#include <string.h>

#define ENGINE_MODEL_NAME "livevoice-engine"

static void
set_model (LvSession *self)
{
  const char *resource = self->endpoint->model_resource;
  const char *slash = strrchr (resource, '/');
  const char *name = slash != NULL ? slash + 1 : resource;

  self->model = lv_models_lookup (self->services.models, name);
  lv_transcript_set_stream (self->transcript, lv_session_is_stream (self));
  if (self->endpoint->is_engine)
    name = ENGINE_MODEL_NAME;
  if (g_str_equal (name, self->model_name))
    return;
  g_free (self->model_name);
  self->model_name = g_strdup (name);
  lv_session_emit_changed (self, "model");
}

gboolean
lv_session_resolve (LvSession *self, GError **error)
{
  self->endpoint = lv_session_setup_find_endpoint (self->running, self->services.endpoints, error);
  if (self->endpoint == NULL)
    return FALSE;
  /* plain connections lead to this machine only */
  self->is_remote = !self->endpoint->is_engine && g_str_has_prefix (self->endpoint->uri, "wss:");
  lv_session_log_begin (self);
  set_model (self);
  lv_session_begin_budget (self);
  return TRUE;
}

/* A handle leads back to where it was made: of use once. */
static char *
take_resume_option (LvProfile *profile)
{
  g_autofree char *handle = g_steal_pointer (&profile->resume);

  profile->resume = g_strdup ("");
  return *handle != '\0' ? g_steal_pointer (&handle) : NULL;
}

void
lv_session_do_begin (LvSession *self)
{
  self->handle = take_resume_option (self->profile);
  self->remembered = self->handle != NULL;
  self->running = lv_profile_copy (self->profile);
  lv_session_begin_keeping (self);
  if (!self->remembered)
    self->began_after = lv_transcript_get_last_id (self->transcript);
  lv_session_forgive (self);
  self->opened_us = self->away_us = 0;
  self->link_was_open = FALSE;
  self->gave_up = FALSE;
  self->resumable = FALSE;
  self->said_again = FALSE;
  self->error_is_loss = FALSE;
  self->n_turns = 0;
  self->has_usage = FALSE;
  self->usage_missing = FALSE;
  self->answer_due = FALSE;
  self->answering = FALSE;
  self->bad_frame_seen = FALSE;
  self->frame_dropped = FALSE;
  g_clear_error (&self->failure);

  lv_session_trust_microphone (self);
  lv_session_begin_health (self);
  lv_session_choose_recorder (self, self->running->flight_recorder);
  lv_session_set_error (self, NULL);
  lv_session_update_state (self);
  lv_session_begin_audio (self);
}

void
lv_session_clear_timers (LvSession *self)
{
  guint *timers[] = {
    &self->setup_timer,  &self->retry_timer,  &self->rotate_timer, &self->quiet_timer,
    &self->doctor_timer, &self->talk_timer,   &self->uplink_timer, &self->gap_timer,
    &self->levels_timer, &self->stream_timer, &self->hold_timer,   &self->keep_timer,
    &self->age_timer,    &self->doze_timer,
  };

  for (guint i = 0; i < G_N_ELEMENTS (timers); i++)
    g_clear_handle_id (timers[i], g_source_remove);
}

void
lv_session_do_free (LvSession *self)
{
  guint64 heard = self->playback != NULL ? lv_playback_flush (self->playback) : LV_HEARD_ALL;

  lv_transcript_cut (self->transcript, heard, lv_session_get_pushed (self));
  lv_session_free_audio (self);
  lv_session_count_audio (self);
  lv_session_end_budget (self);
  if (self->services.ledger != NULL)
    lv_ledger_save (self->services.ledger);
  lv_transcript_finish (self->transcript);
  lv_session_end_keeping (self);
  /* calls that are cancelled now keep nothing any more */
  g_clear_pointer (&self->endpoint, lv_endpoint_free);
  lv_session_free_tools (self);
  lv_session_clear_held (self);
  lv_session_clear_timers (self);
  self->deaf = FALSE;
  g_clear_pointer (&self->running, lv_profile_free);
  g_clear_pointer (&self->next, lv_profile_free);
  g_clear_pointer (&self->handle, g_free);
  g_clear_pointer (&self->seed, g_ptr_array_unref);
}
