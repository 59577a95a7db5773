/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-barge.h"

#define VOICE_MARGIN_DB 10.0
#define SOUND_MARGIN_DB 20.0
#define QUIETEST_DB (-50.0)
#define END_MARGIN_DB 7.0
#define DECAY_DB 3.0 /* below its loudest moment a sound is dying away */

#define VOICE_HOPS 2
#define SOUND_HOPS 3
#define GAP_HOPS 2 /* a pause this long begins a new sound */

#define STEP_DB 4.0
#define STEP_HOPS 2

typedef enum {
  ARMED,
  HELD,
  SPENT, /* there is a sound that is known already */
} State;

struct _LvBarge {
  State state;
  guint64 n_holds, n_ghosts;
  guint steps;
  guint hops_since_ghost;
  guint quiet_hops;

  /* the sound that begins */
  guint sound_hops, voice_hops, gap_hops;
  double loudest_db;
};

LvBarge *
lv_barge_new (void)
{
  return g_new0 (LvBarge, 1);
}

void
lv_barge_free (LvBarge *self)
{
  g_free (self);
}

static void
forget_sound (LvBarge *self)
{
  self->sound_hops = self->voice_hops = self->gap_hops = 0;
  self->loudest_db = -G_MAXDOUBLE;
}

/* From the background, and from our own voice. */
static gboolean
stands_out (LvVad *ears, double own_db, double margin_db)
{
  return lv_vad_is_loud (ears, margin_db, MAX (own_db + margin_db, QUIETEST_DB));
}

/* FALSE for a hop that is no part of a sound. */
static gboolean
take_sound (LvBarge *self, LvVad *ears, double own_db)
{
  const double margin_db = VOICE_MARGIN_DB + self->steps * STEP_DB;

  if (!stands_out (ears, own_db, margin_db))
    {
      if (++self->gap_hops > GAP_HOPS)
        forget_sound (self);
      return FALSE;
    }
  self->gap_hops = 0;
  self->sound_hops++;
  self->voice_hops += lv_vad_is_voiced (ears);
  self->loudest_db = MAX (self->loudest_db, lv_vad_get_level_db (ears));
  return TRUE;
}

static gboolean
begins_to_speak (LvBarge *self, LvVad *ears, double own_db)
{
  if (!take_sound (self, ears, own_db) || lv_vad_get_level_db (ears) < self->loudest_db - DECAY_DB)
    return FALSE;
  if (self->voice_hops > 0 && self->sound_hops >= VOICE_HOPS + self->steps * STEP_HOPS)
    return TRUE;
  return self->steps == 0 && self->sound_hops >= SOUND_HOPS &&
         stands_out (ears, own_db, SOUND_MARGIN_DB);
}

static void
forgive (LvBarge *self)
{
  if (self->steps > 0 && ++self->hops_since_ghost >= LV_BARGE_FORGIVE_MS / LV_VAD_HOP_MS)
    {
      self->steps--;
      self->hops_since_ghost = 0;
    }
}

static LvBargeOrder
release (LvBarge *self, State next)
{
  self->state = next;
  self->n_ghosts++;
  self->steps = MIN (self->steps + 1, LV_BARGE_MAX_STEPS);
  self->hops_since_ghost = 0;
  forget_sound (self);
  return LV_BARGE_RELEASE;
}

static LvBargeOrder
hold (LvBarge *self)
{
  self->state = HELD;
  self->n_holds++;
  return LV_BARGE_HOLD;
}

LvBargeOrder
lv_barge_judge (LvBarge *self, LvVad *ears, const LvBargeScene *scene)
{
  const gboolean sounds = stands_out (ears, scene->own_db, END_MARGIN_DB);
  gboolean is_quiet;

  self->quiet_hops = sounds ? 0 : self->quiet_hops + 1;
  is_quiet = self->quiet_hops >= LV_BARGE_QUIET_MS / LV_VAD_HOP_MS;
  forgive (self);

  if (self->state == HELD)
    return is_quiet || !scene->may_hold ? release (self, is_quiet ? ARMED : SPENT)
                                        : LV_BARGE_NOTHING;
  if (!scene->may_hold || self->state == SPENT)
    {
      self->state = is_quiet ? ARMED : SPENT;
      forget_sound (self);
      return LV_BARGE_NOTHING;
    }
  return begins_to_speak (self, ears, scene->own_db) ? hold (self) : LV_BARGE_NOTHING;
}

LvBargeOrder
lv_barge_expire (LvBarge *self)
{
  return self->state == HELD ? release (self, SPENT) : LV_BARGE_NOTHING;
}

void
lv_barge_confirm (LvBarge *self)
{
  lv_barge_forget (self);
  self->steps = 0;
}

void
lv_barge_forget (LvBarge *self)
{
  self->state = SPENT;
  forget_sound (self);
}

gboolean
lv_barge_is_held (const LvBarge *self)
{
  return self->state == HELD;
}

guint64
lv_barge_get_holds (const LvBarge *self)
{
  return self->n_holds;
}

guint64
lv_barge_get_ghosts (const LvBarge *self)
{
  return self->n_ghosts;
}

guint
lv_barge_get_steps (const LvBarge *self)
{
  return self->steps;
}
