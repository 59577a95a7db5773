/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What keeps the model from hearing itself, between microphone and uplink. Cancelling is PipeWire's
 * work; here the microphone falls silent where that is not possible, and while a canceller that has
 * just begun still learns the room: chunks of zeros of equal length, so that the server's clock
 * goes on. How much of our voice is heard all the same is measured on the way. Main thread.
 */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "session/lv-session-setup.h"

#include <math.h>

#define US_PER_MS 1000

static const LvEchoState no_echo = { .mode = LV_ECHO_NONE, .reason = "there is no loudspeaker" };
static const LvEchoState half_duplex = { .mode = LV_ECHO_HALF_DUPLEX,
                                         .reason = "half-duplex is asked for" };

/* With an application's own devices only what it asks for expressly is done. */
static const LvEchoState *
get_state (LvSession *self)
{
  if (self->capture == NULL || self->playback == NULL)
    return &no_echo;
  if (self->running->audio != LV_AUDIO_FD)
    return lv_pw_context_get_echo (self->services.audio);
  return self->running->echo_cancel == LV_ECHO_CANCEL_HALF_DUPLEX ? &half_duplex : &no_echo;
}

static void
warn (LvSession *self, const char *message)
{
  g_auto (GVariantDict) details = G_VARIANT_DICT_INIT (NULL);
  double loss_db;

  if (self->echo.warned)
    return;
  self->echo.warned = TRUE;
  if (lv_echo_meter_get (&self->echo.meter, &loss_db))
    g_variant_dict_insert (&details, "echo-return-loss", "d", loss_db);
  lv_session_warn_with (self, "echo", message, g_variant_dict_end (&details));
}

/* Another canceller, or none: what was measured and learned is of the old one. */
static void
follow (LvSession *self, const LvEchoState *state)
{
  g_autofree char *message = NULL;

  if (self->echo.serial == state->serial && self->echo.mode == state->mode)
    return;
  g_debug ("Echo: %s, because %s", lv_echo_mode_to_nick (state->mode), state->reason);
  self->echo.serial = state->serial;
  self->echo.mode = state->mode;
  self->echo.meter = (LvEchoMeter){ 0 };
  if (!state->failed)
    return;
  message =
      g_strdup_printf ("Echo cannot be cancelled, so the microphone is silent while the model "
                       "speaks: %s",
                       state->reason);
  warn (self, message);
}

static gboolean
is_learning (LvSession *self)
{
  return self->echo.mode == LV_ECHO_CANCEL && !lv_echo_meter_has_learned (&self->echo.meter);
}

static void
judge_return_loss (LvSession *self)
{
  double loss_db;

  if (self->echo.mode == LV_ECHO_CANCEL && lv_echo_meter_is_disturbed (&self->echo.meter))
    {
      lv_pw_context_renew_echo (self->services.audio);
      return;
    }
  if (self->echo.mode != LV_ECHO_HALF_DUPLEX && !is_learning (self) &&
      lv_echo_meter_get (&self->echo.meter, &loss_db) && loss_db < LV_ECHO_BAD_DB)
    warn (self, "The microphone hears the model's voice loudly, which may interrupt it; use a "
                "headset, turn down the speaker, or set echo-cancel to half-duplex");
}

static gboolean
is_audible (LvSession *self, gint64 now_us)
{
  if (self->playing)
    self->echo.audible_us = now_us;
  return self->echo.audible_us > 0 && now_us < self->echo.audible_us + LV_ECHO_TAIL_MS * US_PER_MS;
}

static double
to_db (double level)
{
  return 20.0 * log10 (level + 1e-6);
}

gboolean
lv_session_estimate_echo (LvSession *self, double *ret_db)
{
  double loss_db;

  if (self->echo.mode == LV_ECHO_NONE && self->running->echo_cancel != LV_ECHO_CANCEL_OFF)
    return TRUE;
  if (self->echo.mode == LV_ECHO_HALF_DUPLEX || is_learning (self) ||
      !lv_echo_meter_get (&self->echo.meter, &loss_db))
    return FALSE;
  *ret_db = to_db (self->echo.voice) - loss_db;
  return TRUE;
}

/* What a canceller leaves, where it does less than usual: it was disturbed, as by a busy machine
 * that left out a cycle of the graph. As good as it was lately, so much is let through; whoever is
 * nearly as loud as the voice is heard in any case. */
static gboolean
is_residue (LvSession *self, double heard, gint64 now_us)
{
  double echo_db, voice_db = to_db (self->echo.voice);

  if (self->echo.mode != LV_ECHO_CANCEL || !lv_session_estimate_echo (self, &echo_db))
    return FALSE;
  if (to_db (heard) > MIN (echo_db + LV_ECHO_RESIDUE_DB, voice_db - LV_ECHO_NEAR_DB))
    self->echo.open_us = now_us + LV_ECHO_OPEN_MS * US_PER_MS;
  return now_us >= self->echo.open_us;
}

/* Whoever holds the key of push to talk means to be heard. */
static gboolean
is_gated (LvSession *self, double heard)
{
  gint64 now_us = g_get_monotonic_time ();

  if (!is_audible (self, now_us) || lv_session_is_talking (self))
    return FALSE;
  return self->echo.mode == LV_ECHO_HALF_DUPLEX || is_learning (self) ||
         is_residue (self, heard, now_us);
}

const gint16 *
lv_session_judge_echo (LvSession *self, const gint16 *samples, guint n_samples)
{
  static const gint16 silence[LV_CHUNK_FRAMES];
  double heard = lv_pcm_rms (samples, n_samples);
  double level = self->playing ? lv_playback_get_level (self->playback) : 0.0;

  self->echo.voice = MAX (level, self->echo.voice * LV_ECHO_FADING);
  follow (self, get_state (self));
  if (self->playing && lv_echo_meter_feed (&self->echo.meter, level, heard))
    judge_return_loss (self);
  return is_gated (self, heard) && n_samples <= LV_CHUNK_FRAMES ? silence : samples;
}

/* The devices are shared. */
static void
decide (LvSession *self)
{
  if (self->running->audio == LV_AUDIO_PIPEWIRE)
    lv_pw_context_set_echo_cancel (self->services.audio, self->running->echo_cancel);
}

/* Before the microphone opens, so that it need not be opened again. */
void
lv_session_begin_echo (LvSession *self)
{
  self->echo = (LvSessionEcho){ 0 };
  if (lv_session_may_listen (self) && lv_session_setup_has_microphone (self->running))
    decide (self);
}

void
lv_session_choose_echo (LvSession *self, LvEchoCancel wanted)
{
  self->running->echo_cancel = wanted;
  if (self->microphone_active)
    decide (self);
}

void
lv_session_describe_echo (LvSession *self, GVariantDict *description)
{
  double loss_db;

  if (self->capture == NULL || self->playback == NULL)
    return;
  g_variant_dict_insert (description, "echo-cancel", "s",
                         lv_echo_mode_to_nick (get_state (self)->mode));
  if (lv_echo_meter_get (&self->echo.meter, &loss_db))
    g_variant_dict_insert (description, "echo-return-loss", "d", loss_db);
}
