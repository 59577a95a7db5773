/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scripts of faults, and what a client of the program meets by them.
 */
#include "engine/lv-engine-faults.h"

#include "lib/lv-test.h"
#include "lv-engine-client.h"
#include "protocol/lv-encode.h"

#include <string.h>

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

static LvEngineFault *
take_one (LvEngineFaults *faults, LvEngineStage stage)
{
  g_autoptr (GPtrArray) due = lv_engine_faults_take (faults, stage);

  g_assert_nonnull (due);
  g_assert_cmpuint (due->len, ==, 1);
  return g_ptr_array_steal_index (due, 0);
}

static void
test_script (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvEngineFaults) faults = load ("# two of a kind\n\n"
                                            "setup 10 drop\n"
                                            "  resume 0 close 1011 Internal error encountered.\n"
                                            "setup*2  20\tgoaway 5000\n"
                                            "audio*3 0 lose turn-complete\n"
                                            "turn 0 send {\"a\": 1}\n"
                                            "turn 5 close 1000\n",
                                            &error);
  g_autoptr (LvEngineFault) resume = NULL;
  g_autoptr (LvEngineFault) first = NULL;
  g_autoptr (LvEngineFault) second = NULL;
  g_autoptr (LvEngineFault) third = NULL;
  g_autoptr (GPtrArray) both = NULL;

  g_assert_no_error (error);
  resume = take_one (faults, LV_ENGINE_STAGE_RESUME);
  g_assert_cmpint (resume->kind, ==, LV_ENGINE_FAULT_CLOSE);
  g_assert_cmpuint (resume->number, ==, 1011);
  g_assert_cmpstr (resume->text, ==, "Internal error encountered.");

  first = take_one (faults, LV_ENGINE_STAGE_SETUP);
  g_assert_cmpint (first->kind, ==, LV_ENGINE_FAULT_DROP);
  g_assert_cmpuint (first->delay_ms, ==, 10);
  second = take_one (faults, LV_ENGINE_STAGE_SETUP);
  g_assert_cmpint (second->kind, ==, LV_ENGINE_FAULT_GOAWAY);
  g_assert_cmpuint (second->number, ==, 5000);
  g_assert_null (lv_engine_faults_take (faults, LV_ENGINE_STAGE_SETUP));

  g_assert_null (lv_engine_faults_take (faults, LV_ENGINE_STAGE_AUDIO));
  g_assert_null (lv_engine_faults_take (faults, LV_ENGINE_STAGE_AUDIO));
  third = take_one (faults, LV_ENGINE_STAGE_AUDIO);
  g_assert_cmpuint (third->number, ==, LV_ENGINE_FRAME_TURN_COMPLETE);

  both = lv_engine_faults_take (faults, LV_ENGINE_STAGE_TURN);
  g_assert_cmpuint (both->len, ==, 2);
  g_assert_cmpstr (((LvEngineFault *) both->pdata[0])->text, ==, "{\"a\": 1}");
  g_assert_cmpstr (((LvEngineFault *) both->pdata[1])->text, ==, "");
}

static void
test_wire (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvEngineFaults) faults = load ("audio 0 freeze\nsetup 0 drop\n", &error);
  g_autoptr (LvEngineFault) freeze = NULL;

  g_assert_no_error (error);
  g_assert_true (lv_engine_faults_touch_wire (faults));
  freeze = take_one (faults, LV_ENGINE_STAGE_AUDIO);
  g_assert_false (lv_engine_faults_touch_wire (faults));
}

static void
test_mistakes (void)
{
  static const struct {
    const char *line, *message;
  } mistakes[] = {
    { "setup", "'' is no delay" },
    { "setup 10", "'' is no fault; known are: http, goaway" },
    { "never 10 drop", "'never' is no stage; known are: request, connect" },
    { "setup* 10 drop", "'setup*': write how often" },
    { "setup*0 10 drop", "'setup*0': write how often" },
    { "setup soon drop", "'soon' is no delay" },
    { "setup -1 drop", "'-1' is no delay" },
    { "setup 99999999 drop", "'99999999' is no delay" },
    { "setup 10 drip", "'drip' is no fault" },
    { "setup 10 drop now", "'now' is more than 'drop' takes" },
    { "setup 10 close", "'close' needs CODE [REASON], 1000 to 4999" },
    { "setup 10 close 99", "'close' needs CODE [REASON]" },
    { "setup 10 goaway", "'goaway' needs MS" },
    { "setup 10 goaway 0x", "'goaway' needs MS" },
    { "setup 10 goaway 5 6", "'6' is more than 'goaway' takes" },
    { "setup 10 lose", "'' is no message; known are: setup-complete" },
    { "setup 10 twice tool", "'tool' is no message" },
    { "setup 10 send [1]", "'send' needs a JSON object" },
    { "setup 10 send", "'send' needs a JSON object" },
    { "setup 0 http 503", "there is 'http' at 'request', and nothing else" },
    { "request 0 drop", "there is 'http' at 'request', and nothing else" },
    { "drop", "'drop' is no stage" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autofree char *script = g_strconcat ("setup 1 drop\n", mistakes[i].line, "\n", NULL);
      g_autofree char *message = g_strconcat ("faults:2: ", mistakes[i].message, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (load (script, &error));
      g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, message));
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

/* A client of the program while it misbehaves. */
typedef struct {
  char *folder;
  LvEngineProgram program;
  LvEngineClient client;
} Fixture;

static void
start (Fixture *fixture, const char *script)
{
  g_autofree char *file = NULL;
  g_autofree char *argument = NULL;
  const char *arguments[] = { NULL, NULL };

  fixture->folder = lv_test_make_dir ();
  file = write_script (fixture->folder, script);
  arguments[0] = argument = g_strdup_printf ("--faults=%s", file);
  lv_engine_program_start (&fixture->program, arguments);
}

static void
stop (Fixture *fixture)
{
  lv_engine_program_stop (&fixture->program);
  lv_test_remove_dir (fixture->folder);
}

static LvSetup *
new_setup (const char *handle)
{
  LvSetup *setup = lv_setup_new ("models/gemini-3.8-live");

  setup->output_transcription = setup->resumption = TRUE;
  setup->resumption_handle = g_strdup (handle);
  return setup;
}

static void
open_and_ask (Fixture *fixture, const char *text)
{
  lv_engine_client_connect (&fixture->client, &fixture->program, NULL);
  lv_engine_client_set_up (&fixture->client, new_setup (NULL));
  ask (&fixture->client, text);
}

static void
test_program (void)
{
  static const char script[] = "connect 50 close 1011 The service is currently unavailable.\n"
                               "setup 10 goaway 200\n"
                               "audio 0 drop\n"
                               "turn 0 stall\n";
  Fixture fixture;
  LvEngineClient *client = &fixture.client;

  start (&fixture, script);
  lv_engine_client_connect (client, &fixture.program, NULL);
  lv_engine_record_wait_close (&client->record, 1011, "The service is currently unavailable.");
  lv_engine_client_close (client);

  lv_engine_client_connect (client, &fixture.program, NULL);
  lv_engine_client_set_up (client, new_setup (NULL));
  g_assert_cmpint (lv_engine_record_wait_for (&client->record, is_go_away)->go_away_us, ==, 200000);
  lv_engine_record_wait_close (&client->record, 1008, "Connection aborted because the client");
  lv_engine_client_close (client);

  open_and_ask (&fixture, "tell me about yourself");
  lv_engine_record_wait_close (&client->record, 0, "");
  lv_engine_client_close (client);

  open_and_ask (&fixture, "what time is it");
  lv_engine_record_wait_for (&client->record, is_turn_complete);
  ask (client, "what time is it");
  lv_test_run_for (300);
  g_assert_false (lv_engine_record_has (&client->record, client->record.next, is_audio));
  lv_engine_client_close (client);
  stop (&fixture);
}

static char *
get_handle (LvEngineClient *client)
{
  return g_strdup (
      lv_engine_record_wait_for (&client->record, is_resumption_update)->resumption_handle);
}

/* Refused before it is answered, and taken at the second attempt. */
static void
test_resuming (void)
{
  g_autofree char *handle = NULL;
  Fixture fixture;
  LvEngineClient *client = &fixture.client;
  g_autoptr (LvSetup) setup = NULL;
  g_autoptr (GBytes) frame = NULL;

  start (&fixture, "resuming 0 close 1011 Internal error encountered.\n"
                   "hello*2 0 close 1007 Request contains an invalid argument.\n");
  lv_engine_client_connect (client, &fixture.program, NULL);
  lv_engine_client_set_up (client, new_setup (NULL));
  handle = get_handle (client);
  lv_engine_client_close (client);

  setup = new_setup (handle);
  frame = lv_encode_setup (setup);
  lv_engine_client_connect (client, &fixture.program, NULL);
  lv_engine_client_send_json (client, g_bytes_get_data (frame, NULL));
  lv_engine_record_wait_close (&client->record, 1011, "Internal error encountered.");
  g_assert_cmpuint (client->record.messages->len, ==, 0);
  lv_engine_client_close (client);

  lv_engine_client_connect (client, &fixture.program, NULL);
  lv_engine_client_set_up (client, new_setup (handle));
  lv_engine_client_close (client);

  lv_engine_client_connect (client, &fixture.program, NULL);
  lv_engine_client_send_json (client, "{\"setup\":{\"model\":\"models/gemini-3.8-live\"}}");
  lv_engine_record_wait_close (&client->record, 1007, "Request contains");
  g_assert_cmpuint (client->record.messages->len, ==, 0);
  lv_engine_client_close (client);
  stop (&fixture);
}

static void
test_request (void)
{
  Fixture fixture;

  start (&fixture, "request 0 http 503\n");
  g_assert_cmpuint (lv_engine_client_probe (&fixture.program, LV_ENGINE_PATH, NULL), ==, 503);
  lv_engine_client_connect (&fixture.client, &fixture.program, NULL);
  lv_engine_client_set_up (&fixture.client, new_setup (NULL));
  lv_engine_client_close (&fixture.client);
  stop (&fixture);
}

/* The client's closing reaches nobody: the conversation stays taken, and a resumption is refused. */
static void
test_freeze (void)
{
  g_autofree char *handle = NULL;
  Fixture fixture;
  LvEngineClient *client = &fixture.client;
  LvEngineClient second;
  g_autoptr (LvSetup) setup = NULL;
  g_autoptr (GBytes) frame = NULL;

  start (&fixture, "audio 0 freeze\n");
  lv_engine_client_connect (client, &fixture.program, NULL);
  lv_engine_client_set_up (client, new_setup (NULL));
  handle = get_handle (client);
  ask (client, "tell me about yourself");
  lv_test_run_for (500);
  g_assert_false (client->record.closed);
  g_assert_false (lv_engine_record_has (&client->record, 0, is_generation_complete));

  setup = new_setup (handle);
  frame = lv_encode_setup (setup);
  lv_engine_client_connect (&second, &fixture.program, NULL);
  lv_engine_client_send_json (&second, g_bytes_get_data (frame, NULL));
  lv_engine_record_wait_close (&second.record, 1011, "Internal error encountered.");
  lv_engine_client_close (&second);
  stop (&fixture);
  lv_engine_client_close (client);
}

static void
test_interruption (void)
{
  Fixture fixture;
  LvEngineRecord *record = &fixture.client.record;
  guint after;

  start (&fixture, "interrupted 0 audio 200\naudio*2 0 twice interrupted\n");
  open_and_ask (&fixture, "tell me about yourself");
  lv_engine_record_wait_for (record, is_audio);
  lv_engine_record_wait_for (record, is_audio);
  ask (&fixture.client, "stop");
  lv_engine_record_wait_for (record, is_interrupted);
  lv_engine_record_wait_for (record, is_interrupted);
  after = record->next;
  lv_engine_record_wait_for (record, is_audio);
  g_assert_cmpuint (record->next, ==, after + 1);
  lv_engine_client_close (&fixture.client);
  stop (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/faults/script", test_script);
  g_test_add_func ("/engine/faults/wire", test_wire);
  g_test_add_func ("/engine/faults/mistakes", test_mistakes);
  g_test_add_func ("/engine/faults/limit", test_limit);
  g_test_add_func ("/engine/faults/program", test_program);
  g_test_add_func ("/engine/faults/resuming", test_resuming);
  g_test_add_func ("/engine/faults/request", test_request);
  g_test_add_func ("/engine/faults/freeze", test_freeze);
  g_test_add_func ("/engine/faults/interruption", test_interruption);
  return g_test_run ();
}
