/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-backlog.h"

#define PROPERTIES "PropertiesChanged"

static LvBusLetter *
make (const char *signal, const char *arguments)
{
  return lv_bus_letter_new (NULL, LV_TOPIC_TRANSCRIPT, "/x", "org.example", signal,
                            g_variant_new_parsed (arguments));
}

static void
push (LvBusBacklog *backlog, const char *signal, const char *arguments)
{
  lv_bus_backlog_push (backlog, make (signal, arguments));
}

static void
expect (LvBusBacklog *backlog, const char *expected)
{
  g_autoptr (GString) sent = g_string_new (NULL);
  LvBusLetter *letter;

  while ((letter = lv_bus_backlog_pop (backlog)) != NULL)
    {
      g_autoptr (LvBusLetter) owned = letter;
      g_autofree char *text = g_variant_print (owned->arguments, FALSE);

      g_assert_cmpint (owned->topics, ==, LV_TOPIC_TRANSCRIPT);
      g_string_append_printf (sent, "%s%s ", owned->signal, text);
    }
  g_assert_cmpstr (sent->str, ==, expected);
  g_assert_true (lv_bus_backlog_is_empty (backlog));
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

/* A state is told after what led to it. */
static void
test_newest_state (void)
{
  g_autoptr (LvBusBacklog) backlog = lv_bus_backlog_new ();

  push (backlog, PROPERTIES, "('x', {'State': <'speaking'>}, @as [])");
  push (backlog, PROPERTIES, "('x', {'Muted': <true>}, @as [])");
  push (backlog, "TurnComplete", "(@u 1,)");
  push (backlog, "Levels", "(1.0, 2.0)");
  push (backlog, PROPERTIES, "('x', {'State': <'listening'>}, @as [])");
  push (backlog, "Levels", "(3.0, 4.0)");
  push (backlog, "ToolsChanged", "()");
  push (backlog, "ToolsChanged", "()");
  expect (backlog, "PropertiesChanged('x', {'Muted': <true>}, []) TurnComplete(1,) "
                   "PropertiesChanged('x', {'State': <'listening'>}, []) Levels(3.0, 4.0) "
                   "ToolsChanged() ");
}

/* Several properties in one, and another object, are not the same thing. */
static void
test_other_subjects (void)
{
  g_autoptr (LvBusBacklog) backlog = lv_bus_backlog_new ();

  push (backlog, PROPERTIES, "('x', {'State': <1>, 'Muted': <true>}, @as [])");
  push (backlog, PROPERTIES, "('x', {'State': <2>}, @as [])");
  lv_bus_backlog_push (
      backlog, lv_bus_letter_new (NULL, LV_TOPIC_TRANSCRIPT, "/y", "org.example", PROPERTIES,
                                  g_variant_new_parsed ("('x', {'State': <3>}, @as [])")));
  expect (backlog, "PropertiesChanged('x', {'State': <1>, 'Muted': <true>}, []) "
                   "PropertiesChanged('x', {'State': <2>}, []) "
                   "PropertiesChanged('x', {'State': <3>}, []) ");
}

static guint
count (LvBusBacklog *backlog, const char *signal)
{
  LvBusLetter *letter;
  guint n = 0;

  while ((letter = lv_bus_backlog_pop (backlog)) != NULL)
    {
      n += g_str_equal (letter->signal, signal);
      lv_bus_letter_free (letter);
    }
  return n;
}

static void
test_limit (void)
{
  g_autoptr (LvBusBacklog) backlog = lv_bus_backlog_new ();
  g_autoptr (LvBusLetter) oldest = NULL;

  push (backlog, "Transcript", "(@u 7, 'gone')");
  for (guint i = 0; i < LV_BUS_MAX_BACKLOG; i++)
    push (backlog, "Interrupted", "(@u 1,)");
  oldest = lv_bus_backlog_pop (backlog);
  g_assert_cmpstr (oldest->signal, ==, "Interrupted");
  g_assert_cmpuint (count (backlog, "Interrupted"), ==, LV_BUS_MAX_BACKLOG - 1);
}

/* One that is larger than all may be is kept: it is the newest. */
static void
test_limit_of_bytes (void)
{
  g_autoptr (LvBusBacklog) backlog = lv_bus_backlog_new ();
  g_autofree char *text = g_strnfill (LV_BUS_MAX_BACKLOG_BYTES / 8, 'x');
  g_autofree char *large = g_strnfill (LV_BUS_MAX_BACKLOG_BYTES * 2, 'x');

  for (guint i = 0; i < 20; i++)
    lv_bus_backlog_push (backlog, lv_bus_letter_new (NULL, 0, "/x", "org.example", "TurnDetail",
                                                     g_variant_new ("(s)", text)));
  g_assert_cmpuint (count (backlog, "TurnDetail"), ==, 7);
  push (backlog, "Interrupted", "(@u 1,)");
  lv_bus_backlog_push (backlog, lv_bus_letter_new (NULL, 0, "/x", "org.example", "TurnDetail",
                                                   g_variant_new ("(s)", large)));
  g_assert_cmpuint (count (backlog, "TurnDetail"), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bus-backlog/newest-text", test_newest_text);
  g_test_add_func ("/bus-backlog/newest-state", test_newest_state);
  g_test_add_func ("/bus-backlog/other-subjects", test_other_subjects);
  g_test_add_func ("/bus-backlog/limit", test_limit);
  g_test_add_func ("/bus-backlog/limit-of-bytes", test_limit_of_bytes);
  return g_test_run ();
}
