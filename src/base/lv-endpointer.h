/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where speech begins and where it ends, from what lv-vad hears: a beginning takes enough voice,
 * so that a click or a knock is none; an end takes a silence in which no consonant and no short
 * noise counts. Pure: no clock, time is what has been judged.
 */
#pragma once

#include "base/lv-enums.h"
#include "base/lv-vad.h"

/* A start takes 80 ms of voice in any case, because clicks and knocks are shorter. */
#define LV_ENDPOINTER_PREFIX_MS 50

typedef struct {
  double start_margin_db; /* over the background, to begin */
  double end_margin_db;   /* and to go on */
  double quietest_db;     /* of full scale; what is below is no speech */
  guint start_hops;       /* sound, of LV_VAD_HOP_MS each, before it is a beginning */
  guint start_voiced_hops;
  guint end_hops; /* silence before it is an end */
} LvEndpointerSettings;

typedef enum {
  LV_ENDPOINTER_NOTHING,
  LV_ENDPOINTER_START, /* somebody has begun to speak */
  LV_ENDPOINTER_END,   /* and has been silent for long enough */
} LvEndpointerEvent;

typedef struct _LvEndpointer LvEndpointer;

/* What the options of a conversation mean. @prefix_ms: -1 for the default. */
LvEndpointerSettings lv_endpointer_make_settings (LvSensitivity start, LvSensitivity end,
                                                  int prefix_ms, int silence_ms);

LvEndpointer *lv_endpointer_new (const LvEndpointerSettings *settings);
void lv_endpointer_free (LvEndpointer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEndpointer, lv_endpointer_free)

/* From now on; speech in progress stays so. */
void lv_endpointer_set_settings (LvEndpointer *self, const LvEndpointerSettings *settings);

/* Once after each lv_vad_feed(). */
LvEndpointerEvent lv_endpointer_judge (LvEndpointer *self, LvVad *vad);

/* TRUE between START and END. */
gboolean lv_endpointer_is_speech (const LvEndpointer *self);

/* Ends the speech in progress without an event. */
void lv_endpointer_end (LvEndpointer *self);
