/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-uplink.h"

#define MS 1000

typedef struct {
  LvUplink *uplink;
  gint64 now;
  gint16 next; /* value of the samples of the next chunk */
} Fixture;

static Fixture
fixture_new (LvTurnDetection detection)
{
  return (Fixture){ lv_uplink_new (detection), 100 * G_USEC_PER_SEC, 1 };
}

static void
speak (Fixture *fixture, guint n_chunks)
{
  gint16 samples[LV_CHUNK_FRAMES];

  for (guint i = 0; i < n_chunks; i++)
    {
      for (guint j = 0; j < LV_CHUNK_FRAMES; j++)
        samples[j] = fixture->next;
      fixture->next++;
      fixture->now += LV_CHUNK_MS * MS;
      lv_uplink_push (fixture->uplink, samples, LV_CHUNK_FRAMES, fixture->now);
    }
}

/* @value: of its samples; below 200 nobody speaks. */
static void
hear (Fixture *fixture, guint n_chunks, gint16 value)
{
  for (guint i = 0; i < n_chunks; i++)
    {
      fixture->next = value;
      speak (fixture, 1);
    }
}

static void
open_link (Fixture *fixture)
{
  lv_uplink_set_open (fixture->uplink, TRUE, fixture->now);
}

static void
close_link (Fixture *fixture)
{
  lv_uplink_set_open (fixture->uplink, FALSE, fixture->now);
}

static void
expect_mark (Fixture *fixture, LvUplinkKind kind)
{
  LvUplinkItem item;

  g_assert_true (lv_uplink_pop (fixture->uplink, &item));
  g_assert_cmpint (item.kind, ==, kind);
}

/* Chunks @first to @last, in order, whole. */
static void
expect_audio (Fixture *fixture, gint16 first, gint16 last)
{
  LvUplinkItem item;

  for (gint16 i = first; i <= last; i++)
    {
      g_assert_true (lv_uplink_pop (fixture->uplink, &item));
      g_assert_cmpint (item.kind, ==, LV_UPLINK_AUDIO);
      g_assert_cmpint (item.n_samples, ==, LV_CHUNK_FRAMES);
      g_assert_cmpint (item.samples[0], ==, i);
      g_assert_cmpint (item.samples[LV_CHUNK_FRAMES - 1], ==, i);
    }
}

static void
expect_nothing (Fixture *fixture)
{
  LvUplinkItem item;

  g_assert_false (lv_uplink_pop (fixture->uplink, &item));
}

static void
test_flow (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_AUTO);

  open_link (&fixture);
  for (gint16 i = 1; i <= 10; i++)
    {
      speak (&fixture, 1);
      expect_audio (&fixture, i, i);
      expect_nothing (&fixture);
    }
  g_assert_cmpuint (lv_uplink_get_dropped (fixture.uplink), ==, 0);
  lv_uplink_free (fixture.uplink);
}

static void
test_preroll_while_connecting (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_AUTO);

  speak (&fixture, 50);
  expect_nothing (&fixture);
  open_link (&fixture);
  expect_audio (&fixture, 1, 50);
  expect_nothing (&fixture);
  lv_uplink_free (fixture.uplink);
}

static void
test_bound (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_AUTO);

  speak (&fixture, LV_UPLINK_MAX_CHUNKS + 7);
  g_assert_cmpuint (lv_uplink_get_dropped (fixture.uplink), ==, 7);
  g_assert_cmpuint (lv_uplink_get_length (fixture.uplink), ==, LV_UPLINK_MAX_CHUNKS);
  open_link (&fixture); /* nobody has said anything: only the last second of it is worth sending */
  expect_audio (&fixture, LV_UPLINK_MAX_CHUNKS + 7 - LV_UPLINK_FRESH_MS / LV_CHUNK_MS,
                LV_UPLINK_MAX_CHUNKS + 7);
  lv_uplink_free (fixture.uplink);
}

/* The link is open, but nobody pops: the peer does not keep up. */
static void
test_slow_peer (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_AUTO);

  open_link (&fixture);
  speak (&fixture, LV_UPLINK_MAX_CHUNKS * 3);
  g_assert_cmpuint (lv_uplink_get_length (fixture.uplink), ==, LV_UPLINK_MAX_CHUNKS);
  g_assert_cmpuint (lv_uplink_get_dropped (fixture.uplink), ==, LV_UPLINK_MAX_CHUNKS * 2);
  expect_audio (&fixture, LV_UPLINK_MAX_CHUNKS * 2 + 1, LV_UPLINK_MAX_CHUNKS * 3);
  lv_uplink_free (fixture.uplink);
}

static void
test_stale_audio (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_AUTO);

  speak (&fixture, 10);
  fixture.now += LV_UPLINK_STALE_MS * MS - 4 * LV_CHUNK_MS * MS;
  open_link (&fixture);
  expect_audio (&fixture, 6, 10);
  expect_nothing (&fixture);
  g_assert_cmpuint (lv_uplink_get_dropped (fixture.uplink), ==, 5);
  lv_uplink_free (fixture.uplink);
}

/* An activity of which nothing is left goes with it, and what comes after it stays. */
static void
test_stale_talk (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_MANUAL);

  for (guint i = 0; i < 3; i++)
    {
      lv_uplink_start_talking (fixture.uplink, fixture.now);
      speak (&fixture, 1);
      lv_uplink_stop_talking (fixture.uplink, fixture.now);
    }
  fixture.now += LV_UPLINK_STALE_MS * MS - LV_CHUNK_MS * MS;
  open_link (&fixture);
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_START);
  expect_audio (&fixture, 2, 2);
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_END);
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_START);
  expect_audio (&fixture, 3, 3);
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_END);
  expect_nothing (&fixture);
  lv_uplink_free (fixture.uplink);
}

static void
expect_run (Fixture *fixture, guint n_chunks, gint16 value)
{
  for (guint i = 0; i < n_chunks; i++)
    expect_audio (fixture, value, value);
}

/* While it takes long to connect. */
static void
test_words_outlast_silence (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_AUTO);

  hear (&fixture, 100, 20);
  hear (&fixture, 30, 3000);
  hear (&fixture, 15, 21); /* a pause between words is no silence */
  hear (&fixture, 20, 3001);
  hear (&fixture, 200, 22);
  g_assert_cmpuint (lv_uplink_get_length (fixture.uplink), ==, LV_UPLINK_MAX_CHUNKS);
  g_assert_cmpuint (lv_uplink_get_lost (fixture.uplink), ==, 0);
  open_link (&fixture);
  expect_run (&fixture, LV_UPLINK_MARGIN_MS / LV_CHUNK_MS, 20);
  expect_run (&fixture, 30, 3000);
  expect_run (&fixture, 15, 21);
  expect_run (&fixture, 20, 3001);
  expect_run (&fixture, LV_UPLINK_MAX_CHUNKS - 75, 22);
  expect_nothing (&fixture);
  lv_uplink_free (fixture.uplink);
}

static void
pop (Fixture *fixture, guint n_chunks)
{
  LvUplinkItem item;

  for (guint i = 0; i < n_chunks; i++)
    g_assert_true (lv_uplink_pop (fixture->uplink, &item));
}

/* The connection broke in the middle of a sentence: all of it is sent again, before what came meanwhile. */
static void
test_recall (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_AUTO);
  gint64 since_us;

  open_link (&fixture);
  hear (&fixture, 30, 20);
  since_us = fixture.now + 1;
  hear (&fixture, 40, 3000);
  pop (&fixture, 70);
  expect_nothing (&fixture);
  g_assert_cmpuint (lv_uplink_recall (fixture.uplink, since_us, fixture.now), ==, 40);
  close_link (&fixture);
  hear (&fixture, 10, 3001);
  open_link (&fixture);
  expect_run (&fixture, 40, 3000);
  expect_run (&fixture, 10, 3001);
  expect_nothing (&fixture);
  g_assert_cmpuint (lv_uplink_recall (fixture.uplink, fixture.now + 1, fixture.now), ==, 0);
  lv_uplink_free (fixture.uplink);
}

/* What the server has reacted to is not said twice; nor what is too long ago. */
static void
test_recall_is_bounded (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_AUTO);

  open_link (&fixture);
  hear (&fixture, 20, 3000);
  pop (&fixture, 20);
  lv_uplink_confirm (fixture.uplink);
  g_assert_cmpuint (lv_uplink_recall (fixture.uplink, 0, fixture.now), ==, 0);
  for (guint i = 0; i < 2 * LV_UPLINK_REPLAY_CHUNKS; i++)
    {
      hear (&fixture, 1, 3001);
      pop (&fixture, 1);
    }
  g_assert_cmpuint (lv_uplink_recall (fixture.uplink, 0, fixture.now), ==, LV_UPLINK_REPLAY_CHUNKS);
  close_link (&fixture);
  hear (&fixture, LV_UPLINK_MAX_CHUNKS, 3002);
  g_assert_cmpuint (lv_uplink_get_lost (fixture.uplink), ==, 0);
  g_assert_cmpuint (lv_uplink_get_length (fixture.uplink), ==,
                    LV_UPLINK_REPLAY_CHUNKS + LV_UPLINK_MAX_CHUNKS);
  hear (&fixture, 1, 3003);
  g_assert_cmpuint (lv_uplink_get_length (fixture.uplink), ==,
                    LV_UPLINK_REPLAY_CHUNKS + LV_UPLINK_MAX_CHUNKS);
  lv_uplink_free (fixture.uplink);
}

/* With marks they come again as well, whether the key is still held or not. */
static void
test_recall_with_marks (void)
{
  for (guint held = 0; held < 2; held++)
    {
      Fixture fixture = fixture_new (LV_TURN_DETECTION_MANUAL);

      open_link (&fixture);
      lv_uplink_start_talking (fixture.uplink, fixture.now);
      hear (&fixture, 5, 3000);
      expect_mark (&fixture, LV_UPLINK_ACTIVITY_START);
      pop (&fixture, 5);
      if (!held)
        {
          lv_uplink_stop_talking (fixture.uplink, fixture.now);
          expect_mark (&fixture, LV_UPLINK_ACTIVITY_END);
        }
      g_assert_cmpuint (lv_uplink_recall (fixture.uplink, 0, fixture.now), ==, 5);
      close_link (&fixture);
      open_link (&fixture);
      expect_mark (&fixture, LV_UPLINK_ACTIVITY_START);
      expect_run (&fixture, 5, 3000);
      if (!held)
        expect_mark (&fixture, LV_UPLINK_ACTIVITY_END);
      expect_nothing (&fixture);
      lv_uplink_free (fixture.uplink);
    }
}

/* More words than there is room for: the last of them. In a loud room, too. */
static void
test_more_words_than_room (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_AUTO);

  hear (&fixture, 50, 500);
  hear (&fixture, 100, 3000);
  hear (&fixture, 50, 501);
  hear (&fixture, 100, 3001);
  g_assert_cmpuint (lv_uplink_get_lost (fixture.uplink), ==, 70 + 10); /* with their margin */
  open_link (&fixture);
  expect_run (&fixture, 30, 3000);
  expect_run (&fixture, 20, 501);
  expect_run (&fixture, 100, 3001);
  lv_uplink_free (fixture.uplink);
}

/* The beginning of a word may be next. */
static void
test_newest_is_kept (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_AUTO);

  hear (&fixture, LV_UPLINK_MAX_CHUNKS - 10, 3000);
  hear (&fixture, 10, 20);
  hear (&fixture, 10, 3001);
  open_link (&fixture);
  expect_run (&fixture, LV_UPLINK_MAX_CHUNKS - 20, 3000);
  expect_run (&fixture, 10, 20);
  expect_run (&fixture, 10, 3001);
  lv_uplink_free (fixture.uplink);
}

static void
test_mute_ends_the_stream (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_AUTO);

  open_link (&fixture);
  lv_uplink_pause (fixture.uplink, fixture.now);
  expect_nothing (&fixture); /* it never began */
  speak (&fixture, 2);
  expect_audio (&fixture, 1, 2);
  lv_uplink_pause (fixture.uplink, fixture.now);
  lv_uplink_pause (fixture.uplink, fixture.now);
  expect_mark (&fixture, LV_UPLINK_STREAM_END);
  expect_nothing (&fixture);
  speak (&fixture, 1);
  expect_audio (&fixture, 3, 3);
  lv_uplink_pause (fixture.uplink, fixture.now);
  expect_mark (&fixture, LV_UPLINK_STREAM_END);
  lv_uplink_free (fixture.uplink);
}

/* Audio first, then the end; also when the peer is slow. */
static void
test_mute_with_a_queue (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_AUTO);

  open_link (&fixture);
  speak (&fixture, 3);
  lv_uplink_pause (fixture.uplink, fixture.now);
  speak (&fixture, 1);
  expect_audio (&fixture, 1, 3);
  expect_mark (&fixture, LV_UPLINK_STREAM_END);
  expect_audio (&fixture, 4, 4);
  lv_uplink_free (fixture.uplink);
}

static void
test_gap (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_AUTO);

  open_link (&fixture);
  speak (&fixture, 1);
  expect_audio (&fixture, 1, 1);
  fixture.now += LV_UPLINK_GAP_MS * MS;
  lv_uplink_tick (fixture.uplink, fixture.now);
  expect_nothing (&fixture);
  lv_uplink_tick (fixture.uplink, fixture.now + 1);
  lv_uplink_tick (fixture.uplink, fixture.now + 2);
  expect_mark (&fixture, LV_UPLINK_STREAM_END);
  expect_nothing (&fixture);
  lv_uplink_free (fixture.uplink);
}

/* A new connection knows nothing of the stream of the old one. */
static void
test_end_of_an_old_stream (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_AUTO);

  open_link (&fixture);
  speak (&fixture, 1);
  expect_audio (&fixture, 1, 1);
  close_link (&fixture);
  lv_uplink_pause (fixture.uplink, fixture.now);
  open_link (&fixture);
  expect_nothing (&fixture);
  lv_uplink_free (fixture.uplink);
}

static void
test_dropped_ends_melt (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_AUTO);

  for (guint i = 0; i < 1000; i++)
    {
      speak (&fixture, 1);
      lv_uplink_pause (fixture.uplink, fixture.now);
    }
  g_assert_cmpuint (lv_uplink_get_length (fixture.uplink), <=, 2 * LV_UPLINK_MAX_CHUNKS + 1);
  lv_uplink_free (fixture.uplink);
}

static void
test_talk (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_MANUAL);
  gint16 first = 100 - LV_UPLINK_PREROLL_CHUNKS + 1;

  open_link (&fixture);
  speak (&fixture, 100);
  expect_nothing (&fixture);
  g_assert_false (lv_uplink_is_talking (fixture.uplink));
  lv_uplink_start_talking (fixture.uplink, fixture.now);
  lv_uplink_start_talking (fixture.uplink, fixture.now);
  g_assert_true (lv_uplink_is_talking (fixture.uplink));
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_START);
  expect_audio (&fixture, first, 100);
  speak (&fixture, 5);
  lv_uplink_stop_talking (fixture.uplink, fixture.now);
  lv_uplink_stop_talking (fixture.uplink, fixture.now);
  speak (&fixture, 5);
  expect_audio (&fixture, 101, 105);
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_END);
  expect_nothing (&fixture);
  g_assert_cmpuint (lv_uplink_get_dropped (fixture.uplink), ==, 0);
  lv_uplink_free (fixture.uplink);
}

static void
test_no_end_of_stream_in_manual_mode (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_MANUAL);

  open_link (&fixture);
  lv_uplink_start_talking (fixture.uplink, fixture.now);
  speak (&fixture, 1);
  lv_uplink_pause (fixture.uplink, fixture.now);
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_START);
  expect_audio (&fixture, 1, 1);
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_END);
  fixture.now += 10 * G_USEC_PER_SEC;
  lv_uplink_tick (fixture.uplink, fixture.now);
  expect_nothing (&fixture);
  lv_uplink_free (fixture.uplink);
}

/* What was said before the key was pressed, muted in between, is not sent. */
static void
test_mute_forgets_the_preroll (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_MANUAL);

  open_link (&fixture);
  speak (&fixture, 10);
  lv_uplink_pause (fixture.uplink, fixture.now);
  lv_uplink_start_talking (fixture.uplink, fixture.now);
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_START);
  expect_nothing (&fixture);
  lv_uplink_free (fixture.uplink);
}

static void
test_talk_over_a_reconnect (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_MANUAL);

  open_link (&fixture);
  lv_uplink_start_talking (fixture.uplink, fixture.now);
  speak (&fixture, 2);
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_START);
  expect_audio (&fixture, 1, 2);
  close_link (&fixture);
  speak (&fixture, 2);
  lv_uplink_stop_talking (fixture.uplink, fixture.now);
  expect_nothing (&fixture);
  open_link (&fixture);
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_START);
  expect_audio (&fixture, 3, 4);
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_END);
  expect_nothing (&fixture);
  lv_uplink_free (fixture.uplink);
}

/* A start that never left is not doubled. */
static void
test_talk_begun_offline (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_MANUAL);

  lv_uplink_start_talking (fixture.uplink, fixture.now);
  open_link (&fixture);
  close_link (&fixture);
  speak (&fixture, 1);
  open_link (&fixture);
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_START);
  expect_audio (&fixture, 1, 1);
  expect_nothing (&fixture);
  lv_uplink_free (fixture.uplink);
}

static void
test_empty_talk (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_MANUAL);

  lv_uplink_start_talking (fixture.uplink, fixture.now);
  lv_uplink_stop_talking (fixture.uplink, fixture.now);
  g_assert_cmpuint (lv_uplink_get_length (fixture.uplink), ==, 0);
  lv_uplink_free (fixture.uplink);
}

static void
test_dropped_talk_melts (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_MANUAL);

  for (guint i = 0; i < 100; i++)
    {
      lv_uplink_start_talking (fixture.uplink, fixture.now);
      speak (&fixture, 10);
      lv_uplink_stop_talking (fixture.uplink, fixture.now);
    }
  g_assert_cmpuint (lv_uplink_get_length (fixture.uplink), ==,
                    LV_UPLINK_MAX_CHUNKS + 2 * LV_UPLINK_MAX_CHUNKS / 10);
  open_link (&fixture);
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_START);
  lv_uplink_free (fixture.uplink);
}

/* Speech that is heard here is marked as push to talk is. */
static void
test_local (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_LOCAL);

  open_link (&fixture);
  speak (&fixture, LV_UPLINK_PREROLL_CHUNKS + 5);
  expect_nothing (&fixture);
  lv_uplink_start_talking (fixture.uplink, fixture.now);
  speak (&fixture, 1);
  lv_uplink_stop_talking (fixture.uplink, fixture.now);
  speak (&fixture, 1);
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_START);
  expect_audio (&fixture, 6, LV_UPLINK_PREROLL_CHUNKS + 6);
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_END);
  lv_uplink_pause (fixture.uplink, fixture.now);
  expect_nothing (&fixture);
  lv_uplink_free (fixture.uplink);
}

static void
test_poke (void)
{
  Fixture fixture = fixture_new (LV_TURN_DETECTION_MANUAL);

  open_link (&fixture);
  lv_uplink_poke (fixture.uplink, fixture.now);
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_START);
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_END);
  lv_uplink_start_talking (fixture.uplink, fixture.now);
  lv_uplink_poke (fixture.uplink, fixture.now);
  expect_mark (&fixture, LV_UPLINK_ACTIVITY_START);
  expect_nothing (&fixture);
  lv_uplink_free (fixture.uplink);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/uplink/flow", test_flow);
  g_test_add_func ("/uplink/preroll-while-connecting", test_preroll_while_connecting);
  g_test_add_func ("/uplink/bound", test_bound);
  g_test_add_func ("/uplink/slow-peer", test_slow_peer);
  g_test_add_func ("/uplink/stale-audio", test_stale_audio);
  g_test_add_func ("/uplink/stale-talk", test_stale_talk);
  g_test_add_func ("/uplink/words-outlast-silence", test_words_outlast_silence);
  g_test_add_func ("/uplink/more-words-than-room", test_more_words_than_room);
  g_test_add_func ("/uplink/recall", test_recall);
  g_test_add_func ("/uplink/recall-is-bounded", test_recall_is_bounded);
  g_test_add_func ("/uplink/recall-with-marks", test_recall_with_marks);
  g_test_add_func ("/uplink/newest-is-kept", test_newest_is_kept);
  g_test_add_func ("/uplink/mute-ends-the-stream", test_mute_ends_the_stream);
  g_test_add_func ("/uplink/mute-with-a-queue", test_mute_with_a_queue);
  g_test_add_func ("/uplink/gap", test_gap);
  g_test_add_func ("/uplink/end-of-an-old-stream", test_end_of_an_old_stream);
  g_test_add_func ("/uplink/dropped-ends-melt", test_dropped_ends_melt);
  g_test_add_func ("/uplink/talk", test_talk);
  g_test_add_func ("/uplink/no-end-of-stream-in-manual-mode", test_no_end_of_stream_in_manual_mode);
  g_test_add_func ("/uplink/mute-forgets-the-preroll", test_mute_forgets_the_preroll);
  g_test_add_func ("/uplink/talk-over-a-reconnect", test_talk_over_a_reconnect);
  g_test_add_func ("/uplink/talk-begun-offline", test_talk_begun_offline);
  g_test_add_func ("/uplink/empty-talk", test_empty_talk);
  g_test_add_func ("/uplink/dropped-talk-melts", test_dropped_talk_melts);
  g_test_add_func ("/uplink/local", test_local);
  g_test_add_func ("/uplink/poke", test_poke);
  return g_test_run ();
}
