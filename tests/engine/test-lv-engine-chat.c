/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-brain.h"
#include "engine/lv-engine-chat-log.h"
#include "engine/lv-engine-chat-stream.h"
#include "engine/lv-engine-chat.h"
#include "lib/lv-test-soup.h"
#include "lib/lv-test.h"
#include "lv-engine-tools.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* ---- a server that answers as Ollama and llama.cpp do ---- */

typedef struct {
  guint status;
  const char *content_type;
  const char *const *chunks; /* sent one by one */
  gboolean hangs;            /* after the chunks */
} Answer;

typedef struct {
  SoupServer *server;
  char *url;
  const Answer *answers; /* one for each request */
  guint n_requests;
  JsonNode *request; /* the last one */
  SoupServerMessage *hanging;

  LvEngineBrain *brain;
  LvSetup *setup;
  GPtrArray *said;
  GPtrArray *calls;
  gboolean done;
} Fixture;

#define EVENT_STREAM "text/event-stream"

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer data)
{
  Fixture *fixture = data;
  SoupMessageBody *body = soup_server_message_get_response_body (message);
  g_autoptr (GBytes) request =
      soup_message_body_flatten (soup_server_message_get_request_body (message));
  const Answer *answer = &fixture->answers[fixture->n_requests++];

  g_assert_cmpstr (soup_server_message_get_method (message), ==, "POST");
  g_assert_cmpstr (path, ==, "/v1/chat/completions");
  g_clear_pointer (&fixture->request, json_node_unref);
  fixture->request = json_from_string (g_bytes_get_data (request, NULL), NULL);
  g_assert_nonnull (fixture->request);

  soup_server_message_set_status (message, answer->status, NULL);
  soup_message_headers_set_content_type (soup_server_message_get_response_headers (message),
                                         answer->content_type, NULL);
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_CHUNKED);
  for (guint i = 0; answer->chunks[i] != NULL; i++)
    soup_message_body_append (body, SOUP_MEMORY_COPY, answer->chunks[i],
                              strlen (answer->chunks[i]));
  if (!answer->hangs)
    soup_message_body_complete (body);
  else
    g_set_object (&fixture->hanging, message);
}

/* ---- the brain ---- */

static void
on_say (LvEngineBrain *brain, const char *text, Fixture *fixture)
{
  g_ptr_array_add (fixture->said, g_strdup (text));
}

static void
on_call (LvEngineBrain *brain, GPtrArray *calls, Fixture *fixture)
{
  for (guint i = 0; i < calls->len; i++)
    {
      const LvFunctionCall *call = calls->pdata[i];

      g_ptr_array_add (fixture->calls, lv_function_call_new (call->id, call->name, call->args));
    }
}

static void
on_done (LvEngineBrain *brain, Fixture *fixture)
{
  g_assert_false (fixture->done);
  fixture->done = TRUE;
}

static void
start_brain (Fixture *fixture, const char *url)
{
  g_free (fixture->setup->system_instruction);
  fixture->setup->system_instruction = g_strdup ("You are a pirate.");
  fixture->brain = lv_engine_brain_new (fixture->setup, url, "test-model");
  g_signal_connect (fixture->brain, "say", G_CALLBACK (on_say), fixture);
  g_signal_connect (fixture->brain, "call", G_CALLBACK (on_call), fixture);
  g_signal_connect (fixture->brain, "done", G_CALLBACK (on_done), fixture);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;

  fixture->server = lv_test_soup_server_new ();
  soup_server_add_handler (fixture->server, "/v1", on_request, fixture, NULL);
  lv_test_soup_server_listen (fixture->server, 0, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (fixture->server);
  fixture->url = g_strdup_printf ("http://127.0.0.1:%d/v1/", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  fixture->setup = lv_engine_tools_new_setup ();
  fixture->said = g_ptr_array_new_with_free_func (g_free);
  fixture->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_call_free);
  start_brain (fixture, fixture->url);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->brain);
  soup_server_disconnect (fixture->server);
  g_object_unref (fixture->server);
  lv_setup_free (fixture->setup);
  g_ptr_array_unref (fixture->said);
  g_ptr_array_unref (fixture->calls);
  g_clear_object (&fixture->hanging);
  g_clear_pointer (&fixture->request, json_node_unref);
  g_free (fixture->url);
}

static void
ask (Fixture *fixture, const char *text)
{
  fixture->done = FALSE;
  g_ptr_array_set_size (fixture->said, 0);
  lv_engine_brain_think (fixture->brain, text);
  lv_test_wait_flag (&fixture->done);
}

static char *
all_said (Fixture *fixture)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fixture->said->len; i++)
    g_string_append (text, fixture->said->pdata[i]);
  return g_strdup (text->str);
}

static void
assert_said (Fixture *fixture, const char *expected)
{
  g_autofree char *text = all_said (fixture);

  g_assert_cmpstr (text, ==, expected);
}

/* The messages of the last request as "role:content" lines, tool calls as "name(args)". */
static char *
dup_messages (Fixture *fixture)
{
  JsonArray *messages =
      json_object_get_array_member (json_node_get_object (fixture->request), "messages");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 1; i < json_array_get_length (messages); i++)
    {
      JsonObject *message = json_array_get_object_element (messages, i);

      g_string_append_printf (text, "%s:%s", json_object_get_string_member (message, "role"),
                              json_object_get_string_member (message, "content"));
      if (json_object_has_member (message, "tool_calls"))
        {
          JsonObject *call = json_array_get_object_element (
              json_object_get_array_member (message, "tool_calls"), 0);
          JsonObject *function = json_object_get_object_member (call, "function");

          g_string_append_printf (text, "%s(%s)", json_object_get_string_member (function, "name"),
                                  json_object_get_string_member (function, "arguments"));
        }
      g_string_append_c (text, '\n');
    }
  return g_strdup (text->str);
}

static void
assert_messages (Fixture *fixture, const char *expected)
{
  g_autofree char *messages = dup_messages (fixture);

  g_assert_cmpstr (messages, ==, expected);
}

#define DELTA(text)                                                                                \
  "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"" text         \
  "\"}}]}\n\n"
#define DONE                                                                                       \
  "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: "          \
  "[DONE]\n\n"

static const char *const hello[] = {
  DELTA ("Hello"), DELTA (" there. How a"), DELTA ("re you? I am"), DELTA (" fine."), DONE, NULL
};
static const char *const short_answer[] = { DELTA ("Aye."), DONE, NULL };

static void
test_stream (Fixture *fixture, gconstpointer data)
{
  static const Answer answers[] = { { 200, EVENT_STREAM, hello, FALSE },
                                    { 200, EVENT_STREAM, short_answer, FALSE } };
  JsonObject *request;
  JsonObject *system;

  fixture->answers = answers;
  ask (fixture, "hi");
  g_assert_cmpuint (fixture->said->len, ==, 3);
  g_assert_cmpstr (fixture->said->pdata[0], ==, "Hello there. ");
  g_assert_cmpstr (fixture->said->pdata[1], ==, "How are you? ");
  g_assert_cmpstr (fixture->said->pdata[2], ==, "I am fine.");

  request = json_node_get_object (fixture->request);
  g_assert_cmpstr (json_object_get_string_member (request, "model"), ==, "test-model");
  g_assert_true (json_object_get_boolean_member (request, "stream"));
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (request, "tools")), ==,
                    fixture->setup->tools->len);
  system = json_array_get_object_element (json_object_get_array_member (request, "messages"), 0);
  g_assert_cmpstr (json_object_get_string_member (system, "role"), ==, "system");
  g_assert_true (
      g_str_has_suffix (json_object_get_string_member (system, "content"), "You are a pirate."));

  ask (fixture, "and now");
  assert_said (fixture, "Aye.");
  assert_messages (fixture,
                   "user:hi\nassistant:Hello there. How are you? I am fine.\nuser:and now\n");
}

static void
answer_call (Fixture *fixture, guint index, const char *response)
{
  g_autoptr (GPtrArray) responses =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_response_free);
  const LvFunctionCall *call = fixture->calls->pdata[index];

  g_ptr_array_add (responses, lv_function_response_new (call->id, call->name, response));
  fixture->done = FALSE;
  g_ptr_array_set_size (fixture->said, 0);
  lv_engine_brain_results (fixture->brain, responses);
  lv_test_wait_flag (&fixture->done);
}

/* Arguments in pieces, as llama.cpp sends them. */
static const char *const volume_call[] = {
  "data: "
  "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"index\":0,"
  "\"id\":\"abc\",\"type\":"
  "\"function\",\"function\":{\"name\":\"set_volume\",\"arguments\":\"\"}}]}}]}\n\n",
  "data: "
  "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{"
  "\\\"perc\"}}]}}]}\n\n",
  "data: "
  "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"ent\\\":30}"
  "\"}}]}}]}\n\n",
  "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n",
  NULL,
};

static void
test_call (Fixture *fixture, gconstpointer data)
{
  static const Answer answers[] = { { 200, EVENT_STREAM, volume_call, FALSE },
                                    { 200, EVENT_STREAM, short_answer, FALSE } };
  const LvFunctionCall *call;

  fixture->answers = answers;
  ask (fixture, "thirty percent");
  g_assert_cmpuint (fixture->calls->len, ==, 1);
  call = fixture->calls->pdata[0];
  g_assert_cmpstr (call->name, ==, "set_volume");
  g_assert_cmpstr (call->args, ==, "{\"percent\":30}");
  assert_said (fixture, "");

  answer_call (fixture, 0, "{\"output\":\"ok\"}");
  assert_said (fixture, "Aye.");
  assert_messages (
      fixture,
      "user:thirty percent\nassistant:set_volume({\"percent\":30})\ntool:{\"output\":\"ok\"}\n");
}

/* Two calls in one event, as Ollama sends them; the answers come one by one. */
static void
test_parallel_calls (Fixture *fixture, gconstpointer data)
{
  static const char *const two[] = {
    DELTA ("Both? "),
    "data: "
    "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"id\":\"a\",\"index\":0,\"function\":{\"name\":"
    "\"lockScreen\",\"arguments\":"
    "\"{}\"}},{\"id\":\"b\",\"index\":1,\"function\":{\"name\":\"play_music\",\"arguments\":\"{"
    "broken\"}}]}}]}\n\n",
    DONE,
    NULL,
  };
  static const Answer answers[] = { { 200, EVENT_STREAM, two, FALSE },
                                    { 200, EVENT_STREAM, short_answer, FALSE } };

  fixture->answers = answers;
  ask (fixture, "do both");
  assert_said (fixture, "Both? ");
  g_assert_cmpuint (fixture->calls->len, ==, 2);
  g_assert_cmpstr (((LvFunctionCall *) fixture->calls->pdata[1])->name, ==, "play_music");
  g_assert_cmpstr (((LvFunctionCall *) fixture->calls->pdata[1])->args, ==, "{}");

  answer_call (fixture, 0, "{\"output\":1}");
  g_assert_cmpuint (fixture->n_requests, ==, 1);
  answer_call (fixture, 1, "{\"output\":2}");
  g_assert_cmpuint (fixture->n_requests, ==, 2);
  assert_said (fixture, "Aye.");
}

/* The user goes on without waiting for the tool: no call stays open in the conversation. */
static void
test_call_left (Fixture *fixture, gconstpointer data)
{
  static const Answer answers[] = { { 200, EVENT_STREAM, volume_call, FALSE },
                                    { 200, EVENT_STREAM, short_answer, FALSE },
                                    { 200, EVENT_STREAM, short_answer, FALSE } };

  fixture->answers = answers;
  ask (fixture, "thirty percent");
  lv_engine_brain_interrupt (fixture->brain, "");
  ask (fixture, "never mind");
  assert_messages (fixture, "user:thirty percent\nassistant:set_volume({\"percent\":30})\n"
                            "tool:{\"error\":\"cancelled by the user\"}\nuser:never mind\n");
  answer_call (fixture, 0, "{\"output\":\"late\"}");
  assert_said (fixture, "Aye.");
}

/* A result that is only to be remembered: nothing is asked or said, but the next request has it. */
static void
test_silent_result (Fixture *fixture, gconstpointer data)
{
  static const Answer answers[] = { { 200, EVENT_STREAM, volume_call, FALSE },
                                    { 200, EVENT_STREAM, short_answer, FALSE } };
  g_autoptr (GPtrArray) responses =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_response_free);
  LvFunctionResponse *response;

  fixture->answers = answers;
  ask (fixture, "thirty percent");
  response = lv_function_response_new (((LvFunctionCall *) fixture->calls->pdata[0])->id,
                                       "set_volume", "{\"output\":1}");
  response->scheduling = LV_SCHEDULING_SILENT;
  g_ptr_array_add (responses, response);
  fixture->done = FALSE;
  lv_engine_brain_results (fixture->brain, responses);
  lv_test_run_for (50);
  g_assert_false (fixture->done);
  g_assert_cmpuint (fixture->n_requests, ==, 1);
  ask (fixture, "and");
  assert_messages (
      fixture, "user:thirty "
               "percent\nassistant:set_volume({\"percent\":30})\ntool:{\"output\":1}\nuser:and\n");
}

static void
test_endless_calls (Fixture *fixture, gconstpointer data)
{
  Answer answers[LV_ENGINE_CHAT_MAX_ROUNDS + 2];

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    answers[i] = (Answer){ 200, EVENT_STREAM, volume_call, FALSE };
  fixture->answers = answers;
  ask (fixture, "loop");
  for (guint i = 0; i <= LV_ENGINE_CHAT_MAX_ROUNDS; i++)
    answer_call (fixture, i, "{\"output\":\"again\"}");
  assert_said (fixture, "Sorry, this takes too many steps. I stop here. ");
  g_assert_cmpuint (fixture->n_requests, ==, LV_ENGINE_CHAT_MAX_ROUNDS + 1);
}

static void
test_not_streamed (Fixture *fixture, gconstpointer data)
{
  static const char *const whole[] = { "{\"choices\":[{\"message\":{\"role\":\"assistant\",",
                                       "\"content\":\"One. Two.\"}}]}", NULL };
  static const Answer answers[] = { { 200, "application/json", whole, FALSE } };

  fixture->answers = answers;
  ask (fixture, "hi");
  assert_said (fixture, "One. Two.");
}

static void
test_interrupt (Fixture *fixture, gconstpointer data)
{
  static const char *const begun[] = { DELTA ("One. Two. Th"), NULL };
  static const Answer answers[] = { { 200, EVENT_STREAM, begun, TRUE },
                                    { 200, EVENT_STREAM, short_answer, FALSE } };

  fixture->answers = answers;
  lv_engine_brain_think (fixture->brain, "count");
  while (fixture->said->len < 2)
    g_main_context_iteration (NULL, TRUE);
  lv_engine_brain_interrupt (fixture->brain, "One.");
  lv_test_run_for (50);
  g_assert_false (fixture->done);
  ask (fixture, "thanks");
  assert_messages (fixture, "user:count\nassistant:One.\nuser:thanks\n");
}

/* All of the answer had come, but only a part of it was heard. */
static void
test_cut (Fixture *fixture, gconstpointer data)
{
  static const Answer answers[] = { { 200, EVENT_STREAM, hello, FALSE },
                                    { 200, EVENT_STREAM, short_answer, FALSE } };

  fixture->answers = answers;
  ask (fixture, "hi");
  lv_engine_brain_interrupt (fixture->brain, "Hello there.");
  lv_engine_brain_interrupt (fixture->brain, "");
  ask (fixture, "yes");
  assert_messages (fixture, "user:hi\nassistant:Hello there.\nuser:yes\n");
}

/* Said, and to be found in the log with its reason. */
static void
test_failures (Fixture *fixture, gconstpointer data)
{
  static const char *const nothing[] = { NULL };
  static const char *const error[] = { "data: {\"error\":{\"message\":\"out of memory\"}}\n\n",
                                       NULL };
  static const char *const garbage[] = { "data: {{{\n\n", NULL };
  static const Answer answers[] = {
    { 404, "text/plain", nothing, FALSE },       { 500, EVENT_STREAM, nothing, FALSE },
    { 200, EVENT_STREAM, nothing, FALSE },       { 200, EVENT_STREAM, error, FALSE },
    { 200, EVENT_STREAM, garbage, FALSE },       { 200, "application/json", garbage, FALSE },
    { 200, "application/json", nothing, FALSE },
  };
  static const char *const warnings[] = {
    "http://*/v1 answers with status 404",
    "http://*/v1 answers with status 500",
    "*http://*/v1 is cut off",
    "*http://*/v1 is an error",
    "*http://*/v1 is not a JSON object",
    "*http://*/v1 is not a JSON object",
    "*http://*/v1 is not a JSON object",
  };

  fixture->answers = answers;
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *text = NULL;

      g_test_expect_message ("lv-engine-chat", G_LOG_LEVEL_WARNING, warnings[i]);
      ask (fixture, "hi");
      g_test_assert_expected_messages ();
      text = all_said (fixture);
      g_assert_true (g_str_has_prefix (text, "Sorry, the language model "));
    }
}

/* What ends without saying that it ends is not taken for the whole answer, nor are its calls made. */
static void
test_cut_off (Fixture *fixture, gconstpointer data)
{
  static const char *const begun[] = { DELTA ("The light"), DELTA (" is. Now it"), NULL };
  static const char *const erring[] = { DELTA ("The light is. "), "data: {\"error\":1}\n\n", NULL };
  static const char *const calling[] = {
    "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"abc\",\"function\":{"
    "\"name\":\"set_volume\",\"arguments\":\"{\"}}]}}]}\n\n",
    NULL,
  };
  static const Answer answers[] = { { 200, EVENT_STREAM, begun, FALSE },
                                    { 200, EVENT_STREAM, erring, FALSE },
                                    { 200, EVENT_STREAM, calling, FALSE } };
  static const char *const said[] = {
    "The light is. Now it Sorry, the language model broke off here. ",
    "The light is.  Sorry, the language model broke off here. ",
    "Sorry, the language model has no answer. ",
  };

  fixture->answers = answers;
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_test_expect_message ("lv-engine-chat", G_LOG_LEVEL_WARNING, "The answer of http://* is *");
      ask (fixture, "hi");
      g_test_assert_expected_messages ();
      assert_said (fixture, said[i]);
      g_assert_cmpuint (fixture->calls->len, ==, 0);
    }
}

static void
test_unreachable (Fixture *fixture, gconstpointer data)
{
  static const char *const urls[] = { "http://127.0.0.1:1/v1", "not a url" };
  static const char *const warnings[] = { "No connection to http://127.0.0.1:1/v1: *",
                                          "\"not a url\" is not a URL" };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_object_unref (fixture->brain);
      start_brain (fixture, urls[i]);
      g_test_expect_message ("lv-engine-chat", G_LOG_LEVEL_WARNING, warnings[i]);
      ask (fixture, "hi");
      g_test_assert_expected_messages ();
      g_assert_cmpuint (fixture->said->len, ==, 1);
      g_assert_true (g_str_has_prefix (fixture->said->pdata[0], "Sorry, "));
    }
}

/* Gone while the server is still answering. */
static void
test_gone (Fixture *fixture, gconstpointer data)
{
  static const char *const begun[] = { DELTA ("One. Two."), NULL };
  static const Answer answers[] = { { 200, EVENT_STREAM, begun, TRUE } };

  fixture->answers = answers;
  lv_engine_brain_think (fixture->brain, "count");
  while (fixture->said->len < 1)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (fixture->brain);
  fixture->brain = NULL;
  g_ptr_array_set_size (fixture->said, 0);
  lv_test_run_for (50);
  g_assert_cmpuint (fixture->said->len, ==, 0);
  start_brain (fixture, fixture->url);
}

/* ---- the parts alone ---- */

static void
append (const char *text, gpointer data)
{
  g_string_append_printf (data, "<%s>", text);
}

static void
test_thoughts (void)
{
  g_autoptr (GString) said = g_string_new (NULL);
  g_autoptr (LvEngineChatStream) stream = lv_engine_chat_stream_new (append, said);
  static const char *const pieces[] = { "<th", "ink>I should", " say hi. Or not.</th",
                                        "ink>\\n\\nHi. ", "You < me." };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autofree char *event =
          g_strdup_printf ("{\"choices\":[{\"delta\":{\"content\":\"%s\"}}]}", pieces[i]);

      g_assert_true (lv_engine_chat_stream_push (stream, event));
    }
  g_assert_false (lv_engine_chat_stream_push (stream, "[DONE]"));
  g_assert_null (lv_engine_chat_stream_end (stream));
  g_assert_cmpstr (said->str, ==, "<Hi. ><You < me.>");
}

static void
test_log_limits (void)
{
  g_autoptr (LvEngineChatLog) log = lv_engine_chat_log_new ("system");
  g_autofree char *long_text = g_strnfill (2000, 'x');
  g_autoptr (GBytes) request = NULL;
  g_autoptr (JsonNode) root = NULL;
  JsonArray *messages;

  for (guint i = 0; i < 500; i++)
    {
      lv_engine_chat_log_add_text (log, LV_ROLE_USER, long_text);
      lv_engine_chat_log_add_text (log, LV_ROLE_MODEL, long_text);
    }
  request = lv_engine_chat_log_to_request (log, "m", NULL);
  g_assert_cmpuint (g_bytes_get_size (request), <, LV_ENGINE_CHAT_LOG_MAX_BYTES + 8192);
  root = json_from_string (g_bytes_get_data (request, NULL), NULL);
  messages = json_object_get_array_member (json_node_get_object (root), "messages");
  g_assert_cmpuint (json_array_get_length (messages), >, 10);
  g_assert_cmpstr (
      json_object_get_string_member (json_array_get_object_element (messages, 0), "role"), ==,
      "system");
  g_assert_cmpstr (
      json_object_get_string_member (json_array_get_object_element (messages, 1), "role"), ==,
      "user");
  g_assert_false (json_object_has_member (json_node_get_object (root), "tools"));
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/chat/stream", test_stream },
    { "/chat/call", test_call },
    { "/chat/parallel-calls", test_parallel_calls },
    { "/chat/call-left", test_call_left },
    { "/chat/silent-result", test_silent_result },
    { "/chat/endless-calls", test_endless_calls },
    { "/chat/not-streamed", test_not_streamed },
    { "/chat/interrupt", test_interrupt },
    { "/chat/cut", test_cut },
    { "/chat/failures", test_failures },
    { "/chat/cut-off", test_cut_off },
    { "/chat/unreachable", test_unreachable },
    { "/chat/gone", test_gone },
  };

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chat/thoughts", test_thoughts);
  g_test_add_func ("/chat/log-limits", test_log_limits);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
