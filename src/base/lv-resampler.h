/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Changes the rate of a stream of mono samples by a rational factor: a linear-phase windowed sinc,
 * split into as many phases as the output has steps between two inputs. Delay:
 * LV_RESAMPLER_TAPS / 2 samples of the lower rate. Memory grows with the terms of the ratio of the
 * rates: for those that people use. Pure.
 */
#pragma once

#include <glib.h>

#define LV_RESAMPLER_TAPS 32 /* of the lower rate, that each output sample looks at */

typedef struct _LvResampler LvResampler;

/* Rates in Hz, both below 200 kHz. Rates that are equal pass through the same filter. */
LvResampler *lv_resampler_new (guint rate_in, guint rate_out);
void lv_resampler_free (LvResampler *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvResampler, lv_resampler_free)

/* Appends to @out (float) what @samples, times @gain, give; keeps the rest for the next call. */
void lv_resampler_push (LvResampler *self, const gint16 *samples, gsize n_samples, float gain,
                        GArray *out);

/* Forgets the past. */
void lv_resampler_reset (LvResampler *self);
