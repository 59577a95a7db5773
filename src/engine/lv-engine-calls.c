/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-calls.h"

#include "engine/lv-engine-rules.h"

struct _LvEngineCalls {
  GHashTable *behaviors; /* id -> LvBehavior */
};

LvEngineCalls *
lv_engine_calls_new (void)
{
  LvEngineCalls *self = g_new0 (LvEngineCalls, 1);

  self->behaviors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
lv_engine_calls_free (LvEngineCalls *self)
{
  g_hash_table_unref (self->behaviors);
  g_free (self);
}

static LvBehavior
find_behavior (const LvSetup *setup, const char *name)
{
  for (guint i = 0; i < setup->tools->len; i++)
    {
      LvToolDecl *decl = setup->tools->pdata[i];

      if (!g_str_equal (lv_tool_decl_get_name (decl), name))
        continue;
      return lv_tool_decl_has_behavior (decl) ? lv_tool_decl_get_behavior (decl)
                                              : lv_engine_rules_get_default_behavior (setup);
    }
  return LV_BEHAVIOR_BLOCKING;
}

void
lv_engine_calls_add (LvEngineCalls *self, GPtrArray *calls, const LvSetup *setup)
{
  for (guint i = 0; i < calls->len; i++)
    {
      const LvFunctionCall *call = calls->pdata[i];

      g_hash_table_insert (self->behaviors, g_strdup (call->id),
                           GINT_TO_POINTER (find_behavior (setup, call->name)));
    }
}

static gboolean
is_blocking (gpointer behavior)
{
  return GPOINTER_TO_INT (behavior) == LV_BEHAVIOR_BLOCKING;
}

gboolean
lv_engine_calls_is_blocked (LvEngineCalls *self)
{
  GHashTableIter iter;
  gpointer behavior;

  g_hash_table_iter_init (&iter, self->behaviors);
  while (g_hash_table_iter_next (&iter, NULL, &behavior))
    if (is_blocking (behavior))
      return TRUE;
  return FALSE;
}

static gboolean
collect_blocking (gpointer id, gpointer behavior, gpointer ids)
{
  if (!is_blocking (behavior))
    return FALSE;

  g_ptr_array_add (ids, g_strdup (id));
  return TRUE;
}

GPtrArray *
lv_engine_calls_cancel (LvEngineCalls *self)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  g_hash_table_foreach_remove (self->behaviors, collect_blocking, ids);
  return ids->len > 0 ? g_steal_pointer (&ids) : NULL;
}

gboolean
lv_engine_calls_settle (LvEngineCalls *self, LvFunctionResponse *response)
{
  gpointer behavior;

  if (response->id == NULL ||
      !g_hash_table_lookup_extended (self->behaviors, response->id, NULL, &behavior))
    return FALSE;

  if (!response->will_continue)
    g_hash_table_remove (self->behaviors, response->id);
  if (response->scheduling == LV_SCHEDULING_SILENT)
    return TRUE;
  if (is_blocking (behavior))
    response->scheduling = LV_SCHEDULING_DEFAULT;
  else if (response->scheduling == LV_SCHEDULING_DEFAULT)
    response->scheduling = LV_SCHEDULING_WHEN_IDLE;
  return TRUE;
}
