/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-engine-player"

#include "engine/lv-engine-player.h"

#include "engine/lv-engine-link.h"
#include "protocol/lv-json.h"

#include <string.h>

#define SETUP_COMPLETE "{\"setupComplete\":{}}"
#define NO_MESSAGE "This was no message."
#define REASON_CHARACTERS (LV_ENGINE_REASON_BYTES / 4) /* those of UTF-8 have four bytes at most */

struct _LvEnginePlayer {
  GObject parent_instance;

  /* owned */
  SoupWebsocketConnection *connection;
  GPtrArray *heard; /* what the client said and nobody awaited yet */

  const GArray *steps; /* borrowed */
  guint at;
  double speed;
  SoupWebsocketDataType frame_type;
  gint64 base_us; /* monotonic time of recorded time 0 */
  guint timer;
};

enum { CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvEnginePlayer, lv_engine_player, G_TYPE_OBJECT)

static void go_on (LvEnginePlayer *self);

static const LvEngineStep *
get_step (LvEnginePlayer *self)
{
  return self->at < self->steps->len ? &g_array_index (self->steps, LvEngineStep, self->at) : NULL;
}

static gint64
to_played (LvEnginePlayer *self, gint64 us)
{
  return (gint64) (us / self->speed);
}

static void
send_bytes (LvEnginePlayer *self, GBytes *frame)
{
  soup_websocket_connection_send_message (self->connection, self->frame_type, frame);
}

gboolean
lv_engine_player_is_open (LvEnginePlayer *self)
{
  return soup_websocket_connection_get_state (self->connection) == SOUP_WEBSOCKET_STATE_OPEN;
}

void
lv_engine_player_close (LvEnginePlayer *self, guint code, const char *reason)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (lv_engine_player_is_open (self))
    soup_websocket_connection_close (self->connection, code, reason);
}

static char *
make_reason (const char *message)
{
  if (message == NULL)
    return g_strdup ("");
  return g_utf8_substring (message, 0, MIN (g_utf8_strlen (message, -1), REASON_CHARACTERS));
}

/* One that the client closed then it will close now. A connection that was lost is lost. */
static void
play_close (LvEnginePlayer *self, const LvReportLine *line)
{
  g_autoptr (JsonNode) root = line->frame != NULL ? lv_json_parse_frame (line->frame, NULL) : NULL;
  JsonObject *details = root != NULL ? json_node_get_object (root) : NULL;
  const char *code = lv_json_find_string (details, "code");
  g_autofree char *reason = make_reason (lv_json_find_string (details, "message"));
  guint64 number = code != NULL ? g_ascii_strtoull (code, NULL, 10) : 0;

  if (g_strcmp0 (lv_json_find_string (details, "by"), "server") != 0)
    return;
  if (number >= 1000 && number < 5000 && number != 1005 && number != 1006)
    lv_engine_player_close (self, (guint) number, reason);
  else
    g_io_stream_close_async (soup_websocket_connection_get_io_stream (self->connection),
                             G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

static void
play_frame (LvEnginePlayer *self, const LvReportLine *line)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) frame = NULL;

  if (line->frame == NULL) /* too large to be kept */
    return;
  frame = lv_report_line_render (line, &error);
  if (frame != NULL)
    send_bytes (self, frame);
  else
    g_message ("A frame of the report cannot be played: %s", error->message);
}

static void
play_step (LvEnginePlayer *self, const LvEngineStep *step)
{
  g_autoptr (GBytes) text = NULL;

  if (step->line != NULL && step->line->kind == LV_REPORT_RECEIVED)
    play_frame (self, step->line);
  else if (step->line != NULL && step->line->kind == LV_REPORT_EVENT)
    play_close (self, step->line);
  else
    {
      const char *bytes = step->line != NULL ? NO_MESSAGE : SETUP_COMPLETE;

      text = g_bytes_new_static (bytes, strlen (bytes));
      send_bytes (self, text);
    }
}

static gboolean
on_timer (gpointer data)
{
  LvEnginePlayer *self = data;

  self->timer = 0;
  go_on (self);
  return G_SOURCE_REMOVE;
}

/* Whether the client has said what this step waits for; then time goes on from here. */
static gboolean
take_heard (LvEnginePlayer *self, const LvEngineStep *step)
{
  for (guint i = 0; i < self->heard->len; i++)
    if (g_str_equal (self->heard->pdata[i], step->awaited))
      {
        g_ptr_array_remove_index (self->heard, i);
        self->base_us = g_get_monotonic_time () - to_played (self, step->us);
        return TRUE;
      }
  return FALSE;
}

/* FALSE: not yet. */
static gboolean
try_step (LvEnginePlayer *self, const LvEngineStep *step)
{
  gint64 wait_us = self->base_us + to_played (self, step->us) - g_get_monotonic_time ();

  if (step->awaited != NULL)
    return take_heard (self, step);
  if (wait_us > 0)
    {
      self->timer = g_timeout_add ((guint) (wait_us / 1000) + 1, on_timer, self);
      return FALSE;
    }
  play_step (self, step);
  return TRUE;
}

static void
go_on (LvEnginePlayer *self)
{
  const LvEngineStep *step;

  while (self->timer == 0 && lv_engine_player_is_open (self) && (step = get_step (self)) != NULL &&
         try_step (self, step))
    self->at++;
}

static void
on_message (SoupWebsocketConnection *connection, int type, GBytes *frame, LvEnginePlayer *self)
{
  g_autofree char *what = lv_report_describe_frame (frame);

  if (!lv_engine_replay_is_awaited (what) || self->heard->len >= LV_ENGINE_PLAYER_HEARD_MAX)
    return;
  g_ptr_array_add (self->heard, g_steal_pointer (&what));
  go_on (self);
}

static void
on_closed (SoupWebsocketConnection *connection, LvEnginePlayer *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
lv_engine_player_init (LvEnginePlayer *self)
{
  self->heard = g_ptr_array_new_with_free_func (g_free);
}

static void
lv_engine_player_dispose (GObject *object)
{
  LvEnginePlayer *self = LV_ENGINE_PLAYER (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->connection);
  G_OBJECT_CLASS (lv_engine_player_parent_class)->dispose (object);
}

static void
lv_engine_player_finalize (GObject *object)
{
  g_ptr_array_unref (LV_ENGINE_PLAYER (object)->heard);
  G_OBJECT_CLASS (lv_engine_player_parent_class)->finalize (object);
}

static void
lv_engine_player_class_init (LvEnginePlayerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lv_engine_player_dispose;
  G_OBJECT_CLASS (klass)->finalize = lv_engine_player_finalize;
  signals[CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
}

LvEnginePlayer *
lv_engine_player_new (LvEngineReplay *replay, SoupWebsocketConnection *connection,
                      gboolean text_frames)
{
  LvEnginePlayer *self = g_object_new (LV_TYPE_ENGINE_PLAYER, NULL);

  self->connection = g_object_ref (connection);
  self->steps = lv_engine_replay_take_link (replay);
  self->speed = lv_engine_replay_get_speed (replay);
  self->frame_type = text_frames ? SOUP_WEBSOCKET_DATA_TEXT : SOUP_WEBSOCKET_DATA_BINARY;
  lv_engine_link_raise_limits (connection);
  g_signal_connect_object (connection, "message", G_CALLBACK (on_message), self, 0);
  g_signal_connect_object (connection, "closed", G_CALLBACK (on_closed), self, 0);
  return self;
}
