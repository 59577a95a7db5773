/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/lv-log-control.h"

#include "base/lv-log.h"

static const char interface_xml[] = "<node><interface name='org.freedesktop.LogControl1'>"
                                    "<property name='LogLevel' type='s' access='readwrite'/>"
                                    "<property name='LogTarget' type='s' access='readwrite'/>"
                                    "<property name='SyslogIdentifier' type='s' access='read'/>"
                                    "</interface></node>";

static GVariant *
get_property (GDBusConnection *connection, const char *sender, const char *path,
              const char *interface, const char *property, GError **error, gpointer data)
{
  if (g_str_equal (property, "LogLevel"))
    return g_variant_new_string (lv_log_get_debug () ? "debug" : "info");
  if (g_str_equal (property, "LogTarget"))
    return g_variant_new_string ("auto");
  return g_variant_new_string ("livevoiced");
}

static gboolean
set_property (GDBusConnection *connection, const char *sender, const char *path,
              const char *interface, const char *property, GVariant *value, GError **error,
              gpointer data)
{
  if (!g_str_equal (property, "LogLevel"))
    {
      g_set_error (error, G_DBUS_ERROR, G_DBUS_ERROR_NOT_SUPPORTED, "%s cannot be changed",
                   property);
      return FALSE;
    }

  /* The levels below debug differ in nothing that is worth hiding. */
  lv_log_set_debug (g_strcmp0 (g_variant_get_string (value, NULL), "debug") == 0);
  return TRUE;
}

gboolean
lv_log_control_export (GDBusConnection *connection, GError **error)
{
  static const GDBusInterfaceVTable vtable = { NULL, get_property, set_property };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (interface_xml, NULL);

  return g_dbus_connection_register_object (connection, LV_LOG_CONTROL_PATH, node->interfaces[0],
                                            &vtable, NULL, NULL, error) != 0;
}
