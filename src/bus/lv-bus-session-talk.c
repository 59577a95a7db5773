/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a client says or does in a conversation: the microphone, push to talk, Interrupt and
 * SendText. Main thread.
 */
#include "bus/lv-bus-session-methods.h"

#include "bus/lv-bus-options.h"

#include <string.h>

static gboolean
handle_set_muted (LvBusSession *self, LvBusClient *client, GVariant *arguments, GVariant **reply,
                  GError **error)
{
  gboolean muted;

  g_variant_get (arguments, "(b)", &muted);
  if (!muted && lv_bus_session_get_owner (self) == NULL &&
      !lv_bus_access_may_unmute_default (lv_bus_client_get_peer (client)))
    {
      g_set_error_literal (error, LV_ERROR, LV_ERROR_NOT_PERMITTED,
                           "A sandboxed app may mute the default session, not unmute it");
      return FALSE;
    }
  lv_session_set_muted (self->session, muted);
  return TRUE;
}

/* The session lets the button go by itself after a while, so nobody can hold it for ever. */
static gboolean
check_talker (LvBusSession *self, LvBusClient *client, GError **error)
{
  if (self->talker == NULL || g_get_monotonic_time () >= self->talk_until_us ||
      g_str_equal (self->talker, lv_bus_client_get_name (client)))
    return TRUE;
  g_set_error_literal (error, LV_ERROR, LV_ERROR_BUSY, "Another client is holding push to talk");
  return FALSE;
}

static gboolean
handle_start_talking (LvBusSession *self, LvBusClient *client, GVariant *arguments,
                      GVariant **reply, GError **error)
{
  if (!check_talker (self, client, error) || !lv_session_start_talking (self->session, error))
    return FALSE;
  g_free (self->talker);
  self->talker = g_strdup (lv_bus_client_get_name (client));
  self->talk_until_us = g_get_monotonic_time () + LV_TALK_MAX_S * G_USEC_PER_SEC;
  return TRUE;
}

static gboolean
handle_stop_talking (LvBusSession *self, LvBusClient *client, GVariant *arguments, GVariant **reply,
                     GError **error)
{
  if (!check_talker (self, client, error) || !lv_session_stop_talking (self->session, error))
    return FALSE;
  g_clear_pointer (&self->talker, g_free);
  return TRUE;
}

static gboolean
handle_interrupt (LvBusSession *self, LvBusClient *client, GVariant *arguments, GVariant **reply,
                  GError **error)
{
  return lv_session_interrupt (self->session, error);
}

static gboolean
handle_send_text (LvBusSession *self, LvBusClient *client, GVariant *arguments, GVariant **reply,
                  GError **error)
{
  static const char *const known[] = { "mode", NULL };
  const char *text;
  g_autoptr (GVariant) options = NULL;
  LvTextMode mode = LV_TEXT_TURN;

  g_variant_get (arguments, "(&s@a{sv})", &text, &options);
  if (!lv_bus_options_check_known (options, known, error) ||
      !lv_bus_options_get_text_mode (options, &mode, error))
    return FALSE;
  return lv_session_send_text (self->session, text, mode, error);
}

const LvBusSessionMethod lv_bus_session_talk_methods[] = {
  { "SetMuted", handle_set_muted },       { "StartTalking", handle_start_talking },
  { "StopTalking", handle_stop_talking }, { "Interrupt", handle_interrupt },
  { "SendText", handle_send_text },       { NULL, NULL },
};
