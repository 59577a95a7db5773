/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test.h"
#include "lv-test-session.h"
#include "session/lv-detail.h"

#include <string.h>

static void
expect_detail (const char *frame, const char *line)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  lv_test_server_send_frame (fixture->server, frame);
  wait_logged (fixture, line);
}

static void
test_grounding (void)
{
  expect_detail (
      "{\"serverContent\":{\"outputTranscription\":{\"text\":\"Rain.\"},\"groundingMetadata\":{"
      "\"webSearchQueries\":[\"weather\"],\"retrievalQueries\":[\"climate\"],"
      "\"imageSearchQueries\":[\"sky\"],\"groundingChunks\":[{\"web\":{\"uri\":\"https://"
      "w.example\","
      "\"title\":\"W\"}}],\"groundingSupports\":[{\"segment\":{\"startIndex\":1,\"endIndex\":4,"
      "\"text\":\"ain\"},\"groundingChunkIndices\":[0],\"confidenceScores\":[0.5]}],"
      "\"searchEntryPoint\":{\"renderedContent\":\"<p>\"}}}}",
      "detail 2 grounding {'queries': <['weather', 'climate', 'sky']>, 'sources': "
      "<[('https://w.example', 'W', "
      "'')]>, "
      "'supports': <[(uint32 1, uint32 4, 'ain', [uint32 0], [0.5])]>, 'search-entry': <'<p>'>}");
}

static void
test_parts (void)
{
  expect_detail (
      "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":\"Hm.\",\"thought\":true}]}}}",
      "detail 0 thought {'text': <'Hm.'>}");
  expect_detail ("{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"executableCode\":{\"id\":\"1\","
                 "\"language\":\"PYTHON\",\"code\":\"1+1\"}}]}}}",
                 "detail 0 code {'id': <'1'>, 'language': <'PYTHON'>, 'code': <'1+1'>}");
  expect_detail ("{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"codeExecutionResult\":{\"id\":"
                 "\"1\",\"outcome\":\"OUTCOME_OK\",\"output\":\"2\"}}]}}}",
                 "detail 0 code-result {'id': <'1'>, 'outcome': <'OUTCOME_OK'>, 'output': <'2'>}");
}

static void
test_url_context (void)
{
  expect_detail (
      "{\"serverContent\":{\"urlContextMetadata\":{\"urlMetadata\":[{\"retrievedUrl\":"
      "\"https://a.example\",\"urlRetrievalStatus\":\"URL_RETRIEVAL_STATUS_SUCCESS\"}]}}}",
      "detail 0 url-context {'urls': <[('https://a.example', "
      "'URL_RETRIEVAL_STATUS_SUCCESS')]>}");
}

static void
test_transcription (void)
{
  expect_detail (
      "{\"serverContent\":{\"inputTranscription\":{\"text\":\"guten Tag\",\"languageCode\":"
      "\"de-DE\",\"speakerLabel\":\"A\",\"words\":[{\"word\":\"guten\",\"startOffset\":"
      "\"0.5s\",\"endOffset\":\"0.75s\"}],\"startOffset\":\"0.5s\",\"endOffset\":\"1.25s\"}}}",
      "detail 1 transcription {'role': <'user'>, 'language': <'de-DE'>, 'speaker': <'A'>, "
      "'words': <[('guten', int64 500, int64 750)]>, 'start': <int64 500>, 'end': <int64 1250>}");
  expect_detail (
      "{\"serverContent\":{\"interimInputTranscription\":{\"text\":\"gu\",\"languageCode\":"
      "\"de-DE\"}}}",
      "detail 1 transcription {'role': <'user'>, 'language': <'de-DE'>, 'interim': <true>}");
  expect_detail ("{\"serverContent\":{\"outputTranscription\":{\"text\":\"good day\","
                 "\"languageCode\":\"en\"}}}",
                 "detail 2 transcription {'role': <'model'>, 'language': <'en'>}");
}

static void
test_what_is_heard (void)
{
  expect_detail ("{\"voiceActivity\":{\"type\":\"ACTIVITY_START\",\"audioOffset\":\"10.04s\"}}",
                 "detail 0 voice-activity {'type': <'start'>, 'offset': <int64 10040>}");
  expect_detail ("{\"voiceActivityDetectionSignal\":{\"vadSignalType\":\"VAD_SIGNAL_TYPE_EOS\"}}",
                 "detail 0 voice-activity {'type': <'end'>}");
  expect_detail ("{\"serverContent\":{\"speechState\":\"SPEECH\"}}",
                 "detail 0 speech-state {'state': <'speech'>}");
  expect_detail ("{\"serverContent\":{\"waitingForInput\":true}}", "detail 0 waiting-for-input {}");
  expect_detail ("{\"serverContent\":{\"interactionStatus\":\"IN_PROGRESS\"}}",
                 "detail 0 interaction {'status': <'in-progress'>}");
}

/* Words alone are in the transcript already. */
static void
test_nothing_to_tell (void)
{
  g_autoptr (Fixture) fixture = fixture_new ();

  open_session (fixture);
  say_heard (fixture, "hello", TRUE);
  wait_transcript (fixture, "u:hello.");
  g_assert_cmpuint (count_logged (fixture, "detail"), ==, 0);
}

static void
test_limits (void)
{
  g_autofree char *text = g_strnfill (LV_DETAIL_TEXT_MAX + 1, 'a');
  g_autofree char *wide = g_strconcat (text + 2, "\xc3\xa4", NULL);
  g_autoptr (GPtrArray) urls = g_ptr_array_new ();
  LvFetchedUrl fetched = { .url = (char *) "u", .status = (char *) "s" };
  g_autoptr (GVariant) thought = g_variant_ref_sink (lv_detail_from_thought (wide));
  g_autoptr (GVariant) list = NULL, kept = NULL;
  const char *cut = NULL;

  g_assert_true (g_variant_lookup (thought, "text", "&s", &cut));
  g_assert_cmpuint (strlen (cut), ==, LV_DETAIL_TEXT_MAX - 1);

  for (guint i = 0; i <= LV_DETAIL_LIST_MAX; i++)
    g_ptr_array_add (urls, &fetched);
  list = g_variant_ref_sink (lv_detail_from_urls (urls));
  kept = g_variant_lookup_value (list, "urls", NULL);
  g_assert_cmpuint (g_variant_n_children (kept), ==, LV_DETAIL_LIST_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-detail/grounding", test_grounding);
  g_test_add_func ("/session-detail/parts", test_parts);
  g_test_add_func ("/session-detail/url-context", test_url_context);
  g_test_add_func ("/session-detail/transcription", test_transcription);
  g_test_add_func ("/session-detail/what-is-heard", test_what_is_heard);
  g_test_add_func ("/session-detail/nothing", test_nothing_to_tell);
  g_test_add_func ("/session-detail/limits", test_limits);
  return g_test_run ();
}
