/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pw-nodes.h"

#include <pipewire/keys.h>

static gboolean
add (LvPwNodes *nodes, guint32 id, const char *media_class, const char *name,
     const char *description)
{
  const struct spa_dict_item items[] = {
    SPA_DICT_ITEM_INIT (PW_KEY_MEDIA_CLASS, media_class),
    SPA_DICT_ITEM_INIT (PW_KEY_NODE_NAME, name),
    SPA_DICT_ITEM_INIT (PW_KEY_NODE_DESCRIPTION, description),
  };

  return lv_pw_nodes_add (nodes, id, &SPA_DICT_INIT_ARRAY (items));
}

static void
test_classes (void)
{
  g_autoptr (LvPwNodes) nodes = lv_pw_nodes_new ();

  g_assert_false (lv_pw_nodes_add (nodes, 1, NULL));
  g_assert_false (lv_pw_nodes_add (nodes, 1, &SPA_DICT_INIT (NULL, 0)));
  g_assert_false (add (nodes, 2, "Stream/Output/Audio", "player", "Player"));
  g_assert_false (add (nodes, 3, "Video/Source", "camera", "Camera"));
  g_assert_false (lv_pw_nodes_has (nodes, LV_PW_NODE_MICROPHONE));
  g_assert_true (add (nodes, 4, "Audio/Source/Virtual", "noise-filter", "Quiet microphone"));
  g_assert_true (lv_pw_nodes_has (nodes, LV_PW_NODE_MICROPHONE));
  g_assert_false (lv_pw_nodes_has (nodes, LV_PW_NODE_SPEAKER));
  g_assert_true (lv_pw_nodes_remove (nodes, 4));
  g_assert_false (lv_pw_nodes_remove (nodes, 4));
  g_assert_false (lv_pw_nodes_has (nodes, LV_PW_NODE_MICROPHONE));
  g_assert_true (add (nodes, 5, "Audio/Duplex", "both", "Both"));
  g_assert_true (lv_pw_nodes_has (nodes, LV_PW_NODE_MICROPHONE));
  g_assert_true (lv_pw_nodes_has (nodes, LV_PW_NODE_SPEAKER));
}

static void
test_find (void)
{
  g_autoptr (LvPwNodes) nodes = lv_pw_nodes_new ();

  add (nodes, 1, "Audio/Sink", "alsa_output.usb", "Headset");
  add (nodes, 2, "Audio/Source", "alsa_input.usb", "Headset");
  g_assert_cmpstr (lv_pw_nodes_find (nodes, LV_PW_NODE_SPEAKER, "Headset"), ==, "alsa_output.usb");
  g_assert_cmpstr (lv_pw_nodes_find (nodes, LV_PW_NODE_MICROPHONE, "Headset"), ==,
                   "alsa_input.usb");
  g_assert_cmpstr (lv_pw_nodes_find (nodes, LV_PW_NODE_MICROPHONE, "alsa_input.usb"), ==,
                   "alsa_input.usb");
  g_assert_null (lv_pw_nodes_find (nodes, LV_PW_NODE_MICROPHONE, "alsa_output.usb"));
  g_assert_null (lv_pw_nodes_find (nodes, LV_PW_NODE_SPEAKER, "Loudspeaker"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pw-nodes/classes", test_classes);
  g_test_add_func ("/pw-nodes/find", test_find);
  return g_test_run ();
}
