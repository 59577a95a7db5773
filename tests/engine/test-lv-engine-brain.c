/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-brain.h"
#include "engine/lv-engine-decoder.h"
#include "lib/lv-test-wav.h"
#include "lib/lv-test.h"
#include "lv-engine-tools.h"

#include <string.h>

typedef struct {
  LvEngineBrain *brain;
  LvSetup *setup;
  GString *said;
  GString *called; /* "name args" of each call */
  GPtrArray *ids;
  GString *announced;
  gboolean done;
  guint n_signals;
} Fixture;

static void
on_say (LvEngineBrain *brain, const char *text, Fixture *fixture)
{
  fixture->n_signals++;
  g_string_append (fixture->said, text);
}

static void
on_call (LvEngineBrain *brain, GPtrArray *calls, Fixture *fixture)
{
  fixture->n_signals++;
  for (guint i = 0; i < calls->len; i++)
    {
      const LvFunctionCall *call = calls->pdata[i];

      g_assert_false (g_ptr_array_find_with_equal_func (fixture->ids, call->id, g_str_equal, NULL));
      g_ptr_array_add (fixture->ids, g_strdup (call->id));
      g_string_append_printf (fixture->called, "%s%s %s", i > 0 ? "; " : "", call->name,
                              call->args);
    }
}

static void
on_done (LvEngineBrain *brain, Fixture *fixture)
{
  fixture->n_signals++;
  fixture->done = TRUE;
}

static void
on_announce (LvEngineBrain *brain, const char *text, Fixture *fixture)
{
  g_string_append (fixture->announced, text);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->setup = lv_engine_tools_new_setup ();
  fixture->brain = lv_engine_brain_new (fixture->setup, NULL, NULL);
  fixture->said = g_string_new (NULL);
  fixture->called = g_string_new (NULL);
  fixture->announced = g_string_new (NULL);
  fixture->ids = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (fixture->brain, "say", G_CALLBACK (on_say), fixture);
  g_signal_connect (fixture->brain, "call", G_CALLBACK (on_call), fixture);
  g_signal_connect (fixture->brain, "done", G_CALLBACK (on_done), fixture);
  g_signal_connect (fixture->brain, "announce", G_CALLBACK (on_announce), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->brain);
  lv_setup_free (fixture->setup);
  g_string_free (fixture->said, TRUE);
  g_string_free (fixture->called, TRUE);
  g_string_free (fixture->announced, TRUE);
  g_ptr_array_unref (fixture->ids);
}

static void
forget (Fixture *fixture)
{
  fixture->done = FALSE;
  fixture->n_signals = 0;
  g_string_truncate (fixture->said, 0);
  g_string_truncate (fixture->called, 0);
}

static void
think (Fixture *fixture, const char *text)
{
  g_test_message ("%s", text);
  forget (fixture);
  lv_engine_brain_think (fixture->brain, text);
  g_assert_cmpuint (fixture->n_signals, ==, 0);
  lv_test_wait_flag (&fixture->done);
}

static void
assert_call (Fixture *fixture, const char *text, const char *called)
{
  think (fixture, text);
  g_assert_cmpstr (fixture->called->str, ==, called);
  g_assert_cmpstr (fixture->said->str, ==, "");
}

static void
assert_say (Fixture *fixture, const char *text, const char *said)
{
  think (fixture, text);
  g_assert_cmpstr (fixture->called->str, ==, "");
  g_assert_cmpstr (fixture->said->str, ==, said);
}

static void
test_calls (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *text, *called;
  } cases[] = {
    { "set the volume to thirty percent", "set_volume {\"percent\":30}" },
    { "Set the volume to 30%.", "set_volume {\"percent\":30}" },
    { "volume fifty five", "set_volume {\"percent\":55}" },
    { "could you please change the volume to zero", "set_volume {\"percent\":0}" },
    { "set the volumes to thirty percent", "set_volume {\"percent\":30}" },
    { "turn on the kitchen light", "set_light {\"room\":\"kitchen\",\"on\":true}" },
    { "turn off the light in the bedroom", "set_light {\"room\":\"bedroom\",\"on\":false}" },
    { "switch the living room lamp on", "set_light {\"room\":\"living_room\",\"on\":true}" },
    { "what is the weather in berlin", "get_weather {\"city\":\"berlin\"}" },
    { "how is the weather in new york today", "get_weather {\"city\":\"new york\"}" },
    { "play some jazz", "play_music {\"query\":\"jazz\"}" },
    { "play music", "play_music {}" },
    { "lock the screen", "lockScreen {}" },
    { "please lock my screen now", "lockScreen {}" },
    { "add milk and eggs to the shopping list", "add_item {\"things\":[\"milk\",\"eggs\"]}" },
    { "add a note: call Bob", "add_note {\"text\":\"call Bob\"}" },
    { "Write a note buy milk and eggs", "add_note {\"text\":\"buy milk and eggs\"}" },
    { "What's the weather in New York?", "get_weather {\"city\":\"New York\"}" },
    { "start a countdown of two minutes", "start_countdown {\"seconds\":120.0}" },
    { "move the window to x fifty y one hundred", "move_window {\"x\":50,\"y\":100}" },
    { "move the window to y ten x twenty", "move_window {\"x\":20,\"y\":10}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_call (fixture, cases[i].text, cases[i].called);
}

/* What came of a call of another conversation is told, whatever words are in it. */
static void
test_note (Fixture *fixture, gconstpointer data)
{
#define CALLED ", which you called before the connection was renewed, "
  assert_say (fixture,
              "The tool \"set_volume\"" CALLED "answered: {\"output\":\"set the volume to ten "
              "percent\"}",
              "Set the volume to ten percent.");
  assert_say (fixture,
              "The tool \"get_weather\"" CALLED "answered: {\"sky\":\"blue\"}\n"
              "The tool \"lockScreen\"" CALLED "answered: {\"error\":\"no screen\"}",
              "Sky is blue. Sorry, that did not work: no screen.");
#undef CALLED
}

/* The built-in answers stay where no tool is meant. */
static void
test_no_calls (Fixture *fixture, gconstpointer data)
{
  static const char *const others[] = {
    "what is seven times eight",
    "tell me a story",
    "set a timer for two minutes",
    "thank you very much",
    "what can you do",
    "the president said that the economy is growing",
    "i would like to go to the market with my brother",
    "stop please",
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      think (fixture, others[i]);
      g_assert_cmpstr (fixture->called->str, ==, "");
      g_assert_cmpuint (fixture->said->len, >, 0);
    }
}

static void
test_ask_back (Fixture *fixture, gconstpointer data)
{
  assert_say (fixture, "set the volume", "What should the percent be?");
  assert_call (fixture, "forty", "set_volume {\"percent\":40}");
  assert_say (fixture, "set the volume to two hundred",
              "That value is not possible. What should the percent be?");
  assert_say (fixture, "set the volume to banana",
              "I cannot use banana for the percent. What should the percent be?");
  assert_call (fixture, "make it thirty", "set_volume {\"percent\":30}");
  assert_say (fixture, "set the light in the kitchen", "On or off?");
  assert_call (fixture, "off please", "set_light {\"room\":\"kitchen\",\"on\":false}");
  assert_say (fixture, "turn on the light", "Which room? One of: kitchen, bedroom, living_room.");
  assert_call (fixture, "the living room", "set_light {\"on\":true,\"room\":\"living_room\"}");
  assert_say (fixture, "what is the weather", "What should the city be?");
  assert_call (fixture, "paris", "get_weather {\"city\":\"paris\"}");
}

static void
test_ask_back_dropped (Fixture *fixture, gconstpointer data)
{
  assert_say (fixture, "set the volume", "What should the percent be?");
  assert_say (fixture, "never mind", "OK, I will not do it.");
  assert_say (fixture, "set the volume", "What should the percent be?");
  assert_say (fixture, "what is two plus two", "2 plus 2 is 4.");
}

static void
give_result (Fixture *fixture, const char *response)
{
  g_autoptr (GPtrArray) responses =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_response_free);

  g_ptr_array_add (
      responses, lv_function_response_new (g_ptr_array_index (fixture->ids, fixture->ids->len - 1),
                                           "set_volume", response));
  forget (fixture);
  lv_engine_brain_results (fixture->brain, responses);
  lv_test_wait_flag (&fixture->done);
}

static void
test_results (Fixture *fixture, gconstpointer data)
{
  think (fixture, "set the volume to thirty percent");
  give_result (fixture, "{\"output\":\"the volume is 30 percent\"}");
  g_assert_cmpstr (fixture->said->str, ==, "The volume is 30 percent.");
  assert_say (fixture, "say that again", "The volume is 30 percent.");
}

static void
test_interrupt (Fixture *fixture, gconstpointer data)
{
  forget (fixture);
  lv_engine_brain_think (fixture->brain, "tell me a story");
  lv_engine_brain_interrupt (fixture->brain, "");
  lv_test_run_for (50);
  g_assert_cmpuint (fixture->n_signals, ==, 0);
  assert_say (fixture, "what is two plus two", "2 plus 2 is 4.");
}

static void
test_announce (Fixture *fixture, gconstpointer data)
{
  assert_say (fixture, "set a timer for one second",
              "OK, 1 second, starting now. Timers end with our conversation.");
  lv_test_wait_flag ((gboolean *) &fixture->announced->len);
  g_assert_cmpstr (fixture->announced->str, ==, "Your timer is done. It was set for 1 second.");
}

static void
test_history (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvContent) turn = lv_content_new_text (LV_ROLE_MODEL, "It was me.");

  lv_engine_brain_add_history (fixture->brain, turn);
  assert_say (fixture, "what did you say", "It was me.");
}

/* What a client asks that misses the answer. */
static void
test_reminders (Fixture *fixture, gconstpointer data)
{
  static const char go_on[] = "(Please go on where you stopped, in the same language.)";
  static const char anew[] =
      "(Please answer what was said last, in the language of the conversation.)";

  think (fixture, go_on);
  g_assert_true (g_str_has_prefix (fixture->said->str, "Sorry"));
  assert_say (fixture, "what is two plus two", "2 plus 2 is 4.");
  assert_say (fixture, go_on, "2 plus 2 is 4.");
  assert_say (fixture, anew, "2 plus 2 is 4.");
  assert_call (fixture, "set the volume to thirty percent", "set_volume {\"percent\":30}");
  assert_call (fixture, anew, "set_volume {\"percent\":30}");
  give_result (fixture, "{\"output\":\"the volume is 30 percent\"}");
  assert_say (fixture, anew, "The volume is 30 percent.");
}

/* Over another connection. */
static void
test_reminded_history (Fixture *fixture, gconstpointer data)
{
  static const char anew[] = "(Please answer what was said last.)";
  g_autoptr (LvContent) question = lv_content_new_text (LV_ROLE_USER, "what is two plus two");
  g_autoptr (LvContent) reminder = lv_content_new_text (LV_ROLE_USER, anew);
  g_autoptr (LvContent) reply = lv_content_new_text (LV_ROLE_MODEL, "It was me.");

  lv_engine_brain_add_history (fixture->brain, reply);
  lv_engine_brain_add_history (fixture->brain, question);
  lv_engine_brain_add_history (fixture->brain, reminder);
  assert_say (fixture, anew, "2 plus 2 is 4.");
  lv_engine_brain_add_history (fixture->brain, reply);
  assert_say (fixture, anew, "It was me.");
}

static char *
hear (LvEngineDecoder *decoder, const char *file)
{
  g_autoptr (GBytes) audio = lv_test_read_wav (file);
  gsize size;
  const gint16 *samples = g_bytes_get_data (audio, &size);

  lv_engine_decoder_begin (decoder);
  lv_engine_decoder_feed (decoder, samples, size / sizeof *samples);
  return lv_engine_decoder_end (decoder);
}

/* From the recorded person's voice to the answer, with the phrases that the brain expects. */
static void
test_recordings (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *file, *said, *called;
  } cases[] = {
    { "ask-time", "It is ", "" },
    { "ask-date", "Today is ", "" },
    { "add", "7 times 8 is 56.", "" },
    { "set-volume", "", "set_volume {\"percent\":30}" },
    { "light-on", "", "set_light {\"room\":\"kitchen\",\"on\":true}" },
    { "set-timer", "OK, 2 minutes, starting now.", "" },
    { "tell-story", "Once upon a time", "" },
    { "about", "I am Live Voice", "" },
    { "stop", "OK.", "" },
    { "thanks", "You are welcome.", "" },
    { "help", "You can ask me", "" },
    { "open", "Sorry, I did not understand", "" },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (LvEngineDecoder) decoder = lv_engine_decoder_new (&error);
  g_auto (GStrv) phrases = lv_engine_brain_dup_phrases (fixture->brain);

  g_assert_no_error (error);
  g_assert_true (lv_engine_decoder_set_phrases (decoder, (const char *const *) phrases));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = hear (decoder, cases[i].file);

      think (fixture, text);
      g_assert_cmpstr (fixture->called->str, ==, cases[i].called);
      g_assert_true (g_str_has_prefix (fixture->said->str, cases[i].said));
    }
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/brain/note", test_note },
    { "/brain/calls", test_calls },
    { "/brain/no-calls", test_no_calls },
    { "/brain/ask-back", test_ask_back },
    { "/brain/ask-back-dropped", test_ask_back_dropped },
    { "/brain/results", test_results },
    { "/brain/interrupt", test_interrupt },
    { "/brain/announce", test_announce },
    { "/brain/history", test_history },
    { "/brain/reminders", test_reminders },
    { "/brain/reminded-history", test_reminded_history },
    { "/brain/recordings", test_recordings },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
