/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ephemeral tokens: what a client may do that has no key, how often, how long and with which setup.
 * Kept as long as the program runs. Main thread; no I/O.
 */
#pragma once

#include "base/lv-error.h"

#include <json-glib/json-glib.h>

#define LV_ENGINE_TOKENS_MAX 64 /* the oldest are forgotten */
#define LV_ENGINE_TOKEN_PREFIX "auth_tokens/"
#define LV_ENGINE_TOKEN_LIFE_S (30 * 60) /* where the request does not say */
#define LV_ENGINE_TOKEN_SESSION_S 60     /* to begin a conversation, likewise */
#define LV_ENGINE_TOKEN_LIFE_MAX_S (20 * 60 * 60)
#define LV_ENGINE_TOKEN_USES_MAX 1000000

typedef struct _LvEngineToken LvEngineToken;

LvEngineToken *lv_engine_token_ref (LvEngineToken *token);
void lv_engine_token_unref (LvEngineToken *token);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineToken, lv_engine_token_unref)

/* Nothing is taken from its holder any more. */
gboolean lv_engine_token_has_expired (const LvEngineToken *token);

/* Takes one of its uses for a new conversation; FALSE when none is left or the time for new ones is
 * over. A resumed one needs none. */
gboolean lv_engine_token_use (LvEngineToken *token);

/* What @setup (the frame of a client) becomes by the token's own setup and mask: without a setup
 * nothing changes; with one and no mask it replaces all but sessionResumption; with a mask only the
 * fields named there. What is no setup comes back as it is. */
GBytes *lv_engine_token_constrain (const LvEngineToken *token, GBytes *setup);

typedef struct _LvEngineTokens LvEngineTokens;

LvEngineTokens *lv_engine_tokens_new (void);
void lv_engine_tokens_free (LvEngineTokens *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineTokens, lv_engine_tokens_free)

/* @request: the body of the request, {} for all defaults. The token's name; owned by @self.
 * INVALID_ARGS in the words of the service. */
const char *lv_engine_tokens_create (LvEngineTokens *self, JsonNode *request, GError **error);

/* NULL when there is none of that name; owned by @self. */
LvEngineToken *lv_engine_tokens_find (LvEngineTokens *self, const char *name);
