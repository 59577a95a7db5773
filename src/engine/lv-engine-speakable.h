/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text as it is to be shown, and as espeak-ng should read it: times ("3:05" is not "three zero
 * five"), markup that chat models write. One character for each, so that positions in one are
 * positions in the other. And sentences, to be spoken one by one. Pure.
 */
#pragma once

#include <glib.h>

#define LV_ENGINE_SENTENCE_MAX 400 /* bytes; a longer one is cut at a space */

/* @text with the same number of characters, newly allocated. @text must be valid UTF-8. @english:
 * "3:05" is to be "three oh five". */
char *lv_engine_speakable (const char *text, gboolean english);

/* Bytes of the first sentence of @text with the space after it; 0 for "". Never ends within a
 * character. */
gsize lv_engine_speakable_sentence (const char *text);
