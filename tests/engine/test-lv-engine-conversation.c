/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-conversation.h"

#include "base/lv-pcm.h"

static void
read_text (LvEngineConversation *conversation, const char *text)
{
  g_autoptr (LvContent) turn = lv_content_new_text (LV_ROLE_USER, text);

  lv_engine_conversation_read (conversation, turn);
}

static void
test_tokens (void)
{
  g_autoptr (LvEngineConversation) conversation = lv_engine_conversation_new ();
  g_autoptr (LvSetup) setup = lv_setup_new ("models/gemini-3.8-live");
  g_autoptr (GBytes) image = g_bytes_new_static ("picture", 7);
  g_autofree LvUsage *first = NULL;
  g_autofree LvUsage *second = NULL;

  setup->system_instruction = g_strdup ("Be brief.");
  lv_engine_conversation_set_up (conversation, setup);
  read_text (conversation, "hello");
  lv_engine_conversation_hear (conversation, "what time is it", 2 * LV_RATE_IN);
  lv_engine_conversation_see (conversation, image);
  g_assert_true (lv_engine_conversation_get_image (conversation) == image);
  lv_engine_conversation_speak (conversation, "It is noon.", LV_RATE_OUT);
  first = lv_engine_conversation_report (conversation);
  g_assert_cmpuint (first->prompt[LV_MODALITY_TEXT], ==, 3 + 2);
  g_assert_cmpuint (first->prompt[LV_MODALITY_AUDIO], ==, 50);
  g_assert_cmpuint (first->prompt[LV_MODALITY_IMAGE], ==, 258);
  g_assert_cmpuint (first->prompt_tokens, ==, 5 + 50 + 258);
  g_assert_cmpuint (first->response[LV_MODALITY_AUDIO], ==, 25);
  g_assert_cmpuint (first->response[LV_MODALITY_TEXT], ==, 0);
  g_assert_cmpuint (first->total_tokens, ==, first->prompt_tokens + 25);

  /* What was answered is part of the next prompt; a written answer counts as text. */
  lv_engine_conversation_speak (conversation, "Noon.", 0);
  second = lv_engine_conversation_report (conversation);
  g_assert_cmpuint (second->prompt_tokens, ==, first->total_tokens);
  g_assert_cmpuint (second->response[LV_MODALITY_TEXT], ==, 2);
  g_assert_cmpuint (second->response[LV_MODALITY_AUDIO], ==, 0);
}

static void
test_window (void)
{
  g_autoptr (LvEngineConversation) conversation = lv_engine_conversation_new ();
  guint highest = 0;

  for (guint i = 0; i < 200; i++)
    {
      g_autofree LvUsage *usage = NULL;

      lv_engine_conversation_hear (conversation, "and", 60 * LV_RATE_IN);
      usage = lv_engine_conversation_report (conversation);
      highest = MAX (highest, usage->prompt_tokens);
    }
  g_assert_cmpuint (highest, <=, LV_ENGINE_WINDOW_TOKENS);
  g_assert_cmpuint (highest, >, LV_ENGINE_WINDOW_TOKENS * 9 / 10);
}

static void
test_bounds (void)
{
  g_autoptr (LvEngineConversation) conversation = lv_engine_conversation_new ();
  GPtrArray *turns = lv_engine_conversation_get_turns (conversation);
  g_autofree char *much = g_strnfill (LV_ENGINE_CONVERSATION_MAX_BYTES / 2 + 1, 'a');

  for (guint i = 0; i < 2 * LV_ENGINE_CONVERSATION_MAX_TURNS; i++)
    read_text (conversation, "again");
  g_assert_cmpuint (turns->len, ==, LV_ENGINE_CONVERSATION_MAX_TURNS);
  read_text (conversation, much);
  read_text (conversation, much);
  g_assert_cmpuint (turns->len, ==, 1);
  read_text (conversation, "");
  g_assert_cmpuint (turns->len, ==, 1);
}

static void
test_open (void)
{
  g_autoptr (LvEngineConversation) conversation = lv_engine_conversation_new ();

  g_assert_true (lv_engine_conversation_open (conversation));
  g_assert_false (lv_engine_conversation_open (conversation));
  lv_engine_conversation_close (conversation);
  g_assert_true (lv_engine_conversation_open (conversation));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/conversation/tokens", test_tokens);
  g_test_add_func ("/engine/conversation/window", test_window);
  g_test_add_func ("/engine/conversation/bounds", test_bounds);
  g_test_add_func ("/engine/conversation/open", test_open);
  return g_test_run ();
}
