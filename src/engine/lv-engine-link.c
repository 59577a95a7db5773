/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-engine-link"

#include "engine/lv-engine-link.h"

#include "engine/lv-engine-distort.h"
#include "protocol/lv-json.h"

#include <string.h>

#define ABORTED                                                                                    \
  "Connection aborted because the client failed to close the connection after receiving a GoAway " \
  "signal once the session duration expired"

struct _LvEngineLink {
  GObject parent_instance;

  /* owned */
  SoupWebsocketConnection *connection;
  LvEngineSession *session;
  LvEngineDistort *distort;
  LvEngineWire *wire; /* NULL: nothing happens below the WebSocket */
  GPtrArray *pending; /* Pending */

  LvEngineFaults *faults; /* borrowed */
  SoupWebsocketDataType frame_type;
  guint n_frames;  /* sent */
  gint64 heard_us; /* last sign of life, monotonic */
  guint watchdog;
  gboolean stalled;
  gint64 deaf_until_us;
};

/* A fault that waits for its time. */
typedef struct {
  LvEngineLink *link;
  LvEngineFault *fault;
  guint timeout;
} Pending;

enum { CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvEngineLink, lv_engine_link, G_TYPE_OBJECT)

/* The session is over now, so that it can be resumed; the connection when the peer has answered our
 * close. */
static void
end_session (LvEngineLink *self)
{
  g_clear_handle_id (&self->watchdog, g_source_remove);
  g_ptr_array_set_size (self->pending, 0);
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
send_frame (LvEngineLink *self, GBytes *frame)
{
  if (!self->stalled &&
      soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_message (self->connection, self->frame_type, frame);
}

static void
emit (GBytes *frame, gpointer data)
{
  static const char *const empty[] = { "{}", "{\"serverContent\":{}}" };
  LvEngineLink *self = data;
  const char *text = empty[self->n_frames / LV_ENGINE_EMPTY_EVERY % G_N_ELEMENTS (empty)];
  g_autoptr (GBytes) nothing = g_bytes_new_static (text, strlen (text));

  send_frame (self, frame);
  if (++self->n_frames % LV_ENGINE_EMPTY_EVERY == 0)
    send_frame (self, nothing);
}

static void
on_session_close (LvEngineSession *session, guint code, const char *reason, LvEngineLink *self)
{
  g_debug ("closing with %u: %s", code, reason);
  lv_engine_link_close (self, code, reason);
}

/* ---- faults ---- */

static void
free_pending (gpointer data)
{
  Pending *pending = data;

  g_clear_handle_id (&pending->timeout, g_source_remove);
  g_clear_pointer (&pending->fault, lv_engine_fault_free);
  g_free (pending);
}

static void schedule (LvEngineLink *self, LvEngineFault *fault, guint delay_ms);

static void
close_as_scripted (LvEngineLink *self, const LvEngineFault *fault)
{
  lv_engine_link_close (self, fault->number, fault->text);
}

static void
drop (LvEngineLink *self, const LvEngineFault *fault)
{
  self->stalled = TRUE;
  g_io_stream_close_async (soup_websocket_connection_get_io_stream (self->connection),
                           G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

static void
stall (LvEngineLink *self, const LvEngineFault *fault)
{
  self->stalled = TRUE;
}

static void
freeze (LvEngineLink *self, const LvEngineFault *fault)
{
  if (self->wire != NULL)
    lv_engine_wire_cut (self->wire);
}

static void
go_deaf (LvEngineLink *self, const LvEngineFault *fault)
{
  self->deaf_until_us = g_get_monotonic_time () + fault->number * G_GINT64_CONSTANT (1000);
}

static void
delay_pongs (LvEngineLink *self, const LvEngineFault *fault)
{
  if (self->wire != NULL)
    lv_engine_wire_delay_pings (self->wire, fault->number);
}

/* The connection ends as the service ends it for a client that stays. */
static void
go_away (LvEngineLink *self, const LvEngineFault *fault)
{
  const LvEngineFault end = { .kind = LV_ENGINE_FAULT_CLOSE,
                              .number = 1008,
                              .text = g_strdup (ABORTED) };

  if (self->session == NULL)
    return;
  lv_engine_session_go_away (self->session, (gint64) fault->number * 1000);
  schedule (self, g_memdup2 (&end, sizeof end), fault->number);
}

static void (*const actions[]) (LvEngineLink *, const LvEngineFault *) = {
  [LV_ENGINE_FAULT_GOAWAY] = go_away, [LV_ENGINE_FAULT_CLOSE] = close_as_scripted,
  [LV_ENGINE_FAULT_DROP] = drop,      [LV_ENGINE_FAULT_STALL] = stall,
  [LV_ENGINE_FAULT_FREEZE] = freeze,  [LV_ENGINE_FAULT_PONG] = delay_pongs,
  [LV_ENGINE_FAULT_DEAF] = go_deaf,
};

static void
happen (LvEngineLink *self, const LvEngineFault *fault)
{
  lv_engine_fault_tell (fault);
  if (!lv_engine_distort_apply (self->distort, fault))
    actions[fault->kind](self, fault);
}

static gboolean
on_pending_timeout (gpointer user_data)
{
  Pending *pending = user_data;
  LvEngineLink *self = pending->link;
  g_autoptr (LvEngineLink) alive G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (LvEngineFault) fault = g_steal_pointer (&pending->fault);

  pending->timeout = 0;
  g_ptr_array_remove (self->pending, pending);
  happen (self, fault);
  return G_SOURCE_REMOVE;
}

static void
schedule (LvEngineLink *self, LvEngineFault *fault /* taken */, guint delay_ms)
{
  Pending *pending = g_new0 (Pending, 1);

  pending->link = self;
  pending->fault = fault;
  pending->timeout = g_timeout_add (delay_ms, on_pending_timeout, pending);
  g_ptr_array_add (self->pending, pending);
}

/* A setup that is not answered yet can be refused at once; later the session must have finished
 * what it does before it is ended. */
static gboolean
can_happen_now (const LvEngineFault *fault, LvEngineStage stage)
{
  return fault->delay_ms == 0 &&
         (fault->kind != LV_ENGINE_FAULT_CLOSE || stage == LV_ENGINE_STAGE_HELLO ||
          stage == LV_ENGINE_STAGE_RESUMING);
}

static void
reach (LvEngineLink *self, LvEngineStage stage)
{
  g_autoptr (GPtrArray) due = lv_engine_faults_take (self->faults, stage);

  while (due != NULL && due->len > 0)
    {
      g_autoptr (LvEngineFault) fault = g_ptr_array_steal_index (due, 0);

      if (can_happen_now (fault, stage))
        happen (self, fault);
      else
        schedule (self, g_steal_pointer (&fault), fault->delay_ms);
    }
}

static void
on_session_stage (LvEngineSession *session, LvEngineStage stage, LvEngineLink *self)
{
  reach (self, stage);
}

static void
on_session_message (LvEngineSession *session, const LvServerMessage *message, LvEngineLink *self)
{
  const struct {
    gboolean is_reached;
    LvEngineStage stage;
  } stages[] = {
    { message->interrupted, LV_ENGINE_STAGE_INTERRUPTED },
    { message->input_transcription != NULL, LV_ENGINE_STAGE_HEARD },
    { message->model_turn != NULL, LV_ENGINE_STAGE_AUDIO },
    { message->function_calls != NULL, LV_ENGINE_STAGE_CALL },
    { message->generation_complete, LV_ENGINE_STAGE_GENERATED },
    { message->turn_complete, LV_ENGINE_STAGE_TURN },
  };

  lv_engine_distort_message (self->distort, message);
  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    if (stages[i].is_reached)
      reach (self, stages[i].stage);
}

/* ---- the connection ---- */

static void
on_connection_message (SoupWebsocketConnection *connection, int type, GBytes *frame,
                       LvEngineLink *self)
{
  self->heard_us = g_get_monotonic_time ();
  if (self->session != NULL && !self->stalled && self->heard_us >= self->deaf_until_us)
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
  self->pending = g_ptr_array_new_with_free_func (free_pending);
  self->distort = lv_engine_distort_new (emit, self);
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
lv_engine_link_finalize (GObject *object)
{
  LvEngineLink *self = LV_ENGINE_LINK (object);

  g_ptr_array_unref (self->pending);
  lv_engine_distort_free (self->distort);
  g_clear_pointer (&self->wire, lv_engine_wire_free);

  G_OBJECT_CLASS (lv_engine_link_parent_class)->finalize (object);
}

static void
lv_engine_link_class_init (LvEngineLinkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lv_engine_link_dispose;
  G_OBJECT_CLASS (klass)->finalize = lv_engine_link_finalize;

  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

/* The default of 128 KiB is too small for pictures and histories; newer libsoup limits reassembled
 * messages too. */
void
lv_engine_link_raise_limits (SoupWebsocketConnection *connection)
{
  static const char *const limits[] = { "max-incoming-payload-size", "max-total-message-size" };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    if (g_object_class_find_property (G_OBJECT_GET_CLASS (connection), limits[i]) != NULL)
      g_object_set (connection, limits[i], (guint64) LV_JSON_MAX_FRAME_BYTES, NULL);
}

LvEngineLink *
lv_engine_link_new (SoupWebsocketConnection *connection, LvEngineSession *session,
                    gboolean text_frames, LvEngineWire *wire, LvEngineFaults *faults)
{
  LvEngineLink *self = g_object_new (LV_TYPE_ENGINE_LINK, NULL);

  self->connection = g_object_ref (connection);
  self->session = session;
  self->wire = wire;
  self->faults = faults;
  self->frame_type = text_frames ? SOUP_WEBSOCKET_DATA_TEXT : SOUP_WEBSOCKET_DATA_BINARY;
  self->heard_us = g_get_monotonic_time ();
  self->watchdog = g_timeout_add_seconds (LV_ENGINE_PING_S, on_watchdog, self);

  lv_engine_link_raise_limits (connection);
  soup_websocket_connection_set_keepalive_interval (connection, LV_ENGINE_PING_S);
  g_signal_connect_object (connection, "message", G_CALLBACK (on_connection_message), self, 0);
  g_signal_connect_object (connection, "pong", G_CALLBACK (on_connection_pong), self, 0);
  g_signal_connect_object (connection, "closing", G_CALLBACK (on_connection_closing), self, 0);
  g_signal_connect_object (connection, "closed", G_CALLBACK (on_connection_closed), self, 0);
  if (session != NULL)
    {
      g_signal_connect_object (session, "message", G_CALLBACK (on_session_message), self, 0);
      g_signal_connect_object (session, "stage", G_CALLBACK (on_session_stage), self, 0);
      g_signal_connect_object (session, "close", G_CALLBACK (on_session_close), self, 0);
      reach (self, LV_ENGINE_STAGE_CONNECT);
    }
  return self;
}
