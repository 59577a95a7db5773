/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The dialogue that works without any server: time, date, arithmetic, timers, repetition, help,
 * small talk, a story. A table of phrases finds who answers; the same table is what the ears
 * expect. Main thread (timers), otherwise pure.
 */
#pragma once

#include "engine/lv-engine-timers.h"
#include "engine/lv-engine-utterance.h"

/* The time of day; newly referenced. */
typedef GDateTime *(*LvEngineClock) (gpointer data);

typedef struct _LvEngineBuiltin LvEngineBuiltin;

/* @timers is borrowed. @clock NULL: the local time. */
LvEngineBuiltin *lv_engine_builtin_new (LvEngineTimers *timers, LvEngineClock clock,
                                        gpointer clock_data);
void lv_engine_builtin_free (LvEngineBuiltin *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineBuiltin, lv_engine_builtin_free)

/* BCP-47, what it answers in from now on; NULL or one that it has no phrases for: English. */
void lv_engine_builtin_set_language (LvEngineBuiltin *self, const char *language);

/* What "what do you see" is about; NULL: nothing. */
void lv_engine_builtin_show (LvEngineBuiltin *self, GBytes *image);

/* How sure it is that @utterance is something it can answer, 0.0 to 1.0. */
double lv_engine_builtin_match (LvEngineBuiltin *self, const LvEngineUtterance *utterance);

/* The answer to what the last lv_engine_builtin_match() found; newly allocated. */
char *lv_engine_builtin_answer (LvEngineBuiltin *self, const LvEngineUtterance *utterance);

/* TRUE when the last lv_engine_builtin_match() found a calculation that has a result: what is
 * calculated ("17 times 23", owned), and what comes out (newly allocated). */
gboolean lv_engine_builtin_get_calculation (LvEngineBuiltin *self, const char **ret_question,
                                            char **ret_result);

/* What to say when nobody knows an answer; newly allocated. */
char *lv_engine_builtin_excuse (LvEngineBuiltin *self);

/* Remembers what was said last, whoever said it, for "say that again". */
void lv_engine_builtin_remember (LvEngineBuiltin *self, const char *answer);

/* Adds the phrases that it understands, as the ears' grammar takes them (newly allocated), to
 * @phrases. */
void lv_engine_builtin_add_phrases (LvEngineBuiltin *self, GPtrArray *phrases);

/* Words for the moment when a timer of @seconds goes off; newly allocated. */
char *lv_engine_builtin_timer_text (gint64 seconds);
