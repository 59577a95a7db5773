/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ephemeral tokens: what may be asked for, how long it lasts, and what becomes of a client's setup.
 */
#include "engine/lv-engine-tokens.h"

#include "engine/lv-engine-mask.h"
#include "protocol/lv-json.h"

#include <string.h>

static LvEngineToken *
create (LvEngineTokens *tokens, const char *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = lv_json_parse (request, -1, LV_JSON_MAX_BYTES, &error);
  const char *name;

  g_assert_no_error (error);
  name = lv_engine_tokens_create (tokens, node, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (name, LV_ENGINE_TOKEN_PREFIX));
  return lv_engine_tokens_find (tokens, name);
}

static void
test_uses (void)
{
  g_autoptr (LvEngineTokens) tokens = lv_engine_tokens_new ();
  LvEngineToken *once = create (tokens, "{}");
  LvEngineToken *twice = create (tokens, "{\"uses\":2}");
  LvEngineToken *always = create (tokens, "{\"uses\":0}");

  g_assert_true (lv_engine_token_use (once));
  g_assert_false (lv_engine_token_use (once));
  g_assert_true (lv_engine_token_use (twice));
  g_assert_true (lv_engine_token_use (twice));
  g_assert_false (lv_engine_token_use (twice));
  for (guint i = 0; i < 10; i++)
    g_assert_true (lv_engine_token_use (always));
  g_assert_null (lv_engine_tokens_find (tokens, LV_ENGINE_TOKEN_PREFIX "x"));
}

static void
test_times (void)
{
  g_autoptr (LvEngineTokens) tokens = lv_engine_tokens_new ();
  LvEngineToken *over = create (tokens, "{\"expire_time\":\"2020-01-01T00:00:00Z\"}");
  LvEngineToken *late = create (tokens, "{\"newSessionExpireTime\":\"2020-01-01T00:00:00.5Z\"}");

  g_assert_true (lv_engine_token_has_expired (over));
  g_assert_false (lv_engine_token_has_expired (late));
  g_assert_false (lv_engine_token_use (late));
}

static void
test_mistakes (void)
{
  static const struct {
    const char *request, *message;
  } mistakes[] = {
    { "[]", "Invalid value at 'auth_token'" },
    { "{\"uses\":-1}", "Invalid value at 'auth_token.uses'" },
    { "{\"uses\":\"many\"}", "Invalid value at 'auth_token.uses'" },
    { "{\"expireTime\":\"tomorrow\"}", "Invalid value at 'auth_token.expire_time'" },
    { "{\"expireTime\":7}", "Invalid value at 'auth_token.expire_time'" },
    { "{\"newSessionExpireTime\":\"2999-01-01T00:00:00Z\"}",
      "Invalid value at 'auth_token.new_session_expire_time'" },
    { "{\"fieldMask\":[\"model\"]}", "Invalid value at 'auth_token.field_mask'" },
    { "{\"bidiGenerateContentSetup\":7}",
      "Invalid value at 'auth_token.bidi_generate_content_setup'" },
    { "{\"bidiGenerateContentSetup\":{\"volume\":1}}",
      "Invalid JSON payload received. Unknown name" },
    { "{\"volume\":1}", "Invalid JSON payload received. Unknown name \"volume\"" },
  };
  g_autoptr (LvEngineTokens) tokens = lv_engine_tokens_new ();

  for (guint i = 0; i < G_N_ELEMENTS (mistakes); i++)
    {
      g_autoptr (JsonNode) node = lv_json_parse (mistakes[i].request, -1, LV_JSON_MAX_BYTES, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_null (lv_engine_tokens_create (tokens, node, &error));
      g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, mistakes[i].message));
    }
}

static void
test_limit (void)
{
  g_autoptr (LvEngineTokens) tokens = lv_engine_tokens_new ();
  g_autoptr (JsonNode) node = lv_json_parse ("{}", -1, LV_JSON_MAX_BYTES, NULL);
  g_autofree char *first = g_strdup (lv_engine_tokens_create (tokens, node, NULL));

  for (guint i = 1; i < LV_ENGINE_TOKENS_MAX; i++)
    create (tokens, "{}");
  g_assert_nonnull (lv_engine_tokens_find (tokens, first));
  create (tokens, "{}");
  g_assert_null (lv_engine_tokens_find (tokens, first));
}

/* ---- constraints ---- */

#define CLIENT                                                                                     \
  "{\"setup\":{\"model\":\"models/a\",\"generation_config\":{\"temperature\":1,\"topK\":2},"       \
  "\"sessionResumption\":{\"handle\":\"h\"},\"labels\":{\"a\":\"b\"}}}"

static const struct {
  const char *name, *token, *client, *result;
} constraints[] = {
  { "nothing", "{}", CLIENT, CLIENT },
  { "replaced", "{\"bidiGenerateContentSetup\":{\"model\":\"models/b\"}}", CLIENT,
    "{\"setup\":{\"model\":\"models/b\",\"sessionResumption\":{\"handle\":\"h\"}}}" },
  { "model-left-open", "{\"bidiGenerateContentSetup\":{\"labels\":{\"c\":\"d\"}}}", CLIENT,
    "{\"setup\":{\"labels\":{\"c\":\"d\"},\"sessionResumption\":{\"handle\":\"h\"},"
    "\"model\":\"models/a\"}}" },
  { "masked",
    "{\"bidiGenerateContentSetup\":{\"model\":\"models/"
    "b\",\"generationConfig\":{\"temperature\":0.5}},"
    "\"fieldMask\":\"model,generationConfig.temperature\"}",
    CLIENT,
    "{\"setup\":{\"generation_config\":{\"topK\":2,\"temperature\":0.5},"
    "\"labels\":{\"a\":\"b\"},\"model\":\"models/b\",\"sessionResumption\":{\"handle\":\"h\"}}}" },
  { "taken-away",
    "{\"fieldMask\":\"labels,generationConfig.topK,tools,proactivity.proactiveAudio\"}", CLIENT,
    "{\"setup\":{\"model\":\"models/a\",\"generation_config\":{\"temperature\":1},"
    "\"sessionResumption\":{\"handle\":\"h\"}}}" },
  { "handle-stays",
    "{\"bidiGenerateContentSetup\":{\"sessionResumption\":{}},\"fieldMask\":\"sessionResumption\"}",
    "{\"setup\":{\"sessionResumption\":{\"handle\":\"h\"}}}",
    "{\"setup\":{\"sessionResumption\":{\"handle\":\"h\"}}}" },
  { "made",
    "{\"bidiGenerateContentSetup\":{\"generationConfig\":{\"topK\":3}},\"fieldMask\":"
    "\"generationConfig.topK\"}",
    "{\"setup\":{\"generationConfig\":7}}", "{\"setup\":{\"generationConfig\":{\"topK\":3}}}" },
  { "no-setup", "{\"bidiGenerateContentSetup\":{}}", "{\"realtimeInput\":{}}",
    "{\"realtimeInput\":{}}" },
  { "no-json", "{\"bidiGenerateContentSetup\":{}}", "hello", "hello" },
};

static void
test_constraint (gconstpointer data)
{
  const guint n = GPOINTER_TO_UINT (data);
  g_autoptr (LvEngineTokens) tokens = lv_engine_tokens_new ();
  LvEngineToken *token = create (tokens, constraints[n].token);
  const char *client = constraints[n].client;
  g_autoptr (GBytes) frame = g_bytes_new_static (client, strlen (client));

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GBytes) result = lv_engine_token_constrain (token, frame);
      gsize size;
      const char *text = g_bytes_get_data (result, &size);
      g_autofree char *copy = g_strndup (text, size);

      g_assert_cmpstr (copy, ==, constraints[n].result);
    }
}

static void
test_names (void)
{
  g_assert_true (lv_engine_mask_same_name ("topK", "top_k"));
  g_assert_true (lv_engine_mask_same_name ("generation_config", "generationConfig"));
  g_assert_false (lv_engine_mask_same_name ("top", "topK"));
  g_assert_false (lv_engine_mask_same_name ("topK", "top"));
  g_assert_true (lv_engine_mask_same_name ("", ""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/tokens/uses", test_uses);
  g_test_add_func ("/engine/tokens/times", test_times);
  g_test_add_func ("/engine/tokens/mistakes", test_mistakes);
  g_test_add_func ("/engine/tokens/limit", test_limit);
  g_test_add_func ("/engine/tokens/names", test_names);
  for (guint i = 0; i < G_N_ELEMENTS (constraints); i++)
    {
      g_autofree char *path = g_strconcat ("/engine/tokens/constraint/", constraints[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_constraint);
    }
  return g_test_run ();
}
