/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-memory.h"

static LvEngineConversation *
find (LvEngineMemory *memory, const char *handle)
{
  const char *reason;
  guint code;
  g_autoptr (LvEngineConversation) conversation =
      lv_engine_memory_open (memory, handle, "m", &code, &reason);

  if (conversation != NULL)
    lv_engine_conversation_close (conversation);
  return conversation; /* held by the memory, if anybody */
}

static void
test_find (void)
{
  g_autoptr (LvEngineMemory) memory = lv_engine_memory_new ();
  g_autoptr (LvEngineConversation) conversation = lv_engine_conversation_new ();
  const char *first = lv_engine_memory_add (memory, conversation);
  const char *second = lv_engine_memory_add (memory, conversation);

  g_assert_cmpstr (first, !=, second);
  g_assert_true (find (memory, first) == conversation);
  g_assert_true (find (memory, second) == conversation);
  g_assert_null (find (memory, "guess"));
}

static void
check_refused (LvEngineMemory *memory, const char *handle, const char *model, guint code,
               const char *reason)
{
  const char *why;
  guint got;

  g_assert_null (lv_engine_memory_open (memory, handle, model, &got, &why));
  g_assert_cmpuint (got, ==, code);
  g_assert_cmpstr (why, ==, reason);
}

static void
test_open (void)
{
  g_autoptr (LvEngineMemory) memory = lv_engine_memory_new ();
  const char *reason;
  guint code;
  g_autoptr (LvEngineConversation) conversation =
      lv_engine_memory_open (memory, NULL, "m", &code, &reason);
  const char *handle = lv_engine_memory_add (memory, conversation);

  check_refused (memory, handle, "m", 1011, "Internal error encountered.");
  lv_engine_conversation_close (conversation);
  check_refused (memory, handle, "n", 1007, "Request contains an invalid argument.");
  check_refused (memory, "guess", "m", 1008, "BidiGenerateContent session not found");
  g_assert_true (find (memory, handle) == conversation);
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

      g_assert_nonnull (find (memory, handle));
      lv_engine_memory_add (memory, conversation);
    }
  g_assert_null (find (memory, handle));
  g_assert_finalize_object (oldest);
  lv_engine_memory_free (memory);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/memory/find", test_find);
  g_test_add_func ("/engine/memory/open", test_open);
  g_test_add_func ("/engine/memory/forget", test_forget);
  return g_test_run ();
}
