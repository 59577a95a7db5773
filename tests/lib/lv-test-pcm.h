/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Microphone audio for the tests: a recorded person, silence, and the noises of a room; s16 mono at 16 kHz in growing
 * arrays of gint16. Deterministic.
 */
#pragma once

#include <glib.h>

typedef enum {
  LV_NOISE_NONE,
  LV_NOISE_WHITE,
  LV_NOISE_PINK,
  LV_NOISE_HUM,    /* 50 Hz and its odd harmonics up to 250 Hz */
  LV_NOISE_CLICKS, /* 4 ms, five in two seconds */
  LV_NOISE_KNOCKS, /* 300 Hz, ringing down by 1/e in 15 ms, two a second */
  LV_NOISE_BREATH, /* pink, swelling for 0.7 s every 1.5 s */
} LvNoise;

GArray *lv_test_pcm_new (void);
void lv_test_pcm_add_silence (GArray *pcm, guint ms);

/* tests/data/audio/@name.wav, @gain_db louder. */
void lv_test_pcm_add_speech (GArray *pcm, const char *name, double gain_db);

/* Mixes @noise of @rms_db (dB of full scale) over @pcm from @from_ms to the end. */
void lv_test_pcm_mix_noise (GArray *pcm, LvNoise noise, double rms_db, guint from_ms);

#define lv_test_pcm_get_ms(pcm) ((pcm)->len / 16)
