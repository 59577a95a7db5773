/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The languages that the engine answers in: which they are, what an instruction calls them, which
 * voice of espeak-ng speaks each. Pure.
 */
#pragma once

#include "protocol/lv-setup.h"

#define LV_ENGINE_ENGLISH "en-US" /* what is heard, and what is said when nothing else is wanted */

typedef struct {
  const char *code;  /* BCP-47 as the service lists it: "de-DE" */
  const char *names; /* words for it in an instruction, lower case: "german deutsch" */
  const char *voice; /* the language of espeak-ng: "de" */
} LvEngineLanguage;

/* "de-DE", "de" or "de-AT" is German. NULL for none of them, and for NULL. */
const LvEngineLanguage *lv_engine_languages_lookup (const char *code);

/* All, *@ret_n of them. */
const LvEngineLanguage *lv_engine_languages_list (guint *ret_n);

/* The language that a system instruction asks for ("Respond only in German.", "Respond in de-DE."):
 * BCP-47, static; NULL for none. */
const char *lv_engine_languages_find_pinned (const char *instruction);

/* What a model that is set up like this speaks: the language of its translation, of its speech, or
 * of its instruction; BCP-47, as it was written. NULL: it is left open. Borrowed from @setup. */
const char *lv_engine_languages_of_setup (const LvSetup *setup);

/* TRUE for NULL and every English. */
gboolean lv_engine_languages_is_english (const char *code);
