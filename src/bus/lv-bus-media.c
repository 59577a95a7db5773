/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-bus-media"

#include "bus/lv-bus-media.h"

#include "base/lv-names.h"
#include "bus/lv-bus-media-events.h"
#include "bus/lv-bus-media-video.h"
#include "bus/lv-bus-options.h"
#include "bus/lv-bus-report.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

struct _LvBusMedia {
  GObject parent_instance;

  LvSession *session;
  LvBusHerald *herald;
  LvBusOutbox *outbox;
  LvFrameReader *frames;
  LvBusMediaEvents *events;
  LvBusMediaVideo *video;
  GCancellable *cancellable;
  gboolean reading;   /* a picture is on its way */
  gboolean reporting; /* a report is */
};

enum { READERS_CHANGED, VIDEO_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvBusMedia, lv_bus_media, G_TYPE_OBJECT)

/* ---- pictures ---- */

typedef struct {
  LvBusMedia *media;
  GDBusMethodInvocation *invocation; /* owned */
} Request;

static void
return_accepted (GDBusMethodInvocation *invocation, gboolean accepted)
{
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(b)", accepted));
}

static void
on_frame (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Request *request = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LvFrame) frame = lv_frame_reader_finish (LV_FRAME_READER (source), result, &error);
  gboolean accepted;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_dbus_method_invocation_return_error_literal (
          request->invocation, LV_ERROR, LV_ERROR_NO_SUCH_SESSION, "The session was closed");
      return;
    }
  request->media->reading = FALSE;
  if (frame != NULL && lv_session_send_video (request->media->session, frame->image,
                                              frame->mime_type, &accepted, &error))
    return_accepted (request->invocation, accepted);
  else
    lv_bus_return_error (request->invocation, error);
}

static gboolean
get_frame_options (GVariant *options, guint *ret_side, GError **error)
{
  static const char *const known[] = { "max-size", NULL };

  *ret_side = LV_IMAGE_SIDE_DEFAULT;
  return lv_bus_options_check_known (options, known, error) &&
         lv_bus_options_get_uint (options, "max-size", LV_IMAGE_SIDE_LEAST, LV_IMAGE_SIDE_MOST,
                                  ret_side, error);
}

/* Whether there is any use in reading a picture; *@ret_now FALSE: answered. */
static gboolean
admit_frame (LvBusMedia *self, GDBusMethodInvocation *invocation, GVariant *options,
             guint *ret_side, gboolean *ret_now, GError **error)
{
  if (!get_frame_options (options, ret_side, error) ||
      !lv_session_check_video (self->session, error))
    return FALSE;
  *ret_now = !self->reading && lv_session_get_video_wait (self->session) == 0;
  if (*ret_now)
    return TRUE;
  lv_session_drop_video (self->session);
  return_accepted (invocation, FALSE);
  return TRUE;
}

static Request *
begin_reading (LvBusMedia *self, GDBusMethodInvocation *invocation)
{
  Request *request = g_new (Request, 1);

  request->media = self;
  request->invocation = invocation;
  self->reading = TRUE;
  return request;
}

static gboolean
handle_send_frame (LvBusMedia *self, LvBusClient *client, GDBusMethodInvocation *invocation,
                   GError **error)
{
  g_autoptr (GVariant) options = NULL;
  const char *mime_type;
  gboolean now;
  guint side;
  int fd;

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(h&s@a{sv})", NULL,
                 &mime_type, &options);
  if (!admit_frame (self, invocation, options, &side, &now, error))
    return FALSE;
  if (!now)
    return TRUE;
  fd = lv_bus_dup_fd (invocation, 0, error);
  if (fd < 0)
    return FALSE;
  lv_frame_reader_read_async (self->frames, fd, mime_type, side, self->cancellable, on_frame,
                              begin_reading (self, invocation));
  return TRUE;
}

static gboolean
handle_send_image (LvBusMedia *self, LvBusClient *client, GDBusMethodInvocation *invocation,
                   GError **error)
{
  g_autoptr (GVariant) data = NULL;
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GBytes) image = NULL;
  const char *mime_type;
  gboolean now;
  guint side;

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(@ay&s@a{sv})", &data,
                 &mime_type, &options);
  if (g_variant_get_size (data) > LV_BUS_MAX_IMAGE)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_TOO_LARGE,
                   "The picture is larger than %d bytes; use SendFrame", LV_BUS_MAX_IMAGE);
      return FALSE;
    }
  if (!admit_frame (self, invocation, options, &side, &now, error))
    return FALSE;
  if (!now)
    return TRUE;
  image = g_variant_get_data_as_bytes (data);
  lv_frame_reader_take_async (self->frames, image, mime_type, side, self->cancellable, on_frame,
                              begin_reading (self, invocation));
  return TRUE;
}

/* ---- video ---- */

static gboolean
handle_attach_video (LvBusMedia *self, LvBusClient *client, GDBusMethodInvocation *invocation,
                     GError **error)
{
  g_autoptr (GVariant) options = NULL;
  guint64 target;
  guint source;
  int fd;

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(ht@a{sv})", NULL, &target,
                 &options);
  fd = lv_bus_dup_fd (invocation, 0, error);
  if (fd < 0 ||
      !lv_bus_media_video_attach (self->video, client, fd, target, options, &source, error))
    return FALSE;
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(u)", source));
  return TRUE;
}

static gboolean
handle_detach_video (LvBusMedia *self, LvBusClient *client, GDBusMethodInvocation *invocation,
                     GError **error)
{
  guint source;

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(u)", &source);
  if (!lv_bus_media_video_detach (self->video, source, error))
    return FALSE;
  g_dbus_method_invocation_return_value (invocation, NULL);
  return TRUE;
}

static void
on_sources_changed (gpointer user_data)
{
  LvBusMedia *self = user_data;
  const char *owner = lv_session_get_owner (self->session);

  lv_bus_outbox_emit_property (self->outbox, owner, lv_session_get_path (self->session),
                               LV_MEDIA_INTERFACE, "VideoSources",
                               lv_bus_media_video_list (self->video));
  g_signal_emit (self, signals[VIDEO_CHANGED], 0);
}

/* ---- sound and events ---- */

/* @fd is taken. */
static void
return_fd (GDBusMethodInvocation *invocation, int fd)
{
  g_autoptr (GUnixFDList) fds = g_unix_fd_list_new_from_array (&fd, 1);

  g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, g_variant_new ("(h)", 0),
                                                           fds);
}

static gboolean
open_audio (LvBusMedia *self, GDBusMethodInvocation *invocation, guint rate,
            int (*open) (LvSession *, guint, GError **), GError **error)
{
  static const char *const known[] = { "rate", NULL };
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GVariant) value = NULL;
  int fd;

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(@a{sv})", &options);
  if (!lv_bus_options_check_known (options, known, error) ||
      !lv_bus_options_lookup (options, "rate", G_VARIANT_TYPE_UINT32, &value, error))
    return FALSE;
  fd = open (self->session, value != NULL ? g_variant_get_uint32 (value) : rate, error);
  if (fd < 0)
    return FALSE;
  return_fd (invocation, fd);
  return TRUE;
}

static gboolean
handle_open_audio_input (LvBusMedia *self, LvBusClient *client, GDBusMethodInvocation *invocation,
                         GError **error)
{
  return open_audio (self, invocation, LV_RATE_IN, lv_session_open_audio_input, error);
}

static gboolean
handle_open_audio_output (LvBusMedia *self, LvBusClient *client, GDBusMethodInvocation *invocation,
                          GError **error)
{
  return open_audio (self, invocation, LV_RATE_OUT, lv_session_open_audio_output, error);
}

static gboolean
handle_open_event_stream (LvBusMedia *self, LvBusClient *client, GDBusMethodInvocation *invocation,
                          GError **error)
{
  LvTopics topics;
  int fd;

  if (!lv_topics_read (g_dbus_method_invocation_get_parameters (invocation), &topics, error))
    return FALSE;
  if (topics == 0)
    {
      g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                           "An event stream needs at least one topic");
      return FALSE;
    }
  fd = lv_bus_media_events_open (self->events, lv_bus_client_get_name (client), topics, error);
  if (fd < 0)
    return FALSE;
  return_fd (invocation, fd);
  g_signal_emit (self, signals[READERS_CHANGED], 0);
  return TRUE;
}

/* ---- the flight recorder ---- */

static void
on_report (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Request *request = user_data;
  g_autoptr (LvBusMedia) media = request->media;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) report = lv_bus_report_write_finish (result, &error);

  media->reporting = FALSE;
  if (report != NULL)
    g_dbus_method_invocation_return_value (request->invocation, g_variant_new ("(@a{sv})", report));
  else
    lv_bus_return_error (request->invocation, error);
}

/* An app in a sandbox sees what it can see of its own session, and no more of the user's settings
 * and tools than that. */
static gboolean
parse_report_options (LvBusMedia *self, LvBusClient *client, GVariant *options, gboolean *texts,
                      gboolean *sound, GError **error)
{
  static const char *const known[] = { "texts", "sound", NULL };

  if (!lv_bus_options_check_known (options, known, error) ||
      !lv_bus_options_get_boolean (options, "texts", texts, error) ||
      !lv_bus_options_get_boolean (options, "sound", sound, error))
    return FALSE;
  if ((*texts || *sound) && !lv_bus_access_may_report_texts (lv_bus_client_get_peer (client)))
    g_set_error_literal (error, LV_ERROR, LV_ERROR_NOT_PERMITTED,
                         "A sandboxed app gets reports without texts and sound");
  else if (self->reporting)
    g_set_error_literal (error, LV_ERROR, LV_ERROR_BUSY, "A report is being written already");
  else
    return TRUE;
  return FALSE;
}

static gboolean
handle_write_report (LvBusMedia *self, LvBusClient *client, GDBusMethodInvocation *invocation,
                     GError **error)
{
  g_autoptr (GVariant) options = NULL;
  g_autoptr (LvRecording) recording = NULL;
  gboolean texts = FALSE, sound = FALSE;
  Request *request;
  int fd;

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(h@a{sv})", NULL, &options);
  if (!parse_report_options (self, client, options, &texts, &sound, error))
    return FALSE;
  recording = lv_session_copy_recording (self->session, texts, sound, error);
  fd = recording != NULL ? lv_bus_dup_fd (invocation, 0, error) : -1;
  if (fd < 0)
    return FALSE;
  request = g_new (Request, 1);
  request->media = g_object_ref (self);
  request->invocation = invocation;
  self->reporting = TRUE;
  lv_bus_report_write_async (g_steal_pointer (&recording), fd, on_report, request);
  return TRUE;
}

static void
on_reader_gone (gpointer user_data)
{
  g_signal_emit (user_data, signals[READERS_CHANGED], 0);
}

static void
on_herald_told (LvBusHerald *herald, LvTopics topics, const char *signal, GVariant *arguments,
                LvBusMedia *self)
{
  lv_bus_media_events_tell (self->events, topics, signal, arguments);
}

/* ---- the interface ---- */

void
lv_bus_media_call (LvBusMedia *self, LvBusClient *client, GDBusMethodInvocation *invocation)
{
  static const struct {
    const char *method;
    gboolean (*handle) (LvBusMedia *, LvBusClient *, GDBusMethodInvocation *, GError **);
  } handlers[] = {
    { "SendFrame", handle_send_frame },
    { "SendImage", handle_send_image },
    { "AttachVideo", handle_attach_video },
    { "DetachVideo", handle_detach_video },
    { "OpenAudioInput", handle_open_audio_input },
    { "OpenAudioOutput", handle_open_audio_output },
    { "OpenEventStream", handle_open_event_stream },
    { "WriteReport", handle_write_report },
  };
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    if (g_str_equal (handlers[i].method, method))
      {
        if (!handlers[i].handle (self, client, invocation, &error))
          lv_bus_return_error (invocation, error);
        return; /* the answer took the invocation along, and the name in it */
      }
}

GVariant *
lv_bus_media_get_property (LvBusMedia *self, const char *name)
{
  return lv_bus_media_video_list (self->video); /* there is no other */
}

gboolean
lv_bus_media_has_readers (LvBusMedia *self, LvTopics topics)
{
  return lv_bus_media_events_wanted (self->events, topics);
}

gboolean
lv_bus_media_has_video (LvBusMedia *self)
{
  return lv_bus_media_video_count (self->video) > 0;
}

guint
lv_bus_media_count_readers (LvBusMedia *self)
{
  return lv_bus_media_events_count (self->events);
}

void
lv_bus_media_drop_client (LvBusMedia *self, const char *name)
{
  lv_bus_media_video_drop (self->video, name);
  if (lv_bus_media_events_drop (self->events, name))
    g_signal_emit (self, signals[READERS_CHANGED], 0);
}

void
lv_bus_media_close (LvBusMedia *self)
{
  g_cancellable_cancel (self->cancellable);
  lv_bus_media_drop_client (self, NULL);
}

/* ---- life ---- */

static void
lv_bus_media_finalize (GObject *object)
{
  LvBusMedia *self = LV_BUS_MEDIA (object);

  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  lv_bus_media_video_free (self->video);
  lv_bus_media_events_free (self->events);
  g_clear_object (&self->frames);
  g_object_unref (self->outbox);
  g_object_unref (self->herald);
  g_object_unref (self->session);
  G_OBJECT_CLASS (lv_bus_media_parent_class)->finalize (object);
}

static void
lv_bus_media_class_init (LvBusMediaClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_bus_media_finalize;
  signals[READERS_CHANGED] = g_signal_new ("readers-changed", G_TYPE_FROM_CLASS (klass),
                                           G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[VIDEO_CHANGED] = g_signal_new ("video-changed", G_TYPE_FROM_CLASS (klass),
                                         G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lv_bus_media_init (LvBusMedia *self)
{
  self->cancellable = g_cancellable_new ();
  self->events = lv_bus_media_events_new (on_reader_gone, self);
}

LvBusMedia *
lv_bus_media_new (LvSession *session, LvBusHerald *herald, LvBusOutbox *outbox,
                  LvFrameReader *frames)
{
  LvBusMedia *self = g_object_new (LV_TYPE_BUS_MEDIA, NULL);

  self->session = g_object_ref (session);
  self->herald = g_object_ref (herald);
  self->outbox = g_object_ref (outbox);
  self->frames = g_object_ref (frames);
  self->video = lv_bus_media_video_new (session, on_sources_changed, self);
  g_signal_connect_object (herald, "told", G_CALLBACK (on_herald_told), self, 0);
  return self;
}
