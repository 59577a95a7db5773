/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Hours of conversation at the speed of the processor: the pure parts of both directions with this program as clock,
 * server, graph and link. The graph's clock is off by 200 millionths, answers come in bursts and with stalls, some are
 * interrupted, the link is lost now and then. What must hold after hours as after minutes: each frame is heard once and
 * in order, the position heard is exact, nothing breaks off, nothing grows. Usage: bench-hours HOURS
 */
#include "audio/lv-flow.h"
#include "session/lv-uplink.h"

#include "lv-bench-table.h"

#include "base/lv-pcm.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#define US_PER_MS 1000
#define US_PER_S G_GINT64_CONSTANT (1000000)
#define HOUR_US (3600 * US_PER_S)
#define SILENCE_US (3 * US_PER_S) /* before an answer: nothing waits then */
#define CYCLE_FRAMES 256          /* 512 at 48 kHz */
#define CYCLE_NS (CYCLE_FRAMES * G_GINT64_CONSTANT (1000000000) / LV_RATE_OUT)
#define DRIFT_PPM 200
#define DELAY_NS (30 * G_GINT64_CONSTANT (1000000)) /* of the device */
#define MAX_BYTES (32 * 1024 * 1024)
#define ANSWER_MS 8000
#define ROUND_MS 15000 /* from one answer to the next */
#define BURST_MS 40
#define BURST_EVERY_MS 25
#define STALL_MS 400       /* once in an answer, when more than that is there */
#define INTERRUPT_EVERY 7  /* answers */
#define OUTAGE_EVERY_S 540 /* of the link */
#define OUTAGE_MS 1500
#define WORD_CHUNKS 8
#define VOICE_STEPS 97
#define VOICE_LOUDNESS 200
#define N_SPANS 16
#define MAX_GROWTH_KIB                                                                             \
  16.0 /* what the allocator keeps for itself; 16 bytes lost in each answer were 26 */

typedef struct {
  gint64 now_ns;

  /* down */
  LvFlow *flow;
  LvVoice *voice;
  gint16 pushed; /* sample: they count up, too softly to need an edge */
  gint16 heard;
  guint64 n_answers;
  guint answer_ms; /* of it that has been sent */
  gint64 answer_us;
  gint64 burst_us;
  gint64 due_us;
  gboolean flushed; /* in this cycle */
  guint64 n_wrong;
  gint64 worst_heard; /* frames by which the position was off */
  guint64 n_compared;
  struct {
    gint64 at_ns;
    guint64 position;
    guint n;
  } spans[N_SPANS]; /* what was handed to the speaker last */
  guint n_spans;

  /* up */
  LvUplink *uplink;
  gint64 chunk_us;
  guint64 spoken, arrived; /* samples */
  guint64 n_chunks;
} World;

static gint16
count_on (gint16 sample)
{
  return sample % LV_PLAYOUT_SOFT + 1;
}

/* As loud as a voice, with a breath after each word; no two chunks next to each other are alike. */
static gint16
get_spoken (guint64 nth)
{
  gint16 step = (gint16) (nth % VOICE_STEPS + 1);

  return nth / LV_CHUNK_FRAMES % WORD_CHUNKS == 0 ? step : step * VOICE_LOUDNESS;
}

static gint64
get_now_us (World *world)
{
  return world->now_ns / 1000;
}

/* ---- the model ---- */

static void
run_flow (World *world)
{
  if (lv_flow_run (world->flow, get_now_us (world), &world->due_us) != LV_FLOW_WAITING)
    world->due_us = G_MAXINT64;
}

static void
speak (World *world)
{
  const guint n = LV_RATE_OUT * BURST_MS / 1000;
  g_autoptr (LvPcmBlock) pcm = lv_pcm_block_new (n);
  gint16 *frames = lv_pcm_block_get_samples (pcm);

  for (guint i = 0; i < n; i++)
    frames[i] = world->pushed = count_on (world->pushed);
  g_assert_cmpuint (lv_flow_push (world->flow, pcm, get_now_us (world)), ==, 0);
  world->answer_ms += BURST_MS;
  run_flow (world);
}

static void
begin_answer (World *world)
{
  world->answer_us += ROUND_MS * US_PER_MS;
  world->burst_us = get_now_us (world);
  world->answer_ms = 0;
  world->n_answers++;
}

static void
interrupt (World *world)
{
  lv_flow_flush (world->flow);
  world->answer_ms = ANSWER_MS;
  world->heard = world->pushed;
  world->flushed = TRUE;
  memset (world->spans, 0, sizeof (world->spans));
  run_flow (world);
}

static void
run_model (World *world)
{
  gint64 now_us = get_now_us (world);

  if (now_us >= world->answer_us)
    begin_answer (world);
  if (world->answer_ms >= ANSWER_MS || now_us < world->burst_us)
    return;
  speak (world);
  world->burst_us += BURST_EVERY_MS * US_PER_MS;
  if (world->answer_ms == ANSWER_MS / 2)
    world->burst_us += STALL_MS * US_PER_MS;
  if (world->answer_ms == ANSWER_MS)
    lv_flow_complete (world->flow);
  else if (world->n_answers % INTERRUPT_EVERY == 0 && world->answer_ms > ANSWER_MS / 3)
    interrupt (world);
}

/* ---- the graph ---- */

/* The ends of edges stand before the voice, and do not count on. */
static void
listen (World *world, const gint16 *frames, guint n)
{
  guint start = 0;

  while (n > 0 && frames[start] != count_on (world->heard) && start < LV_PLAYOUT_FADE_FRAMES)
    start++;
  for (guint i = 0; i < n; i++)
    {
      world->n_wrong += frames[start + i] != count_on (world->heard);
      world->heard = count_on (world->heard);
    }
}

/* Frames that never got as far as the playout. */
static guint64
get_flushed (World *world)
{
  return lv_voice_get_pushed (world->voice) - lv_voice_get_waiting (world->voice) -
         lv_playout_get_written (lv_voice_get_playout (world->voice));
}

static void
run_cycle (World *world)
{
  LvPlayout *playout = lv_voice_get_playout (world->voice);
  gint16 frames[CYCLE_FRAMES + LV_PLAYOUT_FADE_FRAMES] = { 0 };
  guint64 before = lv_playout_get_taken (playout);
  gint64 at_ns = world->now_ns + DELAY_NS;
  gboolean wake = lv_playout_fill_rt (playout, frames, CYCLE_FRAMES, at_ns);
  guint n = (guint) (lv_playout_get_taken (playout) - before);

  if (!world->flushed)
    {
      listen (world, frames, n);
      if (n > 0)
        {
          guint i = world->n_spans++ % N_SPANS;

          world->spans[i].at_ns = at_ns;
          world->spans[i].position = before + get_flushed (world);
          world->spans[i].n = n;
        }
    }
  world->flushed = FALSE;
  if (wake || get_now_us (world) >= world->due_us)
    run_flow (world);
}

/* Against what was really handed over when. */
static void
check_heard (World *world)
{
  gint64 heard = (gint64) lv_voice_get_heard (world->voice, world->now_ns);

  for (guint i = 0; i < N_SPANS; i++)
    {
      gint64 past_ns = world->now_ns - world->spans[i].at_ns;
      gint64 true_heard = (gint64) world->spans[i].position + past_ns * LV_RATE_OUT / 1000000000;

      if (past_ns >= 0 && past_ns < CYCLE_NS && world->spans[i].n == CYCLE_FRAMES)
        {
          world->worst_heard = MAX (world->worst_heard, ABS (heard - true_heard));
          world->n_compared++;
        }
    }
}

/* ---- the microphone ---- */

static void
run_link (World *world)
{
  LvUplinkItem item;

  while (lv_uplink_pop (world->uplink, &item))
    if (item.kind == LV_UPLINK_AUDIO)
      for (guint i = 0; i < item.n_samples; i++)
        world->n_wrong += item.samples[i] != get_spoken (world->arrived++);
}

static void
run_microphone (World *world)
{
  gint64 now_us = get_now_us (world);
  gint16 chunk[LV_CHUNK_FRAMES];

  if (now_us < world->chunk_us)
    return;
  world->chunk_us += LV_CHUNK_MS * US_PER_MS;
  world->n_chunks++;
  for (guint i = 0; i < LV_CHUNK_FRAMES; i++)
    chunk[i] = get_spoken (world->spoken++);
  lv_uplink_push (world->uplink, chunk, LV_CHUNK_FRAMES, now_us);
  lv_uplink_set_open (world->uplink, now_us % (OUTAGE_EVERY_S * US_PER_S) > OUTAGE_MS * US_PER_MS,
                      now_us);
  run_link (world);
}

/* ---- hours ---- */

static void
run_until (World *world, gint64 end_us)
{
  while (get_now_us (world) < end_us)
    {
      run_model (world);
      run_microphone (world);
      run_cycle (world);
      check_heard (world);
      world->now_ns += CYCLE_NS + CYCLE_NS * DRIFT_PPM / 1000000;
    }
}

static void
judge (LvBenchTable *table, World *world, gsize grown)
{
  guint64 pushed = lv_voice_get_pushed (world->voice);

  lv_bench_table_note (table, "answers", world->n_answers, "");
  lv_bench_table_note (table, "chunks of the microphone", world->n_chunks, "");
  lv_bench_table_note (table, "comparisons of the position heard", world->n_compared, "");
  lv_bench_table_check (table, LV_BENCH_ALWAYS, "samples lost, doubled or out of order, both ways",
                        world->n_wrong + (world->arrived != world->spoken), 0.0, "");
  lv_bench_table_check (table, LV_BENCH_ALWAYS, "breaks within an answer",
                        lv_flow_get_underruns (world->flow), 0.0, "");
  lv_bench_table_check (table, LV_BENCH_ALWAYS, "chunks dropped",
                        lv_uplink_get_dropped (world->uplink), 0.0, "");
  lv_bench_table_check (table, LV_BENCH_ALWAYS, "frames between pushed and heard, in the end",
                        (double) (pushed - lv_voice_get_heard (world->voice, world->now_ns)), 0.0,
                        "");
  lv_bench_table_check (table, LV_BENCH_ALWAYS, "position heard, greatest error",
                        (double) world->worst_heard, 2.0, "frames");
  lv_bench_table_check (table, LV_BENCH_ALWAYS, "memory grown since the first hour", grown / 1024.0,
                        MAX_GROWTH_KIB, "KiB");
}

int
main (int argc, char **argv)
{
  LvBenchTable table = { 0 };
  World world = { .now_ns = 1000000000, .due_us = G_MAXINT64 };
  gsize first;

  g_assert_cmpint (argc, ==, 2);
  world.flow = lv_flow_new (MAX_BYTES);
  world.voice = lv_flow_get_voice (world.flow);
  world.uplink = lv_uplink_new (LV_TURN_DETECTION_AUTO);
  world.answer_us = world.chunk_us = get_now_us (&world);

  run_until (&world, HOUR_US - SILENCE_US);
  first = mallinfo2 ().uordblks;
  run_until (&world, atoi (argv[1]) * HOUR_US - SILENCE_US);
  judge (&table, &world, MAX (mallinfo2 ().uordblks, first) - first);
  lv_flow_free (world.flow);
  lv_uplink_free (world.uplink);
  return lv_bench_table_finish (&table);
}
