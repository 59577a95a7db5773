/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an answer of the model amounts to, for lv-doctor: how loud it was, whether its words came to
 * an end, and how often it has said the same sentence. Keeps hashes of sentences, no words beyond
 * the one sentence that is being said. Pure.
 */
#pragma once

#include <glib.h>

#define LV_ANSWER_SENTENCE_MAX 400 /* bytes; what is longer counts as several */
#define LV_ANSWER_SENTENCES 16     /* that are remembered */
#define LV_ANSWER_SENTENCE_MIN 12  /* letters: who says "yes" twice does not repeat himself */
#define LV_ANSWER_HUSH_RMS 0.003   /* -50 dBFS: of speech the loudest moment is louder */
#define LV_ANSWER_HUSH_MS 400      /* of sound; what is shorter may be a pause */

typedef struct _LvAnswer LvAnswer;

LvAnswer *lv_answer_new (void);
void lv_answer_free (LvAnswer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvAnswer, lv_answer_free)

/* Another one begins; the sentences stay. */
void lv_answer_begin (LvAnswer *self);
/* The user has said something: what is said after it is no repetition. */
void lv_answer_forget (LvAnswer *self);

void lv_answer_add_sound (LvAnswer *self, double rms, guint ms);
/* A piece of the transcript, or of a written answer. */
void lv_answer_add_words (LvAnswer *self, const char *text);

/* Sound or words have come. */
gboolean lv_answer_has_content (const LvAnswer *self);
/* There are words, and the last of them ends no sentence. */
gboolean lv_answer_is_cut (const LvAnswer *self);
/* There are words, and what should be their sound is next to nothing. */
gboolean lv_answer_is_hushed (const LvAnswer *self);
/* How often the sentence that was said most often was said; 0 before any. */
guint lv_answer_get_repeats (const LvAnswer *self);
