/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The voices of the Live API by name, prebuilt ones and those of the voice library, each as an
 * espeak-ng variant with a pitch, a liveliness and a pace of its own. Pure.
 */
#pragma once

#include <glib.h>

#define LV_ENGINE_LIBRARY_PREFIX "en-us-" /* of the ids of the voice library */

typedef struct {
  const char *name;
  const char *variant; /* of espeak-ng */
  int pitch;           /* 0 to 99, 50 is the variant's own */
  int range;           /* of the intonation, likewise */
  int words_per_minute;
  int volume; /* percent; 0: as it is */
} LvEngineVoiceStyle;

/* The style of the prebuilt voice called @name (any case) or of the voice of the library with that
 * id ("en-us-arlo", or just "arlo"); NULL for a name that nobody has. */
const LvEngineVoiceStyle *lv_engine_voices_find (const char *name);

gboolean lv_engine_voices_is_of_library (const LvEngineVoiceStyle *style);

/* The same; the service's default voice for NULL and names that nobody has. */
const LvEngineVoiceStyle *lv_engine_voices_lookup (const char *name);

/* The prebuilt voices, *@ret_n of them. */
const LvEngineVoiceStyle *lv_engine_voices_list (guint *ret_n);

/* Those of the voice library, by the last part of their id, *@ret_n of them. */
const LvEngineVoiceStyle *lv_engine_voices_list_library (guint *ret_n);
