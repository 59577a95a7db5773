/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether the canceller that PipeWire's module uses keeps the model from interrupting itself, and people from not
 * being heard: ten minutes of speech in a simulated room, as fast as it can be computed, judged by the detector that
 * the engine and the session use.
 */
#include "audio/lv-pw-canceller.h"
#include "base/lv-endpointer.h"
#include "base/lv-pcm.h"
#include "base/lv-resampler.h"
#include "lib/lv-test-wav.h"
#include "session/lv-echo-meter.h"

#include <glib/gstdio.h>
#include <math.h>
#include <spa/interfaces/audio/aec.h>
#include <spa/utils/names.h>
#include <string.h>

#define RATE 48000
#define BLOCK 1440 /* LV_PW_CANCELLER_BLOCK */
#define BLOCK_MS 30
#define MODEL_DB (-20.0)  /* of the voice in the speaker */
#define PERSON_DB (-24.0) /* of the person in the microphone */
#define NOISE_DB (-66.0)  /* of the room */
#define N_REFLECTIONS 2
#define SILENCE_MS 800 /* ends a turn */
#define LEARNED_WITHIN_S 2
#define MINUTES 10
#define INTERRUPTIONS 20
#define INTERRUPTION_EVERY_S 6
#define HEARD_WITHIN_MS 1300 /* the second that it lasts, and what the detector is behind */

/* Of the speaker in the microphone. */
static const struct {
  guint ms;
  double db;
} reflections[N_REFLECTIONS] = { { 60, -12.0 }, { 97, -20.0 } };

static const char *const sentences = "Once upon a time there was a lighthouse on a rock far out in "
                                     "the sea. The keeper went up the stairs every "
                                     "evening, one hundred and twelve steps, and lit the lamp. In "
                                     "winter, when the storms came, nobody could reach "
                                     "him for weeks, and he read the same books again and again. "
                                     "One day a ship came so near that he could see the "
                                     "faces of the sailors. They waved, and he waved back. Ten "
                                     "years later one of them became the next keeper. He "
                                     "brought a dog, a telescope, and forty pounds of coffee, "
                                     "which turned out to be a mistake, because the water of "
                                     "the rock tasted of salt. Still, he stayed for the rest of "
                                     "his life, and said that he had never been bored.";

typedef struct {
  float *samples;
  guint n;
} Voice;

static void
scale (Voice *voice, double db)
{
  double power = 0.0;
  guint n_loud = 0;
  float gain;

  for (guint i = 0; i < voice->n; i++)
    if (fabsf (voice->samples[i]) > 0.003f)
      {
        power += voice->samples[i] * voice->samples[i];
        n_loud++;
      }
  gain = (float) (pow (10.0, db / 20.0) / sqrt (power / n_loud));
  for (guint i = 0; i < voice->n; i++)
    voice->samples[i] *= gain;
}

/* @pcm: 16 kHz. */
static Voice
make_voice (GBytes *pcm, double db)
{
  g_autoptr (LvResampler) resampler = lv_resampler_new (LV_RATE_IN, RATE);
  GArray *out = g_array_new (FALSE, FALSE, sizeof (float));
  gsize n_bytes;
  const gint16 *samples = g_bytes_get_data (pcm, &n_bytes);
  Voice voice;

  lv_resampler_push (resampler, samples, n_bytes / LV_BYTES_PER_FRAME, 1.0f / 32768.0f, out);
  voice.n = out->len;
  voice.samples = (float *) g_array_free (out, FALSE);
  scale (&voice, db);
  return voice;
}

static Voice
speak_model (const char *speaker)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "lv-canceller-XXXXXX.wav", NULL);
  const char *argv[] = { "flite", "-voice", speaker, "-t", sentences, "-o", path, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) pcm = NULL;
  int fd = g_mkstemp (path), status;

  g_assert_cmpint (fd, >=, 0);
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  pcm = lv_test_read_wav_file (path);
  g_unlink (path);
  return make_voice (pcm, MODEL_DB);
}

/* ---- the room ---- */

typedef struct {
  Voice model;
  Voice persons[3];
  struct spa_handle *handle; /* NULL: nothing is cancelled */
  struct spa_audio_aec *aec;
  guint64 at; /* samples so far */
  guint32 noise;
  gint64 person_from; /* -1: silent */
  guint person;

  LvVad *vad;
  LvEndpointer *endpointer;
  LvEchoMeter meter;
  gboolean learning; /* whether the session waits until the canceller has learned */
  gint16 down[BLOCK / 3];
  guint n_starts;
} Room;

static void
room_load_canceller (Room *room)
{
  const struct spa_dict_item items[] = { { "webrtc.voice_detection", "false" } };
  const struct spa_audio_info_raw info = { .format = SPA_AUDIO_FORMAT_F32P,
                                           .rate = RATE,
                                           .channels = 1,
                                           .position = { SPA_AUDIO_CHANNEL_MONO } };
  void *interface;

  room->handle = pw_load_spa_handle ("aec/libspa-aec-webrtc", SPA_NAME_AEC, NULL, 0, NULL);
  g_assert_nonnull (room->handle);
  g_assert_cmpint (
      spa_handle_get_interface (room->handle, SPA_TYPE_INTERFACE_AUDIO_AEC, &interface), ==, 0);
  room->aec = interface;
  g_assert_cmpint (spa_audio_aec_init (room->aec, &SPA_DICT_INIT_ARRAY (items), &info), >=, 0);
}

static Room *
room_new (const char *speaker, gboolean cancelled, gboolean learning)
{
  static const char *const persons[] = { "stop", "add", "open" };
  const LvEndpointerSettings settings =
      lv_endpointer_make_settings (LV_SENSITIVITY_DEFAULT, LV_SENSITIVITY_DEFAULT, -1, SILENCE_MS);
  Room *room = g_new0 (Room, 1);

  room->model = speak_model (speaker);
  for (guint i = 0; i < G_N_ELEMENTS (persons); i++)
    {
      g_autoptr (GBytes) pcm = lv_test_read_wav (persons[i]);

      room->persons[i] = make_voice (pcm, PERSON_DB);
    }
  if (cancelled)
    room_load_canceller (room);
  room->learning = learning;
  room->noise = 1;
  room->person_from = -1;
  room->vad = lv_vad_new ();
  room->endpointer = lv_endpointer_new (&settings);
  return room;
}

static void
room_free (Room *room)
{
  if (room->handle != NULL)
    pw_unload_spa_handle (room->handle);
  g_free (room->model.samples);
  for (guint i = 0; i < G_N_ELEMENTS (room->persons); i++)
    g_free (room->persons[i].samples);
  lv_vad_free (room->vad);
  lv_endpointer_free (room->endpointer);
  g_free (room);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Room, room_free)

static float
get_model (const Room *room, gint64 index)
{
  return index < 0 ? 0.0f : room->model.samples[index % room->model.n];
}

static float
get_noise (Room *room)
{
  room->noise = room->noise * 1664525u + 1013904223u;
  return (float) (((gint32) room->noise) / 2147483648.0 * pow (10.0, NOISE_DB / 20.0) * 1.7);
}

static float
get_person (const Room *room, gint64 index)
{
  const Voice *person = &room->persons[room->person];
  gint64 i = index - room->person_from;

  return room->person_from >= 0 && i >= 0 && i < MIN (RATE, (gint64) person->n) ? person->samples[i]
                                                                                : 0.0f;
}

static void
mix (Room *room, float *played, float *heard)
{
  for (guint i = 0; i < BLOCK; i++)
    {
      gint64 now = (gint64) room->at + i;

      played[i] = get_model (room, now);
      heard[i] = get_noise (room) + get_person (room, now);
      for (guint j = 0; j < N_REFLECTIONS; j++)
        heard[i] += get_model (room, now - (gint64) reflections[j].ms * RATE / 1000) *
                    (float) pow (10.0, reflections[j].db / 20.0);
    }
}

static double
get_rms (const float *samples)
{
  double power = 0.0;

  for (guint i = 0; i < BLOCK; i++)
    power += samples[i] * samples[i];
  return sqrt (power / BLOCK);
}

/* As the session does: silence until the canceller has learned. */
static void
gate (Room *room, const float *played, float *left)
{
  for (guint i = 0; i < BLOCK_MS / 10; i++)
    lv_echo_meter_feed (&room->meter, get_rms (played), get_rms (left));
  if (room->learning && !lv_echo_meter_has_learned (&room->meter))
    memset (left, 0, BLOCK * sizeof (float));
}

/* Returns TRUE when somebody is heard to begin. */
static gboolean
listen_to (Room *room, const float *left)
{
  gboolean started = FALSE;

  for (guint i = 0; i < BLOCK / 3; i++)
    room->down[i] = (gint16) CLAMP ((left[3 * i] + left[3 * i + 1] + left[3 * i + 2]) / 3 * 32768,
                                    -32768, 32767);
  for (guint i = 0; i < BLOCK / 3; i += LV_VAD_HOP)
    {
      lv_vad_feed (room->vad, room->down + i);
      started |= lv_endpointer_judge (room->endpointer, room->vad) == LV_ENDPOINTER_START;
    }
  room->n_starts += started;
  return started;
}

static gboolean
run_block (Room *room)
{
  float played[BLOCK], heard[BLOCK], left[BLOCK];
  const float *played_channel[] = { played }, *heard_channel[] = { heard };
  float *left_channel[] = { left };

  mix (room, played, heard);
  memcpy (left, heard, sizeof left);
  if (room->aec != NULL)
    spa_audio_aec_run (room->aec, heard_channel, played_channel, left_channel, BLOCK);
  gate (room, played, left);
  room->at += BLOCK;
  return listen_to (room, left);
}

static void
run (Room *room, guint ms)
{
  for (guint i = 0; i < ms / BLOCK_MS; i++)
    if (run_block (room))
      g_test_message ("taken for a person at %.1f s", (double) room->at / RATE);
}

/* ---- */

static double
get_return_loss (const Room *room)
{
  double db = 0.0;

  g_assert_true (lv_echo_meter_get (&room->meter, &db));
  return db;
}

static void
test_no_ghost (gconstpointer speaker)
{
  g_autoptr (Room) room = room_new (speaker, TRUE, TRUE);

  run (room, MINUTES * 60 * 1000 / 2);
  g_test_message ("%u ghosts in %d minutes, echo return loss %.0f dB", room->n_starts, MINUTES / 2,
                  get_return_loss (room));
  g_assert_cmpuint (room->n_starts, ==, 0);
  g_assert_cmpfloat (get_return_loss (room), >, LV_ECHO_METER_LEARNED_DB);
}

/* Without the canceller the same room is full of ghosts. */
static void
test_ghosts (gconstpointer speaker)
{
  g_autoptr (Room) room = room_new (speaker, FALSE, FALSE);

  run (room, 60 * 1000);
  g_test_message ("%u ghosts in a minute, echo return loss %.0f dB", room->n_starts,
                  get_return_loss (room));
  g_assert_cmpuint (room->n_starts, >=, 1); /* one may last for the whole minute */
}

static gboolean
interrupt (Room *room, guint n)
{
  guint n_blocks = HEARD_WITHIN_MS / BLOCK_MS;
  gboolean heard = FALSE;

  run (room, INTERRUPTION_EVERY_S * 1000 - HEARD_WITHIN_MS + 70 * n);
  room->person = n % G_N_ELEMENTS (room->persons);
  room->person_from = (gint64) room->at;
  for (guint i = 0; i < n_blocks; i++)
    heard |= run_block (room);
  g_test_message ("interruption %u is %s", n, heard ? "heard" : "not heard");
  return heard;
}

/* How long nobody can interrupt the first answer. */
static void
test_learning (gconstpointer speaker)
{
  g_autoptr (Room) room = room_new (speaker, TRUE, TRUE);

  while (!lv_echo_meter_has_learned (&room->meter))
    run (room, BLOCK_MS);
  g_test_message ("learned after %.1f s", (double) room->at / RATE);
  g_assert_cmpuint (room->at, <=, LEARNED_WITHIN_S * RATE);
}

/* Nobody falls silent for them here, so that they are heard over the whole voice. */
static void
test_person (gconstpointer speaker)
{
  g_autoptr (Room) room = room_new (speaker, TRUE, TRUE);
  guint n_heard = 0;

  for (guint i = 0; i < INTERRUPTIONS; i++)
    n_heard += interrupt (room, i);
  g_test_message ("%u of %d interruptions heard", n_heard, INTERRUPTIONS);
  g_assert_cmpuint (n_heard, >=, INTERRUPTIONS - 1);
  g_assert_cmpuint (room->n_starts, ==, n_heard); /* and nothing else */
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  pw_init (NULL, NULL);
  g_test_add_data_func ("/canceller/ghosts-without", "slt", test_ghosts);
  g_test_add_data_func ("/canceller/learning-slt", "slt", test_learning);
  g_test_add_data_func ("/canceller/learning-rms", "rms", test_learning);
  g_test_add_data_func ("/canceller/no-ghost-slt", "slt", test_no_ghost);
  g_test_add_data_func ("/canceller/no-ghost-rms", "rms", test_no_ghost);
  g_test_add_data_func ("/canceller/person-slt", "slt", test_person);
  g_test_add_data_func ("/canceller/person-rms", "rms", test_person);
  result = g_test_run ();
  pw_deinit ();
  return result;
}
