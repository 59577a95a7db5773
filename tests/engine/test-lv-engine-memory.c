/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-memory.h"

static void
test_find (void)
{
  g_autoptr (LvEngineMemory) memory = lv_engine_memory_new ();
  g_autoptr (LvEngineConversation) conversation = lv_engine_conversation_new ();
  const char *first = lv_engine_memory_add (memory, conversation);
  const char *second = lv_engine_memory_add (memory, conversation);

  g_assert_cmpstr (first, !=, second);
  g_assert_true (lv_engine_memory_find (memory, first) == conversation);
  g_assert_true (lv_engine_memory_find (memory, second) == conversation);
  g_assert_null (lv_engine_memory_find (memory, "guess"));
}

static void
test_forget (void)
{
  LvEngineMemory *memory = lv_engine_memory_new ();
  LvEngineConversation *oldest = lv_engine_conversation_new ();
  g_autofree char *handle = g_strdup (lv_engine_memory_add (memory, oldest));

  for (guint i = 0; i < LV_ENGINE_MEMORY_MAX_HANDLES; i++)
    {
      g_autoptr (LvEngineConversation) conversation = lv_engine_conversation_new ();

      g_assert_nonnull (lv_engine_memory_find (memory, handle));
      lv_engine_memory_add (memory, conversation);
    }
  g_assert_null (lv_engine_memory_find (memory, handle));
  g_assert_finalize_object (oldest);
  lv_engine_memory_free (memory);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/memory/find", test_find);
  g_test_add_func ("/engine/memory/forget", test_forget);
  return g_test_run ();
}
