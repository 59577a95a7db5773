/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-recorder.h"

#include "base/lv-pcm.h"
#include "protocol/lv-encode.h"

#include <malloc.h>
#include <string.h>

#define SIZE (16 * 1024)
#define COUNT 20000

static gint64 now_us; /* the test's clock */

static gint64
get_now (void)
{
  return now_us;
}

static LvRecorder *
make (gsize size, gboolean with_samples)
{
  now_us = 1000000;
  return lv_recorder_new (size, with_samples, get_now, get_now);
}

/* What is in the report, texts as they were; *@ret_sum. */
static LvReport *
report (LvRecorder *recorder, gboolean sound, LvRecordingSum *ret_sum)
{
  const LvReportHead head = { "1.0", "m", "engine", 0, TRUE, sound };
  g_autoptr (LvRecording) recording = lv_recorder_copy (recorder, &head);
  g_autoptr (GBytes) text = lv_recording_write (recording, ret_sum);
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *bytes = g_bytes_get_data (text, &length);
  LvReport *parsed = lv_report_parse (bytes, length, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (parsed->lines->len, ==, ret_sum->n_lines);
  return parsed;
}

static const LvReportLine *
get_line (LvReport *parsed, guint i)
{
  g_assert_cmpuint (i, <, parsed->lines->len);
  return parsed->lines->pdata[i];
}

static void
add_text (LvRecorder *recorder, const char *text)
{
  g_autoptr (GBytes) frame = g_bytes_new_static (text, strlen (text));

  lv_recorder_add_frame (recorder, TRUE, frame);
}

static void
add_sound (LvRecorder *recorder, gint16 value)
{
  gint16 samples[LV_CHUNK_FRAMES];
  g_autoptr (GString) frame = g_string_new (NULL);

  for (guint i = 0; i < LV_CHUNK_FRAMES; i++)
    samples[i] = value;
  lv_encode_audio (frame, samples, LV_CHUNK_FRAMES, LV_RATE_IN);
  lv_recorder_add_sound (recorder, FALSE, frame->str, frame->len, samples, LV_CHUNK_FRAMES,
                         LV_RATE_IN);
}

static void
test_in_order_with_times (void)
{
  g_autoptr (LvRecorder) recorder = make (SIZE, FALSE);
  g_autoptr (LvReport) parsed = NULL;
  LvRecordingSum sum;

  lv_recorder_add_event (recorder, "state", "{\"state\":\"connecting\"}");
  lv_recorder_begin_link (recorder);
  now_us += 20;
  add_text (recorder, "{\"setupComplete\":{}}");
  now_us += 30;
  add_sound (recorder, 100);
  add_text (recorder, "no JSON");
  lv_recorder_add_omitted (recorder, FALSE, 77);
  parsed = report (recorder, FALSE, &sum);
  g_assert_cmpuint (sum.n_lines, ==, 5);
  g_assert_cmpint (sum.us, ==, 50);
  g_assert_cmpuint (sum.removed[LV_REMOVED_SOUND], ==, 1);
  g_assert_cmpint (get_line (parsed, 0)->kind, ==, LV_REPORT_EVENT);
  g_assert_cmpstr (get_line (parsed, 0)->event, ==, "state");
  g_assert_cmpint (get_line (parsed, 1)->us, ==, 20);
  g_assert_cmpuint (get_line (parsed, 1)->link, ==, 1);
  g_assert_cmpint (get_line (parsed, 2)->kind, ==, LV_REPORT_SENT);
  g_assert_cmpint (get_line (parsed, 3)->kind, ==, LV_REPORT_DAMAGED);
  g_assert_null (get_line (parsed, 4)->frame);
}

static void
test_bounded_in_bytes (void)
{
  g_autoptr (LvRecorder) recorder = make (SIZE, FALSE);
  g_autoptr (LvReport) parsed = NULL;
  LvRecordingSum sum;

  lv_recorder_begin_link (recorder);
  for (guint i = 0; i < COUNT; i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"turn\":%u,\"pad\":\"%.*s\"}", i, (int) (i % 61),
                                               "                                                  "
                                               "             ");
      add_text (recorder, text);
      now_us += 10;
      g_assert_cmpuint (lv_recorder_get_used (recorder), <=, SIZE);
    }
  g_assert_cmpuint (lv_recorder_get_used (recorder), >, SIZE - 200);
  parsed = report (recorder, FALSE, &sum);
  g_assert_cmpuint (sum.n_lost + sum.n_lines, ==, COUNT);
  for (guint i = 0; i < sum.n_lines; i++)
    {
      g_autofree char *expected = g_strdup_printf ("{\"turn\":%u,", COUNT - sum.n_lines + i);
      const char *text = g_bytes_get_data (get_line (parsed, i)->frame, NULL);

      g_assert_true (g_str_has_prefix (text, expected));
    }
}

static void
test_bounded_in_time (void)
{
  g_autoptr (LvRecorder) recorder = make (SIZE, FALSE);
  g_autoptr (LvReport) parsed = NULL;
  LvRecordingSum sum;

  lv_recorder_begin_link (recorder);
  add_text (recorder, "{\"a\":1}");
  now_us += LV_RECORDER_MAX_US;
  add_text (recorder, "{\"b\":1}");
  now_us += 1;
  add_text (recorder, "{\"c\":1}");
  parsed = report (recorder, FALSE, &sum);
  g_assert_cmpuint (sum.n_lines, ==, 2);
  g_assert_cmpuint (sum.n_lost, ==, 1);
}

static void
test_what_is_too_large_is_counted (void)
{
  g_autoptr (LvRecorder) recorder = make (SIZE, FALSE);
  g_autofree char *text = g_strnfill (SIZE, 'a');
  g_autoptr (LvReport) parsed = NULL;
  LvRecordingSum sum;

  lv_recorder_begin_link (recorder);
  add_text (recorder, text);
  lv_recorder_add_event (recorder, "warning", text);
  parsed = report (recorder, FALSE, &sum);
  g_assert_cmpuint (sum.n_lines, ==, 1);
  g_assert_null (get_line (parsed, 0)->frame);
}

static void
test_sound_only_where_it_is_wanted (void)
{
  for (guint i = 0; i < 4; i++)
    {
      gboolean kept = i & 1, asked = i & 2;
      g_autoptr (LvRecorder) recorder = make (SIZE, kept);
      g_autoptr (LvReport) parsed = NULL;
      LvRecordingSum sum;
      const char *text;
      gsize length;

      lv_recorder_begin_link (recorder);
      add_sound (recorder, 1234);
      parsed = report (recorder, asked, &sum);
      g_assert_cmpint (sum.sound, ==, kept && asked);
      text = g_bytes_get_data (get_line (parsed, 0)->frame, &length);
      g_assert_cmpint (g_strstr_len (text, length, "\"data\"") != NULL, ==, kept && asked);
      g_assert_cmpint (g_strstr_len (text, length, "\"rms\":[1234]") != NULL, ==, !(kept && asked));
    }
}

/* As deep as a frame may be, and then one deeper for the line: not lost, but not in the way. */
static void
test_deepest_frame (void)
{
  g_autoptr (LvRecorder) recorder = make (SIZE, FALSE);
  g_autoptr (GString) text = g_string_new ("{\"a\":");
  g_autoptr (LvReport) parsed = NULL;
  LvRecordingSum sum;

  for (guint i = 0; i < 47; i++)
    g_string_append_c (text, '[');
  for (guint i = 0; i < 47; i++)
    g_string_append_c (text, ']');
  g_string_append_c (text, '}');
  lv_recorder_begin_link (recorder);
  add_text (recorder, text->str);
  parsed = report (recorder, FALSE, &sum);
  g_assert_cmpint (get_line (parsed, 0)->kind, ==, LV_REPORT_DAMAGED);
}

/* Beside the path of sound: nothing is allocated, and it costs less than encoding the chunk. */
static void
test_cost (void)
{
  g_autoptr (LvRecorder) recorder = make (LV_RECORDER_MAX_BYTES, FALSE);
  gint16 samples[LV_CHUNK_FRAMES] = { 1, -2, 3 };
  g_autoptr (GString) frame = g_string_new (NULL);
  g_autoptr (GTimer) timer = g_timer_new ();
  double ns;
  struct mallinfo2 before;

  lv_encode_audio (frame, samples, LV_CHUNK_FRAMES, LV_RATE_IN);
  before = mallinfo2 ();
  for (guint i = 0; i < COUNT; i++)
    {
      now_us += 20000;
      lv_recorder_add_sound (recorder, FALSE, frame->str, frame->len, samples, LV_CHUNK_FRAMES,
                             LV_RATE_IN);
    }
  ns = g_timer_elapsed (timer, NULL) * 1e9 / COUNT;
  g_assert_cmpuint (mallinfo2 ().uordblks, ==, before.uordblks);
  g_test_message ("%.0f ns a chunk of 20 ms, %" G_GSIZE_FORMAT " bytes for five minutes", ns,
                  lv_recorder_get_used (recorder));
  /* a thousandth of the time that the chunk takes to be spoken, whatever else the machine does */
  g_assert_cmpfloat (ns, <, 20000.0);
  g_assert_cmpuint (lv_recorder_get_used (recorder), <, LV_RECORDER_MAX_BYTES * 6 / 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recorder/in-order-with-times", test_in_order_with_times);
  g_test_add_func ("/recorder/bounded-in-bytes", test_bounded_in_bytes);
  g_test_add_func ("/recorder/bounded-in-time", test_bounded_in_time);
  g_test_add_func ("/recorder/too-large-is-counted", test_what_is_too_large_is_counted);
  g_test_add_func ("/recorder/sound-only-where-wanted", test_sound_only_where_it_is_wanted);
  g_test_add_func ("/recorder/deepest-frame", test_deepest_frame);
  g_test_add_func ("/recorder/cost", test_cost);
  return g_test_run ();
}
