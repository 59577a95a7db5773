/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the way from a block to PipeWire's thread takes from the heap: nothing, once it flows.
 */
#include "audio/lv-flow.h"

#include "base/lv-pcm.h"
#include "lib/lv-test-memory.h"

#define MAX_BYTES (1024 * 1024)
#define CYCLE_MS 10
#define BLOCK_MS 40
#define FRAMES(ms) (LV_RATE_OUT * (ms) / 1000)

typedef struct {
  LvFlow *flow;
  gint64 now_us;
} World;

/* One block comes, and is played. */
static void
run_block (World *world)
{
  static const gint16 silence[FRAMES (BLOCK_MS)];
  LvPlayout *playout = lv_voice_get_playout (lv_flow_get_voice (world->flow));
  g_autoptr (LvPcmBlock) block = lv_pcm_block_new_copy (silence, G_N_ELEMENTS (silence));
  gint16 frames[FRAMES (CYCLE_MS)];
  gint64 due_us;

  lv_flow_push (world->flow, block, world->now_us);
  for (guint i = 0; i < BLOCK_MS / CYCLE_MS; i++)
    {
      lv_flow_run (world->flow, world->now_us, &due_us);
      lv_playout_fill_rt (playout, frames, G_N_ELEMENTS (frames), world->now_us * 1000);
      world->now_us += CYCLE_MS * 1000;
    }
}

static void
test_flow (void)
{
  g_autoptr (LvFlow) flow = lv_flow_new (MAX_BYTES);
  World world = { flow, G_USEC_PER_SEC };
  const guint n_blocks = 1000;
  LvTestMemory memory;

  for (guint i = 0; i < n_blocks; i++)
    run_block (&world);
  lv_test_memory_begin ();
  for (guint i = 0; i < n_blocks; i++)
    run_block (&world);
  memory = lv_test_memory_end ();
  g_assert_cmpuint (lv_voice_get_heard (lv_flow_get_voice (flow), world.now_us * 1000), >,
                    FRAMES (BLOCK_MS) * n_blocks);
  g_assert_cmpuint (memory.n_blocks, ==, n_blocks); /* the blocks themselves */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flow-memory/flow", test_flow);
  return g_test_run ();
}
