/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * English words as far as matching needs them: an utterance in lower-case words, what two words
 * have in common although they are not written alike, and how much a word says. Made for recognised
 * speech, where near misses are common. Pure.
 */
#pragma once

#include <glib.h>

#define LV_ENGINE_MAX_WORDS 200 /* of one utterance; the rest is not looked at */

/* "What's 7 x 8?" is "what" "is" "7" "times" "8". New, NULL-terminated. */
char **lv_engine_words_split (const char *text);
/* The same words, their capitals left: what is to be passed on. */
char **lv_engine_words_split_as_written (const char *text);

/* The words of an identifier, "setVolume" or "set_volume"; "light2" is "light" "two". */
char **lv_engine_words_split_name (const char *name);

/* 1.0 the same, 0.95 the same stem, 0.85 a synonym, 0.7 a near miss of the recogniser, 0.0 nothing
 * in common. */
double lv_engine_words_likeness (const char *a, const char *b);

/* 0.1 for an article to 1.0 for a word that carries the meaning. */
double lv_engine_words_weight (const char *word);

/* The best likeness of @word to any of @words, nullable; *@ret_index (nullable) is the one. */
double lv_engine_words_find (const char *const *words, const char *word, guint *ret_index);

/* TRUE when @word is one of the NULL-terminated @words. */
gboolean lv_engine_words_contain (const char *const *words, const char *word);

/* Words [@from, @to) with spaces; newly allocated. */
char *lv_engine_words_join (const char *const *words, guint from, guint to);
