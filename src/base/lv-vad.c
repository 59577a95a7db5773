/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-vad.h"

#include "base/lv-pcm.h"

#include <math.h>
#include <string.h>

#define HOP LV_VAD_HOP

/* Mains hum and rumble end below; the harmonics of any voice lie above. */
#define HIGH_PASS_HZ 180.0
#define HIGH_PASS_STAGES 2

/* Pitch is looked for at a quarter of the rate, 70 to 400 Hz, over 30 ms. */
#define DECIMATION 4
#define PITCH_RATE (LV_RATE_IN / DECIMATION)
#define PITCH_HOP (HOP / DECIMATION)
#define LAG_MIN (PITCH_RATE / 400)
#define LAG_MAX (PITCH_RATE / 70)
#define PITCH_WINDOW (PITCH_RATE * 30 / 1000)
#define PITCH_HISTORY (PITCH_WINDOW + LAG_MAX)
#define PERIODIC 0.7 /* normalised autocorrelation; white noise stays below 0.5 */

/* The floor is the quietest moment of the last two seconds: speech always has one, a steady noise
 * becomes floor. */
#define FLOOR_SLOTS 8
#define FLOOR_SLOT_HOPS 25
#define FLOOR_START_DB (-50.0)
#define FLOOR_MIN_DB (-75.0)
#define FLOOR_SMOOTHING 0.3

typedef struct {
  double b0, a1, a2; /* b1 = -2 b0, b2 = b0 */
  double z1, z2;
} HighPass;

typedef enum { VOICED_UNKNOWN, VOICED_NO, VOICED_YES } Voiced;

struct _LvVad {
  HighPass high_pass[HIGH_PASS_STAGES];
  float pitch[PITCH_HISTORY]; /* newest last */
  double level_db;            /* of the last hop */
  double smooth_power;
  double slots[FLOOR_SLOTS];
  guint slot, slot_hops;
  Voiced voiced; /* the last hop */
};

static HighPass
high_pass_design (void)
{
  const double k = tan (G_PI * HIGH_PASS_HZ / LV_RATE_IN);
  const double norm = 1.0 / (1.0 + G_SQRT2 * k + k * k);

  return (HighPass){ .b0 = norm,
                     .a1 = 2.0 * (k * k - 1.0) * norm,
                     .a2 = (1.0 - G_SQRT2 * k + k * k) * norm };
}

static double
high_pass_step (HighPass *filter, double in)
{
  const double out = filter->b0 * in + filter->z1;

  filter->z1 = -2.0 * filter->b0 * in - filter->a1 * out + filter->z2;
  filter->z2 = filter->b0 * in - filter->a2 * out;
  return out;
}

LvVad *
lv_vad_new (void)
{
  LvVad *self = g_new0 (LvVad, 1);

  for (guint i = 0; i < HIGH_PASS_STAGES; i++)
    self->high_pass[i] = high_pass_design ();
  for (guint i = 0; i < FLOOR_SLOTS; i++)
    self->slots[i] = FLOOR_START_DB;
  self->level_db = FLOOR_MIN_DB;
  return self;
}

void
lv_vad_free (LvVad *self)
{
  g_free (self);
}

/* Filters a hop, appends it to the pitch history, and returns its power, 1.0 = full scale. */
static double
take_hop (LvVad *self, const gint16 *hop)
{
  double power = 0.0;

  memmove (self->pitch, self->pitch + PITCH_HOP,
           (PITCH_HISTORY - PITCH_HOP) * sizeof self->pitch[0]);
  for (guint i = 0; i < PITCH_HOP; i++)
    {
      double sum = 0.0;

      for (guint j = 0; j < DECIMATION; j++)
        {
          double sample = hop[i * DECIMATION + j] / 32768.0;

          for (guint stage = 0; stage < HIGH_PASS_STAGES; stage++)
            sample = high_pass_step (&self->high_pass[stage], sample);
          power += sample * sample;
          sum += sample;
        }
      self->pitch[PITCH_HISTORY - PITCH_HOP + i] = sum / DECIMATION;
    }
  return power / HOP;
}

static double
to_db (double power)
{
  return MAX (10.0 * log10 (power + 1e-12), FLOOR_MIN_DB);
}

static void
update_floor (LvVad *self, double power)
{
  self->smooth_power += FLOOR_SMOOTHING * (power - self->smooth_power);
  if (++self->slot_hops > FLOOR_SLOT_HOPS)
    {
      self->slot_hops = 0;
      self->slot = (self->slot + 1) % FLOOR_SLOTS;
      self->slots[self->slot] = 0.0;
    }
  self->slots[self->slot] = MIN (self->slots[self->slot], to_db (self->smooth_power));
}

static double
get_floor (const LvVad *self)
{
  double floor = 0.0;

  for (guint i = 0; i < FLOOR_SLOTS; i++)
    floor = MIN (floor, self->slots[i]);
  return floor;
}

void
lv_vad_feed (LvVad *self, const gint16 *hop)
{
  const double power = take_hop (self, hop);

  update_floor (self, power);
  self->level_db = to_db (power);
  self->voiced = VOICED_UNKNOWN;
}

void
lv_vad_skip (LvVad *self)
{
  self->level_db = FLOOR_MIN_DB;
  self->voiced = VOICED_NO;
}

gboolean
lv_vad_is_loud (const LvVad *self, double margin_db, double quietest_db)
{
  return self->level_db > MAX (get_floor (self) + margin_db, quietest_db);
}

double
lv_vad_get_level_db (const LvVad *self)
{
  return self->level_db;
}

static gboolean
is_periodic (const LvVad *self)
{
  const float *now = self->pitch + LAG_MAX;
  double energy = 1e-12;

  for (guint i = 0; i < PITCH_WINDOW; i++)
    energy += now[i] * now[i];
  for (guint lag = LAG_MIN; lag <= LAG_MAX; lag++)
    {
      const float *then = now - lag;
      double cross = 0.0, then_energy = 1e-12;

      for (guint i = 0; i < PITCH_WINDOW; i++)
        {
          cross += now[i] * then[i];
          then_energy += then[i] * then[i];
        }
      if (cross > PERIODIC * sqrt (energy * then_energy))
        return TRUE;
    }
  return FALSE;
}

gboolean
lv_vad_is_voiced (LvVad *self)
{
  if (self->voiced == VOICED_UNKNOWN)
    self->voiced = is_periodic (self) ? VOICED_YES : VOICED_NO;
  return self->voiced == VOICED_YES;
}
