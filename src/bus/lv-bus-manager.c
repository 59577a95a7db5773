/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-bus-manager"

#include "bus/lv-bus-manager.h"

#include "base/lv-log.h"
#include "base/lv-names.h"
#include "bus/lv-bus-identity.h"
#include "bus/lv-bus-limits.h"
#include "bus/lv-bus-options.h"
#include "bus/lv-bus-profile.h"
#include "bus/lv-bus-toolbox.h"
#include "config.h"

struct _LvBusManager {
  GObject parent_instance;

  LvBusOutbox *outbox;
  LvBusClients *clients;
  LvBusSessions *sessions;
  LvBusToolbox *toolbox;
  LvCredentials *credentials; /* borrowed */
  LvConfig *config;
  gboolean microphone_in_use; /* as last announced */
  gboolean has_credential;
};

/* The options of CreateSession that are not settings of the conversation. */
typedef struct {
  char *token;
  char *tools;
  char *tool_handler;
  gboolean with_shared;
  GVariant *listeners; /* as */
} Creation;

G_DEFINE_FINAL_TYPE (LvBusManager, lv_bus_manager, G_TYPE_OBJECT)

static const char *const creation_keys[] = {
  "token", "tools", "tool-handler", "shared-tools", "share-transcript-with", NULL
};

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

/* No source of video, no look at the screen lock yet. */
static GVariant *
get_false (LvBusManager *self)
{
  return g_variant_new_boolean (FALSE);
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
  static const char *const features[] = { "audio",          "text",   "transcript",  "tools",
                                          "deferred-tools", "levels", "push-to-talk" };

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
    { "VideoInUse", get_false },
    { "Locked", get_false },
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

static void
emit (LvBusManager *self, const char *destination, const char *signal, GVariant *arguments)
{
  lv_bus_outbox_emit (self->outbox, destination, LV_MANAGER_PATH, LV_MANAGER_INTERFACE, signal,
                      arguments);
}

static void
on_sessions_changed (LvBusSessions *sessions, LvBusManager *self)
{
  update_property (self, "MicrophoneInUse", &self->microphone_in_use,
                   lv_bus_sessions_has_microphone (sessions));
  update_property (self, "HasCredential", &self->has_credential,
                   lv_credentials_has_key (self->credentials));
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

  emit (self, lv_bus_session_get_owner (session), "SessionRemoved",
        g_variant_new ("(os)", path, lv_close_reason_to_nick (reason)));
  lv_log_session (G_LOG_DOMAIN, G_LOG_LEVEL_INFO, path, "Session closed: %s",
                  lv_close_reason_to_nick (reason));
}

static void
on_registry_changed (LvToolRegistry *registry, LvBusManager *self)
{
  emit (self, NULL, "ToolsChanged", g_variant_new ("()"));
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
lv_bus_manager_new (GDBusConnection *connection, LvBusOutbox *outbox, LvBusClients *clients,
                    LvBusSessions *sessions, const LvSessionServices *services, LvConfig *config)
{
  LvBusManager *self = g_object_new (LV_TYPE_BUS_MANAGER, NULL);

  self->outbox = g_object_ref (outbox);
  self->clients = g_object_ref (clients);
  self->sessions = g_object_ref (sessions);
  self->toolbox = lv_bus_toolbox_new (connection, services->registry);
  self->credentials = services->credentials;
  self->config = lv_config_ref (config);
  self->has_credential = lv_credentials_has_key (services->credentials);

  g_signal_connect_object (clients, "vanished", G_CALLBACK (on_client_vanished), self, 0);
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

static void
creation_clear (Creation *creation)
{
  g_free (creation->token);
  g_free (creation->tools);
  g_free (creation->tool_handler);
  g_clear_pointer (&creation->listeners, g_variant_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Creation, creation_clear)

static gboolean
check_listeners (GVariant *listeners, GError **error)
{
  g_autofree const char **names = listeners != NULL ? g_variant_get_strv (listeners, NULL) : NULL;

  if (names == NULL)
    return TRUE;
  if (g_strv_length ((GStrv) names) > LV_BUS_MAX_LISTENERS)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_TOO_MANY,
                   "The option \"share-transcript-with\" may name %d apps", LV_BUS_MAX_LISTENERS);
      return FALSE;
    }
  for (guint i = 0; names[i] != NULL; i++)
    if (!lv_bus_identity_is_name (names[i]))
      {
        g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                     "The option \"share-transcript-with\" names \"%.64s\", which is neither an "
                     "app id nor a unique name",
                     names[i]);
        return FALSE;
      }
  return TRUE;
}

static gboolean
check_tools (const Creation *creation, GError **error)
{
  if ((creation->tools == NULL) == (creation->tool_handler == NULL))
    return TRUE;
  g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                       "The options \"tools\" and \"tool-handler\" go together");
  return FALSE;
}

static gboolean
parse_creation (GVariant *options, Creation *creation, GError **error)
{
  return lv_bus_options_get_string (options, "token", &creation->token, error) &&
         lv_bus_options_get_string (options, "tools", &creation->tools, error) &&
         lv_bus_options_get_path (options, "tool-handler", &creation->tool_handler, error) &&
         lv_bus_options_get_boolean (options, "shared-tools", &creation->with_shared, error) &&
         lv_bus_options_lookup (options, "share-transcript-with", G_VARIANT_TYPE_STRING_ARRAY,
                                &creation->listeners, error) &&
         check_listeners (creation->listeners, error) && check_tools (creation, error);
}

static gboolean
add_session (LvBusManager *self, LvBusClient *client, const Creation *creation, const char *path,
             const LvProfile *profile, GError **error)
{
  g_autofree const char **listeners =
      creation->listeners != NULL ? g_variant_get_strv (creation->listeners, NULL) : NULL;
  g_autofree char *maker = lv_bus_client_describe (client);

  if (creation->tools != NULL &&
      !lv_bus_toolbox_add_session (self->toolbox, client, path, creation->tool_handler,
                                   creation->tools, error))
    return FALSE;
  lv_bus_client_count_creation (client);
  lv_bus_sessions_add (self->sessions, path, client, profile, creation->with_shared, listeners);
  emit (self, lv_bus_client_get_name (client), "SessionAdded", g_variant_new ("(o)", path));
  lv_log_session (G_LOG_DOMAIN, G_LOG_LEVEL_INFO, path, "Session made by %s", maker);
  return TRUE;
}

static gboolean
handle_create_session (LvBusManager *self, LvBusClient *client, GVariant *arguments,
                       GVariant **reply, GError **error)
{
  g_autoptr (GVariant) options = g_variant_get_child_value (arguments, 0);
  g_autoptr (GVariant) settings =
      g_variant_ref_sink (lv_bus_options_remove (options, creation_keys));
  g_auto (Creation) creation = { 0 };
  g_autoptr (LvProfile) profile = NULL;
  g_autofree char *path = NULL;

  if (!parse_creation (options, &creation, error))
    return FALSE;
  profile = lv_bus_profile_new (self->config, lv_config_get_profile (self->config, NULL), settings,
                                lv_bus_client_get_peer (client), error);
  if (profile == NULL)
    return FALSE;
  path = lv_bus_sessions_make_path (self->sessions, client, creation.token, error);
  if (path == NULL || !lv_bus_client_check_creation (client, error) ||
      !add_session (self, client, &creation, path, profile, error))
    return FALSE;
  *reply = g_variant_new ("(o)", path);
  return TRUE;
}

static gboolean
handle_register_tools (LvBusManager *self, LvBusClient *client, GVariant *arguments,
                       GVariant **reply, GError **error)
{
  const char *handler, *declarations;
  g_autoptr (GVariant) options = NULL;

  g_variant_get (arguments, "(&o&s@a{sv})", &handler, &declarations, &options);
  return lv_bus_toolbox_register (self->toolbox, client, self->config, handler, declarations,
                                  options, error);
}

static gboolean
handle_unregister_tools (LvBusManager *self, LvBusClient *client, GVariant *arguments,
                         GVariant **reply, GError **error)
{
  const char *handler;

  g_variant_get (arguments, "(&o)", &handler);
  return lv_bus_toolbox_unregister (self->toolbox, client, handler, error);
}

static gboolean
parse_scheduling (GVariant *options, LvScheduling *scheduling, GError **error)
{
  g_autofree char *nick = NULL;

  if (!lv_bus_options_get_string (options, "scheduling", &nick, error))
    return FALSE;
  if (nick == NULL || lv_scheduling_from_nick (nick, scheduling))
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
               "There is no scheduling \"%s\"; there are silent, when-idle and interrupt", nick);
  return FALSE;
}

/* Call ids are unique over all sessions, so at most one of them knows it. */
static gboolean
update_call (LvBusManager *self, LvBusClient *client, const char *call_id, const char *result,
             gboolean will_continue, LvScheduling scheduling, GError **error)
{
  g_autoptr (GPtrArray) sessions = lv_bus_sessions_list (self->sessions);
  g_autoptr (GError) last_error = NULL;

  for (guint i = 0; i < sessions->len; i++)
    {
      LvSession *session = lv_bus_session_get_session (g_ptr_array_index (sessions, i));

      g_clear_error (&last_error);
      if (lv_session_update_call (session, lv_bus_client_get_name (client), call_id, result,
                                  will_continue, scheduling, &last_error))
        return TRUE;
      if (!g_error_matches (last_error, LV_ERROR, LV_ERROR_NO_SUCH_CALL))
        break;
    }
  g_propagate_error (error, g_steal_pointer (&last_error));
  return FALSE;
}

static gboolean
handle_update_call (LvBusManager *self, LvBusClient *client, GVariant *arguments, GVariant **reply,
                    GError **error)
{
  static const char *const known[] = { "will-continue", "scheduling", NULL };
  const char *call_id, *result;
  g_autoptr (GVariant) options = NULL;
  gboolean will_continue = FALSE;
  LvScheduling scheduling = LV_SCHEDULING_DEFAULT;

  g_variant_get (arguments, "(&s&s@a{sv})", &call_id, &result, &options);
  return lv_bus_options_check_known (options, known, error) &&
         lv_bus_options_get_boolean (options, "will-continue", &will_continue, error) &&
         parse_scheduling (options, &scheduling, error) &&
         update_call (self, client, call_id, result, will_continue, scheduling, error);
}

static gboolean
handle_list_tools (LvBusManager *self, LvBusClient *client, GVariant *arguments, GVariant **reply,
                   GError **error)
{
  *reply =
      g_variant_new ("(@a(sssa{sv}))", lv_bus_toolbox_list (self->toolbox, client, self->clients));
  return TRUE;
}

static GVariant *
describe_session (LvBusSession *session, LvBusClient *client)
{
  const char *owner = lv_bus_session_get_owner (session);
  GVariantBuilder details = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&details, "{sv}", "state", lv_bus_session_get_property (session, "State"));
  g_variant_builder_add (&details, "{sv}", "owner-app",
                         lv_bus_session_get_property (session, "OwnerApp"));
  g_variant_builder_add (&details, "{sv}", "microphone",
                         lv_bus_session_get_property (session, "MicrophoneActive"));
  g_variant_builder_add (
      &details, "{sv}", "own",
      g_variant_new_boolean (g_strcmp0 (owner, lv_bus_client_get_name (client)) == 0));
  return g_variant_new ("(oa{sv})", lv_bus_session_get_path (session), &details);
}

static gboolean
handle_list_sessions (LvBusManager *self, LvBusClient *client, GVariant *arguments,
                      GVariant **reply, GError **error)
{
  g_autoptr (GPtrArray) sessions = lv_bus_sessions_list (self->sessions);
  gboolean all = lv_bus_access_may_list_others (lv_bus_client_get_peer (client));
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(oa{sv})"));

  for (guint i = 0; i < sessions->len; i++)
    {
      LvBusSession *session = g_ptr_array_index (sessions, i);

      if (all || lv_bus_session_relate (session, client) != LV_OBJECT_FOREIGN)
        g_variant_builder_add_value (&list, describe_session (session, client));
    }
  *reply = g_variant_new ("(a(oa{sv}))", &list);
  return TRUE;
}

static gboolean
handle_panic_stop (LvBusManager *self, LvBusClient *client, GVariant *arguments, GVariant **reply,
                   GError **error)
{
  g_autofree char *caller = lv_bus_client_describe (client);

  g_message ("All conversations are ended on request of %s", caller);
  lv_bus_sessions_stop_all (self->sessions, LV_CLOSE_USER);
  return TRUE;
}

gboolean
lv_bus_manager_call (LvBusManager *self, LvBusClient *client, const char *method,
                     GVariant *arguments, GVariant **reply, GError **error)
{
  static const struct {
    const char *method;
    gboolean (*handle) (LvBusManager *, LvBusClient *, GVariant *, GVariant **, GError **);
  } handlers[] = {
    { "CreateSession", handle_create_session },
    { "RegisterTools", handle_register_tools },
    { "UnregisterTools", handle_unregister_tools },
    { "UpdateCall", handle_update_call },
    { "ListTools", handle_list_tools },
    { "ListSessions", handle_list_sessions },
    { "PanicStop", handle_panic_stop },
  };

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    if (g_str_equal (handlers[i].method, method))
      return handlers[i].handle (self, client, arguments, reply, error);
  g_return_val_if_reached (FALSE);
}

void
lv_bus_manager_release_tools (LvBusManager *self)
{
  lv_bus_toolbox_release_all (self->toolbox, lv_close_reason_to_nick (LV_CLOSE_SHUTDOWN));
}
