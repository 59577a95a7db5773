/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list of fields is whole and true: each is in a recorded frame, which test-lv-decode reads and
 * writes again.
 */
#include "protocol/lv-fields.h"
#include "protocol/lv-protocol-test.h"

#include <string.h>

typedef struct {
  GHashTable *seen; /* paths in the recorded frames */
  GHashTable *listed;
  guint n_ignored;
} Fixture;

static void collect_node (GHashTable *paths, const char *path, JsonNode *node);

static char *
to_camel (const char *key)
{
  GString *name = g_string_new (NULL);

  for (; *key != '\0'; key++)
    if (*key == '_' && key[1] != '\0')
      g_string_append_c (name, g_ascii_toupper (*++key));
    else
      g_string_append_c (name, *key);
  return g_string_free (name, FALSE);
}

static void
collect_member (JsonObject *object, const char *key, JsonNode *node, gpointer data)
{
  gpointer *context = data;
  const char *path = context[1];
  g_autofree char *name = to_camel (key);
  g_autofree char *member = g_strconcat (path, *path != '\0' ? "." : "", name, NULL);

  collect_node (context[0], member, node);
}

/* A field that repeats may be written without brackets: it is known by both paths. */
static void
collect_node (GHashTable *paths, const char *path, JsonNode *node)
{
  gpointer context[] = { paths, (gpointer) path };

  g_hash_table_add (paths, g_strdup (path));
  if (JSON_NODE_HOLDS_OBJECT (node))
    json_object_foreach_member (json_node_get_object (node), collect_member, context);
  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);
      g_autofree char *elements = g_strconcat (path, "[]", NULL);

      g_hash_table_add (paths, g_strdup (elements));
      for (guint i = 0; i < json_array_get_length (array); i++)
        collect_node (paths, elements, json_array_get_element (array, i));
    }
}

static GHashTable *
collect_frames (const char *prefix)
{
  GHashTable *paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) frames = lv_test_list_frames (prefix);

  for (guint i = 0; i < frames->len; i++)
    {
      g_autoptr (GBytes) frame = lv_test_read_frame (frames->pdata[i]);
      g_autoptr (JsonNode) root = lv_json_parse_frame (frame, NULL);

      collect_node (paths, "", root);
    }
  return paths;
}

/* The schema of a function's parameters has tests of its own. */
static gboolean
is_schema (const char *path)
{
  return strstr (path, ".parameters.") != NULL || strstr (path, ".parametersJsonSchema.") != NULL;
}

static void
check_field (const LvFieldInfo *info, gpointer data)
{
  Fixture *fixture = data;

  if (!g_hash_table_add (fixture->listed, g_strdup (info->path)))
    g_error ("%s is listed twice", info->path);
  if (!is_schema (info->path) && !g_hash_table_contains (fixture->seen, info->path))
    g_error ("%s is in no frame of tests/data/protocol", info->path);
  if (info->ignored == NULL)
    return;
  g_assert_cmpuint (strlen (info->ignored), >, 10);
  fixture->n_ignored++;
}

static void
check_direction (LvDirection direction, const char *prefix, const char *const *known)
{
  g_autoptr (GHashTable) seen = collect_frames (prefix);
  g_autoptr (GHashTable) listed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Fixture fixture = { seen, listed, 0 };

  lv_fields_foreach (direction, check_field, &fixture);
  for (guint i = 0; known[i] != NULL; i++)
    if (!g_hash_table_contains (listed, known[i]))
      g_error ("%s is not listed", known[i]);
  g_assert_cmpuint (fixture.n_ignored, >, 0);
  g_test_message ("%u fields", g_hash_table_size (listed));
}

static void
test_client (void)
{
  static const char *const known[] = {
    "setup",
    "setup.tools[]",
    "setup.tools[].functionDeclarations[].parameters.minItems",
    "setup.generationConfig.speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName",
    "clientContent.turns[].parts[].inlineData.mimeType",
    "realtimeInput.audioStreamEnd",
    "realtimeInput.mediaChunks[].data",
    "toolResponse.functionResponses[].scheduling",
    "contextUpdate.tools.tools[].googleSearch",
    NULL,
  };

  check_direction (LV_FROM_CLIENT, "client-", known);
}

static void
test_server (void)
{
  static const char *const known[] = {
    "setupComplete.sessionId",
    "serverContent.inputTranscription.words[].startOffset",
    "serverContent.groundingMetadata.groundingSupports[].groundingChunkIndices[]",
    "toolCall.functionCalls[].partialArgs[].jsonPath",
    "usageMetadata.candidatesTokensDetails[].tokenCount",
    "goAway.timeLeft",
    NULL,
  };

  check_direction (LV_FROM_SERVER, "server-", known);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fields/client", test_client);
  g_test_add_func ("/fields/server", test_server);
  return g_test_run ();
}
