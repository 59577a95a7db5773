/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the model has to take up next, one turn each, in the order of arrival: questions, results of
 * tool calls, announcements. Pure.
 */
#pragma once

#include "protocol/lv-message.h"

#define LV_ENGINE_AGENDA_MAX 16                  /* turns; what comes then is dropped */
#define LV_ENGINE_QUESTION_MAX_BYTES (64 * 1024) /* a question is not continued beyond this */

/* Exactly one pointer is set. */
typedef struct {
  char *question;
  gboolean typed;     /* a question that does not wait for the user to finish speaking */
  GPtrArray *results; /* LvFunctionResponse */
  char *announcement;
} LvEngineItem;

void lv_engine_item_free (LvEngineItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineItem, lv_engine_item_free)

typedef struct _LvEngineAgenda LvEngineAgenda;

LvEngineAgenda *lv_engine_agenda_new (void);
void lv_engine_agenda_free (LvEngineAgenda *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineAgenda, lv_engine_agenda_free)

void lv_engine_agenda_add_question (LvEngineAgenda *self, const char *text, gboolean typed);
void lv_engine_agenda_add_results (LvEngineAgenda *self, GPtrArray *results /* taken */);
void lv_engine_agenda_add_announcement (LvEngineAgenda *self, const char *text);

/* More words of the question that waits last; FALSE when no question does. */
gboolean lv_engine_agenda_continue_question (LvEngineAgenda *self, const char *text);

gboolean lv_engine_agenda_is_empty (LvEngineAgenda *self);
/* The next item; NULL when there is none, or when it has to wait because @user_speaks. */
LvEngineItem *lv_engine_agenda_take (LvEngineAgenda *self, gboolean user_speaks);
