/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The few sentences that the built-in dialogue knows in other languages than English, as it speaks
 * them. Times and numbers are figures, which espeak-ng reads in the language. Pure.
 */
#pragma once

#include <glib.h>

typedef enum {
  LV_ENGINE_PHRASE_HELLO,
  LV_ENGINE_PHRASE_FEELING,
  LV_ENGINE_PHRASE_WELCOME,
  LV_ENGINE_PHRASE_GOODBYE,
  LV_ENGINE_PHRASE_OK,
  LV_ENGINE_PHRASE_TIME,         /* $ is the time */
  LV_ENGINE_PHRASE_TODAY,        /* $ is the day */
  LV_ENGINE_PHRASE_RESULT,       /* $ is a number */
  LV_ENGINE_PHRASE_EXCUSE,       /* it was not understood */
  LV_ENGINE_PHRASE_ENGLISH_ONLY, /* it can be done in English only */
  LV_ENGINE_N_PHRASES,
} LvEnginePhrase;

/* TRUE when there are phrases for @language (BCP-47): all the languages of lv-engine-languages but
 * English. */
gboolean lv_engine_phrases_has (const char *language);

/* The phrase with @value, nullable, in its place; newly allocated. Only for languages that it
 * has. */
char *lv_engine_phrases_get (const char *language, LvEnginePhrase phrase, const char *value);

/* "22. November 2026", newly allocated. */
char *lv_engine_phrases_dup_date (const char *language, GDateTime *day);
