/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Between the session and its doctor: shows it the scene, keeps the one timer that it asks for, and
 * does what it prescribes, never from within what happens but from the loop. Main thread.
 */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "protocol/lv-encode.h"
#include "session/lv-session-setup.h"

/* ---- the scene ---- */

/* It takes its time before it says anything. */
static gboolean
is_patient (LvSession *self)
{
  const LvProfile *profile = self->running;
  const char *level =
      *profile->thinking_level != '\0' ? profile->thinking_level : self->model->thinking_level;

  if (!lv_session_can (self, LV_CAN_THINKING))
    return FALSE;
  return (level != NULL && g_ascii_strcasecmp (level, "minimal") != 0) ||
         (profile->thinking_budget != LV_UNSET && profile->thinking_budget != 0);
}

/* Who speaks over the voice would be heard by ourselves; or nobody can be heard at all. */
static gboolean
is_certain (LvSession *self)
{
  return self->capture == NULL || !self->microphone_active || self->barge != NULL;
}

static gboolean
is_heard (LvSession *self)
{
  return self->microphone_active &&
         lv_session_setup_get_turn_detection (self->running) == LV_TURN_DETECTION_AUTO;
}

static guint
describe_scene (LvSession *self)
{
  guint scene = 0;

  if (self->link != LV_LINK_OPEN || self->model == NULL)
    return 0;
  scene |= LV_SCENE_OPEN;
  scene |= lv_session_is_stream (self) ? LV_SCENE_STREAM : 0;
  scene |= lv_tool_router_get_n_outstanding (self->router) > 0 ? LV_SCENE_CALLING : 0;
  scene |= self->playing ? LV_SCENE_PLAYING : 0;
  scene |= lv_session_is_talking (self) ? LV_SCENE_TALKING : 0;
  scene |= is_heard (self) ? LV_SCENE_HEARD : 0;
  scene |= lv_session_can (self, LV_CAN_READ) ? LV_SCENE_READS : 0;
  scene |= lv_session_can (self, LV_CAN_STAY_SILENT) ? LV_SCENE_QUIET : 0;
  scene |= self->running->proactive_audio ? LV_SCENE_DISCREET : 0;
  scene |= is_patient (self) ? LV_SCENE_PATIENT : 0;
  scene |= is_certain (self) ? LV_SCENE_CERTAIN : 0;
  return scene;
}

/* ---- remedies ---- */

static const char *
get_nudge (LvSymptom symptom)
{
  static const char *const texts[LV_N_SYMPTOMS] = {
    [LV_SYMPTOM_HUSH] = "(Nothing could be heard. Please say that again, in the same language.)",
    [LV_SYMPTOM_TOOL_LOOP] = "(Please answer now with what you know, without calling functions, in "
                             "the language of the conversation.)",
    [LV_SYMPTOM_CUT_TURN] = "(Please go on where you stopped, in the same language.)",
    [LV_SYMPTOM_STALLED_TURN] = "(Please go on where you stopped, in the same language.)",
    [LV_SYMPTOM_LOST_ANSWER] = "(Please go on where you stopped, in the same language.)",
    [LV_SYMPTOM_PHANTOM] = "(Nobody interrupted you. Please go on, in the same language.)",
  };

  return texts[symptom] != NULL
             ? texts[symptom]
             : "(Please answer what was said last, in the language of the conversation.)";
}

static void
nudge (LvSession *self, LvSymptom symptom)
{
  g_autoptr (LvClientMessage) message = lv_client_message_new_text (get_nudge (symptom));
  g_autoptr (GBytes) frame = lv_encode_client (message);

  lv_session_send_frame (self, frame, 0);
  self->answer_due = TRUE;
  lv_session_dispatch (self, LV_EVENT_TEXT);
}

static void
end_stream (LvSession *self, LvSymptom symptom)
{
  g_autoptr (LvClientMessage) message =
      lv_client_message_new_realtime (LV_REALTIME_AUDIO_STREAM_END);
  g_autoptr (GBytes) frame = lv_encode_client (message);

  lv_session_send_now (self, frame);
}

static void
resume (LvSession *self, LvSymptom symptom)
{
  lv_session_resume_link (self);
}

static void
renew (LvSession *self, LvSymptom symptom)
{
  lv_session_renew_link (self);
}

/* The turn is taken to be over. */
static void
let_go (LvSession *self, LvSymptom symptom)
{
  if (self->turn == LV_TURN_MODEL || self->turn == LV_TURN_ENDING)
    {
      lv_session_dispatch (self, LV_EVENT_TURN_COMPLETE);
      if (self->answer_due)
        lv_session_dispatch (self, LV_EVENT_OWED);
      return;
    }
  self->answer_due = FALSE;
  lv_session_dispatch (self, LV_EVENT_NO_REPLY);
}

static void
tell (LvSession *self, LvSymptom symptom)
{
  g_auto (GVariantDict) details = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&details, "symptom", "s", lv_symptom_to_nick (symptom));
  g_variant_dict_insert (&details, "remedy", "s", lv_remedy_to_nick (self->last_remedy));
  lv_session_warn_with (self, "stalled",
                        "The service does not answer as it should, and a new connection did not "
                        "help; say it again, or end the conversation and begin another",
                        g_variant_dict_end (&details));
  let_go (self, symptom);
}

static void
carry_out (LvSession *self, const LvDoctorStep *step)
{
  static void (*const remedies[LV_N_REMEDIES]) (LvSession *, LvSymptom) = {
    [LV_REMEDY_NUDGE] = nudge,   [LV_REMEDY_STREAM_END] = end_stream,
    [LV_REMEDY_RESUME] = resume, [LV_REMEDY_RENEW] = renew,
    [LV_REMEDY_TELL] = tell,     [LV_REMEDY_LET_GO] = let_go,
  };

  if (step->remedy != LV_REMEDY_LET_GO)
    lv_session_log_remedy (self, step->symptom, step->remedy);
  remedies[step->remedy](self, step->symptom);
  self->last_remedy = step->remedy;
}

/* ---- the timer ---- */

static gboolean
on_doctor_timer (gpointer data)
{
  LvSession *self = data;
  gint64 now_us = g_get_monotonic_time ();
  LvDoctorStep step;

  self->doctor_timer = 0;
  g_object_ref (self);
  if (self->socket != NULL)
    lv_doctor_note_alive (self->doctor, lv_websocket_get_heard (self->socket));
  if (lv_doctor_step (self->doctor, now_us, &step))
    carry_out (self, &step);
  lv_session_consult_doctor (self);
  g_object_unref (self);
  return G_SOURCE_REMOVE;
}

/* A timer that comes too early asks again; that is cheaper than a new one for each frame. */
static void
arm (LvSession *self, gint64 due_us, gint64 now_us)
{
  gint64 wait_ms;

  if (due_us == G_MAXINT64)
    {
      g_clear_handle_id (&self->doctor_timer, g_source_remove);
      return;
    }
  if (self->doctor_timer != 0 && self->doctor_due_us <= due_us)
    return;
  wait_ms = (MAX (due_us - now_us, 0) + 999) / 1000;
  self->doctor_due_us = due_us;
  lv_session_set_timer (self, &self->doctor_timer, (guint) wait_ms, on_doctor_timer);
}

void
lv_session_consult_doctor (LvSession *self)
{
  gint64 now_us = g_get_monotonic_time ();

  lv_doctor_look (self->doctor, self->turn, describe_scene (self), now_us);
  arm (self, lv_doctor_get_deadline (self->doctor), now_us);
}

/* ---- the connections ---- */

static gboolean
has_held_text (LvSession *self)
{
  for (GList *l = self->held.head; l != NULL; l = l->next)
    {
      const LvHeldFrame *held = l->data;

      if (held->item != 0 || (held->is_note && lv_session_has_spoken_result (held->results)))
        return TRUE;
    }
  return FALSE;
}

void
lv_session_note_resent (LvSession *self)
{
  LvAsked asked = has_held_text (self) ? LV_ASKED_TEXT
                  : self->said_again   ? LV_ASKED_SPEECH
                                       : LV_ASKED_NOTHING;

  lv_doctor_ask (self->doctor, asked, g_get_monotonic_time ());
}

void
lv_session_note_no_setup (LvSession *self)
{
  LvRemedy remedy = self->link == LV_LINK_RESUMING ? LV_REMEDY_RESUME : LV_REMEDY_TELL;

  lv_doctor_report (self->doctor, LV_SYMPTOM_NO_SETUP, remedy);
  lv_session_log_remedy (self, LV_SYMPTOM_NO_SETUP, remedy);
}

/* ---- how it is ---- */

static GVariant *
describe_symptoms (LvSession *self)
{
  GVariantBuilder counts;

  g_variant_builder_init (&counts, G_VARIANT_TYPE ("a{su}"));
  for (LvSymptom i = 0; i < LV_N_SYMPTOMS; i++)
    if (lv_doctor_get_symptoms (self->doctor, i) > 0)
      g_variant_builder_add (&counts, "{su}", lv_symptom_to_nick (i),
                             lv_doctor_get_symptoms (self->doctor, i));
  return g_variant_builder_end (&counts);
}

static GVariant *
describe_remedies (LvSession *self)
{
  GVariantBuilder counts;

  g_variant_builder_init (&counts, G_VARIANT_TYPE ("a{su}"));
  for (LvRemedy i = 0; i < LV_REMEDY_LET_GO; i++)
    if (lv_doctor_get_remedies (self->doctor, i) > 0)
      g_variant_builder_add (&counts, "{su}", lv_remedy_to_nick (i),
                             lv_doctor_get_remedies (self->doctor, i));
  return g_variant_builder_end (&counts);
}

GVariant *
lv_session_describe_health (LvSession *self)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  gint64 age_us = g_get_monotonic_time () - self->opened_us;
  GVariant *budget = lv_session_describe_budget (self);
  LvSymptom last;

  g_variant_dict_insert (&dict, "link", "s", lv_link_to_string (self->link));
  if (self->link == LV_LINK_OPEN)
    g_variant_dict_insert (&dict, "age-s", "u", (guint) (age_us / G_USEC_PER_SEC));
  g_variant_dict_insert (&dict, "connections", "u", self->n_connections);
  g_variant_dict_insert (&dict, "resumptions", "u", self->n_resumptions);
  g_variant_dict_insert (&dict, "reseeds", "u", self->n_reseeds);
  if (self->recovery_ms > 0)
    g_variant_dict_insert (&dict, "recovery-ms", "u", self->recovery_ms);
  g_variant_dict_insert_value (&dict, "symptoms", describe_symptoms (self));
  g_variant_dict_insert_value (&dict, "remedies", describe_remedies (self));
  g_variant_dict_insert (&dict, "recoveries", "u", lv_doctor_get_recoveries (self->doctor));
  if (budget != NULL)
    g_variant_dict_insert_value (&dict, "budget", budget);
  if (lv_doctor_get_last (self->doctor, &last))
    g_variant_dict_insert (&dict, "last-symptom", "s", lv_symptom_to_nick (last));
  return g_variant_dict_end (&dict);
}

void
lv_session_begin_health (LvSession *self)
{
  self->last_remedy = LV_REMEDY_LET_GO;
  lv_doctor_begin (self->doctor);
}
