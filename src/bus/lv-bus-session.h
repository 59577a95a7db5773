/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One session as the bus sees it: methods and properties of org.livevoice.LiveVoice1.Session, and
 * its signals, each of them unicast to those who subscribed. Access has been checked before a
 * method gets here. Main thread.
 *
 * Signals:
 *   "changed" (const char *what)       as LvSession, and "audience" and "video"
 *   "close-requested" (LvCloseReason)  a private session is to be closed: Close(), or its owner
 *       is gone for long enough
 *   "gone" (LvCloseReason reason)      after lv_bus_session_close(): the conversation has
 *       ended, nothing more comes
 */
#pragma once

#include "bus/lv-bus-client.h"
#include "bus/lv-bus-media.h"
#include "bus/lv-bus-outbox.h"
#include "bus/lv-bus-toolbox.h"
#include "session/lv-session.h"

#define LV_BUS_MAX_LISTENERS 16 /* entries of share-transcript-with */

#define LV_TYPE_BUS_SESSION (lv_bus_session_get_type ())
G_DECLARE_FINAL_TYPE (LvBusSession, lv_bus_session, LV, BUS_SESSION, GObject)

/* @session is taken over, its profile is what Toggle() and Start({}) use. @listeners: app ids and
 * unique names that may read along; nullable. */
LvBusSession *lv_bus_session_new (LvSession *session, LvBusOutbox *outbox, LvBusToolbox *toolbox,
                                  LvFrameReader *frames, LvConfig *config,
                                  const char *const *listeners);

/* The default session takes its profile from @config, a private one only looks up names there. */
void lv_bus_session_set_config (LvBusSession *self, LvConfig *config);

LvSession *lv_bus_session_get_session (LvBusSession *self);
LvBusMedia *lv_bus_session_get_media (LvBusSession *self);
const char *lv_bus_session_get_path (LvBusSession *self);
const char *lv_bus_session_get_owner (LvBusSession *self); /* NULL: the default session */
/* Who made it, of whose unique name the path is; the owner may be another connection by now. NULL:
 * the default session. */
const char *lv_bus_session_get_maker (LvBusSession *self);
LvObject lv_bus_session_relate (LvBusSession *self, LvBusClient *client);
/* A conversation has begun and its socket has not closed. */
gboolean lv_bus_session_is_active (LvBusSession *self);
guint lv_bus_session_count_subscribers (LvBusSession *self);

/* Carries out a method. *@reply is floating, or NULL for a method without results. */
gboolean lv_bus_session_call (LvBusSession *self, LvBusClient *client, const char *method,
                              GVariant *arguments, GVariant **reply, GError **error);

/* Floating. */
GVariant *lv_bus_session_get_property (LvBusSession *self, const char *name);

/* @name left the bus: its subscriptions are gone, push to talk is released. */
void lv_bus_session_drop_client (LvBusSession *self, const char *name);

/* @name does not read: its subscriptions are gone, and it is told so for when it reads again. FALSE
 * when it had none. */
gboolean lv_bus_session_drop_subscriber (LvBusSession *self, const char *name);

/* The owner left the bus: "close-requested" after the time that the session may linger. */
void lv_bus_session_abandon (LvBusSession *self);
/* Until it is closed or taken up. */
gboolean lv_bus_session_is_orphaned (LvBusSession *self);
/* Its application is back, as @owner. */
void lv_bus_session_take_up (LvBusSession *self, LvBusClient *owner);

/* Ends the conversation for good; "gone" follows, at once when there is none. */
void lv_bus_session_close (LvBusSession *self, LvCloseReason reason);
