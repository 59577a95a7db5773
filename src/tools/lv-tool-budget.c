/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/lv-tool-budget.h"

#include "base/lv-rate.h"

struct _LvToolBudget {
  LvRate *per_minute;
  guint n_in_turn;
};

LvToolBudget *
lv_tool_budget_new (void)
{
  LvToolBudget *budget = g_new0 (LvToolBudget, 1);

  budget->per_minute = lv_rate_new (LV_CALLS_MAX_PER_MINUTE, 60 * G_USEC_PER_SEC);
  return budget;
}

void
lv_tool_budget_free (LvToolBudget *budget)
{
  lv_rate_free (budget->per_minute);
  g_free (budget);
}

void
lv_tool_budget_begin_turn (LvToolBudget *budget)
{
  budget->n_in_turn = 0;
}

char *
lv_tool_budget_take (LvToolBudget *budget, guint n_outstanding, gint64 now_us)
{
  if (++budget->n_in_turn > LV_CALLS_MAX_PER_TURN)
    return g_strdup_printf ("%d tool calls in a row are the limit. Make no more calls; answer the "
                            "user with what you have.",
                            LV_CALLS_MAX_PER_TURN);
  if (n_outstanding >= LV_CALLS_MAX_OUTSTANDING)
    return g_strdup_printf ("%d tool calls are still running. Wait for their results.",
                            LV_CALLS_MAX_OUTSTANDING);
  if (!lv_rate_take (budget->per_minute, now_us))
    return g_strdup_printf ("%d tool calls a minute are the limit. Tell the user to wait a "
                            "little.",
                            LV_CALLS_MAX_PER_MINUTE);
  return NULL;
}
