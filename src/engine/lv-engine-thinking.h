/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a model that thinks does about it: it says something at once and answers in the turn after
 * that, and lets others see a summary of its thoughts. Pure.
 */
#pragma once

#include "engine/lv-engine-agenda.h"
#include "protocol/lv-setup.h"

typedef struct _LvEngineThinking LvEngineThinking;

/* @setup must outlive it. */
LvEngineThinking *lv_engine_thinking_new (const LvSetup *setup);
void lv_engine_thinking_free (LvEngineThinking *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineThinking, lv_engine_thinking_free)

/* For a question that needs time: what to say now (static), and @item is taken. NULL: it is to be
 * answered now. */
const char *lv_engine_thinking_begin (LvEngineThinking *self, LvEngineItem *item);

/* What is to be answered now that something has been said; NULL: nothing is. */
LvEngineItem *lv_engine_thinking_take (LvEngineThinking *self);

/* For the end of a turn, interactionStatus: static, NULL for a model that has none. */
const char *lv_engine_thinking_get_status (LvEngineThinking *self);

/* A summary of the thoughts about @question; newly allocated, NULL for a model that has none. */
char *lv_engine_thinking_summarize (LvEngineThinking *self, const char *question);

/* The message that shows @summary; NULL when the client does not want to see it. */
LvServerMessage *lv_engine_thinking_show (LvEngineThinking *self, const char *summary);
