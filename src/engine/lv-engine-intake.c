/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-intake.h"

#include "base/lv-pcm.h"
#include "base/lv-resampler.h"

#include <string.h>

/* A filter for each single rate would have thousands of rows; 0.2 % more or less nobody hears. */
#define RATE_STEP 25

struct _LvEngineIntake {
  LvResampler *resampler; /* NULL: none was needed yet */
  guint rate;             /* that it is for */
  GArray *resampled;      /* float */
  GArray *samples;        /* gint16 */
};

LvEngineIntake *
lv_engine_intake_new (void)
{
  LvEngineIntake *self = g_new0 (LvEngineIntake, 1);

  self->resampled = g_array_new (FALSE, FALSE, sizeof (float));
  self->samples = g_array_new (FALSE, FALSE, sizeof (gint16));
  return self;
}

void
lv_engine_intake_free (LvEngineIntake *self)
{
  g_clear_pointer (&self->resampler, lv_resampler_free);
  g_array_unref (self->resampled);
  g_array_unref (self->samples);
  g_free (self);
}

/* 0: not taken. */
static guint
read_rate (const char *mime_type)
{
  const gboolean names_rate = mime_type != NULL && strstr (mime_type, "rate=") != NULL;
  const guint rate = lv_blob_audio_rate (mime_type, names_rate ? 0 : LV_RATE_IN);

  if (rate < LV_ENGINE_INTAKE_MIN_RATE || rate > LV_ENGINE_INTAKE_MAX_RATE)
    return 0;
  return (rate + RATE_STEP / 2) / RATE_STEP * RATE_STEP;
}

static void
follow_rate (LvEngineIntake *self, guint rate)
{
  if (self->resampler != NULL && self->rate == rate)
    return;
  g_clear_pointer (&self->resampler, lv_resampler_free);
  self->resampler = lv_resampler_new (rate, LV_RATE_IN);
  self->rate = rate;
}

static void
resample (LvEngineIntake *self, const gint16 *samples, gsize n)
{
  g_array_set_size (self->resampled, 0);
  lv_resampler_push (self->resampler, samples, n, 1.0f, self->resampled);
  g_array_set_size (self->samples, self->resampled->len);
  for (guint i = 0; i < self->resampled->len; i++)
    g_array_index (self->samples, gint16, i) =
        lv_pcm_from_float (g_array_index (self->resampled, float, i));
}

gboolean
lv_engine_intake_read (LvEngineIntake *self, const LvBlob *sound, const gint16 **ret_samples,
                       gsize *ret_n)
{
  const guint rate = read_rate (sound->mime_type);
  gsize size;
  const gint16 *samples = g_bytes_get_data (sound->data, &size);

  if (rate == 0 || size % LV_BYTES_PER_FRAME != 0)
    return FALSE;
  *ret_samples = samples;
  *ret_n = size / LV_BYTES_PER_FRAME;
  if (rate == LV_RATE_IN)
    return TRUE;
  follow_rate (self, rate);
  resample (self, samples, *ret_n);
  *ret_samples = (const gint16 *) self->samples->data;
  *ret_n = self->samples->len;
  return TRUE;
}
