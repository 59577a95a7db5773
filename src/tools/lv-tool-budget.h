/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How many calls a model may make: a model that likes its tools too much would otherwise call them
 * for ever, at the user's cost. The clock is passed in. Pure.
 */
#pragma once

#include <glib.h>

#define LV_CALLS_MAX_OUTSTANDING 16
#define LV_CALLS_MAX_PER_TURN 8 /* consecutive, without the user saying anything */
#define LV_CALLS_MAX_PER_MINUTE 60

typedef struct _LvToolBudget LvToolBudget;

LvToolBudget *lv_tool_budget_new (void);
void lv_tool_budget_free (LvToolBudget *budget);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvToolBudget, lv_tool_budget_free)

/* The user said something. */
void lv_tool_budget_begin_turn (LvToolBudget *budget);

/* Counts a call at @now_us (monotonic) while @n_outstanding are running. NULL, or why it is one too
 * many, in words that the model can act on; newly allocated. */
char *lv_tool_budget_take (LvToolBudget *budget, guint n_outstanding, gint64 now_us);
