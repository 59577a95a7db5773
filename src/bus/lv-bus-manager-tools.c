/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The manager's methods about tools: RegisterTools, UnregisterTools, UpdateCall and ListTools. Main
 * thread.
 */
#include "bus/lv-bus-manager-methods.h"

#include "bus/lv-bus-options.h"

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

const LvBusManagerMethod lv_bus_manager_tool_methods[] = {
  { "RegisterTools", handle_register_tools },
  { "UnregisterTools", handle_unregister_tools },
  { "UpdateCall", handle_update_call },
  { "ListTools", handle_list_tools },
  { NULL, NULL },
};
