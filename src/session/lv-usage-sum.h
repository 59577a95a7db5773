/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was used, added up: of one session, or of a day. One table in lv-usage-sum.c names each
 * number once, for the bus and for the file. Pure.
 */
#pragma once

#include "protocol/lv-message.h"

typedef struct {
  guint64 turns;
  guint64 unpriced_turns; /* of which nobody knows what they cost */
  guint64 prompt[LV_N_MODALITIES];
  guint64 response[LV_N_MODALITIES];
  guint64 cached[LV_N_MODALITIES];
  guint64 tool_prompt[LV_N_MODALITIES];
  guint64 thoughts;
  guint64 total;
  guint64 free; /* of them, those of the offline engine */
  double audio_in_s;
  double audio_out_s;
  double cost; /* US dollars, of the turns that have a price */
} LvUsageSum;

void lv_usage_sum_add (LvUsageSum *sum, const LvUsageSum *more);
/* @cost negative: nobody knows. */
void lv_usage_sum_add_turn (LvUsageSum *sum, const LvUsage *usage, double cost);

/* The numbers that are not 0, and "cost" unless a turn has no price, as {sv} into @dict. */
void lv_usage_sum_describe (const LvUsageSum *sum, GVariantBuilder *dict);

void lv_usage_sum_save (const LvUsageSum *sum, GKeyFile *key_file, const char *group);
/* What is missing or no number is 0. */
void lv_usage_sum_load (LvUsageSum *sum, GKeyFile *key_file, const char *group);
