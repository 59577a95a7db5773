/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The flight recorder of a session: a ring in memory with what went over the wire in the last
 * minutes, both ways, and with what happened meanwhile. Of sound it keeps how loud it was, measured
 * where it lies; the samples only where the user has set that. Beside the path of sound: no
 * allocation for a frame, and no copy of what is not kept. Nothing of it leaves the memory but by
 * lv_recording_write(). Pure, the clocks are passed in. Main thread; a recording belongs to whoever
 * has it.
 */
#pragma once

#include "protocol/lv-report.h"

#define LV_RECORDER_MAX_BYTES (1024 * 1024)            /* without samples: five minutes of speech */
#define LV_RECORDER_MAX_SOUND_BYTES (16 * 1024 * 1024) /* with samples: some two minutes */
#define LV_RECORDER_MAX_FRAME_SHARE 4             /* a frame larger than this part is left out */
#define LV_RECORDER_MAX_US (300 * G_USEC_PER_SEC) /* what is older goes */
#define LV_RECORDER_KEEP_S 600                    /* after the conversation */

typedef gint64 (*LvClock) (void); /* microseconds */

typedef struct _LvRecorder LvRecorder;

/* @monotonic, @wall: g_get_monotonic_time() and g_get_real_time(), or a test's. */
LvRecorder *lv_recorder_new (gsize max_bytes, gboolean with_samples, LvClock monotonic,
                             LvClock wall);
void lv_recorder_free (LvRecorder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvRecorder, lv_recorder_free)

/* The frames that follow are those of a new connection. */
void lv_recorder_begin_link (LvRecorder *self);
void lv_recorder_add_frame (LvRecorder *self, gboolean received, GBytes *frame);
/* @frame is nothing but @samples. */
void lv_recorder_add_sound (LvRecorder *self, gboolean received, gconstpointer frame, gsize n_frame,
                            const gint16 *samples, gsize n_samples, guint rate);
/* A frame that nobody needs, such as a picture. */
void lv_recorder_add_omitted (LvRecorder *self, gboolean received, gsize n_bytes);
/* @event: a word; @details: text of a JSON object. */
void lv_recorder_add_event (LvRecorder *self, const char *event, const char *details);

gboolean lv_recorder_keeps_samples (LvRecorder *self);
gsize lv_recorder_get_used (LvRecorder *self); /* bytes */

/* ---- what is told of it ---- */

typedef struct _LvRecording LvRecording;

/* A copy of what there is now; @head: texts and sound as they are asked for, its time is set. */
LvRecording *lv_recorder_copy (LvRecorder *self, const LvReportHead *head);
void lv_recording_free (LvRecording *recording);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvRecording, lv_recording_free)

/* What a report of it holds, and what was removed from it. */
typedef struct {
  guint n_lines;
  guint64 n_lost;
  gint64 us; /* from the first line to the last */
  gboolean texts;
  gboolean sound;
  guint removed[LV_N_REMOVED];
} LvRecordingSum;

/* The report, as protocol/lv-report writes it; takes a while. Any thread. */
GBytes *lv_recording_write (LvRecording *recording, LvRecordingSum *ret_sum);
