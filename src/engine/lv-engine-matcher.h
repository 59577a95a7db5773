/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the declared tool that an utterance asks for, and asks back for what it lacks. Pure.
 */
#pragma once

#include "engine/lv-engine-utterance.h"
#include "protocol/lv-message.h"
#include "protocol/lv-tool-decl.h"

typedef struct _LvEngineMatcher LvEngineMatcher;

/* @tools: LvToolDecl, nullable. */
LvEngineMatcher *lv_engine_matcher_new (GPtrArray *tools);
void lv_engine_matcher_free (LvEngineMatcher *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineMatcher, lv_engine_matcher_free)

/* How sure it is that @utterance asks for one of the tools, 0.0 to 1.0; sets up what
 * lv_engine_matcher_take() gives. */
double lv_engine_matcher_match (LvEngineMatcher *self, const LvEngineUtterance *utterance);

/* The utterance may be the answer to the question asked last: FALSE when no question is open, or it
 * is no answer to it. */
gboolean lv_engine_matcher_continue (LvEngineMatcher *self, const LvEngineUtterance *utterance);

/* After either: the name and arguments of the call, without id; or NULL, and *@ret_question (newly
 * allocated) asks for what is missing or wrong, and is open then. */
LvFunctionCall *lv_engine_matcher_take (LvEngineMatcher *self, char **ret_question);

/* TRUE while a question is open. */
gboolean lv_engine_matcher_is_asking (LvEngineMatcher *self);

/* Drops an open question. FALSE when there is none. */
gboolean lv_engine_matcher_forget (LvEngineMatcher *self);

/* Adds what calls the tools, as the ears' grammar takes it. */
void lv_engine_matcher_add_phrases (LvEngineMatcher *self, GPtrArray *phrases);
