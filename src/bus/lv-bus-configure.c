/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-configure.h"

#include "bus/lv-bus-options.h"
#include "bus/lv-bus-profile.h"

static const char *const tool_keys[] = { "tools", "tool-handler", NULL };

typedef struct {
  char *tools; /* NULL: as they are */
  char *handler;
} NewTools;

static void
new_tools_clear (NewTools *new_tools)
{
  g_free (new_tools->tools);
  g_free (new_tools->handler);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (NewTools, new_tools_clear)

static gboolean
check_tools (const LvBusConfigured *configured, const NewTools *new_tools, GError **error)
{
  if ((new_tools->tools == NULL) != (new_tools->handler == NULL))
    g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                         "The options \"tools\" and \"tool-handler\" go together");
  else if (new_tools->tools != NULL && lv_session_get_owner (configured->session) == NULL)
    g_set_error_literal (error, LV_ERROR, LV_ERROR_NOT_PERMITTED,
                         "The default session has the tools that are shared: offer them with "
                         "RegisterTools");
  else
    return TRUE;
  return FALSE;
}

static gboolean
parse_tools (const LvBusConfigured *configured, GVariant *options, NewTools *new_tools,
             GError **error)
{
  return lv_bus_options_get_string (options, "tools", &new_tools->tools, error) &&
         lv_bus_options_get_path (options, "tool-handler", &new_tools->handler, error) &&
         check_tools (configured, new_tools, error);
}

static LvProfile *
make_profile (const LvBusConfigured *configured, const LvProfile *base, LvBusClient *client,
              GVariant *settings, GError **error)
{
  g_autoptr (LvProfile) profile = lv_bus_profile_new (configured->config, base, settings,
                                                      lv_bus_client_get_peer (client), error);

  if (profile == NULL || !lv_session_check (configured->session, profile, error))
    return NULL;
  return g_steal_pointer (&profile);
}

static gboolean
set_tools (const LvBusConfigured *configured, LvBusClient *client, const NewTools *new_tools,
           GError **error)
{
  return new_tools->tools == NULL ||
         lv_bus_toolbox_add_session (configured->toolbox, client,
                                     lv_session_get_path (configured->session), new_tools->handler,
                                     new_tools->tools, error);
}

gboolean
lv_bus_configure (const LvBusConfigured *configured, LvBusClient *client, GVariant *options,
                  LvApplied *ret_applied, GError **error)
{
  g_autoptr (GVariant) settings = g_variant_ref_sink (lv_bus_options_remove (options, tool_keys));
  g_auto (NewTools) new_tools = { 0 };
  g_autoptr (LvProfile) kept = NULL, wanted = NULL;

  if (!parse_tools (configured, options, &new_tools, error))
    return FALSE;
  /* a conversation may have been started with options of its own, which are not kept */
  kept = make_profile (configured, *configured->profile, client, settings, error);
  if (kept == NULL)
    return FALSE;
  wanted = make_profile (configured, lv_session_get_profile (configured->session), client, settings,
                         error);
  if (wanted == NULL || !set_tools (configured, client, &new_tools, error))
    return FALSE;

  lv_profile_free (*configured->profile);
  *configured->profile = g_steal_pointer (&kept);
  *ret_applied = lv_session_configure (configured->session, wanted, new_tools.tools != NULL);
  return TRUE;
}
