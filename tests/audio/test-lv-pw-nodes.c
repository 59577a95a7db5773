/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pw-nodes.h"

#include <pipewire/keys.h>
#include <spa/utils/dict.h>
#include <spa/utils/defs.h>

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
test_own (void)
{
  g_autoptr (LvPwNodes) nodes = lv_pw_nodes_new ();

  g_assert_false (add (nodes, 1, "Audio/Source", "livevoice.echo-cancel.source", "Live Voice"));
  g_assert_true (add (nodes, 2, "Audio/Source", "livevoice-like", "Another"));
  g_assert_null (lv_pw_nodes_get (nodes, 1));
  g_assert_cmpuint (lv_pw_nodes_list (nodes)->len, ==, 1);
}

static void
test_fields (void)
{
  const struct spa_dict_item items[] = {
    SPA_DICT_ITEM_INIT (PW_KEY_DEVICE_ID, "7"),
    SPA_DICT_ITEM_INIT (PW_KEY_DEVICE_API, "bluez5"),
    SPA_DICT_ITEM_INIT (PW_KEY_DEVICE_BUS, "bluetooth"),
    SPA_DICT_ITEM_INIT (PW_KEY_DEVICE_FORM_FACTOR, "headset"),
    SPA_DICT_ITEM_INIT ("api.bluez5.profile", "headset-head-unit"),
    SPA_DICT_ITEM_INIT ("card.profile.device", "2"),
    SPA_DICT_ITEM_INIT (PW_KEY_PRIORITY_SESSION, "1010"),
    SPA_DICT_ITEM_INIT ("bluez5.loopback", "true"),
  };
  const struct spa_dict props = SPA_DICT_INIT_ARRAY (items);
  g_autoptr (LvPwNodes) nodes = lv_pw_nodes_new ();
  LvPwNode *node;

  add (nodes, 3, "Audio/Source", "some", "Some");
  node = lv_pw_nodes_get (nodes, 3);
  g_assert_cmpuint (node->device_id, ==, SPA_ID_INVALID);
  g_assert_cmpint (node->route_device, ==, -1);
  g_assert_true (node->is_virtual);
  g_assert_cmpstr (node->form_factor, ==, "");
  g_assert_false (lv_pw_node_is_bluetooth (node));
  g_assert_true (lv_pw_node_update (node, &props));
  g_assert_false (lv_pw_node_update (node, &props));
  g_assert_cmpuint (node->device_id, ==, 7);
  g_assert_cmpint (node->route_device, ==, 2);
  g_assert_cmpint (node->priority, ==, 1010);
  g_assert_false (node->is_virtual);
  g_assert_true (node->is_loopback);
  g_assert_cmpstr (node->name, ==, "some");
  g_assert_cmpstr (node->form_factor, ==, "headset");
  g_assert_cmpstr (node->bus, ==, "bluetooth");
  g_assert_cmpstr (node->profile, ==, "headset-head-unit");
  g_assert_true (lv_pw_node_is_bluetooth (node));
}

static void
test_defaults (void)
{
  g_autoptr (LvPwNodes) nodes = lv_pw_nodes_new ();

  g_assert_null (lv_pw_nodes_choose (nodes, LV_PW_NODE_SPEAKER, NULL));
  add (nodes, 1, "Audio/Sink", "first", "First");
  add (nodes, 2, "Audio/Sink", "second", "Second");
  g_assert_cmpstr (lv_pw_nodes_choose (nodes, LV_PW_NODE_SPEAKER, NULL)->name, ==, "first");
  g_assert_true (lv_pw_nodes_set_default (nodes, LV_PW_NODE_SPEAKER, "second"));
  g_assert_false (lv_pw_nodes_set_default (nodes, LV_PW_NODE_SPEAKER, "second"));
  g_assert_cmpstr (lv_pw_nodes_get_default (nodes, LV_PW_NODE_SPEAKER), ==, "second");
  g_assert_null (lv_pw_nodes_get_default (nodes, LV_PW_NODE_MICROPHONE));
  g_assert_cmpstr (lv_pw_nodes_choose (nodes, LV_PW_NODE_SPEAKER, "")->name, ==, "second");
  g_assert_true (lv_pw_nodes_remove (nodes, 2));
  g_assert_cmpstr (lv_pw_nodes_choose (nodes, LV_PW_NODE_SPEAKER, "")->name, ==, "first");
}

static void
test_headset (void)
{
  g_autoptr (LvPwNodes) nodes = lv_pw_nodes_new ();

  g_assert_false (lv_pw_nodes_has_headset (nodes));
  g_assert_true (lv_pw_nodes_add_headset (nodes, 7));
  g_assert_true (lv_pw_nodes_has_headset (nodes));
  add (nodes, 8, "Audio/Sink", "bluez_output.AA", "Earphones");
  g_assert_true (lv_pw_nodes_remove (nodes, 7));
  g_assert_true (lv_pw_nodes_has_headset (nodes));
  g_assert_true (lv_pw_nodes_remove (nodes, 8));
  g_assert_false (lv_pw_nodes_has_headset (nodes));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pw-nodes/classes", test_classes);
  g_test_add_func ("/pw-nodes/own", test_own);
  g_test_add_func ("/pw-nodes/fields", test_fields);
  g_test_add_func ("/pw-nodes/defaults", test_defaults);
  g_test_add_func ("/pw-nodes/headset", test_headset);
  return g_test_run ();
}
