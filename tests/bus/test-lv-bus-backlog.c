/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-backlog.h"

static void
push (LvBusBacklog *backlog, const char *signal, const char *arguments)
{
  g_autoptr (GVariant) parsed = g_variant_ref_sink (g_variant_new_parsed (arguments));

  lv_bus_backlog_push (backlog, LV_TOPIC_TRANSCRIPT, signal, parsed);
}

static void
note (LvTopics topics, const char *signal, GVariant *arguments, gpointer user_data)
{
  g_autofree char *text = g_variant_print (arguments, FALSE);

  g_assert_cmpint (topics, ==, LV_TOPIC_TRANSCRIPT);
  g_string_append_printf (user_data, "%s%s ", signal, text);
}

static void
expect (LvBusBacklog *backlog, const char *expected)
{
  g_autoptr (GString) sent = g_string_new (NULL);

  lv_bus_backlog_flush (backlog, note, sent);
  g_assert_cmpstr (sent->str, ==, expected);
}

static void
test_newest_text (void)
{
  g_autoptr (LvBusBacklog) backlog = lv_bus_backlog_new ();

  push (backlog, "Transcript", "(@u 1, 'a')");
  push (backlog, "Interrupted", "(@u 1,)");
  push (backlog, "Transcript", "(@u 2, 'c')");
  push (backlog, "Transcript", "(@u 1, 'ab')");
  push (backlog, "Interrupted", "(@u 1,)");
  expect (backlog, "Transcript(1, 'ab') Interrupted(1,) Transcript(2, 'c') Interrupted(1,) ");
  expect (backlog, "");
}

static void
test_limit (void)
{
  g_autoptr (LvBusBacklog) backlog = lv_bus_backlog_new ();
  g_autoptr (GString) sent = g_string_new (NULL);

  push (backlog, "Transcript", "(@u 7, 'gone')");
  for (guint i = 0; i < LV_BUS_MAX_BACKLOG; i++)
    push (backlog, "Interrupted", "(@u 1,)");
  lv_bus_backlog_flush (backlog, note, sent);
  g_assert_null (strstr (sent->str, "gone"));
  g_assert_cmpuint (sent->len, ==, strlen ("Interrupted(1,) ") * LV_BUS_MAX_BACKLOG);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bus-backlog/newest-text", test_newest_text);
  g_test_add_func ("/bus-backlog/limit", test_limit);
  return g_test_run ();
}
