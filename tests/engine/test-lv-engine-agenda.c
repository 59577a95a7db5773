/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-agenda.h"

static void
test_order (void)
{
  g_autoptr (LvEngineAgenda) agenda = lv_engine_agenda_new ();
  g_autoptr (LvEngineItem) question = NULL;
  g_autoptr (LvEngineItem) results = NULL;
  g_autoptr (LvEngineItem) announcement = NULL;

  g_assert_true (lv_engine_agenda_is_empty (agenda));
  lv_engine_agenda_add_question (agenda, "what time is it", FALSE);
  lv_engine_agenda_add_results (agenda, g_ptr_array_new ());
  lv_engine_agenda_add_announcement (agenda, "The timer is up.");

  question = lv_engine_agenda_take (agenda, FALSE);
  g_assert_cmpstr (question->question, ==, "what time is it");
  results = lv_engine_agenda_take (agenda, FALSE);
  g_assert_nonnull (results->results);
  announcement = lv_engine_agenda_take (agenda, FALSE);
  g_assert_cmpstr (announcement->announcement, ==, "The timer is up.");
  g_assert_null (lv_engine_agenda_take (agenda, FALSE));
}

/* Nothing but what was typed goes before the user has finished. */
static void
test_user_speaks (void)
{
  g_autoptr (LvEngineAgenda) agenda = lv_engine_agenda_new ();
  g_autoptr (LvEngineItem) typed = NULL;

  lv_engine_agenda_add_question (agenda, "typed", TRUE);
  lv_engine_agenda_add_question (agenda, "spoken", FALSE);
  typed = lv_engine_agenda_take (agenda, TRUE);
  g_assert_cmpstr (typed->question, ==, "typed");
  g_assert_null (lv_engine_agenda_take (agenda, TRUE));
  g_assert_false (lv_engine_agenda_is_empty (agenda));
}

static void
test_continue (void)
{
  g_autoptr (LvEngineAgenda) agenda = lv_engine_agenda_new ();
  g_autofree char *much = g_strnfill (LV_ENGINE_QUESTION_MAX_BYTES, 'a');
  g_autoptr (LvEngineItem) item = NULL;

  g_assert_false (lv_engine_agenda_continue_question (agenda, "please"));
  lv_engine_agenda_add_question (agenda, "what time", FALSE);
  g_assert_true (lv_engine_agenda_continue_question (agenda, "is it"));
  g_assert_false (lv_engine_agenda_continue_question (agenda, much));
  item = lv_engine_agenda_take (agenda, FALSE);
  g_assert_cmpstr (item->question, ==, "what time is it");

  lv_engine_agenda_add_announcement (agenda, "The timer is up.");
  g_assert_false (lv_engine_agenda_continue_question (agenda, "thanks"));
}

static void
test_limit (void)
{
  g_autoptr (LvEngineAgenda) agenda = lv_engine_agenda_new ();
  guint n = 0;

  for (guint i = 0; i < 2 * LV_ENGINE_AGENDA_MAX; i++)
    lv_engine_agenda_add_question (agenda, "again", FALSE);
  for (; !lv_engine_agenda_is_empty (agenda); n++)
    lv_engine_item_free (lv_engine_agenda_take (agenda, FALSE));
  g_assert_cmpuint (n, ==, LV_ENGINE_AGENDA_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/agenda/order", test_order);
  g_test_add_func ("/engine/agenda/user-speaks", test_user_speaks);
  g_test_add_func ("/engine/agenda/continue", test_continue);
  g_test_add_func ("/engine/agenda/limit", test_limit);
  return g_test_run ();
}
