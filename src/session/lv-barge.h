/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether the model's voice should stand still because somebody begins to speak, before the server
 * can have heard of it. Wrong now and then costs half a second of voice that comes later, so it
 * decides within 20 to 30 ms of sound: on voice, and on what is far louder than the background,
 * when that does not die away as a click or a knock does. Of a microphone that falls silent
 * altogether between words the background is not known: a word that begins with a hiss is then held
 * at its vowel. Pure: it is fed what the microphone hears (lv-vad) and what became of it.
 *
 * The voice goes on when the sound is over, or after LV_BARGE_HOLD_MS without a word of the server;
 * then no more is held until it has been quiet. A hold that no interruption followed is a ghost,
 * and makes it more reluctant by a step: 4 dB louder and 20 ms longer it must be then, and voice,
 * nothing else. There are LV_BARGE_MAX_STEPS; an interruption takes all of them back, each
 * LV_BARGE_FORGIVE_MS without a ghost one.
 */
#pragma once

#include "base/lv-vad.h"

#define LV_BARGE_HOLD_MS 600  /* servers that have understood say so within */
#define LV_BARGE_QUIET_MS 250 /* longer than the silences within a word: the sound is over */
#define LV_BARGE_MAX_STEPS 4
#define LV_BARGE_FORGIVE_MS 60000

typedef enum {
  LV_BARGE_NOTHING,
  LV_BARGE_HOLD,
  LV_BARGE_RELEASE,
} LvBargeOrder;

/* What lies around a hop. */
typedef struct {
  gboolean may_hold; /* there is a voice to hold; what began before it did is no reason to */
  double own_db;     /* how loud the microphone hears that voice at most, dB of full scale */
} LvBargeScene;

#define LV_BARGE_UNHEARD_DB (-100.0) /* own_db with a headset */

typedef struct _LvBarge LvBarge;

LvBarge *lv_barge_new (void);
void lv_barge_free (LvBarge *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvBarge, lv_barge_free)

/* Once after each lv_vad_feed() or skip. */
LvBargeOrder lv_barge_judge (LvBarge *self, LvVad *ears, const LvBargeScene *scene);

/* LV_BARGE_HOLD_MS have passed since HOLD. */
LvBargeOrder lv_barge_expire (LvBarge *self);

/* The model was interrupted, by voice: that was right, where it was held, and the voice is gone. */
void lv_barge_confirm (LvBarge *self);

/* The voice is gone for another reason, or nobody listens any more; a hold is over. */
void lv_barge_forget (LvBarge *self);

gboolean lv_barge_is_held (const LvBarge *self);
guint64 lv_barge_get_holds (const LvBarge *self);  /* since creation */
guint64 lv_barge_get_ghosts (const LvBarge *self); /* those that no interruption followed */
guint lv_barge_get_steps (const LvBarge *self);    /* of reluctance */
