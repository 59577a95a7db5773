/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is refused is never sent, and what is sent is never refused.
 */
#include "protocol/lv-decode.h"
#include "protocol/lv-encode.h"
#include "protocol/lv-protocol-test.h"

#include <stdlib.h>
#include <string.h>

#define LIVE "models/gemini-3.8-live"
#define THINKING "models/gemini-3.8-live-extended-thinking"
#define NATIVE "models/gemini-2.5-flash-native-audio-preview-12-2025"
#define VERTEX_NATIVE                                                                              \
  "projects/p/locations/l/publishers/google/models/gemini-live-2.5-flash-native-audio"
#define TRANSLATE "models/gemini-3.5-live-translate-preview"
#define TRANSCRIBE "models/gemini-3.5-transcribe-live"

/* What is asked for, as the setup message has it. */
typedef struct {
  const char *model;
  LvApi api;
  const char *asked;
  const char *error; /* NULL: it is taken, and sent */
} Case;

static const Case cases[] = {
  { LIVE, 0, "\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":\"LOW\"}}",
    "gemini-3.8-live does not take generationConfig.thinkingConfig.thinkingLevel" },
  { LIVE, 0, "\"generationConfig\":{\"thinkingConfig\":{\"includeThoughts\":true}}",
    "gemini-3.8-live does not take generationConfig.thinkingConfig.includeThoughts" },
  { LIVE, 0, "\"generationConfig\":{\"enableAffectiveDialog\":true}",
    "gemini-3.8-live does not take generationConfig.enableAffectiveDialog" },
  { LIVE, 0, "\"proactivity\":{\"proactiveAudio\":true}",
    "gemini-3.8-live does not take proactivity.proactiveAudio" },
  { LIVE, 0, "\"proactivity\":{\"proactiveAudio\":false}", NULL },
  { LIVE, 0, "\"realtimeInputConfig\":{\"turnCoverage\":\"TURN_INCLUDES_ALL_INPUT\"}",
    "gemini-3.8-live does not take realtimeInputConfig.turnCoverage" },
  { LIVE, 0, "\"tools\":[{\"codeExecution\":{}}]",
    "gemini-3.8-live does not take tools.codeExecution" },
  { LIVE, 0, "\"tools\":[{\"urlContext\":{}}]", "gemini-3.8-live does not take tools.urlContext" },
  { LIVE, 0, "\"tools\":[{\"googleSearch\":{}}]", NULL },
  { LIVE, 0, "\"tools\":[{\"retrieval\":{}}]",
    "the Gemini Developer API does not take tools.retrieval (asked for with gemini-3.8-live)" },
  { LIVE, LV_API_VERTEX, "\"tools\":[{\"retrieval\":{}},{\"googleMaps\":{}}]", NULL },
  { LIVE, 0, "\"tools\":[{\"googleSearch\":{\"timeRangeFilter\":{}}}]", NULL },
  { LIVE, 0, "\"tools\":[{\"googleSearch\":{\"excludeDomains\":[\"a.b\"]}}]",
    "the Gemini Developer API does not take tools.googleSearch.excludeDomains (asked for with "
    "gemini-3.8-live)" },
  { LIVE, LV_API_VERTEX, "\"tools\":[{\"googleSearch\":{\"searchTypes\":{}}}]",
    "Vertex AI does not take tools.googleSearch.searchTypes (asked for with gemini-3.8-live)" },
  { LIVE, 0,
    "\"tools\":[{\"googleSearch\":{\"searchTypes\":{\"webSearch\":{},\"imageSearch\":{}},"
    "\"timeRangeFilter\":{\"startTime\":\"2026-01-01T00:00:00Z\",\"endTime\":"
    "\"2026-02-01T00:00:00Z\"}}}]",
    NULL },
  { LIVE, 0, "\"safetySettings\":[{\"category\":\"A\",\"threshold\":\"OFF\"}]", NULL },
  { LIVE, 0, "\"safetySettings\":[{\"category\":\"A\",\"method\":\"SEVERITY\"}]",
    "the Gemini Developer API does not take safetySettings.method (asked for with "
    "gemini-3.8-live)" },
  { LIVE, LV_API_VERTEX,
    "\"generationConfig\":{\"speechConfig\":{\"voiceConfig\":{\"replicatedVoiceConfig\":{"
    "\"mimeType\":\"audio/wav\",\"consentAudio\":\"AAAA\"}}}}",
    "Vertex AI does not take "
    "generationConfig.speechConfig.voiceConfig.replicatedVoiceConfig.consentAudio (asked for with "
    "gemini-3.8-live)" },
  { LIVE, 0, "\"explicitVadSignal\":true",
    "the Gemini Developer API does not take explicitVadSignal (asked for with gemini-3.8-live)" },
  { LIVE, LV_API_DEVELOPER_V1ALPHA, "\"explicitVadSignal\":true",
    "the Gemini Developer API (v1alpha) does not take explicitVadSignal (asked for with "
    "gemini-3.8-live)" },
  { LIVE, LV_API_VERTEX, "\"explicitVadSignal\":true", NULL },
  { LIVE, LV_API_VERTEX_EXPRESS, "\"sessionResumption\":{\"transparent\":true}", NULL },
  { LIVE, 0, "\"sessionResumption\":{\"transparent\":true}",
    "the Gemini Developer API does not take sessionResumption.transparent (asked for with "
    "gemini-3.8-live)" },
  { LIVE, LV_API_VERTEX,
    "\"generationConfig\":{\"responseModalities\":[\"VIDEO\"]},\"avatarConfig\":{}", NULL },
  { LIVE, 0, "\"generationConfig\":{\"responseModalities\":[\"VIDEO\"]}",
    "gemini-3.8-live does not take generationConfig.responseModalities VIDEO" },
  { LIVE, 0, "\"generationConfig\":{\"responseModalities\":[\"TEXT\"]}",
    "gemini-3.8-live does not take generationConfig.responseModalities TEXT" },
  { LIVE, 0, "\"generationConfig\":{\"translationConfig\":{\"targetLanguageCode\":\"pl\"}}",
    "gemini-3.8-live does not take generationConfig.translationConfig.targetLanguageCode" },
  { LIVE, 0, "\"generationConfig\":{\"speechConfig\":{\"voiceConfig\":{\"voice\":\"en-us-arlo\"}}}",
    NULL },
  { NATIVE, 0,
    "\"generationConfig\":{\"speechConfig\":{\"voiceConfig\":{\"voice\":\"en-us-arlo\"}}}",
    "gemini-2.5-flash-native-audio-preview-12-2025 does not take "
    "generationConfig.speechConfig.voiceConfig.voice" },
  { NATIVE, 0, "\"generationConfig\":{\"thinkingConfig\":{\"thinkingBudget\":0}}", NULL },
  { NATIVE, 0, "\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":\"LOW\"}}",
    "gemini-2.5-flash-native-audio-preview-12-2025 does not take "
    "generationConfig.thinkingConfig.thinkingLevel" },
  { NATIVE, 0, "\"inputAudioTranscription\":{\"customVocabulary\":[\"x\"]}",
    "gemini-2.5-flash-native-audio-preview-12-2025 does not take "
    "inputAudioTranscription.customVocabulary" },
  { NATIVE, 0,
    "\"generationConfig\":{\"enableAffectiveDialog\":true},\"proactivity\":{\"proactiveAudio\":"
    "true}",
    NULL },
  { NATIVE, LV_API_VERTEX, "\"labels\":{}",
    "Vertex AI does not offer the model gemini-2.5-flash-native-audio-preview-12-2025" },
  { VERTEX_NATIVE, LV_API_VERTEX, "\"labels\":{\"a\":\"b\"}", NULL },
  { VERTEX_NATIVE, LV_API_VERTEX,
    "\"realtimeInputConfig\":{\"turnCoverage\":\"TURN_INCLUDES_ALL_INPUT\"}", NULL },
  { VERTEX_NATIVE, LV_API_VERTEX,
    "\"realtimeInputConfig\":{\"turnCoverage\":\"TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO\"}",
    "gemini-live-2.5-flash-native-audio does not take realtimeInputConfig.turnCoverage "
    "TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO" },
  { VERTEX_NATIVE, 0, "\"labels\":{}",
    "the Gemini Developer API does not offer the model gemini-live-2.5-flash-native-audio" },
  { THINKING, 0, "\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":\"high\"}}", NULL },
  { THINKING, 0, "\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":\"MINIMAL\"}}",
    "gemini-3.8-live-extended-thinking does not take generationConfig.thinkingConfig.thinkingLevel "
    "MINIMAL" },
  { TRANSLATE, 0, "\"systemInstruction\":{\"parts\":[{\"text\":\"x\"}]}",
    "gemini-3.5-live-translate-preview does not take systemInstruction" },
  { TRANSLATE, 0, "\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\"}]}]",
    "gemini-3.5-live-translate-preview does not take tools.functionDeclarations" },
  { TRANSLATE, 0,
    "\"generationConfig\":{\"speechConfig\":{\"voiceConfig\":{\"prebuiltVoiceConfig\":{"
    "\"voiceName\":"
    "\"Puck\"}}}}",
    "gemini-3.5-live-translate-preview does not take "
    "generationConfig.speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName" },
  { TRANSLATE, 0, "\"generationConfig\":{\"translationConfig\":{\"targetLanguageCode\":\"pl\"}}",
    NULL },
  { TRANSCRIBE, 0, "\"inputAudioTranscription\":{\"mode\":\"SMART\",\"customVocabulary\":[\"x\"]}",
    NULL },
  { TRANSCRIBE, 0, "\"historyConfig\":{\"initialHistoryInClientContent\":true}",
    "gemini-3.5-transcribe-live does not take historyConfig.initialHistoryInClientContent" },
  { "models/gemini-3.1-flash-live-preview", 0, "\"labels\":{}",
    "gemini-3.1-flash-live-preview is retired: use gemini-3.8-live instead" },
  { "models/gemini-2.5-flash-s2st-exp-11-2025", LV_API_VERTEX, "\"labels\":{}",
    "gemini-2.5-flash-s2st-exp-11-2025 is retired: use gemini-3.5-live-translate-preview instead" },
};

static LvClientMessage *
ask (const Case *test)
{
  g_autofree char *text =
      g_strdup_printf ("{\"setup\":{\"model\":\"%s\",%s}}", test->model, test->asked);
  g_autoptr (GBytes) frame = lv_test_bytes (text);
  g_autoptr (GError) error = NULL;
  LvClientMessage *message = lv_decode_client (frame, &error);

  g_test_message ("%s", text);
  g_assert_no_error (error);
  message->setup->api = test->api;
  return message;
}

static LvClientMessage *
send_setup (const LvSetup *setup)
{
  g_autoptr (GBytes) frame = lv_encode_setup (setup);
  LvClientMessage *sent = lv_decode_client (frame, NULL);

  sent->setup->api = setup->api;
  return sent;
}

/* With no limits but the API's, as it was asked. */
static GBytes *
encode_unlimited (LvSetup *setup)
{
  setup->limits = lv_model_lookup (LV_MODEL_ENGINE);
  return lv_encode_setup (setup);
}

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LvClientMessage) asked = ask (&cases[i]);
      g_autoptr (LvClientMessage) sent = send_setup (asked->setup);
      g_autoptr (GBytes) asked_frame = NULL;
      g_autoptr (GBytes) sent_frame = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (lv_setup_check (asked->setup, &error), ==, cases[i].error == NULL);
      g_assert_cmpstr (error != NULL ? error->message : NULL, ==, cases[i].error);
      if (strstr (cases[i].error != NULL ? cases[i].error : "", " take ") == NULL &&
          cases[i].error != NULL)
        continue;

      g_assert_true (lv_setup_check (sent->setup, NULL)); /* what was refused is not in it */
      asked_frame = encode_unlimited (asked->setup);
      sent_frame = encode_unlimited (sent->setup);
      if (cases[i].error == NULL && !g_str_equal (cases[i].model, TRANSCRIBE))
        g_assert_true (g_bytes_equal (asked_frame, sent_frame));
    }
}

/* What an application wrote as JSON never went through a table. */
static void
test_json_of_others (void)
{
  static const struct {
    const char *safety, *search, *tools, *error;
  } wrong[] = {
    { "[1]", NULL, NULL, "gemini-3.8-live does not take safetySettings 1" },
    { "[{\"mood\":1}]", NULL, NULL, "gemini-3.8-live does not take safetySettings.mood" },
    { NULL, "{\"moon\":1}", NULL, "gemini-3.8-live does not take tools.googleSearch.moon" },
    { NULL, NULL, "[{\"moon\":{}}]", "gemini-3.8-live does not take tools.moon" },
    { NULL, NULL, "[\"x\"]", "gemini-3.8-live does not take tools \"x\"" },
    { NULL, "{\"searchTypes\":5}", NULL,
      "gemini-3.8-live does not take tools.googleSearch.searchTypes 5" },
    { NULL, NULL, "[{\"urlContext\":{}}]", "gemini-3.8-live does not take tools.urlContext" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (LvSetup) setup = lv_setup_new (LIVE);
      g_autoptr (LvClientMessage) sent = NULL;
      g_autoptr (GError) error = NULL;

      setup->safety = g_strdup (wrong[i].safety);
      setup->google_search_options = g_strdup (wrong[i].search);
      setup->server_tools = g_strdup (wrong[i].tools);
      g_assert_false (lv_setup_check (setup, &error));
      g_assert_cmpstr (error->message, ==, wrong[i].error);
      sent = send_setup (setup);
      g_assert_null (sent->setup->server_tools);
      g_assert_null (sent->setup->google_search_options);
    }
}

/* Leaves an unknown name in the object that @path leads to. */
static char *
spoil (const char *text, const char *path)
{
  g_autoptr (JsonNode) root = lv_json_parse (text, -1, G_MAXSIZE, NULL);
  g_auto (GStrv) steps = g_strsplit (path, "/", -1);
  JsonNode *node = root;

  for (guint i = 0; steps[i] != NULL; i++)
    node = JSON_NODE_HOLDS_ARRAY (node)
               ? json_array_get_element (json_node_get_array (node), atoi (steps[i]))
               : json_object_get_member (json_node_get_object (node), steps[i]);
  json_object_set_int_member (json_node_get_object (node), "moon", 1);
  return lv_json_to_text (root);
}

/* Every name inside a tool of the service is known, and another one is not, however deep. */
static void
test_server_tools (void)
{
  static const struct {
    const char *path; /* to an object */
    const char *error;
  } rows[] = {
    { "0/googleMaps", "tools.googleMaps.moon" },
    { "0/googleMaps/authConfig/oidcConfig", "tools.googleMaps.authConfig.oidcConfig.moon" },
    { "0/googleMaps/groundingTypes/places", "tools.googleMaps.groundingTypes.places.moon" },
    { "1/fileSearch", "tools.fileSearch.moon" },
    { "2/computerUse", "tools.computerUse.moon" },
    { "3/mcpServers/0", "tools.mcpServers.moon" },
    { "3/mcpServers/0/streamableHttpTransport", "tools.mcpServers.streamableHttpTransport.moon" },
    { "4/retrieval/externalApi/apiAuth/apiKeyConfig",
      "tools.retrieval.externalApi.apiAuth.apiKeyConfig.moon" },
    { "4/retrieval/vertexAiSearch/dataStoreSpecs/0",
      "tools.retrieval.vertexAiSearch.dataStoreSpecs.moon" },
    { "4/retrieval/vertexRagStore/ragRetrievalConfig/ranking/llmRanker",
      "tools.retrieval.vertexRagStore.ragRetrievalConfig.ranking.llmRanker.moon" },
    { "5/enterpriseWebSearch", "tools.enterpriseWebSearch.moon" },
    { "6/exaAiSearch", "tools.exaAiSearch.moon" },
    { "7/parallelAiSearch", "tools.parallelAiSearch.moon" },
  };
  g_autofree char *path = g_build_filename (g_getenv ("srcdir"), "data", "protocol",
                                            "client-setup-server-tools.json", NULL);
  g_autoptr (GBytes) frame = lv_test_read_frame (path);
  g_autoptr (LvClientMessage) all = lv_decode_client (frame, NULL);
  g_autoptr (LvSetup) setup = lv_setup_new (LIVE);
  g_autoptr (LvClientMessage) sent = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) no_object = NULL;

  setup->api = LV_API_VERTEX;
  setup->server_tools = g_strdup (all->setup->server_tools);
  lv_setup_check (setup, &error);
  g_assert_no_error (error);
  sent = send_setup (setup);
  g_assert_cmpstr (sent->setup->server_tools, ==, all->setup->server_tools);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) wrong = NULL;
      g_autofree char *expected =
          g_strdup_printf ("gemini-3.8-live does not take %s", rows[i].error);

      g_free (setup->server_tools);
      setup->server_tools = spoil (all->setup->server_tools, rows[i].path);
      g_assert_false (lv_setup_check (setup, &wrong));
      g_assert_error (wrong, LV_ERROR, LV_ERROR_UNSUPPORTED);
      g_assert_cmpstr (wrong->message, ==, expected);
    }
  g_free (setup->server_tools);
  setup->server_tools = g_strdup ("[{\"mcpServers\":[5]}]");
  g_assert_false (lv_setup_check (setup, &no_object));
  g_assert_cmpstr (no_object->message, ==, "gemini-3.8-live does not take tools.mcpServers 5");
}

static void
test_hints_without_a_transcription (void)
{
  g_autoptr (LvSetup) setup = lv_setup_new (LIVE);
  g_autoptr (GError) error = NULL;

  setup->transcription_mode = LV_TRANSCRIPTION_SMART;
  g_assert_false (lv_setup_check (setup, &error));
  g_assert_cmpstr (error->message, ==,
                   "gemini-3.8-live does not take inputAudioTranscription.mode");
}

/* The defaults are taken by every model that is offered, and the answer is what it can give. */
static void
test_defaults (void)
{
  for (const LvModel *row = lv_model_get_table (); row->prefix != NULL; row++)
    {
      g_autoptr (LvSetup) setup = lv_setup_new (row->prefix);
      g_autoptr (LvClientMessage) sent = NULL;
      g_autoptr (GError) error = NULL;

      setup->api =
          lv_model_can (row, LV_CAN_DEVELOPER_API) ? LV_API_DEVELOPER_V1BETA : LV_API_VERTEX;
      if (!lv_setup_check (setup, &error))
        {
          g_assert_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED);
          g_assert_nonnull (strstr (error->message, row->replaced_by));
          continue;
        }
      sent = send_setup (setup);
      g_assert_cmpint (sent->setup->response_text, ==, !lv_model_can (row, LV_CAN_ANSWER_AUDIO));
      g_assert_cmpstr (sent->setup->thinking_level, ==, row->thinking_level);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/setup-check/cases", test_cases);
  g_test_add_func ("/setup-check/json-of-others", test_json_of_others);
  g_test_add_func ("/setup-check/server-tools", test_server_tools);
  g_test_add_func ("/setup-check/hints-without-a-transcription",
                   test_hints_without_a_transcription);
  g_test_add_func ("/setup-check/defaults", test_defaults);
  return g_test_run ();
}
