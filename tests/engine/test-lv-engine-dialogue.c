/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Turns, interruption and tools, typed and spoken. Ears, brain and voice are the real ones.
 */
#include "engine/lv-engine-dialogue.h"

#include "base/lv-pcm.h"
#include "lib/lv-test.h"
#include "lib/lv-test-pcm.h"
#include "lv-engine-peer.h"

/* ---- turns ---- */

static void
test_text_turn (void)
{
  const LvServerMessage *last;
  g_autofree char *answer = NULL;
  gint64 first_audio_us, playback_us;
  guint64 frames;
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  lv_engine_peer_set_up (&peer, lv_engine_peer_new_setup ());
  lv_engine_peer_say (&peer, "what time is it");
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
  g_assert_cmpuint (last->usage->prompt[LV_MODALITY_TEXT], ==, 4);
  g_assert_cmpuint (last->usage->response[LV_MODALITY_AUDIO], ==, (frames * 25 + 23999) / 24000);
  g_assert_cmpuint (last->usage->total_tokens, ==,
                    last->usage->prompt_tokens + last->usage->response_tokens);
  lv_engine_peer_close (&peer);
}

static void
test_text_modality (void)
{
  LvSetup *setup = lv_engine_peer_new_setup ();
  g_autofree char *answer = NULL;
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  g_free (setup->model);
  setup->model = g_strdup ("models/livevoice-engine");
  setup->response_text = TRUE;
  lv_engine_peer_set_up (&peer, setup);
  lv_engine_peer_say (&peer, "what time is it");
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_false (lv_engine_record_has (&peer.record, 0, is_audio));
  answer = lv_engine_record_dup_answer (&peer.record, 0);
  g_assert_cmpuint (strlen (answer), >, 5);
  lv_engine_peer_close (&peer);
}

static void
test_content (void)
{
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  lv_engine_peer_set_up (&peer, lv_engine_peer_new_setup ());

  /* Context alone is not answered; with turnComplete the last turn is. */
  lv_engine_peer_send (&peer, lv_client_message_new_content (
                                  lv_content_new_text (LV_ROLE_USER, "what time is it"), FALSE));
  lv_engine_peer_expect_silence (&peer);
  lv_engine_peer_send (&peer, lv_client_message_new_content (NULL, TRUE));
  lv_engine_record_wait_for (&peer.record, is_audio);
  lv_engine_peer_close (&peer);
}

/* A second question while the first is being answered. */
static void
test_interruption (void)
{
  guint first_turn;
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  lv_engine_peer_set_up (&peer, lv_engine_peer_new_setup ());
  lv_engine_peer_say (&peer, "tell me about yourself");
  lv_engine_record_wait_for (&peer.record, is_audio);
  lv_engine_peer_say (&peer, "what time is it");
  lv_engine_record_wait_for (&peer.record, is_interrupted);
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_false (lv_engine_record_has (&peer.record, 0, is_generation_complete));

  first_turn = peer.record.next;
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_true (lv_engine_record_has (&peer.record, first_turn, is_audio));
  g_assert_false (lv_engine_record_has (&peer.record, first_turn, is_interrupted));
  lv_engine_peer_close (&peer);
}

static void
test_no_interruption (void)
{
  LvSetup *setup = lv_engine_peer_new_setup ();
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  setup->no_interruption = TRUE;
  lv_engine_peer_set_up (&peer, setup);
  lv_engine_peer_say (&peer, "what time is it");
  lv_engine_record_wait_for (&peer.record, is_audio);
  lv_engine_peer_say (&peer, "what time is it");
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_false (lv_engine_record_has (&peer.record, 0, is_interrupted));
  lv_engine_peer_close (&peer);
}

/* ---- speech ---- */

static GArray *
build_speech (const char *name)
{
  GArray *pcm = lv_test_pcm_new ();

  lv_test_pcm_add_silence (pcm, 400);
  lv_test_pcm_add_speech (pcm, name, 0);
  lv_test_pcm_add_silence (pcm, 800);
  return pcm;
}

static void
test_spoken_turn (void)
{
  g_autoptr (GArray) pcm = build_speech ("ask-time");
  const LvServerMessage *message;
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  lv_engine_peer_set_up (&peer, lv_engine_peer_new_setup ());
  lv_engine_peer_feed (&peer, pcm);
  message = lv_engine_record_wait_for (&peer.record, is_input_transcription);
  g_assert_cmpstr (message->input_transcription->text, ==, "what time is it");
  message = lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_true (lv_engine_record_has (&peer.record, 0, is_audio));
  g_assert_cmpuint (message->usage->prompt[LV_MODALITY_AUDIO], >, 10);
  g_assert_cmpuint (message->usage->prompt[LV_MODALITY_TEXT], ==, 0);
  lv_engine_peer_close (&peer);
}

static void
test_barge_in (void)
{
  g_autoptr (GArray) pcm = build_speech ("ask-time");
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  lv_engine_peer_set_up (&peer, lv_engine_peer_new_setup ());
  lv_engine_peer_say (&peer, "tell me about yourself");
  lv_engine_record_wait_for (&peer.record, is_audio);
  lv_engine_peer_feed (&peer, pcm);
  lv_engine_record_wait_for (&peer.record, is_interrupted);
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_false (lv_engine_record_has (&peer.record, 0, is_generation_complete));
  lv_engine_record_wait_for (&peer.record, is_input_transcription);
  lv_engine_record_wait_for (&peer.record, is_audio);
  lv_engine_peer_close (&peer);
}

/* Clicks while the model speaks are not an interruption. */
static void
test_noise_does_not_interrupt (void)
{
  g_autoptr (GArray) pcm = lv_test_pcm_new ();
  LvEnginePeer peer;

  lv_test_pcm_add_silence (pcm, 3000);
  lv_test_pcm_mix_noise (pcm, LV_NOISE_CLICKS, -10, 0);
  lv_engine_peer_open (&peer, NULL);
  lv_engine_peer_set_up (&peer, lv_engine_peer_new_setup ());
  lv_engine_peer_say (&peer, "what time is it");
  lv_engine_record_wait_for (&peer.record, is_audio);
  lv_engine_peer_feed (&peer, pcm);
  lv_engine_record_wait_for (&peer.record, is_generation_complete);
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_false (lv_engine_record_has (&peer.record, 0, is_interrupted));
  lv_engine_peer_close (&peer);
}

static void
test_audio_stream_end (void)
{
  g_autoptr (GArray) pcm = build_speech ("ask-time");
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  lv_engine_peer_set_up (&peer, lv_engine_peer_new_setup ());
  g_array_set_size (pcm, pcm->len - 700 * 16);
  lv_engine_peer_feed (&peer, pcm);
  lv_engine_peer_send (&peer, lv_client_message_new_realtime (LV_REALTIME_AUDIO_STREAM_END));
  lv_engine_record_wait_for (&peer.record, is_input_transcription);
  lv_engine_peer_close (&peer);
}

static void
test_manual_activity (void)
{
  g_autoptr (GArray) pcm = build_speech ("ask-time");
  LvSetup *setup = lv_engine_peer_new_setup ();
  const LvServerMessage *message;
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  setup->vad_disabled = TRUE;
  lv_engine_peer_set_up (&peer, setup);

  /* Outside of an activity nobody listens. */
  lv_engine_peer_feed (&peer, pcm);
  lv_engine_peer_send (&peer, lv_client_message_new_realtime (LV_REALTIME_ACTIVITY_START));
  lv_engine_peer_feed (&peer, pcm);
  lv_engine_peer_send (&peer, lv_client_message_new_realtime (LV_REALTIME_ACTIVITY_END));
  message = lv_engine_record_wait_for (&peer.record, is_input_transcription);
  g_assert_cmpstr (message->input_transcription->text, ==, "what time is it");
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  lv_engine_peer_close (&peer);
}

/* A turn without words ends, unanswered. */
static void
test_nothing_said (void)
{
  g_autoptr (GArray) silence = lv_test_pcm_new ();
  LvSetup *setup = lv_engine_peer_new_setup ();
  const LvServerMessage *message;
  LvEnginePeer peer;

  lv_test_pcm_add_silence (silence, 500);
  lv_engine_peer_open (&peer, NULL);
  setup->vad_disabled = TRUE;
  lv_engine_peer_set_up (&peer, setup);
  lv_engine_peer_send (&peer, lv_client_message_new_realtime (LV_REALTIME_ACTIVITY_START));
  lv_engine_peer_feed (&peer, silence);
  lv_engine_peer_send (&peer, lv_client_message_new_realtime (LV_REALTIME_ACTIVITY_END));
  message = lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_true (message->waiting_for_input);
  g_assert_false (lv_engine_record_has (&peer.record, 0, is_audio));
  g_assert_false (lv_engine_record_has (&peer.record, 0, is_input_transcription));
  lv_engine_peer_close (&peer);
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
  LvSetup *setup = lv_engine_peer_new_setup ();

  g_clear_pointer (&setup->tools, g_ptr_array_unref);
  setup->tools = lv_tool_decl_parse_array (json, &error);
  g_assert_no_error (error);
  return setup;
}

/* Asks for the volume; the id of the call. */
static char *
ask_for_volume (LvEnginePeer *peer)
{
  const LvServerMessage *message;
  const LvFunctionCall *call;

  lv_engine_peer_say (peer, "set the volume to thirty percent");
  message = lv_engine_record_wait_for (&peer->record, is_tool_call);
  g_assert_cmpuint (message->function_calls->len, ==, 1);
  call = message->function_calls->pdata[0];
  g_assert_cmpstr (call->name, ==, "set_volume");
  g_assert_cmpstr (call->args, ==, "{\"percent\":30}");
  return g_strdup (call->id);
}

static char *
cause_call (LvEnginePeer *peer, const char *behavior)
{
  lv_engine_peer_set_up (peer, new_tool_setup (behavior));
  return ask_for_volume (peer);
}

static void
respond (LvEnginePeer *peer, const char *id, LvScheduling scheduling)
{
  LvClientMessage *message = lv_client_message_new (LV_CLIENT_TOOL_RESPONSE);
  LvFunctionResponse *response =
      lv_function_response_new (id, "set_volume", "{\"output\":\"The volume is thirty percent.\"}");

  response->scheduling = scheduling;
  g_clear_pointer (&message->responses, g_ptr_array_unref);
  message->responses = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_response_free);
  g_ptr_array_add (message->responses, response);
  lv_engine_peer_send (peer, message);
}

static void
test_blocking_call (void)
{
  g_autofree char *id = NULL;
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  id = cause_call (&peer, "BLOCKING");
  lv_engine_record_wait_for (&peer.record, is_turn_complete);

  respond (&peer, "nobody-knows", LV_SCHEDULING_DEFAULT);
  lv_engine_peer_expect_silence (&peer);
  respond (&peer, id, LV_SCHEDULING_DEFAULT);
  lv_engine_record_wait_for (&peer.record, is_audio);
  lv_engine_record_wait_for (&peer.record, is_turn_complete);

  /* The same answer again is nobody's. */
  respond (&peer, id, LV_SCHEDULING_DEFAULT);
  lv_engine_peer_expect_silence (&peer);
  lv_engine_peer_close (&peer);
}

static void
test_cancelled_call (void)
{
  const LvServerMessage *message;
  g_autofree char *id = NULL;
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  id = cause_call (&peer, "BLOCKING");
  lv_engine_peer_say (&peer, "what time is it");
  message = lv_engine_record_wait_for (&peer.record, is_cancellation);
  g_assert_cmpuint (message->cancelled_ids->len, ==, 1);
  g_assert_cmpstr (message->cancelled_ids->pdata[0], ==, id);
  lv_engine_record_wait_for (&peer.record, is_audio);
  lv_engine_record_wait_for (&peer.record, is_turn_complete);

  respond (&peer, id, LV_SCHEDULING_DEFAULT);
  lv_engine_peer_expect_silence (&peer);
  lv_engine_peer_close (&peer);
}

static void
test_non_blocking_call (void)
{
  guint question;
  g_autofree char *id = NULL;
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  id = cause_call (&peer, "NON_BLOCKING");
  lv_engine_record_wait_for (&peer.record, is_turn_complete);

  /* The conversation goes on, and the result waits for its turn to end. */
  question = peer.record.next;
  lv_engine_peer_say (&peer, "what time is it");
  lv_engine_record_wait_for (&peer.record, is_audio);
  respond (&peer, id, LV_SCHEDULING_WHEN_IDLE);
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  g_assert_false (lv_engine_record_has (&peer.record, question, is_cancellation));
  g_assert_false (lv_engine_record_has (&peer.record, question, is_interrupted));
  lv_engine_record_wait_for (&peer.record, is_audio);
  lv_engine_peer_close (&peer);
}

static void
test_interrupting_result (void)
{
  g_autofree char *id = NULL;
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  id = cause_call (&peer, "NON_BLOCKING");
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  lv_engine_peer_say (&peer, "tell me about yourself");
  lv_engine_record_wait_for (&peer.record, is_audio);
  respond (&peer, id, LV_SCHEDULING_INTERRUPT);
  lv_engine_record_wait_for (&peer.record, is_interrupted);
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  lv_engine_record_wait_for (&peer.record, is_audio);
  lv_engine_peer_close (&peer);
}

static void
test_silent_result (void)
{
  g_autofree char *id = NULL;
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  id = cause_call (&peer, "NON_BLOCKING");
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  respond (&peer, id, LV_SCHEDULING_SILENT);
  lv_engine_peer_expect_silence (&peer);
  lv_engine_peer_close (&peer);
}

/* The connection ends while a call waits; its answer comes over the next one. */
static void
assert_call_survives (const char *behavior)
{
  g_autoptr (LvEngineMemory) memory = lv_engine_memory_new ();
  g_autofree char *id = NULL;
  LvSetup *setup = new_tool_setup (behavior);
  LvSetup *resumed = new_tool_setup (behavior);
  const LvServerMessage *message;
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, memory);
  setup->resumption = resumed->resumption = TRUE;
  lv_engine_peer_set_up (&peer, setup);
  message = lv_engine_record_wait_for (&peer.record, is_resumption_update);
  resumed->resumption_handle = g_strdup (message->resumption_handle);
  id = ask_for_volume (&peer);
  lv_engine_peer_close (&peer);

  lv_engine_peer_open (&peer, memory);
  lv_engine_peer_set_up (&peer, resumed);
  respond (&peer, id, LV_SCHEDULING_DEFAULT);
  lv_engine_record_wait_for (&peer.record, is_audio);
  lv_engine_record_wait_for (&peer.record, is_turn_complete);
  respond (&peer, id, LV_SCHEDULING_DEFAULT);
  lv_engine_peer_expect_silence (&peer);
  lv_engine_peer_close (&peer);
}

static void
test_resumed_call (void)
{
  assert_call_survives ("BLOCKING");
  assert_call_survives ("NON_BLOCKING");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/dialogue/text-turn", test_text_turn);
  g_test_add_func ("/engine/dialogue/text-modality", test_text_modality);
  g_test_add_func ("/engine/dialogue/content", test_content);
  g_test_add_func ("/engine/dialogue/interruption", test_interruption);
  g_test_add_func ("/engine/dialogue/no-interruption", test_no_interruption);
  g_test_add_func ("/engine/dialogue/spoken-turn", test_spoken_turn);
  g_test_add_func ("/engine/dialogue/barge-in", test_barge_in);
  g_test_add_func ("/engine/dialogue/noise-does-not-interrupt", test_noise_does_not_interrupt);
  g_test_add_func ("/engine/dialogue/audio-stream-end", test_audio_stream_end);
  g_test_add_func ("/engine/dialogue/manual-activity", test_manual_activity);
  g_test_add_func ("/engine/dialogue/nothing-said", test_nothing_said);
  g_test_add_func ("/engine/dialogue/blocking-call", test_blocking_call);
  g_test_add_func ("/engine/dialogue/cancelled-call", test_cancelled_call);
  g_test_add_func ("/engine/dialogue/non-blocking-call", test_non_blocking_call);
  g_test_add_func ("/engine/dialogue/interrupting-result", test_interrupting_result);
  g_test_add_func ("/engine/dialogue/resumed-call", test_resumed_call);
  g_test_add_func ("/engine/dialogue/silent-result", test_silent_result);
  return g_test_run ();
}
