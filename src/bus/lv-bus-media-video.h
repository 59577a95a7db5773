/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AttachVideo, DetachVideo and VideoSources of one session: what a camera or a screen shows goes to
 * the model as long as the conversation lasts. Main thread.
 */
#pragma once

#include "bus/lv-bus-client.h"
#include "media/lv-video-sources.h"
#include "session/lv-session.h"

typedef struct _LvBusMediaVideo LvBusMediaVideo;

/* @changed: called with @user_data when the list of sources is another one. */
LvBusMediaVideo *lv_bus_media_video_new (LvSession *session, void (*changed) (gpointer),
                                         gpointer user_data);
void lv_bus_media_video_free (LvBusMediaVideo *video);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvBusMediaVideo, lv_bus_media_video_free)

/* @fd is taken, and closed on every path. A number for *@ret_source. INVALID_ARGS, NOT_READY,
 * NOT_PERMITTED, TOO_MANY, NO_AUDIO_SERVER, UNSUPPORTED. */
gboolean lv_bus_media_video_attach (LvBusMediaVideo *video, LvBusClient *client, int fd,
                                    guint64 target, GVariant *options, guint *ret_source,
                                    GError **error);
/* INVALID_ARGS. */
gboolean lv_bus_media_video_detach (LvBusMediaVideo *video, guint source, GError **error);

/* The sources of @client; NULL: all. */
void lv_bus_media_video_drop (LvBusMediaVideo *video, const char *client);

/* a(usa{sv}), floating. */
GVariant *lv_bus_media_video_list (LvBusMediaVideo *video);
guint lv_bus_media_video_count (LvBusMediaVideo *video);
