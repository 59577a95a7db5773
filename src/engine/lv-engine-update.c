/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-update.h"

static void
replace (char **text, char **by)
{
  g_free (*text);
  *text = g_steal_pointer (by);
}

void
lv_engine_update_apply (LvSetup *setup, LvSetup *update)
{
  if (update->system_instruction != NULL)
    replace (&setup->system_instruction, &update->system_instruction);
  if (!update->replaces_tools)
    return;
  g_ptr_array_unref (setup->tools);
  setup->tools = g_ptr_array_ref (update->tools);
  setup->google_search = update->google_search;
  setup->code_execution = update->code_execution;
  setup->url_context = update->url_context;
  replace (&setup->google_search_options, &update->google_search_options);
  replace (&setup->server_tools, &update->server_tools);
}
