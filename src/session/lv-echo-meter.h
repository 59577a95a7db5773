/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The echo return loss: by how many dB what the microphone hears of our voice is softer than the
 * voice itself. Measured chunk by chunk while the voice sounds, over half a second each; the result
 * is the median of the last measurements, so that a person who speaks now and then does not count.
 * Pure.
 */
#pragma once

#include "base/lv-pcm.h"

#define LV_ECHO_METER_CHUNKS (500 / LV_CHUNK_MS) /* of one measurement */
#define LV_ECHO_METER_MEASUREMENTS 9             /* that are remembered */
#define LV_ECHO_METER_ENOUGH 3                   /* for a result */
#define LV_ECHO_METER_AUDIBLE 0.003              /* RMS of a voice that makes an echo, -50 dB */
#define LV_ECHO_METER_MAX_DB 90.0                /* 16 bits end there */

/* A canceller that has just begun lets some of the voice through. */
#define LV_ECHO_METER_LEARNED_DB 30.0 /* the return loss of one that has learned the room ... */
#define LV_ECHO_METER_LEARNING 4      /* ... or, after so many measurements, it never will */

/* Something moved between voice and microphone that a canceller does not get over by itself, such
 * as a cycle of the graph that one of the two missed: so much below its best ... */
#define LV_ECHO_METER_DISTURBED_DB 20.0
#define LV_ECHO_METER_DISTURBED 3 /* ... in so many measurements on end; a person is done sooner */

/* Plain; all zero at first. */
typedef struct {
  double voice_power, heard_power;
  guint n_chunks;
  double measured_db[LV_ECHO_METER_MEASUREMENTS];
  double median_db; /* of these */
  double best_db;   /* of all */
  guint n_measured; /* ever */
} LvEchoMeter;

/* @voice, @heard: RMS, 0..1, of the 20 ms that the speaker plays and the microphone delivers.
 * Returns TRUE when a measurement is complete. */
gboolean lv_echo_meter_feed (LvEchoMeter *self, double voice, double heard);

/* Whether a canceller that began when the meter did can be trusted. */
gboolean lv_echo_meter_has_learned (const LvEchoMeter *self);

/* Whether one that could be trusted no longer can. */
gboolean lv_echo_meter_is_disturbed (const LvEchoMeter *self);

/* FALSE until there are enough. */
gboolean lv_echo_meter_get (const LvEchoMeter *self, double *ret_db);
