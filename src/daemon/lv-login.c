/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-login"

#include "daemon/lv-login.h"

#include "daemon/lv-inhibitor.h"

#include <unistd.h>

#define USER_INTERFACE LV_LOGIND_NAME ".User"
#define SESSION_INTERFACE LV_LOGIND_NAME ".Session"
#define PROPERTIES_INTERFACE "org.freedesktop.DBus.Properties"
#define NO_SESSION "/"

struct _LvLogin {
  GObject parent_instance;

  GDBusConnection *connection; /* NULL: no system bus */
  LvInhibitor *inhibitor;
  GCancellable *cancellable; /* the bus, then what this logind is asked */
  char *user;                /* object paths, NULL: not known, or none */
  char *session;
  guint name_watch;
  guint manager_watch;
  guint user_watch;
  guint session_watch;

  gboolean had_session;
  gboolean locked;
  gboolean inactive;
  gboolean asleep;
  LvPause hold; /* as last announced */
};

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvLogin, lv_login, G_TYPE_OBJECT)

static void
update_hold (LvLogin *self)
{
  LvPause hold = LV_PAUSE_NONE;

  if (self->asleep)
    hold = LV_PAUSE_ASLEEP;
  else if (self->locked)
    hold = LV_PAUSE_LOCKED;
  else if (self->inactive)
    hold = LV_PAUSE_INACTIVE;

  if (hold == self->hold)
    return;
  self->hold = hold;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_asleep (LvLogin *self, gboolean asleep)
{
  if (self->asleep == asleep)
    return;
  self->asleep = asleep;
  update_hold (self);
  if (!asleep)
    lv_inhibitor_renew (self->inhibitor);
}

/* ---- asking ---- */

static void
ask (LvLogin *self, const char *path, const char *interface, const char *method,
     GVariant *arguments, const char *reply_type, GAsyncReadyCallback callback)
{
  g_dbus_connection_call (self->connection, LV_LOGIND_NAME, path, interface, method, arguments,
                          G_VARIANT_TYPE (reply_type), G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                          self->cancellable, callback, self);
}

/* FALSE: @data must not be touched. *@ret_reply is NULL where logind has no answer. */
static gboolean
finish (GObject *source, GAsyncResult *result, GVariant **ret_reply)
{
  g_autoptr (GError) error = NULL;

  *ret_reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return FALSE;
  if (error != NULL)
    g_debug ("logind: %s", error->message);
  return TRUE;
}

static void
unwatch (LvLogin *self, guint *watch)
{
  if (*watch != 0)
    g_dbus_connection_signal_unsubscribe (self->connection, *watch);
  *watch = 0;
}

/* ---- the session ---- */

static void
take_session_properties (LvLogin *self, GVariant *properties)
{
  gboolean active;

  g_variant_lookup (properties, "LockedHint", "b", &self->locked);
  if (g_variant_lookup (properties, "Active", "b", &active))
    self->inactive = !active;
  update_hold (self);
}

static void
on_session_known (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) properties = NULL;

  if (!finish (source, result, &reply) || reply == NULL)
    return;
  properties = g_variant_get_child_value (reply, 0);
  take_session_properties (data, properties);
}

static void
on_session_changed (GDBusConnection *connection, const char *sender, const char *path,
                    const char *interface, const char *signal, GVariant *arguments, gpointer data)
{
  g_autoptr (GVariant) properties = NULL;

  if (!g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(sa{sv}as)")))
    return;
  properties = g_variant_get_child_value (arguments, 1);
  take_session_properties (data, properties);
}

/* Who logs out while we go on has not come back. */
static void
leave_session (LvLogin *self)
{
  if (!self->had_session)
    return;
  unwatch (self, &self->session_watch);
  g_clear_pointer (&self->session, g_free);
  self->had_session = FALSE;
  self->locked = FALSE;
  self->inactive = TRUE;
  update_hold (self);
}

static void
enter_session (LvLogin *self, const char *path)
{
  if (g_strcmp0 (path, self->session) == 0)
    return;
  unwatch (self, &self->session_watch);
  g_free (self->session);
  self->session = g_strdup (path);
  self->had_session = TRUE;
  self->session_watch = g_dbus_connection_signal_subscribe (
      self->connection, LV_LOGIND_NAME, PROPERTIES_INTERFACE, "PropertiesChanged", path,
      SESSION_INTERFACE, G_DBUS_SIGNAL_FLAGS_NONE, on_session_changed, self, NULL);
  ask (self, path, PROPERTIES_INTERFACE, "GetAll", g_variant_new ("(s)", SESSION_INTERFACE),
       "(a{sv})", on_session_known);
}

/* ---- the user ---- */

static void
on_display_known (GObject *source, GAsyncResult *result, gpointer data)
{
  LvLogin *self = data;
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) display = NULL;
  const char *path;

  if (!finish (source, result, &reply))
    return;
  if (reply != NULL)
    g_variant_get (reply, "(v)", &display);
  if (display == NULL || !g_variant_is_of_type (display, G_VARIANT_TYPE ("(so)")))
    return;
  g_variant_get (display, "(&s&o)", NULL, &path);
  if (g_str_equal (path, NO_SESSION))
    leave_session (self);
  else
    enter_session (self, path);
}

static void
ask_display (LvLogin *self)
{
  if (self->user != NULL)
    ask (self, self->user, PROPERTIES_INTERFACE, "Get",
         g_variant_new ("(ss)", USER_INTERFACE, "Display"), "(v)", on_display_known);
}

static void
on_user_changed (GDBusConnection *connection, const char *sender, const char *path,
                 const char *interface, const char *signal, GVariant *arguments, gpointer data)
{
  ask_display (data);
}

static void
on_user_known (GObject *source, GAsyncResult *result, gpointer data)
{
  LvLogin *self = data;
  g_autoptr (GVariant) reply = NULL;

  if (!finish (source, result, &reply))
    return;
  unwatch (self, &self->user_watch);
  g_clear_pointer (&self->user, g_free);
  if (reply == NULL)
    {
      leave_session (self);
      return;
    }
  g_variant_get (reply, "(o)", &self->user);
  self->user_watch = g_dbus_connection_signal_subscribe (
      self->connection, LV_LOGIND_NAME, PROPERTIES_INTERFACE, "PropertiesChanged", self->user,
      USER_INTERFACE, G_DBUS_SIGNAL_FLAGS_NONE, on_user_changed, self, NULL);
  ask_display (self);
}

static void
ask_user (LvLogin *self)
{
  ask (self, LV_LOGIND_PATH, LV_LOGIND_MANAGER, "GetUser", g_variant_new ("(u)", getuid ()), "(o)",
       on_user_known);
}

/* ---- logind ---- */

static void
on_sleep_known (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) value = NULL;

  if (!finish (source, result, &reply) || reply == NULL)
    return;
  g_variant_get (reply, "(v)", &value);
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    set_asleep (data, g_variant_get_boolean (value));
}

static void
on_manager_signal (GDBusConnection *connection, const char *sender, const char *path,
                   const char *interface, const char *signal, GVariant *arguments, gpointer data)
{
  LvLogin *self = data;
  gboolean asleep;

  if (g_str_equal (signal, "PrepareForSleep") &&
      g_variant_is_of_type (arguments, G_VARIANT_TYPE ("(b)")))
    {
      g_variant_get (arguments, "(b)", &asleep);
      set_asleep (self, asleep);
    }
  else if (g_str_has_prefix (signal, "User") || g_str_has_prefix (signal, "Session"))
    ask_user (self);
}

static void
on_logind_appeared (GDBusConnection *connection, const char *name, const char *owner, gpointer data)
{
  LvLogin *self = data;

  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->manager_watch = g_dbus_connection_signal_subscribe (
      connection, LV_LOGIND_NAME, LV_LOGIND_MANAGER, NULL, LV_LOGIND_PATH, NULL,
      G_DBUS_SIGNAL_FLAGS_NONE, on_manager_signal, self, NULL);
  lv_inhibitor_set_source (self->inhibitor, connection);
  ask (self, LV_LOGIND_PATH, PROPERTIES_INTERFACE, "Get",
       g_variant_new ("(ss)", LV_LOGIND_MANAGER, "PreparingForSleep"), "(v)", on_sleep_known);
  ask_user (self);
}

static void
forget_logind (LvLogin *self)
{
  g_cancellable_cancel (self->cancellable);
  lv_inhibitor_set_source (self->inhibitor, NULL);
  unwatch (self, &self->manager_watch);
  unwatch (self, &self->user_watch);
  unwatch (self, &self->session_watch);
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->session, g_free);
}

/* What it said last stands until it is back: it is restarted while people work. */
static void
on_logind_vanished (GDBusConnection *connection, const char *name, gpointer data)
{
  forget_logind (data);
}

static void
on_bus_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = g_bus_get_finish (result, &error);
  LvLogin *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (connection == NULL)
    {
      g_debug ("No system bus: %s", error->message);
      return;
    }
  self->connection = g_steal_pointer (&connection);
  g_dbus_connection_set_exit_on_close (self->connection, FALSE);
  self->name_watch = g_bus_watch_name_on_connection (
      self->connection, LV_LOGIND_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE, on_logind_appeared,
      on_logind_vanished, self, NULL);
}

/* ---- the object ---- */

static void
lv_login_dispose (GObject *object)
{
  LvLogin *self = LV_LOGIN (object);

  if (self->inhibitor != NULL)
    forget_logind (self);
  g_clear_handle_id (&self->name_watch, g_bus_unwatch_name);
  g_clear_object (&self->inhibitor);
  g_clear_object (&self->connection);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (lv_login_parent_class)->dispose (object);
}

static void
lv_login_class_init (LvLoginClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lv_login_dispose;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
lv_login_init (LvLogin *self)
{
  self->inhibitor = lv_inhibitor_new ();
  self->cancellable = g_cancellable_new ();
}

LvLogin *
lv_login_new (void)
{
  LvLogin *self = g_object_new (LV_TYPE_LOGIN, NULL);

  g_bus_get (G_BUS_TYPE_SYSTEM, self->cancellable, on_bus_connected, self);
  return self;
}

LvPause
lv_login_get_hold (LvLogin *self)
{
  return self->hold;
}

void
lv_login_set_busy (LvLogin *self, gboolean busy)
{
  lv_inhibitor_set_wanted (self->inhibitor, busy);
}

void
lv_login_let_sleep (LvLogin *self)
{
  lv_inhibitor_release (self->inhibitor);
}
