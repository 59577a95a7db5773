/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The languages of the Live API, as they are published: which a model speaks, which it writes down,
 * and into which it translates. A code may be missing here and work all the same. Pure. Source: the
 * language lists of the Live API, of its transcription and of its translation, state 2026-11.
 */
#pragma once

#include <glib.h>

typedef enum {
  LV_LANGUAGE_SPOKEN = 1 << 0,
  LV_LANGUAGE_TRANSCRIBED = 1 << 1, /* as a hint for the transcription */
  LV_LANGUAGE_TRANSLATED = 1 << 2,  /* into it */
} LvLanguageUses;

typedef struct {
  const char *code; /* BCP 47 */
  const char *name; /* English */
  LvLanguageUses uses;
} LvLanguage;

/* All of them, by name; static. */
const LvLanguage *lv_languages_get (guint *ret_n);

/* NULL when @code is not in the table. */
const LvLanguage *lv_languages_find (const char *code);
