/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-session-private.h"

static void
take (LvSession *self, const LvUsageSum *more)
{
  lv_usage_sum_add (&self->sum, more);
  if (self->services.ledger != NULL)
    lv_ledger_add (self->services.ledger, more);
}

static double
get_price (LvSession *self, const LvUsage *usage)
{
  if (self->services.ledger == NULL)
    return -1;
  return lv_ledger_price (self->services.ledger, self->model_name, usage);
}

void
lv_session_count_usage (LvSession *self, const LvUsage *usage)
{
  LvUsageSum turn = { 0 };

  lv_usage_sum_add_turn (&turn, usage, get_price (self, usage));
  if (self->endpoint->is_engine)
    turn.free = turn.total;
  take (self, &turn);
  lv_session_watch_budget (self);
}

void
lv_session_count_sent (LvSession *self, guint n_samples)
{
  self->samples_in += n_samples;
}

void
lv_session_count_heard (LvSession *self, guint n_frames)
{
  self->frames_out += n_frames;
}

void
lv_session_count_audio (LvSession *self)
{
  LvUsageSum audio = { .audio_in_s = (double) self->samples_in / LV_RATE_IN,
                       .audio_out_s = (double) self->frames_out / LV_RATE_OUT };

  if (self->samples_in > 0 || self->frames_out > 0)
    take (self, &audio);
  self->samples_in = 0;
  self->frames_out = 0;
}

GVariant *
lv_session_describe_usage (LvSession *self)
{
  GVariantBuilder dict = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariant *budget = lv_session_describe_budget (self);

  lv_session_count_audio (self);
  g_variant_builder_add (&dict, "{sv}", "model", g_variant_new_string (self->model_name));
  lv_usage_sum_describe (&self->sum, &dict);
  if (budget != NULL)
    g_variant_builder_add (&dict, "{sv}", "budget", budget);
  return g_variant_builder_end (&dict);
}
