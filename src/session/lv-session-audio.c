/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "session/lv-session-setup.h"

/* ---- levels ---- */

static gboolean
on_levels_timer (gpointer data)
{
  LvSession *self = data;
  double output = self->playback != NULL ? lv_playback_get_level (self->playback) : 0.0;

  g_signal_emit_by_name (self, "levels", self->input_level, output);
  self->input_level = 0.0;
  return G_SOURCE_CONTINUE;
}

void
lv_session_arm_levels (LvSession *self)
{
  gboolean wanted = self->levels_wanted && (self->capture != NULL || self->playback != NULL);

  if (wanted == (self->levels_timer != 0))
    return;
  g_clear_handle_id (&self->levels_timer, g_source_remove);
  if (wanted)
    self->levels_timer = g_timeout_add (LV_LEVELS_INTERVAL_MS, on_levels_timer, self);
}

/* ---- devices, from the beginning of a conversation to its end ---- */

void
lv_session_begin_audio (LvSession *self)
{
  self->deaf = FALSE;
  self->loud = FALSE;
  self->loudness = (LvLoudness){ 0 };
  self->lost = 0;
  lv_session_begin_devices (self);
  lv_session_begin_echo (self);
  if (lv_session_setup_has_speaker (self->running))
    lv_session_begin_speaker (self);
  if (lv_session_setup_has_microphone (self->running))
    lv_session_begin_microphone (self);
  lv_session_close_audio_ends (self);
  lv_session_arm_levels (self);
}

void
lv_session_free_audio (LvSession *self)
{
  lv_session_free_microphone (self);
  lv_session_free_speaker (self);
  lv_session_free_devices (self);
  lv_session_arm_levels (self);
}

/* ---- what a person who looks for a fault wants to know ---- */

GVariant *
lv_session_describe_audio (LvSession *self)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, NULL);
  if (self->playback != NULL)
    lv_playback_describe (self->playback, &dict);
  lv_session_describe_devices (self, &dict);
  lv_session_describe_ears (self, &dict);
  lv_session_describe_microphone (self, &dict);
  lv_session_describe_echo (self, &dict);
  return g_variant_dict_end (&dict);
}
