/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a model, or the API that it is reached by, does not take, and the words in which the service
 * says so. What can be sent at all is the business of the decoder. Pure.
 *
 * Source: Live API reference, close codes and reasons; the table of models.
 */
#pragma once

#include "protocol/lv-message.h"
#include "protocol/lv-setup.h"

/* gRPC status as WebSocket close codes */
#define LV_ENGINE_CLOSE_INVALID 1007
#define LV_ENGINE_CLOSE_REFUSED 1008
#define LV_ENGINE_CLOSE_INTERNAL 1011

#define LV_ENGINE_INVALID_ARGUMENT "Request contains an invalid argument."

#define LV_ENGINE_TRIGGER_MIN_TOKENS 5000
#define LV_ENGINE_TRIGGER_MAX_TOKENS 128000
#define LV_ENGINE_VOCABULARY_MAX 1000

/* The close code, 0 when @setup (with its api) is taken. *@ret_reason: newly allocated. @retired:
 * models that are not offered any more are taken as well. */
guint lv_engine_rules_check_setup (const LvSetup *setup, gboolean retired, char **ret_reason);

/* The same for a message after @setup; @seeding: clientContent is history. */
guint lv_engine_rules_check_message (const LvSetup *setup, const LvClientMessage *message,
                                     gboolean seeding, char **ret_reason);

/* What a function without a behavior of its own has. */
LvBehavior lv_engine_rules_get_default_behavior (const LvSetup *setup);

/* It says something at once, and thinks before it answers: two turns. */
gboolean lv_engine_rules_answers_twice (const LvModel *model);

/* A resumption handle stays good for the latest state; others give a new one with each turn. */
gboolean lv_engine_rules_keeps_handles (const LvModel *model);
