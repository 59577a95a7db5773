/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-setup.h"

LvSetup *
lv_setup_new (const char *model)
{
  LvSetup *setup = g_new0 (LvSetup, 1);

  setup->model = g_strdup (model);
  setup->tools = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_tool_decl_unref);
  setup->transcription_languages = g_ptr_array_new_with_free_func (g_free);
  setup->prefix_padding_ms = -1;
  setup->silence_duration_ms = -1;
  return setup;
}

void
lv_setup_free (LvSetup *setup)
{
  if (setup == NULL)
    return;
  g_free (setup->model);
  g_free (setup->voice);
  g_free (setup->language);
  g_free (setup->system_instruction);
  g_ptr_array_unref (setup->tools);
  g_ptr_array_unref (setup->transcription_languages);
  g_free (setup->resumption_handle);
  g_free (setup->thinking_level);
  g_free (setup->extra);
  g_free (setup);
}
