/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the microphone and the speaker stream have in common: properties, waiting for the list of
 * devices, connecting, noticing that no device is there, and the wake-up of the main thread by the
 * data thread. It exists while connected: freeing it disconnects from the device. Main thread,
 * except process_rt.
 */
#pragma once

#include "audio/lv-pw-connection.h"

#define LV_PW_STREAM_DEVICE_MS 1500  /* how long to wait for a device to appear */
#define LV_PW_STREAM_DEVICE_CHECKS 3 /* and how many times that for one which is there to start */

typedef struct _LvPwStream LvPwStream;

typedef struct {
  LvPwNodeKind device;     /* what to connect to */
  guint rate;              /* Hz, mono */
  const char *name;        /* node.name */
  const char *latency;     /* wanted quantum, "256/48000" */
  const char *target;      /* node name or description, "" or NULL for the default device */
  const char *description; /* node.description */
  gboolean inactive;       /* do not run until lv_pw_stream_set_active() */
} LvPwStreamConfig;

/* None of them may be NULL. */
typedef struct {
  void (*process_rt) (LvPwStream *stream, gpointer owner); /* data thread, once a graph cycle */
  void (*woken) (gpointer owner);                          /* after lv_pw_stream_wake_rt() */
  void (*failed) (gpointer owner, const GError *error);    /* the stream is dead, free it */
} LvPwStreamEvents;

/* Takes a reference on @connection. @events is static; @owner outlives the stream. The stream may
 * be freed in
 * "woken" and "failed". */
LvPwStream *lv_pw_stream_new (LvPwConnection *connection, const LvPwStreamConfig *config,
                              const LvPwStreamEvents *events, gpointer owner);
void lv_pw_stream_free (LvPwStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPwStream, lv_pw_stream_free)

/* From now on to or from the node of that name, NULL: the one that was configured; seamless as far
 * as PipeWire allows. */
void lv_pw_stream_set_target (LvPwStream *self, const char *node_name);

/* An inactive stream keeps its place but costs no graph cycles. */
void lv_pw_stream_set_active (LvPwStream *self, gboolean active);

/* Data thread: the next buffer to fill or to read, NULL when PipeWire has none; hand it back with
 * queue. */
struct pw_buffer *lv_pw_stream_dequeue_rt (LvPwStream *self);
void lv_pw_stream_queue_rt (LvPwStream *self, struct pw_buffer *buffer);

/* Data thread: the monotonic time at which the start of the buffer of this cycle reaches the
 * speaker; @ret_delay_ns: how long after the cycle that is. */
gint64 lv_pw_stream_get_presentation_ns_rt (LvPwStream *self, gint64 *ret_delay_ns);

/* Data thread: calls "woken" on the main thread; one write to an eventfd. */
void lv_pw_stream_wake_rt (LvPwStream *self);
