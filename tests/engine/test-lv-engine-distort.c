/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a client gets of a turn when it is distorted by each of the faults.
 */
#include "engine/lv-engine-distort.h"

#include "lib/lv-test.h"
#include "lv-engine-record.h"

#define LEVEL 8192

typedef struct {
  LvEngineDistort *distort;
  LvEngineRecord record;
} Fixture;

static void
on_frame (GBytes *frame, gpointer data)
{
  lv_engine_record_add (data, frame);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  lv_engine_record_init (&fixture->record);
  fixture->distort = lv_engine_distort_new (on_frame, &fixture->record);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  lv_engine_distort_free (fixture->distort);
  lv_engine_record_clear (&fixture->record);
}

static void
apply (Fixture *fixture, LvEngineFaultKind kind, guint number, const char *text)
{
  LvEngineFault fault = { .kind = kind, .number = number, .text = (char *) text };

  g_assert_true (lv_engine_distort_apply (fixture->distort, &fault));
}

typedef enum { TEXT, AUDIO, CALL, INTERRUPTED, GENERATED, TURN } Step;

static void
fill (LvServerMessage *message, Step step)
{
  const gint16 samples[] = { LEVEL, -LEVEL };
  g_autoptr (GBytes) pcm = g_bytes_new (samples, sizeof samples);

  message->interrupted = step == INTERRUPTED;
  message->generation_complete = step == GENERATED;
  message->turn_complete = step == TURN;
  if (step == TEXT)
    message->output_transcription = lv_transcription_new ("hello", FALSE);
  if (step == CALL)
    {
      message->function_calls =
          g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_call_free);
      g_ptr_array_add (message->function_calls, lv_function_call_new ("1", "f", "{}"));
    }
  if (step != AUDIO)
    return;
  message->model_turn = lv_content_new (LV_ROLE_MODEL);
  lv_content_add_blob (message->model_turn, lv_blob_new ("audio/pcm;rate=24000", pcm));
}

static void
send (Fixture *fixture, Step step)
{
  g_autoptr (LvServerMessage) message = lv_server_message_new ();

  fill (message, step);
  lv_engine_distort_message (fixture->distort, message);
}

static gboolean
is_transcript (const LvServerMessage *message)
{
  return message->output_transcription != NULL;
}

static void
send_turn (Fixture *fixture)
{
  send (fixture, TEXT);
  send (fixture, AUDIO);
  send (fixture, AUDIO);
  send (fixture, GENERATED);
  send (fixture, TURN);
}

/* What came since the last time, a letter for each message. */
static char *
take (Fixture *fixture)
{
  static const struct {
    LvEngineMatch match;
    char letter;
  } letters[] = {
    { is_transcript, 't' },          { is_audio, 'a' },
    { is_tool_call, 'c' },           { is_interrupted, 'i' },
    { is_generation_complete, 'g' }, { is_turn_complete, '.' },
  };
  GString *text = g_string_new (NULL);

  for (; fixture->record.next < fixture->record.messages->len; fixture->record.next++)
    for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
      if (letters[i].match (fixture->record.messages->pdata[fixture->record.next]))
        g_string_append_c (text, letters[i].letter);
  return g_string_free (text, FALSE);
}

static void
expect (Fixture *fixture, const char *letters)
{
  g_autofree char *got = take (fixture);

  g_assert_cmpstr (got, ==, letters);
}

static int
first_sample (Fixture *fixture, guint index)
{
  const LvServerMessage *message = fixture->record.messages->pdata[index];
  const LvPart *part = message->model_turn->parts->pdata[0];

  return *(const gint16 *) g_bytes_get_data (part->blob->data, NULL);
}

static void
test_none (Fixture *fixture, gconstpointer data)
{
  LvEngineFault drop = { .kind = LV_ENGINE_FAULT_DROP };

  g_assert_false (lv_engine_distort_apply (fixture->distort, &drop));
  send_turn (fixture);
  expect (fixture, "taag.");
}

static void
test_cut (Fixture *fixture, gconstpointer data)
{
  apply (fixture, LV_ENGINE_FAULT_CUT, 0, NULL);
  send (fixture, TEXT);
  send (fixture, AUDIO);
  apply (fixture, LV_ENGINE_FAULT_CUT, 0, NULL);
  apply (fixture, LV_ENGINE_FAULT_CUT, 0, NULL);
  send_turn (fixture);
  expect (fixture, "ta.");
  send_turn (fixture);
  expect (fixture, "taag.");
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  apply (fixture, LV_ENGINE_FAULT_EMPTY, 0, NULL);
  send_turn (fixture);
  expect (fixture, ".");
  send_turn (fixture);
  expect (fixture, "taag.");
}

static void
test_reject (Fixture *fixture, gconstpointer data)
{
  const LvServerMessage *end;

  apply (fixture, LV_ENGINE_FAULT_REJECT, 0, NULL);
  send_turn (fixture);
  expect (fixture, ".");
  end = fixture->record.messages->pdata[0];
  g_assert_cmpstr (end->turn_complete_reason, ==, "RESPONSE_REJECTED");
  send_turn (fixture);
  expect (fixture, "taag.");
  end = fixture->record.messages->pdata[5];
  g_assert_null (end->turn_complete_reason);
}

static void
test_phantom (Fixture *fixture, gconstpointer data)
{
  const LvServerMessage *interruption;

  apply (fixture, LV_ENGINE_FAULT_PHANTOM, 0, NULL); /* nobody speaks */
  send (fixture, TEXT);
  send (fixture, AUDIO);
  apply (fixture, LV_ENGINE_FAULT_PHANTOM, 0, NULL);
  send_turn (fixture);
  g_assert_cmpuint (fixture->record.messages->len, ==, 4);
  interruption = fixture->record.messages->pdata[2];
  g_assert_true (interruption->interrupted);
}

static void
test_hush (Fixture *fixture, gconstpointer data)
{
  apply (fixture, LV_ENGINE_FAULT_HUSH, 0, NULL);
  send_turn (fixture);
  expect (fixture, "taag.");
  g_assert_cmpint (first_sample (fixture, 1), ==, LEVEL / LV_ENGINE_HUSH_DIVISOR);
  send_turn (fixture);
  g_assert_cmpint (first_sample (fixture, 6), ==, LEVEL);
}

static void
test_repeat (Fixture *fixture, gconstpointer data)
{
  apply (fixture, LV_ENGINE_FAULT_REPEAT, 0, NULL);
  send_turn (fixture);
  expect (fixture, "taataag.");
  send_turn (fixture);
  expect (fixture, "taag.");
}

static void
test_lose (Fixture *fixture, gconstpointer data)
{
  apply (fixture, LV_ENGINE_FAULT_LOSE, LV_ENGINE_FRAME_TURN_COMPLETE, NULL);
  apply (fixture, LV_ENGINE_FAULT_LOSE, LV_ENGINE_FRAME_AUDIO, NULL);
  send_turn (fixture);
  send_turn (fixture);
  expect (fixture, "tagtaag.");
}

static void
test_twice (Fixture *fixture, gconstpointer data)
{
  apply (fixture, LV_ENGINE_FAULT_TWICE, LV_ENGINE_FRAME_CALL, NULL);
  send (fixture, CALL);
  send (fixture, CALL);
  expect (fixture, "ccc");
}

static void
test_audio (Fixture *fixture, gconstpointer data)
{
  send (fixture, INTERRUPTED);
  apply (fixture, LV_ENGINE_FAULT_AUDIO, 100, NULL);
  send (fixture, TURN);
  expect (fixture, "ia.");
  fixture->record.next = 2;
  g_assert_cmpuint (lv_engine_record_count_frames (&fixture->record, 1), ==, 2400);
  g_assert_cmpint (ABS (first_sample (fixture, 1)), >, 1000);
  fixture->record.next = 3;
}

static void
test_json (Fixture *fixture, gconstpointer data)
{
  apply (fixture, LV_ENGINE_FAULT_SEND, 0, "{\"serverContent\":{\"interrupted\":true}}");
  apply (fixture, LV_ENGINE_FAULT_SEND, 0, "{\"someNewThing\":{}}");
  expect (fixture, "i");
  g_assert_cmpuint (fixture->record.messages->len, ==, 2);
}

static void
test_pause (Fixture *fixture, gconstpointer data)
{
  const gint64 start_us = g_get_monotonic_time ();

  send (fixture, TEXT);
  apply (fixture, LV_ENGINE_FAULT_PAUSE, 150, NULL);
  send (fixture, AUDIO);
  send (fixture, TURN);
  expect (fixture, "t");
  lv_engine_record_wait_for (&fixture->record, is_audio);
  g_assert_cmpint (g_get_monotonic_time () - start_us, >=, 150000);
  expect (fixture, ".");
  send (fixture, TURN);
  expect (fixture, ".");

  /* Ended while it waits. */
  apply (fixture, LV_ENGINE_FAULT_PAUSE, 150, NULL);
  send (fixture, TURN);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/engine/distort/none", test_none },     { "/engine/distort/cut", test_cut },
    { "/engine/distort/empty", test_empty },   { "/engine/distort/hush", test_hush },
    { "/engine/distort/repeat", test_repeat }, { "/engine/distort/lose", test_lose },
    { "/engine/distort/twice", test_twice },   { "/engine/distort/audio", test_audio },
    { "/engine/distort/reject", test_reject }, { "/engine/distort/phantom", test_phantom },
    { "/engine/distort/json", test_json },     { "/engine/distort/pause", test_pause },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
