/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signed 16-bit mono PCM: the two rates of the Live API, conversions between frames, bytes and
 * time, and level measures. Mono, so one frame is one sample of two bytes. Pure, any thread.
 */
#pragma once

#include <glib.h>

#define LV_RATE_IN 16000  /* microphone to server, Hz */
#define LV_RATE_OUT 24000 /* server to speaker, Hz */
#define LV_CHUNK_MS 20    /* one uplink frame */
#define LV_CHUNK_FRAMES (LV_RATE_IN * LV_CHUNK_MS / 1000)
#define LV_BYTES_PER_FRAME sizeof (gint16)

/* Duration of @frames at @rate in microseconds. */
gint64 lv_pcm_frames_to_us (guint64 frames, guint rate);

/* Frames that @us microseconds hold at @rate, rounded down. */
guint64 lv_pcm_us_to_frames (gint64 us, guint rate);

/* A sample of full scale 32768 as the nearest one of 16 bits. */
gint16 lv_pcm_from_float (float sample);

/* Largest magnitude in @samples, 0.0 to 1.0 of full scale; 0.0 for none. */
double lv_pcm_peak (const gint16 *samples, gsize n_samples);

/* Root mean square of @samples, 0.0 to 1.0 of full scale; 0.0 for none. */
double lv_pcm_rms (const gint16 *samples, gsize n_samples);
