/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-engine-tools.h"

static const char declarations[] =
    "[{'name':'set_volume','description':'Set the output "
    "volume','parameters':{'type':'object','properties':{"
    "'percent':{'type':'integer','minimum':0,'maximum':100}},'required':['percent']}},"
    "{'name':'set_light','description':'Turn a light in a room on or "
    "off','parameters':{'type':'object','properties':{"
    "'room':{'type':'string','enum':['kitchen','bedroom','living_room']},'on':{'type':'boolean'}},"
    "'required':['room','on']}},"
    "{'name':'get_weather','description':'Get the weather of a "
    "city','parameters':{'type':'object','properties':{"
    "'city':{'type':'string'}},'required':['city']}},"
    "{'name':'play_music','parameters':{'type':'object','properties':{'query':{'type':'string'}}}},"
    "{'name':'lockScreen','description':'Lock the screen'},"
    "{'name':'add_item','description':'Add things to the shopping "
    "list','parameters':{'type':'object','properties':{"
    "'things':{'type':'array','items':{'type':'string'}}},'required':['things']}},"
    "{'name':'add_note','description':'Add a note','parameters':{'type':'object','properties':{"
    "'text':{'type':'string'}},'required':['text']}},"
    "{'name':'start_countdown','parameters':{'type':'object','properties':{'seconds':{'type':'"
    "number'}},"
    "'required':['seconds']}},"
    "{'name':'move_window','description':'Move the "
    "window','parameters':{'type':'object','properties':{"
    "'x':{'type':'integer'},'y':{'type':'integer'}},'required':['x','y']}}]";

LvSetup *
lv_engine_tools_new_setup (void)
{
  LvSetup *setup = lv_setup_new ("models/test");
  g_autoptr (GString) json = g_string_new (declarations);
  g_autoptr (GError) error = NULL;

  g_string_replace (json, "'", "\"", 0);
  g_ptr_array_unref (setup->tools);
  setup->tools = lv_tool_decl_parse_array (json->str, &error);
  g_assert_no_error (error);
  return setup;
}
