/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the way of a voice costs, through the real daemon and a real PipeWire: how long it takes up and down, what
 * processor and memory it needs beside the official SDK with the same traffic, and how long PipeWire's thread is held
 * up. Prints a table. With --test it is short and fails only for what a busy machine cannot spoil: counts, sizes and
 * ratios; otherwise it fails for each line that is over its limit.
 * Usage: bench-path [--test] LV-BENCH-RT.SO SDK-SCRIPT
 */
#include "lv-bench-graph.h"
#include "lv-bench-proc.h"
#include "lv-bench-rt.h"
#include "lv-bench-table.h"
#include "lv-bench-world.h"

#include "base/lv-pcm.h"
#include "lib/lv-test-pipewire.h"
#include "lib/lv-test.h"

#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define NS_PER_SEC G_GINT64_CONSTANT (1000000000)
#define MS 1e-6          /* of a nanosecond */
#define UTTERANCE_MS 700 /* more than the longest pre-roll: it begins at once */
#define PAUSE_MS 150
#define QUIET_MS 5 /* before the click: what begins softly needs no time to rise */
#define DOWN_CHUNK_MS 40
#define DOWN_CHUNK_FRAMES (LV_RATE_OUT * DOWN_CHUNK_MS / 1000)
#define FIRST_FRAME 25
#define N_PHASES                                                                                   \
  8 /* frames after which one ends at the same place of a cycle: 160 ms, with cycles of 512/48000 s */
#define MAX_SHIFT 2 /* samples by which two resamplers may disagree */
#define PLAIN "echo-cancel = off\n"

static const struct {
  guint up_s, n_utterances, warm_up_s, cost_s;
} lengths[] = { { 20, 60, 8, 40 }, { 4, 4, 3, 8 } };

/* ---- up ---- */

/* The tap's index of the sample that is the peer's first one, by the clicks that both have heard. */
static double
find_offset (LvBenchPeer *peer, LvBenchTap *tap)
{
  guint n_tap;
  g_autofree gint16 *heard = lv_bench_tap_get_samples (tap, &n_tap);
  const gint16 *sent = (const gint16 *) peer->samples->data;
  const LvBenchFrame *frame = &g_array_index (peer->frames, LvBenchFrame, 0);
  double click = lv_bench_find_click (sent, peer->samples->len, LV_RATE_IN / 2);
  double nearest = -1.0, at = 0.0;

  g_assert_cmpfloat (click, >, 0.0);
  while ((at = lv_bench_find_click (heard, n_tap, (guint) at + 40)) > 0.0)
    {
      gint64 first_ns = lv_bench_tap_get_cycle_ns (tap, (guint) MAX (at - click, 0.0), 0, NULL);
      gint64 late_ns = frame->received_ns - first_ns;

      /* The first frame came 20 ms after its first sample, give or take less than half a click's distance */
      if (ABS (late_ns - 20 / MS) < LV_BENCH_CLICK_MS / 2 / MS)
        nearest = at;
    }
  g_assert_cmpfloat (nearest, >, 0.0);
  return nearest - click;
}

/* From the cycle of the graph that completes a frame to the frame's arrival; each N_PHASES frames from @phase on. */
static GArray *
measure_frames (LvBenchPeer *peer, LvBenchTap *tap, gint64 first, guint phase)
{
  GArray *delays = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = FIRST_FRAME + phase; i < peer->frames->len; i += N_PHASES)
    {
      const LvBenchFrame *frame = &g_array_index (peer->frames, LvBenchFrame, i);
      gint64 cycle_ns = lv_bench_tap_get_cycle_ns (
          tap, (guint) (first + frame->start + LV_CHUNK_FRAMES - 1), 0, NULL);
      double ms = (frame->received_ns - cycle_ns) * MS;

      if (cycle_ns > 0)
        g_array_append_val (delays, ms);
    }
  return delays;
}

/* The tap's resampler and the daemon's do not begin at the same sample, which matters to frames that end where a cycle
 * ends. Of the offsets in question the right one is the last with which none arrives before its end was there, but for
 * those after a cycle that a busy machine left out. */
static GArray *
measure_phase (LvBenchPeer *peer, LvBenchTap *tap, gint64 first, guint phase)
{
  GArray *delays = measure_frames (peer, tap, first + MAX_SHIFT, phase);

  for (int shift = MAX_SHIFT - 1; shift >= -MAX_SHIFT && lv_bench_percentile (delays, 2) < 0.0;
       shift--)
    {
      g_array_unref (delays);
      delays = measure_frames (peer, tap, first + shift, phase);
    }
  return delays;
}

static GArray *
measure_up_delays (LvBenchPeer *peer, LvBenchTap *tap)
{
  gint64 first = (gint64) llround (find_offset (peer, tap));
  GArray *delays = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint phase = 0; phase < N_PHASES; phase++)
    {
      g_autoptr (GArray) more = measure_phase (peer, tap, first, phase);

      g_array_append_vals (delays, more->data, more->len);
    }
  return delays;
}

/* From the click's sample to the arrival of its frame, without the time until the frame was full. */
static GArray *
measure_clicks (LvBenchPeer *peer, LvBenchClicker *clicker)
{
  g_autoptr (GArray) times = lv_bench_clicker_get_times (clicker);
  GArray *delays = g_array_new (FALSE, FALSE, sizeof (double));
  const gint16 *samples = (const gint16 *) peer->samples->data;
  double at = LV_RATE_IN / 2.0;

  while ((at = lv_bench_find_click (samples, peer->samples->len, (guint) at + 40)) > 0.0)
    {
      const LvBenchFrame *frame =
          &g_array_index (peer->frames, LvBenchFrame, (guint) at / LV_CHUNK_FRAMES);
      double rest_ms = (frame->start + LV_CHUNK_FRAMES - at) * 1e3 / LV_RATE_IN;
      gint64 spoken_ns = 0;
      double ms;

      for (guint i = 0; i < times->len; i++)
        if (g_array_index (times, gint64, i) < frame->received_ns - rest_ms / MS)
          spoken_ns = g_array_index (times, gint64, i);
      ms = (frame->received_ns - spoken_ns) * MS - rest_ms;
      g_array_append_val (delays, ms);
    }
  return delays;
}

static void
measure_up (LvBenchTable *table, LvBenchWorld *world, guint seconds)
{
  g_autoptr (LvBenchClicker) clicker = lv_bench_clicker_new (LV_TEST_MICROPHONE);
  g_autoptr (LvBenchTap) tap = lv_bench_tap_new (LV_TEST_MICROPHONE, FALSE, LV_RATE_IN);
  LvBenchPeer *peer = lv_bench_world_get_peer (world, LV_BENCH_DAEMON);
  g_autoptr (GArray) frames = NULL;
  g_autoptr (GArray) clicks = NULL;
  double n_expected;

  lv_test_run_for (500);
  lv_bench_world_forget (world);
  lv_test_run_for (seconds * 1000);
  n_expected = seconds * 1000.0 / LV_CHUNK_MS;
  lv_bench_table_check (table, LV_BENCH_ALWAYS, "frames sent, of those that were due",
                        fabs (peer->frames->len / n_expected - 1.0) * 100.0, 5.0, "% off");
  frames = measure_up_delays (peer, tap);
  clicks = measure_clicks (peer, clicker);
  lv_bench_table_check (table, LV_BENCH_QUIET,
                        "20 ms of sound are there -> frame at the server, 99 %",
                        lv_bench_percentile (frames, 99), 2.0, "ms");
  lv_bench_table_note (table, "the same, median", lv_bench_percentile (frames, 50), "ms");
  lv_bench_table_note (table,
                       "sample spoken -> server, beyond its frame, with PipeWire's cycle, median",
                       lv_bench_percentile (clicks, 50), "ms");
  lv_bench_table_note (table, "the same, 99 %", lv_bench_percentile (clicks, 99), "ms");
}

/* ---- down ---- */

static gint16 *
make_utterance (guint n)
{
  gint16 *samples = g_new0 (gint16, n);

  for (guint i = 0; i < n - QUIET_MS * LV_RATE_OUT / 1000; i++)
    samples[i + QUIET_MS * LV_RATE_OUT / 1000] = (gint16) (16000 * lv_bench_click (i, LV_RATE_OUT));
  return samples;
}

/* Milliseconds from sending an utterance to its first sample in the graph; -1.0 when it does not come. */
static double
measure_utterance (LvBenchWorld *world, LvBenchTap *tap, guint round)
{
  const guint n = LV_RATE_OUT * UTTERANCE_MS / 1000;
  g_autofree gint16 *utterance = make_utterance (n);
  g_autofree gint16 *before = NULL, *heard = NULL;
  guint n_before, n_heard, offset;
  gint64 sent_ns, cycle_ns;
  double click;

  before = lv_bench_tap_get_samples (tap, &n_before);
  sent_ns = lv_bench_world_speak (world, LV_BENCH_DAEMON, utterance, n);
  lv_bench_world_send (world, LV_BENCH_DAEMON,
                       "{\"serverContent\":{\"generationComplete\":true,\"turnComplete\":true}}");
  lv_test_run_for (UTTERANCE_MS + PAUSE_MS + round * 7 % 32);
  heard = lv_bench_tap_get_samples (tap, &n_heard);
  click = lv_bench_find_click (heard, n_heard, n_before);
  if (click < 0.0)
    return -1.0;
  cycle_ns = lv_bench_tap_get_cycle_ns (tap, (guint) click, 1, &offset);
  return (cycle_ns + (offset + click - (guint) click) * NS_PER_SEC / LV_TEST_RATE - sent_ns) * MS -
         QUIET_MS - LV_BENCH_LEAD_US / 1e3;
}

static void
measure_down (LvBenchTable *table, LvBenchWorld *world, guint n_utterances)
{
  g_autoptr (LvBenchTap) tap = lv_bench_tap_new (LV_TEST_SPEAKER, TRUE, LV_TEST_RATE);
  g_autoptr (GArray) delays = g_array_new (FALSE, FALSE, sizeof (double));
  double cycle_ms, ms;
  guint n_lost = 0;

  measure_utterance (world, tap, 0); /* wakes the speaker */
  measure_utterance (world, tap, 1);
  cycle_ms = lv_bench_tap_get_quantum (tap) * 1e3 / LV_TEST_RATE;
  for (guint i = 0; i < n_utterances; i++)
    {
      ms = measure_utterance (world, tap, i);
      n_lost += ms < 0.0;
      if (ms >= 0.0)
        g_array_append_val (delays, ms);
    }
  lv_bench_table_check (table, LV_BENCH_QUIET, "first words that were not heard", n_lost, 0.0, "");
  lv_bench_table_note (table, "the graph's cycle", cycle_ms, "ms");
  lv_bench_table_check (table, LV_BENCH_QUIET, "frame from the server -> sample in the graph, 99 %",
                        lv_bench_percentile (delays, 99), cycle_ms + 2.0, "ms");
  lv_bench_table_note (table, "the same, median", lv_bench_percentile (delays, 50), "ms");
}

/* ---- PipeWire's thread ---- */

static LvBenchRt *
map_rt (char **ret_path)
{
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("lv-bench-rt-XXXXXX", ret_path, &error);
  LvBenchRt *rt;

  g_assert_no_error (error);
  g_assert_cmpint (ftruncate (fd, sizeof (LvBenchRt)), ==, 0);
  rt = mmap (NULL, sizeof (LvBenchRt), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  g_assert_true (rt != MAP_FAILED);
  close (fd);
  g_setenv (LV_BENCH_RT_VARIABLE, *ret_path, TRUE);
  return rt;
}

static void
judge_rt (LvBenchTable *table, LvBenchRt *rt)
{
  guint n = MIN (atomic_load (&rt->n_calls), LV_BENCH_RT_MAX);
  g_autoptr (GArray) wall = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) cpu = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < n; i++)
    {
      double wall_us = rt->calls[i].wall_ns / 1e3, cpu_us = rt->calls[i].cpu_ns / 1e3;

      g_array_append_val (wall, wall_us);
      g_array_append_val (cpu, cpu_us);
    }
  lv_bench_table_check (table, LV_BENCH_QUIET, "process callback, 99 %",
                        lv_bench_percentile (wall, 99), 100.0, "us");
  lv_bench_table_note (table, "the same, median", lv_bench_percentile (wall, 50), "us");
  lv_bench_table_check (table, LV_BENCH_ALWAYS, "the same, 99 %, processor time",
                        lv_bench_percentile (cpu, 99), 100.0, "us");
}

/* ---- cost ---- */

typedef struct {
  LvBenchWorld *world;
  gint64 start_us;
  guint n_sent;
  gint16 voice[DOWN_CHUNK_FRAMES];
} Model;

static gboolean
on_model_timer (gpointer data)
{
  Model *model = data;
  guint n_due = (guint) ((g_get_monotonic_time () - model->start_us) / 1000 / DOWN_CHUNK_MS) + 1;

  for (; model->n_sent < n_due; model->n_sent++)
    for (guint i = 0; i < LV_BENCH_N_PEERS; i++)
      if (lv_bench_world_is_connected (model->world, i))
        lv_bench_world_speak (model->world, i, model->voice, DOWN_CHUNK_FRAMES);
  return G_SOURCE_CONTINUE;
}

typedef struct {
  LvBenchCost daemon, node, pipewire;
} Costs;

static Costs
take_costs (LvBenchWorld *world)
{
  return (Costs){
    .daemon = lv_bench_cost_of (lv_bench_world_get_daemon (world)),
    .node = lv_bench_cost_of (lv_bench_world_get_node (world)),
    .pipewire = lv_bench_cost_of (lv_bench_find_child ("pipewire")),
  };
}

/* Per cent of one processor. */
static double
get_share (gint64 before_ns, gint64 after_ns, guint seconds)
{
  return (after_ns - before_ns) * 100.0 / NS_PER_SEC / seconds;
}

static void
judge_costs (LvBenchTable *table, LvBenchWorld *world, const Costs *a, const Costs *b,
             guint seconds)
{
  double daemon = get_share (a->daemon.cpu_ns, b->daemon.cpu_ns, seconds);
  double loop = get_share (a->daemon.main_ns, b->daemon.main_ns, seconds);
  double node = get_share (a->node.cpu_ns, b->node.cpu_ns, seconds);
  double pipewire = get_share (a->pipewire.cpu_ns, b->pipewire.cpu_ns, seconds);
  double bytes[LV_BENCH_N_PEERS];

  for (guint i = 0; i < LV_BENCH_N_PEERS; i++)
    bytes[i] = lv_bench_world_get_peer (world, i)->n_bytes;
  lv_bench_table_note (table, "livevoiced, all of it", daemon, "% CPU");
  lv_bench_table_note (table, "of which PipeWire's thread: two streams, resampled", daemon - loop,
                       "% CPU");
  lv_bench_table_note (table, "node with @google/genai, the socket alone", node, "% CPU");
  lv_bench_table_note (table, "the pipewire daemon, for these streams", pipewire, "% CPU");
  lv_bench_table_check (table, LV_BENCH_ALWAYS, "traffic of the two, difference",
                        fabs (bytes[0] / bytes[1] - 1.0) * 100.0, 5.0, "%");
  lv_bench_table_check (table, LV_BENCH_QUIET, "livevoiced / node", daemon / node, 0.2, "");
  if (table->test)
    lv_bench_table_check (table, LV_BENCH_ALWAYS, "the same, on a busy machine", daemon / node, 0.5,
                          "");
  lv_bench_table_note (table, "livevoiced's main thread / node", loop / node, "");
  lv_bench_table_note (table, "wake-ups of livevoiced",
                       (double) (b->daemon.wake_ups - a->daemon.wake_ups) / seconds, "/s");
  lv_bench_table_check (table, LV_BENCH_ALWAYS, "memory of livevoiced (RSS)", b->daemon.rss / 1e6,
                        20.0, "MB");
  lv_bench_table_note (table, "memory of node (RSS)", b->node.rss / 1e6, "MB");
  lv_bench_table_check (table, LV_BENCH_ALWAYS, "descriptors that livevoiced opened meanwhile",
                        (double) b->daemon.n_fds - a->daemon.n_fds, 0.0, "");
}

/* Returns the source that makes the model speak to all who are connected. */
static guint
begin_speaking (Model *model, LvBenchWorld *world)
{
  model->world = world;
  model->start_us = g_get_monotonic_time ();
  for (guint i = 0; i < DOWN_CHUNK_FRAMES; i++)
    model->voice[i] = (gint16) (8000 * sin (i * 2 * G_PI / 48));
  return g_timeout_add (DOWN_CHUNK_MS / 4, on_model_timer, model);
}

static void
measure_cost (LvBenchTable *table, LvBenchWorld *world, guint warm_up_s, guint seconds)
{
  Model model = { 0 };
  guint timer = begin_speaking (&model, world);
  Costs before, after;

  lv_test_run_for (warm_up_s * 1000);
  lv_bench_world_forget (world);
  before = take_costs (world);
  lv_test_run_for (seconds * 1000);
  after = take_costs (world);
  g_source_remove (timer);
  judge_costs (table, world, &before, &after, seconds);
}

/* With a loudspeaker, where the echo is cancelled in the daemon. */
static void
measure_cancelling (LvBenchTable *table, guint warm_up_s, guint seconds)
{
  g_autoptr (LvBenchWorld) world = lv_bench_world_new ();
  Model model = { 0 };
  LvBenchCost before, after;
  guint timer;

  lv_bench_world_start_daemon (world, "echo-cancel = on\n", NULL);
  timer = begin_speaking (&model, world);
  lv_test_run_for (warm_up_s * 1000);
  before = lv_bench_cost_of (lv_bench_world_get_daemon (world));
  lv_test_run_for (seconds * 1000);
  after = lv_bench_cost_of (lv_bench_world_get_daemon (world));
  g_source_remove (timer);
  lv_bench_table_note (table, "livevoiced, with a loudspeaker whose echo it cancels",
                       get_share (before.cpu_ns, after.cpu_ns, seconds), "% CPU");
  lv_bench_table_check (table, LV_BENCH_QUIET, "its memory then (RSS)", after.rss / 1e6, 20.0,
                        "MB");
}

/* ---- all of it ---- */

static void
measure_way (LvBenchTable *table, const char *preload, gboolean test)
{
  g_autoptr (LvBenchWorld) world = lv_bench_world_new ();
  g_autofree char *path = NULL;
  LvBenchRt *rt = map_rt (&path);

  lv_bench_world_start_daemon (world, PLAIN, preload);
  measure_up (table, world, lengths[test].up_s);
  measure_down (table, world, lengths[test].n_utterances);
  judge_rt (table, rt);
  munmap (rt, sizeof (LvBenchRt));
  unlink (path);
}

static void
measure_beside_sdk (LvBenchTable *table, const char *script, gboolean test)
{
  g_autoptr (LvBenchWorld) world = lv_bench_world_new ();

  lv_bench_world_start_daemon (world, PLAIN, NULL);
  lv_bench_world_start_node (world, script);
  measure_cost (table, world, lengths[test].warm_up_s, lengths[test].cost_s);
}

int
main (int argc, char **argv)
{
  gboolean test = argc > 1 && g_str_equal (argv[1], "--test");
  LvBenchTable table = { .test = test };

  g_assert_cmpint (argc, ==, 3 + test);
  measure_way (&table, argv[1 + test], test);
  measure_beside_sdk (&table, argv[2 + test], test);
  measure_cancelling (&table, lengths[test].warm_up_s, lengths[test].cost_s / 2);
  return lv_bench_table_finish (&table);
}
