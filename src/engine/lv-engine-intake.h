/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sound of a client, at the rate that the ears hear: the service takes other rates than its own
 * and converts them. One for each connection. Main thread.
 */
#pragma once

#include "protocol/lv-message.h"

#define LV_ENGINE_INTAKE_MIN_RATE 8000 /* Hz */
#define LV_ENGINE_INTAKE_MAX_RATE 48000
#define LV_ENGINE_INTAKE_REFUSAL                                                                   \
  "Error when processing input audio, please check if the input audio is in valid format: 16khz "  \
  "s16le pcm, mono channel"

typedef struct _LvEngineIntake LvEngineIntake;

LvEngineIntake *lv_engine_intake_new (void);
void lv_engine_intake_free (LvEngineIntake *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineIntake, lv_engine_intake_free)

/* *@ret_samples: what @sound gives at 16 kHz, *@ret_n of them; owned by @sound or @self, until the
 * next call. FALSE: it is no mono PCM of 16 bits, or of a rate that is not taken or cannot be read.
 * A type without rate has 16 kHz. */
gboolean lv_engine_intake_read (LvEngineIntake *self, const LvBlob *sound,
                                const gint16 **ret_samples, gsize *ret_n);
