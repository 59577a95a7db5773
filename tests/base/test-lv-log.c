/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-log.h"

#include <string.h>

#define OWN "lv-test"
#define FOREIGN "GLib-GIO"

static void
log_line (const char *domain, GLogLevelFlags level, const char *text)
{
  g_log_structured (domain, level, "MESSAGE", "%s", text);
}

static void
log_all (void)
{
  lv_log_session (OWN, G_LOG_LEVEL_INFO, "default", "session %d", 5);
  log_line (OWN, G_LOG_LEVEL_MESSAGE, "own message");
  log_line (FOREIGN, G_LOG_LEVEL_INFO, "foreign info");
  log_line (OWN, G_LOG_LEVEL_DEBUG, "own debug");
  log_line (FOREIGN, G_LOG_LEVEL_DEBUG, "foreign debug");
}

/* The writer can be set only once a process, so each case is one. */
static void
run_case (const char *name)
{
  g_test_trap_subprocess (name, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stdout_unmatched ("*session 5*");
}

static void
case_quiet (void)
{
  g_unsetenv ("G_MESSAGES_DEBUG");
  lv_log_init (FALSE);
  log_all ();
}

static void
test_quiet (void)
{
  run_case ("/log/quiet/subprocess");
  g_test_trap_assert_stderr ("*session 5*own message*foreign info*");
  g_test_trap_assert_stderr_unmatched ("*debug*");
}

static void
case_debug (void)
{
  g_unsetenv ("G_MESSAGES_DEBUG");
  lv_log_init (TRUE);
  g_assert_true (lv_log_get_debug ());
  log_all ();
}

static void
test_debug (void)
{
  run_case ("/log/debug/subprocess");
  g_test_trap_assert_stderr ("*session 5*own message*foreign info*own debug*");
  g_test_trap_assert_stderr_unmatched ("*foreign debug*");
}

static void
case_changed (void)
{
  g_unsetenv ("G_MESSAGES_DEBUG");
  lv_log_init (FALSE);
  log_line (OWN, G_LOG_LEVEL_DEBUG, "first");
  lv_log_set_debug (TRUE);
  log_all ();
  lv_log_set_debug (FALSE);
  log_line (OWN, G_LOG_LEVEL_DEBUG, "last");
}

static void
test_changed (void)
{
  run_case ("/log/changed/subprocess");
  g_test_trap_assert_stderr ("*own debug*");
  g_test_trap_assert_stderr_unmatched ("*first*");
  g_test_trap_assert_stderr_unmatched ("*last*");
}

static GLogWriterOutput
find_session (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, LV_LOG_FIELD_SESSION) == 0)
      g_printerr ("%s=%s\n", fields[i].key, (const char *) fields[i].value);
  return G_LOG_WRITER_HANDLED;
}

static void
case_field (void)
{
  g_log_set_writer_func (find_session, NULL, NULL);
  lv_log_session (OWN, G_LOG_LEVEL_INFO, "/org/example/session/1", "session %d", 5);
}

static void
test_field (void)
{
  run_case ("/log/field/subprocess");
  g_test_trap_assert_stderr ("*LV_SESSION=/org/example/session/1*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log/quiet", test_quiet);
  g_test_add_func ("/log/quiet/subprocess", case_quiet);
  g_test_add_func ("/log/debug", test_debug);
  g_test_add_func ("/log/debug/subprocess", case_debug);
  g_test_add_func ("/log/changed", test_changed);
  g_test_add_func ("/log/changed/subprocess", case_changed);
  g_test_add_func ("/log/field", test_field);
  g_test_add_func ("/log/field/subprocess", case_field);
  return g_test_run ();
}
