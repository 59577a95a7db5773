/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-message.h"

static void
test_audio_rate (void)
{
  static const struct {
    const char *mime_type;
    guint rate;
  } rows[] = {
    { "audio/pcm", 7 },
    { "audio/pcm;rate=24000", 24000 },
    { "audio/pcm; rate=16000", 16000 },
    { "audio/pcm;channels=1;rate=8000", 8000 },
    { "Audio/PCM;rate=24000", 24000 },
    { "audio/pcm;rate=", 7 },
    { "audio/pcm;rate=0", 7 },
    { "audio/pcm;rate=x", 7 },
    { "audio/pcm;rate=+8000", 7 },
    { "audio/pcm;rate=8+000", 7 },
    { "audio/pcm;rate=8000;channels=1", 8000 },
    { "audio/pcm;rate=99999999999", 7 },
    { "audio/pcmu;rate=8000", 0 },
    { "audio/opus", 0 },
    { "image/jpeg", 0 },
    { "", 0 },
    { NULL, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (lv_blob_audio_rate (rows[i].mime_type, 7), ==, rows[i].rate);
}

static void
test_content_text (void)
{
  g_autoptr (LvContent) content = lv_content_new (LV_ROLE_MODEL);
  g_autofree char *empty = lv_content_dup_text (content);
  g_autofree char *text = NULL;

  lv_content_add_text (content, "thinking");
  ((LvPart *) content->parts->pdata[0])->thought = TRUE;
  lv_content_add_text (content, "a ");
  lv_content_add_blob (content, lv_blob_new ("image/png", NULL));
  lv_content_add_text (content, "b");
  text = lv_content_dup_text (content);
  g_assert_cmpstr (empty, ==, "");
  g_assert_cmpstr (text, ==, "a b");
}

static void
test_call_without_args (void)
{
  g_autoptr (LvFunctionCall) call = lv_function_call_new (NULL, "f", NULL);

  g_assert_cmpstr (call->args, ==, "{}");
}

static void
test_free_null (void)
{
  lv_blob_free (NULL);
  lv_content_free (NULL);
  lv_function_call_free (NULL);
  lv_function_response_free (NULL);
  lv_client_message_free (NULL);
  lv_transcription_free (NULL);
  lv_server_message_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/audio-rate", test_audio_rate);
  g_test_add_func ("/message/content-text", test_content_text);
  g_test_add_func ("/message/call-without-args", test_call_without_args);
  g_test_add_func ("/message/free-null", test_free_null);
  return g_test_run ();
}
