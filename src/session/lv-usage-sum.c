/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-usage-sum.h"

#include <math.h>

typedef struct {
  const char *name;
  gsize offset;
} Number;

#define FIELD(member) G_STRUCT_OFFSET (LvUsageSum, member)
#define BY_MODALITY(name, member)                                                                  \
  { name "-text", FIELD (member[LV_MODALITY_TEXT]) },                                              \
      { name "-audio", FIELD (member[LV_MODALITY_AUDIO]) },                                        \
      { name "-image", FIELD (member[LV_MODALITY_IMAGE]) },                                        \
      { name "-video", FIELD (member[LV_MODALITY_VIDEO]) },                                        \
  {                                                                                                \
    name "-document", FIELD (member[LV_MODALITY_DOCUMENT])                                         \
  }

static const Number counts[] = {
  { "turns", FIELD (turns) },       { "unpriced-turns", FIELD (unpriced_turns) },
  BY_MODALITY ("prompt", prompt),   BY_MODALITY ("response", response),
  BY_MODALITY ("cached", cached),   BY_MODALITY ("tool-prompt", tool_prompt),
  { "thoughts", FIELD (thoughts) }, { "total", FIELD (total) },
  { "free", FIELD (free) },
};

static const Number amounts[] = {
  { "audio-in-seconds", FIELD (audio_in_s) },
  { "audio-out-seconds", FIELD (audio_out_s) },
  { "cost", FIELD (cost) },
};

static guint64 *
count_field (const LvUsageSum *sum, const Number *number)
{
  return G_STRUCT_MEMBER_P (sum, number->offset);
}

static double *
amount_field (const LvUsageSum *sum, const Number *number)
{
  return G_STRUCT_MEMBER_P (sum, number->offset);
}

void
lv_usage_sum_add (LvUsageSum *sum, const LvUsageSum *more)
{
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    *count_field (sum, &counts[i]) += *count_field (more, &counts[i]);
  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++)
    *amount_field (sum, &amounts[i]) += *amount_field (more, &amounts[i]);
}

void
lv_usage_sum_add_turn (LvUsageSum *sum, const LvUsage *usage, double cost)
{
  sum->turns++;
  for (LvModality modality = 0; modality < LV_N_MODALITIES; modality++)
    {
      sum->prompt[modality] += usage->prompt[modality];
      sum->response[modality] += usage->response[modality];
      sum->cached[modality] += usage->cached[modality];
      sum->tool_prompt[modality] += usage->tool_prompt[modality];
    }
  sum->thoughts += usage->thought_tokens;
  sum->total += usage->total_tokens;
  if (cost >= 0)
    sum->cost += cost;
  else
    sum->unpriced_turns++;
}

void
lv_usage_sum_describe (const LvUsageSum *sum, GVariantBuilder *dict)
{
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      guint64 value = *count_field (sum, &counts[i]);

      if (value > 0)
        g_variant_builder_add (dict, "{sv}", counts[i].name, g_variant_new_uint64 (value));
    }
  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++)
    {
      double value = *amount_field (sum, &amounts[i]);
      gboolean is_cost = amounts[i].offset == FIELD (cost);

      if (is_cost ? sum->unpriced_turns == 0 : value > 0)
        g_variant_builder_add (dict, "{sv}", amounts[i].name, g_variant_new_double (value));
    }
}

void
lv_usage_sum_save (const LvUsageSum *sum, GKeyFile *key_file, const char *group)
{
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    g_key_file_set_uint64 (key_file, group, counts[i].name, *count_field (sum, &counts[i]));
  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++)
    g_key_file_set_double (key_file, group, amounts[i].name, *amount_field (sum, &amounts[i]));
}

void
lv_usage_sum_load (LvUsageSum *sum, GKeyFile *key_file, const char *group)
{
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    *count_field (sum, &counts[i]) = g_key_file_get_uint64 (key_file, group, counts[i].name, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (amounts); i++)
    {
      double value = g_key_file_get_double (key_file, group, amounts[i].name, NULL);

      *amount_field (sum, &amounts[i]) = isfinite (value) && value > 0 ? value : 0;
    }
}
