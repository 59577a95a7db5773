/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the service does by itself when a client declares googleSearch, codeExecution or urlContext,
 * played without a network: a search is a look into the small encyclopedia, code is what the
 * calculator would run, and an address cannot be fetched. Each comes with the message that the
 * service would send. Pure.
 */
#pragma once

#include "engine/lv-engine-utterance.h"
#include "protocol/lv-message.h"
#include "protocol/lv-setup.h"

#define LV_ENGINE_SEARCH_URI "urn:livevoice:encyclopedia:" /* and the topic, "-" for spaces */
#define LV_ENGINE_SEARCH_DOMAIN "offline"
#define LV_ENGINE_MAX_URLS 20 /* of one question */

/* What a client has declared. */
typedef struct {
  gboolean search, code, urls;
} LvEngineServices;

LvEngineServices lv_engine_services_of_setup (const LvSetup *setup);

/* An answer and what goes with it; newly allocated. */
typedef struct {
  char *text;
  LvServerMessage *message; /* groundingMetadata, urlContextMetadata, or parts of code */
} LvEngineFinding;

void lv_engine_finding_free (LvEngineFinding *finding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineFinding, lv_engine_finding_free)

/* The answer of the encyclopedia, NULL when it has none or @offered has no search. */
LvEngineFinding *lv_engine_services_search (LvEngineServices offered, const char *text,
                                            const LvEngineUtterance *utterance);

/* That nothing was found, for a question of fact; NULL otherwise. */
LvEngineFinding *lv_engine_services_give_up (LvEngineServices offered, const char *text,
                                             const LvEngineUtterance *utterance);

/* For a question with addresses in it, when that is offered; NULL otherwise. */
LvEngineFinding *lv_engine_services_fetch (LvEngineServices offered, const char *text);

/* The code that calculates @question ("17 times 23"), and that @result came out; NULL when that is
 * not offered. */
LvServerMessage *lv_engine_services_run (LvEngineServices offered, const char *question,
                                         const char *result);

/* "17 * 23": Python for what lv_engine_arithmetic_evaluate() has understood; newly allocated. */
char *lv_engine_services_write_code (const char *question);
