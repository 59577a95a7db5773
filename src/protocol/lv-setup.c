/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-setup.h"

#include <math.h>

void
lv_setup_init (LvSetup *setup)
{
  setup->tools = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_tool_decl_unref);
  setup->transcription_languages = g_ptr_array_new_with_free_func (g_free);
  setup->vocabulary = g_ptr_array_new_with_free_func (g_free);
  setup->labels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  setup->prefix_padding_ms = -1;
  setup->silence_duration_ms = -1;
  setup->temperature = NAN;
  setup->top_p = NAN;
  setup->presence_penalty = NAN;
  setup->frequency_penalty = NAN;
  setup->seed = LV_INT_UNSET;
  setup->thinking_budget = LV_INT_UNSET;
}

LvSetup *
lv_setup_new (const char *model)
{
  LvSetup *setup = g_new0 (LvSetup, 1);

  lv_setup_init (setup);
  setup->model = g_strdup (model);
  return setup;
}

void
lv_setup_free (LvSetup *setup)
{
  if (setup == NULL)
    return;
  g_free (setup->model);
  g_free (setup->system_instruction);
  g_free (setup->thinking_level);
  g_free (setup->translate_to);
  g_free (setup->voice);
  g_free (setup->language);
  g_free (setup->replicated_voice);
  g_ptr_array_unref (setup->tools);
  g_free (setup->google_search_options);
  g_free (setup->server_tools);
  g_ptr_array_unref (setup->transcription_languages);
  g_ptr_array_unref (setup->vocabulary);
  g_free (setup->transcription_source);
  g_free (setup->resumption_handle);
  g_free (setup->safety);
  g_hash_table_unref (setup->labels);
  g_free (setup->avatar);
  g_free (setup->extra);
  g_free (setup);
}

const LvModel *
lv_setup_get_limits (const LvSetup *setup)
{
  return setup->limits != NULL ? setup->limits : lv_model_lookup (setup->model);
}
