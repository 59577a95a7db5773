/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-calls.h"

#include "protocol/lv-decode.h"

#include <string.h>

#define DECLARATIONS                                                                               \
  "[{\"name\":\"plain\",\"description\":\"\"},"                                                    \
  "{\"name\":\"wait\",\"description\":\"\",\"behavior\":\"BLOCKING\"},"                            \
  "{\"name\":\"go\",\"description\":\"\",\"behavior\":\"NON_BLOCKING\"}]"

static void
add_call_of (LvEngineCalls *calls, const char *id, const char *name, const char *model)
{
  g_autofree char *json = g_strdup_printf (
      "{\"setup\":{\"model\":\"%s\",\"tools\":[{\"functionDeclarations\":" DECLARATIONS "}]}}",
      model);
  g_autoptr (GBytes) frame = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  g_autoptr (LvClientMessage) message = lv_decode_client (frame, &error);
  g_autoptr (GPtrArray) array =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_call_free);

  g_assert_no_error (error);
  g_ptr_array_add (array, lv_function_call_new (id, name, "{}"));
  lv_engine_calls_add (calls, array, message->setup);
}

static void
add_call (LvEngineCalls *calls, const char *id, const char *name)
{
  add_call_of (calls, id, name, "models/gemini-3.8-live");
}

/* The scheduling that a response gets, -1 when nobody waits for it. */
static int
settle (LvEngineCalls *calls, const char *id, LvScheduling scheduling, gboolean will_continue)
{
  g_autoptr (LvFunctionResponse) response = lv_function_response_new (id, "x", "{\"output\":1}");

  response->scheduling = scheduling;
  response->will_continue = will_continue;
  return lv_engine_calls_settle (calls, response) ? (int) response->scheduling : -1;
}

static void
test_blocking (void)
{
  g_autoptr (LvEngineCalls) calls = lv_engine_calls_new ();

  g_assert_false (lv_engine_calls_is_blocked (calls));
  add_call (calls, "1", "wait");
  add_call (calls, "2", "wait");
  add_call (calls, "3", "go");
  g_assert_true (lv_engine_calls_is_blocked (calls));
  g_assert_cmpint (settle (calls, "1", LV_SCHEDULING_WHEN_IDLE, FALSE), ==, LV_SCHEDULING_DEFAULT);
  g_assert_true (lv_engine_calls_is_blocked (calls));
  g_assert_cmpint (settle (calls, "2", LV_SCHEDULING_SILENT, FALSE), ==, LV_SCHEDULING_SILENT);
  g_assert_false (lv_engine_calls_is_blocked (calls));
}

static void
test_non_blocking (void)
{
  static const LvScheduling table[][2] = {
    { LV_SCHEDULING_DEFAULT, LV_SCHEDULING_WHEN_IDLE },
    { LV_SCHEDULING_WHEN_IDLE, LV_SCHEDULING_WHEN_IDLE },
    { LV_SCHEDULING_INTERRUPT, LV_SCHEDULING_INTERRUPT },
    { LV_SCHEDULING_SILENT, LV_SCHEDULING_SILENT },
  };
  g_autoptr (LvEngineCalls) calls = lv_engine_calls_new ();

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      add_call (calls, "1", "go");
      g_assert_false (lv_engine_calls_is_blocked (calls));
      g_assert_cmpint (settle (calls, "1", table[i][0], FALSE), ==, (int) table[i][1]);
    }
}

/* A tool that does not say: the models differ. */
static void
test_default (void)
{
  g_autoptr (LvEngineCalls) calls = lv_engine_calls_new ();

  add_call (calls, "1", "plain");
  g_assert_false (lv_engine_calls_is_blocked (calls));
  g_assert_cmpint (settle (calls, "1", LV_SCHEDULING_DEFAULT, FALSE), ==, LV_SCHEDULING_WHEN_IDLE);
  add_call_of (calls, "2", "plain", "models/gemini-2.5-flash-native-audio-latest");
  g_assert_true (lv_engine_calls_is_blocked (calls));
  g_assert_cmpint (settle (calls, "2", LV_SCHEDULING_DEFAULT, FALSE), ==, LV_SCHEDULING_DEFAULT);
}

static void
test_unknown (void)
{
  g_autoptr (LvEngineCalls) calls = lv_engine_calls_new ();

  add_call (calls, "1", "wait");
  g_assert_cmpint (settle (calls, "2", LV_SCHEDULING_DEFAULT, FALSE), ==, -1);
  g_assert_cmpint (settle (calls, NULL, LV_SCHEDULING_DEFAULT, FALSE), ==, -1);
  g_assert_cmpint (settle (calls, "1", LV_SCHEDULING_DEFAULT, FALSE), ==, LV_SCHEDULING_DEFAULT);
  g_assert_cmpint (settle (calls, "1", LV_SCHEDULING_DEFAULT, FALSE), ==, -1);
}

static void
test_continued (void)
{
  g_autoptr (LvEngineCalls) calls = lv_engine_calls_new ();

  add_call (calls, "1", "go");
  g_assert_cmpint (settle (calls, "1", LV_SCHEDULING_SILENT, TRUE), ==, LV_SCHEDULING_SILENT);
  g_assert_cmpint (settle (calls, "1", LV_SCHEDULING_DEFAULT, FALSE), ==, LV_SCHEDULING_WHEN_IDLE);
  g_assert_cmpint (settle (calls, "1", LV_SCHEDULING_DEFAULT, FALSE), ==, -1);
}

/* The user goes on: what does not hold up goes on, too. */
static void
test_cancel (void)
{
  g_autoptr (LvEngineCalls) calls = lv_engine_calls_new ();
  g_autoptr (GPtrArray) ids = NULL;

  g_assert_null (lv_engine_calls_cancel (calls));
  add_call (calls, "1", "wait");
  add_call (calls, "2", "go");
  ids = lv_engine_calls_cancel (calls);
  g_assert_cmpuint (ids->len, ==, 1);
  g_assert_cmpstr (ids->pdata[0], ==, "1");
  g_assert_false (lv_engine_calls_is_blocked (calls));
  g_assert_cmpint (settle (calls, "1", LV_SCHEDULING_DEFAULT, FALSE), ==, -1);
  g_assert_cmpint (settle (calls, "2", LV_SCHEDULING_DEFAULT, FALSE), ==, LV_SCHEDULING_WHEN_IDLE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/calls/blocking", test_blocking);
  g_test_add_func ("/engine/calls/non-blocking", test_non_blocking);
  g_test_add_func ("/engine/calls/default", test_default);
  g_test_add_func ("/engine/calls/unknown", test_unknown);
  g_test_add_func ("/engine/calls/continued", test_continued);
  g_test_add_func ("/engine/calls/cancel", test_cancel);
  return g_test_run ();
}
