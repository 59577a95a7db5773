/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/lv-tool-batch.h"

static LvFunctionResponse *
respond (const char *id)
{
  return lv_function_response_new (id, "f", "{\"x\":1}");
}

static void
test_order_of_the_calls (void)
{
  g_autoptr (LvToolBatch) batch = lv_tool_batch_new ();
  guint a = lv_tool_batch_add (batch);
  guint b = lv_tool_batch_add (batch);
  guint c = lv_tool_batch_add (batch);
  g_autoptr (GPtrArray) responses = NULL;

  lv_tool_batch_settle (batch, c, respond ("c"));
  lv_tool_batch_settle (batch, b, NULL);
  g_assert_null (lv_tool_batch_take (batch));
  lv_tool_batch_settle (batch, a, respond ("a"));
  responses = lv_tool_batch_take (batch);
  g_assert_cmpuint (responses->len, ==, 2);
  g_assert_cmpstr (((LvFunctionResponse *) responses->pdata[0])->id, ==, "a");
  g_assert_cmpstr (((LvFunctionResponse *) responses->pdata[1])->id, ==, "c");
  g_assert_null (lv_tool_batch_take (batch));
}

static void
test_nothing_to_say (void)
{
  g_autoptr (LvToolBatch) batch = lv_tool_batch_new ();

  g_assert_null (lv_tool_batch_take (batch));
  lv_tool_batch_settle (batch, lv_tool_batch_add (batch), NULL);
  g_assert_null (lv_tool_batch_take (batch));
}

static void
test_freed_with_answers (void)
{
  LvToolBatch *batch = lv_tool_batch_new ();

  lv_tool_batch_settle (batch, lv_tool_batch_add (batch), respond ("a"));
  lv_tool_batch_unref (batch);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tool-batch/order", test_order_of_the_calls);
  g_test_add_func ("/tool-batch/nothing", test_nothing_to_say);
  g_test_add_func ("/tool-batch/freed", test_freed_with_answers);
  return g_test_run ();
}
