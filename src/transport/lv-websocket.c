/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-websocket"
#include "transport/lv-websocket-private.h"

#include "config.h"

#include <gio/gunixsocketaddress.h>
#include <libsoup/soup.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

typedef enum {
  PHASE_NEW,
  PHASE_CONNECTING, /* the launcher's or libsoup's turn */
  PHASE_OPEN,
  PHASE_CLOSING, /* our close frame is on its way */
  PHASE_ENDED,   /* "closed" is due or over */
} Phase;

struct _LvWebsocket {
  GObject parent_instance;

  Phase phase;
  LvWebsocketTimes times;
  gint64 heard_us; /* monotonic time of the last frame or pong */
  guint timeout;   /* for connecting, then for silence, then for the close echo */
  guint end_idle;
  LvRetry retry; /* what "closed" will say */
  GError *error; /* likewise; owned, NULL when we closed */

  /* owned */
  char *uri;
  char *unix_path;            /* nullable */
  LvSecret *key;              /* nullable, gone once sent */
  LvEngineLauncher *launcher; /* only for the engine; nullable */
  gboolean is_engine;
  gboolean needs_key;
  GCancellable *cancellable;
  SoupSession *session;
  SoupMessage *message;
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

/* libsoup goes on using a connection after its signal handlers: it must not be freed in one of them. */
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
  g_clear_pointer (&self->key, lv_secret_free);
  if (self->connection != NULL)
    g_signal_handlers_disconnect_by_data (self->connection, self);
  if (self->message != NULL)
    g_signal_handlers_disconnect_by_data (self->message, self);
  if (self->launcher != NULL)
    g_signal_handlers_disconnect_by_data (self->launcher, self);
  g_clear_pointer (&self->connection, unref_later);
  g_clear_pointer (&self->message, unref_later);
  g_clear_pointer (&self->session, unref_later);
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
  self->error = error;
  g_debug ("ended: %s", error != NULL ? error->message : "closed by us");
  drop_connection (self);
  self->end_idle = g_idle_add_full (G_PRIORITY_DEFAULT, on_end_idle, self, NULL);
}

static void
end_with_code (LvWebsocket *self, guint code, const char *reason)
{
  GError *error = NULL;
  LvRetry retry = lv_close_classify (code, reason, &error);

  end (self, retry, error);
}

/* No upgrade, so no close frame either: an HTTP status, or what the network said. */
static void
end_refused (LvWebsocket *self, const GError *cause)
{
  guint status = soup_message_get_status (self->message);
  GError *error = NULL;
  LvRetry retry;

  if (status != SOUP_STATUS_NONE)
    retry =
        lv_close_classify_status (status, soup_message_get_reason_phrase (self->message), &error);
  else
    retry = lv_close_classify_connect (cause, self->is_engine, &error);
  end (self, retry, error);
}

static gboolean
on_silence_timeout (gpointer data)
{
  LvWebsocket *self = data;
  gint64 silent_ms = (g_get_monotonic_time () - self->heard_us) / 1000;

  self->timeout = 0;
  if (silent_ms >= self->times.silence_ms)
    end_with_code (self, 1006, "the server has gone silent");
  else
    set_timeout (self, self->times.silence_ms - silent_ms, on_silence_timeout);
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
  if (self->phase == PHASE_CLOSING)
    end (self, LV_RETRY_NEVER, NULL);
  else
    end_with_code (self, soup_websocket_connection_get_close_code (connection),
                   soup_websocket_connection_get_close_data (connection));
}

/* The peer's close frame: not worth waiting until it closes the socket as well. */
static void
on_connection_closing (SoupWebsocketConnection *connection, LvWebsocket *self)
{
  if (self->phase == PHASE_OPEN)
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
    { "closed", G_CALLBACK (on_connection_ended) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_connect (self->connection, handlers[i].signal, handlers[i].handler, self);
}

/* Callbacks of the two steps of connecting must not keep us alive, nor find us when we are gone or have given up. */
static gpointer
make_weak (LvWebsocket *self)
{
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, self);
  return weak;
}

static LvWebsocket *
take_connecting (gpointer data)
{
  GWeakRef *weak = data;
  g_autoptr (LvWebsocket) self = g_weak_ref_get (weak);

  g_weak_ref_clear (weak);
  g_free (weak);
  return self != NULL && self->phase == PHASE_CONNECTING ? g_steal_pointer (&self) : NULL;
}

static void
take_connection (LvWebsocket *self, SoupWebsocketConnection *connection)
{
  self->connection = connection;
  self->phase = PHASE_OPEN;
  self->heard_us = g_get_monotonic_time ();
  g_clear_pointer (&self->key, lv_secret_free);
  soup_websocket_connection_set_max_incoming_payload_size (connection, LV_WEBSOCKET_MAX_MESSAGE);
  soup_websocket_connection_set_keepalive_interval (connection, self->times.ping_interval_s);
  watch_connection (self);
  set_timeout (self, self->times.silence_ms, on_silence_timeout);
}

static void
on_upgraded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LvWebsocket) self = take_connecting (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection) connection =
      soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  if (self == NULL)
    return;
  if (connection == NULL)
    {
      end_refused (self, error);
      return;
    }
  take_connection (self, g_steal_pointer (&connection));
  g_signal_emit (self, signals[SIGNAL_OPENED], 0);
}

/* Without the first limit the kernel would take a minute of audio before it says that the peer does not keep up;
 * without the second it would try for a quarter of an hour to reach one that is gone. */
static void
on_network_event (SoupMessage *message, GSocketClientEvent event, GIOStream *stream,
                  LvWebsocket *self)
{
  GSocket *socket;

  if (event != G_SOCKET_CLIENT_CONNECTED || !G_IS_TCP_CONNECTION (stream))
    return;
  socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream));
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NOTSENT_LOWAT, LV_WEBSOCKET_UNSENT_MAX, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_USER_TIMEOUT, LV_WEBSOCKET_UNACKED_TIMEOUT_MS,
                       NULL);
}

/* Plain ws:// leads to this machine only, so no proxy may come in between. */
static SoupSession *
make_session (LvWebsocket *self)
{
  g_autoptr (GSocketAddress) address = NULL;
  SoupSession *session;

  if (self->unix_path != NULL)
    address = g_unix_socket_address_new (self->unix_path);
  session = soup_session_new_with_options ("remote-connectable", address, "user-agent",
                                           "livevoice/" LV_VERSION, NULL);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  if (g_str_has_prefix (self->uri, "ws:"))
    soup_session_set_proxy_resolver (session, NULL);
  return session;
}

static void
upgrade (LvWebsocket *self)
{
  self->session = make_session (self);
  self->message = soup_message_new (SOUP_METHOD_GET, self->uri);
  soup_message_add_flags (self->message, SOUP_MESSAGE_NO_REDIRECT);
  if (self->needs_key)
    soup_message_headers_replace (soup_message_get_request_headers (self->message),
                                  "x-goog-api-key", lv_secret_peek (self->key));
  g_signal_connect (self->message, "network-event", G_CALLBACK (on_network_event), self);
  soup_session_websocket_connect_async (self->session, self->message, NULL, NULL,
                                        G_PRIORITY_DEFAULT, self->cancellable, on_upgraded,
                                        make_weak (self));
}

static void
on_engine_started (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (LvWebsocket) self = take_connecting (data);
  g_autoptr (GError) error = NULL;
  gboolean started = lv_engine_launcher_start_finish (LV_ENGINE_LAUNCHER (source), result, &error);

  if (self == NULL)
    return;
  if (started)
    upgrade (self);
  else
    end (self, LV_RETRY_NEVER, g_steal_pointer (&error));
}

/* Its last words are worth more than the lost connection that follows. */
static void
on_engine_died (LvEngineLauncher *launcher, const GError *error, LvWebsocket *self)
{
  if (self->phase == PHASE_CLOSING)
    end (self, LV_RETRY_NEVER, NULL);
  else
    end (self, self->phase == PHASE_OPEN ? LV_RETRY_RESUME : LV_RETRY_NEVER, g_error_copy (error));
}

static gboolean
on_connect_timeout (gpointer data)
{
  LvWebsocket *self = data;

  self->timeout = 0;
  end (self, LV_RETRY_RESUME,
       g_error_new (LV_ERROR, LV_ERROR_TIMEOUT, "%s did not answer within %u s",
                    self->is_engine ? "The offline engine" : "The server",
                    self->times.connect_timeout_ms / 1000));
  return G_SOURCE_REMOVE;
}

void
lv_websocket_open (LvWebsocket *self)
{
  g_return_if_fail (self->phase == PHASE_NEW);

  self->phase = PHASE_CONNECTING;
  if (self->needs_key && self->key == NULL)
    {
      end (self, LV_RETRY_NEVER,
           g_error_new_literal (LV_ERROR, LV_ERROR_NO_CREDENTIAL,
                                "This endpoint needs an API key, and none is configured"));
      return;
    }

  set_timeout (self, self->times.connect_timeout_ms, on_connect_timeout);
  if (self->launcher == NULL)
    {
      upgrade (self);
      return;
    }
  g_signal_connect (self->launcher, "died", G_CALLBACK (on_engine_died), self);
  lv_engine_launcher_start_async (self->launcher, self->cancellable, on_engine_started,
                                  make_weak (self));
}

gboolean
lv_websocket_send (LvWebsocket *self, GBytes *frame)
{
  if (self->phase != PHASE_OPEN)
    return FALSE;
  soup_websocket_connection_send_message (self->connection, SOUP_WEBSOCKET_DATA_TEXT, frame);
  return TRUE;
}

gboolean
lv_websocket_can_send_now (LvWebsocket *self)
{
  GOutputStream *stream;

  if (self->phase != PHASE_OPEN)
    return FALSE;
  stream =
      g_io_stream_get_output_stream (soup_websocket_connection_get_io_stream (self->connection));
  return g_pollable_output_stream_is_writable (G_POLLABLE_OUTPUT_STREAM (stream));
}

void
lv_websocket_close (LvWebsocket *self)
{
  switch (self->phase)
    {
    case PHASE_NEW:
    case PHASE_CONNECTING:
      end (self, LV_RETRY_NEVER, NULL);
      break;
    case PHASE_OPEN:
      self->phase = PHASE_CLOSING;
      set_timeout (self, self->times.close_timeout_ms, on_close_timeout);
      soup_websocket_connection_close (self->connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
      break;
    case PHASE_CLOSING:
    case PHASE_ENDED:
    default:
      break;
    }
}

void
lv_websocket_set_times (LvWebsocket *self, const LvWebsocketTimes *times)
{
  self->times = *times;
}

LvWebsocket *
lv_websocket_new (const LvEndpoint *endpoint, LvSecret *key, LvEngineLauncher *launcher)
{
  LvWebsocket *self = g_object_new (LV_TYPE_WEBSOCKET, NULL);

  self->uri = g_strdup (endpoint->uri);
  self->unix_path = g_strdup (endpoint->unix_path);
  self->is_engine = endpoint->is_engine;
  self->needs_key = endpoint->needs_key;
  self->key = key;
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
}

static void
lv_websocket_dispose (GObject *object)
{
  LvWebsocket *self = LV_WEBSOCKET (object);

  self->phase = PHASE_ENDED;
  g_clear_handle_id (&self->end_idle, g_source_remove);
  drop_connection (self);
  g_clear_object (&self->launcher);
  G_OBJECT_CLASS (lv_websocket_parent_class)->dispose (object);
}

static void
lv_websocket_finalize (GObject *object)
{
  LvWebsocket *self = LV_WEBSOCKET (object);

  g_object_unref (self->cancellable);
  g_clear_error (&self->error);
  g_free (self->uri);
  g_free (self->unix_path);
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
