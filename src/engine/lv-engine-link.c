/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-engine-link"

#include "engine/lv-engine-link.h"

#include "protocol/lv-json.h"

#define ABORTED                                                                                    \
  "Connection aborted because the client failed to close the connection after receiving a GoAway " \
  "signal once the session duration expired"

struct _LvEngineLink {
  GObject parent_instance;

  /* owned */
  SoupWebsocketConnection *connection;
  LvEngineSession *session;

  LvEngineFault *fault; /* waiting for its delay */

  LvEngineFaults *faults; /* borrowed */
  SoupWebsocketDataType frame_type;
  gint64 heard_us; /* last sign of life, monotonic */
  guint watchdog;
  guint fault_timeout;
  gboolean stalled;
};

enum { CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvEngineLink, lv_engine_link, G_TYPE_OBJECT)

/* The session is over now, so that it can be resumed; the connection when the peer has answered our
 * close. */
static void
end_session (LvEngineLink *self)
{
  g_clear_handle_id (&self->watchdog, g_source_remove);
  g_clear_handle_id (&self->fault_timeout, g_source_remove);
  g_clear_pointer (&self->fault, lv_engine_fault_free);
  if (self->session != NULL)
    g_object_run_dispose (G_OBJECT (self->session));
  g_clear_object (&self->session);
}

gboolean
lv_engine_link_is_open (LvEngineLink *self)
{
  return self->session != NULL;
}

void
lv_engine_link_close (LvEngineLink *self, guint code, const char *reason)
{
  g_autofree char *fitting = g_strndup (reason, LV_ENGINE_REASON_BYTES);
  const char *end;

  if (!g_utf8_validate (fitting, -1, &end))
    fitting[end - fitting] = '\0';
  end_session (self);
  if (soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->connection, code, fitting);
}

static void
on_session_send (LvEngineSession *session, GBytes *frame, LvEngineLink *self)
{
  if (!self->stalled &&
      soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_message (self->connection, self->frame_type, frame);
}

static void
on_session_close (LvEngineSession *session, guint code, const char *reason, LvEngineLink *self)
{
  g_debug ("closing with %u: %s", code, reason);
  lv_engine_link_close (self, code, reason);
}

/* ---- faults ---- */

static void schedule_fault (LvEngineLink *self, LvEngineFault *fault);

static void
close_as_scripted (LvEngineLink *self, const LvEngineFault *fault)
{
  lv_engine_link_close (self, fault->number, fault->reason);
}

static void
drop (LvEngineLink *self, const LvEngineFault *fault)
{
  g_io_stream_close_async (soup_websocket_connection_get_io_stream (self->connection),
                           G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

static void
stall (LvEngineLink *self, const LvEngineFault *fault)
{
  self->stalled = TRUE;
}

/* As the service does with a client that stays. */
static void
go_away (LvEngineLink *self, const LvEngineFault *fault)
{
  const LvEngineFault end = { .kind = LV_ENGINE_FAULT_CLOSE,
                              .number = 1008,
                              .delay_ms = fault->number,
                              .reason = g_strdup (ABORTED) };

  lv_engine_session_go_away (self->session, (gint64) fault->number * 1000);
  schedule_fault (self, g_memdup2 (&end, sizeof end));
}

static void (*const actions[]) (LvEngineLink *, const LvEngineFault *) = {
  [LV_ENGINE_FAULT_GOAWAY] = go_away,
  [LV_ENGINE_FAULT_CLOSE] = close_as_scripted,
  [LV_ENGINE_FAULT_DROP] = drop,
  [LV_ENGINE_FAULT_STALL] = stall,
};

static gboolean
on_fault_timeout (gpointer user_data)
{
  LvEngineLink *self = user_data;
  g_autoptr (LvEngineFault) fault = g_steal_pointer (&self->fault);

  self->fault_timeout = 0;
  actions[fault->kind](self, fault);
  return G_SOURCE_REMOVE;
}

static void
schedule_fault (LvEngineLink *self, LvEngineFault *fault /* taken */)
{
  self->fault = fault;
  self->fault_timeout = g_timeout_add (fault->delay_ms, on_fault_timeout, self);
}

/* One at a time: while one waits, the stages that follow take none. */
static void
on_session_stage (LvEngineSession *session, LvEngineStage stage, LvEngineLink *self)
{
  LvEngineFault *fault = self->fault == NULL ? lv_engine_faults_take (self->faults, stage) : NULL;

  if (fault != NULL)
    schedule_fault (self, fault);
}

/* ---- the connection ---- */

static void
on_connection_message (SoupWebsocketConnection *connection, int type, GBytes *frame,
                       LvEngineLink *self)
{
  self->heard_us = g_get_monotonic_time ();
  if (self->session != NULL && !self->stalled)
    lv_engine_session_receive (self->session, frame);
}

static void
on_connection_pong (SoupWebsocketConnection *connection, GBytes *payload, LvEngineLink *self)
{
  self->heard_us = g_get_monotonic_time ();
}

/* The peer resumes as soon as it has our answer to its close: the conversation must be free
 * before. */
static void
on_connection_closing (SoupWebsocketConnection *connection, LvEngineLink *self)
{
  end_session (self);
}

static void
on_connection_closed (SoupWebsocketConnection *connection, LvEngineLink *self)
{
  end_session (self);
  g_signal_emit (self, signals[CLOSED], 0);
}

static gboolean
on_watchdog (gpointer user_data)
{
  LvEngineLink *self = user_data;

  if (g_get_monotonic_time () - self->heard_us < LV_ENGINE_SILENCE_S * G_USEC_PER_SEC)
    return G_SOURCE_CONTINUE;

  self->watchdog = 0;
  lv_engine_link_close (self, SOUP_WEBSOCKET_CLOSE_SERVER_ERROR, "The peer is silent.");
  return G_SOURCE_REMOVE;
}

static void
lv_engine_link_init (LvEngineLink *self)
{
}

static void
lv_engine_link_dispose (GObject *object)
{
  LvEngineLink *self = LV_ENGINE_LINK (object);

  end_session (self);
  g_clear_object (&self->connection);

  G_OBJECT_CLASS (lv_engine_link_parent_class)->dispose (object);
}

static void
lv_engine_link_class_init (LvEngineLinkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lv_engine_link_dispose;

  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

/* The default of 128 KiB is too small for pictures and histories; newer libsoup limits reassembled
 * messages too. */
static void
raise_limits (SoupWebsocketConnection *connection)
{
  static const char *const limits[] = { "max-incoming-payload-size", "max-total-message-size" };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    if (g_object_class_find_property (G_OBJECT_GET_CLASS (connection), limits[i]) != NULL)
      g_object_set (connection, limits[i], (guint64) LV_JSON_MAX_FRAME_BYTES, NULL);
}

LvEngineLink *
lv_engine_link_new (SoupWebsocketConnection *connection, LvEngineSession *session,
                    gboolean text_frames, LvEngineFaults *faults)
{
  LvEngineLink *self = g_object_new (LV_TYPE_ENGINE_LINK, NULL);

  self->connection = g_object_ref (connection);
  self->session = session;
  self->faults = faults;
  self->frame_type = text_frames ? SOUP_WEBSOCKET_DATA_TEXT : SOUP_WEBSOCKET_DATA_BINARY;
  self->heard_us = g_get_monotonic_time ();
  self->watchdog = g_timeout_add_seconds (LV_ENGINE_PING_S, on_watchdog, self);

  raise_limits (connection);
  soup_websocket_connection_set_keepalive_interval (connection, LV_ENGINE_PING_S);
  g_signal_connect_object (connection, "message", G_CALLBACK (on_connection_message), self, 0);
  g_signal_connect_object (connection, "pong", G_CALLBACK (on_connection_pong), self, 0);
  g_signal_connect_object (connection, "closing", G_CALLBACK (on_connection_closing), self, 0);
  g_signal_connect_object (connection, "closed", G_CALLBACK (on_connection_closed), self, 0);
  if (session != NULL)
    {
      g_signal_connect_object (session, "send", G_CALLBACK (on_session_send), self, 0);
      g_signal_connect_object (session, "stage", G_CALLBACK (on_session_stage), self, 0);
      g_signal_connect_object (session, "close", G_CALLBACK (on_session_close), self, 0);
      on_session_stage (session, LV_ENGINE_STAGE_CONNECT, self);
    }
  return self;
}
