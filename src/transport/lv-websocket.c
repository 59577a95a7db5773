/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-websocket"
#include "transport/lv-websocket-private.h"

#include "transport/lv-dial.h"

#define LAST_WORDS_TIMEOUT_MS 500

typedef enum {
  PHASE_NEW,
  PHASE_CONNECTING, /* the launcher's or libsoup's turn */
  PHASE_OPEN,
  PHASE_CLOSING, /* our close frame is on its way */
  PHASE_LOST,    /* the engine hung up: it may have died, and its last words are about to come */
  PHASE_ENDED,   /* "closed" is due or over */
} Phase;

struct _LvWebsocket {
  GObject parent_instance;

  Phase phase;
  gboolean was_open;
  LvWebsocketTimes times;
  gint64 heard_us;   /* monotonic time of the last frame or pong */
  gint64 probed_us;  /* of the last probe; 0: none yet */
  guint patience_ms; /* with its silence */
  guint timeout;     /* for the phase: connecting, silence, the close echo, last words */
  guint end_idle;
  LvRetry retry; /* what "closed" will say */
  GError *error; /* likewise; owned, NULL when we closed */
  guint close_code;
  char *close_reason; /* owned, nullable */

  /* owned */
  LvEndpoint *endpoint;
  LvEngineLauncher *launcher; /* only for the engine; nullable */
  GCancellable *cancellable;
  SoupWebsocketConnection *connection;
};

G_DEFINE_FINAL_TYPE (LvWebsocket, lv_websocket, G_TYPE_OBJECT)

enum { SIGNAL_OPENED, SIGNAL_MESSAGE, SIGNAL_CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
set_timeout (LvWebsocket *self, guint ms, GSourceFunc callback)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  self->timeout = g_timeout_add (ms, callback, self);
}

static gboolean
on_unref_idle (gpointer data)
{
  return G_SOURCE_REMOVE;
}

/* libsoup goes on using a connection after its signal handlers: it must not be freed in one of
 * them. */
static void
unref_later (gpointer object)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, on_unref_idle, object, g_object_unref);
}

static void
drop_connection (LvWebsocket *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_pointer (&self->connection, unref_later);
}

static void
drop_launcher (LvWebsocket *self)
{
  if (self->launcher != NULL)
    g_signal_handlers_disconnect_by_data (self->launcher, self);
  g_clear_object (&self->launcher);
}

static gboolean
on_end_idle (gpointer data)
{
  LvWebsocket *self = data;

  self->end_idle = 0;
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0, self->retry, self->error);
  return G_SOURCE_REMOVE;
}

/* @error taken; NULL: we wanted it. */
static void
end (LvWebsocket *self, LvRetry retry, GError *error)
{
  self->phase = PHASE_ENDED;
  self->retry = retry;
  g_clear_error (&self->error);
  self->error = error;
  g_debug ("ended: %s", error != NULL ? error->message : "closed by us");
  if (self->endpoint->credential != NULL &&
      g_error_matches (error, LV_ERROR, LV_ERROR_AUTHENTICATION))
    lv_token_source_forget (self->endpoint->credential);
  drop_connection (self);
  drop_launcher (self);
  self->end_idle = g_idle_add_full (G_PRIORITY_DEFAULT, on_end_idle, self, NULL);
}

static gboolean
on_last_words_timeout (gpointer data)
{
  LvWebsocket *self = data;

  self->timeout = 0;
  end (self, self->retry, g_steal_pointer (&self->error));
  return G_SOURCE_REMOVE;
}

/* A child that dies closes its sockets first, and is known to be dead a moment later. */
static void
end_lost (LvWebsocket *self, LvRetry retry, GError *error)
{
  if (self->launcher == NULL || !lv_engine_launcher_has_child (self->launcher))
    {
      end (self, retry, error);
      return;
    }
  self->phase = PHASE_LOST;
  self->retry = retry;
  self->error = error;
  drop_connection (self);
  set_timeout (self, LAST_WORDS_TIMEOUT_MS, on_last_words_timeout);
}

static void
end_with_code (LvWebsocket *self, guint code, const char *reason)
{
  GError *error = NULL;
  LvRetry retry = lv_close_classify (code, reason, &error);

  self->close_code = code;
  g_free (self->close_reason);
  self->close_reason = g_strdup (reason);
  if (code == 0 || code == SOUP_WEBSOCKET_CLOSE_ABNORMAL)
    end_lost (self, retry, error);
  else
    end (self, retry, error);
}

static gboolean on_silence_timeout (gpointer data);

static void
watch_silence (LvWebsocket *self, guint ping_interval_s, guint patience_ms, gint64 silent_ms)
{
  soup_websocket_connection_set_keepalive_interval (self->connection, ping_interval_s);
  self->patience_ms = patience_ms;
  set_timeout (self, patience_ms - silent_ms, on_silence_timeout);
}

static gboolean
on_silence_timeout (gpointer data)
{
  LvWebsocket *self = data;
  gint64 silent_ms = (g_get_monotonic_time () - self->heard_us) / 1000;

  self->timeout = 0;
  if (silent_ms >= self->patience_ms)
    end_with_code (self, 1006, "the server has gone silent");
  else
    watch_silence (self, self->times.ping_interval_s, self->times.silence_ms, silent_ms);
  return G_SOURCE_REMOVE;
}

static gboolean
on_close_timeout (gpointer data)
{
  LvWebsocket *self = data;

  self->timeout = 0;
  end (self, LV_RETRY_NEVER, NULL);
  return G_SOURCE_REMOVE;
}

static void
on_connection_message (SoupWebsocketConnection *connection, int type, GBytes *frame,
                       LvWebsocket *self)
{
  self->heard_us = g_get_monotonic_time ();
  if (self->phase == PHASE_OPEN)
    g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, frame);
}

static void
on_connection_pong (SoupWebsocketConnection *connection, GBytes *payload, LvWebsocket *self)
{
  self->heard_us = g_get_monotonic_time ();
}

static void
on_connection_ended (SoupWebsocketConnection *connection, LvWebsocket *self)
{
  self->close_code = soup_websocket_connection_get_close_code (connection);
  if (self->phase == PHASE_CLOSING)
    end (self, LV_RETRY_NEVER, NULL);
  else
    end_with_code (self, self->close_code, soup_websocket_connection_get_close_data (connection));
}

/* The peer's close frame: not worth waiting until it closes the socket as well. */
static void
on_connection_closing (SoupWebsocketConnection *connection, LvWebsocket *self)
{
  if (self->phase == PHASE_OPEN)
    on_connection_ended (connection, self);
}

/* The peer's answer to our close frame: likewise. */
static void
on_connection_state (SoupWebsocketConnection *connection, GParamSpec *pspec, LvWebsocket *self)
{
  if (self->phase == PHASE_CLOSING && soup_websocket_connection_get_close_code (connection) != 0)
    on_connection_ended (connection, self);
}

/* A close frame that libsoup does not like comes as an error too: its code still says most. */
static void
on_connection_error (SoupWebsocketConnection *connection, const GError *error, LvWebsocket *self)
{
  gushort code = soup_websocket_connection_get_close_code (connection);

  if (self->phase == PHASE_CLOSING || code != 0)
    on_connection_ended (connection, self);
  else
    end_with_code (self, error->domain == SOUP_WEBSOCKET_ERROR ? error->code : 1006,
                   error->message);
}

static void
watch_connection (LvWebsocket *self)
{
  const struct {
    const char *signal;
    GCallback handler;
  } handlers[] = {
    { "message", G_CALLBACK (on_connection_message) },
    { "pong", G_CALLBACK (on_connection_pong) },
    { "error", G_CALLBACK (on_connection_error) },
    { "closing", G_CALLBACK (on_connection_closing) },
    { "notify::state", G_CALLBACK (on_connection_state) },
    { "closed", G_CALLBACK (on_connection_ended) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect (self->connection, handlers[i].signal, handlers[i].handler, self);
}

static void
take_connection (LvWebsocket *self, SoupWebsocketConnection *connection)
{
  self->connection = connection;
  self->phase = PHASE_OPEN;
  self->was_open = TRUE;
  self->heard_us = g_get_monotonic_time ();
  soup_websocket_connection_set_max_incoming_payload_size (connection, LV_WEBSOCKET_MAX_MESSAGE);
  watch_connection (self);
  watch_silence (self, self->times.ping_interval_s, self->times.silence_ms, 0);
}

/* Dialling does not keep us alive, and may end when we are gone or have given up. */
static gpointer
make_weak (LvWebsocket *self)
{
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  return weak;
}

static LvWebsocket *
take_weak (gpointer data)
{
  GWeakRef *weak = data;
  LvWebsocket *self = g_weak_ref_get (weak);

  g_weak_ref_clear (weak);
  g_free (weak);
  return self;
}

static void
on_dialled (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LvWebsocket) self = take_weak (data);
  g_autoptr (GError) error = NULL;
  LvRetry retry;
  g_autoptr (SoupWebsocketConnection) connection = lv_dial_finish (result, &retry, &error);

  if (self == NULL || self->phase != PHASE_CONNECTING)
    return;
  if (connection == NULL)
    {
      end_lost (self, retry, g_steal_pointer (&error));
      return;
    }
  take_connection (self, g_steal_pointer (&connection));
  g_signal_emit (self, signals[SIGNAL_OPENED], 0);
}

/* Its last words are worth more than the lost connection that follows. */
static void
on_engine_died (LvEngineLauncher *launcher, const GError *error, LvWebsocket *self)
{
  if (self->phase == PHASE_CLOSING)
    end (self, LV_RETRY_NEVER, NULL);
  else
    end (self, self->was_open ? LV_RETRY_RESUME : LV_RETRY_NEVER, g_error_copy (error));
}

static gboolean
on_connect_timeout (gpointer data)
{
  LvWebsocket *self = data;

  self->timeout = 0;
  end (self, LV_RETRY_RESUME,
       g_error_new (LV_ERROR, LV_ERROR_TIMEOUT, "%s did not answer within %u s",
                    self->endpoint->is_engine ? "The offline engine" : "The server",
                    self->times.connect_timeout_ms / 1000));
  return G_SOURCE_REMOVE;
}

/* libsoup counts in seconds, and may be late by one. */
void
lv_websocket_set_patience (LvWebsocket *self, guint patience_ms)
{
  self->times.ping_interval_s = CLAMP (patience_ms / 2000, 1, LV_WEBSOCKET_PING_INTERVAL_S);
}

void
lv_websocket_open (LvWebsocket *self)
{
  g_return_if_fail (self->phase == PHASE_NEW);

  self->phase = PHASE_CONNECTING;
  set_timeout (self, self->times.connect_timeout_ms, on_connect_timeout);
  if (self->launcher != NULL)
    g_signal_connect (self->launcher, "died", G_CALLBACK (on_engine_died), self);
  lv_dial_async (self->endpoint, self->launcher, self->cancellable, on_dialled, make_weak (self));
}

/* libsoup knows of an end some time before it tells us. */
static gboolean
is_open (LvWebsocket *self)
{
  return self->phase == PHASE_OPEN &&
         soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN;
}

gboolean
lv_websocket_send (LvWebsocket *self, GBytes *frame)
{
  if (!is_open (self))
    return FALSE;
  soup_websocket_connection_send_message (self->connection, SOUP_WEBSOCKET_DATA_TEXT, frame);
  return TRUE;
}

gboolean
lv_websocket_send_text (LvWebsocket *self, const char *text)
{
  if (!is_open (self))
    return FALSE;
  soup_websocket_connection_send_text (self->connection, text);
  return TRUE;
}

gboolean
lv_websocket_can_send_now (LvWebsocket *self)
{
  GOutputStream *stream;

  if (!is_open (self))
    return FALSE;
  stream =
      g_io_stream_get_output_stream (soup_websocket_connection_get_io_stream (self->connection));
  return g_pollable_output_stream_is_writable (G_POLLABLE_OUTPUT_STREAM (stream));
}

/* libsoup pings by the clock alone: a second is its shortest time. Who asks again before anything
 * was heard gets no new time. */
void
lv_websocket_probe (LvWebsocket *self)
{
  if (!is_open (self) || self->probed_us >= self->heard_us)
    return;
  self->probed_us = g_get_monotonic_time ();
  watch_silence (self, 1, self->times.probe_ms, 0);
}

gint64
lv_websocket_get_heard (LvWebsocket *self)
{
  return self->heard_us;
}

guint
lv_websocket_get_close (LvWebsocket *self, const char **ret_reason)
{
  *ret_reason = self->close_reason;
  return self->close_code;
}

void
lv_websocket_close (LvWebsocket *self)
{
  if (is_open (self))
    {
      self->phase = PHASE_CLOSING;
      set_timeout (self, self->times.close_timeout_ms, on_close_timeout);
      soup_websocket_connection_close (self->connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
    }
  else if (self->phase <= PHASE_OPEN || self->phase == PHASE_LOST)
    end (self, LV_RETRY_NEVER, NULL);
}

void
lv_websocket_set_times (LvWebsocket *self, const LvWebsocketTimes *times)
{
  self->times = *times;
}

LvWebsocket *
lv_websocket_new (const LvEndpoint *endpoint, LvEngineLauncher *launcher)
{
  LvWebsocket *self = g_object_new (LV_TYPE_WEBSOCKET, NULL);

  self->endpoint = lv_endpoint_copy (endpoint);
  if (endpoint->is_engine && launcher != NULL)
    self->launcher = g_object_ref (launcher);
  return self;
}

static void
lv_websocket_init (LvWebsocket *self)
{
  self->cancellable = g_cancellable_new ();
  self->times.connect_timeout_ms = LV_WEBSOCKET_CONNECT_TIMEOUT_S * 1000;
  self->times.close_timeout_ms = LV_WEBSOCKET_CLOSE_TIMEOUT_MS;
  self->times.ping_interval_s = LV_WEBSOCKET_PING_INTERVAL_S;
  self->times.silence_ms = LV_WEBSOCKET_SILENCE_TIMEOUT_MS;
  self->times.probe_ms = LV_WEBSOCKET_PROBE_MS;
}

static void
lv_websocket_dispose (GObject *object)
{
  LvWebsocket *self = LV_WEBSOCKET (object);

  self->phase = PHASE_ENDED;
  g_clear_handle_id (&self->end_idle, g_source_remove);
  drop_connection (self);
  drop_launcher (self);
  G_OBJECT_CLASS (lv_websocket_parent_class)->dispose (object);
}

static void
lv_websocket_finalize (GObject *object)
{
  LvWebsocket *self = LV_WEBSOCKET (object);

  g_object_unref (self->cancellable);
  g_clear_error (&self->error);
  g_free (self->close_reason);
  g_clear_pointer (&self->endpoint, lv_endpoint_free);
  G_OBJECT_CLASS (lv_websocket_parent_class)->finalize (object);
}

static void
lv_websocket_class_init (LvWebsocketClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lv_websocket_dispose;
  object_class->finalize = lv_websocket_finalize;
  signals[SIGNAL_OPENED] = g_signal_new ("opened", LV_TYPE_WEBSOCKET, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_MESSAGE] =
      g_signal_new ("message", LV_TYPE_WEBSOCKET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_BYTES | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_CLOSED] =
      g_signal_new ("closed", LV_TYPE_WEBSOCKET, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
}
