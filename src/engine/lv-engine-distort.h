/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Between a session and its connection: encodes what the session says, and does the scripted faults
 * that change what is said. Without faults everything goes through at once. Main thread.
 */
#pragma once

#include "engine/lv-engine-faults.h"
#include "protocol/lv-message.h"

#define LV_ENGINE_REPEAT_MAX_FRAMES 1000 /* of a turn that is said twice; more are said once */
#define LV_ENGINE_HELD_MAX_FRAMES 10000  /* during a pause; what comes then is lost */
#define LV_ENGINE_HUSH_DIVISOR 1024      /* 60 dB less */

typedef void (*LvEngineEmit) (GBytes *frame, gpointer data);

typedef struct _LvEngineDistort LvEngineDistort;

/* Frames go to @emit with @data. */
LvEngineDistort *lv_engine_distort_new (LvEngineEmit emit, gpointer data);
void lv_engine_distort_free (LvEngineDistort *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineDistort, lv_engine_distort_free)

void lv_engine_distort_message (LvEngineDistort *self, const LvServerMessage *message);

/* @fault happens now; FALSE when it is none of what is said but of the connection. */
gboolean lv_engine_distort_apply (LvEngineDistort *self, const LvEngineFault *fault);
