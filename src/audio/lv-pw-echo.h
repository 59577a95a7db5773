/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is done against hearing our own voice, as lv-echo-policy says, while devices and wishes
 * change: keeps a canceller between the microphone and the speaker in use when there is to be one,
 * and says which node the microphone's stream has to capture. A new canceller takes over before the
 * old one goes. Main thread.
 */
#pragma once

#include "audio/lv-echo-policy.h"

#include <pipewire/pipewire.h>

#define LV_PW_ECHO_RETIRE_MS 500 /* how long a stream may take from one canceller to the next */
#define LV_PW_ECHO_RETRIES 2     /* of a canceller that went away by itself */

typedef struct _LvPwEcho LvPwEcho;

/* @changed: what the getters say is other, from the main loop. */
LvPwEcho *lv_pw_echo_new (struct pw_context *context, struct pw_core *core,
                          void (*changed) (gpointer data), gpointer data);
void lv_pw_echo_free (LvPwEcho *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPwEcho, lv_pw_echo_free)

/* After any change of the four. @microphone, @speaker: those that streams of ours are on, or would
 * be on; NULL while there is no such stream. @cycle_us: of the graph, at least. */
void lv_pw_echo_update (LvPwEcho *self, LvEchoCancel wanted, const LvPwNode *microphone,
                        const LvPwNode *speaker, guint cycle_us);

/* The canceller is of no use any more: another one begins anew. Nothing where there is none. */
void lv_pw_echo_renew (LvPwEcho *self);

/* Owned by @self. */
const LvEchoState *lv_pw_echo_get_state (LvPwEcho *self);

/* The node that stands for the microphone of that name; NULL: the microphone itself. */
const char *lv_pw_echo_get_source (LvPwEcho *self, const char *microphone);

/* A first canceller for it is about to be there: a stream that has not begun waits for that. */
gboolean lv_pw_echo_is_loading (LvPwEcho *self, const char *microphone);
