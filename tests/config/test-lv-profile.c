/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-profile.h"

#include <string.h>

#define ASSERT_INVALID(ok, error, key)                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_assert_false (ok);                                                                           \
    g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);                                       \
    if (strstr ((error)->message, (key)) == NULL)                                                  \
      g_error ("'%s' does not name '%s'", (error)->message, (key));                                \
  }                                                                                                \
  G_STMT_END

static void
assert_same_number (double a, double b)
{
  g_assert_true (a == b || (isnan (a) && isnan (b)));
}

static void
assert_equal (const LvProfile *a, const LvProfile *b)
{
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpstr (a->endpoint, ==, b->endpoint);
  g_assert_cmpstr (a->model, ==, b->model);
  g_assert_cmpstr (a->voice, ==, b->voice);
  g_assert_cmpstr (a->language, ==, b->language);
  g_assert_cmpstr (a->system_instruction, ==, b->system_instruction);
  g_assert_cmpstr (a->input_device, ==, b->input_device);
  g_assert_cmpstr (a->output_device, ==, b->output_device);
  g_assert_cmpstr (a->thinking_level, ==, b->thinking_level);
  g_assert_cmpstr (a->resume, ==, b->resume);
  g_assert_cmpstr (a->setup, ==, b->setup);
  g_assert_cmpint (a->speak, ==, b->speak);
  g_assert_cmpint (a->turn_detection, ==, b->turn_detection);
  g_assert_cmpint (a->start_sensitivity, ==, b->start_sensitivity);
  g_assert_cmpint (a->end_sensitivity, ==, b->end_sensitivity);
  g_assert_cmpint (a->prefix_padding_ms, ==, b->prefix_padding_ms);
  g_assert_cmpint (a->silence_duration_ms, ==, b->silence_duration_ms);
  g_assert_cmpint (a->barge_in, ==, b->barge_in);
  g_assert_cmpint (a->audio, ==, b->audio);
  g_assert_cmpint (a->transcripts, ==, b->transcripts);
  g_assert_cmpint (a->google_search, ==, b->google_search);
  g_assert_cmpuint (a->linger_s, ==, b->linger_s);
  g_assert_cmpint (a->turn_coverage, ==, b->turn_coverage);
  g_assert_cmpint (a->explicit_vad_signal, ==, b->explicit_vad_signal);
  g_assert_cmpstrv (a->transcription_languages, b->transcription_languages);
  g_assert_cmpstrv (a->vocabulary, b->vocabulary);
  g_assert_cmpint (a->transcription_mode, ==, b->transcription_mode);
  g_assert_cmpint (a->word_timestamps, ==, b->word_timestamps);
  g_assert_cmpint (a->interim_timestamps, ==, b->interim_timestamps);
  g_assert_cmpint (a->affective_dialog, ==, b->affective_dialog);
  g_assert_cmpint (a->proactive_audio, ==, b->proactive_audio);
  g_assert_cmpint (a->proactive_video, ==, b->proactive_video);
  assert_same_number (a->temperature, b->temperature);
  assert_same_number (a->top_p, b->top_p);
  assert_same_number (a->presence_penalty, b->presence_penalty);
  assert_same_number (a->frequency_penalty, b->frequency_penalty);
  g_assert_cmpint (a->top_k, ==, b->top_k);
  g_assert_cmpint (a->max_output_tokens, ==, b->max_output_tokens);
  g_assert_cmpint (a->candidate_count, ==, b->candidate_count);
  g_assert_cmpint (a->seed, ==, b->seed);
  g_assert_cmpint (a->media_resolution, ==, b->media_resolution);
  g_assert_cmpint (a->thinking_budget, ==, b->thinking_budget);
  g_assert_cmpint (a->include_thoughts, ==, b->include_thoughts);
  g_assert_cmpstr (a->translate_to, ==, b->translate_to);
  g_assert_cmpint (a->echo_target_language, ==, b->echo_target_language);
  g_assert_cmpstr (a->google_search_options, ==, b->google_search_options);
  g_assert_cmpint (a->code_execution, ==, b->code_execution);
  g_assert_cmpint (a->url_context, ==, b->url_context);
  g_assert_cmpstr (a->server_tools, ==, b->server_tools);
  g_assert_cmpstr (a->safety, ==, b->safety);
  g_assert_cmpstrv (a->labels, b->labels);
  g_assert_cmpstr (a->avatar, ==, b->avatar);
  g_assert_cmpstr (a->replicated_voice, ==, b->replicated_voice);
  g_assert_cmpint (a->context_trigger_tokens, ==, b->context_trigger_tokens);
  g_assert_cmpint (a->context_target_tokens, ==, b->context_target_tokens);
  g_assert_true (a->history == b->history || g_variant_equal (a->history, b->history));
}

static void
test_defaults (void)
{
  g_autoptr (LvProfile) profile = lv_profile_new ("mine");

  g_assert_cmpstr (profile->name, ==, "mine");
  g_assert_cmpstr (profile->endpoint, ==, "auto");
  g_assert_cmpstr (profile->model, ==, "");
  g_assert_cmpstr (profile->system_instruction, ==, LV_SYSTEM_INSTRUCTION_DEFAULT);
  g_assert_true (profile->speak);
  g_assert_true (profile->barge_in);
  g_assert_true (profile->transcripts);
  g_assert_false (profile->google_search);
  g_assert_cmpint (profile->prefix_padding_ms, ==, -1);
  g_assert_cmpint (profile->silence_duration_ms, ==, -1);
  g_assert_cmpstr (profile->resume, ==, "");
  g_assert_cmpstr (profile->setup, ==, "");
}

/* Every field to something else than its default: the copy must have them all, and its own strings. */
static void
test_copy (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvProfile) defaults = lv_profile_new ("x");
  g_autoptr (LvProfile) profile = lv_profile_new ("x");
  g_autoptr (LvProfile) copy = NULL;
  g_autoptr (GVariant) options = g_variant_ref_sink (g_variant_new_parsed (
      "{'endpoint': <'engine'>, 'model': <'m'>, 'voice': <'v'>, 'language': <'de-DE'>,"
      " 'system-instruction': <'Be\nbrief.'>, 'modalities': <['text']>, 'turn-detection': "
      "<'manual'>,"
      " 'start-sensitivity': <'low'>, 'end-sensitivity': <'high'>, 'prefix-padding-ms': <@i 20>,"
      " 'silence-duration-ms': <700>, 'barge-in': <false>, 'audio': <'none'>, 'input-device': "
      "<'i'>,"
      " 'output-device': <'o'>, 'transcripts': <false>,"
      " 'google-search': <true>, 'thinking-level': <'low'>, 'linger': <@u 60>, 'resume': <'h'>,"
      " 'setup': <'{}'>}"));

  g_assert_true (lv_profile_apply_options (profile, options, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (profile->language, ==, "de-DE");
  g_assert_cmpstr (profile->system_instruction, ==, "Be\nbrief.");
  g_assert_false (profile->speak);
  g_assert_cmpint (profile->turn_detection, ==, LV_TURN_DETECTION_MANUAL);
  g_assert_cmpint (profile->start_sensitivity, ==, LV_SENSITIVITY_LOW);
  g_assert_cmpint (profile->end_sensitivity, ==, LV_SENSITIVITY_HIGH);
  g_assert_cmpint (profile->silence_duration_ms, ==, 700);
  g_assert_cmpint (profile->audio, ==, LV_AUDIO_NONE);
  g_assert_cmpuint (profile->linger_s, ==, 60);
  g_assert_cmpstr (profile->setup, ==, "{}");

  copy = lv_profile_copy (profile);
  assert_equal (copy, profile);
  g_assert_true (copy->setup != profile->setup);
  g_assert_true (copy->name != profile->name);
  g_assert_cmpstr (defaults->voice, ==, "");
}

#define ASSERT_NICKS(Type, name, last, key, field)                                                 \
  for (Type value = 0; value <= (last); value++)                                                   \
    {                                                                                              \
      g_autoptr (LvProfile) profile = lv_profile_new ("x");                                        \
      g_autoptr (GError) error = NULL;                                                             \
                                                                                                   \
      lv_profile_set_from_text (profile, (key), lv_##name##_to_nick (value), &error);              \
      g_assert_no_error (error);                                                                   \
      g_assert_cmpint (profile->field, ==, value);                                                 \
    }

static void
test_enums_have_their_nicks (void)
{
  ASSERT_NICKS (LvTurnDetection, turn_detection, LV_TURN_DETECTION_MANUAL, "turn-detection",
                turn_detection)
  ASSERT_NICKS (LvSensitivity, sensitivity, LV_SENSITIVITY_HIGH, "start-sensitivity",
                start_sensitivity)
  ASSERT_NICKS (LvSensitivity, sensitivity, LV_SENSITIVITY_HIGH, "end-sensitivity", end_sensitivity)
  ASSERT_NICKS (LvTurnCoverage, turn_coverage, LV_TURN_COVERAGE_AUDIO_ACTIVITY_AND_VIDEO,
                "turn-coverage", turn_coverage)
  ASSERT_NICKS (LvMediaResolution, media_resolution, LV_MEDIA_RESOLUTION_HIGH, "media-resolution",
                media_resolution)
  ASSERT_NICKS (LvTranscriptionMode, transcription_mode, LV_TRANSCRIPTION_SMART,
                "transcription-mode", transcription_mode)
  ASSERT_NICKS (LvAudioMode, audio_mode, LV_AUDIO_FD, "audio", audio)
}

static void
test_good_text (void)
{
  const char *pairs[][2] = {
    { "endpoint", "gemini" },
    { "endpoint", "ws://127.0.0.1:8080/x" },
    { "endpoint", "wss://voice.example" },
    { "language", "" },
    { "language", "de" },
    { "language", "de-DE" },
    { "language", "cmn-Hans-CN" },
    { "language", "de-CH-1996" },
    { "language", "es-419" },
    { "model", "gemini-3.8-live" },
    { "system-instruction", "one\ntwo\tthree" },
    { "system-instruction", "" },
    { "modalities", "audio" },
    { "modalities", "text; audio;" },
    { "prefix-padding-ms", "0" },
    { "prefix-padding-ms", "5000" },
    { "silence-duration-ms", "10000" },
    { "silence-duration-ms", "-1" },
    { "barge-in", "false" },
    { "input-device", "Mikrofon (eingebaut) \xc3\xa4" },
    { "thinking-level", "" },
    { "thinking-level", "minimal" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (LvProfile) profile = lv_profile_new ("x");
      g_autoptr (GError) error = NULL;

      g_assert_true (lv_profile_set_from_text (profile, pairs[i][0], pairs[i][1], &error));
      g_assert_no_error (error);
    }
}

static void
test_bad_text (void)
{
  g_autofree char *long_voice = g_strnfill (129, 'v');
  g_autofree char *long_instruction = g_strnfill (LV_SYSTEM_INSTRUCTION_MAX + 1, 'i');
  const char *pairs[][2] = {
    { "endpoint", "http://127.0.0.1" },
    { "endpoint", "" },
    { "endpoint", "ws://a\nb" },
    { "endpoint", "wss://" },
    { "endpoint", "ws://voice.example/" },
    { "endpoint", "wss://user:secret@voice.example/" },
    { "language", "zz zz zz" },
    { "language", "de_DE.UTF-8" },
    { "language", "d" },
    { "language", "German, please" },
    { "language", "de-" },
    { "language", "-de" },
    { "language", "419" },
    { "language", "de-abcdefghi" },
    { "audio", "alsa" },
    { "model", "two\nlines" },
    { "voice", long_voice },
    { "voice", "\xff\xfe" },
    { "voice", "bell\a" },
    { "system-instruction", long_instruction },
    { "system-instruction", "\x1b[31m" },
    { "modalities", "" },
    { "modalities", ";" },
    { "modalities", "audio;audio" },
    { "modalities", "video" },
    { "turn-detection", "Auto" },
    { "start-sensitivity", "" },
    { "prefix-padding-ms", "-2" },
    { "prefix-padding-ms", "5001" },
    { "prefix-padding-ms", "20 ms" },
    { "prefix-padding-ms", "" },
    { "silence-duration-ms", "99999999999999999999" },
    { "barge-in", "yes" },
    { "barge-in", "1" },
    { "thinking-level", "LOW" },
    { "linger", "5" },
    { "resume", "h" },
    { "setup", "{}" },
    { "voise", "Kore" },
    { "echo-cancel", "true" },
    { "", "x" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (LvProfile) before = lv_profile_new ("x");
      g_autoptr (LvProfile) profile = lv_profile_new ("x");
      g_autoptr (GError) error = NULL;
      gboolean ok = lv_profile_set_from_text (profile, pairs[i][0], pairs[i][1], &error);

      ASSERT_INVALID (ok, error, pairs[i][0]);
      assert_equal (profile, before);
    }
}

static GVariant *
parse_options (const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariant *options = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, NULL, NULL, &error);

  g_assert_no_error (error);
  return options;
}

static void
test_good_options (void)
{
  const char *texts[] = {
    "{}",
    "{'token': <'x'>, 'unheard-of': <(1, 2)>}",
    "{'!voice': <'Kore'>}",
    "{'modalities': <['audio', 'text']>}",
    "{'linger': <@u 0>}",
    "{'linger': <@u 60>}",
    "{'prefix-padding-ms': <@i 20>, 'silence-duration-ms': <@i -1>}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (LvProfile) profile = lv_profile_new ("x");
      g_autoptr (GVariant) options = parse_options (texts[i]);
      g_autoptr (GError) error = NULL;

      g_assert_true (lv_profile_apply_options (profile, options, &error));
      g_assert_no_error (error);
    }
}

/* Each after a good option, which must not stay. */
static void
test_bad_options_change_nothing (void)
{
  const char *pairs[][2] = {
    { "voice", "'voice': <5>" },
    { "voice", "'voice': <['a']>" },
    { "voice", "'voice': <<'a'>>" },
    { "voice", "'!voice': <5>" },
    { "barge-in", "'barge-in': <'true'>" },
    { "barge-in", "'barge-in': <1>" },
    { "modalities", "'modalities': <'audio'>" },
    { "modalities", "'modalities': <@as []>" },
    { "modalities", "'modalities': <['audio', 'audio']>" },
    { "modalities", "'modalities': <['text', 'text']>" },
    { "modalities", "'modalities': <['audio', 'video']>" },
    { "modalities", "'modalities': <['']>" },
    { "modalities", "'modalities': <@av [<'audio'>]>" },
    { "turn-detection", "'turn-detection': <'sometimes'>" },
    { "turn-detection", "'turn-detection': <@u 1>" },
    { "audio", "'audio': <'alsa'>" },
    { "linger", "'linger': <@u 61>" },
    { "linger", "'linger': <@i 5>" },
    { "linger", "'linger': <@u 4294967295>" },
    { "linger", "'linger': <@t 5>" },
    { "linger", "'linger': <'5'>" },
    { "prefix-padding-ms", "'prefix-padding-ms': <5001>" },
    { "prefix-padding-ms", "'prefix-padding-ms': <@u 20>" },
    { "silence-duration-ms", "'silence-duration-ms': <@i -2>" },
    { "silence-duration-ms", "'silence-duration-ms': <5.0>" },
    { "thinking-level", "'thinking-level': <'huge'>" },
    { "endpoint", "'endpoint': <'unix:///x'>" },
    { "!unheard-of", "'!unheard-of': <1>" },
    { "!", "'!': <1>" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (LvProfile) before = lv_profile_new ("x");
      g_autoptr (LvProfile) profile = lv_profile_new ("x");
      g_autofree char *text = g_strdup_printf ("{'model': <'changed'>, %s}", pairs[i][1]);
      g_autoptr (GVariant) options = parse_options (text);
      g_autoptr (GError) error = NULL;
      gboolean ok = lv_profile_apply_options (profile, options, &error);

      ASSERT_INVALID (ok, error, pairs[i][0]);
      assert_equal (profile, before);
    }
}

static void
assert_too_long (const char *key, gsize max)
{
  for (gsize length = max; length <= max + 1; length++)
    {
      g_autoptr (LvProfile) profile = lv_profile_new ("x");
      g_autofree char *text = g_strnfill (length, 'a');
      g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
      g_autoptr (GVariant) options = NULL;
      g_autoptr (GError) error = NULL;
      gboolean ok;

      g_variant_dict_insert (&dict, key, "s", text);
      options = g_variant_ref_sink (g_variant_dict_end (&dict));
      ok = lv_profile_apply_options (profile, options, &error);
      if (length <= max)
        g_assert_no_error (error);
      else
        ASSERT_INVALID (ok, error, key);
    }
}

static void
test_every_string_has_a_limit (void)
{
  assert_too_long ("model", 256);
  assert_too_long ("voice", 128);
  assert_too_long ("system-instruction", LV_SYSTEM_INSTRUCTION_MAX);
  assert_too_long ("input-device", 256);
  assert_too_long ("output-device", 256);
  assert_too_long ("resume", LV_RESUME_MAX);
  assert_too_long ("setup", LV_SETUP_MAX);
}

/* Every key that shapes the setup message, with a value and without one again. */
static void
test_every_setting (void)
{
  g_autoptr (LvProfile) defaults = lv_profile_new ("x");
  g_autoptr (LvProfile) profile = lv_profile_new ("x");
  g_autoptr (LvProfile) copy = NULL;
  g_autoptr (GVariant) options = parse_options (
      "{'turn-coverage': <'all'>, 'explicit-vad-signal': <true>,"
      " 'transcription-languages': <['de-DE', 'en-US']>, 'vocabulary': <['Grace Hopper']>,"
      " 'transcription-mode': <'smart'>, 'word-timestamps': <true>, 'interim-timestamps': <true>,"
      " 'affective-dialog': <true>, 'proactive-audio': <true>, 'proactive-video': <true>,"
      " 'temperature': <0.5>, 'top-p': <1.0>, 'top-k': <@u 40>, 'max-output-tokens': <@u 100>,"
      " 'presence-penalty': <-2.0>, 'frequency-penalty': <2.0>, 'candidate-count': <@u 1>,"
      " 'seed': <@i -7>, 'media-resolution': <'low'>, 'thinking-budget': <@i -1>,"
      " 'include-thoughts': <true>,"
      " 'google-search-options': <'{\"searchTypes\":{}}'>, 'code-execution': <true>,"
      " 'url-context': <true>, 'server-tools': <'[{\"retrieval\":{}}]'>, 'safety': <'[]'>,"
      " 'labels': <{'team': 'a-1'}>, 'avatar': <'{}'>, 'replicated-voice': <' {}'>,"
      " 'context-trigger-tokens': <@u 25000>, 'context-target-tokens': <@u 8000>,"
      " 'history': <[('user', 'hello'), ('model', 'hi')]>}");
  g_autoptr (GVariant) translation =
      parse_options ("{'translate-to': <'pt-BR'>, 'echo-target-language': <true>}");
  g_autoptr (GVariant) nothing = parse_options (
      "{'transcription-languages': <@as []>, 'labels': <@a{ss} {}>, 'seed': <@i -2147483648>,"
      " 'thinking-budget': <@i -2147483648>, 'history': <@a(ss) []>, 'avatar': <''>}");
  g_autoptr (GError) error = NULL;

  lv_profile_apply_options (profile, options, &error);
  g_assert_no_error (error);
  lv_profile_apply_options (profile, translation, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (profile->translate_to, ==, "pt-BR");
  g_assert_cmpstr (profile->transcription_languages[1], ==, "en-US");
  g_assert_cmpstr (profile->labels[0], ==, "team=a-1");
  g_assert_cmpfloat (profile->temperature, ==, 0.5);
  g_assert_cmpint (profile->seed, ==, -7);
  g_assert_cmpuint (g_variant_n_children (profile->history), ==, 2);
  copy = lv_profile_copy (profile);
  assert_equal (copy, profile);
  g_assert_true (copy->vocabulary != profile->vocabulary);

  lv_profile_apply_options (profile, nothing, &error);
  g_assert_no_error (error);
  g_assert_cmpint (profile->seed, ==, LV_UNSET);
  g_assert_cmpint (profile->thinking_budget, ==, defaults->thinking_budget);
  g_assert_cmpstrv (profile->labels, defaults->labels);
  g_assert_null (profile->history);
}

static void
assert_refused (const char *key, const char *value, int code)
{
  g_autoptr (LvProfile) before = lv_profile_new ("x");
  g_autoptr (LvProfile) profile = lv_profile_new ("x");
  g_autofree char *text = g_strdup_printf ("{'model': <'changed'>, '%s': <%s>}", key, value);
  g_autoptr (GVariant) options = parse_options (text);
  g_autoptr (GError) error = NULL;

  g_assert_false (lv_profile_apply_options (profile, options, &error));
  g_assert_error (error, LV_ERROR, code);
  if (strstr (error->message, key) == NULL)
    g_error ("'%s' does not name '%s'", error->message, key);
  assert_equal (profile, before);
}

static void
test_bad_settings (void)
{
  const char *pairs[][2] = {
    { "temperature", "2.1" },
    { "temperature", "-0.1" },
    { "temperature", "@i 1" },
    { "top-p", "'1'" },
    { "top-k", "@i 5" },
    { "top-k", "@u 1001" },
    { "seed", "@u 5" },
    { "thinking-budget", "@i -2" },
    { "transcription-languages", "['de-DE', '']" },
    { "transcription-languages", "'de-DE'" },
    { "vocabulary", "['two\\nlines']" },
    { "vocabulary", "['']" },
    { "transcription-mode", "'fast'" },
    { "turn-coverage", "'some'" },
    { "translate-to", "'Polish, please'" },
    { "labels", "{'Team': 'a'}" },
    { "labels", "{'1': 'a'}" },
    { "labels", "{'a=b': 'c'}" },
    { "labels", "{'a': 'b c'}" },
    { "labels", "['a']" },
    { "safety", "'{}'" },
    { "safety", "'[1,]'" },
    { "avatar", "'[]'" },
    { "avatar", "'nothing'" },
    { "history", "[('system', 'a')]" },
    { "history", "[('user', '')]" },
    { "history", "['user']" },
    { "media-resolution", "'LOW'" },
  };
  g_autofree char *deep_array = g_strnfill (LV_RARE_JSON_MAX, '[');
  g_autofree char *deep = g_strdup_printf ("'%.*s'", 100, deep_array);
  g_autofree char *large = g_strdup_printf ("'%s['", deep_array);

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    assert_refused (pairs[i][0], pairs[i][1], LV_ERROR_INVALID_ARGS);
  assert_refused ("server-tools", deep, LV_ERROR_TOO_DEEP);
  assert_refused ("server-tools", large, LV_ERROR_INVALID_ARGS);
}

static void
assert_list_limit (const char *key, const char *type, const char *entry, guint max)
{
  for (guint length = max; length <= max + 1; length++)
    {
      g_autoptr (LvProfile) profile = lv_profile_new ("x");
      g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
      GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (type));
      g_autoptr (GVariant) options = NULL;
      g_autoptr (GError) error = NULL;
      gboolean ok;

      for (guint i = 0; i < length; i++)
        g_variant_builder_add_parsed (&list, entry);
      g_variant_dict_insert_value (&dict, key, g_variant_builder_end (&list));
      options = g_variant_ref_sink (g_variant_dict_end (&dict));
      ok = lv_profile_apply_options (profile, options, &error);
      if (length <= max)
        g_assert_no_error (error);
      else
        ASSERT_INVALID (ok, error, key);
    }
}

static void
test_every_list_has_a_limit (void)
{
  assert_list_limit ("vocabulary", "as", "'word'", LV_VOCABULARY_MAX);
  assert_list_limit ("transcription-languages", "as", "'de'", LV_LANGUAGES_MAX);
  assert_list_limit ("labels", "a{ss}", "{'a', 'b'}", LV_LABELS_MAX);
  assert_list_limit ("history", "a(ss)", "('user', 'x')", LV_HISTORY_MAX_TURNS);
}

static void
test_settings_of_a_file (void)
{
  g_autoptr (LvProfile) profile = lv_profile_new ("x");
  const char *pairs[][2] = {
    { "temperature", "0.7" },  { "seed", "42" },           { "vocabulary", "Ada; Grace Hopper;" },
    { "labels", "team=a;b=" }, { "thinking-budget", "0" }, { "safety", "[]" },
  };
  const char *bad[][2] = {
    { "temperature", "warm" }, { "temperature", "nan" },   { "temperature", "0,7" },
    { "seed", "x" },           { "labels", "team" },       { "vocabulary", ";a" },
    { "history", "a" },        { "thinking-budget", "x" }, { "safety", "{}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      g_autoptr (GError) error = NULL;

      lv_profile_set_from_text (profile, pairs[i][0], pairs[i][1], &error);
      g_assert_no_error (error);
    }
  g_assert_cmpfloat (profile->temperature, ==, 0.7);
  g_assert_cmpint (profile->seed, ==, 42);
  g_assert_cmpuint (g_strv_length (profile->vocabulary), ==, 2);
  g_assert_cmpstr (profile->vocabulary[1], ==, "Grace Hopper");
  g_assert_cmpstr (profile->labels[1], ==, "b=");
  g_assert_cmpint (profile->thinking_budget, ==, 0);

  lv_profile_set_from_text (profile, "seed", "", NULL);
  lv_profile_set_from_text (profile, "temperature", "", NULL);
  g_assert_cmpint (profile->seed, ==, LV_UNSET);
  g_assert_true (isnan (profile->temperature));

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean ok = lv_profile_set_from_text (profile, bad[i][0], bad[i][1], &error);

      ASSERT_INVALID (ok, error, bad[i][0]);
    }
}

static void
test_long_endpoint (void)
{
  g_autoptr (LvProfile) profile = lv_profile_new ("x");
  g_autofree char *path = g_strnfill (2048, 'a');
  g_autofree char *url = g_strconcat ("wss://h/", path, NULL);
  g_autoptr (GError) error = NULL;
  gboolean ok = lv_profile_set_from_text (profile, "endpoint", url, &error);

  ASSERT_INVALID (ok, error, "endpoint");
}

/* A dictionary on the bus may hold a key twice. */
static void
test_option_given_twice (void)
{
  const char *second[] = { "voice", "!voice" };

  for (gsize i = 0; i < G_N_ELEMENTS (second); i++)
    {
      g_autoptr (LvProfile) before = lv_profile_new ("x");
      g_autoptr (LvProfile) profile = lv_profile_new ("x");
      g_autoptr (GVariantBuilder) builder = g_variant_builder_new (G_VARIANT_TYPE_VARDICT);
      g_autoptr (GVariant) options = NULL;
      g_autoptr (GError) error = NULL;
      gboolean ok;

      g_variant_builder_add (builder, "{sv}", "voice", g_variant_new_string ("a"));
      g_variant_builder_add (builder, "{sv}", second[i], g_variant_new_string ("b"));
      options = g_variant_ref_sink (g_variant_builder_end (builder));
      ok = lv_profile_apply_options (profile, options, &error);
      ASSERT_INVALID (ok, error, "voice");
      assert_equal (profile, before);
    }
}

/* What a profile has for conversations is left out of a translation; what is asked for is not. */
static void
test_translation_takes_no_conversation (void)
{
  static const struct {
    const char *options, *refused;
  } cases[] = {
    { "{'translate-to': <'pl'>, 'voice': <'Kore'>}", "'voice'" },
    { "{'translate-to': <'pl'>, 'turn-detection': <'manual'>}", "'turn-detection'" },
    { "{'vocabulary': <['Ada']>, 'translate-to': <'pl'>}", "'vocabulary'" },
    { "{'translate-to': <'pl'>, 'turn-detection': <'auto'>, 'google-search': <false>}", NULL },
    { "{'translate-to': <'pl'>, 'temperature': <1.0>}", NULL },
    { "{'voice': <'Kore'>}", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LvProfile) profile = lv_profile_new ("mine");
      g_autoptr (GVariant) options = g_variant_ref_sink (g_variant_new_parsed (cases[i].options));
      g_autoptr (GError) error = NULL;

      g_assert_true (lv_profile_set_from_text (profile, "voice", "Puck", NULL));
      g_assert_cmpint (lv_profile_apply_options (profile, options, &error), ==,
                       cases[i].refused == NULL);
      if (cases[i].refused == NULL)
        continue;
      g_assert_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED);
      g_assert_nonnull (strstr (error->message, cases[i].refused));
      g_assert_cmpstr (profile->translate_to, ==, "");
    }
}

static void
test_translation_is_another_conversation (void)
{
  g_autoptr (LvProfile) talk = lv_profile_new ("mine");
  g_autoptr (LvProfile) polish = lv_profile_new ("mine");
  g_autoptr (LvProfile) german = lv_profile_new ("mine");

  g_assert_true (lv_profile_set_from_text (polish, "translate-to", "pl", NULL));
  g_assert_true (lv_profile_set_from_text (german, "translate-to", "de", NULL));
  g_assert_cmpint (lv_profile_compare (talk, polish), ==, LV_PROFILE_ANOTHER_CONVERSATION);
  g_assert_cmpint (lv_profile_compare (polish, talk), ==, LV_PROFILE_ANOTHER_CONVERSATION);
  g_assert_cmpint (lv_profile_compare (polish, german), ==, LV_PROFILE_ANOTHER_SETUP);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/profile/defaults", test_defaults);
  g_test_add_func ("/profile/copy", test_copy);
  g_test_add_func ("/profile/enums", test_enums_have_their_nicks);
  g_test_add_func ("/profile/text/good", test_good_text);
  g_test_add_func ("/profile/text/bad", test_bad_text);
  g_test_add_func ("/profile/options/good", test_good_options);
  g_test_add_func ("/profile/options/bad", test_bad_options_change_nothing);
  g_test_add_func ("/profile/options/limits", test_every_string_has_a_limit);
  g_test_add_func ("/profile/settings/every", test_every_setting);
  g_test_add_func ("/profile/settings/bad", test_bad_settings);
  g_test_add_func ("/profile/settings/lists", test_every_list_has_a_limit);
  g_test_add_func ("/profile/settings/file", test_settings_of_a_file);
  g_test_add_func ("/profile/options/long-endpoint", test_long_endpoint);
  g_test_add_func ("/profile/options/twice", test_option_given_twice);
  g_test_add_func ("/profile/translation-takes-no-conversation",
                   test_translation_takes_no_conversation);
  g_test_add_func ("/profile/translation-is-another-conversation",
                   test_translation_is_another_conversation);
  return g_test_run ();
}
