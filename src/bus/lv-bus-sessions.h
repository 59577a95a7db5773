/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All sessions and their owners: the default session, which always exists, and the private ones,
 * which end with their owner. Main thread.
 *
 * Signals:
 *   "changed" ()                         state, microphone or audience of a session, or their
 *       number
 *   "removed" (LvBusSession *)           a private session: no call finds it from here on
 *   "gone" (LvBusSession *, LvCloseReason)   later: its conversation has ended too
 *   "owner-added" (const char *)         a peer has its first private session
 *   "owner-removed" (const char *)       a peer with private sessions left the bus, and no call
 *       finds any of them
 *   "drained" ()                         after lv_bus_sessions_shutdown(): the last session is gone
 */
#pragma once

#include "bus/lv-bus-session.h"

#define LV_BUS_MAX_SESSIONS 8 /* private ones, of all connections */
#define LV_BUS_MAX_SESSIONS_PER_CLIENT 4
#define LV_BUS_MAX_TOKEN 64 /* bytes */

#define LV_TYPE_BUS_SESSIONS (lv_bus_sessions_get_type ())
G_DECLARE_FINAL_TYPE (LvBusSessions, lv_bus_sessions, LV, BUS_SESSIONS, GObject)

/* What @services points to must outlive the object. */
LvBusSessions *lv_bus_sessions_new (LvBusOutbox *outbox, LvBusClients *clients,
                                    LvBusToolbox *toolbox, const LvSessionServices *services,
                                    LvConfig *config);
void lv_bus_sessions_set_config (LvBusSessions *self, LvConfig *config);

/* As lv_session_set_hold(), for all sessions there are and will be, as far as [daemon] lock-policy
 * says. */
void lv_bus_sessions_set_hold (LvBusSessions *self, LvPause hold);
/* Whether they are held. */
gboolean lv_bus_sessions_is_held (LvBusSessions *self);
/* Whether a connection still closes because the machine goes to sleep. */
gboolean lv_bus_sessions_is_parking (LvBusSessions *self);

/* The path that a session of @owner with @token (NULL: a random one) would have; newly allocated.
 * INVALID_ARGS for a malformed or used token, BUSY while the one before it closes, TOO_MANY. */
char *lv_bus_sessions_make_path (LvBusSessions *self, LvBusClient *owner, const char *token,
                                 GError **error);

/* As lv_session_check_profile(). */
gboolean lv_bus_sessions_check_profile (LvBusSessions *self, const LvProfile *profile,
                                        GError **error);

/* @path: from lv_bus_sessions_make_path(). @listeners: as in lv_bus_session_new(). */
void lv_bus_sessions_add (LvBusSessions *self, const char *path, LvBusClient *owner,
                          const LvProfile *profile, gboolean with_shared,
                          const char *const *listeners);

/* What @token leads @client to: a session whose owner is gone, borrowed, in *@ret_session, or a
 * conversation that is kept, a new reference, in *@ret_conversation. NO_SUCH_SESSION: to none, or
 * to none of @client's; BUSY: its owner is there; TOO_MANY. */
gboolean lv_bus_sessions_find_resumed (LvBusSessions *self, LvBusClient *client, const char *token,
                                       LvBusSession **ret_session, GVariant **ret_conversation,
                                       GError **error);
/* Such a session becomes one of @owner's, where it is. */
void lv_bus_sessions_take_up (LvBusSessions *self, LvBusSession *session, LvBusClient *owner);
/* As lv_session_check_adoption(). */
gboolean lv_bus_sessions_check_adoption (LvBusSessions *self, const LvProfile *profile,
                                         GVariant *conversation, GError **error);
/* The session at @path goes on with such a conversation; @token leads to it no more. */
void lv_bus_sessions_adopt (LvBusSessions *self, const char *path, const char *token,
                            GVariant *conversation);

/* The default session or a private one, borrowed; NULL when there is none at @path. */
LvBusSession *lv_bus_sessions_find (LvBusSessions *self, const char *path);
/* A new array of references, the default session first. */
GPtrArray *lv_bus_sessions_list (LvBusSessions *self);
/* Tokens of @owner's private sessions; NULL-terminated, newly allocated. */
GStrv lv_bus_sessions_list_tokens (LvBusSessions *self, const char *owner);

/* The path element for a unique name: ":1.42" -> "1_42"; newly allocated. */
char *lv_bus_sessions_make_owner_element (const char *unique_name);

/* Ends every conversation and closes the private sessions. */
void lv_bus_sessions_stop_all (LvBusSessions *self, LvCloseReason reason);
/* The same, and for good: "drained" follows. */
void lv_bus_sessions_shutdown (LvBusSessions *self, LvCloseReason reason);

guint lv_bus_sessions_count_active (LvBusSessions *self);
guint lv_bus_sessions_count_private (LvBusSessions *self);
guint lv_bus_sessions_count_subscribers (LvBusSessions *self);
gboolean lv_bus_sessions_has_microphone (LvBusSessions *self);
/* Whether any conversation is on the device of that kind and node name. */
gboolean lv_bus_sessions_use_device (LvBusSessions *self, LvPwNodeKind kind, const char *name);
gboolean lv_bus_sessions_has_video (LvBusSessions *self);
