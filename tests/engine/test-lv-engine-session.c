/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The handshake: mistakes and the service's words for them, history, resumption.
 */
#include "engine/lv-engine-session.h"

#include "base/lv-pcm.h"
#include "base/lv-resampler.h"
#include "lib/lv-test.h"
#include "lib/lv-test-pcm.h"
#include "lv-engine-peer.h"
#include "protocol/lv-encode.h"
#include "protocol/lv-json.h"

#define MODEL "\"model\":\"models/gemini-3.8-live\""
#define SETUP "{\"setup\":{" MODEL "}}"

/* ---- mistakes ---- */

#define NAMED(id, rest) "{\"setup\":{\"model\":\"models/" id "\"" rest "}}"
#define WITH(rest) "{\"setup\":{" MODEL "," rest "}}"
#define GENERATION(rest) WITH ("\"generationConfig\":{" rest "}")
#define TEXT "{\"realtimeInput\":{\"text\":\"hi\"}}"
#define THINKING "gemini-3.8-live-extended-thinking"
#define LEVEL ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":\"LOW\"}}"
#define FUNCTION(behavior)                                                                         \
  ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\",\"behavior\":\"" behavior "\"}]}]"
#define NATIVE "gemini-2.5-flash-native-audio-preview-12-2025"
#define INVALID "Request contains an invalid argument."
#define RATE(name, rate)                                                                           \
  {                                                                                                \
    "rate-" name,                                                                                  \
        { SETUP, "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=" rate              \
                 "\",\"data\":\"AAA=\"}}}" },                                                      \
        1007, "Error when processing input audio"                                                  \
  }

static const struct {
  const char *name;
  const char *frames[3];
  guint code;
  const char *reason;
} mistakes[] = {
  { "no-json", { "hello" }, 1007, "Invalid JSON payload received." },
  { "no-object", { "[]" }, 1007, "Invalid JSON payload received." },
  { "no-setup", { "{\"realtimeInput\":{\"text\":\"hi\"}}" }, 1007, "setup must be the first" },
  { "two-setups", { SETUP, SETUP }, 1007, "setup must be the first" },
  { "unknown-name",
    { "{\"setup\":{" MODEL ",\"volume\":1}}" },
    1007,
    "Invalid JSON payload received. Unknown name \"volume\" at 'setup': Cannot find field." },
  { "unknown-name-in-a-tool",
    { WITH ("\"tools\":[{\"googleSearch\":{\"searchTypes\":{\"moon\":{}}}}]") },
    1007,
    "Invalid JSON payload received. Unknown name \"moon\" at "
    "'setup.tools[0].google_search.search_types': Cannot find field." },
  { "unknown-model",
    { "{\"setup\":{\"model\":\"models/gemini-1.0\"}}" },
    1008,
    "models/gemini-1.0 is not found for API version v1beta, or is not supported for bidi" },
  { "retired-model",
    { "{\"setup\":{\"model\":\"models/gemini-2.0-flash-live-001\"}}" },
    1008,
    "models/gemini-2.0-flash-live-001 is not found" },
  { "no-model", { "{\"setup\":{}}" }, 1007, "* BidiGenerateContentRequest.setup.model: must be" },
  { "needless-thinking",
    { "{\"setup\":{" MODEL
      ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":\"LOW\"}}}}" },
    1007,
    "Thinking level is not supported" },
  { "missing-thinking",
    { "{\"setup\":{\"model\":\"models/gemini-3.8-live-extended-thinking\"}}" },
    1007,
    "Thinking level must be specified for this model" },
  { "unknown-voice",
    { "{\"setup\":{" MODEL ",\"generationConfig\":{\"speechConfig\":{\"voiceConfig\":{"
      "\"prebuiltVoiceConfig\":{\"voiceName\":\"Nobody\"}}}}}}" },
    1007,
    "There is no matching speaker voice for Nobody." },
  { "voice-of-the-library-before-3.8",
    { "{\"setup\":{\"model\":\"models/gemini-2.5-flash-native-audio-preview-12-2025\","
      "\"generationConfig\":{\"speechConfig\":{\"voiceConfig\":{\"prebuiltVoiceConfig\":{"
      "\"voiceName\":\"en-us-arlo\"}}}}}}" },
    1007,
    "There is no matching speaker voice for en-us-arlo." },
  { "text-to-a-translator",
    { "{\"setup\":{\"model\":\"models/gemini-3.5-live-translate-preview\"}}",
      "{\"realtimeInput\":{\"text\":\"hello\"}}" },
    1007,
    "Request contains an invalid argument." },
  { "voice-of-a-translator",
    { "{\"setup\":{\"model\":\"models/gemini-3.5-live-translate-preview\","
      "\"generationConfig\":{\"speechConfig\":{\"voiceConfig\":{\"prebuiltVoiceConfig\":{"
      "\"voiceName\":\"Puck\"}}}}}}" },
    1007,
    "Request contains an invalid argument." },
  { "unknown-handle",
    { "{\"setup\":{" MODEL ",\"sessionResumption\":{\"handle\":\"x\"}}}" },
    1008,
    "BidiGenerateContent session not found" },
  { "odd-audio",
    { SETUP,
      "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=16000\",\"data\":\"AAAA\"}}}" },
    1007,
    "Error when processing input audio" },
  RATE ("too-low", "7999"),
  RATE ("too-high", "48001"),
  RATE ("nothing", ""),
  RATE ("zero", "0"),
  RATE ("word", "fast"),
  RATE ("endless", "99999999999"),
  { "other-format",
    { SETUP, "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/mp3\",\"data\":\"AAA=\"}}}" },
    1007,
    "Error when processing input audio" },
  { "text-answers",
    { GENERATION ("\"responseModalities\":[\"TEXT\"]") },
    1007,
    "Cannot extract voices from a non-audio request." },
  { "video-answers",
    { GENERATION ("\"responseModalities\":[\"VIDEO\"]") },
    1007,
    "The requested combination of response modalities (VIDEO) is not supported" },
  { "wrong-level",
    { NAMED (THINKING,
             ",\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":\"MINIMAL\"}}") },
    1007,
    "Thinking level is not supported" },
  { "proactivity", { WITH ("\"proactivity\":{\"proactiveAudio\":true}") }, 1007, INVALID },
  { "affective-dialog", { GENERATION ("\"enableAffectiveDialog\":true"), TEXT }, 1007, INVALID },
  { "turn-coverage",
    { WITH ("\"realtimeInputConfig\":{\"turnCoverage\":\"TURN_INCLUDES_ALL_INPUT\"}") },
    1007,
    INVALID },
  { "explicit-vad",
    { WITH ("\"explicitVadSignal\":true") },
    1007,
    "Invalid JSON payload received. Unknown name \"explicitVadSignal\" at 'setup'" },
  { "transparent",
    { WITH ("\"sessionResumption\":{\"transparent\":true}") },
    1007,
    "Invalid JSON payload received. Unknown name \"transparent\" at 'setup.session_resumption'" },
  { "code-execution", { WITH ("\"tools\":[{\"codeExecution\":{}}]") }, 1007, INVALID },
  { "library-voice",
    { NAMED (NATIVE, ",\"generationConfig\":{\"speechConfig\":{\"voiceConfig\":{"
                     "\"prebuiltVoiceConfig\":{\"voiceName\":\"arlo\"}}}}") },
    1007,
    "There is no matching speaker voice for arlo." },
  { "low-trigger",
    { WITH ("\"contextWindowCompression\":{\"triggerTokens\":\"100\",\"slidingWindow\":{}}") },
    1007,
    INVALID },
  { "target-over-trigger",
    { WITH ("\"contextWindowCompression\":{\"triggerTokens\":\"10000\",\"slidingWindow\":{"
            "\"targetTokens\":\"20000\"}}") },
    1007,
    INVALID },
  { "blocking", { NAMED (THINKING, LEVEL FUNCTION ("BLOCKING")) }, 1007, INVALID },
  { "scheduling",
    { NAMED (THINKING, LEVEL),
      "{\"toolResponse\":{\"functionResponses\":[{\"id\":\"1\",\"response\":{\"a\":1},"
      "\"scheduling\":\"SILENT\"}]}}" },
    1007,
    INVALID },
  { "media-chunks",
    { SETUP,
      "{\"realtimeInput\":{\"mediaChunks\":[{\"mimeType\":\"audio/pcm\",\"data\":\"AAA=\"}]}}" },
    1007,
    INVALID },
  { "context-update",
    { NAMED (NATIVE, ""),
      "{\"contextUpdate\":{\"systemInstruction\":{\"parts\":[{\"text\":\"x\"}]}}}" },
    1007,
    INVALID },
  { "empty-update", { SETUP, "{\"contextUpdate\":{}}" }, 1007, INVALID },
  { "translation",
    { GENERATION ("\"translationConfig\":{\"targetLanguageCode\":\"es\"}") },
    1007,
    INVALID },
  { "vertex-only-model",
    { NAMED ("gemini-live-2.5-flash-native-audio", "") },
    1008,
    "models/gemini-live-2.5-flash-native-audio is not found for API version v1beta" },
  { "explicit-activity",
    { SETUP, "{\"realtimeInput\":{\"activityStart\":{}}}" },
    1007,
    "Explicit activity control is not supported" },
};

static void
test_mistake (gconstpointer data)
{
  const guint n = GPOINTER_TO_UINT (data);
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (mistakes[n].frames) && mistakes[n].frames[i] != NULL; i++)
    {
      g_assert_false (peer.record.closed);
      lv_engine_peer_send_json (&peer, mistakes[n].frames[i]);
    }
  lv_engine_record_wait_close (&peer.record, mistakes[n].code, mistakes[n].reason);

  /* What comes after that is not even read. */
  lv_engine_peer_send_json (&peer, SETUP);
  lv_engine_peer_close (&peer);
}

/* What is no mistake, although it looks like some. */
static void
test_taken (void)
{
  static const struct {
    const char *setup, *message;
  } taken[] = {
    { NAMED (THINKING, LEVEL FUNCTION ("NON_BLOCKING")), NULL },
    { NAMED (NATIVE, ",\"proactivity\":{\"proactiveAudio\":true},\"generationConfig\":{"
                     "\"enableAffectiveDialog\":true,\"thinkingConfig\":{\"thinkingBudget\":0}}"),
      "{\"realtimeInput\":{\"mediaChunks\":[{\"mimeType\":\"audio/pcm\",\"data\":\"AAA=\"}]}}" },
    { NAMED (NATIVE, FUNCTION ("NON_BLOCKING")), TEXT },
    { GENERATION ("\"thinkingConfig\":{\"thinkingBudget\":0}"), NULL },
    { "{\"setup\":{\"model\":\"gemini-3.8-live\",\"session_resumption\":{},\"realtime_input_"
      "config\":{"
      "\"activity_handling\":2}}}",
      NULL },
    { SETUP,
      "{\"toolResponse\":{\"functionResponses\":[{\"id\":\"gone\",\"response\":{\"a\":1}}]}}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (taken); i++)
    {
      LvEnginePeer peer;

      g_test_message ("%s", taken[i].setup);
      lv_engine_peer_open (&peer, NULL);
      lv_engine_peer_send_json (&peer, taken[i].setup);
      lv_engine_record_wait_for (&peer.record, is_setup_complete);
      if (taken[i].message != NULL)
        lv_engine_peer_send_json (&peer, taken[i].message);
      g_assert_false (peer.record.closed);
      lv_engine_peer_close (&peer);
    }
}

/* A model of before takes written turns as history alone. */
static void
test_retired (void)
{
  static const char *const turn =
      "{\"clientContent\":{\"turns\":[{\"role\":\"user\",\"parts\":[{\"text\":"
      "\"hello\"}]}],\"turnComplete\":true}}";
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  peer.options.retired = TRUE;
  lv_engine_peer_send_json (&peer, NAMED ("gemini-3.1-flash-live-preview",
                                          ",\"historyConfig\":{\"initialHistoryInClientContent\":"
                                          "true}"));
  lv_engine_record_wait_for (&peer.record, is_setup_complete);
  lv_engine_peer_send_json (&peer, turn);
  g_assert_false (peer.record.closed);
  lv_engine_peer_send_json (&peer, turn);
  lv_engine_record_wait_close (&peer.record, 1007, INVALID);
  lv_engine_peer_close (&peer);
}

static gboolean
is_thought (const LvServerMessage *message)
{
  return message->model_turn != NULL && ((LvPart *) message->model_turn->parts->pdata[0])->thought;
}

/* Something at once, and the answer in a turn of its own. */
static void
test_thinking (void)
{
  LvSetup *setup = lv_setup_new ("models/" THINKING);
  const LvServerMessage *message;
  LvEnginePeer peer;
  guint first;

  lv_engine_peer_open (&peer, NULL);
  setup->output_transcription = setup->include_thoughts = TRUE;
  setup->thinking_level = g_strdup ("LOW");
  lv_engine_peer_set_up (&peer, setup);
  lv_engine_peer_say (&peer, "what is two plus three");
  message = lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_cmpstr (message->interaction_status, ==, "IN_PROGRESS");
  first = peer.record.next;
  g_assert_cmpuint (lv_engine_record_count_frames (&peer.record, 0), >, 0);
  g_assert_false (lv_engine_record_has (&peer.record, 0, is_thought));

  lv_engine_record_wait_for (&peer.record, is_thought);
  message = lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_cmpstr (message->interaction_status, ==, "IDLE");
  g_assert_cmpuint (message->usage->thought_tokens, >, 0);
  g_assert_cmpuint (lv_engine_record_count_frames (&peer.record, first), >, 0);
  lv_engine_peer_close (&peer);
}

static void
test_context_update (void)
{
  const LvServerMessage *message;
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  lv_engine_peer_set_up (&peer, lv_engine_peer_new_setup ());
  lv_engine_peer_send_json (
      &peer, "{\"contextUpdate\":{\"tools\":{\"tools\":[{\"functionDeclarations\":[{\"name\":"
             "\"lock_screen\",\"description\":\"Lock the screen\"}]}]}}}");
  lv_engine_peer_say (&peer, "lock the screen");
  message = lv_engine_record_wait_for (&peer.record, is_tool_call);
  g_assert_cmpstr (((LvFunctionCall *) message->function_calls->pdata[0])->name, ==, "lock_screen");
  lv_engine_record_wait_for (&peer.record, is_turn_complete);

  lv_engine_peer_send_json (&peer, "{\"contextUpdate\":{\"tools\":{\"tools\":[]}}}");
  lv_engine_peer_say (&peer, "lock the screen");
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_cmpuint (lv_engine_record_count_frames (&peer.record, 0), >, 0);
  lv_engine_peer_close (&peer);
}

static gboolean
is_german (const LvServerMessage *message)
{
  return message->output_transcription != NULL &&
         g_strcmp0 (message->output_transcription->language_code, "de-DE") == 0;
}

/* What it answers. */
static char *
say_good_bye (LvEnginePeer *peer, gboolean *ret_is_german)
{
  const guint from = peer->record.next;

  lv_engine_peer_say (peer, "good bye");
  lv_engine_record_wait_for (&peer->record, is_turn_complete);
  g_assert_cmpuint (lv_engine_record_count_frames (&peer->record, from), >, 0);
  *ret_is_german = lv_engine_record_has (&peer->record, from, is_german);
  return g_strstrip (lv_engine_record_dup_answer (&peer->record, from));
}

static void
instruct (LvEnginePeer *peer, const char *instruction)
{
  g_autofree char *json = g_strdup_printf (
      "{\"contextUpdate\":{\"systemInstruction\":{\"parts\":[{\"text\":\"%s\"}]}}}", instruction);

  lv_engine_peer_send_json (peer, json);
}

/* An instruction that pins the language counts from the next answer on, back and forth. */
static void
test_language_update (void)
{
  g_autofree char *before = NULL;
  g_autofree char *german = NULL;
  g_autofree char *after = NULL;
  gboolean is_german;
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  lv_engine_peer_set_up (&peer, lv_engine_peer_new_setup ());
  before = say_good_bye (&peer, &is_german);
  g_assert_false (is_german);
  g_assert_cmpstr (before, !=, "");

  instruct (&peer, "Respond only in de-DE.");
  german = say_good_bye (&peer, &is_german);
  g_assert_true (is_german);
  g_assert_cmpstr (german, ==, "Auf Wiedersehen!");

  instruct (&peer, "Be brief.");
  after = say_good_bye (&peer, &is_german);
  g_assert_false (is_german);
  g_assert_cmpstr (after, !=, german);
  lv_engine_peer_close (&peer);
}

static gboolean
has_usage (const LvServerMessage *message)
{
  return message->usage != NULL;
}

/* The other API: its own names, numbered messages, what it tells of its ears. */
static void
test_vertex (void)
{
  g_autoptr (GArray) pcm = lv_test_pcm_new ();
  const LvServerMessage *message;
  guint begins = 0, ends = 0;
  LvEnginePeer peer;

  lv_engine_peer_open_api (&peer, NULL, LV_API_VERTEX);
  lv_engine_peer_send_json (
      &peer,
      "{\"setup\":{\"model\":\"projects/p/locations/l/publishers/google/models/gemini-3.8-live\","
      "\"explicitVadSignal\":true,\"sessionResumption\":{\"transparent\":true}}}");
  g_assert_cmpstr (lv_engine_record_wait_for (&peer.record, is_setup_complete)->session_id, !=,
                   NULL);
  message = lv_engine_record_wait_for (&peer.record, is_resumption_update);
  g_assert_cmpint (message->last_consumed_index, ==, 1);

  lv_test_pcm_add_silence (pcm, 300);
  lv_test_pcm_add_speech (pcm, "ask-time", 0);
  lv_test_pcm_add_silence (pcm, 1000);
  lv_engine_peer_feed (&peer, pcm);
  message = lv_engine_record_wait_for (&peer.record, has_usage);
  g_assert_true (message->usage->vertex);
  message = lv_engine_record_wait_for (&peer.record, is_resumption_update);
  g_assert_cmpint (message->last_consumed_index, ==, 1 + lv_test_pcm_get_ms (pcm) / 20);
  for (guint i = 0; i < peer.record.next; i++)
    {
      message = peer.record.messages->pdata[i];
      begins += message->voice_activity == LV_VOICE_BEGINS && message->voice_activity_us > 0;
      ends += message->voice_activity == LV_VOICE_ENDS && message->voice_activity_us > 1000000;
    }
  g_assert_cmpuint (begins, ==, 1);
  g_assert_cmpuint (ends, ==, 1);
  lv_engine_peer_close (&peer);
}

/* @pcm at another rate, in one message for each 100 ms. */
static void
feed_at (LvEnginePeer *peer, GArray *pcm, guint rate)
{
  g_autoptr (LvResampler) resampler = lv_resampler_new (LV_RATE_IN, rate);
  g_autoptr (GArray) sound = g_array_new (FALSE, FALSE, sizeof (float));
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (gint16));

  lv_resampler_push (resampler, (const gint16 *) (gpointer) pcm->data, pcm->len, 1.0f, sound);
  for (guint i = 0; i < sound->len; i++)
    {
      gint16 sample = lv_pcm_from_float (g_array_index (sound, float, i));

      g_array_append_val (samples, sample);
    }
  for (guint at = 0; at + rate / 10 <= samples->len; at += rate / 10)
    {
      GString *text = g_string_new (NULL);
      g_autoptr (GBytes) frame = NULL;

      lv_encode_audio (text, &g_array_index (samples, gint16, at), rate / 10, rate);
      frame = g_string_free_to_bytes (text);
      lv_engine_session_receive (peer->session, frame);
    }
}

/* A studio is understood as well as the rate of the service. */
static void
test_rate (void)
{
  g_autoptr (GArray) pcm = lv_test_pcm_new ();
  LvEnginePeer peer;

  lv_test_pcm_add_silence (pcm, 300);
  lv_test_pcm_add_speech (pcm, "ask-time", 0);
  lv_test_pcm_add_silence (pcm, 1000);
  lv_engine_peer_open (&peer, NULL);
  lv_engine_peer_set_up (&peer, lv_engine_peer_new_setup ());
  feed_at (&peer, pcm, 48000);
  g_assert_cmpstr (
      lv_engine_record_wait_for (&peer.record, is_input_transcription)->input_transcription->text,
      ==, "what time is it");
  lv_engine_peer_close (&peer);
}

static void
test_too_long (void)
{
  g_autofree char *text = g_strnfill (LV_ENGINE_TEXT_MAX_BYTES + 1, 'a');
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  lv_engine_peer_send_json (&peer, SETUP);
  lv_engine_peer_say (&peer, text);
  lv_engine_record_wait_close (&peer.record, 1007, "Request contains an invalid argument.");
  lv_engine_peer_close (&peer);
}

static void
test_seeding (void)
{
  LvSetup *setup = lv_engine_peer_new_setup ();
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  setup->initial_history = TRUE;
  lv_engine_peer_set_up (&peer, setup);
  lv_engine_peer_send (&peer, lv_client_message_new_content (
                                  lv_content_new_text (LV_ROLE_USER, "what time is it"), TRUE));
  lv_engine_peer_expect_silence (&peer);
  lv_engine_peer_say (&peer, "what time is it");
  lv_engine_record_wait_for (&peer.record, is_audio);
  lv_engine_peer_close (&peer);
}

/* ---- resumption ---- */

static char *
peer_get_handle (LvEnginePeer *peer, const char *old_handle)
{
  LvSetup *setup = lv_engine_peer_new_setup ();
  const LvServerMessage *message;

  setup->resumption = TRUE;
  setup->resumption_handle = g_strdup (old_handle);
  lv_engine_peer_set_up (peer, setup);
  message = lv_engine_record_wait_for (&peer->record, is_resumption_update);
  g_assert_true (message->resumable);
  g_assert_cmpstr (message->resumption_handle, !=, old_handle);
  return g_strdup (message->resumption_handle);
}

static void
test_resumption (void)
{
  g_autofree char *handle = NULL;
  g_autofree char *newer = NULL;
  g_autoptr (LvEngineMemory) memory = lv_engine_memory_new ();
  const LvServerMessage *message;
  guint used;
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, memory);
  handle = peer_get_handle (&peer, NULL);
  lv_engine_peer_say (&peer, "what time is it");
  message = lv_engine_record_wait_for (&peer.record, is_turn_complete);
  used = message->usage->total_tokens;
  lv_engine_peer_close (&peer);

  lv_engine_peer_open (&peer, memory);
  newer = peer_get_handle (&peer, handle);
  lv_engine_peer_say (&peer, "what time is it");
  message = lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_cmpuint (message->usage->prompt_tokens, ==, used + 4);
  lv_engine_peer_close (&peer);
}

/* The old connection must be gone first. */
static void
test_early_resumption (void)
{
  g_autofree char *handle = NULL;
  g_autofree char *newer = NULL;
  g_autoptr (LvEngineMemory) memory = lv_engine_memory_new ();
  g_autoptr (LvSetup) setup = lv_engine_peer_new_setup ();
  g_autoptr (GBytes) frame = NULL;
  LvEnginePeer first, second;

  lv_engine_peer_open (&first, memory);
  handle = peer_get_handle (&first, NULL);

  setup->resumption = TRUE;
  setup->resumption_handle = g_strdup (handle);
  frame = lv_encode_setup (setup);
  lv_engine_peer_open (&second, memory);
  lv_engine_session_receive (second.session, frame);
  lv_engine_record_wait_close (&second.record, 1011, "Internal error encountered.");
  lv_engine_peer_close (&second);

  lv_engine_peer_close (&first);
  lv_engine_peer_open (&second, memory);
  newer = peer_get_handle (&second, handle);
  lv_engine_peer_close (&second);
}

/* ---- a token ---- */

static gboolean
has_expired (gpointer token)
{
  return lv_engine_token_has_expired (token);
}

static gboolean
on_tick (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* It is looked at with each message: what has begun with it does not go on after its end. */
static void
test_expired_token (void)
{
  g_autoptr (LvEngineTokens) tokens = lv_engine_tokens_new ();
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) soon = g_date_time_add_seconds (now, 2);
  g_autofree char *end = g_date_time_format_iso8601 (soon);
  g_autofree char *json = g_strdup_printf ("{\"uses\":0,\"expireTime\":\"%s\"}", end);
  g_autoptr (JsonNode) request = lv_json_parse (json, -1, LV_JSON_MAX_BYTES, NULL);
  LvEngineToken *token;
  LvEnginePeer peer;
  guint ticks;

  token = lv_engine_tokens_find (tokens, lv_engine_tokens_create (tokens, request, NULL));
  lv_engine_peer_open (&peer, NULL);
  lv_engine_session_set_token (peer.session, token);
  lv_engine_peer_set_up (&peer, lv_engine_peer_new_setup ());
  lv_engine_peer_say (&peer, "good bye");
  ticks = g_timeout_add (50, on_tick, NULL);
  lv_test_wait_for (has_expired, token, LV_TEST_TIMEOUT_MS, "the end of the token");
  g_source_remove (ticks);
  lv_engine_peer_say (&peer, "good bye");
  lv_engine_record_wait_close (&peer.record, 1008, "Request had invalid authentication");
  lv_engine_peer_close (&peer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree char *path = g_strconcat ("/engine/session/mistake/", mistakes[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_mistake);
    }
  g_test_add_func ("/engine/session/taken", test_taken);
  g_test_add_func ("/engine/session/retired", test_retired);
  g_test_add_func ("/engine/session/thinking", test_thinking);
  g_test_add_func ("/engine/session/context-update", test_context_update);
  g_test_add_func ("/engine/session/language-update", test_language_update);
  g_test_add_func ("/engine/session/expired-token", test_expired_token);
  g_test_add_func ("/engine/session/vertex", test_vertex);
  g_test_add_func ("/engine/session/rate", test_rate);
  g_test_add_func ("/engine/session/too-long", test_too_long);
  g_test_add_func ("/engine/session/seeding", test_seeding);
  g_test_add_func ("/engine/session/resumption", test_resumption);
  g_test_add_func ("/engine/session/early-resumption", test_early_resumption);
  return g_test_run ();
}
