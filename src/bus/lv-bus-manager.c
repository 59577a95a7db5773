/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-bus-manager"

#include "bus/lv-bus-manager-methods.h"

#include "base/lv-log.h"
#include "base/lv-names.h"
#include "bus/lv-bus-credential.h"
#include "bus/lv-bus-limits.h"
#include "config.h"

G_DEFINE_FINAL_TYPE (LvBusManager, lv_bus_manager, G_TYPE_OBJECT)

/* ---- properties and signals ---- */

static GVariant *
get_default_session (LvBusManager *self)
{
  return g_variant_new_object_path (LV_DEFAULT_SESSION_PATH);
}

static GVariant *
get_microphone_in_use (LvBusManager *self)
{
  return g_variant_new_boolean (self->microphone_in_use);
}

static GVariant *
get_video_in_use (LvBusManager *self)
{
  return g_variant_new_boolean (self->video_in_use);
}

static GVariant *
get_locked (LvBusManager *self)
{
  return g_variant_new_boolean (self->locked);
}

static GVariant *
get_has_credential (LvBusManager *self)
{
  return g_variant_new_boolean (self->has_credential);
}

static GVariant *
get_version (LvBusManager *self)
{
  return g_variant_new_string (LV_VERSION);
}

static GVariant *
get_api_version (LvBusManager *self)
{
  return g_variant_new_uint32 (LV_BUS_API_VERSION);
}

static GVariant *
get_features (LvBusManager *self)
{
  static const char *const features[] = { "audio",          "text",      "transcript",   "tools",
                                          "deferred-tools", "levels",    "push-to-talk", "video",
                                          "credentials",    "catalogue", "configure",    "details",
                                          "devices",        "history",   "translation",  "usage",
                                          "lock",           "resume" };

  return g_variant_new_strv (features, G_N_ELEMENTS (features));
}

static GVariant *
get_limits (LvBusManager *self)
{
  return lv_bus_limits_new ();
}

GVariant *
lv_bus_manager_get_property (LvBusManager *self, const char *name)
{
  static const struct {
    const char *name;
    GVariant *(*get) (LvBusManager *);
  } properties[] = {
    { "DefaultSession", get_default_session },
    { "MicrophoneInUse", get_microphone_in_use },
    { "VideoInUse", get_video_in_use },
    { "Locked", get_locked },
    { "HasCredential", get_has_credential },
    { "Version", get_version },
    { "ApiVersion", get_api_version },
    { "Features", get_features },
    { "Limits", get_limits },
  };

  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    if (g_str_equal (properties[i].name, name))
      return properties[i].get (self);
  g_return_val_if_reached (NULL);
}

static void
update_property (LvBusManager *self, const char *name, gboolean *known, gboolean value)
{
  if (*known == value)
    return;
  *known = value;
  lv_bus_outbox_emit_property (self->outbox, NULL, LV_MANAGER_PATH, LV_MANAGER_INTERFACE, name,
                               g_variant_new_boolean (value));
}

void
lv_bus_manager_emit (LvBusManager *self, const char *destination, const char *signal,
                     GVariant *arguments)
{
  lv_bus_outbox_emit (self->outbox, destination, LV_MANAGER_PATH, LV_MANAGER_INTERFACE, signal,
                      arguments);
}

static void
on_sessions_changed (LvBusSessions *sessions, LvBusManager *self)
{
  update_property (self, "MicrophoneInUse", &self->microphone_in_use,
                   lv_bus_sessions_has_microphone (sessions));
  update_property (self, "VideoInUse", &self->video_in_use, lv_bus_sessions_has_video (sessions));
  update_property (self, "Locked", &self->locked, lv_bus_sessions_is_held (sessions));
  update_property (self, "HasCredential", &self->has_credential,
                   lv_endpoints_has_credential (self->endpoints));
}

static void
on_session_removed (LvBusSessions *sessions, LvBusSession *session, LvBusManager *self)
{
  lv_bus_toolbox_remove_session (self->toolbox, lv_bus_session_get_owner (session),
                                 lv_bus_session_get_path (session));
}

static void
on_session_gone (LvBusSessions *sessions, LvBusSession *session, LvCloseReason reason,
                 LvBusManager *self)
{
  const char *path = lv_bus_session_get_path (session);

  lv_bus_manager_emit (self, lv_bus_session_get_owner (session), "SessionRemoved",
                       g_variant_new ("(os)", path, lv_close_reason_to_nick (reason)));
  lv_log_session (G_LOG_DOMAIN, G_LOG_LEVEL_INFO, path, "Session closed: %s",
                  lv_close_reason_to_nick (reason));
}

static void
on_registry_changed (LvToolRegistry *registry, LvBusManager *self)
{
  lv_bus_manager_emit (self, NULL, "ToolsChanged", g_variant_new ("()"));
}

static void
on_devices_changed (LvBusDevices *devices, LvBusManager *self)
{
  lv_bus_manager_emit (self, NULL, "DevicesChanged", g_variant_new ("()"));
}

static void
on_client_vanished (LvBusClients *clients, LvBusClient *client, LvBusManager *self)
{
  lv_bus_toolbox_drop_client (self->toolbox, lv_bus_client_get_name (client));
}

/* ---- life ---- */

static void
lv_bus_manager_finalize (GObject *object)
{
  LvBusManager *self = LV_BUS_MANAGER (object);

  lv_bus_catalogue_cancel (self->catalogue);
  g_object_unref (self->catalogue);
  lv_bus_devices_cancel (self->devices);
  g_object_unref (self->devices);
  g_object_unref (self->endpoints);
  g_object_unref (self->toolbox);
  g_object_unref (self->sessions);
  g_object_unref (self->clients);
  g_object_unref (self->outbox);
  lv_config_unref (self->config);
  G_OBJECT_CLASS (lv_bus_manager_parent_class)->finalize (object);
}

static void
lv_bus_manager_class_init (LvBusManagerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_bus_manager_finalize;
}

static void
lv_bus_manager_init (LvBusManager *self)
{
}

LvBusManager *
lv_bus_manager_new (LvBusOutbox *outbox, LvBusClients *clients, LvBusSessions *sessions,
                    LvBusToolbox *toolbox, const LvSessionServices *services, LvConfig *config)
{
  LvBusManager *self = g_object_new (LV_TYPE_BUS_MANAGER, NULL);

  self->outbox = g_object_ref (outbox);
  self->clients = g_object_ref (clients);
  self->sessions = g_object_ref (sessions);
  self->toolbox = g_object_ref (toolbox);
  self->endpoints = g_object_ref (services->endpoints);
  self->catalogue = lv_bus_catalogue_new (services->endpoints);
  self->devices = lv_bus_devices_new (services->audio, sessions);
  self->ledger = services->ledger;
  self->config = lv_config_ref (config);
  self->has_credential = lv_endpoints_has_credential (services->endpoints);

  g_signal_connect_object (clients, "vanished", G_CALLBACK (on_client_vanished), self, 0);
  g_signal_connect_object (self->devices, "changed", G_CALLBACK (on_devices_changed), self, 0);
  g_signal_connect_object (sessions, "changed", G_CALLBACK (on_sessions_changed), self, 0);
  g_signal_connect_object (sessions, "removed", G_CALLBACK (on_session_removed), self, 0);
  g_signal_connect_object (sessions, "gone", G_CALLBACK (on_session_gone), self, 0);
  g_signal_connect_object (services->registry, "changed", G_CALLBACK (on_registry_changed), self,
                           0);
  return self;
}

void
lv_bus_manager_set_config (LvBusManager *self, LvConfig *config)
{
  lv_config_unref (self->config);
  self->config = lv_config_ref (config);
  lv_bus_sessions_set_config (self->sessions, config);
  on_sessions_changed (self->sessions, self);
}

/* ---- methods ---- */

static const LvBusManagerMethod *
find_method (const char *name)
{
  static const LvBusManagerMethod *const tables[] = {
    lv_bus_manager_session_methods,
    lv_bus_manager_tool_methods,
    lv_bus_manager_usage_methods,
  };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const LvBusManagerMethod *method = tables[i]; method->name != NULL; method++)
      if (g_str_equal (method->name, name))
        return method;
  return NULL;
}

static void
on_credential_changed (gpointer data)
{
  LvBusManager *self = data;

  on_sessions_changed (self->sessions, self);
}

gboolean
lv_bus_manager_take (LvBusManager *self, LvBusClient *client, GDBusMethodInvocation *invocation)
{
  const char *method = g_dbus_method_invocation_get_method_name (invocation);

  if (lv_bus_catalogue_has (method))
    lv_bus_catalogue_call (self->catalogue, self->config, client, invocation);
  else if (g_str_equal (method, "ListDevices"))
    lv_bus_devices_call (self->devices, invocation);
  else if (g_str_equal (method, "SetCredential"))
    lv_bus_credential_set (self->endpoints, self->config, client, invocation, on_credential_changed,
                           G_OBJECT (self));
  else
    return FALSE;
  return TRUE;
}

gboolean
lv_bus_manager_call (LvBusManager *self, LvBusClient *client, const char *method,
                     GVariant *arguments, GVariant **reply, GError **error)
{
  const LvBusManagerMethod *found = find_method (method);

  g_return_val_if_fail (found != NULL, FALSE);
  return found->handle (self, client, arguments, reply, error);
}

void
lv_bus_manager_release_tools (LvBusManager *self)
{
  lv_bus_toolbox_release_all (self->toolbox, lv_close_reason_to_nick (LV_CLOSE_SHUTDOWN));
}
