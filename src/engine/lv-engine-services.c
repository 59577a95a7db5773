/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-services.h"

#include "base/lv-random.h"
#include "engine/lv-engine-encyclopedia.h"

#include <string.h>

#define SEARCH_ENTRY                                                                               \
  "<div class=\"livevoice-search\"><small>Offline search (no network, not Google):</small> "       \
  "<span>%s</span></div>"
#define NOT_FOUND "My small offline encyclopedia has nothing about that."
#define NOT_FETCHED "I work without the network: I cannot read that page."

LvEngineServices
lv_engine_services_of_setup (const LvSetup *setup)
{
  return (LvEngineServices){ .search = setup->google_search || setup->google_search_options != NULL,
                             .code = setup->code_execution,
                             .urls = setup->url_context };
}

void
lv_engine_finding_free (LvEngineFinding *finding)
{
  g_free (finding->text);
  g_clear_pointer (&finding->message, lv_server_message_free);
  g_free (finding);
}

static LvEngineFinding *
new_finding (const char *text)
{
  LvEngineFinding *finding = g_new0 (LvEngineFinding, 1);

  finding->text = g_strdup (text);
  finding->message = lv_server_message_new ();
  return finding;
}

/* ---- googleSearch ---- */

static LvGrounding *
new_grounding (const char *query)
{
  g_autofree char *escaped = g_markup_escape_text (query, -1);
  LvGrounding *grounding = g_new0 (LvGrounding, 1);

  grounding->queries = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (grounding->queries, g_strdup (query));
  grounding->search_entry = g_strdup_printf (SEARCH_ENTRY, escaped);
  return grounding;
}

static void
add_source (LvGrounding *grounding, const LvEngineFact *fact)
{
  LvSource *source = g_new0 (LvSource, 1);

  grounding->sources = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_source_free);
  source->uri = g_strdelimit (g_strconcat (LV_ENGINE_SEARCH_URI, fact->topic, NULL), " ", '-');
  source->title = g_strdup_printf ("%s (built-in encyclopedia, offline)", fact->topic);
  source->domain = g_strdup (LV_ENGINE_SEARCH_DOMAIN);
  g_ptr_array_add (grounding->sources, source);
}

/* The whole answer rests on the first source. */
static void
add_support (LvGrounding *grounding, const char *answer)
{
  const guint first = 0;
  const double sure = 1.0;
  LvSupport *support = g_new0 (LvSupport, 1);

  support->end = strlen (answer);
  support->text = g_strdup (answer);
  support->sources = g_array_new (FALSE, FALSE, sizeof (guint));
  support->confidences = g_array_new (FALSE, FALSE, sizeof (double));
  g_array_append_val (support->sources, first);
  g_array_append_val (support->confidences, sure);
  grounding->supports = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_support_free);
  g_ptr_array_add (grounding->supports, support);
}

LvEngineFinding *
lv_engine_services_search (LvEngineServices offered, const char *text,
                           const LvEngineUtterance *utterance)
{
  const LvEngineFact *fact = offered.search ? lv_engine_encyclopedia_find (utterance) : NULL;
  LvEngineFinding *finding;

  if (fact == NULL)
    return NULL;
  finding = new_finding (fact->fact);
  finding->message->grounding = new_grounding (text);
  add_source (finding->message->grounding, fact);
  add_support (finding->message->grounding, fact->fact);
  return finding;
}

LvEngineFinding *
lv_engine_services_give_up (LvEngineServices offered, const char *text,
                            const LvEngineUtterance *utterance)
{
  LvEngineFinding *finding;

  if (!offered.search || !lv_engine_encyclopedia_is_question (utterance))
    return NULL;
  finding = new_finding (NOT_FOUND);
  finding->message->grounding = new_grounding (text);
  return finding;
}

/* ---- urlContext ---- */

LvEngineFinding *
lv_engine_services_fetch (LvEngineServices offered, const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t\n<>\"()", -1);
  g_autoptr (GPtrArray) urls =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lv_fetched_url_free);
  LvEngineFinding *finding;

  for (guint i = 0; offered.urls && words[i] != NULL && urls->len < LV_ENGINE_MAX_URLS; i++)
    if (g_str_has_prefix (words[i], "http://") || g_str_has_prefix (words[i], "https://"))
      {
        LvFetchedUrl *url = g_new0 (LvFetchedUrl, 1);

        url->url = g_strdup (words[i]);
        url->status = g_strdup ("URL_RETRIEVAL_STATUS_ERROR");
        g_ptr_array_add (urls, url);
      }
  if (urls->len == 0)
    return NULL;
  finding = new_finding (NOT_FETCHED);
  finding->message->fetched_urls = g_steal_pointer (&urls);
  return finding;
}

/* ---- codeExecution ---- */

char *
lv_engine_services_write_code (const char *question)
{
  static const struct {
    const char *said, *written;
  } words[] = {
    { " percent of ", " / 100 * " },
    { " to the power of ", " ** " },
    { " multiplied by ", " * " },
    { " times ", " * " },
    { " time ", " * " },
    { " x ", " * " },
    { " divided by ", " / " },
    { " over ", " / " },
    { " plus ", " + " },
    { " and ", " + " },
    { " minus ", " - " },
    { " less ", " - " },
    { " squared", " ** 2" },
  };
  g_autoptr (GRegex) root = g_regex_new ("the square root of (\\S+)", 0, 0, NULL);
  g_autofree char *rooted = g_regex_replace (root, question, -1, 0, "\\1 ** 0.5", 0, NULL);
  GString *code = g_string_new (rooted);

  g_string_replace (code, ",", "", 0); /* of 1,234 */
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    g_string_replace (code, words[i].said, words[i].written, 0);
  return g_string_free (code, FALSE);
}

LvServerMessage *
lv_engine_services_run (LvEngineServices offered, const char *question, const char *result)
{
  g_autofree char *expression = lv_engine_services_write_code (question);
  g_autofree char *output = g_strconcat (result, "\n", NULL);
  g_autofree char *id = lv_random_name ();
  LvServerMessage *message;
  LvPart *code, *outcome;

  if (!offered.code)
    return NULL;
  message = lv_server_message_new ();
  message->model_turn = lv_content_new (LV_ROLE_MODEL);
  code = lv_part_new ();
  code->code = g_new0 (LvCode, 1);
  code->code->id = g_strdup (id);
  code->code->language = g_strdup ("PYTHON");
  code->code->code = g_strdup_printf ("print(%s)", expression);
  lv_content_add_part (message->model_turn, code);
  outcome = lv_part_new ();
  outcome->code_result = g_new0 (LvCodeResult, 1);
  outcome->code_result->id = g_strdup (id);
  outcome->code_result->outcome = g_strdup ("OUTCOME_OK");
  outcome->code_result->output = g_steal_pointer (&output);
  lv_content_add_part (message->model_turn, outcome);
  return message;
}
