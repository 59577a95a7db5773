/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the measurements happen: a private PipeWire, a Live API server in this process that writes down when each
 * frame arrives, the daemon with a conversation through them, and the official SDK in node beside it. Main thread.
 */
#pragma once

#include <gio/gio.h>

typedef struct {
  gint64 received_ns; /* monotonic */
  guint start;        /* index of its first sample */
} LvBenchFrame;

/* A connection of a client, its side of the traffic. */
typedef struct {
  GArray *frames;  /* LvBenchFrame: audio */
  GArray *samples; /* gint16 */
  guint64 n_bytes; /* on the wire, both ways, without the headers of frames */
} LvBenchPeer;

typedef enum { LV_BENCH_DAEMON, LV_BENCH_NODE, LV_BENCH_N_PEERS } LvBenchPeerKind;

typedef struct _LvBenchWorld LvBenchWorld;

LvBenchWorld *lv_bench_world_new (void);
void lv_bench_world_free (LvBenchWorld *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvBenchWorld, lv_bench_world_free)

/* Starts the daemon and a conversation. @settings: lines of its default profile. @preload: a library, NULL: none. */
void lv_bench_world_start_daemon (LvBenchWorld *self, const char *settings, const char *preload);
void lv_bench_world_stop_daemon (LvBenchWorld *self); /* fails the program unless it ends well */
int lv_bench_world_get_daemon (LvBenchWorld *self);   /* process id */
GDBusConnection *lv_bench_world_get_bus (LvBenchWorld *self);

/* Calls a method of the default session without arguments, or with the given ones. */
GVariant *lv_bench_world_call (LvBenchWorld *self, const char *method, GVariant *arguments);

/* Starts the SDK: @script with the folder that holds node_modules. It sends a frame each 20 ms from then on. */
void lv_bench_world_start_node (LvBenchWorld *self, const char *script);
void lv_bench_world_stop_node (LvBenchWorld *self);
int lv_bench_world_get_node (LvBenchWorld *self);

/* What a peer has sent so far; forget: from now on. */
LvBenchPeer *lv_bench_world_get_peer (LvBenchWorld *self, LvBenchPeerKind kind);
void lv_bench_world_forget (LvBenchWorld *self);

/* One frame of the model's voice to a peer, s16 at LV_RATE_OUT; returns when it was given to the socket, monotonic. */
gint64 lv_bench_world_speak (LvBenchWorld *self, LvBenchPeerKind kind, const gint16 *samples,
                             guint n_samples);

gboolean lv_bench_world_is_connected (LvBenchWorld *self, LvBenchPeerKind kind); /* and set up */
void lv_bench_world_close (LvBenchWorld *self, LvBenchPeerKind kind, guint code);

/* Any other frame, JSON. */
void lv_bench_world_send (LvBenchWorld *self, LvBenchPeerKind kind, const char *json);
