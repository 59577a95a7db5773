/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Our way to PipeWire. The connection is made when a stream starts and gone with the last stream,
 * so that a daemon at rest has neither the connection nor PipeWire's data thread; after the server
 * went away the next start makes a new one. Main thread.
 */
#pragma once

#include "base/lv-enums.h"
#include "base/lv-error.h"

#include "audio/lv-capture.h"
#include "audio/lv-playback.h"

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

/* What is done against hearing our own voice with the devices in use. */
typedef struct {
  LvEchoMode mode;
  const char *reason; /* a clause for people, static */
  gboolean failed;    /* half-duplex, because echo cannot be cancelled */
  guint serial;       /* another one with each canceller */
} LvEchoState;

/* For the conversation that has the microphone; AUTO at first. */
void lv_pw_context_set_echo_cancel (LvPwContext *self, LvEchoCancel wanted);
/* As it is now; owned by @self. */
const LvEchoState *lv_pw_context_get_echo (LvPwContext *self);

/* For the streams: the present connection, or a new one; NO_AUDIO_SERVER. */
typedef struct _LvPwConnection LvPwConnection;
LvPwConnection *lv_pw_context_connect (LvPwContext *self, GError **error);
