/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-media-video.h"

#include "bus/lv-bus-options.h"
#include "media/lv-image.h"
#include "media/lv-video-trust.h"

#include <unistd.h>

#define KIND "pipewire" /* there is no other */

struct _LvBusMediaVideo {
  LvSession *session;
  void (*changed) (gpointer);
  gpointer user_data;
  LvVideoSources *sources;
};

static gint64
offer (GBytes *jpeg, gpointer owner)
{
  LvBusMediaVideo *video = owner;
  gint64 wait_us = lv_session_get_video_wait (video->session);
  gboolean accepted = FALSE;

  if (wait_us > 0)
    return wait_us;
  lv_session_send_video (video->session, jpeg, "image/jpeg", &accepted, NULL);
  return accepted ? 0 : G_USEC_PER_SEC;
}

static void
on_sources_changed (gpointer owner)
{
  LvBusMediaVideo *video = owner;

  video->changed (video->user_data);
}

static void
on_source_lost (const GError *error, gpointer owner)
{
  LvBusMediaVideo *video = owner;

  lv_session_announce_video_lost (video->session, error);
}

static const LvVideoSourcesEvents sources_events = {
  .offer = offer,
  .changed = on_sources_changed,
  .lost = on_source_lost,
};

/* Nobody looks once the conversation is over. */
static void
on_session_changed (LvSession *session, const char *what, LvBusMediaVideo *video)
{
  if (!lv_session_check_video (session, NULL))
    lv_video_sources_drop (video->sources, NULL);
}

LvBusMediaVideo *
lv_bus_media_video_new (LvSession *session, void (*changed) (gpointer), gpointer user_data)
{
  LvBusMediaVideo *video = g_new0 (LvBusMediaVideo, 1);

  video->session = session;
  video->changed = changed;
  video->user_data = user_data;
  video->sources = lv_video_sources_new (&sources_events, video);
  g_signal_connect (session, "changed", G_CALLBACK (on_session_changed), video);
  return video;
}

void
lv_bus_media_video_free (LvBusMediaVideo *video)
{
  g_signal_handlers_disconnect_by_data (video->session, video);
  lv_video_sources_free (video->sources);
  g_free (video);
}

/* A sandboxed app sees of PipeWire what the portal gave it, and is not to see more through us. */
static gboolean
parse_remote (GVariant *options, LvBusClient *client, LvVideoRequest *request, GError **error)
{
  gboolean sandboxed = lv_bus_client_get_peer (client) == LV_PEER_SANDBOXED;
  gboolean own = FALSE;

  if (!lv_bus_options_get_boolean (options, "own-pipewire", &own, error))
    return FALSE;
  if (!own && (!sandboxed || lv_video_trust_check (request->remote)))
    return TRUE;
  if (sandboxed)
    {
      g_set_error_literal (error, LV_ERROR, LV_ERROR_NOT_PERMITTED,
                           "A sandboxed app may attach only what a portal gave it: pass the remote "
                           "of the ScreenCast or the Camera portal");
      return FALSE;
    }
  close (request->remote);
  request->remote = -1;
  return TRUE;
}

static gboolean
parse_request (GVariant *options, LvBusClient *client, LvVideoRequest *request, GError **error)
{
  static const char *const known[] = { "fps", "max-size", "is-node-id", "own-pipewire", NULL };
  double fps = LV_VIDEO_MAX_FPS;

  if (!lv_bus_options_check_known (options, known, error) ||
      !lv_bus_options_get_uint (options, "max-size", LV_IMAGE_SIDE_LEAST, LV_IMAGE_SIDE_MOST,
                                &request->max_side, error) ||
      !lv_bus_options_get_double (options, "fps", LV_VIDEO_LEAST_FPS, LV_VIDEO_MAX_FPS, &fps,
                                  error) ||
      !lv_bus_options_get_boolean (options, "is-node-id", &request->is_node_id, error))
    return FALSE;
  request->interval_ms = 1000 / fps;
  return parse_remote (options, client, request, error);
}

gboolean
lv_bus_media_video_attach (LvBusMediaVideo *video, LvBusClient *client, int fd, guint64 target,
                           GVariant *options, guint *ret_source, GError **error)
{
  LvVideoRequest request = { .remote = fd, .target = target, .max_side = LV_IMAGE_SIDE_DEFAULT };

  if (!lv_session_check_video (video->session, error) ||
      !parse_request (options, client, &request, error))
    {
      close (request.remote);
      return FALSE;
    }
  *ret_source =
      lv_video_sources_attach (video->sources, lv_bus_client_get_name (client), &request, error);
  return *ret_source != 0;
}

gboolean
lv_bus_media_video_detach (LvBusMediaVideo *video, guint source, GError **error)
{
  return lv_video_sources_detach (video->sources, source, error);
}

void
lv_bus_media_video_drop (LvBusMediaVideo *video, const char *client)
{
  lv_video_sources_drop (video->sources, client);
}

static GVariant *
make_details (const LvVideoInfo *info)
{
  GVariantBuilder details = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&details, "{sv}", "streaming", g_variant_new_boolean (info->started));
  if (info->started)
    {
      g_variant_builder_add (&details, "{sv}", "format",
                             g_variant_new_string (lv_video_spec_to_name (&info->spec)));
      g_variant_builder_add (&details, "{sv}", "width", g_variant_new_uint32 (info->spec.width));
      g_variant_builder_add (&details, "{sv}", "height", g_variant_new_uint32 (info->spec.height));
    }
  return g_variant_builder_end (&details);
}

GVariant *
lv_bus_media_video_list (LvBusMediaVideo *video)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(usa{sv})"));

  for (guint i = 0; i < lv_video_sources_count (video->sources); i++)
    {
      const LvVideoInfo *info = lv_video_sources_peek (video->sources, i);

      g_variant_builder_add (&list, "(us@a{sv})", info->id, KIND, make_details (info));
    }
  return g_variant_builder_end (&list);
}

guint
lv_bus_media_video_count (LvBusMediaVideo *video)
{
  return lv_video_sources_count (video->sources);
}
