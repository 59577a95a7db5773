/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-priming.h"

#include <spa/utils/dict.h>

static guint
get_ms (const char *key, const char *value)
{
  const struct spa_dict_item items[] = {
    SPA_DICT_ITEM_INIT ("media.class", "Audio/Sink"),
    SPA_DICT_ITEM_INIT ("node.name", "x"),
    SPA_DICT_ITEM_INIT (key, value),
  };
  g_autoptr (LvPwNode) node = lv_pw_node_new (1, &SPA_DICT_INIT_ARRAY (items));

  g_assert_nonnull (node);
  if (lv_pw_node_update (node, &SPA_DICT_INIT_ARRAY (items)))
    g_test_message ("the node itself says more");
  return lv_priming_get_ms (node);
}

static void
test_devices (void)
{
  g_assert_cmpuint (lv_priming_get_ms (NULL), ==, LV_PRIMING_WIRED_MS);
  g_assert_cmpuint (get_ms ("device.api", "alsa"), ==, LV_PRIMING_WIRED_MS);
  g_assert_cmpuint (get_ms ("device.api", "bluez5"), ==, LV_PRIMING_BLUETOOTH_MS);
  g_assert_cmpuint (get_ms ("device.bus", "bluetooth"), ==, LV_PRIMING_BLUETOOTH_MS);
  g_assert_cmpuint (get_ms ("device.bus", "usb"), ==, LV_PRIMING_USB_MS);
}

static void
test_television (void)
{
  const LvPwNode node = { .name = (char *) "alsa_output.hdmi",
                          .bus = (char *) "pci",
                          .api = (char *) "alsa",
                          .port_type = (char *) "hdmi" };

  g_assert_cmpuint (lv_priming_get_ms (&node), ==, LV_PRIMING_HDMI_MS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/priming/devices", test_devices);
  g_test_add_func ("/priming/television", test_television);
  return g_test_run ();
}
