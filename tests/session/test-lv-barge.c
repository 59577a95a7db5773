/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When the model's voice stands still: for a recorded person at once, for the noises of a room seldom and ever more
 * seldom.
 */
#include "session/lv-barge.h"

#include "base/lv-pcm.h"
#include "lib/lv-test-pcm.h"

#include <math.h>

#define SAMPLES_PER_MS (LV_RATE_IN / 1000)
#define LEAD_MS 2000
#define ROOM_DB (-60.0) /* no room is silent */
#define NOISE_MS 60000

typedef struct {
  LvVad *ears;
  LvBarge *barge;
  guint held_hops; /* 0: not held */
  guint heard_hops;
  guint holds;
  guint first_ms;
} Fixture;

static void
fixture_clear (Fixture *fixture)
{
  lv_vad_free (fixture->ears);
  lv_barge_free (fixture->barge);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, fixture_clear)

static Fixture
fixture_init (void)
{
  return (Fixture){ .ears = lv_vad_new (), .barge = lv_barge_new () };
}

static LvBargeOrder
hear_hop (Fixture *fixture, const gint16 *hop, const LvBargeScene *scene)
{
  LvBargeOrder order;

  lv_vad_feed (fixture->ears, hop);
  fixture->heard_hops++;
  order = lv_barge_judge (fixture->barge, fixture->ears, scene);
  if (order == LV_BARGE_HOLD && fixture->holds++ == 0)
    fixture->first_ms = fixture->heard_hops * LV_VAD_HOP_MS;
  return order;
}

/* The server never says anything: each hold is a ghost, that of a long sound ends by time. */
static void
hear (Fixture *fixture, GArray *pcm, const LvBargeScene *scene)
{
  for (guint at = 0; at + LV_VAD_HOP <= pcm->len; at += LV_VAD_HOP)
    {
      LvBargeOrder order = hear_hop (fixture, &g_array_index (pcm, gint16, at), scene);

      fixture->held_hops = lv_barge_is_held (fixture->barge) ? fixture->held_hops + 1 : 0;
      if (order == LV_BARGE_NOTHING && fixture->held_hops > LV_BARGE_HOLD_MS / LV_VAD_HOP_MS)
        g_assert_cmpint (lv_barge_expire (fixture->barge), ==, LV_BARGE_RELEASE);
    }
}

static const LvBargeScene headset = { .may_hold = TRUE, .own_db = LV_BARGE_UNHEARD_DB };

static GArray *
make_room (guint ms, double room_db)
{
  GArray *pcm = lv_test_pcm_new ();

  lv_test_pcm_add_silence (pcm, ms);
  lv_test_pcm_mix_noise (pcm, LV_NOISE_WHITE, room_db, 0);
  return pcm;
}

/* ---- a person ---- */

static const char *const people[] = { "about",      "add",        "ask-date",  "ask-time", "help",
                                      "light-on",   "open",       "set-timer", "stop",     "thanks",
                                      "vocabulary", "set-volume", "tell-story" };

static GArray *
make_person (const char *name, double gain_db, guint *ret_onset_ms)
{
  GArray *pcm = lv_test_pcm_new ();
  double loud;

  lv_test_pcm_add_silence (pcm, LEAD_MS);
  lv_test_pcm_add_speech (pcm, name, gain_db);
  loud = 0.03 * lv_pcm_peak ((gint16 *) pcm->data, pcm->len);
  *ret_onset_ms = 0;
  while (lv_pcm_rms (&g_array_index (pcm, gint16, *ret_onset_ms * SAMPLES_PER_MS), 80) < loud)
    ++*ret_onset_ms;
  lv_test_pcm_mix_noise (pcm, LV_NOISE_WHITE, ROOM_DB, 0);
  return pcm;
}

static int
compare_ints (const void *a, const void *b)
{
  return *(const int *) a - *(const int *) b;
}

/* Returns the median of how long it took; each person has to be noticed. @steps: ghosts before. */
static int
measure_people (double gain_db, guint steps)
{
  int delays[G_N_ELEMENTS (people)];

  for (guint i = 0; i < G_N_ELEMENTS (people); i++)
    {
      g_auto (Fixture) fixture = fixture_init ();
      guint onset_ms;
      g_autoptr (GArray) pcm = make_person (people[i], gain_db, &onset_ms);

      for (guint step = 0; step < steps; step++)
        {
          guint ignored;
          g_autoptr (GArray) loud = make_person ("ask-time", 0, &ignored);

          hear (&fixture, loud, &headset);
        }
      fixture.holds = fixture.heard_hops = 0;
      hear (&fixture, pcm, &headset);
      g_assert_cmpuint (fixture.holds, >, 0);
      delays[i] = (int) fixture.first_ms - (int) onset_ms;
    }
  qsort (delays, G_N_ELEMENTS (delays), sizeof *delays, compare_ints);
  g_test_message ("%+.0f dB, %u ghosts before: %d to %d ms, median %d ms", gain_db, steps,
                  delays[0], delays[G_N_ELEMENTS (delays) - 1], delays[G_N_ELEMENTS (delays) / 2]);
  return delays[G_N_ELEMENTS (delays) / 2];
}

static void
test_people (void)
{
  g_assert_cmpint (measure_people (0, 0), <=, 25);
  g_assert_cmpint (measure_people (-12, 0), <=, 40);
  g_assert_cmpint (measure_people (0, 2), <=, 80);
  g_assert_cmpint (measure_people (0, LV_BARGE_MAX_STEPS), <=, 200);
}

/* ---- a room ---- */

static const struct {
  const char *name;
  LvNoise noise;
  double db;
  guint from_ms;
  guint holds; /* a minute of it may have */
} noises[] = {
  { "white", LV_NOISE_WHITE, -30, 0, 1 },         { "fan", LV_NOISE_PINK, -35, 0, 1 },
  { "fan-sets-in", LV_NOISE_PINK, -30, 5000, 1 }, { "hum", LV_NOISE_HUM, -30, 0, 0 },
  { "clicks", LV_NOISE_CLICKS, -12, 0, 0 },       { "knocks", LV_NOISE_KNOCKS, -14, 0, 2 },
  { "breath", LV_NOISE_BREATH, -32, 0, 2 },
};

static void
test_noise (gconstpointer data)
{
  guint n = GPOINTER_TO_UINT (data);
  g_auto (Fixture) fixture = fixture_init ();
  g_autoptr (GArray) quiet = make_room (LEAD_MS, ROOM_DB);
  g_autoptr (GArray) pcm = make_room (NOISE_MS, ROOM_DB);

  lv_test_pcm_mix_noise (pcm, noises[n].noise, noises[n].db, noises[n].from_ms);
  hear (&fixture, quiet, &headset);
  hear (&fixture, pcm, &headset);
  g_test_message ("%s: %u holds in a minute, reluctance %u", noises[n].name, fixture.holds,
                  lv_barge_get_steps (fixture.barge));
  g_assert_cmpuint (fixture.holds, <=, noises[n].holds);
}

/* Somebody types for a minute, on a keyboard that is meant to be heard. */
static void
test_keys (void)
{
  g_auto (Fixture) fixture = fixture_init ();
  g_autoptr (GArray) pcm = lv_test_pcm_new ();

  lv_test_pcm_add_silence (pcm, LEAD_MS);
  while (lv_test_pcm_get_ms (pcm) < NOISE_MS)
    lv_test_pcm_add_speech (pcm, "keys", -6);
  lv_test_pcm_mix_noise (pcm, LV_NOISE_WHITE, ROOM_DB, 0);
  hear (&fixture, pcm, &headset);
  g_test_message ("keys: %u holds in a minute", fixture.holds);
  g_assert_cmpuint (fixture.holds, <=, 5);
}

/* Notes with three harmonics, struck twice a second. */
static void
test_music (void)
{
  g_auto (Fixture) fixture = fixture_init ();
  g_autoptr (GArray) pcm = make_room (NOISE_MS, ROOM_DB);

  for (guint i = LEAD_MS * SAMPLES_PER_MS; i < pcm->len; i++)
    {
      double s = (double) i / LV_RATE_IN, phase = fmod (s * 2, 1);
      double hz = 220 * pow (2, (((guint) (s * 2) * 5) % 12) / 12.0);
      double note =
          sin (2 * G_PI * hz * s) + 0.5 * sin (4 * G_PI * hz * s) + 0.3 * sin (6 * G_PI * hz * s);

      g_array_index (pcm, gint16, i) += (gint16) (5000 * exp (-3 * phase) * note);
    }
  hear (&fixture, pcm, &headset);
  g_test_message ("music: %u holds in a minute", fixture.holds);
  g_assert_cmpuint (fixture.holds, <=, 5);
}

/* ---- what becomes of a hold ---- */

/* Somebody has begun to speak. */
static void
begin (Fixture *fixture)
{
  guint onset_ms;
  g_autoptr (GArray) pcm = make_person ("ask-time", 0, &onset_ms);

  for (guint at = 0; !lv_barge_is_held (fixture->barge); at += LV_VAD_HOP)
    hear_hop (fixture, &g_array_index (pcm, gint16, at), &headset);
}

/* Returns what came of so much of a quiet room. */
static guint
count_releases (Fixture *fixture, guint ms)
{
  g_autoptr (GArray) pcm = make_room (ms, ROOM_DB);
  guint n = 0;

  for (guint at = 0; at + LV_VAD_HOP <= pcm->len; at += LV_VAD_HOP)
    n += hear_hop (fixture, &g_array_index (pcm, gint16, at), &headset) == LV_BARGE_RELEASE;
  return n;
}

static void
test_quiet (void)
{
  g_auto (Fixture) fixture = fixture_init ();

  begin (&fixture);
  g_assert_cmpuint (count_releases (&fixture, LV_BARGE_QUIET_MS - 20), ==, 0);
  g_assert_cmpuint (count_releases (&fixture, 60), ==, 1);
  g_assert_false (lv_barge_is_held (fixture.barge));
  g_assert_cmpuint (lv_barge_get_ghosts (fixture.barge), ==, 1);
  g_assert_cmpint (lv_barge_expire (fixture.barge), ==, LV_BARGE_NOTHING);
}

static void
test_expire (void)
{
  g_auto (Fixture) fixture = fixture_init ();
  g_autoptr (GArray) pcm = lv_test_pcm_new ();

  begin (&fixture);
  g_assert_cmpint (lv_barge_expire (fixture.barge), ==, LV_BARGE_RELEASE);
  g_assert_cmpint (lv_barge_expire (fixture.barge), ==, LV_BARGE_NOTHING);
  lv_test_pcm_add_speech (pcm, "ask-time", 0);
  g_array_remove_range (pcm, 0, 300 * SAMPLES_PER_MS); /* it is known that they speak */
  g_array_set_size (pcm, 500 * SAMPLES_PER_MS);
  hear (&fixture, pcm, &headset);
  g_assert_cmpuint (fixture.holds, ==, 1);
}

static void
test_reluctance (void)
{
  g_auto (Fixture) fixture = fixture_init ();

  for (guint i = 1; i <= LV_BARGE_MAX_STEPS + 2; i++)
    {
      begin (&fixture);
      count_releases (&fixture, 500);
      g_assert_cmpuint (lv_barge_get_ghosts (fixture.barge), ==, i);
      g_assert_cmpuint (lv_barge_get_steps (fixture.barge), ==, MIN (i, LV_BARGE_MAX_STEPS));
    }
  count_releases (&fixture, LV_BARGE_FORGIVE_MS);
  g_assert_cmpuint (lv_barge_get_steps (fixture.barge), ==, LV_BARGE_MAX_STEPS - 1);
  lv_barge_confirm (fixture.barge);
  g_assert_cmpuint (lv_barge_get_steps (fixture.barge), ==, 0);
}

static void
test_confirm (void)
{
  g_auto (Fixture) fixture = fixture_init ();

  begin (&fixture);
  lv_barge_confirm (fixture.barge);
  g_assert_false (lv_barge_is_held (fixture.barge));
  g_assert_cmpuint (count_releases (&fixture, 500), ==, 0);
  g_assert_cmpuint (lv_barge_get_holds (fixture.barge), ==, 1);
  g_assert_cmpuint (lv_barge_get_ghosts (fixture.barge), ==, 0);
}

/* Nothing is held that does not play; what sounded before is no news. */
static void
test_no_voice (void)
{
  static const LvBargeScene silent = { .own_db = LV_BARGE_UNHEARD_DB };
  g_auto (Fixture) fixture = fixture_init ();
  guint onset_ms;
  g_autoptr (GArray) pcm = make_person ("ask-time", 0, &onset_ms);

  hear (&fixture, pcm, &silent);
  g_assert_cmpuint (fixture.holds, ==, 0);
  g_array_remove_range (pcm, 0, (onset_ms + 100) * SAMPLES_PER_MS);
  g_array_set_size (pcm, 10 * LV_VAD_HOP);
  hear (&fixture, pcm, &silent);
  hear (&fixture, pcm, &headset);
  g_assert_cmpuint (fixture.holds, ==, 0);
}

/* The voice goes away while held, by a setting or a device. */
static void
test_voice_gone (void)
{
  static const LvBargeScene silent = { .own_db = LV_BARGE_UNHEARD_DB };
  static const gint16 hop[LV_VAD_HOP] = { 100, -100 };
  g_auto (Fixture) fixture = fixture_init ();

  begin (&fixture);
  g_assert_cmpint (hear_hop (&fixture, hop, &silent), ==, LV_BARGE_RELEASE);
}

/* What is left of the model's own voice is as loud as it was measured, and not more. */
static void
test_own_voice (void)
{
  LvBargeScene room = { .may_hold = TRUE, .own_db = -22.0 };
  g_auto (Fixture) own = fixture_init ();
  g_auto (Fixture) other = fixture_init ();
  guint onset_ms;
  g_autoptr (GArray) rest = make_person ("open", -12, &onset_ms);
  g_autoptr (GArray) person = make_person ("open", 0, &onset_ms);

  hear (&own, rest, &room);
  g_assert_cmpuint (own.holds, ==, 0);
  room.own_db = -45.0;
  hear (&other, person, &room);
  g_assert_cmpuint (other.holds, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/barge/people", test_people);
  for (guint i = 0; i < G_N_ELEMENTS (noises); i++)
    {
      g_autofree char *path = g_strdup_printf ("/barge/noise/%s", noises[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_noise);
    }
  g_test_add_func ("/barge/noise/keys", test_keys);
  g_test_add_func ("/barge/noise/music", test_music);
  g_test_add_func ("/barge/quiet", test_quiet);
  g_test_add_func ("/barge/expire", test_expire);
  g_test_add_func ("/barge/reluctance", test_reluctance);
  g_test_add_func ("/barge/confirm", test_confirm);
  g_test_add_func ("/barge/no-voice", test_no_voice);
  g_test_add_func ("/barge/voice-gone", test_voice_gone);
  g_test_add_func ("/barge/own-voice", test_own_voice);
  return g_test_run ();
}
