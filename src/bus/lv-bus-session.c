/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-bus-session"

#include "bus/lv-bus-session-methods.h"

enum { CHANGED, CLOSE_REQUESTED, GONE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvBusSession, lv_bus_session, G_TYPE_OBJECT)

static void
on_session_changed (LvSession *session, const char *what, LvBusSession *self)
{
  g_signal_emit (self, signals[CHANGED], 0, what);
}

static void
finish_closing (LvBusSession *self, LvCloseReason reason)
{
  self->closing = FALSE;
  lv_bus_media_close (self->media);
  g_signal_emit (self, signals[GONE], 0, reason);
}

static void
on_session_closed (LvSession *session, LvCloseReason reason, LvBusSession *self)
{
  self->n_conversations--;
  g_clear_pointer (&self->talker, g_free);
  if (self->closing)
    finish_closing (self, reason);
  else
    g_signal_emit (self, signals[CHANGED], 0, "state");
}

static void
lv_bus_session_dispose (GObject *object)
{
  LvBusSession *self = LV_BUS_SESSION (object);

  g_clear_handle_id (&self->linger_id, g_source_remove);
  g_clear_object (&self->media);
  g_clear_object (&self->herald);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (lv_bus_session_parent_class)->dispose (object);
}

static void
lv_bus_session_finalize (GObject *object)
{
  LvBusSession *self = LV_BUS_SESSION (object);

  g_clear_object (&self->toolbox);
  g_clear_pointer (&self->config, lv_config_unref);
  g_clear_pointer (&self->profile, lv_profile_free);
  g_strfreev (self->listeners);
  g_free (self->talker);
  g_free (self->maker);
  G_OBJECT_CLASS (lv_bus_session_parent_class)->finalize (object);
}

static void
lv_bus_session_class_init (LvBusSessionClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lv_bus_session_dispose;
  G_OBJECT_CLASS (klass)->finalize = lv_bus_session_finalize;
  signals[CHANGED] = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[CLOSE_REQUESTED] = g_signal_new ("close-requested", type, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  signals[GONE] = g_signal_new ("gone", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, G_TYPE_INT);
}

static void
lv_bus_session_init (LvBusSession *self)
{
}

void
lv_bus_session_request_close (LvBusSession *self, LvCloseReason reason)
{
  g_signal_emit (self, signals[CLOSE_REQUESTED], 0, reason);
}

void
lv_bus_session_set_audience_changed (LvBusSession *self)
{
  g_autoptr (GPtrArray) listeners = lv_bus_audience_list (self->audience, LV_TOPIC_LEVELS);

  lv_session_set_levels_wanted (
      self->session, listeners->len > 0 || lv_bus_media_has_readers (self->media, LV_TOPIC_LEVELS));
  g_signal_emit (self, signals[CHANGED], 0, "audience");
}

static void
on_media_video_changed (LvBusMedia *media, LvBusSession *self)
{
  g_signal_emit (self, signals[CHANGED], 0, "video");
}

LvBusSession *
lv_bus_session_new (LvSession *session, LvBusOutbox *outbox, LvBusToolbox *toolbox,
                    LvFrameReader *frames, LvConfig *config, const char *const *listeners)
{
  LvBusSession *self = g_object_new (LV_TYPE_BUS_SESSION, NULL);

  self->session = session;
  /* first in line: Closed goes out before we are gone */
  self->herald = lv_bus_herald_new (session, outbox);
  self->audience = lv_bus_herald_get_audience (self->herald);
  self->media = lv_bus_media_new (session, self->herald, outbox, frames);
  self->toolbox = g_object_ref (toolbox);
  self->config = lv_config_ref (config);
  self->profile = lv_profile_copy (lv_session_get_profile (session));
  self->listeners = g_strdupv ((GStrv) listeners);
  self->maker = g_strdup (lv_session_get_owner (session));
  g_signal_connect_object (session, "changed", G_CALLBACK (on_session_changed), self, 0);
  g_signal_connect_object (session, "closed", G_CALLBACK (on_session_closed), self, 0);
  g_signal_connect_object (self->media, "readers-changed",
                           G_CALLBACK (lv_bus_session_set_audience_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->media, "video-changed", G_CALLBACK (on_media_video_changed), self,
                           0);
  return self;
}

void
lv_bus_session_set_config (LvBusSession *self, LvConfig *config)
{
  lv_config_unref (self->config);
  self->config = lv_config_ref (config);
  if (lv_bus_session_get_owner (self) != NULL)
    return;
  lv_profile_free (self->profile);
  self->profile = lv_profile_copy (lv_config_get_profile (config, NULL));
  lv_session_set_profile (self->session, self->profile);
}

LvSession *
lv_bus_session_get_session (LvBusSession *self)
{
  return self->session;
}

LvBusMedia *
lv_bus_session_get_media (LvBusSession *self)
{
  return self->media;
}

const char *
lv_bus_session_get_path (LvBusSession *self)
{
  return lv_session_get_path (self->session);
}

const char *
lv_bus_session_get_owner (LvBusSession *self)
{
  return lv_session_get_owner (self->session);
}

const char *
lv_bus_session_get_maker (LvBusSession *self)
{
  return self->maker;
}

gboolean
lv_bus_session_is_active (LvBusSession *self)
{
  return self->n_conversations > 0;
}

guint
lv_bus_session_count_subscribers (LvBusSession *self)
{
  return lv_bus_audience_count (self->audience) + lv_bus_media_count_readers (self->media);
}

static gboolean
is_listener (LvBusSession *self, LvBusClient *client)
{
  const char *const *listeners = (const char *const *) self->listeners;
  const char *app_id = lv_bus_client_get_app_id (client);

  if (listeners == NULL)
    return FALSE;
  return g_strv_contains (listeners, lv_bus_client_get_name (client)) ||
         (*app_id != '\0' && g_strv_contains (listeners, app_id));
}

LvObject
lv_bus_session_relate (LvBusSession *self, LvBusClient *client)
{
  const char *owner = lv_bus_session_get_owner (self);

  if (owner == NULL)
    return LV_OBJECT_PUBLIC;
  if (g_str_equal (owner, lv_bus_client_get_name (client)))
    return LV_OBJECT_OWN;
  return is_listener (self, client) ? LV_OBJECT_SHARED : LV_OBJECT_FOREIGN;
}

gboolean
lv_bus_session_call (LvBusSession *self, LvBusClient *client, const char *method,
                     GVariant *arguments, GVariant **reply, GError **error)
{
  static const LvBusSessionMethod *const tables[] = { lv_bus_session_course_methods,
                                                      lv_bus_session_reading_methods,
                                                      lv_bus_session_talk_methods };

  for (guint i = 0; i < G_N_ELEMENTS (tables); i++)
    for (const LvBusSessionMethod *row = tables[i]; row->name != NULL; row++)
      if (g_str_equal (row->name, method))
        return row->handle (self, client, arguments, reply, error);
  g_return_val_if_reached (FALSE);
}

GVariant *
lv_bus_session_get_property (LvBusSession *self, const char *name)
{
  return lv_bus_herald_get_property (self->herald, name);
}

gboolean
lv_bus_session_drop_subscriber (LvBusSession *self, const char *name)
{
  if (!lv_bus_audience_remove (self->audience, name))
    return FALSE;
  lv_bus_session_set_audience_changed (self);
  lv_bus_herald_announce_dropped (self->herald, name);
  return TRUE;
}

void
lv_bus_session_drop_client (LvBusSession *self, const char *name)
{
  lv_bus_media_drop_client (self->media, name);
  if (lv_bus_audience_remove (self->audience, name))
    lv_bus_session_set_audience_changed (self);
  if (g_strcmp0 (self->talker, name) != 0)
    return;
  g_clear_pointer (&self->talker, g_free);
  lv_session_stop_talking (self->session, NULL);
}

static gboolean
on_linger_over (gpointer user_data)
{
  LvBusSession *self = user_data;

  self->linger_id = 0;
  lv_bus_session_request_close (self, LV_CLOSE_OWNER_GONE);
  return G_SOURCE_REMOVE;
}

void
lv_bus_session_abandon (LvBusSession *self)
{
  if (self->profile->linger_s == 0)
    lv_bus_session_request_close (self, LV_CLOSE_OWNER_GONE);
  else if (self->linger_id == 0)
    {
      self->orphaned = TRUE;
      self->linger_id = g_timeout_add_seconds (self->profile->linger_s, on_linger_over, self);
    }
}

gboolean
lv_bus_session_is_orphaned (LvBusSession *self)
{
  return self->orphaned;
}

void
lv_bus_session_take_up (LvBusSession *self, LvBusClient *owner)
{
  g_clear_handle_id (&self->linger_id, g_source_remove);
  self->orphaned = FALSE;
  lv_session_set_owner (self->session, lv_bus_client_get_name (owner),
                        lv_bus_client_get_app_id (owner));
}

void
lv_bus_session_close (LvBusSession *self, LvCloseReason reason)
{
  self->closing = TRUE;
  g_clear_handle_id (&self->linger_id, g_source_remove);
  lv_session_stop (self->session, reason);
  if (!self->closing || lv_bus_session_is_active (self))
    return;
  lv_bus_herald_announce_closed (self->herald, reason);
  finish_closing (self, reason);
}
