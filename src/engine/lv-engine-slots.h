/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Values for a tool's parameters out of what was said. Pure.
 */
#pragma once

#include "engine/lv-engine-tool-shape.h"
#include "engine/lv-engine-utterance.h"

#include <json-glib/json-glib.h>

/* What a token of the utterance was taken for. */
typedef enum {
  LV_ENGINE_SLOT_FREE,
  LV_ENGINE_SLOT_VALUE, /* a number, a switch, one of a parameter's values */
  LV_ENGINE_SLOT_TEXT,  /* free text: anything could have been that */
} LvEngineSlot;

/* Fills what @args lacks from @utterance; marks in @used (one for each token of the utterance) what
 * it took. @asked (nullable): the utterance is the answer to a question for it, so that free
 * text may be all of it. */
void lv_engine_slots_fill (const LvEngineToolShape *shape, const LvEngineUtterance *utterance,
                           JsonObject *args, LvEngineSlot *used, const LvEngineParameter *asked);

/* The first required parameter that @args lacks and that can be asked for; NULL when there is
 * none. */
const LvEngineParameter *lv_engine_slots_missing (const LvEngineToolShape *shape, JsonObject *args);
