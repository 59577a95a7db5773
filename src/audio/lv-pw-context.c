/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-pw-context"

#include "audio/lv-pw-context.h"

#include "audio/lv-microphone.h"
#include "audio/lv-pw-canceller.h"
#include "audio/lv-pw-connection.h"
#include "audio/lv-pw-echo.h"
#include "audio/lv-pw-playback.h"
#include "audio/lv-pw-server-watch.h"

/* A stream, and what it wants to be on. */
typedef struct {
  gconstpointer user;
  LvPwNodeKind kind;
  const char *wanted; /* the user's */
} Use;

struct _LvPwContext {
  GObject parent_instance;

  GWeakRef floor; /* owned by the microphones */
  LvEchoCancel echo_cancel;
  GArray *uses; /* Use, the last to come last */

  guint n_holds;
  guint retry_id;
  guint n_retries; /* left */

  /* owned, while held */
  LvPwConnection *connection;
  LvPwEcho *echo;
  GError *error;          /* why there is no connection */
  LvPwServerWatch *watch; /* while there is none */
};

enum { SIGNAL_CONNECTED, SIGNAL_LOST, SIGNAL_DEVICES, SIGNAL_ECHO, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvPwContext, lv_pw_context, G_TYPE_OBJECT)

LvPwContext *
lv_pw_context_new (void)
{
  return g_object_new (LV_TYPE_PW_CONTEXT, NULL);
}

static LvFloor *
ref_floor (LvPwContext *self)
{
  LvFloor *floor = g_weak_ref_get (&self->floor);

  if (floor == NULL)
    {
      floor = lv_floor_new (self);
      g_weak_ref_set (&self->floor, floor);
    }
  return floor;
}

LvCapture *
lv_pw_context_create_capture (LvPwContext *self, const char *target, const char *description)
{
  g_autoptr (LvFloor) floor = NULL;

  g_return_val_if_fail (LV_IS_PW_CONTEXT (self), NULL);

  floor = ref_floor (self);
  return lv_microphone_new (floor, target, description);
}

LvPlayback *
lv_pw_context_create_playback (LvPwContext *self, const char *target, const char *description)
{
  g_return_val_if_fail (LV_IS_PW_CONTEXT (self), NULL);

  return lv_pw_playback_new (self, target, description);
}

/* ---- echo ---- */

static const LvPwNode *
find_node (LvPwContext *self, LvPwNodeKind kind)
{
  for (guint i = self->uses->len; i > 0; i--)
    {
      const Use *use = &g_array_index (self->uses, Use, i - 1);

      if (use->kind == kind)
        return lv_pw_nodes_choose (lv_pw_context_get_nodes (self), kind, use->wanted);
    }
  return NULL;
}

static void
update_echo (LvPwContext *self)
{
  LvPwNodes *nodes = lv_pw_context_get_nodes (self);

  if (nodes != NULL)
    lv_pw_echo_update (self->echo, self->echo_cancel, find_node (self, LV_PW_NODE_MICROPHONE),
                       find_node (self, LV_PW_NODE_SPEAKER), lv_pw_nodes_get_cycle (nodes));
}

static void
on_echo_changed (gpointer data)
{
  g_signal_emit (data, signals[SIGNAL_ECHO], 0);
}

void
lv_pw_context_set_echo_cancel (LvPwContext *self, LvEchoCancel wanted)
{
  g_return_if_fail (LV_IS_PW_CONTEXT (self));

  if (self->echo_cancel == wanted)
    return;
  self->echo_cancel = wanted;
  update_echo (self);
  on_echo_changed (self);
}

void
lv_pw_context_renew_echo (LvPwContext *self)
{
  g_return_if_fail (LV_IS_PW_CONTEXT (self));

  if (self->echo != NULL)
    lv_pw_echo_renew (self->echo);
}

const LvEchoState *
lv_pw_context_get_echo (LvPwContext *self)
{
  static const LvEchoState none = { .mode = LV_ECHO_NONE, .reason = "PipeWire is not there" };

  g_return_val_if_fail (LV_IS_PW_CONTEXT (self), NULL);

  return self->echo != NULL ? lv_pw_echo_get_state (self->echo) : &none;
}

LvPwEcho *
lv_pw_context_get_echo_path (LvPwContext *self)
{
  return self->echo;
}

void
lv_pw_context_use (LvPwContext *self, gconstpointer user, LvPwNodeKind kind, const char *wanted)
{
  const Use use = { user, kind, wanted };

  g_array_append_val (self->uses, use);
  update_echo (self);
}

void
lv_pw_context_end_use (LvPwContext *self, gconstpointer user)
{
  for (guint i = 0; i < self->uses->len; i++)
    if (g_array_index (self->uses, Use, i).user == user)
      {
        g_array_remove_index (self->uses, i);
        break;
      }
  update_echo (self);
}

/* ---- the connection ---- */

static void
on_connection_devices (LvPwConnection *connection, LvPwContext *self)
{
  update_echo (self);
  g_signal_emit (self, signals[SIGNAL_DEVICES], 0);
}

static void on_connection_lost (LvPwConnection *connection, const GError *error, LvPwContext *self);

static gboolean
connect_server (LvPwContext *self)
{
  g_clear_error (&self->error);
  self->connection = lv_pw_connection_new (&self->error);
  if (self->connection == NULL)
    return FALSE;
  g_clear_pointer (&self->watch, lv_pw_server_watch_free);
  g_signal_connect (self->connection, "devices", G_CALLBACK (on_connection_devices), self);
  g_signal_connect (self->connection, "lost", G_CALLBACK (on_connection_lost), self);
  self->echo = lv_pw_echo_new (lv_pw_connection_get_context (self->connection),
                               lv_pw_connection_get_core (self->connection), on_echo_changed, self);
  g_signal_emit (self, signals[SIGNAL_CONNECTED], 0);
  return TRUE;
}

static gboolean
on_retry (gpointer data)
{
  g_autoptr (LvPwContext) self = g_object_ref (LV_PW_CONTEXT (data));

  if (!connect_server (self) && self->n_retries-- > 0)
    return G_SOURCE_CONTINUE;
  self->retry_id = 0;
  return G_SOURCE_REMOVE;
}

static void
retry (LvPwContext *self, guint n_more)
{
  self->n_retries = n_more;
  if (self->retry_id == 0)
    self->retry_id = g_timeout_add (LV_PW_CONTEXT_RETRY_MS, on_retry, self);
}

static void
on_server_appeared (gpointer data)
{
  retry (data, LV_PW_CONTEXT_RETRIES);
}

/* Looked for once more, because it may have come before it was watched for; and a server that
 * systemd starts for its socket is there at once. */
static void
await_server (LvPwContext *self)
{
  self->watch = lv_pw_server_watch_new (on_server_appeared, self);
  retry (self, 0);
}

static void
drop_connection (LvPwContext *self)
{
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_pointer (&self->echo, lv_pw_echo_free);
  g_clear_object (&self->connection);
  lv_pw_canceller_give_back ();
}

static void
on_connection_lost (LvPwConnection *connection, const GError *error, LvPwContext *self)
{
  G_GNUC_UNUSED g_autoptr (LvPwContext) alive = g_object_ref (self);

  g_debug ("%s", error->message);
  self->error = g_error_copy (error);
  g_signal_emit (self, signals[SIGNAL_LOST], 0);
  drop_connection (self);
  if (self->n_holds > 0)
    await_server (self);
}

void
lv_pw_context_hold (LvPwContext *self)
{
  g_return_if_fail (LV_IS_PW_CONTEXT (self));

  if (self->n_holds++ > 0)
    return;
  if (!connect_server (self))
    await_server (self);
}

void
lv_pw_context_release (LvPwContext *self)
{
  g_return_if_fail (LV_IS_PW_CONTEXT (self) && self->n_holds > 0);

  if (--self->n_holds > 0)
    return;
  drop_connection (self);
  g_clear_pointer (&self->watch, lv_pw_server_watch_free);
  g_clear_handle_id (&self->retry_id, g_source_remove);
  g_clear_error (&self->error);
}

LvPwConnection *
lv_pw_context_get_connection (LvPwContext *self, GError **error)
{
  if (self->connection == NULL && self->error != NULL)
    g_propagate_error (error, g_error_copy (self->error));
  return self->connection;
}

gboolean
lv_pw_context_is_connected (LvPwContext *self, GError **error)
{
  return lv_pw_context_get_connection (self, error) != NULL;
}

LvPwNodes *
lv_pw_context_get_nodes (LvPwContext *self)
{
  if (self->connection == NULL || !lv_pw_connection_is_ready (self->connection))
    return NULL;
  return lv_pw_connection_get_nodes (self->connection);
}

static guint
add_signal (const char *name)
{
  return g_signal_new (name, LV_TYPE_PW_CONTEXT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                       G_TYPE_NONE, 0);
}

static void
lv_pw_context_finalize (GObject *object)
{
  g_weak_ref_clear (&LV_PW_CONTEXT (object)->floor);
  g_array_unref (LV_PW_CONTEXT (object)->uses);
  G_OBJECT_CLASS (lv_pw_context_parent_class)->finalize (object);
}

static void
lv_pw_context_class_init (LvPwContextClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_pw_context_finalize;
  signals[SIGNAL_CONNECTED] = add_signal ("connected");
  signals[SIGNAL_LOST] = add_signal ("lost");
  signals[SIGNAL_DEVICES] = add_signal ("devices");
  signals[SIGNAL_ECHO] = add_signal ("echo");
}

static void
lv_pw_context_init (LvPwContext *self)
{
  g_weak_ref_init (&self->floor, NULL);
  self->uses = g_array_new (FALSE, FALSE, sizeof (Use));
}
