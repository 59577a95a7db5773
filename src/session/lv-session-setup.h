/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the settings of a conversation to the setup message that opens a connection. Pure.
 */
#pragma once

#include "base/lv-endpointer.h"
#include "config/lv-profile.h"
#include "protocol/lv-model.h"
#include "protocol/lv-setup.h"
#include "transport/lv-endpoints.h"

#define LV_TRANSLATION_MODEL "gemini-3.5-live-translate-preview" /* where none is named */

/* Turn detection "local": the silence that ends a turn, and the longest that can be asked for. */
#define LV_LOCAL_SILENCE_MS 1200
#define LV_LOCAL_SILENCE_MAX_MS 5000

/* Where a conversation with @profile leads. Errors as lv_endpoints_resolve(). */
LvEndpoint *lv_session_setup_find_endpoint (const LvProfile *profile, LvEndpoints *endpoints,
                                            GError **error);

/* @limits: what the model takes. @tools: LvToolDecl. @handle: the conversation to go on with, NULL
 * for a new one. */
LvSetup *lv_session_setup_new (const LvProfile *profile, const LvEndpoint *endpoint,
                               const LvModel *limits, GPtrArray *tools, const char *handle);

/* Whether @model only follows what is said, as those that translate or transcribe do: there are no
 * questions and answers, nothing ends a turn but silence. */
gboolean lv_session_setup_is_stream (const LvModel *model);

/* Who says when a turn begins; a translation has none. */
LvTurnDetection lv_session_setup_get_turn_detection (const LvProfile *profile);

/* When a turn begins and ends, where that is detected locally. */
LvEndpointerSettings lv_session_setup_get_endpointing (const LvProfile *profile);

/* Whether the settings go together, as far as no model is asked: INVALID_ARGS. */
gboolean lv_session_setup_check (const LvProfile *profile, GError **error);

/* Whether the user is heard and the model's voice is played; otherwise the words are all there
 * is. */
gboolean lv_session_setup_has_microphone (const LvProfile *profile);
gboolean lv_session_setup_has_speaker (const LvProfile *profile);
