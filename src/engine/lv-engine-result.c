/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-result.h"

#include "engine/lv-engine-numbers.h"
#include "engine/lv-engine-words.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define MAX_ITEMS 8 /* that anybody would listen to */
#define MAX_DEPTH 3

/* Members that hold the answer itself, the best first. */
static const char *const answer_keys[] = { "output", "result",  "message", "text",
                                           "answer", "summary", "response" };
static const char *const ok_texts[] = { "ok", "okay", "done", "success", "true", NULL };
static const char *const noise_keys[] = { "status",     "success", "ok", "retryable",
                                          "scheduling", "code",    "id", NULL };

static char *value_to_text (JsonNode *node, guint depth);

static char *
array_to_text (JsonArray *array, guint depth)
{
  guint n = json_array_get_length (array), shown = MIN (n, MAX_ITEMS);
  GString *text = g_string_new (n == 0 ? "nothing" : NULL);

  for (guint i = 0; i < shown; i++)
    {
      g_autofree char *item = value_to_text (json_array_get_element (array, i), depth + 1);

      g_string_append_printf (text, "%s%s", i == 0 ? "" : i + 1 == n ? " and " : ", ", item);
    }
  if (n > shown)
    g_string_append_printf (text, " and %u more", n - shown);
  return g_string_free (text, FALSE);
}

/* "temperature 21, sky cloudy" */
static char *
object_to_text (JsonObject *object, guint depth)
{
  g_autoptr (GList) names = json_object_get_members (object);
  GString *text = g_string_new (NULL);
  guint n = 0;

  for (GList *l = names; l != NULL && n < MAX_ITEMS; l = l->next)
    {
      g_auto (GStrv) words = lv_engine_words_split_name (l->data);
      g_autofree char *name = g_strjoinv (" ", words);
      g_autofree char *value = NULL;

      if (lv_engine_words_contain (noise_keys, l->data) && names->next != NULL)
        continue;
      value = value_to_text (json_object_get_member (object, l->data), depth + 1);
      g_string_append_printf (text, "%s%s %s%s", n++ == 0 ? "" : ", ", name,
                              depth == 0 ? "is " : "", value);
    }
  return g_string_free (text, FALSE);
}

static char *
scalar_to_text (JsonNode *node)
{
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return g_strdup (json_node_get_string (node));
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (node) ? "yes" : "no");
  return lv_engine_number_to_text (json_node_get_double (node));
}

static char *
value_to_text (JsonNode *node, guint depth)
{
  if (depth > MAX_DEPTH || JSON_NODE_HOLDS_NULL (node))
    return g_strdup ("nothing");
  if (JSON_NODE_HOLDS_ARRAY (node))
    return array_to_text (json_node_get_array (node), depth);
  if (JSON_NODE_HOLDS_OBJECT (node))
    return object_to_text (json_node_get_object (node), depth);
  return scalar_to_text (node);
}

/* A capital first and a full stop last. */
static char *
to_sentence (const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  gsize n = strlen (stripped);

  if (n == 0)
    return g_strdup ("Done.");
  stripped[0] = g_ascii_toupper (stripped[0]);
  return g_strconcat (stripped, strchr (".!?", stripped[n - 1]) != NULL ? "" : ".", NULL);
}

static gboolean
is_just_ok (const char *text)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);

  return lv_engine_words_contain (ok_texts, lower);
}

static JsonNode *
find_answer (JsonObject *object)
{
  for (guint i = 0; i < G_N_ELEMENTS (answer_keys); i++)
    if (json_object_has_member (object, answer_keys[i]))
      return json_object_get_member (object, answer_keys[i]);
  return NULL;
}

static char *
error_to_text (JsonNode *error)
{
  g_autofree char *text = NULL;

  if (JSON_NODE_HOLDS_OBJECT (error) &&
      json_object_has_member (json_node_get_object (error), "message"))
    error = json_object_get_member (json_node_get_object (error), "message");
  text = value_to_text (error, 1);
  return g_strdup_printf ("Sorry, that did not work: %s%s", text,
                          g_str_has_suffix (text, ".") ? "" : ".");
}

char *
lv_engine_result_to_text (const char *response)
{
  g_autoptr (JsonNode) root = json_from_string (response, NULL);
  JsonObject *object =
      root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  JsonNode *answer;
  g_autofree char *text = NULL;

  if (object == NULL)
    return g_strdup ("Done.");
  if (json_object_has_member (object, "error") && !json_object_get_null_member (object, "error"))
    return error_to_text (json_object_get_member (object, "error"));
  answer = find_answer (object);
  text = answer != NULL ? value_to_text (answer, 0) : object_to_text (object, 0);
  return is_just_ok (text) ? g_strdup ("Done.") : to_sentence (text);
}
