/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One connection to PipeWire with its context, its loop as a GSource, and the list of devices. The
 * last reference gone closes the connection and ends PipeWire's data thread.
 * Main thread: PipeWire's loop is entered by the thread that dispatches it, so that thread also has
 * to drop the last reference.
 *
 * Signals, from the main loop and never from inside a PipeWire callback:
 *   "devices" ()              the list of devices is complete for the first time, or something of it has
 *       changed
 *   "lost" (const GError *)   the server went away; the connection is of no more use
 */
#pragma once

#include "audio/lv-pw-registry.h"

#include <gio/gio.h>
#include <pipewire/pipewire.h>

#define LV_APPLICATION_ICON "audio-input-microphone" /* in mixers; every icon theme has it */

#define LV_TYPE_PW_CONNECTION (lv_pw_connection_get_type ())
G_DECLARE_FINAL_TYPE (LvPwConnection, lv_pw_connection, LV, PW_CONNECTION, GObject)

/* NO_AUDIO_SERVER when there is no server to connect to. */
LvPwConnection *lv_pw_connection_new (GError **error);

/* Whether the list of devices is complete. */
gboolean lv_pw_connection_is_ready (LvPwConnection *self);

gboolean lv_pw_connection_is_lost (LvPwConnection *self);

/* Owned by @self. */
struct pw_context *lv_pw_connection_get_context (LvPwConnection *self);
struct pw_core *lv_pw_connection_get_core (LvPwConnection *self);
struct pw_loop *lv_pw_connection_get_loop (LvPwConnection *self);
LvPwNodes *lv_pw_connection_get_nodes (LvPwConnection *self);
/* NULL while there is no session manager. */
LvPwMetadata *lv_pw_connection_get_metadata (LvPwConnection *self);
