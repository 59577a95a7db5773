/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scripts of faults, and what a client of the program meets by them.
 */
#include "engine/lv-engine-faults.h"

#include "lib/lv-test.h"
#include "lv-engine-client.h"

static char *
write_script (const char *folder, const char *script)
{
  char *path = g_build_filename (folder, "faults", NULL);

  g_assert_true (g_file_set_contents (path, script, -1, NULL));
  return path;
}

static LvEngineFaults *
load (const char *script, GError **error)
{
  char *folder = lv_test_make_dir ();
  g_autofree char *path = write_script (folder, script);
  LvEngineFaults *faults = lv_engine_faults_load (path, error);

  lv_test_remove_dir (folder);
  return faults;
}

static void
test_script (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvEngineFaults) faults = load ("# two of a kind\n\n"
                                            "setup 10 drop\n"
                                            "  resume 0 close 1011 Internal error encountered.\n"
                                            "setup 20 goaway 5000\n",
                                            &error);
  g_autoptr (LvEngineFault) resume = NULL;
  g_autoptr (LvEngineFault) first = NULL;
  g_autoptr (LvEngineFault) second = NULL;

  g_assert_no_error (error);
  resume = lv_engine_faults_take (faults, LV_ENGINE_STAGE_RESUME);
  g_assert_cmpint (resume->kind, ==, LV_ENGINE_FAULT_CLOSE);
  g_assert_cmpuint (resume->number, ==, 1011);
  g_assert_cmpstr (resume->reason, ==, "Internal error encountered.");

  first = lv_engine_faults_take (faults, LV_ENGINE_STAGE_SETUP);
  g_assert_cmpint (first->kind, ==, LV_ENGINE_FAULT_DROP);
  g_assert_cmpuint (first->delay_ms, ==, 10);
  second = lv_engine_faults_take (faults, LV_ENGINE_STAGE_SETUP);
  g_assert_cmpint (second->kind, ==, LV_ENGINE_FAULT_GOAWAY);
  g_assert_cmpuint (second->number, ==, 5000);

  g_assert_null (lv_engine_faults_take (faults, LV_ENGINE_STAGE_SETUP));
  g_assert_null (lv_engine_faults_take (faults, LV_ENGINE_STAGE_AUDIO));
}

static void
test_mistakes (void)
{
  static const char *const scripts[] = {
    "setup",
    "setup 10",
    "never 10 drop",
    "setup soon drop",
    "setup 10 drip",
    "setup 10 close",
    "setup 10 close 99",
    "setup 10 goaway",
    "setup -1 drop",
    "setup 10 goaway 0x",
    "drop",
    "setup 99999999 drop",
  };

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autofree char *script = g_strconcat ("setup 1 drop\n", scripts[i], "\n", NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (load (script, &error));
      g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
      g_assert_nonnull (strstr (error->message, "faults:2: expected"));
    }
}

static void
test_limit (void)
{
  g_autoptr (GString) script = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i <= LV_ENGINE_FAULTS_MAX; i++)
    g_string_append (script, "setup 1 drop\n");
  g_assert_null (load (script->str, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
}

static void
ask (LvEngineClient *client, const char *text)
{
  lv_engine_client_send (client, lv_client_message_new_text (text));
}

static void
test_program (void)
{
  static const char script[] = "connect 50 close 1011 The service is currently unavailable.\n"
                               "setup 10 goaway 200\n"
                               "audio 0 drop\n"
                               "turn 0 stall\n";
  char *folder = lv_test_make_dir ();
  g_autofree char *file = write_script (folder, script);
  g_autofree char *argument = g_strdup_printf ("--faults=%s", file);
  const char *const arguments[] = { argument, NULL };
  LvEngineProgram program;
  LvEngineClient client;

  lv_engine_program_start (&program, arguments);

  lv_engine_client_connect (&client, &program, NULL);
  lv_engine_record_wait_close (&client.record, 1011, "The service is currently unavailable.");
  lv_engine_client_close (&client);

  lv_engine_client_connect (&client, &program, NULL);
  lv_engine_client_set_up (&client, lv_setup_new ("models/gemini-3.8-live"));
  g_assert_cmpint (lv_engine_record_wait_for (&client.record, is_go_away)->go_away_us, ==, 200000);
  lv_engine_record_wait_close (&client.record, 1008, "Connection aborted because the client");
  lv_engine_client_close (&client);

  lv_engine_client_connect (&client, &program, NULL);
  lv_engine_client_set_up (&client, lv_setup_new ("models/gemini-3.8-live"));
  ask (&client, "tell me about yourself");
  lv_engine_record_wait_close (&client.record, 0, "");
  lv_engine_client_close (&client);

  lv_engine_client_connect (&client, &program, NULL);
  lv_engine_client_set_up (&client, lv_setup_new ("models/gemini-3.8-live"));
  ask (&client, "what time is it");
  lv_engine_record_wait_for (&client.record, is_turn_complete);
  ask (&client, "what time is it");
  lv_test_run_for (300);
  g_assert_cmpuint (client.record.messages->len, ==, client.record.next);
  lv_engine_client_close (&client);

  lv_engine_program_stop (&program);
  lv_test_remove_dir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/faults/script", test_script);
  g_test_add_func ("/engine/faults/mistakes", test_mistakes);
  g_test_add_func ("/engine/faults/limit", test_limit);
  g_test_add_func ("/engine/faults/program", test_program);
  return g_test_run ();
}
