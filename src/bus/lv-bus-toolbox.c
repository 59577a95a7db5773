/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-bus-toolbox"

#include "bus/lv-bus-toolbox.h"

#include "bus/lv-bus-options.h"
#include "bus/lv-bus-tool.h"

#include <string.h>

#define MANY_TOOLS 16 /* from here on models choose worse, and every turn costs more */

struct _LvBusToolbox {
  GObject parent_instance;

  GDBusConnection *connection;
  LvToolRegistry *registry;
};

/* What all tools of one registration have in common. */
typedef struct {
  const char *handler;
  LvScope scope;
  const char *provider; /* display name, "" when there is none */
  const char *session;  /* nullable */
} Offer;

G_DEFINE_FINAL_TYPE (LvBusToolbox, lv_bus_toolbox, G_TYPE_OBJECT)

static void
lv_bus_toolbox_finalize (GObject *object)
{
  LvBusToolbox *self = LV_BUS_TOOLBOX (object);

  g_object_unref (self->connection);
  g_object_unref (self->registry);
  G_OBJECT_CLASS (lv_bus_toolbox_parent_class)->finalize (object);
}

static void
lv_bus_toolbox_class_init (LvBusToolboxClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_bus_toolbox_finalize;
}

static void
lv_bus_toolbox_init (LvBusToolbox *self)
{
}

LvBusToolbox *
lv_bus_toolbox_new (GDBusConnection *connection, LvToolRegistry *registry)
{
  LvBusToolbox *self = g_object_new (LV_TYPE_BUS_TOOLBOX, NULL);

  self->connection = g_object_ref (connection);
  self->registry = g_object_ref (registry);
  return self;
}

/* The last word of "org.gnome.Maps" is what people call it. */
static const char *
get_prefix (const Offer *offer, LvBusClient *client)
{
  const char *app_id = lv_bus_client_get_app_id (client);
  const char *dot = strrchr (app_id, '.');

  if (*offer->provider != '\0')
    return offer->provider;
  if (dot != NULL && dot[1] != '\0')
    return dot + 1;
  return *app_id != '\0' ? app_id : "app";
}

static LvTool *
make_tool (LvBusToolbox *self, LvBusClient *client, const Offer *offer, LvToolDecl *decl)
{
  const char *name = lv_tool_decl_get_name (decl);
  g_autofree char *wire_name = offer->scope == LV_SCOPE_SHARED
                                   ? lv_bus_tool_make_wire_name (get_prefix (offer, client), name)
                                   : g_strdup (name);
  g_autoptr (LvToolDecl) renamed = lv_tool_decl_rename (decl, wire_name);
  LvToolIdentity identity = {
    .decl = renamed,
    .client_name = name,
    .provider = *offer->provider != '\0' ? offer->provider : lv_bus_client_get_app_id (client),
    .owner = lv_bus_client_get_name (client),
    .session = offer->session,
    .scope = offer->scope,
  };

  return lv_bus_tool_new (self->connection, offer->handler, &identity);
}

static GPtrArray *
make_tools (LvBusToolbox *self, LvBusClient *client, const Offer *offer, const char *declarations,
            GError **error)
{
  g_autoptr (GPtrArray) decls = lv_tool_decl_parse_array (declarations, error);
  g_autoptr (GPtrArray) tools = g_ptr_array_new_with_free_func (g_object_unref);

  if (decls == NULL)
    return NULL;
  for (guint i = 0; i < decls->len; i++)
    g_ptr_array_add (tools, make_tool (self, client, offer, g_ptr_array_index (decls, i)));
  return g_steal_pointer (&tools);
}

static gboolean
parse_scope (GVariant *options, LvScope *scope, GError **error)
{
  g_autofree char *nick = NULL;

  if (!lv_bus_options_get_string (options, "scope", &nick, error))
    return FALSE;
  if (nick == NULL || lv_scope_from_nick (nick, scope))
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
               "There is no scope \"%s\"; there are own and shared", nick);
  return FALSE;
}

static gboolean
check_shared (LvBusClient *client, LvConfig *config, GError **error)
{
  if (!lv_bus_access_may_share_tools (lv_bus_client_get_peer (client)))
    g_set_error_literal (error, LV_ERROR, LV_ERROR_NOT_PERMITTED,
                         "Only an app of this user outside a sandbox may share tools with the "
                         "default session");
  else if (lv_config_get_daemon (config)->shared_tools == LV_SHARED_TOOLS_DENY)
    g_set_error_literal (error, LV_ERROR, LV_ERROR_NOT_PERMITTED,
                         "livevoice.conf forbids shared tools ([tools] shared=deny)");
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_provider (const char *provider, GError **error)
{
  if (provider == NULL || strlen (provider) <= LV_BUS_MAX_PROVIDER)
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
               "The provider's name may have %d bytes; it has %zu", LV_BUS_MAX_PROVIDER,
               strlen (provider));
  return FALSE;
}

gboolean
lv_bus_toolbox_register (LvBusToolbox *self, LvBusClient *client, LvConfig *config,
                         const char *handler, const char *declarations, GVariant *options,
                         GError **error)
{
  static const char *const known[] = { "scope", "provider", NULL };
  g_autofree char *provider = NULL;
  g_autoptr (GPtrArray) tools = NULL;
  Offer offer = { .handler = handler, .scope = LV_SCOPE_OWN };

  if (!lv_bus_options_check_known (options, known, error) ||
      !parse_scope (options, &offer.scope, error) ||
      !lv_bus_options_get_string (options, "provider", &provider, error) ||
      !check_provider (provider, error) ||
      (offer.scope == LV_SCOPE_SHARED && !check_shared (client, config, error)))
    return FALSE;

  offer.provider = provider != NULL ? provider : "";
  tools = make_tools (self, client, &offer, declarations, error);
  if (tools == NULL || !lv_tool_registry_set (self->registry, lv_bus_client_get_name (client),
                                              handler, tools, error))
    return FALSE;

  if (lv_tool_registry_count (self->registry) > MANY_TOOLS)
    g_message ("%u tools are registered; above %d the model chooses worse and costs more",
               lv_tool_registry_count (self->registry), MANY_TOOLS);
  return TRUE;
}

gboolean
lv_bus_toolbox_unregister (LvBusToolbox *self, LvBusClient *client, const char *handler,
                           GError **error)
{
  if (lv_tool_registry_remove (self->registry, lv_bus_client_get_name (client), handler))
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_NO_SUCH_CALL,
               "This connection has no tools registered at %s", handler);
  return FALSE;
}

/* No handler's object path looks like this. */
static char *
make_session_key (const char *session)
{
  return g_strconcat ("session:", session, NULL);
}

gboolean
lv_bus_toolbox_add_session (LvBusToolbox *self, LvBusClient *client, const char *session,
                            const char *handler, const char *declarations, GError **error)
{
  Offer offer = { .handler = handler, .scope = LV_SCOPE_OWN, .provider = "", .session = session };
  g_autoptr (GPtrArray) tools = make_tools (self, client, &offer, declarations, error);
  g_autofree char *key = make_session_key (session);

  return tools != NULL &&
         lv_tool_registry_set (self->registry, lv_bus_client_get_name (client), key, tools, error);
}

void
lv_bus_toolbox_remove_session (LvBusToolbox *self, const char *owner, const char *session)
{
  g_autofree char *key = make_session_key (session);

  lv_tool_registry_remove (self->registry, owner, key);
}

static GVariant *
describe (LvTool *tool, LvBusClient *client, LvBusClients *clients)
{
  const char *owner = lv_tool_get_owner (tool);
  LvToolDecl *decl = lv_tool_get_decl (tool);
  LvBusClient *provider = lv_bus_clients_find (clients, owner);
  GVariantBuilder details = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&details, "{sv}", "scope",
                         g_variant_new_string (lv_scope_to_nick (lv_tool_get_scope (tool))));
  g_variant_builder_add (&details, "{sv}", "risk",
                         g_variant_new_string (lv_risk_to_nick (lv_tool_decl_get_risk (decl))));
  g_variant_builder_add (&details, "{sv}", "enabled",
                         g_variant_new_boolean (!lv_bus_tool_needs_consent (tool)));
  g_variant_builder_add (
      &details, "{sv}", "origin",
      g_variant_new_string (provider != NULL ? lv_bus_client_get_app_id (provider) : ""));
  g_variant_builder_add (
      &details, "{sv}", "own",
      g_variant_new_boolean (g_str_equal (owner, lv_bus_client_get_name (client))));
  return g_variant_new ("(sssa{sv})", lv_tool_get_provider (tool), lv_tool_get_name (tool),
                        lv_tool_decl_get_description (decl), &details);
}

GVariant *
lv_bus_toolbox_list (LvBusToolbox *self, LvBusClient *client, LvBusClients *clients)
{
  g_autoptr (GPtrArray) tools = lv_tool_registry_list_all (self->registry);
  gboolean all = lv_bus_access_may_list_others (lv_bus_client_get_peer (client));
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(sssa{sv})"));

  for (guint i = 0; i < tools->len; i++)
    {
      LvTool *tool = g_ptr_array_index (tools, i);

      if (all || g_str_equal (lv_tool_get_owner (tool), lv_bus_client_get_name (client)))
        g_variant_builder_add_value (&list, describe (tool, client, clients));
    }
  return g_variant_builder_end (&list);
}

void
lv_bus_toolbox_drop_client (LvBusToolbox *self, const char *name)
{
  lv_tool_registry_remove_owner (self->registry, name);
}

void
lv_bus_toolbox_release_all (LvBusToolbox *self, const char *reason)
{
  g_autoptr (GPtrArray) tools = lv_tool_registry_list_all (self->registry);
  g_autoptr (GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < tools->len; i++)
    {
      LvTool *tool = g_ptr_array_index (tools, i);
      const char *owner = lv_tool_get_owner (tool);
      const char *handler = lv_bus_tool_get_handler (LV_BUS_TOOL (tool));

      if (g_hash_table_add (told, g_strconcat (owner, handler, NULL)))
        lv_bus_tool_send_released (self->connection, owner, handler, reason);
      lv_tool_registry_remove_owner (self->registry, owner);
    }
}
