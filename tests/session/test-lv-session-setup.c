/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-session-setup.h"

#include <string.h>

static void
set_string (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static LvSetup *
make_setup (const LvProfile *profile, const char *model, const char *handle)
{
  g_autoptr (GPtrArray) tools = g_ptr_array_new ();
  const LvEndpoint endpoint = { .model_resource = (char *) model };

  return lv_session_setup_new (profile, &endpoint, lv_model_lookup (endpoint.model_resource), tools,
                               handle);
}

static void
test_defaults (void)
{
  g_autoptr (LvProfile) profile = lv_profile_new ("default");
  g_autoptr (LvSetup) setup = make_setup (profile, "models/gemini-3.8-live", NULL);

  g_assert_cmpstr (setup->model, ==, "models/gemini-3.8-live");
  g_assert_false (setup->response_text);
  g_assert_null (setup->voice);
  g_assert_null (setup->language);
  g_assert_cmpstr (setup->system_instruction, ==, LV_SYSTEM_INSTRUCTION_DEFAULT);
  g_assert_cmpuint (setup->tools->len, ==, 0);
  g_assert_false (setup->google_search);
  g_assert_false (setup->vad_disabled);
  g_assert_false (setup->no_interruption);
  g_assert_cmpint (setup->silence_duration_ms, ==, -1);
  g_assert_true (setup->input_transcription);
  g_assert_true (setup->output_transcription);
  g_assert_true (setup->resumption);
  g_assert_null (setup->resumption_handle);
  g_assert_true (setup->compression);
  g_assert_null (setup->thinking_level);
  g_assert_null (setup->extra);
}

/* What tunes local detection is nothing for the server, which does not detect. */
static void
test_local_detection (void)
{
  g_autoptr (LvProfile) profile = lv_profile_new ("default");
  g_autoptr (LvSetup) setup = NULL;
  g_autoptr (GError) error = NULL;
  LvEndpointerSettings settings;

  profile->turn_detection = LV_TURN_DETECTION_LOCAL;
  profile->end_sensitivity = LV_SENSITIVITY_LOW;
  settings = lv_session_setup_get_endpointing (profile);
  g_assert_cmpuint (settings.end_hops, ==, LV_LOCAL_SILENCE_MS / LV_VAD_HOP_MS);
  profile->silence_duration_ms = LV_LOCAL_SILENCE_MAX_MS;
  setup = make_setup (profile, "models/gemini-3.8-live", NULL);
  g_assert_true (setup->vad_disabled);
  g_assert_cmpint (setup->end_sensitivity, ==, LV_SENSITIVITY_DEFAULT);
  g_assert_cmpint (setup->silence_duration_ms, ==, -1);
  g_assert_true (lv_session_setup_check (profile, &error));
  g_assert_no_error (error);

  settings = lv_session_setup_get_endpointing (profile);
  g_assert_cmpuint (settings.end_hops, ==, LV_LOCAL_SILENCE_MAX_MS / LV_VAD_HOP_MS);
  profile->silence_duration_ms = LV_LOCAL_SILENCE_MAX_MS + 1;
  g_assert_false (lv_session_setup_check (profile, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  profile->turn_detection = LV_TURN_DETECTION_AUTO;
  g_assert_true (lv_session_setup_check (profile, NULL));
}

/* A model that cannot be told when somebody speaks. */
static void
test_local_detection_unsupported (void)
{
  g_autoptr (LvProfile) profile = lv_profile_new ("default");
  g_autoptr (LvSetup) setup = NULL;
  g_autoptr (GError) error = NULL;

  profile->turn_detection = LV_TURN_DETECTION_LOCAL;
  setup = make_setup (profile, "models/" LV_TRANSLATION_MODEL, NULL);
  g_assert_false (lv_setup_check (setup, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED);
  g_assert_cmpstr (error->message, ==,
                   LV_TRANSLATION_MODEL " does not take "
                                        "realtimeInputConfig.automaticActivityDetection.disabled");
}

static void
test_everything_chosen (void)
{
  g_autoptr (LvProfile) profile = lv_profile_new ("default");
  g_autoptr (LvSetup) setup = NULL;

  set_string (&profile->voice, "Kore");
  set_string (&profile->language, "de-DE");
  set_string (&profile->system_instruction, "be kind");
  set_string (&profile->setup, "{\"labels\":{}}");
  profile->turn_detection = LV_TURN_DETECTION_MANUAL;
  profile->start_sensitivity = LV_SENSITIVITY_LOW;
  profile->end_sensitivity = LV_SENSITIVITY_HIGH;
  profile->prefix_padding_ms = 40;
  profile->silence_duration_ms = 700;
  profile->barge_in = FALSE;
  profile->google_search = TRUE;
  setup = make_setup (profile, "models/gemini-3.8-live", "handle");

  g_assert_cmpstr (setup->voice, ==, "Kore");
  g_assert_cmpstr (setup->language, ==, "de-DE");
  g_assert_true (g_str_has_prefix (setup->system_instruction, "be kind\n\n"));
  g_assert_nonnull (
      strstr (setup->system_instruction, "Respond in German (Germany), tag \"de-DE\""));
  g_assert_cmpstr (setup->transcription_languages->pdata[0], ==, "de-DE");
  g_assert_cmpstr (setup->extra, ==, "{\"labels\":{}}");
  g_assert_true (setup->vad_disabled);
  g_assert_cmpint (setup->start_sensitivity, ==, LV_SENSITIVITY_LOW);
  g_assert_cmpint (setup->end_sensitivity, ==, LV_SENSITIVITY_HIGH);
  g_assert_cmpint (setup->prefix_padding_ms, ==, 40);
  g_assert_cmpint (setup->silence_duration_ms, ==, 700);
  g_assert_true (setup->no_interruption);
  g_assert_true (setup->google_search);
  g_assert_cmpstr (setup->resumption_handle, ==, "handle");
}

/* Words are transcribed when they are wanted, and always when they are all there is. */
static void
test_transcription (void)
{
  const struct {
    LvAudioMode audio;
    gboolean speak, transcripts;
    gboolean input, output;
  } rows[] = {
    { LV_AUDIO_PIPEWIRE, TRUE, TRUE, TRUE, TRUE },
    { LV_AUDIO_PIPEWIRE, TRUE, FALSE, FALSE, FALSE },
    { LV_AUDIO_PIPEWIRE, FALSE, FALSE, FALSE, TRUE },
    { LV_AUDIO_NONE, TRUE, FALSE, FALSE, TRUE },
    { LV_AUDIO_NONE, TRUE, TRUE, FALSE, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (LvProfile) profile = lv_profile_new ("default");
      g_autoptr (LvSetup) setup = NULL;

      profile->audio = rows[i].audio;
      profile->speak = rows[i].speak;
      profile->transcripts = rows[i].transcripts;
      setup = make_setup (profile, "models/gemini-3.8-live", NULL);
      g_assert_cmpint (setup->input_transcription, ==, rows[i].input);
      g_assert_cmpint (setup->output_transcription, ==, rows[i].output);
    }
}

/* Where nobody hears the answer, a model that can write does not speak. */
static void
test_answer_in_text (void)
{
  const struct {
    LvAudioMode audio;
    gboolean speak, can_write, text;
  } rows[] = {
    { LV_AUDIO_NONE, TRUE, TRUE, TRUE },        { LV_AUDIO_NONE, TRUE, FALSE, FALSE },
    { LV_AUDIO_PIPEWIRE, TRUE, TRUE, FALSE },   { LV_AUDIO_PIPEWIRE, FALSE, TRUE, TRUE },
    { LV_AUDIO_PIPEWIRE, FALSE, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const LvEndpoint endpoint = { .model_resource =
                                        (char *) (rows[i].can_write ? "models/livevoice-engine"
                                                                    : "models/gemini-3.8-live") };
      g_autoptr (LvProfile) profile = lv_profile_new ("default");
      g_autoptr (GPtrArray) tools = g_ptr_array_new ();
      g_autoptr (LvSetup) setup = NULL;

      profile->audio = rows[i].audio;
      g_assert_true (
          lv_profile_set_from_text (profile, "modalities", rows[i].speak ? "audio" : "text", NULL));
      setup = lv_session_setup_new (profile, &endpoint, lv_model_lookup (endpoint.model_resource),
                                    tools, NULL);
      g_assert_cmpint (setup->response_text, ==, rows[i].text);
    }
}

static void
test_thinking_level (void)
{
  const struct {
    const char *model;
    const char *wanted;
    const char *sent;
  } rows[] = {
    { "models/gemini-3.8-live", "", NULL },
    { "models/gemini-3.8-live", "high", "HIGH" }, /* for lv_setup_check() to refuse */
    { "models/gemini-3.8-live-extended-thinking", "", NULL },
    { "models/gemini-3.8-live-extended-thinking", "high", "HIGH" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (LvProfile) profile = lv_profile_new ("default");
      g_autoptr (LvSetup) setup = NULL;

      set_string (&profile->thinking_level, rows[i].wanted);
      setup = make_setup (profile, rows[i].model, NULL);
      g_assert_cmpstr (setup->thinking_level, ==, rows[i].sent);
    }
}

/* A translation follows what is said: what belongs to a conversation is not sent. */
static void
test_translation (void)
{
  g_autoptr (LvProfile) profile = lv_profile_new ("default");
  static const char *const nowhere[] = { NULL };
  g_autoptr (LvVault) vault = lv_vault_new ();
  g_autoptr (LvConfig) config = lv_config_load_dirs (nowhere, NULL);
  g_autoptr (LvEndpoints) endpoints = lv_endpoints_new (vault, config);
  g_autoptr (LvEndpoint) endpoint = NULL;
  g_autoptr (LvSetup) setup = NULL;
  g_autoptr (GPtrArray) tools = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  set_string (&profile->translate_to, "pl");
  set_string (&profile->voice, "Kore");
  set_string (&profile->endpoint, "gemini");
  profile->barge_in = FALSE;
  profile->silence_duration_ms = 500;
  profile->google_search = TRUE;
  profile->affective_dialog = TRUE;
  profile->word_timestamps = TRUE;
  profile->turn_detection = LV_TURN_DETECTION_MANUAL;
  endpoint = lv_session_setup_find_endpoint (profile, endpoints, &error);
  g_assert_no_error (error);
  setup = lv_session_setup_new (profile, endpoint, lv_model_lookup (endpoint->model_resource),
                                tools, NULL);

  g_assert_cmpstr (setup->model, ==, "models/" LV_TRANSLATION_MODEL);
  g_assert_cmpstr (setup->translate_to, ==, "pl");
  g_assert_null (setup->voice);
  g_assert_null (setup->system_instruction);
  g_assert_false (setup->no_interruption);
  g_assert_cmpint (setup->silence_duration_ms, ==, -1);
  g_assert_false (setup->google_search);
  g_assert_false (setup->vad_disabled);
  g_assert_cmpint (lv_session_setup_get_turn_detection (profile), ==, LV_TURN_DETECTION_AUTO);
  g_assert_true (setup->input_transcription);
  g_assert_true (setup->output_transcription);
  g_assert_true (lv_setup_check (setup, &error));
  g_assert_no_error (error);
  g_assert_true (lv_session_setup_is_stream (lv_setup_get_limits (setup)));
}

/* Every key that shapes the message reaches its field. */
static void
test_every_field (void)
{
  g_autoptr (LvProfile) profile = lv_profile_new ("default");
  g_autoptr (LvSetup) setup = NULL;
  g_autoptr (GVariant) options = g_variant_ref_sink (g_variant_new_parsed (
      "{'turn-coverage': <'all'>, 'explicit-vad-signal': <true>,"
      " 'transcription-languages': <['de-DE', 'en-US']>, 'vocabulary': <['Grace Hopper']>,"
      " 'transcription-mode': <'smart'>, 'word-timestamps': <true>, 'interim-timestamps': <true>,"
      " 'affective-dialog': <true>, 'proactive-audio': <true>, 'proactive-video': <true>,"
      " 'temperature': <0.5>, 'top-p': <1.0>, 'top-k': <@u 40>, 'max-output-tokens': <@u 100>,"
      " 'presence-penalty': <-2.0>, 'frequency-penalty': <2.0>, 'candidate-count': <@u 1>,"
      " 'seed': <@i -7>, 'media-resolution': <'low'>, 'thinking-budget': <@i -1>,"
      " 'include-thoughts': <true>, 'google-search-options': <'{}'>, 'code-execution': <true>,"
      " 'url-context': <true>, 'server-tools': <'[]'>, 'safety': <'[]'>,"
      " 'labels': <{'team': 'a-1'}>, 'avatar': <'{}'>, 'replicated-voice': <'{}'>,"
      " 'context-trigger-tokens': <@u 25000>, 'context-target-tokens': <@u 8000>,"
      " 'history': <[('user', 'hello')]>}"));

  g_assert_true (lv_profile_apply_options (profile, options, NULL));
  setup = make_setup (profile, "models/gemini-3.8-live", NULL);
  g_assert_cmpint (setup->turn_coverage, ==, LV_TURN_COVERAGE_ALL);
  g_assert_true (setup->explicit_vad_signal);
  g_assert_cmpuint (setup->transcription_languages->len, ==, 2);
  g_assert_cmpstr (setup->vocabulary->pdata[0], ==, "Grace Hopper");
  g_assert_cmpint (setup->transcription_mode, ==, LV_TRANSCRIPTION_SMART);
  g_assert_true (setup->word_timestamps && setup->interim_timestamps);
  g_assert_true (setup->affective_dialog && setup->proactive_audio && setup->proactive_video);
  g_assert_cmpfloat (setup->temperature, ==, 0.5);
  g_assert_cmpfloat (setup->top_p, ==, 1.0);
  g_assert_cmpuint (setup->top_k, ==, 40);
  g_assert_cmpuint (setup->max_output_tokens, ==, 100);
  g_assert_cmpfloat (setup->presence_penalty, ==, -2.0);
  g_assert_cmpfloat (setup->frequency_penalty, ==, 2.0);
  g_assert_cmpuint (setup->candidate_count, ==, 1);
  g_assert_cmpint (setup->seed, ==, -7);
  g_assert_cmpint (setup->media_resolution, ==, LV_MEDIA_RESOLUTION_LOW);
  g_assert_cmpint (setup->thinking_budget, ==, -1);
  g_assert_true (setup->include_thoughts);
  g_assert_cmpstr (setup->google_search_options, ==, "{}");
  g_assert_true (setup->code_execution && setup->url_context);
  g_assert_cmpstr (setup->server_tools, ==, "[]");
  g_assert_cmpstr (setup->safety, ==, "[]");
  g_assert_cmpstr (g_hash_table_lookup (setup->labels, "team"), ==, "a-1");
  g_assert_cmpstr (setup->avatar, ==, "{}");
  g_assert_true (setup->response_video);
  g_assert_cmpstr (setup->replicated_voice, ==, "{}");
  g_assert_cmpint (setup->trigger_tokens, ==, 25000);
  g_assert_cmpint (setup->target_tokens, ==, 8000);
  g_assert_true (setup->initial_history);

  lv_setup_free (setup);
  setup = make_setup (profile, "models/gemini-3.8-live", "handle");
  g_assert_false (setup->initial_history);
}

/* Before there were settings for a translation there was a flag, of models that are retired by now. */
static void
test_translation_by_flag (void)
{
  g_autoptr (LvProfile) profile = lv_profile_new ("default");
  g_autoptr (LvModels) models = lv_models_new ();
  g_autoptr (GPtrArray) tools = g_ptr_array_new ();
  g_autoptr (LvSetup) setup = NULL;
  g_autoptr (GError) error = NULL;
  const LvEndpoint endpoint = {
    .api = LV_API_VERTEX,
    .model_resource =
        (char
             *) "projects/p/locations/l/publishers/google/models/gemini-2.5-flash-s2st-exp-11-2025",
  };

  set_string (&profile->translate_to, "pl");
  lv_models_set (models, "gemini-2.5-flash-s2st", "replaced-by", "", &error);
  g_assert_no_error (error);
  setup = lv_session_setup_new (profile, &endpoint,
                                lv_models_lookup (models, endpoint.model_resource), tools, NULL);
  g_assert_true (setup->speech_to_speech);
  g_assert_cmpstr (setup->language, ==, "pl");
  g_assert_null (setup->translate_to);
  lv_setup_check (setup, &error);
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-setup/defaults", test_defaults);
  g_test_add_func ("/session-setup/local-detection", test_local_detection);
  g_test_add_func ("/session-setup/local-detection-unsupported", test_local_detection_unsupported);
  g_test_add_func ("/session-setup/everything-chosen", test_everything_chosen);
  g_test_add_func ("/session-setup/transcription", test_transcription);
  g_test_add_func ("/session-setup/answer-in-text", test_answer_in_text);
  g_test_add_func ("/session-setup/thinking-level", test_thinking_level);
  g_test_add_func ("/session-setup/translation", test_translation);
  g_test_add_func ("/session-setup/translation-by-flag", test_translation_by_flag);
  g_test_add_func ("/session-setup/every-field", test_every_field);
  return g_test_run ();
}
