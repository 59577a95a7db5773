/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who is heard of the sessions that share a microphone. The floor of a device belongs to the one
 * that last began a conversation, was unmuted or pressed the key to talk; when that one leaves (its
 * conversation ends, or it is muted), the one before gets it back. There is one capture stream for
 * each device, and only while somebody is heard by it: the device is not muted in the mixer, and
 * the desktop does not forbid microphones. All that is watched only while somebody wants to be
 * heard. Main thread.
 */
#pragma once

#include "audio/lv-pw-context.h"

#define LV_TYPE_FLOOR (lv_floor_get_type ())
G_DECLARE_FINAL_TYPE (LvFloor, lv_floor, LV, FLOOR, GObject)

LvFloor *lv_floor_new (LvPwContext *context);

/* For LvMicrophone: @who gets chunks, pauses and failures from now on, until it leaves, which it
 * does before it is freed. @target: what is to be captured. NO_AUDIO_SERVER. */
gboolean lv_floor_enter (LvFloor *self, LvCapture *who, const char *target, const char *description,
                         GError **error);
void lv_floor_leave (LvFloor *self, LvCapture *who);

/* @who, which has entered, comes before all others, and hears what was said last. */
void lv_floor_take (LvFloor *self, LvCapture *who);
