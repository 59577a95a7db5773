/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The course of a conversation: Start, Stop, Toggle, Close, Configure and
 * GetResumeToken. Main thread.
 */
#define G_LOG_DOMAIN "lv-bus-session"

#include "bus/lv-bus-session-methods.h"

#include "base/lv-log.h"
#include "bus/lv-bus-configure.h"
#include "bus/lv-bus-options.h"
#include "bus/lv-bus-profile.h"

/* What the button shows: off while the socket of the last conversation still closes. */
static gboolean
is_on (LvBusSession *self)
{
  LvState state = lv_session_get_state (self->session);

  return state != LV_STATE_IDLE && state != LV_STATE_ERROR;
}

static gboolean
start_with (LvBusSession *self, LvBusClient *client, const LvProfile *profile, gboolean forgets,
            GError **error)
{
  if (is_on (self)) /* nothing happens, unless it dozes */
    return lv_session_start (self->session, error);
  if (!lv_bus_client_take_start (client, error))
    return FALSE;
  lv_session_set_profile (self->session, profile);
  if (forgets)
    lv_session_forget (self->session);
  self->n_conversations++;
  if (lv_session_start (self->session, error))
    return TRUE;
  self->n_conversations--;
  return FALSE;
}

static gboolean
handle_start (LvBusSession *self, LvBusClient *client, GVariant *arguments, GVariant **reply,
              GError **error)
{
  static const char *const own_keys[] = { "new", NULL };
  g_autoptr (GVariant) options = g_variant_get_child_value (arguments, 0);
  g_autoptr (GVariant) settings = g_variant_ref_sink (lv_bus_options_remove (options, own_keys));
  g_autoptr (LvProfile) profile = NULL;
  gboolean forgets = FALSE;

  if (!lv_bus_options_get_boolean (options, "new", &forgets, error))
    return FALSE;
  profile = lv_bus_profile_new (self->config, self->profile, settings,
                                lv_bus_client_get_peer (client), error);
  return profile != NULL && start_with (self, client, profile, forgets, error);
}

static gboolean
handle_stop (LvBusSession *self, LvBusClient *client, GVariant *arguments, GVariant **reply,
             GError **error)
{
  g_autofree char *caller = lv_bus_client_describe (client);

  if (is_on (self))
    lv_log_session (G_LOG_DOMAIN, G_LOG_LEVEL_INFO, lv_bus_session_get_path (self),
                    "Ended on request of %s", caller);
  lv_session_stop (self->session, LV_CLOSE_USER);
  return TRUE;
}

static gboolean
handle_toggle (LvBusSession *self, LvBusClient *client, GVariant *arguments, GVariant **reply,
               GError **error)
{
  if (is_on (self))
    return handle_stop (self, client, arguments, reply, error);
  return start_with (self, client, self->profile, FALSE, error);
}

static gboolean
handle_close (LvBusSession *self, LvBusClient *client, GVariant *arguments, GVariant **reply,
              GError **error)
{
  if (lv_bus_session_get_owner (self) == NULL)
    return handle_stop (self, client, arguments, reply, error);
  lv_bus_session_request_close (self, LV_CLOSE_USER);
  return TRUE;
}

static gboolean
handle_configure (LvBusSession *self, LvBusClient *client, GVariant *arguments, GVariant **reply,
                  GError **error)
{
  g_autoptr (GVariant) options = g_variant_get_child_value (arguments, 0);
  const LvBusConfigured configured = { self->session, self->config, self->toolbox, &self->profile };
  LvApplied applied;

  if (!lv_bus_configure (&configured, client, options, &applied, error))
    return FALSE;
  *reply = g_variant_new ("(s)", lv_applied_to_nick (applied));
  return TRUE;
}

static gboolean
handle_get_resume_token (LvBusSession *self, LvBusClient *client, GVariant *arguments,
                         GVariant **reply, GError **error)
{
  g_autofree char *holder = lv_bus_client_dup_holder (client);
  const char *token = lv_session_make_token (self->session, holder, error);

  if (token == NULL)
    return FALSE;
  *reply = g_variant_new ("(s)", token);
  return TRUE;
}

const LvBusSessionMethod lv_bus_session_course_methods[] = {
  { "Start", handle_start },
  { "Stop", handle_stop },
  { "Toggle", handle_toggle },
  { "Close", handle_close },
  { "Configure", handle_configure },
  { "GetResumeToken", handle_get_resume_token },
  { NULL, NULL },
};
