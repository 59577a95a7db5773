/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ListDevices and DevicesChanged with a real PipeWire.
 */
#include "lv-test-bus.h"

#include "lib/lv-test-pipewire.h"
#include "lib/lv-test-process.h"
#include "lib/lv-test.h"

static GVariant *
list_devices (LvTestPeer *peer)
{
  g_autoptr (GVariant) reply = lv_test_peer_do (peer, LV_MANAGER_PATH, "Manager.ListDevices",
                                                g_variant_new_parsed ("(@a{sv} {},)"));

  return g_variant_get_child_value (reply, 0);
}

static void
expect_device (GVariant *devices, const char *name, const char *expected)
{
  for (gsize i = 0; i < g_variant_n_children (devices); i++)
    {
      g_autoptr (GVariant) device = g_variant_get_child_value (devices, i);
      g_autofree char *text = g_variant_print (device, FALSE);
      const char *found;

      g_assert_true (g_variant_lookup (device, "name", "&s", &found));
      if (g_str_equal (found, name))
        {
          g_assert_cmpstr (text, ==, expected);
          return;
        }
    }
  g_assert_null (expected);
}

#define MICROPHONE(muted)                                                                          \
  "{'name': <'livevoice-test-microphone'>, 'description': <'Live Voice test microphone'>, "        \
  "'kind': <'microphone'>, 'default': <true>, 'form-factor': <'headset'>, 'bus': <''>, 'muted': "  \
  "<" muted ">, 'virtual': <true>, 'in-use': <false>}"
#define SPEAKER                                                                                    \
  "{'name': <'livevoice-test-speaker'>, 'description': <'Live Voice test speaker'>, 'kind': "      \
  "<'speaker'>, 'default': <true>, 'form-factor': <'headset'>, 'bus': <''>, 'muted': <false>, "    \
  "'virtual': <true>, 'in-use': <false>}"

static void
test_no_server (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *directory = lv_test_make_dir ();

  g_setenv ("XDG_RUNTIME_DIR", directory, TRUE);
  lv_test_peer_fail (peer, LV_MANAGER_PATH, "Manager.ListDevices",
                     g_variant_new_parsed ("(@a{sv} {},)"), "NoAudioServer");
  lv_test_peer_fail (peer, LV_MANAGER_PATH, "Manager.ListDevices",
                     g_variant_new_parsed ("({'!x': <1>},)"), "InvalidArgs");
  lv_test_remove_dir (g_steal_pointer (&directory));
}

/* Nothing of the connection stays. */
static void
test_list (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (LvTestPipewire) pipewire G_GNUC_UNUSED = lv_test_pipewire_new ();
  guint n_threads = lv_test_count_threads ();

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GVariant) devices = list_devices (peer);

      g_assert_cmpuint (g_variant_n_children (devices), ==, 2);
      expect_device (devices, LV_TEST_MICROPHONE, MICROPHONE ("false"));
      expect_device (devices, LV_TEST_SPEAKER, SPEAKER);
      /* A helper of GLib's may have ended meanwhile */
      g_assert_cmpuint (lv_test_count_threads (), <=, n_threads);
    }
}

static void
record (LvTestPipewire *pipewire)
{
  g_autofree char *path = g_build_filename (g_getenv ("XDG_RUNTIME_DIR"), "changes.wav", NULL);

  lv_test_pipewire_command (pipewire, "record %s", path);
}

typedef struct {
  LvTestPeer *peer;
  guint n_seen;
} Watcher;

static gboolean
is_told_again (gpointer data)
{
  Watcher *watcher = data;

  return lv_test_peer_count (watcher->peer, "* DevicesChanged") > watcher->n_seen;
}

static GVariant *
list_when_changed (Watcher *self)
{
  lv_test_wait_for (is_told_again, self, LV_TEST_TIMEOUT_MS, "another DevicesChanged");
  self->n_seen = lv_test_peer_count (self->peer, "* DevicesChanged");
  return list_devices (self->peer);
}

/* As a conversation would, the test keeps PipeWire connected and uses the microphone: that a device
 * is muted which nobody used yet, PipeWire 1.4 tells nobody until somebody does. */
static void
test_changes (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (LvTestPipewire) pipewire = lv_test_pipewire_new ();
  g_autoptr (GVariant) before G_GNUC_UNUSED = list_devices (peer);
  g_autoptr (GVariant) muted = NULL, after = NULL;
  Watcher watcher = { peer };

  lv_pw_context_hold ((*bus)->services.audio);
  lv_test_pipewire_command (pipewire, "mute " LV_TEST_MICROPHONE " true");
  record (pipewire);
  muted = list_when_changed (&watcher);
  expect_device (muted, LV_TEST_MICROPHONE, MICROPHONE ("true"));
  lv_test_pipewire_command (pipewire, "finish");
  lv_test_pipewire_command (pipewire, "remove-microphone");
  after = list_when_changed (&watcher);
  expect_device (after, LV_TEST_MICROPHONE, NULL);
  g_assert_cmpuint (g_variant_n_children (after), ==, 1);
  lv_pw_context_release ((*bus)->services.audio);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  LV_TEST_BUS_ADD ("/bus-devices/no-server", test_no_server);
  LV_TEST_BUS_ADD ("/bus-devices/list", test_list);
  LV_TEST_BUS_ADD ("/bus-devices/changes", test_changes);
  return g_test_run ();
}
