/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pace and order of the model's side of a turn, with the real voice.
 */
#include "engine/lv-engine-speech.h"

#include "base/lv-pcm.h"
#include "lib/lv-test.h"

#define STORY                                                                                      \
  "Once upon a time there was a fisherman, who lived with his wife in a hut by the sea, and "      \
  "every "                                                                                         \
  "day he went out to fish."

typedef struct {
  LvEngineSpeech *speech;
  GString *text;
  guint64 frames;
  gint64 first_audio_us, last_audio_us, generated_us, complete_us;
  gboolean has_audio, complete;
  gboolean voiceless; /* there was audio before text */
} Listener;

static void
on_text (LvEngineSpeech *speech, const char *delta, Listener *listener)
{
  g_assert_cmpint (listener->generated_us, ==, 0);
  g_string_append (listener->text, delta);
}

static void
on_audio (LvEngineSpeech *speech, GBytes *pcm, Listener *listener)
{
  g_assert_cmpint (listener->generated_us, ==, 0);
  listener->last_audio_us = g_get_monotonic_time ();
  if (!listener->has_audio)
    listener->first_audio_us = listener->last_audio_us;
  listener->has_audio = TRUE;
  listener->voiceless |= listener->text->len == 0;
  listener->frames += g_bytes_get_size (pcm) / LV_BYTES_PER_FRAME;
}

static void
on_generated (LvEngineSpeech *speech, Listener *listener)
{
  g_assert_cmpint (listener->generated_us, ==, 0);
  listener->generated_us = g_get_monotonic_time ();
}

static void
on_complete (LvEngineSpeech *speech, Listener *listener)
{
  g_assert_cmpint (listener->generated_us, !=, 0);
  listener->complete_us = g_get_monotonic_time ();
  listener->complete = TRUE;
}

static void
listener_init (Listener *listener, gboolean response_text)
{
  g_autoptr (LvSetup) setup = lv_setup_new ("models/gemini-3.8-live");

  setup->response_text = response_text;
  *listener = (Listener){ lv_engine_speech_new (setup), g_string_new (NULL) };
  g_signal_connect (listener->speech, "text", G_CALLBACK (on_text), listener);
  g_signal_connect (listener->speech, "audio", G_CALLBACK (on_audio), listener);
  g_signal_connect (listener->speech, "generated", G_CALLBACK (on_generated), listener);
  g_signal_connect (listener->speech, "complete", G_CALLBACK (on_complete), listener);
}

static void
listener_clear (Listener *listener)
{
  g_object_run_dispose (G_OBJECT (listener->speech));
  g_assert_finalize_object (listener->speech);
  g_string_free (listener->text, TRUE);
}

/* Sent faster than it plays, but not at once; over when it has been heard. */
static void
test_pace (void)
{
  Listener listener;
  gint64 playback_us;

  listener_init (&listener, FALSE);
  lv_engine_speech_say (listener.speech, STORY);
  lv_engine_speech_finish (listener.speech);
  lv_test_wait_flag (&listener.complete);

  playback_us = lv_pcm_frames_to_us (listener.frames, LV_RATE_OUT);
  g_assert_cmpint (playback_us, >, 3 * G_USEC_PER_SEC);
  g_assert_cmpint (listener.last_audio_us - listener.first_audio_us, <, playback_us / 3);
  g_assert_cmpint (listener.last_audio_us - listener.first_audio_us, >, playback_us / 10);
  g_assert_cmpint (listener.complete_us - listener.first_audio_us, >=, playback_us - 10000);
  g_assert_cmpint (listener.complete_us - listener.first_audio_us, <, playback_us + 200000);
  g_assert_false (listener.voiceless);
  g_assert_cmpuint (lv_engine_speech_get_frames (listener.speech), ==, listener.frames);
  g_assert_cmpstr (lv_engine_speech_get_text (listener.speech), ==, listener.text->str);
  listener_clear (&listener);
}

/* What is said in pieces is one text, with spaces between them. */
static void
test_pieces (void)
{
  Listener listener;

  listener_init (&listener, FALSE);
  lv_engine_speech_say (listener.speech, "One.");
  lv_engine_speech_say (listener.speech, "Two.");
  lv_engine_speech_finish (listener.speech);
  lv_test_wait_flag (&listener.complete);
  g_assert_cmpstr (g_strstrip (listener.text->str), ==, "One. Two.");
  listener_clear (&listener);
}

/* Everything has been sent, half of it has been heard. */
static void
test_cut (void)
{
  Listener listener;
  g_autofree char *heard = NULL;
  g_autofree char *nothing = NULL;

  listener_init (&listener, FALSE);
  lv_engine_speech_say (listener.speech, STORY);
  lv_engine_speech_finish (listener.speech);
  while (listener.generated_us == 0)
    g_main_context_iteration (NULL, TRUE);
  heard = lv_engine_speech_cut (listener.speech);
  g_assert_true (g_str_has_prefix (listener.text->str, heard));
  g_assert_cmpuint (strlen (heard), >, 5);
  g_assert_cmpuint (strlen (heard), <, listener.text->len / 2);

  lv_test_run_for (100);
  g_assert_false (listener.complete);
  nothing = lv_engine_speech_cut (listener.speech);
  g_assert_cmpstr (nothing, ==, "");
  g_assert_cmpuint (lv_engine_speech_get_frames (listener.speech), ==, 0);
  listener_clear (&listener);
}

/* After a cut, the next turn is whole. */
static void
test_after_cut (void)
{
  Listener listener;

  listener_init (&listener, FALSE);
  lv_engine_speech_say (listener.speech, STORY);
  lv_test_wait_flag (&listener.has_audio);
  g_free (lv_engine_speech_cut (listener.speech));
  g_string_truncate (listener.text, 0);
  lv_engine_speech_say (listener.speech, "Yes.");
  lv_engine_speech_finish (listener.speech);
  lv_test_wait_flag (&listener.complete);
  g_assert_cmpstr (g_strstrip (listener.text->str), ==, "Yes.");
  listener_clear (&listener);
}

static void
test_text (void)
{
  Listener listener;

  listener_init (&listener, TRUE);
  lv_engine_speech_say (listener.speech, "One.");
  lv_engine_speech_say (listener.speech, "Two.");
  g_assert_false (listener.complete);
  lv_engine_speech_finish (listener.speech);
  g_assert_true (listener.complete);
  g_assert_false (listener.has_audio);
  g_assert_cmpstr (listener.text->str, ==, "One. Two.");
  listener_clear (&listener);
}

/* A turn without a word: it only calls a tool. */
static void
test_empty (void)
{
  Listener listener;

  listener_init (&listener, FALSE);
  lv_engine_speech_finish (listener.speech);
  g_assert_true (listener.complete);
  listener_clear (&listener);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/speech/pace", test_pace);
  g_test_add_func ("/engine/speech/pieces", test_pieces);
  g_test_add_func ("/engine/speech/cut", test_cut);
  g_test_add_func ("/engine/speech/after-cut", test_after_cut);
  g_test_add_func ("/engine/speech/text", test_text);
  g_test_add_func ("/engine/speech/empty", test_empty);
  return g_test_run ();
}
