/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Changes the rate of a stream of mono samples by a rational factor: a linear-phase windowed sinc,
 * split into as many phases as the output has steps between two inputs. Delay:
 * LV_ENGINE_RESAMPLER_TAPS / 2 input samples. Pure.
 */
#pragma once

#include <glib.h>

#define LV_ENGINE_RESAMPLER_TAPS 32 /* input samples that each output sample looks at */

typedef struct _LvEngineResampler LvEngineResampler;

/* Rates in Hz, both below 200 kHz. Rates that are equal pass through the same filter. */
LvEngineResampler *lv_engine_resampler_new (guint rate_in, guint rate_out);
void lv_engine_resampler_free (LvEngineResampler *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineResampler, lv_engine_resampler_free)

/* Appends to @out (float) what @samples, times @gain, give; keeps the rest for the next call. */
void lv_engine_resampler_push (LvEngineResampler *self, const gint16 *samples, gsize n_samples,
                               float gain, GArray *out);

/* Forgets the past. */
void lv_engine_resampler_reset (LvEngineResampler *self);
