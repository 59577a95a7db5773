/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-profile-key.h"

#define FIELD(member) G_STRUCT_OFFSET (LvProfile, member)

const LvKey lv_profile_keys[] = {
  { "endpoint", LV_KEY_ENDPOINT, LV_KEY_EVERYWHERE, FIELD (endpoint), 0, 2048, "auto|gemini|engine",
    "auto" },
  { "model", LV_KEY_STRING, LV_KEY_EVERYWHERE, FIELD (model), 0, 256, NULL, "" },
  { "voice", LV_KEY_STRING, LV_KEY_EVERYWHERE, FIELD (voice), 0, 128, NULL, "" },
  { "language", LV_KEY_LANGUAGE, LV_KEY_EVERYWHERE, FIELD (language), 0, 64, NULL, "" },
  { "system-instruction", LV_KEY_TEXT, LV_KEY_EVERYWHERE, FIELD (system_instruction), 0,
    LV_SYSTEM_INSTRUCTION_MAX, NULL, LV_SYSTEM_INSTRUCTION_DEFAULT },
  { "modalities", LV_KEY_MODALITIES, LV_KEY_EVERYWHERE, FIELD (speak), 0, 0, NULL, "audio;text" },
  { "turn-detection", LV_KEY_ENUM, LV_KEY_EVERYWHERE, FIELD (turn_detection), 0, 0,
    "auto|manual|local", "auto" },
  { "start-sensitivity", LV_KEY_ENUM, LV_KEY_EVERYWHERE, FIELD (start_sensitivity), 0, 0,
    "default|low|high", "default" },
  { "end-sensitivity", LV_KEY_ENUM, LV_KEY_EVERYWHERE, FIELD (end_sensitivity), 0, 0,
    "default|low|high", "default" },
  { "prefix-padding-ms", LV_KEY_INTEGER, LV_KEY_EVERYWHERE, FIELD (prefix_padding_ms), -1, 5000,
    NULL, "-1" },
  { "silence-duration-ms", LV_KEY_INTEGER, LV_KEY_EVERYWHERE, FIELD (silence_duration_ms), -1,
    10000, NULL, "-1" },
  { "barge-in", LV_KEY_BOOLEAN, LV_KEY_EVERYWHERE, FIELD (barge_in), 0, 0, NULL, "true" },
  { "turn-coverage", LV_KEY_ENUM, LV_KEY_EVERYWHERE, FIELD (turn_coverage), 0, 0,
    "|activity|all|audio-activity-and-video", "" },
  { "explicit-vad-signal", LV_KEY_BOOLEAN, LV_KEY_EVERYWHERE, FIELD (explicit_vad_signal), 0, 0,
    NULL, "false" },
  { "audio", LV_KEY_ENUM, LV_KEY_EVERYWHERE, FIELD (audio), 0, 0, "pipewire|none|fd", "pipewire" },
  { "input-device", LV_KEY_STRING, LV_KEY_EVERYWHERE, FIELD (input_device), 0, 256, NULL, "" },
  { "output-device", LV_KEY_STRING, LV_KEY_EVERYWHERE, FIELD (output_device), 0, 256, NULL, "" },
  { "echo-cancel", LV_KEY_ENUM, LV_KEY_EVERYWHERE, FIELD (echo_cancel), 0, 0,
    "auto|on|off|half-duplex", "auto" },
  { "flight-recorder", LV_KEY_ENUM, LV_KEY_EVERYWHERE, FIELD (flight_recorder), 0, 0,
    "on|off|sound", "on" },
  { "transcripts", LV_KEY_BOOLEAN, LV_KEY_EVERYWHERE, FIELD (transcripts), 0, 0, NULL, "true" },
  { "transcription-languages", LV_KEY_TAGS, LV_KEY_EVERYWHERE, FIELD (transcription_languages), 0,
    LV_LANGUAGES_MAX, NULL, "" },
  { "vocabulary", LV_KEY_LINES, LV_KEY_EVERYWHERE, FIELD (vocabulary), 0, LV_VOCABULARY_MAX, NULL,
    "" },
  { "transcription-mode", LV_KEY_ENUM, LV_KEY_EVERYWHERE, FIELD (transcription_mode), 0, 0,
    "|verbatim|smart", "" },
  { "word-timestamps", LV_KEY_BOOLEAN, LV_KEY_EVERYWHERE, FIELD (word_timestamps), 0, 0, NULL,
    "false" },
  { "interim-timestamps", LV_KEY_BOOLEAN, LV_KEY_EVERYWHERE, FIELD (interim_timestamps), 0, 0, NULL,
    "false" },
  { "affective-dialog", LV_KEY_BOOLEAN, LV_KEY_EVERYWHERE, FIELD (affective_dialog), 0, 0, NULL,
    "false" },
  { "proactive-audio", LV_KEY_BOOLEAN, LV_KEY_EVERYWHERE, FIELD (proactive_audio), 0, 0, NULL,
    "false" },
  { "proactive-video", LV_KEY_BOOLEAN, LV_KEY_EVERYWHERE, FIELD (proactive_video), 0, 0, NULL,
    "false" },
  { "temperature", LV_KEY_DOUBLE, LV_KEY_EVERYWHERE, FIELD (temperature), 0, 2, NULL, "" },
  { "top-p", LV_KEY_DOUBLE, LV_KEY_EVERYWHERE, FIELD (top_p), 0, 1, NULL, "" },
  { "top-k", LV_KEY_INTEGER, LV_KEY_EVERYWHERE, FIELD (top_k), 0, 1000, NULL, "0" },
  { "max-output-tokens", LV_KEY_INTEGER, LV_KEY_EVERYWHERE, FIELD (max_output_tokens), 0, 1000000,
    NULL, "0" },
  { "presence-penalty", LV_KEY_DOUBLE, LV_KEY_EVERYWHERE, FIELD (presence_penalty), -2, 2, NULL,
    "" },
  { "frequency-penalty", LV_KEY_DOUBLE, LV_KEY_EVERYWHERE, FIELD (frequency_penalty), -2, 2, NULL,
    "" },
  { "candidate-count", LV_KEY_INTEGER, LV_KEY_EVERYWHERE, FIELD (candidate_count), 0, 8, NULL,
    "0" },
  { "seed", LV_KEY_INTEGER, LV_KEY_EVERYWHERE, FIELD (seed), G_MININT, G_MAXINT, NULL, "" },
  { "media-resolution", LV_KEY_ENUM, LV_KEY_EVERYWHERE, FIELD (media_resolution), 0, 0,
    "|low|medium|high", "" },
  { "thinking-level", LV_KEY_WORD, LV_KEY_EVERYWHERE, FIELD (thinking_level), 0, 0,
    "|minimal|low|medium|high", "" },
  { "thinking-budget", LV_KEY_INTEGER, LV_KEY_EVERYWHERE, FIELD (thinking_budget), -1, 1000000,
    NULL, "" },
  { "include-thoughts", LV_KEY_BOOLEAN, LV_KEY_EVERYWHERE, FIELD (include_thoughts), 0, 0, NULL,
    "false" },
  { "translate-to", LV_KEY_LANGUAGE, LV_KEY_EVERYWHERE, FIELD (translate_to), 0, 64, NULL, "" },
  { "echo-target-language", LV_KEY_BOOLEAN, LV_KEY_EVERYWHERE, FIELD (echo_target_language), 0, 0,
    NULL, "false" },
  { "google-search", LV_KEY_BOOLEAN, LV_KEY_EVERYWHERE, FIELD (google_search), 0, 0, NULL,
    "false" },
  { "google-search-options", LV_KEY_OBJECT, LV_KEY_EVERYWHERE, FIELD (google_search_options), 0,
    LV_RARE_JSON_MAX, NULL, "" },
  { "code-execution", LV_KEY_BOOLEAN, LV_KEY_EVERYWHERE, FIELD (code_execution), 0, 0, NULL,
    "false" },
  { "url-context", LV_KEY_BOOLEAN, LV_KEY_EVERYWHERE, FIELD (url_context), 0, 0, NULL, "false" },
  { "server-tools", LV_KEY_ARRAY, LV_KEY_EVERYWHERE, FIELD (server_tools), 0, LV_RARE_JSON_MAX,
    NULL, "" },
  { "safety", LV_KEY_ARRAY, LV_KEY_EVERYWHERE, FIELD (safety), 0, LV_RARE_JSON_MAX, NULL, "" },
  { "labels", LV_KEY_LABELS, LV_KEY_EVERYWHERE, FIELD (labels), 0, LV_LABELS_MAX, NULL, "" },
  { "avatar", LV_KEY_OBJECT, LV_KEY_EVERYWHERE, FIELD (avatar), 0, LV_SAMPLE_JSON_MAX, NULL, "" },
  { "replicated-voice", LV_KEY_OBJECT, LV_KEY_EVERYWHERE, FIELD (replicated_voice), 0,
    LV_SAMPLE_JSON_MAX, NULL, "" },
  { "context-trigger-tokens", LV_KEY_INTEGER, LV_KEY_EVERYWHERE, FIELD (context_trigger_tokens), 0,
    10000000, NULL, "0" },
  { "context-target-tokens", LV_KEY_INTEGER, LV_KEY_EVERYWHERE, FIELD (context_target_tokens), 0,
    10000000, NULL, "0" },
  { "linger", LV_KEY_INTEGER, LV_KEY_IN_OPTIONS, FIELD (linger_s), 0, LV_LINGER_MAX_S, NULL, "0" },
  { "resume", LV_KEY_STRING, LV_KEY_IN_OPTIONS, FIELD (resume), 0, LV_RESUME_MAX, NULL, "" },
  { "setup", LV_KEY_TEXT, LV_KEY_IN_OPTIONS, FIELD (setup), 0, LV_SETUP_MAX, NULL, "" },
  { "history", LV_KEY_HISTORY, LV_KEY_IN_OPTIONS, FIELD (history), 0, LV_HISTORY_MAX_TURNS, NULL,
    "" },
};
const guint lv_profile_n_keys = G_N_ELEMENTS (lv_profile_keys);

const LvKey *
lv_profile_key_find (const char *name, LvKeyPlace place)
{
  for (guint i = 0; i < lv_profile_n_keys; i++)
    if ((lv_profile_keys[i].places & place) != 0 && g_str_equal (lv_profile_keys[i].name, name))
      return &lv_profile_keys[i];
  return NULL;
}

static char *
list_keys (LvKeyPlace place)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < lv_profile_n_keys; i++)
    if ((lv_profile_keys[i].places & place) != 0)
      g_ptr_array_add (names, (gpointer) lv_profile_keys[i].name);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **) names->pdata);
}

gboolean
lv_profile_key_refuse_unknown (const char *name, LvKeyPlace place, GError **error)
{
  g_autofree char *known = list_keys (place);

  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%.64s' is not known; known are: %s", name,
               known);
  return FALSE;
}

int
lv_profile_key_find_word (const LvKey *key, const char *word)
{
  g_auto (GStrv) words = g_strsplit (key->words, "|", -1);

  for (int i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], word))
      return i;
  return -1;
}

static char *
describe_words (const LvKey *key)
{
  g_auto (GStrv) words = g_strsplit (key->words, "|", -1);
  g_autofree char *list = g_strjoinv ("\", \"", words);

  return g_strdup_printf ("one of \"%s\"", list);
}

static char *
describe_number (const LvKey *key)
{
  const char *kind = key->kind == LV_KEY_INTEGER ? "whole number" : "number";

  return g_strdup_printf ("a %s from %d to %d%s", kind, key->min, key->max,
                          *key->initial == '\0' ? ", or empty" : "");
}

static char *
describe_list (const LvKey *key)
{
  switch (key->kind)
    {
    case LV_KEY_TAGS:
      return g_strdup_printf ("a list of at most %d BCP 47 tags such as de-DE", key->max);
    case LV_KEY_LABELS:
      return g_strdup_printf ("at most %d labels, name and value each of at most %d lower-case "
                              "letters, digits, '_' and '-', the name beginning with a letter",
                              key->max, LV_LABEL_MAX);
    case LV_KEY_HISTORY:
      return g_strdup_printf ("at most %d turns of role (user or model) and text, together of at "
                              "most %d bytes",
                              key->max, LV_HISTORY_MAX);
    default:
      return g_strdup_printf ("a list of at most %d entries, each one line of at most %d bytes",
                              key->max, LV_VOCABULARY_ENTRY_MAX);
    }
}

char *
lv_profile_key_describe (const LvKey *key)
{
  g_autofree char *words = key->words != NULL ? describe_words (key) : NULL;

  switch (key->kind)
    {
    case LV_KEY_STRING:
      return g_strdup_printf ("one line of text of at most %d bytes", key->max);
    case LV_KEY_TEXT:
      return g_strdup_printf ("text of at most %d bytes", key->max);
    case LV_KEY_LANGUAGE:
      return g_strdup_printf ("a BCP 47 tag such as de-DE of at most %d bytes, or empty", key->max);
    case LV_KEY_ENDPOINT:
      return g_strdup_printf ("%s, the name of an [endpoint NAME] group, or a ws:// or wss:// URL "
                              "of at most %d bytes",
                              words, key->max);
    case LV_KEY_OBJECT:
      return g_strdup_printf ("a JSON object of at most %d bytes, or empty", key->max);
    case LV_KEY_ARRAY:
      return g_strdup_printf ("a JSON array of at most %d bytes, or empty", key->max);
    case LV_KEY_INTEGER:
    case LV_KEY_DOUBLE:
      return describe_number (key);
    case LV_KEY_BOOLEAN:
      return g_strdup ("true or false");
    case LV_KEY_MODALITIES:
      return g_strdup ("a list of \"audio\" and \"text\", each at most once");
    case LV_KEY_WORD:
    case LV_KEY_ENUM:
      return g_steal_pointer (&words);
    default:
      return describe_list (key);
    }
}

gboolean
lv_profile_key_refuse (const LvKey *key, GError **error)
{
  g_autofree char *expected = lv_profile_key_describe (key);

  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%s' must be %s", key->name, expected);
  return FALSE;
}

gboolean
lv_profile_key_refuse_type (const LvKey *key, const char *given, const char *type, GError **error)
{
  g_autofree char *expected = lv_profile_key_describe (key);

  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%s' has type '%s', expected '%s': %s",
               key->name, given, type, expected);
  return FALSE;
}
