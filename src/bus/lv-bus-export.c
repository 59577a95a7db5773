/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-bus-export"

#include "bus/lv-bus-export.h"

#include "base/lv-names.h"
#include "lv-dbus-manager.h"
#include "lv-dbus-media.h"
#include "lv-dbus-session.h"

#include <string.h>

#define DEFAULT_NODE "default" /* of LV_DEFAULT_SESSION_PATH */
#define SESSIONS_PATH LV_MANAGER_PATH "/session"
#define PROPERTIES_INTERFACE "org.freedesktop.DBus.Properties"
#define INTROSPECTABLE_INTERFACE "org.freedesktop.DBus.Introspectable"

/* GDBus would list everybody's sessions here, so we answer ourselves. */
static const char introspectable_xml[] = "<node>"
                                         "<interface name='" INTROSPECTABLE_INTERFACE "'>"
                                         "<method name='Introspect'>"
                                         "<arg type='s' name='xml_data' direction='out'/>"
                                         "</method>"
                                         "</interface>"
                                         "</node>";

struct _LvBusExport {
  GObject parent_instance;

  GDBusConnection *connection;
  LvBusClients *clients;
  LvBusSessions *sessions;
  LvBusManager *manager;
  GDBusNodeInfo *introspectable;
  guint directory_id;   /* registration of the directory of sessions */
  guint root_id;        /* of the manager and the default session */
  GHashTable *subtrees; /* unique name -> registration of the paths of its sessions */
  gboolean refusing;
};

/* What a call is about. */
typedef struct {
  LvObject object;
  /* NULL: the manager, the directory of sessions, or a session that is not there */
  LvBusSession *session;
} Target;

G_DEFINE_FINAL_TYPE (LvBusExport, lv_bus_export, G_TYPE_OBJECT)

/* ---- introspection ---- */

static GVariant *
introspect_directory (LvBusExport *self, LvBusClient *client)
{
  const char *owner = lv_bus_client_get_name (client);
  g_auto (GStrv) tokens = lv_bus_sessions_list_tokens (self->sessions, owner);
  g_autofree char *element = lv_bus_sessions_make_owner_element (owner);
  g_autoptr (GString) xml = g_string_new (
      "<!DOCTYPE node PUBLIC \"-//freedesktop//DTD D-BUS Object Introspection 1.0//EN\"\n"
      "                      \"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd\">\n"
      "<node>\n");

  g_dbus_interface_info_generate_xml (self->introspectable->interfaces[0], 2, xml);
  if (tokens[0] != NULL)
    g_string_append_printf (xml, "  <node name=\"%s\"/>\n", element);
  g_string_append (xml, "</node>\n");
  return g_variant_new ("(s)", xml->str);
}

/* ---- properties ---- */

static GDBusInterfaceInfo *
find_info (const char *interface)
{
  if (g_str_equal (interface, LV_MANAGER_INTERFACE))
    return lv_dbus_manager_interface_info ();
  return g_str_equal (interface, LV_MEDIA_INTERFACE) ? lv_dbus_media_interface_info ()
                                                     : lv_dbus_session_interface_info ();
}

static GVariant *
get_property (LvBusExport *self, const Target *target, const char *interface, const char *name)
{
  if (target->session == NULL)
    return lv_bus_manager_get_property (self->manager, name);
  if (g_str_equal (interface, LV_MEDIA_INTERFACE))
    return lv_bus_media_get_property (lv_bus_session_get_media (target->session), name);
  return lv_bus_session_get_property (target->session, name);
}

static GVariant *
get_all_properties (LvBusExport *self, const Target *target, const char *interface)
{
  GDBusInterfaceInfo *info = find_info (interface);
  GVariantBuilder all = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  for (guint i = 0; info->properties[i] != NULL; i++)
    g_variant_builder_add (&all, "{sv}", info->properties[i]->name,
                           get_property (self, target, interface, info->properties[i]->name));
  return g_variant_new ("(a{sv})", &all);
}

/* GDBus has looked after the names of interface and property. */
static GVariant *
read_properties (LvBusExport *self, const Target *target, const char *method, GVariant *arguments)
{
  const char *interface, *name;

  g_variant_get_child (arguments, 0, "&s", &interface);
  if (g_str_equal (method, "GetAll"))
    return get_all_properties (self, target, interface);
  g_variant_get_child (arguments, 1, "&s", &name);
  return g_variant_new ("(v)", get_property (self, target, interface, name));
}

/* ---- the gate ---- */

/* The owner's unique name is part of the path, so that a stranger learns nothing by trying
 * paths. */
static gboolean
is_own_path (LvBusClient *client, const char *path)
{
  g_autofree char *element = lv_bus_sessions_make_owner_element (lv_bus_client_get_name (client));
  g_autofree char *prefix = g_strconcat (LV_SESSION_PATH_PREFIX, element, "/", NULL);

  return g_str_has_prefix (path, prefix);
}

static Target
find_target (LvBusExport *self, LvBusClient *client, const char *path)
{
  Target target = { LV_OBJECT_PUBLIC, NULL };

  if (g_str_equal (path, LV_MANAGER_PATH) || g_str_equal (path, SESSIONS_PATH))
    return target;

  target.session = lv_bus_sessions_find (self->sessions, path);
  if (target.session != NULL)
    target.object = lv_bus_session_relate (target.session, client);
  else
    target.object = is_own_path (client, path) ? LV_OBJECT_OWN : LV_OBJECT_FOREIGN;
  return target;
}

/* Who calls, what, and may he? */
static gboolean
check (LvBusExport *self, LvBusClient *client, GDBusMethodInvocation *invocation,
       Target *ret_target, GError **error)
{
  const char *path = g_dbus_method_invocation_get_object_path (invocation);

  *ret_target = find_target (self, client, path);
  if (!lv_bus_access_check (lv_bus_client_get_peer (client), ret_target->object,
                            g_dbus_method_invocation_get_interface_name (invocation),
                            g_dbus_method_invocation_get_method_name (invocation), error))
    return FALSE;
  if (ret_target->session != NULL || ret_target->object != LV_OBJECT_OWN)
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_NO_SUCH_SESSION,
               "There is no session at %s: it was closed, or never created", path);
  return FALSE;
}

static gboolean
run (LvBusExport *self, const Target *target, LvBusClient *client,
     GDBusMethodInvocation *invocation, GVariant **reply, GError **error)
{
  const char *interface = g_dbus_method_invocation_get_interface_name (invocation);
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  GVariant *arguments = g_dbus_method_invocation_get_parameters (invocation);

  if (g_str_equal (interface, INTROSPECTABLE_INTERFACE))
    *reply = introspect_directory (self, client);
  else if (g_str_equal (interface, PROPERTIES_INTERFACE))
    *reply = read_properties (self, target, method, arguments);
  else if (target->session != NULL)
    return lv_bus_session_call (target->session, client, method, arguments, reply, error);
  else
    return lv_bus_manager_call (self->manager, client, method, arguments, reply, error);
  return TRUE;
}

static void
on_call (LvBusClient *client, GDBusMethodInvocation *invocation, gpointer user_data)
{
  LvBusExport *self = user_data;
  const char *interface = g_dbus_method_invocation_get_interface_name (invocation);
  Target target;
  GVariant *reply = NULL;
  g_autoptr (GError) error = NULL;

  if (!check (self, client, invocation, &target, &error))
    lv_bus_return_error (invocation, error);
  else if (g_str_equal (interface, LV_MEDIA_INTERFACE))
    lv_bus_media_call (lv_bus_session_get_media (target.session), client, invocation);
  else if (target.session == NULL && g_str_equal (interface, LV_MANAGER_INTERFACE) &&
           lv_bus_manager_take (self->manager, client, invocation))
    return;
  else if (run (self, &target, client, invocation, &reply, &error))
    g_dbus_method_invocation_return_value (invocation, reply);
  else
    lv_bus_return_error (invocation, error);
}

static void
on_method_call (GDBusConnection *connection, const char *sender, const char *path,
                const char *interface, const char *method, GVariant *arguments,
                GDBusMethodInvocation *invocation, gpointer user_data)
{
  LvBusExport *self = user_data;

  if (self->refusing)
    g_dbus_method_invocation_return_error_literal (invocation, LV_ERROR, LV_ERROR_NOT_READY,
                                                   "Live Voice is shutting down");
  else
    lv_bus_clients_run (self->clients, invocation, on_call, self);
}

static const GDBusInterfaceVTable vtable = { .method_call = on_method_call };

static const GDBusInterfaceVTable *
on_dispatch (GDBusConnection *connection, const char *sender, const char *path,
             const char *interface, const char *node, gpointer *out_user_data, gpointer user_data)
{
  *out_user_data = user_data;
  return &vtable;
}

/* @first, @second: NULL for none. */
static GDBusInterfaceInfo **
list_interfaces (GDBusInterfaceInfo *first, GDBusInterfaceInfo *second)
{
  GDBusInterfaceInfo **interfaces = g_new0 (GDBusInterfaceInfo *, 3);

  interfaces[0] = first != NULL ? g_dbus_interface_info_ref (first) : NULL;
  interfaces[1] = second != NULL ? g_dbus_interface_info_ref (second) : NULL;
  return interfaces;
}

static GDBusInterfaceInfo **
list_session_interfaces (void)
{
  return list_interfaces (lv_dbus_session_interface_info (), lv_dbus_media_interface_info ());
}

/* ---- the manager and the default session ---- */

/* All our objects are subtrees, also these two: GDBus hands the calls to single objects out of
 * turn, before earlier ones to subtrees. */
static char **
on_root_enumerate (GDBusConnection *connection, const char *sender, const char *path,
                   gpointer user_data)
{
  return g_strsplit (DEFAULT_NODE, "/", 1);
}

static GDBusInterfaceInfo **
on_root_introspect (GDBusConnection *connection, const char *sender, const char *path,
                    const char *node, gpointer user_data)
{
  return node == NULL ? list_interfaces (lv_dbus_manager_interface_info (), NULL)
                      : list_session_interfaces ();
}

static const GDBusSubtreeVTable root_vtable = {
  .enumerate = on_root_enumerate,
  .introspect = on_root_introspect,
  .dispatch = on_dispatch,
};

/* ---- the private sessions of each owner ---- */

static gboolean
is_own_subtree (const char *sender, const char *path)
{
  g_autofree char *element = lv_bus_sessions_make_owner_element (sender);

  return g_str_equal (strrchr (path, '/') + 1, element);
}

static char **
on_subtree_enumerate (GDBusConnection *connection, const char *sender, const char *path,
                      gpointer user_data)
{
  LvBusExport *self = user_data;

  if (!is_own_subtree (sender, path))
    return g_new0 (char *, 1);
  return lv_bus_sessions_list_tokens (self->sessions, sender);
}

/* Every node looks like a session to everybody: the gate says which one is there, and for whom. */
static GDBusInterfaceInfo **
on_subtree_introspect (GDBusConnection *connection, const char *sender, const char *path,
                       const char *node, gpointer user_data)
{
  return node != NULL ? list_session_interfaces () : list_interfaces (NULL, NULL);
}

static const GDBusSubtreeVTable subtree_vtable = {
  .enumerate = on_subtree_enumerate,
  .introspect = on_subtree_introspect,
  .dispatch = on_dispatch,
};

static void
on_owner_added (LvBusSessions *sessions, const char *owner, LvBusExport *self)
{
  g_autofree char *element = lv_bus_sessions_make_owner_element (owner);
  g_autofree char *path = g_strconcat (LV_SESSION_PATH_PREFIX, element, NULL);
  g_autoptr (GError) error = NULL;
  guint id = g_dbus_connection_register_subtree (
      self->connection, path, &subtree_vtable, G_DBUS_SUBTREE_FLAGS_DISPATCH_TO_UNENUMERATED_NODES,
      self, NULL, &error);

  if (id == 0)
    g_critical ("%s", error->message);
  else
    g_hash_table_insert (self->subtrees, g_strdup (owner), GUINT_TO_POINTER (id));
}

static void
on_owner_removed (LvBusSessions *sessions, const char *owner, LvBusExport *self)
{
  guint id = GPOINTER_TO_UINT (g_hash_table_lookup (self->subtrees, owner));

  if (id == 0)
    return;
  g_dbus_connection_unregister_subtree (self->connection, id);
  g_hash_table_remove (self->subtrees, owner);
}

/* ---- life ---- */

static void
unregister_all (LvBusExport *self)
{
  GHashTableIter iter;
  gpointer id;

  if (self->directory_id != 0)
    g_dbus_connection_unregister_object (self->connection, self->directory_id);
  if (self->root_id != 0)
    g_dbus_connection_unregister_subtree (self->connection, self->root_id);

  g_hash_table_iter_init (&iter, self->subtrees);
  while (g_hash_table_iter_next (&iter, NULL, &id))
    g_dbus_connection_unregister_subtree (self->connection, GPOINTER_TO_UINT (id));
}

static void
lv_bus_export_finalize (GObject *object)
{
  LvBusExport *self = LV_BUS_EXPORT (object);

  unregister_all (self);
  g_hash_table_unref (self->subtrees);
  g_dbus_node_info_unref (self->introspectable);
  g_object_unref (self->manager);
  g_object_unref (self->sessions);
  g_object_unref (self->clients);
  g_object_unref (self->connection);
  G_OBJECT_CLASS (lv_bus_export_parent_class)->finalize (object);
}

static void
lv_bus_export_class_init (LvBusExportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_bus_export_finalize;
}

static void
lv_bus_export_init (LvBusExport *self)
{
  self->subtrees = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->introspectable = g_dbus_node_info_new_for_xml (introspectable_xml, NULL);
}

LvBusExport *
lv_bus_export_new (GDBusConnection *connection, LvBusClients *clients, LvBusSessions *sessions,
                   LvBusManager *manager)
{
  LvBusExport *self = g_object_new (LV_TYPE_BUS_EXPORT, NULL);

  self->connection = g_object_ref (connection);
  self->clients = g_object_ref (clients);
  self->sessions = g_object_ref (sessions);
  self->manager = g_object_ref (manager);
  g_signal_connect_object (sessions, "owner-added", G_CALLBACK (on_owner_added), self, 0);
  g_signal_connect_object (sessions, "owner-removed", G_CALLBACK (on_owner_removed), self, 0);
  return self;
}

gboolean
lv_bus_export_register (LvBusExport *self, GError **error)
{
  g_autoptr (GError) cause = NULL;

  self->root_id =
      g_dbus_connection_register_subtree (self->connection, LV_MANAGER_PATH, &root_vtable,
                                          G_DBUS_SUBTREE_FLAGS_NONE, self, NULL, &cause);
  if (self->root_id != 0)
    self->directory_id = g_dbus_connection_register_object (self->connection, SESSIONS_PATH,
                                                            self->introspectable->interfaces[0],
                                                            &vtable, self, NULL, &cause);
  if (self->directory_id != 0)
    return TRUE;
  g_set_error_literal (error, LV_ERROR, LV_ERROR_FAILED, cause->message);
  return FALSE;
}

void
lv_bus_export_refuse_calls (LvBusExport *self)
{
  self->refusing = TRUE;
}
