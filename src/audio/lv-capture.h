/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A source of microphone audio. Created stopped; stopping disconnects from the device, so that the
 * desktop's microphone indicator goes out. Main thread.
 *
 * Signals:
 *   "chunk" (const gint16 *samples, guint n_samples)  20 ms at 16 kHz (LV_CHUNK_FRAMES); valid
 *       during the call
 *   "failed" (const GError *error)                    stopped by a failure: NO_MICROPHONE,
 *       NO_AUDIO_SERVER
 */
#pragma once

#include "base/lv-error.h"
#include "base/lv-pcm.h"

#define LV_TYPE_CAPTURE (lv_capture_get_type ())
G_DECLARE_DERIVABLE_TYPE (LvCapture, lv_capture, LV, CAPTURE, GObject)

struct _LvCaptureClass {
  GObjectClass parent_class;
  gboolean (*start) (LvCapture *self, GError **error);
  void (*stop) (LvCapture *self);
};

/* Idempotent. Failures that take time arrive as "failed". */
gboolean lv_capture_start (LvCapture *self, GError **error);
void lv_capture_stop (LvCapture *self);
gboolean lv_capture_is_running (LvCapture *self);

/* For subclasses. */
void lv_capture_emit_chunk (LvCapture *self, const gint16 *samples, guint n_samples);
void lv_capture_emit_failed (LvCapture *self, const GError *error);
