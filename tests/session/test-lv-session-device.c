/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test.h"
#include "lv-test-devices.h"
#include "lv-test-session.h"

#include <pipewire/keys.h>
#include <spa/utils/dict.h>

#define USB_ID 10
#define USB "usb"

static void
plug_in (Fixture *fixture, guint32 id, const char *media_class, const char *name)
{
  g_autofree char *description = g_strdup_printf ("The %s", name);
  const struct spa_dict_item items[] = {
    SPA_DICT_ITEM_INIT (PW_KEY_MEDIA_CLASS, media_class),
    SPA_DICT_ITEM_INIT (PW_KEY_NODE_NAME, name),
    SPA_DICT_ITEM_INIT (PW_KEY_NODE_DESCRIPTION, description),
  };

  lv_pw_nodes_add (lv_test_get_nodes (fixture->services.audio), id, &SPA_DICT_INIT_ARRAY (items));
}

static void
make_default (Fixture *fixture, LvPwNodeKind kind, const char *name)
{
  lv_pw_nodes_set_default (lv_test_get_nodes (fixture->services.audio), kind, name);
}

static void
unplug (Fixture *fixture, guint32 id)
{
  lv_pw_nodes_remove (lv_test_get_nodes (fixture->services.audio), id);
}

/* With a microphone and a speaker that are built in. */
static Fixture *
device_fixture_new (const char *input_device)
{
  Fixture *fixture = fixture_new ();

  plug_in (fixture, 1, "Audio/Source", "inside");
  plug_in (fixture, 2, "Audio/Sink", "box");
  make_default (fixture, LV_PW_NODE_MICROPHONE, "inside");
  make_default (fixture, LV_PW_NODE_SPEAKER, "box");
  fixture->profile->audio = LV_AUDIO_PIPEWIRE;
  g_free (fixture->profile->input_device);
  fixture->profile->input_device = g_strdup (input_device);
  apply_profile (fixture);
  return fixture;
}

static void
tell (Fixture *fixture)
{
  lv_test_tell_devices (fixture->services.audio);
}

static void
expect_in_use (Fixture *fixture, const char *key, const char *expected)
{
  g_autoptr (GVariant) audio = g_variant_ref_sink (lv_session_describe_audio (fixture->session));
  const char *name = NULL;

  g_variant_lookup (audio, key, "&s", &name);
  g_assert_cmpstr (name, ==, expected);
}

static void
test_default_changes (void)
{
  g_autoptr (Fixture) fixture = device_fixture_new ("");

  g_assert_cmpuint (lv_test_count_holds (fixture->services.audio), ==, 0);
  open_session (fixture);
  g_assert_cmpuint (lv_test_count_holds (fixture->services.audio), ==, 1);
  expect_in_use (fixture, "microphone", "inside");
  expect_in_use (fixture, "speaker", "box");
  plug_in (fixture, USB_ID, "Audio/Source", USB);
  tell (fixture);
  g_assert_cmpuint (count_logged (fixture, "warning"), ==, 0);
  make_default (fixture, LV_PW_NODE_MICROPHONE, USB);
  tell (fixture);
  expect_log (fixture, "warning ", "device-changed");
  expect_in_use (fixture, "microphone", USB);
  lv_session_stop (fixture->session, LV_CLOSE_USER);
  g_assert_cmpuint (lv_test_count_holds (fixture->services.audio), ==, 0);
  clear_log (fixture);
  tell (fixture);
  g_assert_cmpuint (count_logged (fixture, "warning"), ==, 0);
}

/* The session manager takes a moment to name another default: nothing is said before. */
static void
test_default_lost (void)
{
  g_autoptr (Fixture) fixture = device_fixture_new ("");

  plug_in (fixture, USB_ID, "Audio/Source", USB);
  plug_in (fixture, USB_ID + 1, "Audio/Source", "other");
  make_default (fixture, LV_PW_NODE_MICROPHONE, USB);
  open_session (fixture);
  unplug (fixture, USB_ID);
  tell (fixture);
  g_assert_cmpuint (count_logged (fixture, "warning"), ==, 0);
  make_default (fixture, LV_PW_NODE_MICROPHONE, "other");
  tell (fixture);
  expect_log (fixture, "warning ", "device-lost");
  expect_in_use (fixture, "microphone", "other");
  plug_in (fixture, USB_ID, "Audio/Source", USB);
  make_default (fixture, LV_PW_NODE_MICROPHONE, USB);
  tell (fixture);
  expect_log (fixture, "warning ", "device-lost device-returned");
}

static void
test_wanted_returns (void)
{
  g_autoptr (Fixture) fixture = device_fixture_new ("The usb");

  plug_in (fixture, USB_ID, "Audio/Source", USB);
  open_session (fixture);
  expect_in_use (fixture, "microphone", USB);
  for (guint i = 0; i < 2; i++)
    {
      clear_log (fixture);
      unplug (fixture, USB_ID);
      tell (fixture);
      expect_log (fixture, "warning ", "device-lost");
      expect_in_use (fixture, "microphone", "inside");
      plug_in (fixture, USB_ID, "Audio/Source", USB);
      tell (fixture);
      expect_log (fixture, "warning ", "device-lost device-returned");
      expect_in_use (fixture, "microphone", USB);
    }
}

static void
test_only_microphone (void)
{
  g_autoptr (Fixture) fixture = device_fixture_new ("");
  g_autoptr (GError) error = g_error_new_literal (LV_ERROR, LV_ERROR_NO_MICROPHONE, "gone");

  open_session (fixture);
  unplug (fixture, 1);
  tell (fixture);
  lv_capture_emit_failed (lv_test_microphone (), error);
  wait_state (fixture, LV_STATE_PAUSED);
  expect_log (fixture, "warning ", "no-microphone");
  expect_in_use (fixture, "microphone", NULL);
  tell (fixture);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_PAUSED);
  plug_in (fixture, 1, "Audio/Source", "inside");
  tell (fixture);
  g_assert_cmpint (lv_session_get_state (fixture->session), ==, LV_STATE_LISTENING);
  g_assert_true (lv_session_get_microphone_active (fixture->session));
  g_assert_no_error (lv_session_get_last_error (fixture->session));
  expect_log (fixture, "warning ", "no-microphone device-returned");
  g_assert_true (lv_test_speak (1, 1));
}

static void
test_muted_stays_muted (void)
{
  g_autoptr (Fixture) fixture = device_fixture_new ("");
  g_autoptr (GError) error = g_error_new_literal (LV_ERROR, LV_ERROR_NO_MICROPHONE, "gone");

  open_session (fixture);
  lv_capture_emit_failed (lv_test_microphone (), error);
  lv_session_set_muted (fixture->session, TRUE);
  tell (fixture);
  g_assert_false (lv_session_get_microphone_active (fixture->session));
  g_assert_true (lv_session_get_muted (fixture->session));
  lv_session_set_muted (fixture->session, FALSE);
  g_assert_true (lv_session_get_microphone_active (fixture->session));
}

static void
test_speaker_returns (void)
{
  g_autoptr (Fixture) fixture = device_fixture_new ("");
  g_autoptr (GError) error = g_error_new_literal (LV_ERROR, LV_ERROR_NO_AUDIO_SERVER, "gone");

  open_session (fixture);
  unplug (fixture, 2);
  tell (fixture);
  lv_playback_emit_failed (lv_test_speaker (), error);
  expect_log (fixture, "warning ", "no-speaker");
  g_assert_error (lv_session_get_last_error (fixture->session), LV_ERROR, LV_ERROR_NO_AUDIO_SERVER);
  plug_in (fixture, 2, "Audio/Sink", "box");
  tell (fixture);
  expect_log (fixture, "warning ", "no-speaker device-returned");
  g_assert_no_error (lv_session_get_last_error (fixture->session));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-device/default-changes", test_default_changes);
  g_test_add_func ("/session-device/default-lost", test_default_lost);
  g_test_add_func ("/session-device/wanted-returns", test_wanted_returns);
  g_test_add_func ("/session-device/only-microphone", test_only_microphone);
  g_test_add_func ("/session-device/muted-stays-muted", test_muted_stays_muted);
  g_test_add_func ("/session-device/speaker-returns", test_speaker_returns);
  return g_test_run ();
}
