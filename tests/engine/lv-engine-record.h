/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a client gets from the engine: the messages in their order, and the close. Waiting moves on through them.
 */
#pragma once

#include "protocol/lv-message.h"

typedef struct {
  GPtrArray *messages; /* LvServerMessage */
  guint next;          /* the first that nobody has waited for */
  gboolean closed;
  guint close_code;
  char *close_reason;
} LvEngineRecord;

typedef gboolean (*LvEngineMatch) (const LvServerMessage *message);

void lv_engine_record_init (LvEngineRecord *record);
void lv_engine_record_clear (LvEngineRecord *record);

void lv_engine_record_add (LvEngineRecord *record, GBytes *frame);
void lv_engine_record_close (LvEngineRecord *record, guint code, const char *reason);

/* Runs the main loop until a message matches; the test fails when the connection closes before. */
const LvServerMessage *lv_engine_record_wait (LvEngineRecord *record, LvEngineMatch match,
                                              const char *description);
#define lv_engine_record_wait_for(record, match) lv_engine_record_wait ((record), (match), #match)

/* Waits for the close and checks it: the reason must begin with @reason. */
void lv_engine_record_wait_close (LvEngineRecord *record, guint code, const char *reason);

/* Of the messages @from up to where waiting is now: joined output transcription or answer text, and PCM frames. */
char *lv_engine_record_dup_answer (const LvEngineRecord *record, guint from);
guint64 lv_engine_record_count_frames (const LvEngineRecord *record, guint from);
gboolean lv_engine_record_has (const LvEngineRecord *record, guint from, LvEngineMatch match);

gboolean is_setup_complete (const LvServerMessage *message);
gboolean is_resumption_update (const LvServerMessage *message);
gboolean is_audio (const LvServerMessage *message);
gboolean is_text (const LvServerMessage *message);
gboolean is_input_transcription (const LvServerMessage *message);
gboolean is_interrupted (const LvServerMessage *message);
gboolean is_tool_call (const LvServerMessage *message);
gboolean is_cancellation (const LvServerMessage *message);
gboolean is_generation_complete (const LvServerMessage *message);
gboolean is_turn_complete (const LvServerMessage *message);
gboolean is_go_away (const LvServerMessage *message);
