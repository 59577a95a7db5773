/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The resources beside the conversations, over HTTP: models, voices, ephemeral tokens. Who asks has
 * been checked. Main thread.
 */
#pragma once

#include "engine/lv-engine-address.h"
#include "engine/lv-engine-tokens.h"

#include <libsoup/soup.h>

#define LV_ENGINE_REST_BODY_MAX_BYTES (256 * 1024)

/* Answers @message. */
void lv_engine_rest_answer (SoupServerMessage *message, const LvEngineAddress *address,
                            LvEngineTokens *tokens);

/* An error as the service words it: {"error":{"code","message","status"}}. */
void lv_engine_rest_refuse (SoupServerMessage *message, guint status, const char *text);
