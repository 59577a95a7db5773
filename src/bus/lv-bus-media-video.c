/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-media-video.h"

#include <unistd.h>

struct _LvBusMediaVideo {
  LvSession *session;
};

LvBusMediaVideo *
lv_bus_media_video_new (LvSession *session, void (*changed) (gpointer), gpointer user_data)
{
  LvBusMediaVideo *video = g_new0 (LvBusMediaVideo, 1);

  video->session = session;
  return video;
}

void
lv_bus_media_video_free (LvBusMediaVideo *video)
{
  g_free (video);
}

gboolean
lv_bus_media_video_attach (LvBusMediaVideo *video, const char *client, int fd, guint64 target,
                           GVariant *options, guint *ret_source, GError **error)
{
  close (fd);
  g_set_error_literal (error, LV_ERROR, LV_ERROR_UNSUPPORTED, "Video sources are not offered");
  return FALSE;
}

gboolean
lv_bus_media_video_detach (LvBusMediaVideo *video, guint source, GError **error)
{
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "There is no video source %u", source);
  return FALSE;
}

void
lv_bus_media_video_drop (LvBusMediaVideo *video, const char *client)
{
}

GVariant *
lv_bus_media_video_list (LvBusMediaVideo *video)
{
  return g_variant_new ("a(usa{sv})", NULL);
}

guint
lv_bus_media_video_count (LvBusMediaVideo *video)
{
  return 0;
}
