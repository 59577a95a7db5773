/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-reminder.h"

static void
test_reminders (void)
{
  static const char *const reminders[] = {
    "(Please go on where you stopped, in the same language.)",
    "(Nobody interrupted you. Please go on, in the same language.)",
    "(Nothing could be heard. Please say that again, in the same language.)",
    "(Please answer what was said last, in the language of the conversation.)",
    " (please answer now with what you know)\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (reminders); i++)
    g_assert_true (lv_engine_is_reminder (reminders[i]));
}

static void
test_others (void)
{
  static const char *const others[] = {
    "",
    "(",
    "()",
    "please go on",
    "(what time is it)",
    "(please",
    "please go on)",
    "what is (please answer) two plus two",
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    g_assert_false (lv_engine_is_reminder (others[i]));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reminder/reminders", test_reminders);
  g_test_add_func ("/reminder/others", test_others);
  return g_test_run ();
}
