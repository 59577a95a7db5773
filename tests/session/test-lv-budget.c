/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-budget.h"

#include "base/lv-error.h"

#include <string.h>

static void
test_none (void)
{
  LvBudgetConfig config = { 0 };
  LvBudgetUse use = { { 1e12, 1e12, 1e12, 1e12 } };

  g_assert_cmpuint (lv_budget_list_near (&config, &use), ==, 0);
  g_assert_true (lv_budget_check (&config, &use, LV_BUDGETS_ALL, NULL));
  g_assert_null (lv_budget_describe (&config, &use, LV_BUDGETS_ALL));
}

static void
test_near (void)
{
  LvBudgetConfig config = { 1000, 10, 5000, 100 };
  LvBudgetUse use = { { 799, 8, 3999.5, 99 } };

  g_assert_cmpuint (lv_budget_list_near (&config, &use), ==,
                    1u << LV_BUDGET_SESSION_MINUTES | 1u << LV_BUDGET_DAY_COST_CENTS);
  g_assert_true (lv_budget_check (&config, &use, LV_BUDGETS_ALL, NULL));
}

/* Each by itself: named with its limit, and until when. */
static void
test_spent (void)
{
  static const struct {
    LvBudget budget;
    const char *said;
    const char *until;
  } cases[] = {
    { LV_BUDGET_SESSION_TOKENS, "session-tokens=1000", "another conversation" },
    { LV_BUDGET_SESSION_MINUTES, "session-minutes=10", "another conversation" },
    { LV_BUDGET_DAY_TOKENS, "day-tokens=5000", "midnight" },
    { LV_BUDGET_DAY_COST_CENTS, "day-cost-cents=100", "midnight" },
  };
  LvBudgetConfig config = { 1000, 10, 5000, 100 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      LvBudgetUse use = { { 0 } };
      g_autoptr (GError) error = NULL;

      use.used[cases[i].budget] = lv_budget_get_limit (&config, cases[i].budget);
      g_assert_true (
          lv_budget_check (&config, &use, LV_BUDGETS_ALL & ~(1u << cases[i].budget), NULL));
      g_assert_false (lv_budget_check (&config, &use, LV_BUDGETS_ALL, &error));
      g_assert_error (error, LV_ERROR, LV_ERROR_QUOTA_EXCEEDED);
      g_assert_nonnull (strstr (error->message, cases[i].said));
      g_assert_nonnull (strstr (error->message, cases[i].until));
    }
}

static void
test_description (void)
{
  LvBudgetConfig config = { .session_tokens = 1000, .day_cost_cents = 100 };
  LvBudgetUse use = { { 10, 1, 20, 12.5 } };
  g_autoptr (GVariant) all =
      g_variant_ref_sink (lv_budget_describe (&config, &use, LV_BUDGETS_ALL));
  g_autoptr (GVariant) day =
      g_variant_ref_sink (lv_budget_describe (&config, &use, LV_BUDGETS_OF_DAY));
  g_autofree char *all_text = g_variant_print (all, FALSE);
  g_autofree char *day_text = g_variant_print (day, FALSE);

  g_assert_cmpstr (all_text, ==,
                   "[('session-tokens', 10.0, 1000.0), ('day-cost-cents', 12.5, 100.0)]");
  g_assert_cmpstr (day_text, ==, "[('day-cost-cents', 12.5, 100.0)]");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/budget/none", test_none);
  g_test_add_func ("/budget/near", test_near);
  g_test_add_func ("/budget/spent", test_spent);
  g_test_add_func ("/budget/description", test_description);
  return g_test_run ();
}
