/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * org.livevoice.LiveVoice1.Media of one session: what travels by file descriptors and not by
 * messages. Answers its calls itself, some of them later. Access has been checked before. Every
 * descriptor that comes is closed on every path; a session holds one picture, two of sound and
 * LV_VIDEO_MAX_SOURCES connections open at most, and its event streams. Main thread; never waits.
 *
 * Signals:
 *   "readers-changed" ()   an event stream began or ended
 *   "video-changed" ()     a video source came, started or went
 */
#pragma once

#include "bus/lv-bus-client.h"
#include "bus/lv-bus-herald.h"

#define LV_BUS_MAX_IMAGE (256 * 1024) /* bytes of SendImage; more goes by SendFrame */

#define LV_TYPE_BUS_MEDIA (lv_bus_media_get_type ())
G_DECLARE_FINAL_TYPE (LvBusMedia, lv_bus_media, LV, BUS_MEDIA, GObject)

LvBusMedia *lv_bus_media_new (LvSession *session, LvBusHerald *herald, LvBusOutbox *outbox,
                              LvFrameReader *frames);

/* Answers @invocation (taken), now or later. */
void lv_bus_media_call (LvBusMedia *self, LvBusClient *client, GDBusMethodInvocation *invocation);

/* Floating. */
GVariant *lv_bus_media_get_property (LvBusMedia *self, const char *name);

/* Event streams that carry any of @topics; their number. */
gboolean lv_bus_media_has_readers (LvBusMedia *self, LvTopics topics);
guint lv_bus_media_count_readers (LvBusMedia *self);

/* Whether the model is shown a camera or a screen. */
gboolean lv_bus_media_has_video (LvBusMedia *self);

/* @name left the bus: its event streams and video sources end. */
void lv_bus_media_drop_client (LvBusMedia *self, const char *name);

/* The session ends: so does everything that is open. */
void lv_bus_media_close (LvBusMedia *self);
