/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-access.h"

#include "base/lv-names.h"

#define PROPERTIES "org.freedesktop.DBus.Properties"

typedef void (*MethodFunc) (const char *interface, const char *method);

static void
for_each_method_of (const char *interface, MethodFunc func)
{
  g_autofree char *file = g_strconcat (interface, ".xml", NULL);
  g_autofree char *path = g_build_filename (g_getenv ("srcdir"), "..", "dbus", file, NULL);
  g_autofree char *xml = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusNodeInfo) info = NULL;

  g_assert_true (g_file_get_contents (path, &xml, NULL, &error));
  info = g_dbus_node_info_new_for_xml (xml, &error);
  g_assert_no_error (error);
  for (guint i = 0; info->interfaces[0]->methods[i] != NULL; i++)
    func (interface, info->interfaces[0]->methods[i]->name);
}

static void
for_each_method (MethodFunc func)
{
  for_each_method_of (LV_MANAGER_INTERFACE, func);
  for_each_method_of (LV_SESSION_INTERFACE, func);
  for_each_method_of (LV_MEDIA_INTERFACE, func);
  func (PROPERTIES, "Get");
  func (PROPERTIES, "GetAll");
  func ("org.freedesktop.DBus.Introspectable", "Introspect");
}

static void
assert_denied (LvPeer peer, LvObject object, const char *interface, const char *method, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (lv_bus_access_check (peer, object, interface, method, &error));
  g_assert_error (error, LV_ERROR, code);
}

static void
assert_allowed (LvPeer peer, LvObject object, const char *interface, const char *method)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (lv_bus_access_check (peer, object, interface, method, &error));
  g_assert_no_error (error);
}

static void
check_method (const char *interface, const char *method)
{
  LvPeer known[] = { LV_PEER_HOST, LV_PEER_OTHER_USER, LV_PEER_SANDBOXED };

  assert_allowed (LV_PEER_HOST, LV_OBJECT_PUBLIC, interface, method);
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      assert_denied (known[i], LV_OBJECT_FOREIGN, interface, method, LV_ERROR_NOT_OWNER);
      if (!g_str_equal (interface, LV_MANAGER_INTERFACE))
        assert_allowed (known[i], LV_OBJECT_OWN, interface, method);
    }
  assert_denied (LV_PEER_UNKNOWN, LV_OBJECT_PUBLIC, interface, method, LV_ERROR_NOT_PERMITTED);
  assert_denied (LV_PEER_UNKNOWN, LV_OBJECT_OWN, interface, method, LV_ERROR_NOT_PERMITTED);
}

static void
test_every_method_has_a_rule (void)
{
  for_each_method (check_method);
}

static void
test_what_has_no_rule_is_denied (void)
{
  assert_denied (LV_PEER_HOST, LV_OBJECT_PUBLIC, LV_MANAGER_INTERFACE, "Start",
                 LV_ERROR_NOT_PERMITTED);
  assert_denied (LV_PEER_HOST, LV_OBJECT_OWN, LV_SESSION_INTERFACE, "Explode",
                 LV_ERROR_NOT_PERMITTED);
  assert_denied (LV_PEER_HOST, LV_OBJECT_PUBLIC, PROPERTIES, "Set", LV_ERROR_NOT_PERMITTED);
  assert_denied (LV_PEER_HOST, LV_OBJECT_PUBLIC, "org.example.X", "Get", LV_ERROR_NOT_PERMITTED);
}

static void
check_sandboxed (const char *interface, const char *method)
{
  static const char *const allowed[] = { "CreateSession",
                                         "RegisterTools",
                                         "UnregisterTools",
                                         "UpdateCall",
                                         "ListTools",
                                         "ListSessions",
                                         "PanicStop",
                                         "Stop",
                                         "Close",
                                         "Unsubscribe",
                                         "SetMuted",
                                         "Get",
                                         "GetAll",
                                         "Introspect",
                                         "ListModels",
                                         "ListVoices",
                                         "ListLanguages",
                                         "GetUsage",
                                         NULL };

  if (g_strv_contains (allowed, method))
    assert_allowed (LV_PEER_SANDBOXED, LV_OBJECT_PUBLIC, interface, method);
  else
    assert_denied (LV_PEER_SANDBOXED, LV_OBJECT_PUBLIC, interface, method, LV_ERROR_NOT_PERMITTED);
}

static void
test_sandboxed (void)
{
  for_each_method (check_sandboxed);
  g_assert_false (lv_bus_access_may_share_tools (LV_PEER_SANDBOXED));
  g_assert_false (lv_bus_access_may_list_others (LV_PEER_SANDBOXED));
  g_assert_false (lv_bus_access_may_unmute_default (LV_PEER_SANDBOXED));
}

static void
check_listener (const char *interface, const char *method)
{
  static const char *const allowed[] = { "Subscribe", "Unsubscribe", "GetTranscript",
                                         "Get",       "GetAll",      "OpenEventStream",
                                         NULL };

  if (g_str_equal (interface, LV_MANAGER_INTERFACE))
    return;
  if (g_strv_contains (allowed, method))
    assert_allowed (LV_PEER_SANDBOXED, LV_OBJECT_SHARED, interface, method);
  else
    assert_denied (LV_PEER_HOST, LV_OBJECT_SHARED, interface, method, LV_ERROR_NOT_OWNER);
}

static void
test_listener (void)
{
  for_each_method (check_listener);
}

static void
test_other_user (void)
{
  assert_allowed (LV_PEER_OTHER_USER, LV_OBJECT_PUBLIC, LV_SESSION_INTERFACE, "Start");
  g_assert_true (lv_bus_access_may_unmute_default (LV_PEER_OTHER_USER));
  g_assert_false (lv_bus_access_may_share_tools (LV_PEER_OTHER_USER));
  g_assert_false (lv_bus_access_may_list_others (LV_PEER_OTHER_USER));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bus-access/every-method", test_every_method_has_a_rule);
  g_test_add_func ("/bus-access/default-deny", test_what_has_no_rule_is_denied);
  g_test_add_func ("/bus-access/sandboxed", test_sandboxed);
  g_test_add_func ("/bus-access/listener", test_listener);
  g_test_add_func ("/bus-access/other-user", test_other_user);
  return g_test_run ();
}
