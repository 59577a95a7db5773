/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-pw-connection"

#include "audio/lv-pw-connection.h"

#include "base/lv-error.h"
#include "base/lv-names.h"

#include <dlfcn.h>
#include <errno.h>

#define READY_ROUND_TRIPS 2

/* A GSource around PipeWire's loop. */
typedef struct {
  GSource source;
  LvPwConnection *connection; /* not owned: the connection owns the source */
  gboolean entered;
} LoopSource;

struct _LvPwConnection {
  GObject parent_instance;

  gboolean ready;
  GError *lost;
  guint notify_id;
  guint n_round_trips;
  int sync_seq;

  /* owned, in order of creation */
  struct pw_loop *loop;
  LoopSource *source;
  struct pw_context *context;
  struct pw_core *core;
  struct spa_hook core_listener;
  LvPwRegistry *registry;
};

enum { SIGNAL_DEVICES, SIGNAL_LOST, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvPwConnection, lv_pw_connection, G_TYPE_OBJECT)

/* A callback may drop the last reference on the connection, which must not take the loop away under
 * it. */
static gboolean
loop_source_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  LoopSource *self = (LoopSource *) source;
  g_autoptr (LvPwConnection) connection = g_object_ref (self->connection);

  if (!self->entered)
    pw_loop_enter (connection->loop);
  self->entered = TRUE;
  pw_loop_iterate (connection->loop, 0);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs loop_source_funcs = { .dispatch = loop_source_dispatch };

static LoopSource *
loop_source_new (LvPwConnection *connection)
{
  GSource *source = g_source_new (&loop_source_funcs, sizeof (LoopSource));

  ((LoopSource *) source)->connection = connection;
  g_source_set_static_name (source, "PipeWire");
  /* Otherwise GLib takes the descriptor out of the poll and back for each dispatch, and wakes
   * itself up twice for that */
  g_source_set_can_recurse (source, TRUE);
  g_source_add_unix_fd (source, pw_loop_get_fd (connection->loop), G_IO_IN | G_IO_ERR);
  g_source_attach (source, NULL);
  return (LoopSource *) source;
}

/* Out of PipeWire's dispatch, where handlers may destroy what they like. */
static gboolean
on_notify_idle (gpointer data)
{
  g_autoptr (LvPwConnection) self = g_object_ref (LV_PW_CONNECTION (data));

  self->notify_id = 0;
  if (self->lost != NULL)
    g_signal_emit (self, signals[SIGNAL_LOST], 0, self->lost);
  else if (self->ready)
    g_signal_emit (self, signals[SIGNAL_DEVICES], 0);
  return G_SOURCE_REMOVE;
}

static void
notify (LvPwConnection *self)
{
  if (self->notify_id == 0)
    self->notify_id = g_idle_add_full (G_PRIORITY_DEFAULT, on_notify_idle, self, NULL);
}

static void
request_sync (LvPwConnection *self)
{
  self->sync_seq = pw_core_sync (self->core, PW_ID_CORE, self->sync_seq);
}

/* The first time all are named, the second they have told what they are. */
static void
on_core_done (void *data, uint32_t id, int seq)
{
  LvPwConnection *self = data;

  if (id != PW_ID_CORE || seq != self->sync_seq || self->ready)
    return;
  self->n_round_trips++;
  self->ready = self->n_round_trips == READY_ROUND_TRIPS;
  if (self->ready)
    notify (self);
  else
    request_sync (self);
}

static void
on_core_error (void *data, uint32_t id, int seq, int res, const char *message)
{
  LvPwConnection *self = data;

  g_debug ("PipeWire reports for object %u: %s (%s)", id, message, g_strerror (-res));
  if (id != PW_ID_CORE || res != -EPIPE || self->lost != NULL)
    return;
  self->lost = g_error_new (LV_ERROR, LV_ERROR_NO_AUDIO_SERVER,
                            "The connection to PipeWire was lost; start PipeWire again");
  notify (self);
}

static const struct pw_core_events core_events = {
  PW_VERSION_CORE_EVENTS,
  .done = on_core_done,
  .error = on_core_error,
};

static void
on_registry_changed (gpointer data)
{
  notify (data);
}

/* PipeWire would log to standard error, and from its data thread; PIPEWIRE_DEBUG brings that
 * back. */
static void
init_pipewire (void)
{
  static gsize done;

  if (!g_once_init_enter (&done))
    return;
  pw_init (NULL, NULL);
  if (g_getenv ("PIPEWIRE_DEBUG") == NULL)
    pw_log_set_level (SPA_LOG_LEVEL_NONE);
  g_once_init_leave (&done, 1);
}

/* client-rt.conf: real-time scheduling of the data thread; from PipeWire 1.0 on all clients have
 * it. */
static struct pw_properties *
make_properties (void)
{
  return pw_properties_new (PW_KEY_CONFIG_NAME, "client-rt.conf", PW_KEY_APP_ID, LV_APPLICATION_ID,
                            PW_KEY_APP_NAME, LV_APPLICATION_NAME, PW_KEY_APP_ICON_NAME,
                            LV_APPLICATION_ICON, "mem.warn-mlock", "false", NULL);
}

/* PipeWire loads libdbus with a plugin and unloads it with the context. libdbus keeps what it has
 * allocated in static variables and would lose that each time: once there, it stays. */
static void
keep_libdbus (void)
{
  void *handle = dlopen ("libdbus-1.so.3", RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);

  g_clear_pointer (&handle, dlclose);
}

static gboolean
connect_core (LvPwConnection *self, GError **error)
{
  self->context = pw_context_new (self->loop, make_properties (), 0);
  keep_libdbus ();
  if (self->context != NULL)
    self->core = pw_context_connect (self->context, NULL, 0);
  if (self->core != NULL)
    return TRUE;
  g_set_error (
      error, LV_ERROR, LV_ERROR_NO_AUDIO_SERVER,
      "Cannot connect to PipeWire (%s); check that the services pipewire and wireplumber run",
      g_strerror (errno));
  return FALSE;
}

static void
watch_devices (LvPwConnection *self)
{
  pw_core_add_listener (self->core, &self->core_listener, &core_events, self);
  self->registry = lv_pw_registry_new (self->core, on_registry_changed, self);
  request_sync (self);
}

LvPwConnection *
lv_pw_connection_new (GError **error)
{
  g_autoptr (LvPwConnection) self = g_object_new (LV_TYPE_PW_CONNECTION, NULL);

  if (!connect_core (self, error))
    return NULL;
  watch_devices (self);
  return g_steal_pointer (&self);
}

gboolean
lv_pw_connection_is_ready (LvPwConnection *self)
{
  return self->ready;
}

gboolean
lv_pw_connection_is_lost (LvPwConnection *self)
{
  return self->lost != NULL;
}

struct pw_context *
lv_pw_connection_get_context (LvPwConnection *self)
{
  return self->context;
}

struct pw_core *
lv_pw_connection_get_core (LvPwConnection *self)
{
  return self->core;
}

struct pw_loop *
lv_pw_connection_get_loop (LvPwConnection *self)
{
  return self->loop;
}

LvPwNodes *
lv_pw_connection_get_nodes (LvPwConnection *self)
{
  return lv_pw_registry_get_nodes (self->registry);
}

LvPwMetadata *
lv_pw_connection_get_metadata (LvPwConnection *self)
{
  return lv_pw_registry_get_metadata (self->registry);
}

static void
disconnect_core (LvPwConnection *self)
{
  g_clear_pointer (&self->registry, lv_pw_registry_free);
  if (self->core != NULL)
    spa_hook_remove (&self->core_listener);
  g_clear_pointer (&self->core, pw_core_disconnect);
  g_clear_pointer (&self->context, pw_context_destroy);
}

static void
lv_pw_connection_finalize (GObject *object)
{
  LvPwConnection *self = LV_PW_CONNECTION (object);

  g_clear_handle_id (&self->notify_id, g_source_remove);
  disconnect_core (self);
  if (self->source->entered)
    pw_loop_leave (self->loop);
  g_source_destroy ((GSource *) self->source);
  g_source_unref ((GSource *) self->source);
  pw_loop_destroy (self->loop);
  g_clear_error (&self->lost);
  G_OBJECT_CLASS (lv_pw_connection_parent_class)->finalize (object);
}

static void
lv_pw_connection_class_init (LvPwConnectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_pw_connection_finalize;
  signals[SIGNAL_DEVICES] = g_signal_new ("devices", LV_TYPE_PW_CONNECTION, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_LOST] =
      g_signal_new ("lost", LV_TYPE_PW_CONNECTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
lv_pw_connection_init (LvPwConnection *self)
{
  init_pipewire ();
  self->loop = pw_loop_new (NULL);
  self->source = loop_source_new (self);
}
