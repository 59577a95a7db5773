/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The voices of the Live API by name, each as an espeak-ng variant with a pitch, a liveliness and a
 * pace of its own. Pure.
 */
#pragma once

#include <glib.h>

typedef struct {
  const char *name;
  const char *variant; /* of espeak-ng */
  int pitch;           /* 0 to 99, 50 is the variant's own */
  int range;           /* of the intonation, likewise */
  int words_per_minute;
} LvEngineVoiceStyle;

/* The style of the voice called @name (any case); the service's default for NULL and names it does
 * not know. */
const LvEngineVoiceStyle *lv_engine_voices_lookup (const char *name);

/* All, *@ret_n of them. */
const LvEngineVoiceStyle *lv_engine_voices_list (guint *ret_n);
