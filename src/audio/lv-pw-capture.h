/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The microphone by PipeWire: data thread -> ring -> one wake-up per 20 ms -> the listener on the
 * main thread. When the main thread does not keep up, new samples are dropped and counted. Main
 * thread, except process_rt.
 */
#pragma once

#include "audio/lv-pw-context.h"

#define LV_PW_CAPTURE_RING_FRAMES 16384   /* 1 s at 16 kHz: how long the main loop may be busy */
#define LV_PW_CAPTURE_LATENCY "512/48000" /* shorter ones cost more than they are heard to save */

#define LV_TYPE_PW_CAPTURE (lv_pw_capture_get_type ())
G_DECLARE_FINAL_TYPE (LvPwCapture, lv_pw_capture, LV, PW_CAPTURE, LvCapture)

/* Stopped. Arguments as for lv_pw_context_create_capture(). */
LvCapture *lv_pw_capture_new (LvPwContext *context, const char *target, const char *description);

/* Samples dropped since creation because the main thread was late. */
guint64 lv_pw_capture_get_dropped (LvPwCapture *self);
