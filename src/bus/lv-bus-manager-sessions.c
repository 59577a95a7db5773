/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The manager's methods about sessions: CreateSession, ListSessions and PanicStop. Main thread.
 */
#define G_LOG_DOMAIN "lv-bus-manager"

#include "bus/lv-bus-manager-methods.h"

#include "base/lv-log.h"
#include "bus/lv-bus-identity.h"
#include "bus/lv-bus-options.h"
#include "bus/lv-bus-profile.h"

/* The options of CreateSession that are not settings of the conversation. */
typedef struct {
  char *token;
  char *tools;
  char *tool_handler;
  gboolean with_shared;
  GVariant *listeners;    /* as */
  char *resume;           /* a token of ours; NULL: none, or a handle of the service */
  GVariant *conversation; /* that it leads to; nullable */
} Creation;

static const char *const creation_keys[] = {
  "token", "tools", "tool-handler", "shared-tools", "share-transcript-with", NULL
};

static void
creation_clear (Creation *creation)
{
  g_free (creation->token);
  g_free (creation->tools);
  g_free (creation->tool_handler);
  g_clear_pointer (&creation->listeners, g_variant_unref);
  g_free (creation->resume);
  g_clear_pointer (&creation->conversation, g_variant_unref);
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

/* A handle of the service is a setting like others. */
static gboolean
parse_resume (GVariant *options, Creation *creation, GError **error)
{
  if (!lv_bus_options_get_string (options, "resume", &creation->resume, error))
    return FALSE;
  if (creation->resume != NULL && !g_str_has_prefix (creation->resume, LV_TOKEN_PREFIX))
    g_clear_pointer (&creation->resume, g_free);
  return TRUE;
}

static gboolean
parse_creation (GVariant *options, Creation *creation, GError **error)
{
  return parse_resume (options, creation, error) &&
         lv_bus_options_get_string (options, "token", &creation->token, error) &&
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
  if (creation->conversation != NULL)
    lv_bus_sessions_adopt (self->sessions, path, creation->resume, creation->conversation);
  lv_bus_manager_emit (self, lv_bus_client_get_name (client), "SessionAdded",
                       g_variant_new ("(o)", path));
  lv_log_session (G_LOG_DOMAIN, G_LOG_LEVEL_INFO, path, "Session made by %s", maker);
  return TRUE;
}

static GVariant *
remove_own_options (GVariant *options, const Creation *creation)
{
  static const char *const resume_keys[] = { "resume", NULL };
  g_autoptr (GVariant) settings =
      g_variant_ref_sink (lv_bus_options_remove (options, creation_keys));

  if (creation->resume == NULL)
    return g_steal_pointer (&settings);
  return g_variant_ref_sink (lv_bus_options_remove (settings, resume_keys));
}

/* The settings stay those of the session. */
static gboolean
take_up_session (LvBusManager *self, LvBusClient *client, const Creation *creation,
                 LvBusSession *session, GError **error)
{
  const char *path = lv_bus_session_get_path (session);
  g_autofree char *owner = lv_bus_client_describe (client);

  if (!lv_bus_client_check_creation (client, error) ||
      (creation->tools != NULL &&
       !lv_bus_toolbox_add_session (self->toolbox, client, path, creation->tool_handler,
                                    creation->tools, error)))
    return FALSE;
  lv_bus_client_count_creation (client);
  lv_bus_sessions_take_up (self->sessions, session, client);
  lv_bus_manager_emit (self, lv_bus_client_get_name (client), "SessionAdded",
                       g_variant_new ("(o)", path));
  lv_log_session (G_LOG_DOMAIN, G_LOG_LEVEL_INFO, path, "Session taken up by %s", owner);
  return TRUE;
}

static gboolean
check_settings (LvBusManager *self, const Creation *creation, const LvProfile *profile,
                GError **error)
{
  return lv_bus_sessions_check_profile (self->sessions, profile, error) &&
         (creation->conversation == NULL ||
          lv_bus_sessions_check_adoption (self->sessions, profile, creation->conversation, error));
}

static char *
create_session (LvBusManager *self, LvBusClient *client, const Creation *creation,
                GVariant *settings, GError **error)
{
  g_autoptr (LvProfile) profile =
      lv_bus_profile_new (self->config, lv_config_get_profile (self->config, NULL), settings,
                          lv_bus_client_get_peer (client), error);
  g_autofree char *path = NULL;

  if (profile == NULL || !check_settings (self, creation, profile, error))
    return NULL;
  path = lv_bus_sessions_make_path (self->sessions, client, creation->token, error);
  if (path == NULL || !lv_bus_client_check_creation (client, error) ||
      !add_session (self, client, creation, path, profile, error))
    return NULL;
  return g_steal_pointer (&path);
}

static gboolean
handle_create_session (LvBusManager *self, LvBusClient *client, GVariant *arguments,
                       GVariant **reply, GError **error)
{
  g_autoptr (GVariant) options = g_variant_get_child_value (arguments, 0);
  g_autoptr (GVariant) settings = NULL;
  g_auto (Creation) creation = { 0 };
  g_autofree char *path = NULL;
  LvBusSession *session = NULL;

  if (!parse_creation (options, &creation, error) ||
      (creation.resume != NULL &&
       !lv_bus_sessions_find_resumed (self->sessions, client, creation.resume, &session,
                                      &creation.conversation, error)))
    return FALSE;
  settings = remove_own_options (options, &creation);
  if (session == NULL)
    path = create_session (self, client, &creation, settings, error);
  else if (take_up_session (self, client, &creation, session, error))
    path = g_strdup (lv_bus_session_get_path (session));
  if (path == NULL)
    return FALSE;
  *reply = g_variant_new ("(o)", path);
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

  if (lv_bus_sessions_count_active (self->sessions) > 0)
    g_message ("All conversations are ended on request of %s", caller);
  lv_bus_sessions_stop_all (self->sessions, LV_CLOSE_USER);
  return TRUE;
}

const LvBusManagerMethod lv_bus_manager_session_methods[] = {
  { "CreateSession", handle_create_session },
  { "ListSessions", handle_list_sessions },
  { "PanicStop", handle_panic_stop },
  { NULL, NULL },
};
