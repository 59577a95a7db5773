/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * espeak-ng, which keeps its state in the process: one caller at a time gets it, for one sentence.
 * Synchronous, any thread but the main one.
 */
#pragma once

#include "engine/lv-engine-voices.h"
#include "base/lv-error.h"

/* A piece of sound, and the words that begin in it. Return FALSE to stop. */
typedef gboolean (*LvEngineEspeakSound) (const gint16 *samples, gsize n_samples, gpointer data);
/* A word begins @sample samples into the sentence, @character characters into its text. Before its
 * sound. */
typedef void (*LvEngineEspeakWord) (gsize sample, gsize character, gpointer data);

/* Speaks @text (UTF-8, a sentence or so) in @language (BCP-47, nullable) with a pause at its end;
 * @rate of the samples in Hz. UNSUPPORTED: espeak-ng's data is not installed. @word may be NULL. */
gboolean lv_engine_espeak_speak (const LvEngineVoiceStyle *style, const char *language,
                                 const char *text, LvEngineEspeakSound sound,
                                 LvEngineEspeakWord word, gpointer data, GError **error);

/* FALSE for a language (BCP-47) that has no voice: it is spoken as American English. */
gboolean lv_engine_espeak_speaks (const char *language);

/* Hz of the samples; 0 without espeak-ng's data. */
guint lv_engine_espeak_get_rate (void);
