/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-pw-stream"

#include "audio/lv-pw-stream.h"

#include "base/lv-error.h"
#include "base/lv-names.h"

#include <spa/param/audio/format-utils.h>

#define FORMAT_POD_SIZE 1024
#define NS_PER_SEC G_GINT64_CONSTANT (1000000000)

struct _LvPwStream {
  /* main thread */
  const LvPwStreamEvents *events;
  gpointer owner;
  LvPwNodeKind device;
  guint rate;
  char *target;
  gboolean active;
  guint device_check_id;
  guint n_device_checks;
  GError *error; /* to be reported outside of PipeWire's callback */

  /* owned */
  LvPwConnection *connection;
  struct pw_stream *stream;
  struct spa_hook listener;
  struct spa_source *wake_event;
};

static GError *
make_no_device_error (LvPwStream *self)
{
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
on_device_check (gpointer data)
{
  LvPwStream *self = data;
  LvPwNodes *nodes = lv_pw_connection_get_nodes (self->connection);

  self->n_device_checks++;
  if (lv_pw_nodes_has (nodes, self->device) && self->n_device_checks < LV_PW_STREAM_DEVICE_CHECKS)
    return G_SOURCE_CONTINUE;
  self->device_check_id = 0;
  fail (self, make_no_device_error (self));
  return G_SOURCE_REMOVE;
}

/* A stream that ought to run but does not has no device that works. */
static void
update_device_check (LvPwStream *self)
{
  gboolean wanted =
      self->active && pw_stream_get_state (self->stream, NULL) != PW_STREAM_STATE_STREAMING;

  if (wanted == (self->device_check_id != 0))
    return;
  g_clear_handle_id (&self->device_check_id, g_source_remove);
  self->n_device_checks = 0;
  if (wanted)
    self->device_check_id = g_timeout_add (LV_PW_STREAM_DEVICE_MS, on_device_check, self);
}

static void
on_state_changed (void *data, enum pw_stream_state old, enum pw_stream_state state,
                  const char *message)
{
  LvPwStream *self = data;

  g_debug ("Stream %s is %s", pw_stream_get_name (self->stream), pw_stream_state_as_string (state));
  update_device_check (self);
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
connect_stream (LvPwStream *self)
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
  pw_stream_connect (self->stream, direction, PW_ID_ANY, flags, &format, 1);
}

static void
set_target (LvPwStream *self)
{
  LvPwNodes *nodes = lv_pw_connection_get_nodes (self->connection);
  const LvPwNode *found = lv_pw_nodes_choose (nodes, self->device, self->target);
  struct spa_dict_item item = SPA_DICT_ITEM_INIT (PW_KEY_TARGET_OBJECT, found->name);

  pw_stream_update_properties (self->stream, &SPA_DICT_INIT (&item, 1));
}

/* Connected only while there is a device: without a microphone some session managers would connect
 * us to what the speaker plays. */
static void
on_connection_devices (LvPwConnection *connection, LvPwStream *self)
{
  gboolean connected = pw_stream_get_state (self->stream, NULL) != PW_STREAM_STATE_UNCONNECTED;
  gboolean wanted = lv_pw_nodes_has (lv_pw_connection_get_nodes (connection), self->device);

  if (connected == wanted)
    return;
  if (!wanted)
    {
      pw_stream_disconnect (self->stream);
      return;
    }
  if (self->target != NULL && *self->target != '\0')
    set_target (self);
  connect_stream (self);
}

static void
on_connection_lost (LvPwConnection *connection, const GError *error, LvPwStream *self)
{
  fail (self, g_error_copy (error));
}

static struct pw_properties *
make_properties (const LvPwStreamConfig *config)
{
  gboolean capture = config->device == LV_PW_NODE_MICROPHONE;

  return pw_properties_new (
      PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, capture ? "Capture" : "Playback",
      PW_KEY_MEDIA_ROLE, "Communication", PW_KEY_APP_ID, LV_APPLICATION_ID, PW_KEY_APP_NAME,
      LV_APPLICATION_NAME, PW_KEY_APP_ICON_NAME, LV_APPLICATION_ICON, PW_KEY_NODE_NAME,
      config->name, PW_KEY_NODE_DESCRIPTION, config->description, PW_KEY_MEDIA_NAME,
      config->description, PW_KEY_NODE_LATENCY, config->latency, NULL);
}

LvPwStream *
lv_pw_stream_new (LvPwConnection *connection, const LvPwStreamConfig *config,
                  const LvPwStreamEvents *events, gpointer owner)
{
  LvPwStream *self = g_new0 (LvPwStream, 1);

  self->connection = g_object_ref (connection);
  self->events = events;
  self->owner = owner;
  self->device = config->device;
  self->rate = config->rate;
  self->target = g_strdup (config->target);
  self->active = !config->inactive;
  self->wake_event =
      pw_loop_add_event (lv_pw_connection_get_loop (connection), on_wake_event, self);
  self->stream = pw_stream_new (lv_pw_connection_get_core (connection), config->name,
                                make_properties (config));
  pw_stream_add_listener (self->stream, &self->listener, &stream_events, self);
  g_signal_connect (connection, "devices", G_CALLBACK (on_connection_devices), self);
  g_signal_connect (connection, "lost", G_CALLBACK (on_connection_lost), self);
  update_device_check (self);
  if (lv_pw_connection_is_ready (connection))
    on_connection_devices (connection, self);
  return self;
}

void
lv_pw_stream_free (LvPwStream *self)
{
  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_clear_handle_id (&self->device_check_id, g_source_remove);
  spa_hook_remove (&self->listener);
  pw_stream_destroy (self->stream);
  pw_loop_destroy_source (lv_pw_connection_get_loop (self->connection), self->wake_event);
  g_clear_error (&self->error);
  g_object_unref (self->connection);
  g_free (self->target);
  g_free (self);
}

void
lv_pw_stream_set_target (LvPwStream *self, const char *node_name)
{
  struct spa_dict_item item = SPA_DICT_ITEM_INIT (PW_KEY_TARGET_OBJECT, node_name);

  pw_stream_update_properties (self->stream, &SPA_DICT_INIT (&item, 1));
}

void
lv_pw_stream_set_active (LvPwStream *self, gboolean active)
{
  if (self->active == active)
    return;
  self->active = active;
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
