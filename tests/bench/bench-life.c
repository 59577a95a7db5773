/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A long conversation with the real daemon, whose clock runs many times as fast: questions, answers in bursts,
 * interruptions, captions, usage, and a server that closes the connection every few minutes, as the service does. An
 * app brings microphone and speaker, both at that pace. What grows, leaks or gets lost shows after hours.
 * With --test what needs a quiet machine is not judged. Usage: bench-life [--test] LV-BENCH-CLOCK.SO MINUTES SPEED
 */
#include "lv-bench-proc.h"
#include "lv-bench-table.h"
#include "lv-bench-world.h"

#include "base/lv-pcm.h"
#include "lib/lv-test.h"

#include <errno.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <stdlib.h>
#include <unistd.h>

#define TICK_MS 4
#define US_PER_S G_GINT64_CONSTANT (1000000)
#define MODULUS_DOWN 32749
#define MODULUS_UP 149 /* soft: nobody speaks */
#define SETTINGS "audio = fd\necho-cancel = off\n"
#define ROUND_MS 15000
#define ANSWER_MS 8000
#define BURST_MS 40
#define BURST_EVERY_MS 30
#define INTERRUPT_EVERY 7
#define CONNECTION_S 230
#define SETTLED_PER_CENT 12 /* of the time: what is allocated once is by then */
#define MAX_GROWTH_MB 1.0
#define BUS_NAME "org.livevoice.LiveVoice1"
#define SESSION_PATH "/org/livevoice/LiveVoice1/default"

typedef struct {
  LvBenchWorld *world;
  guint speed;
  gint64 start_us;
  gint64 now_us; /* of the conversation */

  int microphone, speaker; /* sockets */
  guint64 n_spoken;        /* samples */
  guint spoken, arrived, said, heard;
  guint64 n_arrived, n_lost_up, n_jumps_down;

  gint64 answer_us, burst_us, close_us;
  guint answer_ms;
  guint n_answers, n_interrupted, n_closed;
} Life;

static guint
count_on (guint sample, guint modulus)
{
  return (sample + 1) % modulus;
}

static void
send (Life *life, const char *json)
{
  lv_bench_world_send (life->world, LV_BENCH_DAEMON, json);
}

/* ---- the app's microphone and speaker ---- */

static void
speak (Life *life)
{
  gint16 chunk[LV_CHUNK_FRAMES];

  while (life->n_spoken * US_PER_S / LV_RATE_IN <= (guint64) life->now_us)
    {
      guint spoken = life->spoken;

      for (guint i = 0; i < LV_CHUNK_FRAMES; i++)
        chunk[i] = GINT16_TO_LE ((gint16) (spoken = count_on (spoken, MODULUS_UP)));
      if (write (life->microphone, chunk, sizeof chunk) != sizeof chunk)
        return; /* the rest when there is room */
      life->spoken = spoken;
      life->n_spoken += LV_CHUNK_FRAMES;
    }
}

/* At once: the socket holds little. */
static gboolean
on_voice (int fd, GIOCondition condition, gpointer data)
{
  Life *life = data;
  gint16 samples[4096];
  gssize n;

  while ((n = read (life->speaker, samples, sizeof samples)) > 0)
    for (gssize i = 0; i < n / (gssize) sizeof (gint16); i++)
      {
        guint sample = (guint16) GINT16_FROM_LE (samples[i]);

        life->n_jumps_down += sample != count_on (life->heard, MODULUS_DOWN);
        life->heard = sample;
      }
  return G_SOURCE_CONTINUE;
}

/* ---- the server ---- */

static void
check_arrived (Life *life)
{
  LvBenchPeer *peer = lv_bench_world_get_peer (life->world, LV_BENCH_DAEMON);

  for (guint i = 0; i < peer->samples->len; i++)
    {
      guint sample = (guint16) g_array_index (peer->samples, gint16, i);

      life->n_lost_up += (sample + MODULUS_UP - count_on (life->arrived, MODULUS_UP)) % MODULUS_UP;
      life->arrived = sample;
    }
  life->n_arrived += peer->samples->len;
  lv_bench_world_forget (life->world);
}

static void
say (Life *life)
{
  gint16 voice[LV_RATE_OUT * BURST_MS / 1000];

  for (guint i = 0; i < G_N_ELEMENTS (voice); i++)
    voice[i] = (gint16) (life->said = count_on (life->said, MODULUS_DOWN));
  lv_bench_world_speak (life->world, LV_BENCH_DAEMON, voice, G_N_ELEMENTS (voice));
  life->answer_ms += BURST_MS;
  if (life->answer_ms % 1000 == 0)
    send (life, "{\"serverContent\":{\"outputTranscription\":{\"text\":\" and so it goes on\"}}}");
}

static void
begin_answer (Life *life)
{
  g_autofree char *handle = g_strdup_printf (
      "{\"sessionResumptionUpdate\":{\"newHandle\":\"handle-%u\",\"resumable\":true}}",
      life->n_answers++);

  send (life, handle);
  send (life, "{\"serverContent\":{\"inputTranscription\":{\"text\":\"what happened then\"}}}");
  life->answer_us += ROUND_MS * 1000;
  life->burst_us = life->now_us;
  life->answer_ms = 0;
}

static void
end_answer (Life *life)
{
  send (life, "{\"serverContent\":{\"generationComplete\":true}}");
  send (life,
        "{\"serverContent\":{\"turnComplete\":true},\"usageMetadata\":{\"promptTokenCount\":90,"
        "\"responseTokenCount\":200,\"totalTokenCount\":290}}");
}

static void
interrupt (Life *life)
{
  send (life, "{\"serverContent\":{\"interrupted\":true}}");
  send (life, "{\"serverContent\":{\"turnComplete\":true}}");
  life->answer_ms = ANSWER_MS;
  life->n_interrupted++;
}

static void
run_model (Life *life)
{
  if (life->now_us >= life->answer_us)
    begin_answer (life);
  while (life->answer_ms < ANSWER_MS && life->now_us >= life->burst_us)
    {
      say (life);
      life->burst_us += BURST_EVERY_MS * 1000;
      if (life->answer_ms == ANSWER_MS)
        end_answer (life);
      else if (life->n_answers % INTERRUPT_EVERY == 0 && life->answer_ms > ANSWER_MS / 3)
        interrupt (life);
    }
}

/* Between two answers, as the service announces it. */
static gboolean
run_server (Life *life)
{
  if (!lv_bench_world_is_connected (life->world, LV_BENCH_DAEMON))
    {
      life->answer_us = MAX (life->answer_us, life->now_us + US_PER_S);
      return FALSE;
    }
  if (life->now_us < life->close_us || life->answer_ms < ANSWER_MS ||
      life->answer_us - life->now_us > 2 * US_PER_S)
    return TRUE;
  lv_bench_world_close (life->world, LV_BENCH_DAEMON, 1001);
  life->close_us += CONNECTION_S * US_PER_S;
  life->n_closed++;
  return FALSE;
}

static gboolean
on_tick (gpointer data)
{
  Life *life = data;

  life->now_us = (g_get_monotonic_time () - life->start_us) * life->speed;
  speak (life);
  check_arrived (life);
  if (run_server (life))
    run_model (life);
  return G_SOURCE_CONTINUE;
}

/* ---- all of it ---- */

static int
open_sound (Life *life, const char *method)
{
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GError) error = NULL;
  G_GNUC_UNUSED g_autoptr (GVariant) reply = g_dbus_connection_call_with_unix_fd_list_sync (
      lv_bench_world_get_bus (life->world), BUS_NAME, SESSION_PATH, BUS_NAME ".Media", method,
      g_variant_new ("(a{sv})", NULL), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &fds, NULL, &error);
  int fd;

  g_assert_no_error (error);
  fd = g_unix_fd_list_get (fds, 0, &error);
  g_assert_no_error (error);
  g_assert_true (g_unix_set_fd_nonblocking (fd, TRUE, NULL));
  return fd;
}

static void
live_until (Life *life, gint64 minutes)
{
  while (life->now_us < minutes * 60 * US_PER_S)
    g_main_context_iteration (NULL, TRUE);
}

static void
judge (Life *life, const LvBenchCost *before, const LvBenchCost *after, gboolean test)
{
  LvBenchTable table = { .test = test };
  gboolean all_heard = life->heard == life->said || life->n_interrupted > 0;

  lv_bench_table_note (&table, "minutes of conversation", life->now_us / 60e6, "");
  lv_bench_table_note (&table, "answers", life->n_answers, "");
  lv_bench_table_note (&table, "connections that the server closed", life->n_closed, "");
  lv_bench_table_check (&table, LV_BENCH_ALWAYS, "samples of the microphone lost or doubled",
                        life->n_lost_up, 0.0, "");
  lv_bench_table_check (
      &table, LV_BENCH_ALWAYS, "gaps in the voice, but for answers that were interrupted",
      (double) MAX (life->n_jumps_down, life->n_interrupted) - life->n_interrupted + !all_heard,
      0.0, "");
  lv_bench_table_check (&table, LV_BENCH_QUIET, "sound of the microphone still on its way",
                        (double) (life->n_spoken - life->n_arrived) * 1e3 / LV_RATE_IN,
                        100.0 * life->speed, "ms");
  lv_bench_table_check (&table, LV_BENCH_ALWAYS, "descriptors more than at first",
                        (double) after->n_fds - before->n_fds, 0.0, "");
  lv_bench_table_check (&table, LV_BENCH_ALWAYS, "threads more than at first",
                        (double) after->n_threads - before->n_threads, 0.0, "");
  lv_bench_table_check (&table, LV_BENCH_ALWAYS, "memory grown (RSS)",
                        ((double) after->rss - before->rss) / 1e6, MAX_GROWTH_MB, "MB");
  lv_bench_table_check (&table, LV_BENCH_ALWAYS, "memory in the end (RSS)", after->rss / 1e6, 20.0,
                        "MB");
  if (lv_bench_table_finish (&table) != 0)
    exit (1);
}

int
main (int argc, char **argv)
{
  gboolean test = argc > 1 && g_str_equal (argv[1], "--test");
  Life life = { .answer_ms = ANSWER_MS, .close_us = CONNECTION_S * US_PER_S };
  LvBenchCost before, after;
  guint minutes, tick, voice;

  g_assert_cmpint (argc, ==, 4 + test);
  minutes = atoi (argv[2 + test]);
  life.speed = atoi (argv[3 + test]);
  life.world = lv_bench_world_new ();
  g_setenv ("LIVEVOICE_BENCH_SPEED", argv[3 + test], TRUE);
  lv_bench_world_start_daemon (life.world, SETTINGS, argv[1 + test]);
  life.microphone = open_sound (&life, "OpenAudioInput");
  life.speaker = open_sound (&life, "OpenAudioOutput");
  voice = g_unix_fd_add (life.speaker, G_IO_IN, on_voice, &life);
  life.start_us = g_get_monotonic_time ();
  tick = g_timeout_add (TICK_MS, on_tick, &life);
  live_until (&life, MAX (minutes * SETTLED_PER_CENT / 100, 1));
  before = lv_bench_cost_of (lv_bench_world_get_daemon (life.world));
  live_until (&life, minutes);
  after = lv_bench_cost_of (lv_bench_world_get_daemon (life.world));
  g_source_remove (tick);
  g_source_remove (voice);
  close (life.microphone);
  close (life.speaker);
  lv_bench_world_free (life.world);
  judge (&life, &before, &after, test);
  return 0;
}
