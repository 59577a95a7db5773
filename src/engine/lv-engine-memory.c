/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-memory.h"

#include "base/lv-random.h"

struct _LvEngineMemory {
  GHashTable *conversations; /* handle -> LvEngineConversation */
  GQueue handles;            /* oldest first; borrowed from the table's keys */
};

LvEngineMemory *
lv_engine_memory_new (void)
{
  LvEngineMemory *self = g_new0 (LvEngineMemory, 1);

  self->conversations = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  return self;
}

void
lv_engine_memory_free (LvEngineMemory *self)
{
  g_queue_clear (&self->handles);
  g_hash_table_unref (self->conversations);
  g_free (self);
}

const char *
lv_engine_memory_add (LvEngineMemory *self, LvEngineConversation *conversation)
{
  char *handle = lv_random_name ();

  g_hash_table_insert (self->conversations, handle, g_object_ref (conversation));
  g_queue_push_tail (&self->handles, handle);
  if (self->handles.length > LV_ENGINE_MEMORY_MAX_HANDLES)
    g_hash_table_remove (self->conversations, g_queue_pop_head (&self->handles));
  return handle;
}

LvEngineConversation *
lv_engine_memory_find (LvEngineMemory *self, const char *handle)
{
  return g_hash_table_lookup (self->conversations, handle);
}
