/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-voice.h"
#include "lib/lv-test.h"

#include <math.h>
#include <string.h>

static const char long_text[] =
    "Once upon a time, at 3:05 PM, there was a lighthouse. It stood on a rock, and na\303\257ve "
    "ships \342\200\224 25 of "
    "them \342\200\224 passed it every day! Did anybody wave? Nobody did; 30% of them were asleep.";

typedef struct {
  GByteArray *sound;
  GString *text;
  GArray *text_times; /* guint64 frames, where each delta begins */
  guint done, n_chunks;
  gint64 asked, first, last;
} Spoken;

static void
on_chunk (LvEngineVoice *voice, GBytes *pcm, const char *text, gpointer data)
{
  Spoken *spoken = data;
  guint64 frame = spoken->sound->len / LV_BYTES_PER_FRAME;
  gsize size;
  const guint8 *samples = g_bytes_get_data (pcm, &size);
  gint64 us = lv_pcm_frames_to_us (size / LV_BYTES_PER_FRAME, LV_RATE_OUT);

  g_assert_cmpint (us, >=, 40 * 1000);
  g_assert_cmpint (us, <=, 250 * 1000);
  if (spoken->n_chunks++ == 0)
    spoken->first = g_get_monotonic_time ();
  if (*text != '\0')
    g_array_append_val (spoken->text_times, frame);
  g_byte_array_append (spoken->sound, samples, size);
  g_string_append (spoken->text, text);
}

static void
on_done (LvEngineVoice *voice, guint id, gpointer data)
{
  Spoken *spoken = data;

  g_assert_cmpuint (id, >, spoken->done);
  spoken->done = id;
  spoken->last = g_get_monotonic_time ();
}

static LvEngineVoice *
new_voice (const char *name, const char *language, Spoken *spoken)
{
  LvEngineVoice *voice = lv_engine_voice_new (name, language);

  *spoken = (Spoken){ g_byte_array_new (), g_string_new (NULL),
                      g_array_new (FALSE, FALSE, sizeof (guint64)) };
  g_signal_connect (voice, "chunk", G_CALLBACK (on_chunk), spoken);
  g_signal_connect (voice, "done", G_CALLBACK (on_done), spoken);
  return voice;
}

static void
spoken_clear (Spoken *spoken)
{
  g_byte_array_unref (spoken->sound);
  g_string_free (spoken->text, TRUE);
  g_array_unref (spoken->text_times);
}

static void
say (LvEngineVoice *voice, const char *text, Spoken *spoken)
{
  spoken->asked = g_get_monotonic_time ();
  lv_engine_voice_say (voice, text);
}

static gboolean
all_is_said (gpointer data)
{
  return ((Spoken *) data)->done >= 2;
}

static gboolean
one_is_said (gpointer data)
{
  return ((Spoken *) data)->done >= 1;
}

static gboolean
has_begun (gpointer data)
{
  return ((Spoken *) data)->n_chunks > 0;
}

/* What is told together is what was said, in the order and about the time of its sound. */
static void
test_text (void)
{
  Spoken spoken;
  g_autoptr (LvEngineVoice) voice = new_voice (NULL, NULL, &spoken);
  g_autofree char *both = g_strconcat (long_text, " And then? ", NULL);
  double seconds;

  say (voice, long_text, &spoken);
  say (voice, " And then? ", &spoken);
  lv_test_wait_for (all_is_said, &spoken, LV_TEST_TIMEOUT_MS, "both texts said");

  g_assert_cmpstr (spoken.text->str, ==, both);
  g_assert_cmpuint (spoken.text_times->len, >, 20);
  seconds = (double) (spoken.sound->len / LV_BYTES_PER_FRAME) / LV_RATE_OUT;
  g_assert_cmpfloat (seconds, >, 8.0);
  g_assert_cmpfloat (seconds, <, 25.0);
  for (guint i = 1; i < spoken.text_times->len; i++)
    g_assert_cmpuint (g_array_index (spoken.text_times, guint64, i) -
                          g_array_index (spoken.text_times, guint64, i - 1),
                      <, 2 * LV_RATE_OUT);
  spoken_clear (&spoken);
}

/* The first chunk is there at once; the whole takes a fraction of its duration. */
static void
test_speed (void)
{
  Spoken spoken;
  g_autoptr (LvEngineVoice) voice = new_voice ("Kore", NULL, &spoken);
  double seconds, took;

  say (voice, "Hello.", &spoken);
  lv_test_wait_for (one_is_said, &spoken, LV_TEST_TIMEOUT_MS, "warm up");
  spoken.n_chunks = 0;
  g_byte_array_set_size (spoken.sound, 0);
  say (voice, long_text, &spoken);
  lv_test_wait_for (all_is_said, &spoken, LV_TEST_TIMEOUT_MS, "text said");

  seconds = (double) (spoken.sound->len / LV_BYTES_PER_FRAME) / LV_RATE_OUT;
  took = (spoken.last - spoken.asked) / 1e6;
  g_test_message ("first chunk after %.1f ms, %.0f times faster than real time",
                  (spoken.first - spoken.asked) / 1e3, seconds / took);
  g_assert_cmpint (spoken.first - spoken.asked, <, 50 * 1000);
  g_assert_cmpfloat (seconds / took, >, 10.0);
  spoken_clear (&spoken);
}

/* RMS of those tenths of a second that are not pauses, in dB of full scale. */
static double
loudness (const gint16 *samples, gsize n)
{
  const gsize window = LV_RATE_OUT / 10;
  double sum = 0;
  guint n_loud = 0;

  for (gsize at = 0; at + window < n; at += window)
    {
      double rms = lv_pcm_rms (samples + at, window);

      if (rms < 0.01)
        continue;
      sum += rms * rms;
      n_loud++;
    }
  return 10 * log10 (sum / n_loud);
}

static double
mean (const gint16 *samples, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += samples[i];
  return sum / n / 32768.0;
}

static void
test_sound (void)
{
  static const char *const names[] = { "Puck",    "Kore",      "Charon",  "Aoede",
                                       "Algenib", "Enceladus", "Achernar" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      Spoken spoken;
      g_autoptr (LvEngineVoice) voice = new_voice (names[i], "en-US", &spoken);
      const gint16 *samples;
      gsize n;

      say (voice, long_text, &spoken);
      lv_test_wait_for (one_is_said, &spoken, LV_TEST_TIMEOUT_MS, "text said");
      samples = (const gint16 *) spoken.sound->data;
      n = spoken.sound->len / LV_BYTES_PER_FRAME;
      g_test_message ("%s: %.1f dB, peak %.2f, mean %.5f", names[i], loudness (samples, n),
                      lv_pcm_peak (samples, n), mean (samples, n));
      g_assert_cmpfloat_with_epsilon (loudness (samples, n), -16.0, 2.5);
      g_assert_cmpfloat (lv_pcm_peak (samples, n), <, 0.99);
      g_assert_cmpfloat (fabs (mean (samples, n)), <, 0.0005);
      spoken_clear (&spoken);
    }
}

/* Nothing comes after stop(), not even what was under way; what is said next does. */
static void
test_stop (void)
{
  Spoken spoken;
  g_autoptr (LvEngineVoice) voice = new_voice (NULL, NULL, &spoken);
  guint n_chunks;

  say (voice, long_text, &spoken);
  say (voice, long_text, &spoken);
  lv_test_wait_for (has_begun, &spoken, LV_TEST_TIMEOUT_MS, "sound");
  lv_engine_voice_stop (voice);
  n_chunks = spoken.n_chunks;
  lv_test_run_for (100);
  g_assert_cmpuint (spoken.n_chunks, ==, n_chunks);
  g_assert_cmpuint (spoken.done, ==, 0);

  g_string_truncate (spoken.text, 0);
  say (voice, "Anything else?", &spoken);
  lv_test_wait_for (one_is_said, &spoken, LV_TEST_TIMEOUT_MS, "next text");
  g_assert_cmpuint (spoken.done, ==, 3);
  g_assert_cmpstr (spoken.text->str, ==, "Anything else?");
  spoken_clear (&spoken);
}

/* Minutes of text do not become minutes of sound at once, and can still be stopped. */
static void
test_lead (void)
{
  Spoken spoken;
  g_autoptr (LvEngineVoice) voice = new_voice (NULL, NULL, &spoken);
  g_autoptr (GString) text = g_string_new (NULL);
  guint64 frames;

  for (guint i = 0; i < 20; i++)
    g_string_append (text, long_text);
  say (voice, text->str, &spoken);
  lv_test_run_for (1500);
  frames = spoken.sound->len / LV_BYTES_PER_FRAME;
  g_assert_cmpuint (frames, >, (LV_ENGINE_VOICE_MAX_LEAD_S - 2) * LV_RATE_OUT);
  g_assert_cmpuint (frames, <, (LV_ENGINE_VOICE_MAX_LEAD_S + 30) * LV_RATE_OUT);
  lv_engine_voice_stop (voice);
  say (voice, "Next.", &spoken);
  lv_test_wait_for (one_is_said, &spoken, LV_TEST_TIMEOUT_MS, "next text");
  spoken_clear (&spoken);
}

/* What was cut short is heard by nobody: the next text does not wait for the end of it. */
static void
test_cut_then_say (void)
{
  Spoken spoken;
  g_autoptr (LvEngineVoice) voice = new_voice (NULL, NULL, &spoken);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 20; i++)
    g_string_append (text, long_text);
  say (voice, text->str, &spoken);
  lv_test_run_for (1500);
  lv_engine_voice_stop (voice);
  spoken.n_chunks = 0;
  say (voice, "Next.", &spoken);
  lv_test_wait_for (one_is_said, &spoken, LV_TEST_TIMEOUT_MS, "next text");
  g_assert_cmpint (spoken.first - spoken.asked, <, 100 * 1000);
  spoken_clear (&spoken);
}

static void
test_odd_texts (void)
{
  static const char *const texts[] = {
    "", " ", "\n\n", "...", "\xff\xfe", "\360\237\230\200", "[[h@l'oU]] <b>"
  };
  Spoken spoken;
  g_autoptr (LvEngineVoice) voice = new_voice ("nobody", "xx-YY", &spoken);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    say (voice, texts[i], &spoken);
  while (spoken.done < G_N_ELEMENTS (texts))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_utf8_validate (spoken.text->str, -1, NULL));
  g_assert_nonnull (strstr (spoken.text->str, "[[h@l'oU]] <b>"));
  spoken_clear (&spoken);
}

static void
test_gone (void)
{
  Spoken spoken;
  LvEngineVoice *voice = new_voice (NULL, NULL, &spoken);

  say (voice, long_text, &spoken);
  lv_test_wait_for (has_begun, &spoken, LV_TEST_TIMEOUT_MS, "sound");
  g_object_unref (voice);
  g_byte_array_set_size (spoken.sound, 0);
  lv_test_run_for (50);
  g_assert_cmpuint (spoken.sound->len, ==, 0);
  spoken_clear (&spoken);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/voice/text", test_text);
  g_test_add_func ("/voice/speed", test_speed);
  g_test_add_func ("/voice/sound", test_sound);
  g_test_add_func ("/voice/stop", test_stop);
  g_test_add_func ("/voice/lead", test_lead);
  g_test_add_func ("/voice/cut-then-say", test_cut_then_say);
  g_test_add_func ("/voice/odd-texts", test_odd_texts);
  g_test_add_func ("/voice/gone", test_gone);
  return g_test_run ();
}
