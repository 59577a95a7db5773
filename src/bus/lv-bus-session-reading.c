/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a client can learn of a session: Subscribe, Unsubscribe, GetTranscript, GetAudio and
 * GetHealth. Main thread.
 */
#include "bus/lv-bus-session-methods.h"

#include "bus/lv-bus-captions.h"

static gboolean
handle_subscribe (LvBusSession *self, LvBusClient *client, GVariant *arguments, GVariant **reply,
                  GError **error)
{
  LvTopics topics;

  if (!lv_topics_read (arguments, &topics, error) ||
      !lv_bus_audience_add (self->audience, lv_bus_client_get_name (client), topics, error))
    return FALSE;
  lv_bus_session_set_audience_changed (self);
  return TRUE;
}

static gboolean
handle_unsubscribe (LvBusSession *self, LvBusClient *client, GVariant *arguments, GVariant **reply,
                    GError **error)
{
  LvTopics topics;

  if (!lv_topics_read (arguments, &topics, error))
    return FALSE;
  if (lv_bus_audience_take_back (self->audience, lv_bus_client_get_name (client), topics))
    lv_bus_session_set_audience_changed (self);
  return TRUE;
}

static gboolean
handle_get_transcript (LvBusSession *self, LvBusClient *client, GVariant *arguments,
                       GVariant **reply, GError **error)
{
  g_autoptr (GPtrArray) items = NULL;
  guint since;

  if (!lv_bus_herald_check_open (self->herald, error))
    return FALSE;
  g_variant_get (arguments, "(u)", &since);
  items = lv_session_list_transcript (self->session, since);
  *reply = g_variant_new ("(@a(usstb))", lv_bus_captions_list (items));
  return TRUE;
}

static gboolean
handle_get_audio (LvBusSession *self, LvBusClient *client, GVariant *arguments, GVariant **reply,
                  GError **error)
{
  *reply = g_variant_new ("(@a{sv})", lv_session_describe_audio (self->session));
  return TRUE;
}

static gboolean
handle_get_health (LvBusSession *self, LvBusClient *client, GVariant *arguments, GVariant **reply,
                   GError **error)
{
  *reply = g_variant_new ("(@a{sv})", lv_session_describe_health (self->session));
  return TRUE;
}

const LvBusSessionMethod lv_bus_session_reading_methods[] = {
  { "Subscribe", handle_subscribe },          { "Unsubscribe", handle_unsubscribe },
  { "GetTranscript", handle_get_transcript }, { "GetAudio", handle_get_audio },
  { "GetHealth", handle_get_health },         { NULL, NULL },
};
