/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What may be spent, what is, and whether that is too much. The offline engine costs nothing, so
 * that nothing of it counts. Pure.
 */
#pragma once

#include "config/lv-daemon-config.h"

#define LV_BUDGET_WARN_PERCENT 80
#define LV_BUDGET_GRACE_S 15 /* for an answer that has begun when all is spent */

typedef enum {
  LV_BUDGET_SESSION_TOKENS,
  LV_BUDGET_SESSION_MINUTES,
  LV_BUDGET_DAY_TOKENS,
  LV_BUDGET_DAY_COST_CENTS,
  LV_N_BUDGETS
} LvBudget;

/* Sets of them. */
#define LV_BUDGETS_OF_SESSION (1u << LV_BUDGET_SESSION_TOKENS | 1u << LV_BUDGET_SESSION_MINUTES)
#define LV_BUDGETS_OF_DAY (1u << LV_BUDGET_DAY_TOKENS | 1u << LV_BUDGET_DAY_COST_CENTS)
#define LV_BUDGETS_ALL (LV_BUDGETS_OF_SESSION | LV_BUDGETS_OF_DAY)

typedef struct {
  double used[LV_N_BUDGETS];
} LvBudgetUse;

/* As in livevoice.conf: "session-tokens"; static. */
const char *lv_budget_to_nick (LvBudget budget);

/* 0: there is none. */
guint lv_budget_get_limit (const LvBudgetConfig *config, LvBudget budget);

/* Those that are spent to LV_BUDGET_WARN_PERCENT or more. */
guint lv_budget_list_near (const LvBudgetConfig *config, const LvBudgetUse *use);

/* QUOTA_EXCEEDED names the first of @budgets (a set) that is spent, and until when. */
gboolean lv_budget_check (const LvBudgetConfig *config, const LvBudgetUse *use, guint budgets,
                          GError **error);

/* What, used and limit of those of @budgets that have a limit: a(sdd), floating; NULL when none
 * has. */
GVariant *lv_budget_describe (const LvBudgetConfig *config, const LvBudgetUse *use, guint budgets);
