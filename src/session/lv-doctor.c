/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-doctor-private.h"

/* ---- what both halves ask ---- */

gboolean
lv_doctor_is (const LvDoctor *self, guint scene)
{
  return (self->scene & scene) != 0;
}

gboolean
lv_doctor_is_owed (const LvDoctor *self)
{
  return self->asked == LV_ASKED_TEXT ||
         (self->asked == LV_ASKED_SPEECH && !lv_doctor_is (self, LV_SCENE_DISCREET));
}

void
lv_doctor_forget_question (LvDoctor *self)
{
  self->asked = LV_ASKED_NOTHING;
  self->thinking = FALSE;
}

void
lv_doctor_forget_moment (LvDoctor *self)
{
  self->empty = self->phantom = FALSE;
  self->unheard_us = 0;
  self->lost_us = 0;
}

/* ---- what happens ---- */

LvDoctor *
lv_doctor_new (const LvWatchdogConfig *config)
{
  LvDoctor *self = g_new0 (LvDoctor, 1);

  self->config = config;
  self->answer = lv_answer_new ();
  return self;
}

void
lv_doctor_free (LvDoctor *self)
{
  lv_answer_free (self->answer);
  g_free (self);
}

void
lv_doctor_begin (LvDoctor *self)
{
  LvDoctor fresh = { .config = self->config, .answer = self->answer };

  *self = fresh;
  lv_answer_begin (self->answer);
  lv_answer_forget (self->answer);
}

static void
forget_turn (LvDoctor *self)
{
  self->begun = self->whole = self->called = self->stopped = FALSE;
  lv_answer_begin (self->answer);
}

static void
note_open (LvDoctor *self, gboolean open, gint64 now_us)
{
  if (open)
    {
      self->opened_us = self->alive_us = self->sign_us = now_us;
      return;
    }
  lv_doctor_forget_moment (self);
  if ((lv_doctor_is_owed (self) && !self->wording) || (self->begun && !self->whole))
    self->lost_us = now_us;
  self->wording = FALSE;
  lv_doctor_forget_question (self);
  forget_turn (self);
}

void
lv_doctor_look (LvDoctor *self, LvTurn turn, guint scene, gint64 now_us)
{
  guint before = self->scene;

  if ((before ^ scene) & LV_SCENE_OPEN)
    note_open (self, (scene & LV_SCENE_OPEN) != 0, now_us);
  if (before & ~scene & LV_SCENE_PLAYING)
    self->calm_us = now_us;
  if (before & ~scene & LV_SCENE_CALLING)
    self->sign_us = now_us;
  self->scene = scene;
  self->turn = turn;
}

void
lv_doctor_ask (LvDoctor *self, LvAsked asked, gint64 now_us)
{
  self->wording = FALSE;
  if (asked == LV_ASKED_NOTHING)
    return;
  lv_doctor_forget_moment (self);
  self->asked = asked;
  self->thinking = FALSE;
  self->sign_us = now_us;
  self->n_calls = 0;
  lv_answer_forget (self->answer);
}

void
lv_doctor_unask (LvDoctor *self)
{
  lv_doctor_forget_moment (self);
  lv_doctor_forget_question (self);
}

/* The answer came as it should: the next illness is another one. */
static void
note_health (LvDoctor *self)
{
  self->tried = 0;
  self->n_cut = self->n_rejected = self->n_hushed = 0;
  self->recoveries += self->unwell;
  self->unwell = FALSE;
}

/* ---- what the server says ---- */

/* That it hears the user. */
static gboolean
is_hearing (const LvServerMessage *message)
{
  return lv_transcription_has_words (message->input_transcription) ||
         lv_transcription_has_words (message->interim_input_transcription) ||
         message->interrupted || message->speech_state == LV_SPEECH_HEARD ||
         message->voice_activity != LV_VOICE_UNCHANGED || message->vad_signal != LV_VOICE_UNCHANGED;
}

/* Empty frames, accounts and handles come from servers that are lost as well. */
static gboolean
is_sign (const LvServerMessage *message)
{
  return is_hearing (message) || message->model_turn != NULL ||
         message->output_transcription != NULL || message->function_calls != NULL ||
         message->generation_complete || message->turn_complete || message->waiting_for_input ||
         message->interaction_status != NULL;
}

static gboolean
is_anybody_heard (const LvDoctor *self, gint64 now_us)
{
  return self->speaking || lv_doctor_is (self, LV_SCENE_TALKING) ||
         !lv_doctor_is (self, LV_SCENE_CERTAIN) ||
         (self->spoken_us > 0 && now_us - self->spoken_us < LV_DOCTOR_RECENT_MS * LV_US_PER_MS);
}

static void
note_interruption (LvDoctor *self, gint64 now_us)
{
  self->phantom = self->begun && self->asked == LV_ASKED_NOTHING &&
                  !is_anybody_heard (self, now_us) &&
                  !lv_doctor_is (self, LV_SCENE_QUIET | LV_SCENE_DISCREET);
  if (lv_answer_has_content (self->answer) && !self->phantom)
    note_health (self);
  forget_turn (self);
  self->stopped = TRUE;
}

static void
note_calls (LvDoctor *self, guint n_calls)
{
  guint limit = self->config->tool_calls;

  self->called = TRUE;
  if (limit > 0 && (self->n_calls + n_calls) / limit > self->n_calls / limit)
    self->found |= 1u << LV_SYMPTOM_TOOL_LOOP;
  self->n_calls += n_calls;
}

void
lv_doctor_hear (LvDoctor *self, const LvServerMessage *message, gint64 now_us)
{
  if (is_hearing (message))
    {
      self->unheard_us = 0;
      self->n_ignored = 0;
    }
  if (is_sign (message))
    self->sign_us = now_us;
  if (message->interrupted)
    note_interruption (self, now_us);
  if (!self->begun && (lv_transcription_has_words (message->input_transcription) ||
                       lv_transcription_has_words (message->interim_input_transcription)))
    {
      self->wording = TRUE;
      self->phantom = FALSE;
    }
  if (message->function_calls != NULL)
    note_calls (self, message->function_calls->len);
  if (message->waiting_for_input)
    lv_doctor_unask (self);
}

/* Words may come late; sound behind the end is another answer. */
static void
note_content (LvDoctor *self, gboolean is_sound, gint64 now_us)
{
  self->sign_us = now_us;
  if (self->begun && !(self->whole && is_sound))
    return;
  lv_doctor_forget_moment (self);
  forget_turn (self);
  self->begun = TRUE;
  self->changing = FALSE;
  self->wanted = self->asked != LV_ASKED_NOTHING || self->thinking;
  self->wording = FALSE;
  self->n_ignored = 0;
  lv_doctor_forget_question (self);
}

void
lv_doctor_hear_sound (LvDoctor *self, double rms, guint ms, gint64 now_us)
{
  note_content (self, TRUE, now_us);
  self->wanted = TRUE;
  self->said_us = MAX (self->said_us, now_us) + ms * LV_US_PER_MS;
  lv_answer_add_sound (self->answer, rms, ms);
}

void
lv_doctor_hear_words (LvDoctor *self, const char *text, gint64 now_us)
{
  guint before = lv_answer_get_repeats (self->answer);
  guint limit = self->config->repeats;

  note_content (self, FALSE, now_us);
  lv_answer_add_words (self->answer, text);
  if (limit > 0 && before < limit && lv_answer_get_repeats (self->answer) >= limit &&
      !lv_doctor_is (self, LV_SCENE_STREAM))
    self->found |= 1u << LV_SYMPTOM_REPETITION;
}

/* ---- what its turn amounted to ---- */

/* Reasons that are no answer to what was asked, but a failure to give one. */
static gboolean
is_failure (const char *reason)
{
  static const char *const failures[] = { "RESPONSE_REJECTED", "MALFORMED_FUNCTION_CALL",
                                          "MAX_REGENERATION_REACHED", "GENERATED_OTHER", NULL };

  return g_strv_contains (failures, reason);
}

static void
count (LvDoctor *self, LvSymptom symptom, guint *n, guint limit)
{
  if (limit == 0 || ++*n < limit)
    return;
  *n = 0;
  self->found |= 1u << symptom;
}

static void
judge_reason (LvDoctor *self, const char *reason)
{
  lv_doctor_forget_question (self);
  if (is_failure (reason))
    count (self, LV_SYMPTOM_REJECTED, &self->n_rejected, self->config->rejected_turns);
}

/* Without a mark at its end; but many answers have none. */
static gboolean
is_cut (const LvDoctor *self)
{
  return self->says_end && !self->whole && !self->called && lv_answer_is_cut (self->answer);
}

static void
judge_content (LvDoctor *self)
{
  if (lv_answer_is_hushed (self->answer))
    count (self, LV_SYMPTOM_HUSH, &self->n_hushed, self->config->hushed_turns);
  else if (is_cut (self))
    count (self, LV_SYMPTOM_CUT_TURN, &self->n_cut, self->config->cut_turns);
  else if (!(self->found & 1u << LV_SYMPTOM_REPETITION))
    note_health (self);
}

void
lv_doctor_end_turn (LvDoctor *self, const LvServerMessage *message, gint64 now_us)
{
  gboolean goes_on = g_strcmp0 (message->interaction_status, "IN_PROGRESS") == 0;

  self->whole = self->whole || message->generation_complete;
  self->says_end = self->says_end || message->generation_complete;
  if (message->interaction_status != NULL)
    self->thinking = goes_on;
  if (!message->turn_complete)
    return;
  self->sign_us = now_us;
  if (message->turn_complete_reason != NULL)
    judge_reason (self, message->turn_complete_reason);
  else if (self->begun && lv_answer_has_content (self->answer) &&
           !lv_doctor_is (self, LV_SCENE_STREAM))
    judge_content (self);
  else
    self->empty = !self->called && !self->stopped && !self->begun && !goes_on;
  forget_turn (self);
}

/* ---- what is heard here ---- */

void
lv_doctor_hear_user (LvDoctor *self, gboolean speaks, guint patience_ms, gint64 now_us)
{
  gboolean unheard = self->speaking && !speaks && self->sign_us <= self->spoken_us;

  if (unheard)
    self->unheard_us = now_us + patience_ms * LV_US_PER_MS;
  if (speaks && self->speaking)
    return;
  self->phantom = FALSE;
  self->speaking = speaks;
  self->spoken_us = now_us;
}

void
lv_doctor_hear_voice (LvDoctor *self, gint64 now_us)
{
  self->phantom = FALSE;
  self->spoken_us = now_us;
}

void
lv_doctor_note_alive (LvDoctor *self, gint64 alive_us)
{
  self->alive_us = MAX (self->alive_us, alive_us);
}

/* ---- what was ---- */

guint
lv_doctor_get_symptoms (const LvDoctor *self, LvSymptom symptom)
{
  return self->symptoms[symptom];
}

guint
lv_doctor_get_remedies (const LvDoctor *self, LvRemedy remedy)
{
  return self->remedies[remedy];
}

guint
lv_doctor_get_recoveries (const LvDoctor *self)
{
  return self->recoveries;
}

gboolean
lv_doctor_get_last (const LvDoctor *self, LvSymptom *ret_symptom)
{
  *ret_symptom = self->last;
  return self->symptoms[self->last] > 0;
}
