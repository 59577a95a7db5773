/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-captions.h"

#include "engine/lv-engine-languages.h"
#include "engine/lv-engine-words.h"

static LvTranscription *
new_transcription (const char *text, gboolean finished, const char *language)
{
  LvTranscription *transcription = lv_transcription_new (text, finished);

  transcription->language_code = g_strdup (language);
  return transcription;
}

static void
add_times (LvTranscription *transcription, LvEngineHearing *hearing)
{
  transcription->start_us = lv_engine_hearing_get_start_us (hearing);
  transcription->end_us = lv_engine_hearing_get_end_us (hearing);
}

LvServerMessage *
lv_engine_captions_interim (LvEngineHearing *hearing, const LvSetup *setup, const char *text)
{
  LvServerMessage *message;

  if (!setup->input_transcription)
    return NULL;
  message = lv_server_message_new ();
  message->interim_input_transcription = new_transcription (text, FALSE, LV_ENGINE_ENGLISH);
  if (setup->interim_timestamps)
    add_times (message->interim_input_transcription, hearing);
  return message;
}

/* A model that only transcribes always tells the times of an utterance. */
static gboolean
wants_times (const LvSetup *setup)
{
  return setup->word_timestamps ||
         (!lv_model_can (lv_setup_get_limits (setup), LV_CAN_READ) && setup->response_text);
}

LvServerMessage *
lv_engine_captions_heard (LvEngineHearing *hearing, const LvSetup *setup, const char *text)
{
  const gboolean smart = setup->transcription_mode == LV_TRANSCRIPTION_SMART;
  g_autofree char *polished = smart ? lv_engine_captions_polish (text) : NULL;
  LvServerMessage *message;

  if (!setup->input_transcription)
    return NULL;
  message = lv_server_message_new ();
  message->input_transcription =
      new_transcription (smart ? polished : text, TRUE, LV_ENGINE_ENGLISH);
  if (wants_times (setup))
    add_times (message->input_transcription, hearing);
  if (setup->word_timestamps)
    message->input_transcription->words = lv_engine_hearing_dup_words (hearing);
  return message;
}

LvServerMessage *
lv_engine_captions_said (const LvSetup *setup, const char *delta, const char *language)
{
  LvServerMessage *message;

  if (!setup->response_text && !setup->output_transcription)
    return NULL;
  message = lv_server_message_new ();
  if (setup->response_text)
    message->model_turn = lv_content_new_text (LV_ROLE_MODEL, delta);
  else
    message->output_transcription = new_transcription (delta, FALSE, language);
  return message;
}

LvServerMessage *
lv_engine_captions_voice (GBytes *pcm)
{
  LvServerMessage *message = lv_server_message_new ();

  message->model_turn = lv_content_new (LV_ROLE_MODEL);
  lv_content_add_blob (message->model_turn, lv_blob_new ("audio/pcm;rate=24000", pcm));
  return message;
}

/* ---- smart ---- */

static gboolean
is_question (const char *first)
{
  static const char *const words[] = { "what", "who", "when", "where", "why",  "how",
                                       "is",   "are", "can",  "do",    "does", NULL };

  return first != NULL && lv_engine_words_contain (words, first);
}

char *
lv_engine_captions_polish (const char *text)
{
  static const char *const fillers[] = { "um", "uh", "er", "erm", "hmm", NULL };
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  g_autoptr (GPtrArray) kept = g_ptr_array_new ();
  g_autofree char *joined = NULL;
  gboolean question;

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && !lv_engine_words_contain (fillers, words[i]))
      g_ptr_array_add (kept, words[i]);
  if (kept->len == 0)
    return g_strdup ("");
  question = is_question (kept->pdata[0]);
  g_ptr_array_add (kept, NULL);
  joined = g_strjoinv (" ", (char **) kept->pdata);
  joined[0] = g_ascii_toupper (joined[0]);
  return g_strconcat (joined, question ? "?" : ".", NULL);
}
