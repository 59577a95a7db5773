/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-decode.h"
#include "protocol/lv-encode.h"
#include "protocol/lv-protocol-test.h"

#include <string.h>

/* ---- recorded frames ---- */

/* Decodes and encodes again; NULL when decoding fails. */
typedef GBytes *(*Recode) (GBytes *frame, GError **error);

static GBytes *
recode_server (GBytes *frame, GError **error)
{
  g_autoptr (LvServerMessage) message = lv_decode_server (frame, error);

  return message != NULL ? lv_encode_server (message) : NULL;
}

static GBytes *
recode_client (GBytes *frame, GError **error)
{
  g_autoptr (LvClientMessage) message = lv_decode_client (frame, error);

  return message != NULL ? lv_encode_client (message) : NULL;
}

static void
check_recoded (const char *path, Recode recode)
{
  g_autoptr (GBytes) frame = lv_test_read_frame (path);
  g_autoptr (GBytes) expected = lv_test_read_canonical (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) once = recode (frame, &error);
  g_autoptr (GBytes) twice = NULL;

  g_assert_no_error (error);
  lv_test_assert_same_json (once, expected);
  twice = recode (once, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (once, twice));
}

static void
check_truncated (const char *path, Recode recode)
{
  g_autoptr (GBytes) frame = lv_test_read_frame (path);

  for (gsize length = 0; length < g_bytes_get_size (frame); length++)
    {
      /* a copy of its own, so that a sanitizer sees a read behind the end */
      g_autoptr (GBytes) part = g_bytes_new (g_bytes_get_data (frame, NULL), length);
      g_autoptr (GError) error = NULL;

      g_assert_null (recode (part, &error));
      g_assert_nonnull (error);
    }
}

static void
check_all (const char *prefix, void (*check) (const char *path, Recode recode), Recode recode)
{
  g_autoptr (GPtrArray) frames = lv_test_list_frames (prefix);

  g_assert_cmpuint (frames->len, >, 15);
  for (guint i = 0; i < frames->len; i++)
    {
      g_test_message ("%s", (const char *) frames->pdata[i]);
      check (frames->pdata[i], recode);
    }
}

static void
test_server_frames (void)
{
  check_all ("server-", check_recoded, recode_server);
}

static void
test_client_frames (void)
{
  check_all ("client-", check_recoded, recode_client);
}

static void
test_server_truncated (void)
{
  check_all ("server-", check_truncated, recode_server);
}

static void
test_client_truncated (void)
{
  check_all ("client-", check_truncated, recode_client);
}

/* ---- server frames ---- */

static LvServerMessage *
decode_server (const char *text)
{
  g_autoptr (GBytes) frame = lv_test_bytes (text);
  g_autoptr (GError) error = NULL;
  LvServerMessage *message = lv_decode_server (frame, &error);

  g_assert_no_error (error);
  return message;
}

static void
test_server_fields (void)
{
  g_autoptr (LvServerMessage) message = decode_server (
      "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":\"Hm\",\"thought\":true},"
      "{\"text\":\"a\"},{\"inlineData\":{\"mimeType\":\"audio/"
      "pcm\",\"data\":\"AQI=\"}},{\"text\":\"b\"}]},"
      "\"interrupted\":true},\"goAway\":{\"timeLeft\":\"1.25s\"},"
      "\"toolCall\":{\"functionCalls\":[{\"id\":\"i\",\"name\":\"n\",\"args\":{\"a\":[]}}]}}");
  g_autofree char *text = lv_content_dup_text (message->model_turn);
  const LvPart *audio = message->model_turn->parts->pdata[2];
  const LvFunctionCall *call = message->function_calls->pdata[0];

  g_assert_cmpuint (message->model_turn->parts->len, ==, 4);
  g_assert_cmpint (message->model_turn->role, ==, LV_ROLE_MODEL);
  g_assert_cmpstr (text, ==, "ab");
  g_assert_cmpstr (audio->blob->mime_type, ==, "audio/pcm");
  g_assert_cmpmem (g_bytes_get_data (audio->blob->data, NULL), g_bytes_get_size (audio->blob->data),
                   "\1\2", 2);
  g_assert_true (message->interrupted);
  g_assert_cmpint (message->go_away_us, ==, 1250000);
  g_assert_cmpstr (call->id, ==, "i");
  g_assert_cmpstr (call->name, ==, "n");
  g_assert_cmpstr (call->args, ==, "{\"a\":[]}");
  g_assert_null (message->usage);
  g_assert_cmpint (message->error_code, ==, 0);
}

static void
test_server_empty (void)
{
  g_autoptr (LvServerMessage) message = decode_server ("{}");

  g_assert_cmpint (message->go_away_us, ==, -1);
  g_assert_false (message->setup_complete);
  g_assert_null (message->model_turn);
}

static void
test_server_durations (void)
{
  static const struct {
    const char *value;
    gint64 us;
  } rows[] = {
    { "\"50s\"", 50000000 },
    { "\"0.000001s\"", 1 },
    { "\"10.04s\"", 10040000 },
    { "{\"seconds\":3}", 3000000 },
    { "{\"nanos\":1000000}", 1000 },
    { "{\"seconds\":\"2\",\"nanos\":500000000}", 2500000 },
    { "{\"seconds\":[]}", 0 },
    { "\"50\"", 0 },
    { "\"s\"", 0 },
    { "\"-1s\"", 0 },
    { "\"nans\"", 0 },
    { "\"1e30s\"", 0 },
    { "50", 0 },
    { "null", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"goAway\":{\"timeLeft\":%s}}", rows[i].value);
      g_autoptr (LvServerMessage) message = decode_server (text);

      g_test_message ("%s", text);
      g_assert_cmpint (message->go_away_us, ==, rows[i].us);
    }
}

static void
test_server_errors (void)
{
  static const char *const frames[] = {
    "", "[]", "5", "{", "{\"a\":1,\"a\":2}", "\xff", "{\"a\":\"\\ud800\"}"
  };

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    {
      g_autoptr (GBytes) frame = lv_test_bytes (frames[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (lv_decode_server (frame, &error));
      g_assert_error (error, LV_ERROR, LV_ERROR_SERVER);
    }
}

static void
test_deep (void)
{
  g_autofree char *text = g_strnfill (100000, '[');
  g_autoptr (GBytes) frame = lv_test_bytes (text);
  g_autoptr (GError) error = NULL;

  g_assert_null (lv_decode_server (frame, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_SERVER);
  g_clear_error (&error);
  g_assert_null (lv_decode_client (frame, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
}

/* ---- client frames ---- */

#define NAME(name, at)                                                                             \
  "Invalid JSON payload received. Unknown name \"" name "\"" at ": Cannot find field."
#define LIST(name, at)                                                                             \
  "Invalid JSON payload received. Unknown name \"" name "\" at '" at                               \
  "': Proto field is not repeating, cannot start list."
#define TYPE "type.googleapis.com/google.ai.generativelanguage.v1beta."
#define INVALID_ARGUMENT "Request contains an invalid argument."
#define DECLARATION(text)                                                                          \
  "{\"setup\":{\"model\":\"m\",\"tools\":[{\"functionDeclarations\":[" text "]}]}}"
#define PARAMETERS(text) DECLARATION ("{\"name\":\"f\",\"parameters\":" text "}")
#define RULE(path) "* BidiGenerateContentRequest.setup.tools[0].function_declarations[0]" path

static const struct {
  const char *frame, *error;
} client_errors[] = {
  { "{}", INVALID_ARGUMENT },
  { "{\"setup\":null}", INVALID_ARGUMENT },
  { "[]", "Invalid JSON payload received. Unknown name \"\": Root element must be a message." },
  { "{", "Invalid JSON payload received. JSON, byte 1: the text ends where a key in quotes is "
         "expected" },
  { "{\"x\":1}", NAME ("x", "") },
  { "{\"contextUpdate\":{}}", INVALID_ARGUMENT },
  { "{\"setup\":{\"x\":1}}", NAME ("x", " at 'setup'") },
  { "{\"setup\":{\"generationConfig\":{\"x\":1}}}", NAME ("x", " at 'setup.generation_config'") },
  { "{\"setup\":{\"tools\":[{},{\"x\":1}]}}", NAME ("x", " at 'setup.tools[1]'") },
  { "{\"setup\":{\"model\":\"m\"},\"realtimeInput\":{}}",
    "Invalid value (oneof), oneof field 'message_type' is already set. Cannot set "
    "'realtimeInput'" },
  { "{\"setup\":{}}", "* BidiGenerateContentRequest.setup.model: must be specified" },
  { "{\"setup\":{\"model\":\"\"}}", "* BidiGenerateContentRequest.setup.model: must be specified" },
  { "{\"setup\":5}", "Invalid value at 'setup' (" TYPE "BidiGenerateContentSetup), 5" },
  { "{\"setup\":[]}", "Invalid JSON payload received. Unknown name \"setup\": Proto field is not "
                      "repeating, cannot start list." },
  { "{\"setup\":{\"model\":5}}", "Invalid value at 'setup.model' (TYPE_STRING), 5" },
  { "{\"setup\":{\"model\":{}}}",
    "Invalid value at 'setup.model' (TYPE_STRING), Starting an object on a scalar field" },
  { "{\"setup\":{\"model\":[\"m\"]}}", LIST ("model", "setup") },
  { "{\"setup\":{\"systemInstruction\":\"x\"}}",
    "Invalid value at 'setup.system_instruction' (" TYPE "Content), \"x\"" },
  { "{\"setup\":{\"system_instruction\":{\"parts\":[{\"text\":1}]}}}",
    "Invalid value at 'setup.system_instruction.parts[0].text' (TYPE_STRING), 1" },
  { "{\"setup\":{\"generationConfig\":{\"responseModalities\":[\"SMELL\"]}}}",
    "Invalid value at 'setup.generation_config.response_modalities[0]' (" TYPE
    "GenerationConfig.Modality), \"SMELL\"" },
  { "{\"setup\":{\"generationConfig\":{\"responseModalities\":[\"IMAGE\"]}}}",
    "The requested combination of response modalities (IMAGE) is not supported by the model" },
  { "{\"setup\":{\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":1}}}}",
    "Invalid value at 'setup.generation_config.thinking_config.thinking_level' (TYPE_STRING), 1" },
  { "{\"setup\":{\"realtimeInputConfig\":{\"activityHandling\":3}}}",
    "Invalid value at 'setup.realtime_input_config.activity_handling' (" TYPE
    "RealtimeInputConfig.ActivityHandling), 3" },
  { "{\"setup\":{\"realtimeInputConfig\":{\"automaticActivityDetection\":{\"silenceDurationMs\":1."
    "5}}}}",
    "Invalid value at "
    "'setup.realtime_input_config.automatic_activity_detection.silence_duration_ms' "
    "(TYPE_INT32), 1.5" },
  { "{\"setup\":{\"realtimeInputConfig\":{\"automaticActivityDetection\":{\"prefixPaddingMs\":"
    "3000000000}}}}",
    "Invalid value at 'setup.realtime_input_config.automatic_activity_detection.prefix_padding_ms' "
    "(TYPE_INT32), 3000000000" },
  { "{\"setup\":{\"realtimeInputConfig\":{\"automaticActivityDetection\":{\"disabled\":\"yes\"}}}}",
    "Invalid value at 'setup.realtime_input_config.automatic_activity_detection.disabled' "
    "(TYPE_BOOL), \"yes\"" },
  { "{\"setup\":{\"inputAudioTranscription\":true}}",
    "Invalid value at 'setup.input_audio_transcription' (" TYPE "AudioTranscriptionConfig), true" },
  { "{\"setup\":{\"inputAudioTranscription\":{\"languageCodes\":[\"de\",1]}}}",
    "Invalid value at 'setup.input_audio_transcription.language_codes[1]' (TYPE_STRING), 1" },
  { DECLARATION ("{\"name\":\"1f\"}"),
    RULE (".name") ": Invalid function name. Must start with a letter or an underscore. Must be "
                   "alphameric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes "
                   "(-), "
                   "with a maximum length of 128." },
  { DECLARATION ("{\"name\":\"f\"},{\"name\":\"f\"}"),
    "* BidiGenerateContentRequest.setup.tools[0].function_declarations[1].name: Duplicate function "
    "declaration found: f" },
  { DECLARATION ("{\"name\":\"f\",\"risk\":\"read\"}"),
    NAME ("risk", " at 'setup.tools[0].function_declarations[0]'") },
  { DECLARATION ("{\"name\":\"f\",\"behavior\":\"SLOW\"}"),
    "Invalid value at 'setup.tools[0].function_declarations[0].behavior' (" TYPE
    "FunctionDeclaration.Behavior), \"SLOW\"" },
  { PARAMETERS ("{\"type\":\"OBJECT\"}"),
    RULE (".parameters.properties") ": should be non-empty for OBJECT type" },
  { PARAMETERS ("{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":\"STRING\"},\"b\":{\"type\":"
                "\"ARRAY\"}}}"),
    RULE (".parameters.properties[b].items") ": missing field." },
  { PARAMETERS (
        "{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":\"STRING\"},\"b\":{\"const\":1}}}"),
    NAME ("const",
          " at 'setup.tools[0].function_declarations[0].parameters.properties[1].value'") },
  { PARAMETERS ("{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":\"TEXT\"}}}"),
    "Invalid value at "
    "'setup.tools[0].function_declarations[0].parameters.properties[0].value.type' (" TYPE
    "Type), \"TEXT\"" },
  { "{\"clientContent\":{\"turns\":[{\"role\":\"system\"}]}}",
    "Please use a valid role: user, model." },
  { "{\"clientContent\":{\"turns\":[{\"role\":1}]}}",
    "Invalid value at 'client_content.turns[0].role' (TYPE_STRING), 1" },
  { "{\"clientContent\":{\"turns\":[{},5]}}",
    "Invalid value at 'client_content.turns[1]' (" TYPE "Content), 5" },
  { "{\"clientContent\":{\"turns\":[{\"parts\":[{\"text\":\"a\",\"inlineData\":{\"mimeType\":\"a\","
    "\"data\":\"\"}}]}]}}",
    "Invalid value at 'client_content.turns[0].parts[0]' (oneof), oneof field 'data' is already "
    "set. "
    "Cannot set 'inlineData'" },
  { "{\"realtimeInput\":{}}", INVALID_ARGUMENT },
  { "{\"realtimeInput\":{\"audioStreamEnd\":false}}", INVALID_ARGUMENT },
  { "{\"realtimeInput\":{\"text\":\"a\",\"activityStart\":{}}}", INVALID_ARGUMENT },
  { "{\"realtimeInput\":{\"mediaChunks\":[]}}", INVALID_ARGUMENT },
  { "{\"realtimeInput\":{\"activityStart\":{\"x\":1}}}",
    NAME ("x", " at 'realtime_input.activity_start'") },
  { "{\"realtimeInput\":{\"audioStreamEnd\":1}}",
    "Invalid value at 'realtime_input.audio_stream_end' (TYPE_BOOL), 1" },
  { "{\"realtimeInput\":{\"text\":1}}", "Invalid value at 'realtime_input.text' (TYPE_STRING), 1" },
  { "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm\",\"data\":\"A\"}}}",
    "Invalid value at 'realtime_input.audio.data' (TYPE_BYTES), Base64 decoding failed for \"A\"" },
  { "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm\"}}}",
    "* BidiGenerateContentRequest.realtime_input.audio: mime_type and data must be set" },
  { "{\"realtimeInput\":{\"mediaChunks\":[{\"data\":5}]}}",
    "Invalid value at 'realtime_input.media_chunks[0].data' (TYPE_BYTES), Base64 decoding failed "
    "for 5" },
  { "{\"toolResponse\":{\"functionResponses\":[{\"id\":1}]}}",
    "Invalid value at 'tool_response.function_responses[0].id' (TYPE_STRING), 1" },
  { "{\"toolResponse\":{\"functionResponses\":[{\"response\":\"x\"}]}}",
    "Invalid value at 'tool_response.function_responses[0].response' "
    "(type.googleapis.com/google.protobuf.Struct), \"x\"" },
  { "{\"toolResponse\":{\"functionResponses\":[{\"scheduling\":\"INTERRUPTED\"}]}}",
    "Invalid value at 'tool_response.function_responses[0].scheduling' (" TYPE
    "FunctionResponse.Scheduling), \"INTERRUPTED\"" },
};

static void
test_client_errors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (client_errors); i++)
    {
      g_autoptr (GBytes) frame = lv_test_bytes (client_errors[i].frame);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", client_errors[i].frame);
      g_assert_null (lv_decode_client (frame, &error));
      g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
      g_assert_cmpstr (error->message, ==, client_errors[i].error);
    }
}

static void
test_client_error_is_utf8 (void)
{
  /* the value is shown in part, cut inside a character */
  g_autoptr (GString) text =
      g_string_new ("{\"setup\":{\"generationConfig\":{\"responseModalities\":\"a");
  g_autoptr (GBytes) frame = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 100; i++)
    g_string_append (text, "ü");
  g_string_append (text, "\"}}}");
  frame = lv_test_bytes (text->str);
  g_assert_null (lv_decode_client (frame, &error));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
test_too_many_declarations (void)
{
  g_autoptr (GString) text =
      g_string_new ("{\"setup\":{\"model\":\"m\",\"tools\":[{\"functionDeclarations\":[");
  g_autoptr (GBytes) frame = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i <= 128; i++)
    g_string_append_printf (text, "%s{\"name\":\"f%u\"}", i > 0 ? "," : "", i);
  g_string_append (text, "]}]}}");
  frame = lv_test_bytes (text->str);
  g_assert_null (lv_decode_client (frame, &error));
  g_assert_cmpstr (
      error->message, ==,
      "* BidiGenerateContentRequest.setup.tools[0].function_declarations[128]: at most 128 "
      "function declarations");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decode/server/frames", test_server_frames);
  g_test_add_func ("/decode/server/truncated", test_server_truncated);
  g_test_add_func ("/decode/server/fields", test_server_fields);
  g_test_add_func ("/decode/server/empty", test_server_empty);
  g_test_add_func ("/decode/server/durations", test_server_durations);
  g_test_add_func ("/decode/server/errors", test_server_errors);
  g_test_add_func ("/decode/deep", test_deep);
  g_test_add_func ("/decode/client/frames", test_client_frames);
  g_test_add_func ("/decode/client/truncated", test_client_truncated);
  g_test_add_func ("/decode/client/errors", test_client_errors);
  g_test_add_func ("/decode/client/error-is-utf8", test_client_error_is_utf8);
  g_test_add_func ("/decode/client/too-many-declarations", test_too_many_declarations);
  return g_test_run ();
}
