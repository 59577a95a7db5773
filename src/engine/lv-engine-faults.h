/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scripted misbehaviour, to see how clients take what a network and a busy service do to them. A
 * script has a fault on each line, "STAGE[*N] DELAY-MS KIND [ARGUMENT]", for example:
 *
 *   setup 2000 goaway 5000
 *   audio*3 0 cut
 *   resuming 0 close 1011 Internal error encountered.
 *
 * A fault happens once, on the first connection that reaches its stage (with *N, when a stage is
 * reached for the Nth time). Main thread; no I/O after loading.
 */
#pragma once

#include "base/lv-error.h"

#define LV_ENGINE_FAULTS_MAX 64
#define LV_ENGINE_FAULT_DELAY_MAX_MS (60 * 60 * 1000)

typedef enum {
  LV_ENGINE_STAGE_REQUEST,     /* a WebSocket is asked for */
  LV_ENGINE_STAGE_CONNECT,     /* it is open */
  LV_ENGINE_STAGE_HELLO,       /* a setup has come, and is not answered yet */
  LV_ENGINE_STAGE_RESUMING,    /* the same, with a handle */
  LV_ENGINE_STAGE_SETUP,       /* setupComplete of a new conversation */
  LV_ENGINE_STAGE_RESUME,      /* setupComplete of a resumed one */
  LV_ENGINE_STAGE_ASKED,       /* a text to answer has come */
  LV_ENGINE_STAGE_HEARD,       /* inputTranscription */
  LV_ENGINE_STAGE_AUDIO,       /* a frame of the model's audio */
  LV_ENGINE_STAGE_CALL,        /* toolCall */
  LV_ENGINE_STAGE_RESULT,      /* a toolResponse has come */
  LV_ENGINE_STAGE_INTERRUPTED, /* interrupted */
  LV_ENGINE_STAGE_GENERATED,   /* generationComplete */
  LV_ENGINE_STAGE_TURN,        /* turnComplete */
  LV_ENGINE_N_STAGES           /*< not a stage >*/
} LvEngineStage;

typedef enum {
  /* the connection */
  LV_ENGINE_FAULT_HTTP,   /* http STATUS: no WebSocket; at "request" alone */
  LV_ENGINE_FAULT_GOAWAY, /* goaway MS: announce the end, and close then with 1008 */
  LV_ENGINE_FAULT_CLOSE,  /* close CODE [REASON] */
  LV_ENGINE_FAULT_DROP,   /* the network is gone, without a close frame */
  LV_ENGINE_FAULT_STALL,  /* open, but silent and deaf; pings and a close are answered */
  LV_ENGINE_FAULT_FREEZE, /* as if the cable were cut: nothing is answered, nothing is closed */
  LV_ENGINE_FAULT_PONG,   /* pong MS: pings are answered late from now on */
  LV_ENGINE_FAULT_DEAF,   /* deaf MS: what the client says for so long is not heeded */

  /* what is said */
  LV_ENGINE_FAULT_SEND,    /* send JSON: a frame of its own */
  LV_ENGINE_FAULT_AUDIO,   /* audio MS: sound that belongs to nothing */
  LV_ENGINE_FAULT_PAUSE,   /* pause MS: what follows is held back */
  LV_ENGINE_FAULT_CUT,     /* the turn ends too early, its rest is lost */
  LV_ENGINE_FAULT_EMPTY,   /* this turn, or the next one, has no content */
  LV_ENGINE_FAULT_HUSH,    /* likewise, is near-silent */
  LV_ENGINE_FAULT_REPEAT,  /* likewise, is said twice */
  LV_ENGINE_FAULT_REJECT,  /* likewise, has no content, and the reason RESPONSE_REJECTED */
  LV_ENGINE_FAULT_PHANTOM, /* interrupted though nobody speaks; the rest of the turn is lost */
  LV_ENGINE_FAULT_LOSE,    /* lose WHAT: the next message of that kind is not sent */
  LV_ENGINE_FAULT_TWICE,   /* twice WHAT: it is sent two times */
} LvEngineFaultKind;

/* Kinds of server messages, WHAT. */
typedef enum {
  LV_ENGINE_FRAME_SETUP_COMPLETE,
  LV_ENGINE_FRAME_RESUMPTION,
  LV_ENGINE_FRAME_HEARD,
  LV_ENGINE_FRAME_AUDIO,
  LV_ENGINE_FRAME_TRANSCRIPT,
  LV_ENGINE_FRAME_CALL,
  LV_ENGINE_FRAME_CANCELLATION,
  LV_ENGINE_FRAME_INTERRUPTED,
  LV_ENGINE_FRAME_GENERATION_COMPLETE,
  LV_ENGINE_FRAME_TURN_COMPLETE,
  LV_ENGINE_N_FRAMES /*< not a kind >*/
} LvEngineFrameKind;

typedef struct {
  LvEngineStage stage;
  guint nth; /* counts down */
  guint delay_ms;
  LvEngineFaultKind kind;
  guint number; /* MS, CODE, STATUS or LvEngineFrameKind */
  char *text;   /* REASON or JSON */
} LvEngineFault;

void lv_engine_fault_free (LvEngineFault *fault);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineFault, lv_engine_fault_free)

/* Logs that @fault happens now. */
void lv_engine_fault_tell (const LvEngineFault *fault);

typedef struct _LvEngineFaults LvEngineFaults;

/* @path NULL: no faults. INVALID_ARGS names file and line. */
LvEngineFaults *lv_engine_faults_load (const char *path, GError **error);
void lv_engine_faults_free (LvEngineFaults *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineFaults, lv_engine_faults_free)

/* @stage is reached: the faults that are due now are the caller's (LvEngineFault). NULL when there
 * are none. */
GPtrArray *lv_engine_faults_take (LvEngineFaults *self, LvEngineStage stage);

/* TRUE while a fault is left that happens below the WebSocket. */
gboolean lv_engine_faults_touch_wire (LvEngineFaults *self);
