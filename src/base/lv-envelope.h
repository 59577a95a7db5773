/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is left of sound when nobody may hear it: for each 20 ms how loud it was, enough to tell
 * speech from silence and a late packet from a lost one, and to make a noise of the same loudness.
 * Pure, any thread.
 */
#pragma once

#include <glib.h>

#define LV_ENVELOPE_STEP_MS 20
#define LV_ENVELOPE_STEPS_MAX 3000 /* of one stretch of sound: a minute */
#define LV_ENVELOPE_RATE_MIN 8000  /* Hz */
#define LV_ENVELOPE_RATE_MAX 48000

/* One step, in units of a sample: 0 to 32768. */
typedef struct {
  guint16 rms;
  guint16 peak;
} LvEnvelopeStep;

/* Steps that @n_samples at @rate take; the last one may be shorter than the others. */
guint lv_envelope_count (guint64 n_samples, guint rate);

/* Of step number @step of @samples. */
LvEnvelopeStep lv_envelope_measure (const gint16 *samples, gsize n_samples, guint rate, guint step);

/* Fills @samples with noise as loud as @steps, which must be lv_envelope_count() many; the same one
 * each time. */
void lv_envelope_render (const LvEnvelopeStep *steps, gint16 *samples, gsize n_samples, guint rate);
