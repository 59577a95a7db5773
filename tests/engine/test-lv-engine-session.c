/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server side of the protocol without a socket: mistakes and the service's words for them, turns, interruption,
 * tools, resumption. Ears, brain and voice are the real ones.
 */
#include "engine/lv-engine-session.h"

#include "base/lv-pcm.h"
#include "lib/lv-test.h"
#include "lv-engine-audio.h"
#include "lv-engine-record.h"
#include "protocol/lv-encode.h"
#include "protocol/lv-setup.h"

#define MODEL "\"model\":\"models/gemini-3.8-live\""
#define SETUP "{\"setup\":{" MODEL "}}"

typedef struct {
  LvEngineOptions options;
  LvEngineMemory *memory;
} Engine;

typedef struct {
  LvEngineSession *session;
  LvEngineRecord record;
} Peer;

static void
on_send (LvEngineSession *session, GBytes *frame, Peer *peer)
{
  lv_engine_record_add (&peer->record, frame);
}

static void
on_close (LvEngineSession *session, guint code, const char *reason, Peer *peer)
{
  lv_engine_record_close (&peer->record, code, reason);
}

static void
engine_init (Engine *engine)
{
  *engine = (Engine){ .memory = lv_engine_memory_new () };
}

static void
engine_clear (Engine *engine)
{
  lv_engine_memory_free (engine->memory);
}

static void
peer_open (Peer *peer, Engine *engine)
{
  lv_engine_record_init (&peer->record);
  peer->session = lv_engine_session_new (&engine->options, engine->memory, FALSE);
  g_signal_connect (peer->session, "send", G_CALLBACK (on_send), peer);
  g_signal_connect (peer->session, "close", G_CALLBACK (on_close), peer);
}

static void
peer_close (Peer *peer)
{
  g_object_run_dispose (G_OBJECT (peer->session));
  g_assert_finalize_object (peer->session);
  lv_engine_record_clear (&peer->record);
}

static void
peer_send_json (Peer *peer, const char *json)
{
  g_autoptr (GBytes) frame = g_bytes_new_static (json, strlen (json));

  lv_engine_session_receive (peer->session, frame);
}

static void
peer_send (Peer *peer, LvClientMessage *message)
{
  g_autoptr (GBytes) frame = lv_encode_client (message);

  lv_engine_session_receive (peer->session, frame);
  lv_client_message_free (message);
}

static void
peer_say (Peer *peer, const char *text)
{
  peer_send (peer, lv_client_message_new_text (text));
}

static void
peer_set_up (Peer *peer, LvSetup *setup)
{
  g_autoptr (GBytes) frame = lv_encode_setup (setup);

  lv_setup_free (setup);
  lv_engine_session_receive (peer->session, frame);
  lv_engine_record_wait_for (&peer->record, is_setup_complete);
}

static LvSetup *
new_setup (void)
{
  LvSetup *setup = lv_setup_new ("models/gemini-3.8-live");

  setup->input_transcription = setup->output_transcription = TRUE;
  return setup;
}

/* A microphone that is ahead of time. */
static void
peer_feed (Peer *peer, GArray *pcm)
{
  for (guint at = 0; at + LV_CHUNK_FRAMES <= pcm->len; at += LV_CHUNK_FRAMES)
    {
      g_autoptr (GBytes) frame =
          lv_encode_audio (&g_array_index (pcm, gint16, at), LV_CHUNK_FRAMES, LV_RATE_IN);

      lv_engine_session_receive (peer->session, frame);
    }
}

static GArray *
build_speech (const char *name)
{
  GArray *pcm = lv_engine_pcm_new ();

  lv_engine_pcm_add_silence (pcm, 400);
  lv_engine_pcm_add_speech (pcm, name, 0);
  lv_engine_pcm_add_silence (pcm, 800);
  return pcm;
}

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
  Engine engine;
  Peer peer;

  engine_init (&engine);
  peer_open (&peer, &engine);
  for (guint i = 0; i < G_N_ELEMENTS (mistakes[n].frames) && mistakes[n].frames[i] != NULL; i++)
    {
      g_assert_false (peer.record.closed);
      peer_send_json (&peer, mistakes[n].frames[i]);
    }
  lv_engine_record_wait_close (&peer.record, mistakes[n].code, mistakes[n].reason);

  /* What comes after that is not even read. */
  peer_send_json (&peer, SETUP);
  peer_close (&peer);
  engine_clear (&engine);
}

static void
test_too_long (void)
{
  g_autofree char *text = g_strnfill (LV_ENGINE_TEXT_MAX_BYTES + 1, 'a');
  Engine engine;
  Peer peer;

  engine_init (&engine);
  peer_open (&peer, &engine);
  peer_send_json (&peer, SETUP);
  peer_say (&peer, text);
  lv_engine_record_wait_close (&peer.record, 1007, "Request contains an invalid argument.");
  peer_close (&peer);
  engine_clear (&engine);
}

/* ---- turns ---- */

static void
test_text_turn (void)
{
  const LvServerMessage *last;
  g_autofree char *answer = NULL;
  gint64 first_audio_us, playback_us;
  guint64 frames;
  Engine engine;
  Peer peer;

  engine_init (&engine);
  peer_open (&peer, &engine);
  peer_set_up (&peer, new_setup ());
  peer_say (&peer, "what time is it");
  lv_engine_record_wait_for (&peer.record, is_audio);
  first_audio_us = g_get_monotonic_time ();
  lv_engine_record_wait_for (&peer.record, is_generation_complete);
  g_assert_false (lv_engine_record_has (&peer.record, 0, is_turn_complete));
  last = lv_engine_record_wait_for (&peer.record, is_turn_complete);

  frames = lv_engine_record_count_frames (&peer.record, 0);
  playback_us = lv_pcm_frames_to_us (frames, LV_RATE_OUT);
  g_assert_cmpint (playback_us, >, G_USEC_PER_SEC / 2);
  g_assert_cmpint (g_get_monotonic_time () - first_audio_us, >=, playback_us * 9 / 10);
  answer = lv_engine_record_dup_answer (&peer.record, 0);
  g_assert_cmpuint (strlen (answer), >, 5);

  g_assert_nonnull (last->usage);
  g_assert_cmpuint (last->usage->prompt_text_tokens, ==, 4);
  g_assert_cmpuint (last->usage->response_audio_tokens, ==, (frames * 25 + 23999) / 24000);
  g_assert_cmpuint (last->usage->total_tokens, ==,
                    last->usage->prompt_tokens + last->usage->response_tokens);
  peer_close (&peer);
  engine_clear (&engine);
}

static void
test_text_modality (void)
{
  LvSetup *setup = new_setup ();
  g_autofree char *answer = NULL;
  Engine engine;
  Peer peer;

  engine_init (&engine);
  peer_open (&peer, &engine);
  setup->response_text = TRUE;
  peer_set_up (&peer, setup);
  peer_say (&peer, "what time is it");
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_false (lv_engine_record_has (&peer.record, 0, is_audio));
  answer = lv_engine_record_dup_answer (&peer.record, 0);
  g_assert_cmpuint (strlen (answer), >, 5);
  peer_close (&peer);
  engine_clear (&engine);
}

static void
test_content (void)
{
  Engine engine;
  Peer peer;

  engine_init (&engine);
  peer_open (&peer, &engine);
  peer_set_up (&peer, new_setup ());

  /* Context alone is not answered; with turnComplete the last turn is. */
  peer_send (&peer, lv_client_message_new_content (
                        lv_content_new_text (LV_ROLE_USER, "what time is it"), FALSE));
  lv_test_run_for (100);
  g_assert_cmpuint (peer.record.messages->len, ==, peer.record.next);
  peer_send (&peer, lv_client_message_new_content (NULL, TRUE));
  lv_engine_record_wait_for (&peer.record, is_audio);
  peer_close (&peer);
  engine_clear (&engine);
}

static void
test_seeding (void)
{
  LvSetup *setup = new_setup ();
  Engine engine;
  Peer peer;

  engine_init (&engine);
  peer_open (&peer, &engine);
  setup->initial_history = TRUE;
  peer_set_up (&peer, setup);
  peer_send (&peer, lv_client_message_new_content (
                        lv_content_new_text (LV_ROLE_USER, "what time is it"), TRUE));
  lv_test_run_for (100);
  g_assert_cmpuint (peer.record.messages->len, ==, peer.record.next);
  peer_say (&peer, "what time is it");
  lv_engine_record_wait_for (&peer.record, is_audio);
  peer_close (&peer);
  engine_clear (&engine);
}

/* A second question while the first is being answered. */
static void
test_interruption (void)
{
  guint first_turn;
  Engine engine;
  Peer peer;

  engine_init (&engine);
  peer_open (&peer, &engine);
  peer_set_up (&peer, new_setup ());
  peer_say (&peer, "tell me about yourself");
  lv_engine_record_wait_for (&peer.record, is_audio);
  peer_say (&peer, "what time is it");
  lv_engine_record_wait_for (&peer.record, is_interrupted);
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_false (lv_engine_record_has (&peer.record, 0, is_generation_complete));

  first_turn = peer.record.next;
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_true (lv_engine_record_has (&peer.record, first_turn, is_audio));
  g_assert_false (lv_engine_record_has (&peer.record, first_turn, is_interrupted));
  peer_close (&peer);
  engine_clear (&engine);
}

static void
test_no_interruption (void)
{
  LvSetup *setup = new_setup ();
  Engine engine;
  Peer peer;

  engine_init (&engine);
  peer_open (&peer, &engine);
  setup->no_interruption = TRUE;
  peer_set_up (&peer, setup);
  peer_say (&peer, "what time is it");
  lv_engine_record_wait_for (&peer.record, is_audio);
  peer_say (&peer, "what time is it");
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_false (lv_engine_record_has (&peer.record, 0, is_interrupted));
  peer_close (&peer);
  engine_clear (&engine);
}

/* ---- speech ---- */

static void
test_spoken_turn (void)
{
  g_autoptr (GArray) pcm = build_speech ("ask-time");
  const LvServerMessage *message;
  Engine engine;
  Peer peer;

  engine_init (&engine);
  peer_open (&peer, &engine);
  peer_set_up (&peer, new_setup ());
  peer_feed (&peer, pcm);
  message = lv_engine_record_wait_for (&peer.record, is_input_transcription);
  g_assert_cmpstr (message->input_transcription->text, ==, "what time is it");
  message = lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_true (lv_engine_record_has (&peer.record, 0, is_audio));
  g_assert_cmpuint (message->usage->prompt_audio_tokens, >, 10);
  g_assert_cmpuint (message->usage->prompt_text_tokens, ==, 0);
  peer_close (&peer);
  engine_clear (&engine);
}

static void
test_barge_in (void)
{
  g_autoptr (GArray) pcm = build_speech ("ask-time");
  Engine engine;
  Peer peer;

  engine_init (&engine);
  peer_open (&peer, &engine);
  peer_set_up (&peer, new_setup ());
  peer_say (&peer, "tell me about yourself");
  lv_engine_record_wait_for (&peer.record, is_audio);
  peer_feed (&peer, pcm);
  lv_engine_record_wait_for (&peer.record, is_interrupted);
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_false (lv_engine_record_has (&peer.record, 0, is_generation_complete));
  lv_engine_record_wait_for (&peer.record, is_input_transcription);
  lv_engine_record_wait_for (&peer.record, is_audio);
  peer_close (&peer);
  engine_clear (&engine);
}

/* Clicks while the model speaks are not an interruption. */
static void
test_noise_does_not_interrupt (void)
{
  g_autoptr (GArray) pcm = lv_engine_pcm_new ();
  Engine engine;
  Peer peer;

  lv_engine_pcm_add_silence (pcm, 3000);
  lv_engine_pcm_mix_noise (pcm, LV_NOISE_CLICKS, -10, 0);
  engine_init (&engine);
  peer_open (&peer, &engine);
  peer_set_up (&peer, new_setup ());
  peer_say (&peer, "what time is it");
  lv_engine_record_wait_for (&peer.record, is_audio);
  peer_feed (&peer, pcm);
  lv_engine_record_wait_for (&peer.record, is_generation_complete);
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_false (lv_engine_record_has (&peer.record, 0, is_interrupted));
  peer_close (&peer);
  engine_clear (&engine);
}

static void
test_audio_stream_end (void)
{
  g_autoptr (GArray) pcm = build_speech ("ask-time");
  Engine engine;
  Peer peer;

  engine_init (&engine);
  peer_open (&peer, &engine);
  peer_set_up (&peer, new_setup ());
  g_array_set_size (pcm, pcm->len - 700 * 16);
  peer_feed (&peer, pcm);
  peer_send (&peer, lv_client_message_new_realtime (LV_REALTIME_AUDIO_STREAM_END));
  lv_engine_record_wait_for (&peer.record, is_input_transcription);
  peer_close (&peer);
  engine_clear (&engine);
}

static void
test_manual_activity (void)
{
  g_autoptr (GArray) pcm = build_speech ("ask-time");
  LvSetup *setup = new_setup ();
  const LvServerMessage *message;
  Engine engine;
  Peer peer;

  engine_init (&engine);
  peer_open (&peer, &engine);
  setup->vad_disabled = TRUE;
  peer_set_up (&peer, setup);

  /* Outside of an activity nobody listens. */
  peer_feed (&peer, pcm);
  peer_send (&peer, lv_client_message_new_realtime (LV_REALTIME_ACTIVITY_START));
  peer_feed (&peer, pcm);
  peer_send (&peer, lv_client_message_new_realtime (LV_REALTIME_ACTIVITY_END));
  message = lv_engine_record_wait_for (&peer.record, is_input_transcription);
  g_assert_cmpstr (message->input_transcription->text, ==, "what time is it");
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  peer_close (&peer);
  engine_clear (&engine);
}

/* A turn without words ends, unanswered. */
static void
test_nothing_said (void)
{
  g_autoptr (GArray) silence = lv_engine_pcm_new ();
  LvSetup *setup = new_setup ();
  const LvServerMessage *message;
  Engine engine;
  Peer peer;

  lv_engine_pcm_add_silence (silence, 500);
  engine_init (&engine);
  peer_open (&peer, &engine);
  setup->vad_disabled = TRUE;
  peer_set_up (&peer, setup);
  peer_send (&peer, lv_client_message_new_realtime (LV_REALTIME_ACTIVITY_START));
  peer_feed (&peer, silence);
  peer_send (&peer, lv_client_message_new_realtime (LV_REALTIME_ACTIVITY_END));
  message = lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_true (message->waiting_for_input);
  g_assert_false (lv_engine_record_has (&peer.record, 0, is_audio));
  g_assert_false (lv_engine_record_has (&peer.record, 0, is_input_transcription));
  peer_close (&peer);
  engine_clear (&engine);
}

/* ---- tools ---- */

static LvSetup *
new_tool_setup (const char *behavior)
{
  g_autofree char *json = g_strdup_printf (
      "[{\"name\":\"set_volume\",\"description\":\"Set the volume of the speaker\","
      "\"behavior\":\"%s\",\"parameters\":{\"type\":\"OBJECT\",\"properties\":{\"percent\":"
      "{\"type\":\"INTEGER\",\"description\":\"percent\"}},\"required\":[\"percent\"]}}]",
      behavior);
  g_autoptr (GError) error = NULL;
  LvSetup *setup = new_setup ();

  g_clear_pointer (&setup->tools, g_ptr_array_unref);
  setup->tools = lv_tool_decl_parse_array (json, &error);
  g_assert_no_error (error);
  return setup;
}

/* Asks for the volume; the id of the call. */
static char *
peer_cause_call (Peer *peer, const char *behavior)
{
  const LvServerMessage *message;
  const LvFunctionCall *call;

  peer_set_up (peer, new_tool_setup (behavior));
  peer_say (peer, "set the volume to thirty percent");
  message = lv_engine_record_wait_for (&peer->record, is_tool_call);
  g_assert_cmpuint (message->function_calls->len, ==, 1);
  call = message->function_calls->pdata[0];
  g_assert_cmpstr (call->name, ==, "set_volume");
  g_assert_cmpstr (call->args, ==, "{\"percent\":30}");
  return g_strdup (call->id);
}

static void
peer_respond (Peer *peer, const char *id, LvScheduling scheduling)
{
  LvClientMessage *message = lv_client_message_new (LV_CLIENT_TOOL_RESPONSE);
  LvFunctionResponse *response =
      lv_function_response_new (id, "set_volume", "{\"output\":\"The volume is thirty percent.\"}");

  response->scheduling = scheduling;
  g_clear_pointer (&message->responses, g_ptr_array_unref);
  message->responses = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_response_free);
  g_ptr_array_add (message->responses, response);
  peer_send (peer, message);
}

static void
test_blocking_call (void)
{
  g_autofree char *id = NULL;
  Engine engine;
  Peer peer;

  engine_init (&engine);
  peer_open (&peer, &engine);
  id = peer_cause_call (&peer, "BLOCKING");
  lv_engine_record_wait_for (&peer.record, is_turn_complete);

  peer_respond (&peer, "nobody-knows", LV_SCHEDULING_DEFAULT);
  lv_test_run_for (100);
  g_assert_cmpuint (peer.record.messages->len, ==, peer.record.next);
  peer_respond (&peer, id, LV_SCHEDULING_DEFAULT);
  lv_engine_record_wait_for (&peer.record, is_audio);
  lv_engine_record_wait_for (&peer.record, is_turn_complete);

  /* The same answer again is nobody's. */
  peer_respond (&peer, id, LV_SCHEDULING_DEFAULT);
  lv_test_run_for (100);
  g_assert_cmpuint (peer.record.messages->len, ==, peer.record.next);
  peer_close (&peer);
  engine_clear (&engine);
}

static void
test_cancelled_call (void)
{
  const LvServerMessage *message;
  g_autofree char *id = NULL;
  Engine engine;
  Peer peer;

  engine_init (&engine);
  peer_open (&peer, &engine);
  id = peer_cause_call (&peer, "BLOCKING");
  peer_say (&peer, "what time is it");
  message = lv_engine_record_wait_for (&peer.record, is_cancellation);
  g_assert_cmpuint (message->cancelled_ids->len, ==, 1);
  g_assert_cmpstr (message->cancelled_ids->pdata[0], ==, id);
  lv_engine_record_wait_for (&peer.record, is_audio);
  lv_engine_record_wait_for (&peer.record, is_turn_complete);

  peer_respond (&peer, id, LV_SCHEDULING_DEFAULT);
  lv_test_run_for (100);
  g_assert_cmpuint (peer.record.messages->len, ==, peer.record.next);
  peer_close (&peer);
  engine_clear (&engine);
}

static void
test_non_blocking_call (void)
{
  guint question;
  g_autofree char *id = NULL;
  Engine engine;
  Peer peer;

  engine_init (&engine);
  peer_open (&peer, &engine);
  id = peer_cause_call (&peer, "NON_BLOCKING");
  lv_engine_record_wait_for (&peer.record, is_turn_complete);

  /* The conversation goes on, and the result waits for its turn to end. */
  question = peer.record.next;
  peer_say (&peer, "what time is it");
  lv_engine_record_wait_for (&peer.record, is_audio);
  peer_respond (&peer, id, LV_SCHEDULING_WHEN_IDLE);
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_false (lv_engine_record_has (&peer.record, question, is_cancellation));
  g_assert_false (lv_engine_record_has (&peer.record, question, is_interrupted));
  lv_engine_record_wait_for (&peer.record, is_audio);
  peer_close (&peer);
  engine_clear (&engine);
}

static void
test_interrupting_result (void)
{
  g_autofree char *id = NULL;
  Engine engine;
  Peer peer;

  engine_init (&engine);
  peer_open (&peer, &engine);
  id = peer_cause_call (&peer, "NON_BLOCKING");
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  peer_say (&peer, "tell me about yourself");
  lv_engine_record_wait_for (&peer.record, is_audio);
  peer_respond (&peer, id, LV_SCHEDULING_INTERRUPT);
  lv_engine_record_wait_for (&peer.record, is_interrupted);
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  lv_engine_record_wait_for (&peer.record, is_audio);
  peer_close (&peer);
  engine_clear (&engine);
}

static void
test_silent_result (void)
{
  g_autofree char *id = NULL;
  Engine engine;
  Peer peer;

  engine_init (&engine);
  peer_open (&peer, &engine);
  id = peer_cause_call (&peer, "NON_BLOCKING");
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  peer_respond (&peer, id, LV_SCHEDULING_SILENT);
  lv_test_run_for (200);
  g_assert_cmpuint (peer.record.messages->len, ==, peer.record.next);
  peer_close (&peer);
  engine_clear (&engine);
}

/* ---- resumption ---- */

static char *
peer_get_handle (Peer *peer, const char *old_handle)
{
  LvSetup *setup = new_setup ();
  const LvServerMessage *message;

  setup->resumption = TRUE;
  setup->resumption_handle = g_strdup (old_handle);
  peer_set_up (peer, setup);
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
  const LvServerMessage *message;
  guint used;
  Engine engine;
  Peer peer;

  engine_init (&engine);
  peer_open (&peer, &engine);
  handle = peer_get_handle (&peer, NULL);
  peer_say (&peer, "what time is it");
  message = lv_engine_record_wait_for (&peer.record, is_turn_complete);
  used = message->usage->total_tokens;
  peer_close (&peer);

  peer_open (&peer, &engine);
  newer = peer_get_handle (&peer, handle);
  peer_say (&peer, "what time is it");
  message = lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_cmpuint (message->usage->prompt_tokens, ==, used + 4);
  peer_close (&peer);
  engine_clear (&engine);
}

/* The old connection must be gone first. */
static void
test_early_resumption (void)
{
  g_autofree char *handle = NULL;
  g_autofree char *newer = NULL;
  g_autoptr (LvSetup) setup = new_setup ();
  g_autoptr (GBytes) frame = NULL;
  Engine engine;
  Peer first, second;

  engine_init (&engine);
  peer_open (&first, &engine);
  handle = peer_get_handle (&first, NULL);

  setup->resumption = TRUE;
  setup->resumption_handle = g_strdup (handle);
  frame = lv_encode_setup (setup);
  peer_open (&second, &engine);
  lv_engine_session_receive (second.session, frame);
  lv_engine_record_wait_close (&second.record, 1011, "Internal error encountered.");
  peer_close (&second);

  peer_close (&first);
  peer_open (&second, &engine);
  newer = peer_get_handle (&second, handle);
  peer_close (&second);
  engine_clear (&engine);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    GTestFunc function;
  } tests[] = {
    { "too-long", test_too_long },
    { "text-turn", test_text_turn },
    { "text-modality", test_text_modality },
    { "content", test_content },
    { "seeding", test_seeding },
    { "interruption", test_interruption },
    { "no-interruption", test_no_interruption },
    { "spoken-turn", test_spoken_turn },
    { "barge-in", test_barge_in },
    { "noise-does-not-interrupt", test_noise_does_not_interrupt },
    { "audio-stream-end", test_audio_stream_end },
    { "manual-activity", test_manual_activity },
    { "nothing-said", test_nothing_said },
    { "blocking-call", test_blocking_call },
    { "cancelled-call", test_cancelled_call },
    { "non-blocking-call", test_non_blocking_call },
    { "interrupting-result", test_interrupting_result },
    { "silent-result", test_silent_result },
    { "resumption", test_resumption },
    { "early-resumption", test_early_resumption },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree char *path = g_strconcat ("/engine/session/mistake/", mistakes[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_mistake);
    }
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/engine/session/", tests[i].path, NULL);

      g_test_add_func (path, tests[i].function);
    }
  return g_test_run ();
}
