/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-pw-stream"

#include "audio/lv-pw-stream.h"

#include "audio/lv-pw-choice.h"
#include "audio/lv-pw-connection.h"
#include "audio/lv-pw-echo.h"
#include "audio/lv-pw-follow.h"
#include "base/lv-error.h"
#include "base/lv-names.h"

#include <spa/param/audio/format-utils.h>

#define FORMAT_POD_SIZE 1024
#define NS_PER_SEC G_GINT64_CONSTANT (1000000000)
#define ROLE "Communication"
#define NO_ROLE "" /* a property once told cannot be taken back */

struct _LvPwStream {
  /* main thread */
  const LvPwStreamEvents *events;
  gpointer owner;
  LvPwNodeKind device;
  guint rate;
  gboolean active;
  gboolean has_run;
  gboolean managed;  /* a session manager has seen it as it is connected */
  gboolean orphaned; /* and has gone */
  guint device_check_id;
  guint n_device_checks;
  GError *error; /* to be reported outside of PipeWire's callback */

  /* owned */
  LvPwContext *context;
  struct pw_properties *properties;
  char *wanted;
  LvPwFollow *follow;
  char *chosen;  /* node name of the one wanted, once it has been seen */
  char *applied; /* target of now */

  /* owned, NULL while there is no server */
  LvPwConnection *connection;
  struct pw_stream *stream;
  struct spa_hook listener;
  struct spa_source *wake_event;
};

/* ---- no device ---- */

static GError *
make_no_device_error (LvPwStream *self)
{
  GError *error = NULL;

  if (!lv_pw_context_is_connected (self->context, &error))
    return error;
  if (self->device == LV_PW_NODE_MICROPHONE)
    return g_error_new (
        LV_ERROR, LV_ERROR_NO_MICROPHONE,
        "No microphone delivers sound; connect one or choose it in the sound settings");
  return g_error_new (LV_ERROR, LV_ERROR_NO_AUDIO_SERVER,
                      "No speaker takes sound; connect one, and check that wireplumber runs");
}

/* The owner may free the stream. */
static void
fail (LvPwStream *self, GError *error)
{
  g_autoptr (GError) owned = error;

  self->events->failed (self->owner, owned);
}

static gboolean
has_device (LvPwStream *self)
{
  LvPwNodes *nodes = lv_pw_context_get_nodes (self->context);

  return nodes != NULL && lv_pw_nodes_has (nodes, self->device);
}

/* A voice that has begun waits for its speaker; a person who speaks has to know at once. */
static gboolean
may_return (LvPwStream *self)
{
  return has_device (self) || (self->has_run && self->device == LV_PW_NODE_SPEAKER);
}

static gboolean
on_device_check (gpointer data)
{
  LvPwStream *self = data;

  self->n_device_checks++;
  if (may_return (self) && self->n_device_checks < LV_PW_STREAM_DEVICE_CHECKS)
    return G_SOURCE_CONTINUE;
  self->device_check_id = 0;
  fail (self, make_no_device_error (self));
  return G_SOURCE_REMOVE;
}

static enum pw_stream_state
get_state (LvPwStream *self)
{
  if (self->stream == NULL)
    return PW_STREAM_STATE_UNCONNECTED;
  return pw_stream_get_state (self->stream, NULL);
}

/* A stream that ought to run but does not has no device that works. */
static void
update_device_check (LvPwStream *self)
{
  gboolean running = get_state (self) == PW_STREAM_STATE_STREAMING;
  gboolean wanted = self->active && !running;

  self->has_run |= running;
  if (wanted == (self->device_check_id != 0))
    return;
  g_clear_handle_id (&self->device_check_id, g_source_remove);
  self->n_device_checks = 0;
  if (wanted)
    self->device_check_id = g_timeout_add (LV_PW_STREAM_DEVICE_MS, on_device_check, self);
}

/* ---- the right device ---- */

/* Where the session manager is to be told to connect us, NULL: to the default, which it follows
 * better than we could. Nothing new while it makes up its mind about a new default, and when the
 * one that was chosen has gone: it takes the next best, and goes back by itself. */
static const char *
get_target (LvPwStream *self, LvPwNodes *nodes)
{
  const char *name = lv_pw_follow_get_name (self->follow);
  LvPwEcho *echo = lv_pw_context_get_echo_path (self->context);
  const char *source =
      self->device == LV_PW_NODE_MICROPHONE ? lv_pw_echo_get_source (echo, name) : NULL;

  if (source != NULL)
    return source;
  if (self->chosen != NULL)
    return self->chosen;
  if (!lv_pw_nodes_is_settled (nodes, self->device))
    return self->applied;
  return g_strcmp0 (name, lv_pw_nodes_get_default (nodes, self->device)) != 0 ? name : NULL;
}

static void
set_text (char **place, const char *text)
{
  char *copy = g_strdup (text);

  g_free (*place);
  *place = copy;
}

/* By a note as well as by the property: WirePlumber 0.4 forgets a property for good once it had to
 * take the default device instead. */
static void
apply_target (LvPwStream *self, const char *target)
{
  LvPwMetadata *metadata = lv_pw_connection_get_metadata (self->connection);
  guint32 node_id = pw_stream_get_node_id (self->stream);

  if (metadata == NULL || node_id == SPA_ID_INVALID || g_strcmp0 (target, self->applied) == 0)
    return;
  g_debug ("Stream %s goes to %s", pw_stream_get_name (self->stream),
           target != NULL ? target : "the default device");
  lv_pw_metadata_move (metadata, node_id, target);
  set_text (&self->applied, target);
}

/* A new session manager knows nothing of the notes of the one before, and WirePlumber 0.4 does not
 * connect streams that another one has connected. */
static gboolean
is_orphaned (LvPwStream *self)
{
  gboolean has_manager = lv_pw_connection_get_metadata (self->connection) != NULL;

  self->orphaned |= self->managed && !has_manager;
  self->managed |= has_manager;
  return self->orphaned && has_manager;
}

static void
set_property (LvPwStream *self, const char *key, const char *value)
{
  struct spa_dict_item item = SPA_DICT_ITEM_INIT (key, value);

  pw_stream_update_properties (self->stream, &SPA_DICT_INIT (&item, 1));
}

static void
apply_role (LvPwStream *self, LvPwNodes *nodes)
{
  gboolean drags = self->device == LV_PW_NODE_MICROPHONE && lv_pw_nodes_has_headset (nodes) &&
                   !lv_pw_choice_is_bluetooth (lv_pw_nodes_list (nodes), self->wanted);

  set_property (self, PW_KEY_MEDIA_ROLE, drags ? NO_ROLE : ROLE);
}

/* What it will be on is about to be there, and a second beginning would be heard. */
static gboolean
has_to_wait (LvPwStream *self)
{
  return self->device == LV_PW_NODE_MICROPHONE &&
         lv_pw_echo_is_loading (lv_pw_context_get_echo_path (self->context),
                                lv_pw_follow_get_name (self->follow));
}

/* ---- PipeWire's stream ---- */

static void
connect_stream (LvPwStream *self, const char *target)
{
  guint8 memory[FORMAT_POD_SIZE];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof (memory));
  const struct spa_pod *format = spa_format_audio_raw_build (
      &builder, SPA_PARAM_EnumFormat,
      &SPA_AUDIO_INFO_RAW_INIT (.format = SPA_AUDIO_FORMAT_S16, .rate = self->rate, .channels = 1,
                                .position = { SPA_AUDIO_CHANNEL_MONO }));
  enum pw_direction direction =
      self->device == LV_PW_NODE_MICROPHONE ? PW_DIRECTION_INPUT : PW_DIRECTION_OUTPUT;
  enum pw_stream_flags flags =
      PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS | PW_STREAM_FLAG_RT_PROCESS;

  if (!self->active)
    flags |= PW_STREAM_FLAG_INACTIVE;
  set_property (self, PW_KEY_TARGET_OBJECT, target);
  set_text (&self->applied, NULL);
  self->managed = lv_pw_connection_get_metadata (self->connection) != NULL;
  self->orphaned = FALSE;
  pw_stream_connect (self->stream, direction, PW_ID_ANY, flags, &format, 1);
}

static void
on_state_changed (void *data, enum pw_stream_state old, enum pw_stream_state state,
                  const char *message)
{
  LvPwStream *self = data;

  g_debug ("Stream %s is %s", pw_stream_get_name (self->stream), pw_stream_state_as_string (state));
  update_device_check (self);
  if (state == PW_STREAM_STATE_STREAMING) /* WirePlumber throws away what comes before */
    apply_target (self, get_target (self, lv_pw_context_get_nodes (self->context)));
  if (state != PW_STREAM_STATE_ERROR || self->error != NULL)
    return;
  self->error =
      g_error_new (LV_ERROR, LV_ERROR_NO_AUDIO_SERVER, "PipeWire refused the stream: %s", message);
  pw_loop_signal_event (lv_pw_connection_get_loop (self->connection), self->wake_event);
}

static void
on_process_rt (void *data)
{
  LvPwStream *self = data;

  self->events->process_rt (self, self->owner);
}

static const struct pw_stream_events stream_events = {
  PW_VERSION_STREAM_EVENTS,
  .state_changed = on_state_changed,
  .process = on_process_rt,
};

static void
on_wake_event (void *data, uint64_t count)
{
  LvPwStream *self = data;

  if (self->error != NULL)
    fail (self, g_steal_pointer (&self->error));
  else
    self->events->woken (self->owner);
}

static void
build (LvPwStream *self)
{
  struct pw_loop *loop;

  self->connection = g_object_ref (lv_pw_context_get_connection (self->context, NULL));
  loop = lv_pw_connection_get_loop (self->connection);
  self->wake_event = pw_loop_add_event (loop, on_wake_event, self);
  self->stream = pw_stream_new (lv_pw_connection_get_core (self->connection),
                                pw_properties_get (self->properties, PW_KEY_NODE_NAME),
                                pw_properties_copy (self->properties));
  pw_stream_add_listener (self->stream, &self->listener, &stream_events, self);
}

static void
dismantle (LvPwStream *self)
{
  if (self->connection == NULL)
    return;
  spa_hook_remove (&self->listener);
  pw_stream_destroy (self->stream);
  self->stream = NULL; /* not sooner: the data thread uses it until it is destroyed */
  pw_loop_destroy_source (lv_pw_connection_get_loop (self->connection), self->wake_event);
  g_clear_object (&self->connection);
  g_clear_error (&self->error);
}

/* What was on its way to the speaker may not get there. */
static void
renew (LvPwStream *self)
{
  dismantle (self);
  build (self);
  if (self->events->lost != NULL)
    self->events->lost (self->owner);
}

/* Connected only while there is a device: without a microphone some session managers would connect
 * us to what the speaker plays. */
static void
refresh (LvPwStream *self)
{
  LvPwNodes *nodes = lv_pw_context_get_nodes (self->context);
  gboolean connected = get_state (self) != PW_STREAM_STATE_UNCONNECTED;
  const LvPwNode *chosen;

  if (nodes == NULL || self->stream == NULL)
    return;
  lv_pw_follow_update (self->follow, nodes);
  chosen = lv_pw_choice_find (lv_pw_nodes_list (nodes), self->device, self->wanted);
  if (chosen != NULL)
    set_text (&self->chosen, chosen->name);
  if (!lv_pw_nodes_has (nodes, self->device))
    {
      if (connected)
        pw_stream_disconnect (self->stream);
      return;
    }
  if (connected && is_orphaned (self))
    {
      renew (self);
      connected = FALSE;
    }
  apply_role (self, nodes);
  if (connected)
    apply_target (self, get_target (self, nodes));
  else if (!has_to_wait (self))
    connect_stream (self, get_target (self, nodes));
}

/* ---- what it depends on ---- */

static void
on_context_connected (LvPwContext *context, LvPwStream *self)
{
  build (self);
}

static void
on_context_lost (LvPwContext *context, LvPwStream *self)
{
  dismantle (self);
  update_device_check (self);
  if (self->events->lost != NULL)
    self->events->lost (self->owner);
}

static void
on_context_devices (LvPwContext *context, LvPwStream *self)
{
  refresh (self);
}

static struct pw_properties *
make_properties (const LvPwStreamConfig *config)
{
  gboolean capture = config->device == LV_PW_NODE_MICROPHONE;

  return pw_properties_new (
      PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, capture ? "Capture" : "Playback",
      PW_KEY_MEDIA_ROLE, ROLE, PW_KEY_APP_ID, LV_APPLICATION_ID, PW_KEY_APP_NAME,
      LV_APPLICATION_NAME, PW_KEY_APP_ICON_NAME, LV_APPLICATION_ICON, PW_KEY_NODE_NAME,
      config->name, PW_KEY_NODE_DESCRIPTION, config->description, PW_KEY_MEDIA_NAME,
      config->description, PW_KEY_NODE_LATENCY, config->latency, NULL);
}

LvPwStream *
lv_pw_stream_new (LvPwContext *context, const LvPwStreamConfig *config,
                  const LvPwStreamEvents *events, gpointer owner, GError **error)
{
  g_autoptr (LvPwStream) self = g_new0 (LvPwStream, 1);

  self->context = g_object_ref (context);
  lv_pw_context_hold (context);
  self->events = events;
  self->owner = owner;
  self->device = config->device;
  self->rate = config->rate;
  self->wanted = g_strdup (config->target);
  self->follow = lv_pw_follow_new (config->device, config->target);
  self->active = !config->inactive;
  self->properties = make_properties (config);
  if (!lv_pw_context_is_connected (context, error))
    return NULL;
  build (self);
  g_signal_connect (context, "connected", G_CALLBACK (on_context_connected), self);
  g_signal_connect (context, "lost", G_CALLBACK (on_context_lost), self);
  g_signal_connect (context, "devices", G_CALLBACK (on_context_devices), self);
  g_signal_connect (context, "echo", G_CALLBACK (on_context_devices), self);
  lv_pw_context_use (context, self, self->device, self->wanted);
  update_device_check (self);
  refresh (self);
  return g_steal_pointer (&self);
}

void
lv_pw_stream_free (LvPwStream *self)
{
  g_signal_handlers_disconnect_by_data (self->context, self);
  g_clear_handle_id (&self->device_check_id, g_source_remove);
  dismantle (self);
  lv_pw_context_end_use (self->context, self);
  lv_pw_context_release (self->context);
  g_object_unref (self->context);
  pw_properties_free (self->properties);
  lv_pw_follow_free (self->follow);
  g_free (self->wanted);
  g_free (self->chosen);
  g_free (self->applied);
  g_free (self);
}

void
lv_pw_stream_set_active (LvPwStream *self, gboolean active)
{
  if (self->active == active)
    return;
  self->active = active;
  if (self->stream != NULL)
    pw_stream_set_active (self->stream, active);
  update_device_check (self);
}

struct pw_buffer *
lv_pw_stream_dequeue_rt (LvPwStream *self)
{
  return pw_stream_dequeue_buffer (self->stream);
}

void
lv_pw_stream_queue_rt (LvPwStream *self, struct pw_buffer *buffer)
{
  pw_stream_queue_buffer (self->stream, buffer);
}

gint64
lv_pw_stream_get_presentation_ns_rt (LvPwStream *self, gint64 *ret_delay_ns)
{
  struct pw_time time = { 0 };
  gint64 delay_ns = 0;

  pw_stream_get_time_n (self->stream, &time, sizeof (time));
  if (time.rate.denom > 0)
    delay_ns = time.delay * NS_PER_SEC * time.rate.num / time.rate.denom;
  *ret_delay_ns = delay_ns + (gint64) time.buffered * NS_PER_SEC / self->rate;
  return time.now + *ret_delay_ns;
}

void
lv_pw_stream_wake_rt (LvPwStream *self)
{
  pw_loop_signal_event (lv_pw_connection_get_loop (self->connection), self->wake_event);
}
