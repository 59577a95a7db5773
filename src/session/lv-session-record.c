/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "config.h"
#include "protocol/lv-encode.h"
#include "protocol/lv-json-writer.h"

/* ---- frames ---- */

gboolean
lv_session_send_now (LvSession *self, GBytes *frame)
{
  if (!lv_websocket_send (self->socket, frame))
    return FALSE;
  if (self->recorder != NULL)
    lv_recorder_add_frame (self->recorder, FALSE, frame);
  return TRUE;
}

void
lv_session_send_sound (LvSession *self, const gint16 *samples, guint n_samples)
{
  lv_encode_audio (self->sound_frame, samples, n_samples, LV_RATE_IN);
  lv_websocket_send_text (self->socket, self->sound_frame->str);
  lv_session_count_sent (self, n_samples);
  if (self->recorder != NULL)
    lv_recorder_add_sound (self->recorder, FALSE, self->sound_frame->str, self->sound_frame->len,
                           samples, n_samples, LV_RATE_IN);
}

void
lv_session_send_picture (LvSession *self, GBytes *frame)
{
  lv_websocket_send (self->socket, frame);
  if (self->recorder != NULL)
    lv_recorder_add_omitted (self->recorder, FALSE, g_bytes_get_size (frame));
}

void
lv_session_record_received (LvSession *self, GBytes *frame)
{
  if (self->recorder != NULL)
    lv_recorder_add_frame (self->recorder, TRUE, frame);
}

void
lv_session_record_sound (LvSession *self, GBytes *frame, LvPcmBlock *pcm, guint rate)
{
  gsize n_frame;
  gconstpointer bytes = g_bytes_get_data (frame, &n_frame);

  if (self->recorder != NULL)
    lv_recorder_add_sound (self->recorder, TRUE, bytes, n_frame, lv_pcm_block_get_samples (pcm),
                           lv_pcm_block_get_length (pcm), rate);
}

/* ---- events ---- */

/* Names and values of text members, up to a NULL name; those without a value are left out. */
static void G_GNUC_NULL_TERMINATED
record (LvSession *self, const char *event, const char *name, ...)
{
  g_autoptr (GString) details = NULL;
  va_list members;

  if (self->recorder == NULL)
    return;
  details = g_string_new ("{");
  va_start (members, name);
  for (; name != NULL; name = va_arg (members, const char *))
    lv_json_add_string (details, name, va_arg (members, const char *));
  va_end (members);
  lv_json_close (details, '}');
  lv_recorder_add_event (self->recorder, event, details->str);
}

void
lv_session_record_link (LvSession *self)
{
  if (self->recorder == NULL)
    return;
  lv_recorder_begin_link (self->recorder);
  record (self, "opened", "endpoint", self->endpoint->is_engine ? "engine" : "server", NULL);
}

void
lv_session_record_close (LvSession *self, LvWebsocket *socket, const GError *error)
{
  const char *reason;
  guint code = lv_websocket_get_close (socket, &reason);
  g_autofree char *number = code != 0 ? g_strdup_printf ("%u", code) : NULL;

  record (self, "link-closed", "by", error != NULL ? "server" : "client", "code", number, "message",
          reason, "error", error != NULL ? lv_error_to_bus_name (error) : NULL, NULL);
}

void
lv_session_record_step (LvSession *self, LvEvent event, const LvStep *step)
{
  if (self->link != step->link)
    record (self, "link", "event", lv_event_to_string (event), "from",
            lv_link_to_string (self->link), "to", lv_link_to_string (step->link), NULL);
  if (self->turn != step->turn)
    record (self, "turn", "event", lv_event_to_string (event), "from",
            lv_turn_to_string (self->turn), "to", lv_turn_to_string (step->turn), NULL);
}

void
lv_session_record_remedy (LvSession *self, const char *symptom, const char *remedy)
{
  record (self, "remedy", "symptom", symptom, "remedy", remedy, NULL);
}

static void
on_changed (LvSession *self, const char *what)
{
  if (g_str_equal (what, "state"))
    record (self, "state", "state", lv_state_to_nick (self->state), NULL);
  else if (g_str_equal (what, "muted"))
    record (self, "muted", "muted", self->muted ? "true" : "false", NULL);
  else if (g_str_equal (what, "microphone-active"))
    record (self, "microphone", "active", self->microphone_active ? "true" : "false", NULL);
  else if (g_str_equal (what, "error") && self->error != NULL)
    record (self, "error", "error", lv_error_to_bus_name (self->error), "message",
            self->error->message, NULL);
}

static void
on_tool_started (LvSession *self, const char *call_id, const char *tool)
{
  record (self, "tool-started", "id", call_id, "tool", tool, NULL);
}

static void
on_tool_finished (LvSession *self, const char *call_id, const char *tool, LvOutcome outcome)
{
  record (self, "tool-finished", "id", call_id, "tool", tool, "outcome",
          lv_outcome_to_nick (outcome), NULL);
}

static void
on_turn_complete (LvSession *self, guint turn, const char *reason)
{
  g_autofree char *number = g_strdup_printf ("%u", turn);

  record (self, "turn-complete", "turn", number, "reason", reason, NULL);
}

static void
on_interrupted (LvSession *self, guint item)
{
  g_autofree char *number = g_strdup_printf ("%u", item);

  record (self, "interrupted", "item", number, NULL);
}

/* Its details are for programs, and may name a device of somebody: as a text, which is covered. */
static void
on_warning (LvSession *self, const char *code, const char *message, GVariant *details)
{
  g_autofree char *text = details != NULL ? g_variant_print (details, FALSE) : NULL;

  record (self, "warning", "code", code, "message", message, "details", text, NULL);
}

/* ---- life ---- */

static void
forget (LvSession *self)
{
  g_clear_handle_id (&self->forget_timer, g_source_remove);
  g_clear_pointer (&self->recorder, lv_recorder_free);
}

static gboolean
on_forget_timer (gpointer data)
{
  LvSession *self = data;

  self->forget_timer = 0;
  forget (self);
  return G_SOURCE_REMOVE;
}

static void
on_closed (LvSession *self, LvCloseReason reason)
{
  record (self, "closed", "reason", lv_close_reason_to_nick (reason), NULL);
  g_clear_handle_id (&self->forget_timer, g_source_remove);
  if (self->recorder != NULL && !lv_session_is_live (self))
    self->forget_timer = g_timeout_add_seconds (LV_RECORDER_KEEP_S, on_forget_timer, self);
}

void
lv_session_init_recorder (LvSession *self)
{
  const struct {
    const char *signal;
    GCallback handler;
  } handlers[] = {
    { "changed", G_CALLBACK (on_changed) },
    { "tool-started", G_CALLBACK (on_tool_started) },
    { "tool-finished", G_CALLBACK (on_tool_finished) },
    { "turn-complete", G_CALLBACK (on_turn_complete) },
    { "interrupted", G_CALLBACK (on_interrupted) },
    { "warning", G_CALLBACK (on_warning) },
    { "closed", G_CALLBACK (on_closed) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect (self, handlers[i].signal, handlers[i].handler, NULL);
}

void
lv_session_choose_recorder (LvSession *self, LvFlightRecorder wanted)
{
  gboolean samples = wanted == LV_FLIGHT_RECORDER_SOUND;

  if (self->recorder != NULL &&
      (wanted == LV_FLIGHT_RECORDER_OFF || samples != lv_recorder_keeps_samples (self->recorder)))
    forget (self);
  if (!lv_session_is_live (self))
    return;
  g_clear_handle_id (&self->forget_timer, g_source_remove);
  if (wanted == LV_FLIGHT_RECORDER_OFF || self->recorder != NULL)
    return;
  self->recorder = lv_recorder_new (samples ? LV_RECORDER_MAX_SOUND_BYTES : LV_RECORDER_MAX_BYTES,
                                    samples, g_get_monotonic_time, g_get_real_time);
  if (self->socket != NULL) /* in the middle of a connection */
    lv_recorder_begin_link (self->recorder);
}

void
lv_session_free_recorder (LvSession *self)
{
  forget (self);
}

LvRecording *
lv_session_copy_recording (LvSession *self, gboolean texts, gboolean sound, GError **error)
{
  const LvReportHead head = {
    .version = LV_VERSION,
    .model = self->model_name,
    .endpoint = g_str_equal (self->model_name, "livevoice-engine") ? "engine" : "server",
    .texts = texts,
    .sound = sound,
  };

  if (self->recorder != NULL)
    return lv_recorder_copy (self->recorder, &head);
  if (self->profile->flight_recorder == LV_FLIGHT_RECORDER_OFF)
    g_set_error_literal (error, LV_ERROR, LV_ERROR_UNSUPPORTED,
                         "Nothing is kept of conversations: flight-recorder is off");
  else
    g_set_error_literal (error, LV_ERROR, LV_ERROR_NOT_READY,
                         "There is nothing to report: there was no conversation lately");
  return NULL;
}
