/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * English text into another language by apertium, when it is installed with the pair: its pipeline
 * of programs runs as long as this object, started by the first sentence, one sentence after the
 * other going through. Main thread, asynchronous. No network.
 */
#pragma once

#include "base/lv-error.h"

#include <gio/gio.h>

#define LV_ENGINE_TRANSLATOR_TIMEOUT_S 20 /* for a sentence; the first waits for the dictionaries */
#define LV_ENGINE_TRANSLATOR_MAX_BYTES (16 * 1024) /* of a sentence; the rest is left out */

#define LV_TYPE_ENGINE_TRANSLATOR (lv_engine_translator_get_type ())
G_DECLARE_FINAL_TYPE (LvEngineTranslator, lv_engine_translator, LV, ENGINE_TRANSLATOR, GObject)

/* @target: BCP-47. UNSUPPORTED when no pair from English to it is installed, in few words. */
LvEngineTranslator *lv_engine_translator_new (const char *target, GError **error);

/* Sentences are answered in their order. Result: the translation, newly allocated. Errors: FAILED
 * when apertium ends or takes too long; it is started again for the next sentence. */
void lv_engine_translator_translate_async (LvEngineTranslator *self, const char *text,
                                           GCancellable *cancellable, GAsyncReadyCallback callback,
                                           gpointer user_data);
char *lv_engine_translator_translate_finish (LvEngineTranslator *self, GAsyncResult *result,
                                             GError **error);

/* The pipeline of an apertium mode with every program told to flush at the end of a text (-z);
 * newly allocated, NULL when it is not a pipeline of programs. */
char *lv_engine_translator_make_pipeline (const char *mode);
/* @text so that apertium takes it for text, and back; newly allocated. */
char *lv_engine_translator_escape (const char *text);
char *lv_engine_translator_unescape (const char *text);
