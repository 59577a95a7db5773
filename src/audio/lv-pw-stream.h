/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the microphone and the speaker stream have in common: properties, waiting for the list of
 * devices, connecting to the right one and following it, being made again when PipeWire was
 * restarted, noticing that no device is there, and the wake-up of the main thread by the data
 * thread. Freeing it disconnects from the device. Main thread, except process_rt.
 *
 * A Bluetooth headset is not made to change from music to telephone quality for the sake of its
 * microphone, unless that is the one wanted: lv-pw-choice takes another one, and while a headset is
 * connected the microphone stream does not say that it is for communication, which WirePlumber 0.4
 * takes for a reason to change the profile, wherever the stream goes.
 */
#pragma once

#include "audio/lv-pw-context.h"

#include <pipewire/stream.h>

#define LV_PW_STREAM_DEVICE_MS 1500 /* how long to wait for a device to appear */
#define LV_PW_STREAM_DEVICE_CHECKS                                                                 \
  3 /* how many times that for one which is there to start, and for
                                      * a speaker that was there to return */

typedef struct _LvPwStream LvPwStream;

typedef struct {
  LvPwNodeKind device;     /* what to connect to */
  guint rate;              /* Hz, mono */
  const char *name;        /* node.name */
  const char *latency;     /* wanted quantum, "512/48000" */
  const char *target;      /* node name or description, "" or NULL for the default device */
  const char *description; /* node.description */
  gboolean inactive;       /* do not run until lv_pw_stream_set_active() */
} LvPwStreamConfig;

typedef struct {
  void (*process_rt) (LvPwStream *stream, gpointer owner); /* data thread, once a graph cycle */
  void (*woken) (gpointer owner);                          /* after lv_pw_stream_wake_rt() */
  void (*lost) (gpointer owner); /* nullable: torn from the device, and may yet come back */
  void (*failed) (gpointer owner, const GError *error); /* the stream is dead, free it */
} LvPwStreamEvents;

/* Holds @context. @events is static; @owner outlives the stream. The stream may be freed in "woken"
 * and "failed". NULL with NO_AUDIO_SERVER when there is no server now. */
LvPwStream *lv_pw_stream_new (LvPwContext *context, const LvPwStreamConfig *config,
                              const LvPwStreamEvents *events, gpointer owner, GError **error);
void lv_pw_stream_free (LvPwStream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPwStream, lv_pw_stream_free)

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
