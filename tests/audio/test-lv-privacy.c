/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With settings that are kept in memory.
 */
#include "audio/lv-privacy.h"

#include "lib/lv-test.h"

static void
on_changed (LvPrivacy *privacy, gboolean *forbidden)
{
  *forbidden = lv_privacy_forbids_microphone (privacy);
}

static void
test_switch (void)
{
  g_autoptr (GSettings) settings = g_settings_new (LV_PRIVACY_SCHEMA);
  LvPrivacy *privacy = lv_privacy_new ();
  gboolean forbidden = FALSE;

  g_assert_false (lv_privacy_forbids_microphone (privacy));
  g_signal_connect (privacy, "changed", G_CALLBACK (on_changed), &forbidden);
  g_settings_set_boolean (settings, LV_PRIVACY_MICROPHONE, TRUE);
  lv_test_wait_flag (&forbidden);
  g_settings_set_boolean (settings, LV_PRIVACY_MICROPHONE, FALSE);
  g_assert_false (lv_privacy_forbids_microphone (privacy));
  g_assert_false (forbidden);
  g_assert_finalize_object (privacy);
}

static void
test_already_off (void)
{
  g_autoptr (GSettings) settings = g_settings_new (LV_PRIVACY_SCHEMA);
  LvPrivacy *privacy;

  g_settings_set_boolean (settings, LV_PRIVACY_MICROPHONE, TRUE);
  privacy = lv_privacy_new ();
  g_assert_true (lv_privacy_forbids_microphone (privacy));
  g_assert_finalize_object (privacy);
  g_settings_reset (settings, LV_PRIVACY_MICROPHONE);
}

/* Another desktop: nothing is forbidden, and the program does not end. */
static void
test_no_schema (void)
{
  g_autoptr (LvPrivacy) privacy = NULL;

  if (!g_test_subprocess ())
    {
      g_unsetenv ("GSETTINGS_SCHEMA_DIR");
      g_setenv ("XDG_DATA_DIRS", "/nonexistent", TRUE);
      g_test_trap_subprocess (NULL, 0, 0);
      g_test_trap_assert_passed ();
      return;
    }
  privacy = lv_privacy_new ();
  g_assert_false (lv_privacy_forbids_microphone (privacy));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/privacy/switch", test_switch);
  g_test_add_func ("/privacy/already-off", test_already_off);
  g_test_add_func ("/privacy/no-schema", test_no_schema);
  return g_test_run ();
}
