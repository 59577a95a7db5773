/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The handshake: mistakes and the service's words for them, history, resumption.
 */
#include "engine/lv-engine-session.h"

#include "lib/lv-test.h"
#include "lv-engine-peer.h"
#include "protocol/lv-encode.h"

#define MODEL "\"model\":\"models/gemini-3.8-live\""
#define SETUP "{\"setup\":{" MODEL "}}"

/* ---- mistakes ---- */

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
  { "unknown-handle",
    { "{\"setup\":{" MODEL ",\"sessionResumption\":{\"handle\":\"x\"}}}" },
    1008,
    "BidiGenerateContent session not found" },
  { "odd-audio",
    { SETUP,
      "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=16000\",\"data\":\"AAAA\"}}}" },
    1007,
    "Error when processing input audio" },
  { "other-rate",
    { SETUP,
      "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=44100\",\"data\":\"AAA=\"}}}" },
    1007,
    "Error when processing input audio" },
  { "other-format",
    { SETUP, "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/mp3\",\"data\":\"AAA=\"}}}" },
    1007,
    "Error when processing input audio" },
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree char *path = g_strconcat ("/engine/session/mistake/", mistakes[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_mistake);
    }
  g_test_add_func ("/engine/session/too-long", test_too_long);
  g_test_add_func ("/engine/session/seeding", test_seeding);
  g_test_add_func ("/engine/session/resumption", test_resumption);
  g_test_add_func ("/engine/session/early-resumption", test_early_resumption);
  return g_test_run ();
}
