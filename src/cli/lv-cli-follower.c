/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lv-cli-follower.h"

struct _LvCliFollower {
  LvCli *cli;
  LvDbusSession *session; /* owned */
  GStrv topics;           /* owned */
  GCancellable *cancellable;
  LvCliEventFunc func;
  gpointer data;
};

static void
on_subscribed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  LvCliFollower *self = data;

  if (lv_dbus_session_call_subscribe_finish (LV_DBUS_SESSION (source), result, &error) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  /* it has gone again meanwhile; the next owner gets the next subscription */
  if (!lv_cli_is_running (source))
    return;
  lv_cli_fail (self->cli, g_steal_pointer (&error));
}

static void
subscribe (LvCliFollower *self)
{
  lv_dbus_session_call_subscribe (self->session, (const char *const *) self->topics,
                                  self->cancellable, on_subscribed, self);
}

/* The terminal stood still for long, after Ctrl-Z for one. */
static gboolean
is_unsubscribed (const char *signal, GVariant *parameters)
{
  const char *code;

  if (!g_str_equal (signal, "Warning"))
    return FALSE;
  g_variant_get_child (parameters, 0, "&s", &code);
  return g_str_equal (code, "unsubscribed");
}

static void
on_session_signal (GDBusProxy *proxy, const char *sender, const char *name, GVariant *parameters,
                   gpointer data)
{
  LvCliFollower *self = data;

  if (is_unsubscribed (name, parameters))
    subscribe (self);
  self->func (name, parameters, self->data);
}

static void
emit_property (LvCliFollower *self, const char *name, GVariant *value)
{
  g_autoptr (GVariant) details = g_variant_ref_sink (g_variant_new_tuple (&value, 1));

  self->func (name, details, self->data);
}

static void
on_session_properties_changed (GDBusProxy *proxy, GVariant *changed, GStrv invalidated,
                               gpointer data)
{
  static const char *const followed[] = { "State", "Muted", "MicrophoneActive" };
  LvCliFollower *self = data;

  for (guint i = 0; i < G_N_ELEMENTS (followed); i++)
    {
      g_autoptr (GVariant) raw = g_variant_lookup_value (changed, followed[i], NULL);
      /* the proxy has checked the type of what it keeps */
      g_autoptr (GVariant) value = g_dbus_proxy_get_cached_property (proxy, followed[i]);

      if (raw != NULL && value != NULL)
        emit_property (self, followed[i], value);
    }
}

static void
on_session_owner_changed (GObject *session, GParamSpec *property, gpointer data)
{
  LvCliFollower *self = data;
  gboolean running = lv_cli_is_running (session);
  g_autoptr (GVariant) details = g_variant_ref_sink (g_variant_new ("(b)", running));

  if (running)
    subscribe (self);
  self->func ("Daemon", details, self->data);
}

LvCliFollower *
lv_cli_follower_new (LvCli *cli, const char *path, const char *const *topics, LvCliEventFunc func,
                     gpointer data, GError **error)
{
  LvDbusSession *session = lv_cli_get_session (cli, path, error);
  LvCliFollower *self;

  if (session == NULL)
    return NULL;
  self = g_new0 (LvCliFollower, 1);
  self->cli = cli;
  self->session = session;
  self->topics = g_strdupv ((GStrv) topics);
  self->cancellable = g_cancellable_new ();
  self->func = func;
  self->data = data;
  g_signal_connect (session, "g-signal", G_CALLBACK (on_session_signal), self);
  g_signal_connect (session, "g-properties-changed", G_CALLBACK (on_session_properties_changed),
                    self);
  g_signal_connect (session, "notify::g-name-owner", G_CALLBACK (on_session_owner_changed), self);
  if (lv_cli_is_running (session))
    subscribe (self);
  return self;
}

void
lv_cli_follower_free (LvCliFollower *self)
{
  g_cancellable_cancel (self->cancellable);
  g_signal_handlers_disconnect_by_data (self->session, self);
  g_object_unref (self->cancellable);
  g_object_unref (self->session);
  g_strfreev (self->topics);
  g_free (self);
}

LvDbusSession *
lv_cli_follower_get_session (LvCliFollower *self)
{
  return self->session;
}

gboolean
lv_cli_follower_activate (LvCliFollower *self, GError **error)
{
  g_autoptr (GVariant) reply = lv_cli_call (self->cli, self->session, "Subscribe",
                                            g_variant_new ("(^as)", self->topics), error);

  return reply != NULL;
}
