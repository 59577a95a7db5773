/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The few facts that the engine can look up without a network, for clients that declare
 * googleSearch: a stand-in for a search, and called so. Pure.
 */
#pragma once

#include "engine/lv-engine-utterance.h"

typedef struct {
  const char *topic; /* its words, which all have to be in a question: "mount everest" */
  const char *fact;  /* a sentence or two */
} LvEngineFact;

/* The fact that @utterance asks for, NULL when none is known. */
const LvEngineFact *lv_engine_encyclopedia_find (const LvEngineUtterance *utterance);

/* TRUE when @utterance asks for some fact: "who was...", "how high is..." */
gboolean lv_engine_encyclopedia_is_question (const LvEngineUtterance *utterance);

/* Adds what may be asked, as the ears' grammar takes it; newly allocated. */
void lv_engine_encyclopedia_add_phrases (GPtrArray *phrases);
