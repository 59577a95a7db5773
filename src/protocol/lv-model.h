/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What each model accepts, by longest matching id prefix. A field the model would refuse is never
 * sent. Pure. Source: the model list of the Live API, state 2026-11.
 */
#pragma once

#include "protocol/lv-setup.h"

#define LV_MODEL_DEFAULT "gemini-3.8-live"

typedef struct {
  const char *prefix;
  gboolean text_by_realtime;  /* typed text goes as realtimeInput.text, not clientContent */
  gboolean content_any_time;  /* clientContent is taken after the first turn */
  gboolean behavior;          /* functionDeclarations[].behavior */
  gboolean non_blocking_only; /* BLOCKING is refused */
  gboolean scheduling;        /* functionResponses[].scheduling */
  gboolean will_continue;     /* functionResponses[].willContinue */
  const char *thinking_level; /* must be sent; NULL: must not */
  const char *replaced_by;    /* retired: the model to use instead */
} LvModel;

/* Never NULL: an unknown id has the capabilities of the default model. @id with or without
 * "models/". */
const LvModel *lv_model_lookup (const char *id);
