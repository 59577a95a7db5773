/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The models without conversation, without a socket: what is heard comes as captions, and as a voice in another language.
 */
#include "engine/lv-engine-interpreter.h"

#include "lib/lv-test.h"
#include "lib/lv-test-pcm.h"
#include "lv-engine-peer.h"

#include <string.h>

#define TRANSLATE "models/gemini-3.5-live-translate-preview"
#define TRANSCRIBE "models/gemini-3.5-transcribe-live"

static gboolean
is_output_transcription (const LvServerMessage *message)
{
  return message->output_transcription != NULL;
}

static gboolean
is_usage (const LvServerMessage *message)
{
  return message->usage != NULL;
}

static void
open_model (LvEnginePeer *peer, const char *model, const char *target)
{
  LvSetup *setup = lv_setup_new (model);

  setup->response_text = g_str_equal (model, TRANSCRIBE);
  setup->input_transcription = TRUE;
  setup->output_transcription = !setup->response_text;
  setup->translate_to = g_strdup (target);
  lv_engine_peer_open (peer, NULL);
  lv_engine_peer_set_up (peer, setup);
}

static void
speak (LvEnginePeer *peer, const char *recording)
{
  g_autoptr (GArray) pcm = lv_test_pcm_new ();

  lv_test_pcm_add_silence (pcm, 300);
  lv_test_pcm_add_speech (pcm, recording, 0.0);
  lv_test_pcm_add_silence (pcm, 1200);
  lv_engine_peer_feed (peer, pcm);
}

static void
test_transcribe (void)
{
  LvEnginePeer peer;
  const LvServerMessage *message;

  open_model (&peer, TRANSCRIBE, NULL);
  speak (&peer, "open");
  message = lv_engine_record_wait_for (&peer.record, is_input_transcription);
  g_assert_cmpstr (message->input_transcription->text, ==,
                   "the weather in the city was very good last year");
  g_assert_cmpstr (message->input_transcription->language_code, ==, "en-US");
  g_assert_cmpint (message->input_transcription->start_us, >=, 0);
  g_assert_cmpint (message->input_transcription->end_us, >,
                   message->input_transcription->start_us + G_USEC_PER_SEC);
  lv_engine_record_wait_for (&peer.record, is_usage);
  lv_engine_peer_expect_silence (&peer);
  lv_engine_peer_close (&peer);
}

/* Two sentences, one after the other, in one stream. */
static void
test_translate (void)
{
  LvEnginePeer peer;
  const LvServerMessage *message;

  open_model (&peer, TRANSLATE, "es-US");
  speak (&peer, "ask-time");
  speak (&peer, "open");
  message = lv_engine_record_wait_for (&peer.record, is_output_transcription);
  g_assert_cmpstr (message->output_transcription->language_code, ==, "es-US");
  lv_engine_record_wait_for (&peer.record, is_audio);
  lv_engine_record_wait_for (&peer.record, is_usage);
  g_assert_cmpuint (lv_engine_record_count_frames (&peer.record, 0), >, 24000);
  g_assert_false (lv_engine_record_has (&peer.record, 0, is_turn_complete));
  g_assert_false (lv_engine_record_has (&peer.record, 0, is_interrupted));
  lv_engine_peer_close (&peer);
}

/* The connection ends while apertium still starts. */
static void
test_gone (void)
{
  LvEnginePeer peer;

  open_model (&peer, TRANSLATE, "es");
  speak (&peer, "ask-time");
  lv_engine_record_wait_for (&peer.record, is_input_transcription);
  lv_engine_peer_close (&peer);
}

static void
test_unsupported (void)
{
  LvEnginePeer peer;

  lv_engine_peer_open (&peer, NULL);
  lv_engine_peer_send_json (&peer, "{\"setup\":{\"model\":\"" TRANSLATE
                                   "\",\"generationConfig\":{\"translationConfig\":{"
                                   "\"targetLanguageCode\":\"th\"}}}}");
  lv_engine_record_wait_close (&peer.record, 1008, "No translation from English to th here");
  lv_engine_peer_close (&peer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/interpreter/transcribe", test_transcribe);
  g_test_add_func ("/interpreter/translate", test_translate);
  g_test_add_func ("/interpreter/gone", test_gone);
  g_test_add_func ("/interpreter/unsupported", test_unsupported);
  return g_test_run ();
}
