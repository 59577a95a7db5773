/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-captions.h"
#include "engine/lv-engine-services.h"

#include "protocol/lv-encode.h"

#include <string.h>

static const LvEngineServices all = { TRUE, TRUE, TRUE };
static const LvEngineServices none;

static LvEngineFinding *
search (LvEngineServices offered, const char *text)
{
  g_autoptr (LvEngineUtterance) utterance = lv_engine_utterance_new (text);

  return lv_engine_services_search (offered, text, utterance);
}

static void
assert_in_frame (const LvServerMessage *message, const char *text)
{
  g_autoptr (GBytes) frame = lv_encode_server (message);
  gsize size;
  const char *json = g_bytes_get_data (frame, &size);

  if (g_strstr_len (json, size, text) == NULL)
    g_error ("%s is not in %.*s", text, (int) size, json);
}

static void
test_search (void)
{
  static const char question[] = "how high is <mount> everest";
  g_autoptr (LvEngineFinding) finding = search (all, question);
  const LvGrounding *grounding = finding->message->grounding;
  const LvSource *source = grounding->sources->pdata[0];
  const LvSupport *support = grounding->supports->pdata[0];

  g_assert_nonnull (strstr (finding->text, "8849"));
  g_assert_cmpstr (grounding->queries->pdata[0], ==, question);
  g_assert_cmpstr (source->uri, ==, "urn:livevoice:encyclopedia:mount-everest");
  g_assert_nonnull (strstr (source->title, "offline"));
  g_assert_cmpint (support->start, ==, 0);
  g_assert_cmpint (support->end, ==, strlen (finding->text));
  g_assert_nonnull (strstr (grounding->search_entry, "&lt;mount&gt;"));
  g_assert_nonnull (strstr (grounding->search_entry, "not Google"));
  assert_in_frame (finding->message, "\"webSearchQueries\":[\"how high is");
  assert_in_frame (finding->message, "\"groundingChunkIndices\":[0]");
}

static void
test_nothing_found (void)
{
  g_autoptr (LvEngineUtterance) question = lv_engine_utterance_new ("who won the cup final");
  g_autoptr (LvEngineUtterance) remark = lv_engine_utterance_new ("green apples are nice");
  g_autoptr (LvEngineFinding) finding = lv_engine_services_give_up (all, "who won", question);

  g_assert_null (search (all, "who won the cup final"));
  g_assert_null (search (all, "the moon is bright"));
  g_assert_null (search (none, "how far away is the moon"));
  g_assert_null (lv_engine_services_give_up (none, "who won", question));
  g_assert_null (lv_engine_services_give_up (all, "green", remark));
  g_assert_nonnull (strstr (finding->text, "nothing"));
  g_assert_null (finding->message->grounding->sources);
}

static void
test_fetch (void)
{
  g_autoptr (LvEngineFinding) finding = lv_engine_services_fetch (
      all, "compare https://example.org/a and (http://example.net) please");

  g_assert_cmpuint (finding->message->fetched_urls->len, ==, 2);
  assert_in_frame (finding->message, "\"retrievedUrl\":\"https://example.org/a\"");
  assert_in_frame (finding->message, "\"retrievedUrl\":\"http://example.net\"");
  assert_in_frame (finding->message, "URL_RETRIEVAL_STATUS_ERROR");
  g_assert_null (lv_engine_services_fetch (all, "what is https"));
  g_assert_null (lv_engine_services_fetch (none, "read https://example.org"));
}

static void
test_code (void)
{
  static const struct {
    const char *question, *code;
  } cases[] = {
    { "17 times 23", "17 * 23" },
    { "12 percent of 200", "12 / 100 * 200" },
    { "2 to the power of 10 minus 1", "2 ** 10 - 1" },
    { "the square root of 1,444", "1444 ** 0.5" },
    { "9 squared and 1.5 divided by 3", "9 ** 2 + 1.5 / 3" },
  };
  g_autoptr (LvServerMessage) message = lv_engine_services_run (all, "17 times 23", "391");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *code = lv_engine_services_write_code (cases[i].question);

      g_assert_cmpstr (code, ==, cases[i].code);
    }
  assert_in_frame (message, "\"code\":\"print(17 * 23)\"");
  assert_in_frame (message, "\"outcome\":\"OUTCOME_OK\"");
  assert_in_frame (message, "\"output\":\"391\\u000a\"");
  g_assert_null (lv_engine_services_run (none, "17 times 23", "391"));
}

static void
test_polish (void)
{
  static const struct {
    const char *heard, *written;
  } cases[] = {
    { "um what time is uh it", "What time is it?" },
    { "the weather was good", "The weather was good." },
    { "um", "" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *written = lv_engine_captions_polish (cases[i].heard);

      g_assert_cmpstr (written, ==, cases[i].written);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/services/search", test_search);
  g_test_add_func ("/services/nothing-found", test_nothing_found);
  g_test_add_func ("/services/fetch", test_fetch);
  g_test_add_func ("/services/code", test_code);
  g_test_add_func ("/captions/polish", test_polish);
  return g_test_run ();
}
