/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-budget.h"

#include "base/lv-error.h"

static const struct {
  const char *nick;
  gsize offset;
} budgets_table[LV_N_BUDGETS] = {
  [LV_BUDGET_SESSION_TOKENS] = { "session-tokens",
                                 G_STRUCT_OFFSET (LvBudgetConfig, session_tokens) },
  [LV_BUDGET_SESSION_MINUTES] = { "session-minutes",
                                  G_STRUCT_OFFSET (LvBudgetConfig, session_minutes) },
  [LV_BUDGET_DAY_TOKENS] = { "day-tokens", G_STRUCT_OFFSET (LvBudgetConfig, day_tokens) },
  [LV_BUDGET_DAY_COST_CENTS] = { "day-cost-cents",
                                 G_STRUCT_OFFSET (LvBudgetConfig, day_cost_cents) },
};

const char *
lv_budget_to_nick (LvBudget budget)
{
  return budgets_table[budget].nick;
}

guint
lv_budget_get_limit (const LvBudgetConfig *config, LvBudget budget)
{
  return G_STRUCT_MEMBER (guint, config, budgets_table[budget].offset);
}

static gboolean
is_spent (const LvBudgetConfig *config, const LvBudgetUse *use, LvBudget budget, guint percent)
{
  guint limit = lv_budget_get_limit (config, budget);

  return limit > 0 && use->used[budget] * 100 >= (double) limit * percent;
}

guint
lv_budget_list_near (const LvBudgetConfig *config, const LvBudgetUse *use)
{
  guint near = 0;

  for (LvBudget budget = 0; budget < LV_N_BUDGETS; budget++)
    if (is_spent (config, use, budget, LV_BUDGET_WARN_PERCENT))
      near |= 1u << budget;
  return near;
}

gboolean
lv_budget_check (const LvBudgetConfig *config, const LvBudgetUse *use, guint budgets,
                 GError **error)
{
  for (LvBudget budget = 0; budget < LV_N_BUDGETS; budget++)
    if ((budgets & 1u << budget) != 0 && is_spent (config, use, budget, 100))
      {
        gboolean of_day = (LV_BUDGETS_OF_DAY & 1u << budget) != 0;

        g_set_error (error, LV_ERROR, LV_ERROR_QUOTA_EXCEEDED,
                     "The budget %s=%u of livevoice.conf, [budget], is spent; %s",
                     lv_budget_to_nick (budget), lv_budget_get_limit (config, budget),
                     of_day ? "conversations can begin again at midnight"
                            : "another conversation has its own");
        return FALSE;
      }
  return TRUE;
}

GVariant *
lv_budget_describe (const LvBudgetConfig *config, const LvBudgetUse *use, guint budgets)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(sdd)"));
  guint n = 0;

  for (LvBudget budget = 0; budget < LV_N_BUDGETS; budget++)
    if ((budgets & 1u << budget) != 0 && lv_budget_get_limit (config, budget) > 0)
      {
        g_variant_builder_add (&list, "(sdd)", lv_budget_to_nick (budget), use->used[budget],
                               (double) lv_budget_get_limit (config, budget));
        n++;
      }
  if (n > 0)
    return g_variant_builder_end (&list);
  g_variant_builder_clear (&list);
  return NULL;
}
