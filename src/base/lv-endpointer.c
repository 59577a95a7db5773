/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-endpointer.h"

#define ONSET_GAP_HOPS 8    /* a pause this long forgets what looked like a beginning */
#define CONSONANT_HOPS 20   /* unvoiced sound counts as speech this long after a vowel */
#define RESUME_BURST_HOPS 3 /* shorter sounds do not interrupt a silence */

struct _LvEndpointer {
  LvEndpointerSettings settings;
  gboolean speech;
  guint onset_hops, onset_voiced, onset_gap;
  guint silent_hops, burst_hops, unvoiced_hops;
};

LvEndpointerSettings
lv_endpointer_make_settings (LvSensitivity start, LvSensitivity end, int prefix_ms, int silence_ms)
{
  const gboolean dull = start == LV_SENSITIVITY_LOW;
  const gboolean patient = end == LV_SENSITIVITY_LOW;

  if (prefix_ms < 0)
    prefix_ms = LV_ENDPOINTER_PREFIX_MS;
  return (LvEndpointerSettings){
    .start_margin_db = dull ? 14.0 : 8.0,
    .end_margin_db = patient ? 5.0 : 7.0,
    .quietest_db = dull ? -44.0 : -54.0,
    .start_hops = MAX (prefix_ms / LV_VAD_HOP_MS, 1),
    .start_voiced_hops = dull ? 14 : 8,
    .end_hops = MAX (silence_ms / LV_VAD_HOP_MS, 1),
  };
}

LvEndpointer *
lv_endpointer_new (const LvEndpointerSettings *settings)
{
  LvEndpointer *self = g_new0 (LvEndpointer, 1);

  self->settings = *settings;
  return self;
}

void
lv_endpointer_set_settings (LvEndpointer *self, const LvEndpointerSettings *settings)
{
  self->settings = *settings;
}

void
lv_endpointer_free (LvEndpointer *self)
{
  g_free (self);
}

static LvEndpointerEvent
look_for_start (LvEndpointer *self, gboolean active, gboolean voiced)
{
  if (!active && ++self->onset_gap > ONSET_GAP_HOPS)
    self->onset_hops = self->onset_voiced = 0;
  if (!active)
    return LV_ENDPOINTER_NOTHING;

  self->onset_gap = 0;
  self->onset_hops++;
  self->onset_voiced += voiced;
  if (self->onset_hops < self->settings.start_hops ||
      self->onset_voiced < self->settings.start_voiced_hops)
    return LV_ENDPOINTER_NOTHING;

  self->speech = TRUE;
  self->silent_hops = self->burst_hops = self->unvoiced_hops = 0;
  return LV_ENDPOINTER_START;
}

static LvEndpointerEvent
look_for_end (LvEndpointer *self, gboolean active, gboolean voiced)
{
  self->unvoiced_hops = voiced ? 0 : self->unvoiced_hops + 1;
  self->burst_hops = active && self->unvoiced_hops < CONSONANT_HOPS ? self->burst_hops + 1 : 0;
  self->silent_hops = self->burst_hops >= RESUME_BURST_HOPS ? 0 : self->silent_hops + 1;
  if (self->silent_hops < self->settings.end_hops)
    return LV_ENDPOINTER_NOTHING;

  lv_endpointer_end (self);
  return LV_ENDPOINTER_END;
}

LvEndpointerEvent
lv_endpointer_judge (LvEndpointer *self, LvVad *vad)
{
  const LvEndpointerSettings *settings = &self->settings;
  const double margin = self->speech ? settings->end_margin_db : settings->start_margin_db;
  const gboolean active = lv_vad_is_loud (vad, margin, settings->quietest_db);
  const gboolean voiced = active && lv_vad_is_voiced (vad);

  return self->speech ? look_for_end (self, active, voiced) : look_for_start (self, active, voiced);
}

gboolean
lv_endpointer_is_speech (const LvEndpointer *self)
{
  return self->speech;
}

void
lv_endpointer_end (LvEndpointer *self)
{
  self->speech = FALSE;
  self->onset_hops = self->onset_voiced = self->onset_gap = 0;
}
