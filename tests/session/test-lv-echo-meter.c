/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-echo-meter.h"

#define CHUNKS(ms) ((ms) / LV_CHUNK_MS)

static guint
feed (LvEchoMeter *meter, guint ms, double voice, double heard)
{
  guint n = 0;

  for (guint i = 0; i < CHUNKS (ms); i++)
    n += lv_echo_meter_feed (meter, voice, heard);
  return n;
}

static double
get (const LvEchoMeter *meter)
{
  double db = -1.0;

  g_assert_true (lv_echo_meter_get (meter, &db));
  return db;
}

static void
test_steady (void)
{
  LvEchoMeter meter = { 0 };
  double db;

  g_assert_cmpuint (feed (&meter, 1480, 0.2, 0.02), ==, 2);
  g_assert_false (lv_echo_meter_get (&meter, &db));
  g_assert_cmpuint (feed (&meter, 20, 0.2, 0.02), ==, 1);
  g_assert_cmpfloat_with_epsilon (get (&meter), 20.0, 0.01);
}

/* What a person says at a time does not count, what lasts does. */
static void
test_disturbed (void)
{
  LvEchoMeter meter = { 0 };

  feed (&meter, 4000, 0.2, 0.0002);
  feed (&meter, 1000, 0.2, 0.1);
  g_assert_false (lv_echo_meter_is_disturbed (&meter));
  feed (&meter, 500, 0.2, 0.0002);
  feed (&meter, 1499, 0.2, 0.01);
  g_assert_false (lv_echo_meter_is_disturbed (&meter));
  feed (&meter, 20, 0.2, 0.01);
  g_assert_true (lv_echo_meter_is_disturbed (&meter));
}

/* What never was any good is not disturbed. */
static void
test_never_learned (void)
{
  LvEchoMeter meter = { 0 };

  feed (&meter, 4000, 0.2, 0.01);
  g_assert_false (lv_echo_meter_is_disturbed (&meter));
}

/* Without a voice there is no echo, however loud the room. */
static void
test_pauses (void)
{
  LvEchoMeter meter = { 0 };

  for (guint i = 0; i < 6; i++)
    {
      feed (&meter, 300, 0.2, 0.002);
      g_assert_cmpuint (feed (&meter, 5000, LV_ECHO_METER_AUDIBLE * 0.9, 0.5), ==, 0);
    }
  g_assert_cmpfloat_with_epsilon (get (&meter), 40.0, 0.01);
}

static void
test_somebody_speaks_now_and_then (void)
{
  LvEchoMeter meter = { 0 };

  feed (&meter, 3000, 0.2, 0.002);
  feed (&meter, 1500, 0.2, 0.3);
  g_assert_cmpfloat_with_epsilon (get (&meter), 40.0, 0.01);
}

static void
test_the_past_is_forgotten (void)
{
  LvEchoMeter meter = { 0 };

  feed (&meter, 60000, 0.2, 0.02);
  feed (&meter, 5000, 0.2, 0.0002);
  g_assert_cmpfloat_with_epsilon (get (&meter), 60.0, 0.01);
}

static void
test_nothing_heard (void)
{
  LvEchoMeter meter = { 0 };

  feed (&meter, 2000, 0.2, 0.0);
  g_assert_cmpfloat (get (&meter), ==, LV_ECHO_METER_MAX_DB);
}

static void
test_learning (void)
{
  LvEchoMeter quick = { 0 }, never = { 0 };

  feed (&quick, 500, 0.2, 0.02);
  g_assert_false (lv_echo_meter_has_learned (&quick));
  feed (&quick, 500, 0.2, 0.002);
  g_assert_true (lv_echo_meter_has_learned (&quick));
  feed (&quick, 500, 0.2, 0.2); /* somebody speaks: nothing is unlearned */
  g_assert_true (lv_echo_meter_has_learned (&quick));

  feed (&never, 500 * LV_ECHO_METER_LEARNING - LV_CHUNK_MS, 0.2, 0.02);
  g_assert_false (lv_echo_meter_has_learned (&never));
  feed (&never, LV_CHUNK_MS, 0.2, 0.02);
  g_assert_true (lv_echo_meter_has_learned (&never));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/echo-meter/steady", test_steady);
  g_test_add_func ("/echo-meter/pauses", test_pauses);
  g_test_add_func ("/echo-meter/somebody-speaks-now-and-then", test_somebody_speaks_now_and_then);
  g_test_add_func ("/echo-meter/the-past-is-forgotten", test_the_past_is_forgotten);
  g_test_add_func ("/echo-meter/disturbed", test_disturbed);
  g_test_add_func ("/echo-meter/never-learned", test_never_learned);
  g_test_add_func ("/echo-meter/nothing-heard", test_nothing_heard);
  g_test_add_func ("/echo-meter/learning", test_learning);
  return g_test_run ();
}
