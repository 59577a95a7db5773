/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Notices that a service has lost its way while the connection stands, and says what to do about
 * it: it is told what happens and when (monotonic microseconds), knows the next moment to be asked
 * again, and gives out steps, each a symptom and the remedy that is due. The remedies of a symptom
 * climb, from the mildest to a word to the user; none is tried twice before an answer has come
 * whole again. A false alarm is worse than silence: what may be on purpose is let go. Pure: no
 * clock, no loop; lv-session-doctor acts.
 */
#pragma once

#include "config/lv-daemon-config.h"
#include "protocol/lv-message.h"
#include "session/lv-session-fsm.h"

#define LV_DOCTOR_LET_GO_MS 10000 /* what is not looked for is let go after so long */
#define LV_DOCTOR_RECENT_MS 3000  /* who spoke so lately may have interrupted */
#define LV_DOCTOR_LOST_MAX_S 30   /* an answer lost longer ago is not asked for again */
#define LV_DOCTOR_IGNORED_MAX 3 /* words that the server did not hear, before the link is suspect */

typedef enum {
  LV_SYMPTOM_NO_SETUP,     /* the server does not accept the conversation */
  LV_SYMPTOM_NO_REPLY,     /* it owes an answer */
  LV_SYMPTOM_STALLED_TURN, /* an answer has begun and does not go on */
  LV_SYMPTOM_NO_END,       /* it was said, and is not over */
  LV_SYMPTOM_EMPTY_TURN,   /* it was nothing */
  LV_SYMPTOM_CUT_TURN,     /* it ended in the middle of a sentence */
  LV_SYMPTOM_LOST_ANSWER,  /* the connection was changed before it was whole */
  LV_SYMPTOM_REJECTED,     /* the server failed to produce it, time and again */
  LV_SYMPTOM_HUSH,         /* it has words, but cannot be heard */
  LV_SYMPTOM_REPETITION,   /* the same sentence, again and again */
  LV_SYMPTOM_TOOL_LOOP,    /* calls, and no answer */
  LV_SYMPTOM_IGNORED,      /* somebody spoke, and the server did not notice */
  LV_SYMPTOM_PHANTOM,      /* it was interrupted, and nobody had said anything */
  LV_SYMPTOM_SILENT_LINK,  /* nothing comes, not even a pong */
  LV_N_SYMPTOMS
} LvSymptom;

/* In the order in which they are tried. */
typedef enum {
  LV_REMEDY_NUDGE,      /* a text asks the model to go on */
  LV_REMEDY_STREAM_END, /* the server is told that nobody speaks: it takes what it has heard */
  LV_REMEDY_RESUME,     /* another connection to the same conversation */
  LV_REMEDY_RENEW,      /* another conversation, told what was said */
  LV_REMEDY_TELL,       /* the user is told */
  LV_REMEDY_LET_GO,     /* nothing more is expected; not counted */
  LV_N_REMEDIES
} LvRemedy;

/* What has been said to the model. */
typedef enum {
  LV_ASKED_NOTHING,
  LV_ASKED_SPEECH,
  LV_ASKED_TEXT, /* nobody writes to somebody else */
} LvAsked;

/* What surrounds the turn; bits. */
typedef enum {
  LV_SCENE_OPEN = 1 << 0,     /* the link is */
  LV_SCENE_STREAM = 1 << 1,   /* a translation and the like: nothing is owed */
  LV_SCENE_CALLING = 1 << 2,  /* tools are at work */
  LV_SCENE_PLAYING = 1 << 3,  /* the voice sounds */
  LV_SCENE_TALKING = 1 << 4,  /* a key, or what is heard here, says that the user speaks */
  LV_SCENE_HEARD = 1 << 5,    /* the microphone goes to a server that finds the turns in it */
  LV_SCENE_READS = 1 << 6,    /* the model takes texts */
  LV_SCENE_QUIET = 1 << 7,    /* it may think that it is not meant */
  LV_SCENE_DISCREET = 1 << 8, /* it was asked to keep silent then */
  LV_SCENE_PATIENT = 1 << 9,  /* it thinks before it speaks */
  LV_SCENE_CERTAIN = 1 << 10, /* who speaks over the voice would be heard here, or nobody can */
} LvScene;

typedef struct {
  LvSymptom symptom;
  LvRemedy remedy;
} LvDoctorStep;

typedef struct _LvDoctor LvDoctor;

/* @config is read whenever it matters and must outlive the doctor. */
LvDoctor *lv_doctor_new (const LvWatchdogConfig *config);
void lv_doctor_free (LvDoctor *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvDoctor, lv_doctor_free)

/* A conversation begins: nothing is known and nothing counted. */
void lv_doctor_begin (LvDoctor *self);

/* ---- what happens ---- */

/* @scene: LvScene, or-ed. */
void lv_doctor_look (LvDoctor *self, LvTurn turn, guint scene, gint64 now_us);
/* The user has said something to the model, and it has gone out, or will when the link is open.
 * NOTHING: what the server heard was no question. */
void lv_doctor_ask (LvDoctor *self, LvAsked asked, gint64 now_us);
/* The user wants no answer any more. */
void lv_doctor_unask (LvDoctor *self);
/* The server said something that means something; all but sound. */
void lv_doctor_hear (LvDoctor *self, const LvServerMessage *message, gint64 now_us);
/* The model's sound or words were taken for a part of its answer; also of @message above, after. */
void lv_doctor_hear_sound (LvDoctor *self, double rms, guint ms, gint64 now_us);
void lv_doctor_hear_words (LvDoctor *self, const char *text, gint64 now_us);
/* After all that: its turn has ended, if @message says so. */
void lv_doctor_end_turn (LvDoctor *self, const LvServerMessage *message, gint64 now_us);
/* Somebody began, or has ended, to speak before the microphone. @patience_ms: how long the server
 * was asked to wait after it. */
void lv_doctor_hear_user (LvDoctor *self, gboolean speaks, guint patience_ms, gint64 now_us);
/* Somebody seems to speak over the voice. */
void lv_doctor_hear_voice (LvDoctor *self, gint64 now_us);
/* Whatever came from the server last, be it a pong, came at @alive_us. */
void lv_doctor_note_alive (LvDoctor *self, gint64 alive_us);
/* Found and treated by somebody else. */
void lv_doctor_report (LvDoctor *self, LvSymptom symptom, LvRemedy remedy);

/* ---- what is to be done ---- */

/* When to ask for a step again; G_MAXINT64: when something happened. */
gint64 lv_doctor_get_deadline (LvDoctor *self);
/* A step that is due, into *@ret_step; call until FALSE. */
gboolean lv_doctor_step (LvDoctor *self, gint64 now_us, LvDoctorStep *ret_step);

/* ---- what was ---- */

guint lv_doctor_get_symptoms (const LvDoctor *self, LvSymptom symptom);
guint lv_doctor_get_remedies (const LvDoctor *self, LvRemedy remedy);
/* How often an answer came whole after a remedy. */
guint lv_doctor_get_recoveries (const LvDoctor *self);
/* FALSE: there was none. */
gboolean lv_doctor_get_last (const LvDoctor *self, LvSymptom *ret_symptom);

/* Names in D-Bus, configuration and journal; static. */
const char *lv_symptom_to_nick (LvSymptom symptom);
const char *lv_remedy_to_nick (LvRemedy remedy);
