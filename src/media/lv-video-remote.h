/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One connection to a PipeWire for video, with its thread, and the search for the one node that was
 * named. The other end is either the user's own PipeWire or what a caller gave us for one: it may
 * say anything, or nothing. Main thread; events come in PipeWire's thread.
 */
#pragma once

#include "base/lv-error.h"

#include <pipewire/pipewire.h>

typedef struct _LvVideoRemote LvVideoRemote;

/* In PipeWire's thread. */
typedef struct {
  void (*found) (const char *serial, gpointer owner); /* the target is there; once */
  void (*failed) (GError *error, gpointer owner);     /* no target, or it or PipeWire went away;
                                                       * takes the error */
} LvVideoRemoteEvents;

/* Takes @fd, also on failure; -1: the user's own PipeWire. Errors as lv_video_stream_new(). */
LvVideoRemote *lv_video_remote_new (int fd, guint64 target, gboolean is_node_id,
                                    const LvVideoRemoteEvents *events, gpointer owner,
                                    GError **error);
void lv_video_remote_free (LvVideoRemote *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvVideoRemote, lv_video_remote_free)

/* Starts the thread: from here on the loop is its, until stopped. FAILED. */
gboolean lv_video_remote_start (LvVideoRemote *self, GError **error);
/* Waits for what the thread is doing. */
void lv_video_remote_stop (LvVideoRemote *self);

/* Owned by @self. */
struct pw_loop *lv_video_remote_get_loop (LvVideoRemote *self);
struct pw_core *lv_video_remote_get_core (LvVideoRemote *self);
