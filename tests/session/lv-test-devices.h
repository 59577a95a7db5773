/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A microphone that the test speaks into, and a speaker whose time passes when the test says so; stands in for
 * lv-pw-context at link time, so that the session is the real one down to the sample. Main thread.
 */
#pragma once

#include "audio/lv-pw-context.h"

/* What is plugged in; the session is told when the test says so. */
LvPwNodes *lv_test_get_nodes (LvPwContext *self);
void lv_test_tell_devices (LvPwContext *self);
/* By how many PipeWire is held. */
guint lv_test_count_holds (LvPwContext *self);

/* What the session created last, borrowed; NULL when it is gone. */
LvCapture *lv_test_microphone (void);
LvPlayback *lv_test_speaker (void);

/* Starting the next microphone fails with NO_MICROPHONE. */
void lv_test_set_microphone_missing (gboolean missing);

/* @n_chunks of 20 ms; FALSE when nobody listens. All samples of the chunk have the value @value. */
gboolean lv_test_speak (guint n_chunks, gint16 value);

/* The same with a chunk of any sound, LV_CHUNK_FRAMES of it. */
gboolean lv_test_hear (const gint16 *chunk);

/* What the session asked for against echo, and what the devices do. */
LvEchoCancel lv_test_get_echo_cancel (void);
void lv_test_set_echo (LvEchoMode mode, gboolean failed);

/* Whether the speaker keeps what is queued to itself. */
gboolean lv_test_is_held (void);

/* The speaker plays @frames of what is queued, and tells when it has drained; nothing while held. */
void lv_test_play (guint64 frames);
