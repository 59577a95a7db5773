/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-ears.h"
#include "lib/lv-test-wav.h"
#include "lib/lv-test.h"

static const char *const phrases[] = { "what time is it", "tell me a story", "stop please", NULL };

#define N_ATTEMPTS 4
#define LATE_US (500 * 1000)

typedef struct {
  char *text;
  GError *error;
  gboolean done;
  guint n_hypotheses;
} Heard;

static void
heard_clear (Heard *heard)
{
  g_clear_pointer (&heard->text, g_free);
  g_clear_error (&heard->error);
  *heard = (Heard){ 0 };
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  Heard *heard = data;

  heard->text = lv_engine_ears_end_finish (LV_ENGINE_EARS (source), result, &heard->error);
  heard->done = TRUE;
}

static void
on_hypothesis (LvEngineEars *ears, const char *text, gpointer data)
{
  Heard *heard = data;

  g_assert_cmpstr (text, !=, "");
  heard->n_hypotheses++;
}

static void
say (LvEngineEars *ears, const char *file)
{
  g_autoptr (GBytes) audio = lv_test_read_wav (file);
  gsize size;
  const gint16 *samples = g_bytes_get_data (audio, &size);
  gsize n = size / sizeof *samples;

  lv_engine_ears_begin (ears);
  for (gsize at = 0; at < n; at += LV_CHUNK_FRAMES)
    lv_engine_ears_feed (ears, samples + at, MIN (LV_CHUNK_FRAMES, n - at));
}

static void
hear (LvEngineEars *ears, const char *file, Heard *heard)
{
  heard_clear (heard);
  say (ears, file);
  lv_engine_ears_end_async (ears, NULL, on_ended, heard);
  lv_test_wait_flag (&heard->done);
  g_assert_no_error (heard->error);
}

static void
test_conversation (void)
{
  g_autoptr (LvEngineEars) ears = lv_engine_ears_new ();
  Heard heard = { 0 };

  g_signal_connect (ears, "hypothesis", G_CALLBACK (on_hypothesis), &heard);
  hear (ears, "open", &heard);
  g_assert_cmpstr (heard.text, ==, "the weather in the city was very good last year");
  lv_engine_ears_set_phrases (ears, phrases);
  hear (ears, "ask-time", &heard);
  g_assert_cmpstr (heard.text, ==, "what time is it");
  hear (ears, "tell-story", &heard);
  g_assert_cmpstr (heard.text, ==, "tell me a story");
  g_assert_cmpuint (lv_engine_decoder_pool_get_n_loaded (lv_engine_decoder_pool_get_default ()), ==,
                    1);
  heard_clear (&heard);
}

/* Audio comes as it is spoken: whether the text was there soon after the last of it, and interim text before. */
static gboolean
hear_while_speaking (LvEngineEars *ears)
{
  g_autoptr (GBytes) audio = lv_test_read_wav ("ask-time");
  gsize size;
  const gint16 *samples = g_bytes_get_data (audio, &size);
  Heard heard = { 0 };
  gulong id = g_signal_connect (ears, "hypothesis", G_CALLBACK (on_hypothesis), &heard);
  gboolean in_time;
  gint64 end;

  lv_engine_ears_begin (ears);
  for (gsize at = 0; at + LV_CHUNK_FRAMES < size / sizeof *samples; at += LV_CHUNK_FRAMES)
    {
      lv_engine_ears_feed (ears, samples + at, LV_CHUNK_FRAMES);
      lv_test_run_for (LV_CHUNK_MS);
    }
  end = g_get_monotonic_time ();
  lv_engine_ears_end_async (ears, NULL, on_ended, &heard);
  lv_test_wait_flag (&heard.done);
  end = g_get_monotonic_time () - end;
  g_test_message ("text %.1f ms after the end", end / 1e3);
  g_assert_cmpstr (heard.text, ==, "what time is it");
  in_time = end < LATE_US && heard.n_hypotheses > 0;
  g_signal_handler_disconnect (ears, id);
  heard_clear (&heard);
  return in_time;
}

/* Once shows that it can: what else runs only makes it longer. */
static void
test_while_speaking (void)
{
  g_autoptr (LvEngineEars) ears = lv_engine_ears_new ();
  Heard heard = { 0 };
  guint n_left = N_ATTEMPTS;

  hear (ears, "ask-time", &heard);
  heard_clear (&heard);
  while (!hear_while_speaking (ears))
    g_assert_cmpuint (n_left--, >, 0);
}

/* The second sentence begins before the first is understood. */
static void
test_in_order (void)
{
  g_autoptr (LvEngineEars) ears = lv_engine_ears_new ();
  Heard first = { 0 }, second = { 0 };

  say (ears, "open");
  lv_engine_ears_end_async (ears, NULL, on_ended, &first);
  hear (ears, "help", &second);
  g_assert_true (first.done);
  g_assert_cmpstr (first.text, ==, "the weather in the city was very good last year");
  g_assert_cmpstr (second.text, ==, "what can you do");
  heard_clear (&first);
  heard_clear (&second);
}

static void
test_abort (void)
{
  g_autoptr (LvEngineEars) ears = lv_engine_ears_new ();
  Heard dropped = { 0 }, heard = { 0 };

  lv_engine_ears_end_async (ears, NULL, on_ended, &dropped);
  lv_test_wait_flag (&dropped.done);
  g_assert_error (dropped.error, LV_ERROR, LV_ERROR_NOT_READY);
  heard_clear (&dropped);

  say (ears, "open");
  lv_engine_ears_end_async (ears, NULL, on_ended, &dropped);
  lv_engine_ears_abort (ears);
  say (ears, "open");
  hear (ears, "ask-time", &heard);
  g_assert_cmpstr (heard.text, ==, "what time is it");
  g_assert_true (dropped.done);
  g_assert_error (dropped.error, LV_ERROR, LV_ERROR_CANCELLED);
  heard_clear (&dropped);
  heard_clear (&heard);
}

static gboolean
most_have_heard (gpointer data)
{
  Heard *heard = data;
  guint n = 0;

  for (guint i = 0; i <= LV_ENGINE_MAX_DECODERS; i++)
    n += heard[i].n_hypotheses > 0;
  return n >= LV_ENGINE_MAX_DECODERS;
}

/* Each hears its own; one more than there are decoders is told so; the models go when nobody is left. */
static void
test_many (void)
{
  LvEngineDecoderPool *pool = lv_engine_decoder_pool_get_default ();
  LvEngineEars *ears[LV_ENGINE_MAX_DECODERS + 1];
  Heard heard[G_N_ELEMENTS (ears)] = { 0 };
  guint n_busy = 0;

  for (guint i = 0; i < G_N_ELEMENTS (ears); i++)
    {
      ears[i] = lv_engine_ears_new ();
      say (ears[i], i % 2 ? "ask-time" : "help");
      g_signal_connect (ears[i], "hypothesis", G_CALLBACK (on_hypothesis), &heard[i]);
    }
  lv_test_wait_for (most_have_heard, heard, LV_TEST_TIMEOUT_MS, "interim text of all but one");
  for (guint i = 0; i < G_N_ELEMENTS (ears); i++)
    lv_engine_ears_end_async (ears[i], NULL, on_ended, &heard[i]);
  for (guint i = 0; i < G_N_ELEMENTS (ears); i++)
    {
      lv_test_wait_flag (&heard[i].done);
      if (heard[i].error != NULL)
        g_assert_error (heard[i].error, LV_ERROR, LV_ERROR_BUSY);
      else
        g_assert_cmpstr (heard[i].text, ==, i % 2 ? "what time is it" : "what can you do");
      n_busy += heard[i].error != NULL;
      heard_clear (&heard[i]);
      g_object_unref (ears[i]);
    }
  g_assert_cmpuint (n_busy, ==, 1);
  g_assert_cmpuint (lv_engine_decoder_pool_get_n_loaded (pool), ==, LV_ENGINE_MAX_DECODERS);
  lv_engine_decoder_pool_trim (pool);
  g_assert_cmpuint (lv_engine_decoder_pool_get_n_loaded (pool), ==, 0);
}

/* Gone in the middle of a sentence: nothing leaks, nothing hangs, nothing is heard of it. */
static void
test_gone (void)
{
  LvEngineEars *ears = lv_engine_ears_new ();
  Heard heard = { 0 };

  hear (ears, "ask-time", &heard);
  heard_clear (&heard);
  g_signal_connect (ears, "hypothesis", G_CALLBACK (on_hypothesis), &heard);
  say (ears, "open");
  g_object_unref (ears);
  lv_test_run_for (100);
  g_assert_cmpuint (heard.n_hypotheses, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ears/conversation", test_conversation);
  g_test_add_func ("/ears/while-speaking", test_while_speaking);
  g_test_add_func ("/ears/in-order", test_in_order);
  g_test_add_func ("/ears/abort", test_abort);
  g_test_add_func ("/ears/many", test_many);
  g_test_add_func ("/ears/gone", test_gone);
  return g_test_run ();
}
