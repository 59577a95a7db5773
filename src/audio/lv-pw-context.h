/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Our way to PipeWire. It is connected while somebody holds it, and waited for while it is not
 * there, so that streams and sessions outlive a restart of the server; a daemon at rest has neither
 * the connection nor PipeWire's data thread. Main thread.
 *
 * Signals, from the main loop and only while held:
 *   "connected" ()   there is a connection, the first or a new one; its devices are not known yet
 *   "lost" ()        the server went away; what was made with the connection must go now
 *   "devices" ()     the devices are known, or something of them has changed
 *   "echo" ()        something else is done against echo, or by another node
 */
#pragma once

#include "base/lv-error.h"

#include "audio/lv-capture.h"
#include "audio/lv-echo-policy.h"
#include "audio/lv-playback.h"
#include "audio/lv-pw-nodes.h"

#define LV_PW_CONTEXT_RETRY_MS 50 /* after the server appeared or went away */
#define LV_PW_CONTEXT_RETRIES 10  /* when its socket is there but nobody answers yet */

#define LV_TYPE_PW_CONTEXT (lv_pw_context_get_type ())
G_DECLARE_FINAL_TYPE (LvPwContext, lv_pw_context, LV, PW_CONTEXT, GObject)

/* Connects to nothing yet. */
LvPwContext *lv_pw_context_new (void);

/* Streams of one session, stopped. @target: node name or description, "" or NULL for the default
 * device;
 * @description: shown in mixers ("Live Voice"). They hold a reference on the context. Captures share
 * what they capture: lv-floor. */
LvCapture *lv_pw_context_create_capture (LvPwContext *self, const char *target,
                                         const char *description);
LvPlayback *lv_pw_context_create_playback (LvPwContext *self, const char *target,
                                           const char *description);

/* For the conversation that has the microphone; AUTO at first. */
void lv_pw_context_set_echo_cancel (LvPwContext *self, LvEchoCancel wanted);
/* The canceller no longer does what it did: another one begins anew. */
void lv_pw_context_renew_echo (LvPwContext *self);
/* As it is now; owned by @self. */
const LvEchoState *lv_pw_context_get_echo (LvPwContext *self);

/* A stream, @user, is on, or waits for, what @wanted is (name or description, "" or NULL for the
 * default; stays the user's) from now until it ends that. */
void lv_pw_context_use (LvPwContext *self, gconstpointer user, LvPwNodeKind kind,
                        const char *wanted);
void lv_pw_context_end_use (LvPwContext *self, gconstpointer user);

/* The first one connects; the last release disconnects. */
void lv_pw_context_hold (LvPwContext *self);
void lv_pw_context_release (LvPwContext *self);

/* While held: FALSE with NO_AUDIO_SERVER while there is no server. */
gboolean lv_pw_context_is_connected (LvPwContext *self, GError **error);

/* While held: borrowed until "lost"; NULL with NO_AUDIO_SERVER. */
typedef struct _LvPwConnection LvPwConnection;
LvPwConnection *lv_pw_context_get_connection (LvPwContext *self, GError **error);

/* While there is a connection, else NULL: what stands for the microphone. */
typedef struct _LvPwEcho LvPwEcho;
LvPwEcho *lv_pw_context_get_echo_path (LvPwContext *self);

/* NULL until they are known. Borrowed until the main loop runs again. */
LvPwNodes *lv_pw_context_get_nodes (LvPwContext *self);
