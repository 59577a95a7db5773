/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-vad.h"

#include "base/lv-pcm.h"

#include <math.h>
#include <string.h>

#define HOP LV_ENGINE_VAD_HOP
#define HOP_MS 10

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

#define ONSET_GAP_HOPS 8    /* a pause this long forgets what looked like a beginning */
#define CONSONANT_HOPS 20   /* unvoiced sound counts as speech this long after a vowel */
#define RESUME_BURST_HOPS 3 /* shorter sounds do not interrupt a silence */

typedef struct {
  double b0, a1, a2; /* b1 = -2 b0, b2 = b0 */
  double z1, z2;
} HighPass;

struct _LvEngineVad {
  /* settings */
  double start_margin_db, end_margin_db, quietest_db;
  guint start_voiced_hops, start_hops, end_hops;

  /* signal */
  HighPass high_pass[HIGH_PASS_STAGES];
  float pitch[PITCH_HISTORY]; /* newest last */
  double smooth_power;
  double slots[FLOOR_SLOTS];
  guint slot, slot_hops;

  /* decision */
  gboolean speech;
  guint onset_hops, onset_voiced, onset_gap;
  guint silent_hops, burst_hops, unvoiced_hops;
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

LvEngineVad *
lv_engine_vad_new (const LvSetup *setup)
{
  LvEngineVad *self = g_new0 (LvEngineVad, 1);
  const gboolean dull = setup->start_sensitivity == LV_SENSITIVITY_LOW;
  const gboolean patient = setup->end_sensitivity == LV_SENSITIVITY_LOW;
  const int prefix_ms =
      setup->prefix_padding_ms >= 0 ? setup->prefix_padding_ms : LV_ENGINE_VAD_PREFIX_MS;
  const int default_silence_ms = patient ? LV_ENGINE_VAD_SILENCE_LOW_MS : LV_ENGINE_VAD_SILENCE_MS;
  const int silence_ms =
      setup->silence_duration_ms >= 0 ? setup->silence_duration_ms : default_silence_ms;

  self->start_margin_db = dull ? 14.0 : 8.0;
  self->quietest_db = dull ? -44.0 : -54.0;
  self->start_voiced_hops = dull ? 14 : 8;
  self->end_margin_db = patient ? 5.0 : 7.0;
  self->start_hops = MAX (prefix_ms / HOP_MS, 1);
  self->end_hops = MAX (silence_ms / HOP_MS, 1);

  for (guint i = 0; i < HIGH_PASS_STAGES; i++)
    self->high_pass[i] = high_pass_design ();
  for (guint i = 0; i < FLOOR_SLOTS; i++)
    self->slots[i] = FLOOR_START_DB;
  return self;
}

void
lv_engine_vad_free (LvEngineVad *self)
{
  g_free (self);
}

/* Filters a hop, appends it to the pitch history, and returns its power, 1.0 = full scale. */
static double
take_hop (LvEngineVad *self, const gint16 *hop)
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

static double
update_floor (LvEngineVad *self, double power)
{
  double floor = 0.0;

  self->smooth_power += FLOOR_SMOOTHING * (power - self->smooth_power);
  if (++self->slot_hops > FLOOR_SLOT_HOPS)
    {
      self->slot_hops = 0;
      self->slot = (self->slot + 1) % FLOOR_SLOTS;
      self->slots[self->slot] = 0.0;
    }
  self->slots[self->slot] = MIN (self->slots[self->slot], to_db (self->smooth_power));
  for (guint i = 0; i < FLOOR_SLOTS; i++)
    floor = MIN (floor, self->slots[i]);
  return floor;
}

/* Does the last window repeat itself at the pitch of a voice? */
static gboolean
is_periodic (const LvEngineVad *self)
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

static LvEngineVadEvent
look_for_start (LvEngineVad *self, gboolean active, gboolean voiced)
{
  if (!active && ++self->onset_gap > ONSET_GAP_HOPS)
    self->onset_hops = self->onset_voiced = 0;
  if (!active)
    return LV_ENGINE_VAD_NOTHING;

  self->onset_gap = 0;
  self->onset_hops++;
  self->onset_voiced += voiced;
  if (self->onset_hops < self->start_hops || self->onset_voiced < self->start_voiced_hops)
    return LV_ENGINE_VAD_NOTHING;

  self->speech = TRUE;
  self->silent_hops = self->burst_hops = self->unvoiced_hops = 0;
  return LV_ENGINE_VAD_START;
}

static LvEngineVadEvent
look_for_end (LvEngineVad *self, gboolean active, gboolean voiced)
{
  self->unvoiced_hops = voiced ? 0 : self->unvoiced_hops + 1;
  self->burst_hops = active && self->unvoiced_hops < CONSONANT_HOPS ? self->burst_hops + 1 : 0;
  self->silent_hops = self->burst_hops >= RESUME_BURST_HOPS ? 0 : self->silent_hops + 1;
  if (self->silent_hops < self->end_hops)
    return LV_ENGINE_VAD_NOTHING;

  lv_engine_vad_end (self);
  return LV_ENGINE_VAD_END;
}

LvEngineVadEvent
lv_engine_vad_feed (LvEngineVad *self, const gint16 *hop)
{
  const double power = take_hop (self, hop);
  const double margin = self->speech ? self->end_margin_db : self->start_margin_db;
  const double threshold = MAX (update_floor (self, power) + margin, self->quietest_db);
  const gboolean active = to_db (power) > threshold;
  const gboolean voiced = active && is_periodic (self);

  return self->speech ? look_for_end (self, active, voiced) : look_for_start (self, active, voiced);
}

gboolean
lv_engine_vad_is_speech (const LvEngineVad *self)
{
  return self->speech;
}

void
lv_engine_vad_end (LvEngineVad *self)
{
  self->speech = FALSE;
  self->onset_hops = self->onset_voiced = self->onset_gap = 0;
}
