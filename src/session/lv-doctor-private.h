/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the doctor knows: lv-doctor writes down what happens, lv-doctor-watch says what is missing
 * and what to do about it. Pure.
 */
#pragma once

#include "session/lv-answer.h"
#include "session/lv-doctor.h"

#define LV_US_PER_MS G_GINT64_CONSTANT (1000)

struct _LvDoctor {
  const LvWatchdogConfig *config;

  /* now; times in monotonic microseconds, 0: it was not */
  LvTurn turn;
  guint scene;       /* LvScene */
  gint64 sign_us;    /* something of the server that means something, or of the user */
  gint64 opened_us;  /* the link */
  gint64 lost_us;    /* the link, while an answer was due */
  gint64 alive_us;   /* anything from the server */
  gint64 calm_us;    /* the voice ended */
  gint64 said_us;    /* what was sent would have been said, at the pace of speech */
  gint64 spoken_us;  /* somebody spoke before the microphone */
  gint64 unheard_us; /* when the server ought to have noticed that */

  /* the question and the answer */
  LvAsked asked;     /* and no answer has begun since */
  gboolean speaking; /* somebody before the microphone */
  gboolean wording;  /* the server hears words, and they are not over */
  gboolean thinking; /* the server said that more is to come */
  gboolean begun;    /* an answer has, whose turn is not over */
  gboolean wanted;   /* it was asked for, or can be heard */
  gboolean whole;    /* generationComplete */
  gboolean called;   /* tools, in this turn */
  gboolean stopped;  /* interrupted; its end is to come */
  gboolean empty;    /* a turn without content has ended */
  gboolean phantom;  /* interrupted, and nobody has said anything */
  gboolean says_end; /* the server says when an answer is whole */
  guint n_calls;     /* since the user said something */
  guint n_cut;       /* in a row, like ... */
  guint n_rejected;
  guint n_hushed;
  guint n_ignored;
  LvAnswer *answer;

  /* the treatment */
  guint found;       /* bits by LvSymptom: what is no matter of time */
  guint tried;       /* bits by LvRemedy: since an answer was whole */
  gboolean unwell;   /* an answer after a remedy is still to come */
  gboolean changing; /* the link, by our will */
  LvSymptom last;    /* symptom that there was */
  gint64 step_us[LV_N_SYMPTOMS];

  guint symptoms[LV_N_SYMPTOMS];
  guint remedies[LV_N_REMEDIES];
  guint recoveries;
};

/* In any of @scene. */
gboolean lv_doctor_is (const LvDoctor *self, guint scene);
/* There is an answer that nobody but a broken server would withhold. */
gboolean lv_doctor_is_owed (const LvDoctor *self);
/* Nothing is owed any more. */
void lv_doctor_forget_question (LvDoctor *self);
/* What is answered once has been. */
void lv_doctor_forget_moment (LvDoctor *self);
