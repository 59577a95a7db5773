/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-vad.h"

#include "base/lv-endpointer.h"

struct _LvEngineVad {
  LvVad *vad;
  LvEndpointer *endpointer;
};

static int
get_silence_ms (const LvSetup *setup)
{
  if (setup->silence_duration_ms >= 0)
    return setup->silence_duration_ms;
  return setup->end_sensitivity == LV_SENSITIVITY_LOW ? LV_ENGINE_VAD_SILENCE_LOW_MS
                                                      : LV_ENGINE_VAD_SILENCE_MS;
}

LvEngineVad *
lv_engine_vad_new (const LvSetup *setup)
{
  const LvEndpointerSettings settings =
      lv_endpointer_make_settings (setup->start_sensitivity, setup->end_sensitivity,
                                   setup->prefix_padding_ms, get_silence_ms (setup));
  LvEngineVad *self = g_new0 (LvEngineVad, 1);

  self->vad = lv_vad_new ();
  self->endpointer = lv_endpointer_new (&settings);
  return self;
}

void
lv_engine_vad_free (LvEngineVad *self)
{
  lv_vad_free (self->vad);
  lv_endpointer_free (self->endpointer);
  g_free (self);
}

LvEngineVadEvent
lv_engine_vad_feed (LvEngineVad *self, const gint16 *hop)
{
  static const LvEngineVadEvent events[] = {
    [LV_ENDPOINTER_NOTHING] = LV_ENGINE_VAD_NOTHING,
    [LV_ENDPOINTER_START] = LV_ENGINE_VAD_START,
    [LV_ENDPOINTER_END] = LV_ENGINE_VAD_END,
  };

  lv_vad_feed (self->vad, hop);
  return events[lv_endpointer_judge (self->endpointer, self->vad)];
}

gboolean
lv_engine_vad_is_speech (const LvEngineVad *self)
{
  return lv_endpointer_is_speech (self->endpointer);
}

void
lv_engine_vad_end (LvEngineVad *self)
{
  lv_endpointer_end (self->endpointer);
}
