/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/lv-tool-budget.h"

static gboolean
may_call (LvToolBudget *budget, guint n_outstanding, gint64 now_s)
{
  g_autofree char *refusal = lv_tool_budget_take (budget, n_outstanding, now_s * G_USEC_PER_SEC);

  return refusal == NULL;
}

static void
test_turn (void)
{
  g_autoptr (LvToolBudget) budget = lv_tool_budget_new ();

  for (guint i = 0; i < LV_CALLS_MAX_PER_TURN; i++)
    g_assert_true (may_call (budget, 0, 0));
  g_assert_false (may_call (budget, 0, 100));
  lv_tool_budget_begin_turn (budget);
  g_assert_true (may_call (budget, 0, 100));
}

static void
test_outstanding (void)
{
  g_autoptr (LvToolBudget) budget = lv_tool_budget_new ();

  g_assert_true (may_call (budget, LV_CALLS_MAX_OUTSTANDING - 1, 0));
  g_assert_false (may_call (budget, LV_CALLS_MAX_OUTSTANDING, 0));
}

static void
test_minute (void)
{
  g_autoptr (LvToolBudget) budget = lv_tool_budget_new ();

  for (gint64 now_s = 0; now_s < LV_CALLS_MAX_PER_MINUTE; now_s++)
    {
      lv_tool_budget_begin_turn (budget);
      g_assert_true (may_call (budget, 0, now_s / 2));
    }
  lv_tool_budget_begin_turn (budget);
  g_assert_false (may_call (budget, 0, 59));
  g_assert_true (may_call (budget, 0, 60));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tool-budget/turn", test_turn);
  g_test_add_func ("/tool-budget/outstanding", test_outstanding);
  g_test_add_func ("/tool-budget/minute", test_minute);
  return g_test_run ();
}
