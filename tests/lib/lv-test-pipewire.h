/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A private PipeWire with a virtual speaker and microphone for C tests (tests/lib/pwenv.py does the work), and
 * a recorder that tells when each sample left the speaker. Main thread; the recorder has a thread of its own.
 */
#pragma once

#include <gio/gio.h>

#define LV_TEST_SPEAKER "livevoice-test-speaker"
#define LV_TEST_MICROPHONE "livevoice-test-microphone"
#define LV_TEST_RATE 48000 /* of the graph and of the recorder, Hz */

typedef struct _LvTestPipewire LvTestPipewire;

/* Starts it and puts its variables into the environment of this process. Fails the test on failure. */
LvTestPipewire *lv_test_pipewire_new (void);
void lv_test_pipewire_free (LvTestPipewire *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvTestPipewire, lv_test_pipewire_free)

/* One of the commands of pwenv.py --serve, e.g. "play FILE"; returns when it is done. */
void lv_test_pipewire_command (LvTestPipewire *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Speaks @samples, s16 mono at @rate, into the microphone; returns just before the first of them. */
void lv_test_pipewire_play (LvTestPipewire *self, const gint16 *samples, guint n_samples,
                            guint rate);

typedef struct _LvTestRecorder LvTestRecorder;

/* Records the monitor of the speaker from now on; returns when it runs. */
LvTestRecorder *lv_test_recorder_new (void);
void lv_test_recorder_free (LvTestRecorder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvTestRecorder, lv_test_recorder_free)

/* Samples recorded so far. */
guint lv_test_recorder_get_n_samples (LvTestRecorder *self);

/* Runs the main context until sound that left the speaker at @time_ns, monotonic, has been recorded. */
void lv_test_recorder_wait_until (LvTestRecorder *self, gint64 time_ns);

/* A copy of the samples from @start on. */
float *lv_test_recorder_get_samples (LvTestRecorder *self, guint start, guint n_samples);

/* The monotonic time at which sample @index left the speaker, and the reverse. */
gint64 lv_test_recorder_get_time_ns (LvTestRecorder *self, guint index);
guint lv_test_recorder_get_index (LvTestRecorder *self, gint64 time_ns);

/* Indices of the first and of the last sample of [start, end) louder than @threshold, -1 for none. */
gint64 lv_test_recorder_find_first (LvTestRecorder *self, guint start, guint end, float threshold);
gint64 lv_test_recorder_find_last (LvTestRecorder *self, guint start, guint end, float threshold);

/* Cycles so far that the graph began late or left out, because the machine was busy with other things: a
 * measurement of short times during which this number grew is void. */
guint lv_test_recorder_get_n_late (LvTestRecorder *self);

/* Frames of the graph cycle during the last buffer. */
guint lv_test_recorder_get_quantum (LvTestRecorder *self);
