/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A source of microphone audio. Created stopped; stopping disconnects from the device, so that the
 * desktop's microphone indicator goes out. While it runs it may be paused: something that is not
 * ours to decide keeps it from hearing, and it is disconnected until that is over. Main thread.
 *
 * Signals:
 *   "failed" (const GError *error)  stopped by a failure: NO_MICROPHONE, NO_AUDIO_SERVER
 *   "pause" ()                      lv_capture_get_pause() has changed
 */
#pragma once

#include "base/lv-error.h"
#include "base/lv-pcm.h"

#define LV_TYPE_CAPTURE (lv_capture_get_type ())
G_DECLARE_DERIVABLE_TYPE (LvCapture, lv_capture, LV, CAPTURE, GObject)

/* Why nothing is heard although it runs. */
typedef enum {
  LV_PAUSE_NONE,
  LV_PAUSE_FLOOR,        /* another conversation is heard instead */
  LV_PAUSE_SOURCE_MUTED, /* in the mixer or by a key */
  LV_PAUSE_PRIVACY,      /* the desktop's switch for all microphones */
  /* of a whole conversation, not of a source: lv_session_set_hold() */
  LV_PAUSE_LOCKED,   /* the screen */
  LV_PAUSE_INACTIVE, /* the screen shows another user's desktop */
  LV_PAUSE_ASLEEP,   /* the machine, or it is about to */
  LV_PAUSE_ORPHANED, /* its application left the bus, and may come back */
} LvPause;

struct _LvCaptureClass {
  GObjectClass parent_class;
  gboolean (*start) (LvCapture *self, GError **error);
  void (*stop) (LvCapture *self);
  void (*take_floor) (LvCapture *self); /* nullable: nobody shares it */
};

/* What it hears: 20 ms at 16 kHz (LV_CHUNK_FRAMES), valid during the call. It comes 50 times a
 * second, which is too often for a signal. */
typedef void (*LvCaptureListener) (LvCapture *self, const gint16 *samples, guint n_samples,
                                   gpointer data);

/* The only one, in place of the one before; @listener NULL: nobody listens any more. */
void lv_capture_set_listener (LvCapture *self, LvCaptureListener listener, gpointer data);

/* Idempotent. Failures that take time arrive as "failed". */
gboolean lv_capture_start (LvCapture *self, GError **error);
void lv_capture_stop (LvCapture *self);
gboolean lv_capture_is_running (LvCapture *self);

/* From now on this one is heard, of those that share a device; chunks of the last 300 ms come
 * first. Nothing while it does not run. */
void lv_capture_take_floor (LvCapture *self);

/* NONE while it does not run. */
LvPause lv_capture_get_pause (LvCapture *self);

/* For subclasses. */
void lv_capture_emit_chunk (LvCapture *self, const gint16 *samples, guint n_samples);
void lv_capture_emit_failed (LvCapture *self, const GError *error);
void lv_capture_set_pause (LvCapture *self, LvPause pause);
