/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One session's share of a microphone: what LvFloor gives it when it is the one that is heard,
 * paused while another is. Main thread.
 */
#pragma once

#include "audio/lv-floor.h"

#define LV_TYPE_MICROPHONE (lv_microphone_get_type ())
G_DECLARE_FINAL_TYPE (LvMicrophone, lv_microphone, LV, MICROPHONE, LvCapture)

/* Stopped. Holds a reference on @floor. @target, @description: as for
 * lv_pw_context_create_capture(). */
LvCapture *lv_microphone_new (LvFloor *floor, const char *target, const char *description);
