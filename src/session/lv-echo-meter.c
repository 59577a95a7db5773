/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-echo-meter.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double
to_db (double voice_power, double heard_power)
{
  if (heard_power <= 0.0)
    return LV_ECHO_METER_MAX_DB;
  return CLAMP (10.0 * log10 (voice_power / heard_power), 0.0, LV_ECHO_METER_MAX_DB);
}

static int
compare_doubles (const void *a, const void *b)
{
  double difference = *(const double *) a - *(const double *) b;

  return (difference > 0.0) - (difference < 0.0);
}

static double
get_median (const double *values, guint n)
{
  double sorted[LV_ECHO_METER_MEASUREMENTS];

  memcpy (sorted, values, n * sizeof (double));
  qsort (sorted, n, sizeof (double), compare_doubles);
  return sorted[n / 2];
}

/* The median is asked for with each chunk. */
static void
add (LvEchoMeter *self, double db)
{
  self->measured_db[self->n_measured++ % LV_ECHO_METER_MEASUREMENTS] = db;
  self->median_db =
      get_median (self->measured_db, MIN (self->n_measured, LV_ECHO_METER_MEASUREMENTS));
  self->best_db = MAX (self->best_db, db);
}

gboolean
lv_echo_meter_feed (LvEchoMeter *self, double voice, double heard)
{
  if (voice < LV_ECHO_METER_AUDIBLE)
    return FALSE;
  self->voice_power += voice * voice;
  self->heard_power += heard * heard;
  if (++self->n_chunks < LV_ECHO_METER_CHUNKS)
    return FALSE;
  add (self, to_db (self->voice_power, self->heard_power));
  self->voice_power = self->heard_power = 0.0;
  self->n_chunks = 0;
  return TRUE;
}

gboolean
lv_echo_meter_has_learned (const LvEchoMeter *self)
{
  return self->best_db >= LV_ECHO_METER_LEARNED_DB || self->n_measured >= LV_ECHO_METER_LEARNING;
}

gboolean
lv_echo_meter_is_disturbed (const LvEchoMeter *self)
{
  guint n = MIN (self->n_measured, LV_ECHO_METER_DISTURBED);

  if (self->best_db < LV_ECHO_METER_LEARNED_DB || n < LV_ECHO_METER_DISTURBED)
    return FALSE;
  for (guint i = 1; i <= n; i++)
    if (self->measured_db[(self->n_measured - i) % LV_ECHO_METER_MEASUREMENTS] >
        self->best_db - LV_ECHO_METER_DISTURBED_DB)
      return FALSE;
  return TRUE;
}

gboolean
lv_echo_meter_get (const LvEchoMeter *self, double *ret_db)
{
  if (self->n_measured < LV_ECHO_METER_ENOUGH)
    return FALSE;
  *ret_db = self->median_db;
  return TRUE;
}
