/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scripted misbehaviour, to see how clients take what a network and a busy service do to them. A
 * script has a fault on each line, "STAGE DELAY-MS KIND [ARGUMENTS]", for example:
 *
 *   setup 2000 goaway 5000
 *   audio 300 drop
 *   resume 0 close 1011 Internal error encountered.
 *
 * A fault happens once, on the first connection that reaches its stage, one at a time. Main thread;
 * no I/O after loading.
 */
#pragma once

#include "base/lv-error.h"

#define LV_ENGINE_FAULTS_MAX 64

typedef enum {
  LV_ENGINE_STAGE_CONNECT, /* the connection is open */
  LV_ENGINE_STAGE_SETUP,   /* setupComplete of a new conversation */
  LV_ENGINE_STAGE_RESUME,  /* setupComplete of a resumed one */
  LV_ENGINE_STAGE_AUDIO,   /* a frame of the model's audio */
  LV_ENGINE_STAGE_TURN,    /* turnComplete */
} LvEngineStage;

typedef enum {
  LV_ENGINE_FAULT_GOAWAY, /* goaway MS: announce the end, and close then with 1008 */
  LV_ENGINE_FAULT_CLOSE,  /* close CODE REASON */
  LV_ENGINE_FAULT_DROP,   /* the network is gone, without a close frame */
  LV_ENGINE_FAULT_STALL,  /* open, but silent and deaf */
} LvEngineFaultKind;

typedef struct {
  LvEngineStage stage;
  guint delay_ms;
  LvEngineFaultKind kind;
  guint number; /* MS or CODE */
  char *reason;
} LvEngineFault;

void lv_engine_fault_free (LvEngineFault *fault);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineFault, lv_engine_fault_free)

typedef struct _LvEngineFaults LvEngineFaults;

/* @path NULL: no faults. INVALID_ARGS names file and line. */
LvEngineFaults *lv_engine_faults_load (const char *path, GError **error);
void lv_engine_faults_free (LvEngineFaults *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineFaults, lv_engine_faults_free)

/* The next fault of @stage, which is now the caller's; NULL when there is none. */
LvEngineFault *lv_engine_faults_take (LvEngineFaults *self, LvEngineStage stage);
