/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-memory.h"

#include "base/lv-random.h"
#include "engine/lv-engine-rules.h"

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

static LvEngineConversation *
refuse (guint code, const char *reason, guint *ret_code, const char **ret_reason)
{
  *ret_code = code;
  *ret_reason = reason;
  return NULL;
}

LvEngineConversation *
lv_engine_memory_open (LvEngineMemory *self, const char *handle, const char *model, guint *ret_code,
                       const char **ret_reason)
{
  g_autoptr (LvEngineConversation) conversation = NULL;

  if (handle == NULL)
    conversation = lv_engine_conversation_new ();
  else if (g_hash_table_contains (self->conversations, handle))
    conversation = g_object_ref (g_hash_table_lookup (self->conversations, handle));

  if (conversation == NULL)
    return refuse (LV_ENGINE_CLOSE_REFUSED, "BidiGenerateContent session not found", ret_code,
                   ret_reason);
  if (!lv_engine_conversation_is_of (conversation, model))
    return refuse (LV_ENGINE_CLOSE_INVALID, LV_ENGINE_INVALID_ARGUMENT, ret_code, ret_reason);
  if (!lv_engine_conversation_open (conversation))
    return refuse (LV_ENGINE_CLOSE_INTERNAL, "Internal error encountered.", ret_code, ret_reason);
  return g_steal_pointer (&conversation);
}
