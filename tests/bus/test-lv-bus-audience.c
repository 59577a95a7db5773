/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-audience.h"

static guint
count (LvBusAudience *audience, LvTopics topics)
{
  g_autoptr (GPtrArray) names = lv_bus_audience_list (audience, topics);

  return names->len;
}

static void
test_topics (void)
{
  static const char *const all[] = { "transcript", "tools",   "levels", "warnings",
                                     "state",      "details", NULL };
  static const char *const two[] = { "tools", "state", "tools", NULL };
  static const char *const none[] = { NULL };
  static const char *const bad[] = { "tools", "everything", NULL };
  g_autoptr (GError) error = NULL;
  LvTopics topics = 0;

  g_assert_true (lv_topics_parse (all, &topics, NULL));
  g_assert_cmpuint (topics, ==, 63);
  g_assert_true (lv_topics_parse (two, &topics, NULL));
  g_assert_cmpuint (topics, ==, LV_TOPIC_TOOLS | LV_TOPIC_STATE);
  g_assert_true (lv_topics_parse (none, &topics, NULL));
  g_assert_cmpuint (topics, ==, 0);
  topics = LV_TOPIC_LEVELS;
  g_assert_false (lv_topics_parse (bad, &topics, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  g_assert_cmpuint (topics, ==, LV_TOPIC_LEVELS);
}

static void
test_counts (void)
{
  g_autoptr (LvBusAudience) audience = lv_bus_audience_new ();

  g_assert_true (lv_bus_audience_add (audience, ":1.1", LV_TOPIC_TOOLS, NULL));
  g_assert_true (lv_bus_audience_add (audience, ":1.2", LV_TOPIC_TOOLS | LV_TOPIC_STATE, NULL));
  g_assert_true (lv_bus_audience_add (audience, ":1.2", LV_TOPIC_TOOLS | LV_TOPIC_LEVELS, NULL));
  g_assert_true (lv_bus_audience_add (audience, ":1.3", 0, NULL));
  g_assert_cmpuint (lv_bus_audience_count (audience), ==, 2);
  g_assert_cmpuint (count (audience, LV_TOPIC_TOOLS), ==, 2);
  g_assert_cmpuint (count (audience, LV_TOPIC_LEVELS | LV_TOPIC_STATE), ==, 1);
  g_assert_cmpuint (count (audience, LV_TOPIC_ANY), ==, 2);

  g_assert_true (lv_bus_audience_take_back (audience, ":1.2", LV_TOPIC_TOOLS | LV_TOPIC_STATE));
  g_assert_cmpuint (count (audience, LV_TOPIC_STATE), ==, 0);
  g_assert_cmpuint (count (audience, LV_TOPIC_TOOLS), ==, 2);
  g_assert_true (lv_bus_audience_take_back (audience, ":1.2", LV_TOPIC_TOOLS | LV_TOPIC_WARNINGS));
  g_assert_cmpuint (count (audience, LV_TOPIC_TOOLS), ==, 1);
  g_assert_false (lv_bus_audience_take_back (audience, ":1.2", LV_TOPIC_TOOLS));
  g_assert_true (lv_bus_audience_take_back (audience, ":1.2", LV_TOPIC_LEVELS));
  g_assert_cmpuint (lv_bus_audience_count (audience), ==, 1);
  g_assert_false (lv_bus_audience_take_back (audience, ":1.2", LV_TOPIC_ANY));
}

static void
test_remove (void)
{
  g_autoptr (LvBusAudience) audience = lv_bus_audience_new ();

  g_assert_true (lv_bus_audience_add (audience, ":1.1", LV_TOPIC_TOOLS, NULL));
  g_assert_true (lv_bus_audience_add (audience, ":1.1", LV_TOPIC_TOOLS, NULL));
  g_assert_true (lv_bus_audience_remove (audience, ":1.1"));
  g_assert_false (lv_bus_audience_remove (audience, ":1.1"));
  g_assert_cmpuint (lv_bus_audience_count (audience), ==, 0);
}

static void
test_limit_of_connections (void)
{
  g_autoptr (LvBusAudience) audience = lv_bus_audience_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < LV_BUS_MAX_SUBSCRIBERS; i++)
    {
      g_autofree char *name = g_strdup_printf (":1.%u", i);

      g_assert_true (lv_bus_audience_add (audience, name, LV_TOPIC_TOOLS, NULL));
    }
  g_assert_false (lv_bus_audience_add (audience, ":1.99", LV_TOPIC_TOOLS, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_TOO_MANY);
  g_assert_true (lv_bus_audience_add (audience, ":1.0", LV_TOPIC_LEVELS, NULL));
}

static void
test_limit_of_subscriptions (void)
{
  g_autoptr (LvBusAudience) audience = lv_bus_audience_new ();
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < LV_BUS_MAX_SUBSCRIPTIONS; i++)
    g_assert_true (lv_bus_audience_add (audience, ":1.1", LV_TOPIC_TOOLS, NULL));
  g_assert_false (
      lv_bus_audience_add (audience, ":1.1", LV_TOPIC_TRANSCRIPT | LV_TOPIC_TOOLS, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_TOO_MANY);
  g_assert_cmpuint (count (audience, LV_TOPIC_TRANSCRIPT), ==, 0);
  g_assert_true (lv_bus_audience_add (audience, ":1.1", LV_TOPIC_TRANSCRIPT, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bus-audience/topics", test_topics);
  g_test_add_func ("/bus-audience/counts", test_counts);
  g_test_add_func ("/bus-audience/remove", test_remove);
  g_test_add_func ("/bus-audience/limit/connections", test_limit_of_connections);
  g_test_add_func ("/bus-audience/limit/subscriptions", test_limit_of_subscriptions);
  return g_test_run ();
}
