/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-bus-sessions"

#include "bus/lv-bus-sessions-private.h"

#include "base/lv-log.h"
#include "base/lv-names.h"
#include "bus/lv-bus-barrier.h"

#include <string.h>

enum { CHANGED, REMOVED, GONE, OWNER_ADDED, OWNER_REMOVED, DRAINED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvBusSessions, lv_bus_sessions, G_TYPE_OBJECT)

GPtrArray *
lv_bus_sessions_list (LvBusSessions *self)
{
  GPtrArray *sessions = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer session;

  g_ptr_array_add (sessions, g_object_ref (self->default_session));
  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session))
    g_ptr_array_add (sessions, g_object_ref (session));
  return sessions;
}

static void
on_session_changed (LvBusSession *session, const char *what, LvBusSessions *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
made_any (LvBusSessions *self, const char *maker)
{
  GHashTableIter iter;
  gpointer session;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session))
    if (g_strcmp0 (lv_bus_session_get_maker (session), maker) == 0)
      return TRUE;
  return FALSE;
}

/* A session that only waits for its socket to close does not count: nobody can call it any more. */
static void
check_owner_removed (LvBusSessions *self, const char *maker)
{
  if (lv_bus_clients_find (self->clients, maker) == NULL && !made_any (self, maker) &&
      g_hash_table_remove (self->owners, maker))
    g_signal_emit (self, signals[OWNER_REMOVED], 0, maker);
}

static void
on_session_gone (LvBusSession *session, LvCloseReason reason, LvBusSessions *self)
{
  g_autoptr (LvBusSession) hold G_GNUC_UNUSED = g_object_ref (session);

  g_hash_table_remove (self->closing, lv_bus_session_get_path (session));
  if (lv_bus_session_get_owner (session) != NULL)
    g_signal_emit (self, signals[GONE], 0, session, reason);
  g_signal_emit (self, signals[CHANGED], 0);
  if (self->shutting_down && g_hash_table_size (self->closing) == 0)
    g_signal_emit (self, signals[DRAINED], 0);
}

static void
begin_closing (LvBusSessions *self, LvBusSession *session)
{
  const char *path = lv_bus_session_get_path (session);

  g_hash_table_insert (self->closing, g_strdup (path), g_object_ref (session));
  if (!g_hash_table_remove (self->sessions, path))
    return;
  g_signal_emit (self, signals[REMOVED], 0, session);
  check_owner_removed (self, lv_bus_session_get_maker (session));
}

static void
close_session (LvBusSessions *self, LvBusSession *session, LvCloseReason reason)
{
  g_autoptr (LvBusSession) hold G_GNUC_UNUSED = g_object_ref (session);

  begin_closing (self, session);
  lv_bus_session_close (session, reason);
}

static void
on_session_close_requested (LvBusSession *session, LvCloseReason reason, LvBusSessions *self)
{
  close_session (self, session, reason);
}

/* What of it the configuration lets through. */
static LvPause
get_hold (LvBusSessions *self)
{
  gboolean ignored = self->hold != LV_PAUSE_ASLEEP &&
                     lv_config_get_daemon (self->config)->lock_policy == LV_LOCK_POLICY_IGNORE;

  return ignored ? LV_PAUSE_NONE : self->hold;
}

static void
hold_session (LvBusSessions *self, LvBusSession *session)
{
  gboolean ends = lv_config_get_daemon (self->config)->lock_policy == LV_LOCK_POLICY_END;
  LvSession *core = lv_bus_session_get_session (session);
  LvPause hold = get_hold (self);

  if (hold == LV_PAUSE_NONE && lv_bus_session_is_orphaned (session))
    lv_session_set_hold (core, LV_PAUSE_ORPHANED, FALSE);
  else
    lv_session_set_hold (core, hold, ends);
}

static LvBusSession *
make_session (LvBusSessions *self, const char *path, LvBusClient *owner, const LvProfile *profile,
              gboolean with_shared, const char *const *listeners)
{
  LvSession *core =
      lv_session_new (&self->services, path, owner != NULL ? lv_bus_client_get_name (owner) : NULL,
                      owner != NULL ? lv_bus_client_get_app_id (owner) : "", profile, with_shared);
  LvBusSession *session = lv_bus_session_new (core, self->outbox, self->toolbox,
                                              self->services.frames, self->config, listeners);

  g_signal_connect_object (session, "changed", G_CALLBACK (on_session_changed), self, 0);
  g_signal_connect_object (session, "close-requested", G_CALLBACK (on_session_close_requested),
                           self, 0);
  g_signal_connect_object (session, "gone", G_CALLBACK (on_session_gone), self, 0);
  hold_session (self, session);
  return session;
}

static void
on_client_vanished (LvBusClients *clients, LvBusClient *client, LvBusSessions *self)
{
  const char *name = lv_bus_client_get_name (client);
  g_autoptr (GPtrArray) sessions = lv_bus_sessions_list (self);

  for (guint i = 0; i < sessions->len; i++)
    {
      LvBusSession *session = g_ptr_array_index (sessions, i);

      lv_bus_session_drop_client (session, name);
      if (g_strcmp0 (lv_bus_session_get_owner (session), name) != 0)
        continue;
      lv_bus_session_abandon (session);
      hold_session (self, session);
    }
  check_owner_removed (self, name);
}

static void
on_outbox_stuck (LvBusOutbox *outbox, const char *name, LvBusSessions *self)
{
  g_autoptr (GPtrArray) sessions = lv_bus_sessions_list (self);

  for (guint i = 0; i < sessions->len; i++)
    if (lv_bus_session_drop_subscriber (sessions->pdata[i], name))
      lv_log_session (G_LOG_DOMAIN, G_LOG_LEVEL_MESSAGE,
                      lv_bus_session_get_path (sessions->pdata[i]),
                      "%s has not read for %d s; it hears of this session when it subscribes again",
                      name, LV_BUS_BARRIER_PATIENCE_S);
}

static void
lv_bus_sessions_dispose (GObject *object)
{
  LvBusSessions *self = LV_BUS_SESSIONS (object);

  g_hash_table_remove_all (self->sessions);
  g_hash_table_remove_all (self->closing);
  g_clear_object (&self->default_session);
  g_clear_object (&self->clients);
  g_clear_object (&self->outbox);
  g_clear_object (&self->toolbox);
  G_OBJECT_CLASS (lv_bus_sessions_parent_class)->dispose (object);
}

static void
lv_bus_sessions_finalize (GObject *object)
{
  LvBusSessions *self = LV_BUS_SESSIONS (object);

  g_hash_table_unref (self->sessions);
  g_hash_table_unref (self->closing);
  g_hash_table_unref (self->owners);
  lv_config_unref (self->config);
  G_OBJECT_CLASS (lv_bus_sessions_parent_class)->finalize (object);
}

static void
lv_bus_sessions_class_init (LvBusSessionsClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lv_bus_sessions_dispose;
  G_OBJECT_CLASS (klass)->finalize = lv_bus_sessions_finalize;
  signals[CHANGED] =
      g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REMOVED] = g_signal_new ("removed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, LV_TYPE_BUS_SESSION);
  signals[GONE] = g_signal_new ("gone", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                2, LV_TYPE_BUS_SESSION, G_TYPE_INT);
  signals[OWNER_ADDED] = g_signal_new ("owner-added", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[OWNER_REMOVED] = g_signal_new ("owner-removed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[DRAINED] =
      g_signal_new ("drained", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lv_bus_sessions_init (LvBusSessions *self)
{
  self->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->closing = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->owners = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

LvBusSessions *
lv_bus_sessions_new (LvBusOutbox *outbox, LvBusClients *clients, LvBusToolbox *toolbox,
                     const LvSessionServices *services, LvConfig *config)
{
  LvBusSessions *self = g_object_new (LV_TYPE_BUS_SESSIONS, NULL);

  self->outbox = g_object_ref (outbox);
  self->clients = g_object_ref (clients);
  self->toolbox = g_object_ref (toolbox);
  self->services = *services;
  self->config = lv_config_ref (config);
  self->default_session = make_session (self, LV_DEFAULT_SESSION_PATH, NULL,
                                        lv_config_get_profile (config, NULL), TRUE, NULL);
  g_signal_connect_object (clients, "vanished", G_CALLBACK (on_client_vanished), self, 0);
  g_signal_connect_object (outbox, "stuck", G_CALLBACK (on_outbox_stuck), self, 0);
  return self;
}

void
lv_bus_sessions_take_up (LvBusSessions *self, LvBusSession *session, LvBusClient *owner)
{
  lv_bus_session_take_up (session, owner);
  hold_session (self, session);
  g_signal_emit (self, signals[CHANGED], 0);
}

void
lv_bus_sessions_set_hold (LvBusSessions *self, LvPause hold)
{
  g_autoptr (GPtrArray) sessions = lv_bus_sessions_list (self);

  self->hold = hold;
  for (guint i = 0; i < sessions->len; i++)
    hold_session (self, g_ptr_array_index (sessions, i));
  g_signal_emit (self, signals[CHANGED], 0);
}

gboolean
lv_bus_sessions_is_held (LvBusSessions *self)
{
  return get_hold (self) != LV_PAUSE_NONE;
}

void
lv_bus_sessions_set_config (LvBusSessions *self, LvConfig *config)
{
  g_autoptr (GPtrArray) sessions = lv_bus_sessions_list (self);

  lv_config_unref (self->config);
  self->config = lv_config_ref (config);
  for (guint i = 0; i < sessions->len; i++)
    lv_bus_session_set_config (g_ptr_array_index (sessions, i), config);
  lv_bus_sessions_set_hold (self, self->hold);
}

gboolean
lv_bus_sessions_check_profile (LvBusSessions *self, const LvProfile *profile, GError **error)
{
  g_autoptr (GPtrArray) no_tools = g_ptr_array_new ();

  return lv_session_check_profile (&self->services, profile, no_tools, error);
}

void
lv_bus_sessions_add (LvBusSessions *self, const char *path, LvBusClient *owner,
                     const LvProfile *profile, gboolean with_shared, const char *const *listeners)
{
  const char *name = lv_bus_client_get_name (owner);

  g_hash_table_insert (self->sessions, g_strdup (path),
                       make_session (self, path, owner, profile, with_shared, listeners));
  if (g_hash_table_add (self->owners, g_strdup (name)))
    g_signal_emit (self, signals[OWNER_ADDED], 0, name);
  g_signal_emit (self, signals[CHANGED], 0);
}

LvBusSession *
lv_bus_sessions_find (LvBusSessions *self, const char *path)
{
  if (g_str_equal (path, LV_DEFAULT_SESSION_PATH))
    return self->default_session;
  return g_hash_table_lookup (self->sessions, path);
}

/* All of them are in @closing before the first can be gone, so that "drained" comes once and
 * last. */
static void
close_sessions (LvBusSessions *self, GPtrArray *sessions, guint first, LvCloseReason reason)
{
  for (guint i = first; i < sessions->len; i++)
    begin_closing (self, g_ptr_array_index (sessions, i));
  for (guint i = first; i < sessions->len; i++)
    lv_bus_session_close (g_ptr_array_index (sessions, i), reason);
}

void
lv_bus_sessions_stop_all (LvBusSessions *self, LvCloseReason reason)
{
  g_autoptr (GPtrArray) sessions = lv_bus_sessions_list (self);

  lv_session_stop (lv_bus_session_get_session (self->default_session), reason);
  close_sessions (self, sessions, 1, reason);
}

void
lv_bus_sessions_shutdown (LvBusSessions *self, LvCloseReason reason)
{
  g_autoptr (GPtrArray) sessions = lv_bus_sessions_list (self);

  self->shutting_down = TRUE;
  close_sessions (self, sessions, 0, reason);
}
