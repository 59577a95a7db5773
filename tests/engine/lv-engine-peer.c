/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-engine-peer.h"

#include "base/lv-pcm.h"
#include "lib/lv-test.h"
#include "protocol/lv-encode.h"

static void
on_message (LvEngineSession *session, const LvServerMessage *message, LvEnginePeer *peer)
{
  g_autoptr (GBytes) frame = lv_encode_server (message);

  lv_engine_record_add (&peer->record, frame);
}

static void
on_close (LvEngineSession *session, guint code, const char *reason, LvEnginePeer *peer)
{
  lv_engine_record_close (&peer->record, code, reason);
}

void
lv_engine_peer_open (LvEnginePeer *peer, LvEngineMemory *memory)
{
  lv_engine_peer_open_api (peer, memory, LV_API_DEVELOPER_V1BETA);
}

void
lv_engine_peer_open_api (LvEnginePeer *peer, LvEngineMemory *memory, LvApi api)
{
  *peer = (LvEnginePeer){ 0 };
  if (memory == NULL)
    memory = peer->own_memory = lv_engine_memory_new ();
  lv_engine_record_init (&peer->record);
  peer->session = lv_engine_session_new (&peer->options, memory, api);
  g_signal_connect (peer->session, "message", G_CALLBACK (on_message), peer);
  g_signal_connect (peer->session, "close", G_CALLBACK (on_close), peer);
}

void
lv_engine_peer_close (LvEnginePeer *peer)
{
  g_object_run_dispose (G_OBJECT (peer->session));
  g_assert_finalize_object (peer->session);
  lv_engine_record_clear (&peer->record);
  g_clear_pointer (&peer->own_memory, lv_engine_memory_free);
}

void
lv_engine_peer_send (LvEnginePeer *peer, LvClientMessage *message)
{
  g_autoptr (GBytes) frame = lv_encode_client (message);

  lv_engine_session_receive (peer->session, frame);
  lv_client_message_free (message);
}

void
lv_engine_peer_send_json (LvEnginePeer *peer, const char *json)
{
  g_autoptr (GBytes) frame = g_bytes_new_static (json, strlen (json));

  lv_engine_session_receive (peer->session, frame);
}

void
lv_engine_peer_say (LvEnginePeer *peer, const char *text)
{
  lv_engine_peer_send (peer, lv_client_message_new_text (text));
}

void
lv_engine_peer_feed (LvEnginePeer *peer, GArray *pcm)
{
  for (guint at = 0; at + LV_CHUNK_FRAMES <= pcm->len; at += LV_CHUNK_FRAMES)
    {
      GString *text = g_string_new (NULL);
      g_autoptr (GBytes) frame = NULL;

      lv_encode_audio (text, &g_array_index (pcm, gint16, at), LV_CHUNK_FRAMES, LV_RATE_IN);
      frame = g_string_free_to_bytes (text);
      lv_engine_session_receive (peer->session, frame);
    }
}

LvSetup *
lv_engine_peer_new_setup (void)
{
  LvSetup *setup = lv_setup_new ("models/gemini-3.8-live");

  setup->input_transcription = setup->output_transcription = TRUE;
  return setup;
}

void
lv_engine_peer_set_up (LvEnginePeer *peer, LvSetup *setup)
{
  g_autoptr (GBytes) frame = lv_encode_setup (setup);

  lv_setup_free (setup);
  lv_engine_session_receive (peer->session, frame);
  lv_engine_record_wait_for (&peer->record, is_setup_complete);
}

void
lv_engine_peer_expect_silence (LvEnginePeer *peer)
{
  lv_test_run_for (100);
  g_assert_cmpuint (peer->record.messages->len, ==, peer->record.next);
}
