/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-doctor-private.h"

#define NEVER G_MAXINT64
#define BIT(name) (1u << LV_REMEDY_##name)

/* ---- since when something is missing; NEVER: it is not ---- */

static gint64
since (gint64 time_us, gboolean missing)
{
  return missing ? time_us : NEVER;
}

/* A model that may have thought that it was not meant is not talked into an answer. */
static gboolean
is_meant (const LvDoctor *self)
{
  return !lv_doctor_is (self, LV_SCENE_QUIET) || self->asked != LV_ASKED_SPEECH;
}

/* It is the server's move, as far as anybody can tell. */
static gboolean
is_waiting (const LvDoctor *self)
{
  return lv_doctor_is (self, LV_SCENE_OPEN) &&
         !lv_doctor_is (self, LV_SCENE_STREAM | LV_SCENE_CALLING | LV_SCENE_TALKING) &&
         !self->speaking && !self->wording && self->turn != LV_TURN_MODEL &&
         self->turn != LV_TURN_ENDING;
}

static gint64
since_asked (const LvDoctor *self)
{
  return since (MAX (self->sign_us, self->spoken_us),
                is_waiting (self) && lv_doctor_is_owed (self) && !self->thinking &&
                    !lv_doctor_is (self, LV_SCENE_PATIENT));
}

static gint64
since_thinking (const LvDoctor *self)
{
  return since (MAX (self->sign_us, self->spoken_us),
                is_waiting (self) && (self->thinking || (lv_doctor_is_owed (self) &&
                                                         lv_doctor_is (self, LV_SCENE_PATIENT))));
}

static gint64
since_frame (const LvDoctor *self)
{
  return since (self->sign_us, lv_doctor_is (self, LV_SCENE_OPEN) && self->turn == LV_TURN_MODEL &&
                                   !lv_doctor_is (self, LV_SCENE_STREAM | LV_SCENE_CALLING));
}

/* The server waits for as long as it takes to say what it has sent. */
static gint64
since_whole (const LvDoctor *self)
{
  return since (MAX (MAX (self->sign_us, self->calm_us), self->said_us),
                lv_doctor_is (self, LV_SCENE_OPEN) && self->turn == LV_TURN_ENDING &&
                    !lv_doctor_is (self, LV_SCENE_STREAM | LV_SCENE_PLAYING | LV_SCENE_CALLING));
}

static gint64
since_empty (const LvDoctor *self)
{
  return since (self->sign_us,
                self->empty && is_waiting (self) && lv_doctor_is_owed (self) && is_meant (self));
}

static gint64
since_reopened (const LvDoctor *self)
{
  return since (MAX (self->opened_us, self->sign_us),
                self->lost_us > 0 && is_waiting (self) &&
                    self->opened_us - self->lost_us < LV_DOCTOR_LOST_MAX_S * G_USEC_PER_SEC);
}

static gint64
since_interrupted (const LvDoctor *self)
{
  return since (self->sign_us, self->phantom && is_waiting (self));
}

static gint64
since_unheard (const LvDoctor *self)
{
  return since (self->unheard_us, self->unheard_us > 0 && is_waiting (self) &&
                                      lv_doctor_is (self, LV_SCENE_HEARD) &&
                                      !lv_doctor_is (self, LV_SCENE_DISCREET));
}

static gint64
since_alive (const LvDoctor *self)
{
  return since (MAX (self->alive_us, self->opened_us), lv_doctor_is (self, LV_SCENE_OPEN));
}

/* A turn in which nobody owes anything, and a state that would be a lie. */
static gint64
since_turn (const LvDoctor *self)
{
  return since (self->sign_us, is_waiting (self) && self->turn != LV_TURN_IDLE);
}

/* ---- the table ---- */

#define AT(member) G_STRUCT_OFFSET (LvWatchdogConfig, member)

/* Symptoms that are a matter of time. */
static const struct {
  LvSymptom symptom;
  gint64 (*since) (const LvDoctor *self);
  gsize after_ms;     /* guint in LvWatchdogConfig */
  gboolean is_answer; /* it is one that is missing */
} watches[] = {
  { LV_SYMPTOM_LOST_ANSWER, since_reopened, AT (empty_ms), TRUE },
  { LV_SYMPTOM_EMPTY_TURN, since_empty, AT (empty_ms), TRUE },
  { LV_SYMPTOM_NO_REPLY, since_asked, AT (reply_ms), TRUE },
  { LV_SYMPTOM_NO_REPLY, since_thinking, AT (turn_ms), TRUE },
  { LV_SYMPTOM_PHANTOM, since_interrupted, AT (reply_ms), TRUE },
  { LV_SYMPTOM_STALLED_TURN, since_frame, AT (turn_ms), FALSE },
  { LV_SYMPTOM_NO_END, since_whole, AT (turn_ms), FALSE },
  { LV_SYMPTOM_IGNORED, since_unheard, AT (ignored_ms), FALSE },
  { LV_SYMPTOM_SILENT_LINK, since_alive, AT (link_ms), FALSE },
};

#define ALL (BIT (NUDGE) | BIT (STREAM_END) | BIT (RESUME) | BIT (RENEW) | BIT (TELL))

static const struct {
  const char *nick;
  guint ladder;     /* bits by LvRemedy */
  gboolean unasked; /* the remedy is not for an answer that is owed */
} symptoms[LV_N_SYMPTOMS] = {
  [LV_SYMPTOM_NO_SETUP] = { "no-setup", BIT (RESUME) | BIT (TELL), TRUE },
  [LV_SYMPTOM_NO_REPLY] = { "no-reply", ALL, FALSE },
  [LV_SYMPTOM_STALLED_TURN] = { "stalled-turn", ALL & ~BIT (STREAM_END), FALSE },
  [LV_SYMPTOM_NO_END] = { "no-end", 0, TRUE },
  [LV_SYMPTOM_EMPTY_TURN] = { "empty-turn", ALL & ~BIT (STREAM_END), FALSE },
  [LV_SYMPTOM_CUT_TURN] = { "cut-turn", BIT (NUDGE) | BIT (RESUME) | BIT (TELL), FALSE },
  [LV_SYMPTOM_LOST_ANSWER] = { "lost-answer", BIT (NUDGE), FALSE },
  [LV_SYMPTOM_REJECTED] = { "rejected", BIT (RENEW) | BIT (TELL), FALSE },
  [LV_SYMPTOM_HUSH] = { "hush", BIT (RESUME) | BIT (RENEW) | BIT (TELL), FALSE },
  [LV_SYMPTOM_REPETITION] = { "repetition", BIT (RESUME) | BIT (RENEW) | BIT (TELL), TRUE },
  [LV_SYMPTOM_TOOL_LOOP] = { "tool-loop", BIT (NUDGE) | BIT (RENEW) | BIT (TELL), FALSE },
  [LV_SYMPTOM_IGNORED] = { "ignored", BIT (STREAM_END) | BIT (RESUME), TRUE },
  [LV_SYMPTOM_PHANTOM] = { "phantom", BIT (NUDGE), TRUE },
  [LV_SYMPTOM_SILENT_LINK] = { "silent-link", BIT (RESUME), FALSE },
};

static const char *const remedies[LV_N_REMEDIES] = { "nudge", "stream-end", "resume",
                                                     "renew", "tell",       "let-go" };

const char *
lv_symptom_to_nick (LvSymptom symptom)
{
  return symptoms[symptom].nick;
}

const char *
lv_remedy_to_nick (LvRemedy remedy)
{
  return remedies[remedy];
}

/* ---- what is to be done ---- */

static guint
find_ladder (const LvDoctor *self, LvSymptom symptom)
{
  guint ladder = symptoms[symptom].ladder;

  if (symptom == LV_SYMPTOM_IGNORED)
    return ladder & ~(self->n_ignored < LV_DOCTOR_IGNORED_MAX ? BIT (RESUME) : BIT (STREAM_END)) &
           ~(self->tried & BIT (RESUME));
  if (symptom == LV_SYMPTOM_SILENT_LINK)
    return ladder;
  ladder &= ~self->tried;
  if (!lv_doctor_is (self, LV_SCENE_READS) || lv_doctor_is (self, LV_SCENE_STREAM))
    ladder &= ~BIT (NUDGE);
  if (!lv_doctor_is (self, LV_SCENE_HEARD))
    ladder &= ~BIT (STREAM_END);
  if (!is_meant (self))
    ladder &= BIT (STREAM_END) | BIT (RESUME);
  if (symptom == LV_SYMPTOM_STALLED_TURN && !self->wanted)
    ladder = 0;
  return ladder;
}

void
lv_doctor_report (LvDoctor *self, LvSymptom symptom, LvRemedy remedy)
{
  self->symptoms[symptom]++;
  self->remedies[remedy]++;
  self->last = symptom;
}

/* What the remedy makes of the question: who is asked to go on, or asked anew, owes an answer. */
static void
apply (LvDoctor *self, LvSymptom symptom, LvRemedy remedy)
{
  gboolean changes = remedy == LV_REMEDY_RESUME || remedy == LV_REMEDY_RENEW;

  lv_doctor_forget_moment (self);
  self->begun = FALSE;
  self->changing = changes;
  if (remedy >= LV_REMEDY_TELL || (changes && !is_meant (self)))
    lv_doctor_forget_question (self);
  else if (self->asked == LV_ASKED_NOTHING && !symptoms[symptom].unasked)
    self->asked = LV_ASKED_TEXT;
  if (remedy == LV_REMEDY_LET_GO)
    return;
  self->unwell = TRUE;
  self->tried |= 1u << remedy;
  if (changes)
    self->tried &= ~BIT (NUDGE);
}

/* A link that was changed as a remedy lost the answer to the illness that there was. */
static LvDoctorStep
prescribe (LvDoctor *self, LvSymptom symptom, gboolean again, gint64 now_us)
{
  gboolean same = symptom == LV_SYMPTOM_LOST_ANSWER && self->changing;
  LvDoctorStep step = { same ? self->last : symptom, LV_REMEDY_LET_GO };
  guint ladder;

  self->n_ignored += symptom == LV_SYMPTOM_IGNORED;
  ladder = find_ladder (self, symptom);
  if (ladder != 0)
    step.remedy = (LvRemedy) g_bit_nth_lsf (ladder, -1);
  self->step_us[symptom] = now_us;
  self->last = step.symptom;
  self->symptoms[step.symptom] += !same && !again;
  if (step.remedy != LV_REMEDY_LET_GO)
    self->remedies[step.remedy]++;
  apply (self, symptom, step.remedy);
  return step;
}

static gboolean
is_again (const LvDoctor *self, guint watch)
{
  return self->step_us[watches[watch].symptom] >= watches[watch].since (self);
}

/* After a remedy half the patience is left. */
static gint64
get_due (const LvDoctor *self, guint watch)
{
  gint64 since_us = watches[watch].since (self);
  gint64 limit_us = G_STRUCT_MEMBER (guint, self->config, watches[watch].after_ms) * LV_US_PER_MS;

  if (since_us == NEVER || limit_us == 0)
    return NEVER;
  return is_again (self, watch) ? self->step_us[watches[watch].symptom] + limit_us / 2
                                : since_us + limit_us;
}

/* When what nobody looks for, or owes, is let go. */
static gint64
get_release (const LvDoctor *self)
{
  guint limit_ms = self->config->reply_ms != 0 ? self->config->reply_ms : LV_DOCTOR_LET_GO_MS;
  gint64 since_us = since_turn (self);

  for (guint i = 0; i < G_N_ELEMENTS (watches); i++)
    if (watches[i].is_answer && get_due (self, i) != NEVER)
      return NEVER;
  return since_us == NEVER ? NEVER : since_us + limit_ms * LV_US_PER_MS;
}

/* It can be treated only where there is a server. */
static gboolean
has_found (const LvDoctor *self)
{
  return self->found != 0 && lv_doctor_is (self, LV_SCENE_OPEN);
}

gint64
lv_doctor_get_deadline (LvDoctor *self)
{
  gint64 deadline_us = has_found (self) ? 0 : get_release (self);

  for (guint i = 0; i < G_N_ELEMENTS (watches); i++)
    deadline_us = MIN (deadline_us, get_due (self, i));
  return deadline_us;
}

gboolean
lv_doctor_step (LvDoctor *self, gint64 now_us, LvDoctorStep *ret_step)
{
  if (has_found (self))
    {
      LvSymptom symptom = (LvSymptom) g_bit_nth_lsf (self->found, -1);

      self->found &= ~(1u << symptom);
      *ret_step = prescribe (self, symptom, FALSE, now_us);
      return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (watches); i++)
    if (get_due (self, i) <= now_us)
      {
        *ret_step = prescribe (self, watches[i].symptom, is_again (self, i), now_us);
        return TRUE;
      }
  if (get_release (self) > now_us)
    return FALSE;
  *ret_step = (LvDoctorStep){ LV_N_SYMPTOMS, LV_REMEDY_LET_GO };
  lv_doctor_forget_question (self);
  self->sign_us = now_us;
  return TRUE;
}
