/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-model.h"

#define EXTENDED "gemini-3.8-live-extended-thinking"
#define NATIVE_2_5 "gemini-2.5-flash-native-audio"

static const struct {
  const char *id, *prefix;
} rows[] = {
  { NULL, LV_MODEL_DEFAULT },
  { "", LV_MODEL_DEFAULT },
  { "models/", LV_MODEL_DEFAULT },
  { "something-new", LV_MODEL_DEFAULT },
  { "gemini-3.8-live", LV_MODEL_DEFAULT },
  { "models/gemini-3.8-live", LV_MODEL_DEFAULT },
  { "models/gemini-3.8-live-001", LV_MODEL_DEFAULT },
  { "models/gemini-3.8-live-extended-thinking", EXTENDED },
  { "projects/p/locations/us-central1/publishers/google/models/gemini-3.8-live-extended-thinking-2",
    EXTENDED },
  { "models/gemini-3.1-flash-live-preview", "gemini-3.1-flash-live" },
  { "models/gemini-2.5-flash-native-audio-preview-12-2025", NATIVE_2_5 },
  { "models/gemini-2.5-flash-native-audio-preview-09-2025", NATIVE_2_5 "-preview-09-2025" },
  { "models/gemini-2.5-flash-native-audio-latest", NATIVE_2_5 },
  { "models/gemini-live-2.5-flash", "gemini-live-2.5-flash" },
  { "models/gemini-live-2.5-flash-native-audio", "gemini-live-2.5-flash-native-audio" },
  { "models/gemini-live-2.5-flash-preview", "gemini-live-2.5-flash-preview" },
  { "models/gemini-live-2.5-flash-preview-native-audio-09-2025",
    "gemini-live-2.5-flash-preview-native-audio-09-2025" },
  { "models/gemini-2.0-flash-live-001", "gemini-2.0-flash-live" },
};

static void
test_lookup (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (lv_model_lookup (rows[i].id)->prefix, ==, rows[i].prefix);
}

static void
test_capabilities (void)
{
  const LvModel *live = lv_model_lookup (LV_MODEL_DEFAULT);
  const LvModel *thinking = lv_model_lookup (EXTENDED);
  const LvModel *older = lv_model_lookup ("gemini-3.1-flash-live-preview");

  g_assert_true (lv_model_can (live, LV_CAN_BEHAVIOR));
  g_assert_true (lv_model_can (live, LV_CAN_SCHEDULING));
  g_assert_true (lv_model_can (live, LV_CAN_CONTENT));
  g_assert_null (live->thinking_level);
  g_assert_false (lv_model_can (thinking, LV_CAN_BLOCKING));
  g_assert_false (lv_model_can (thinking, LV_CAN_SCHEDULING));
  g_assert_cmpstr (thinking->thinking_level, ==, "LOW");
  g_assert_false (lv_model_can (older, LV_CAN_BEHAVIOR));
  g_assert_false (lv_model_can (older, LV_CAN_SCHEDULING));
  g_assert_false (lv_model_can (older, LV_CAN_CONTENT));
}

/* A replacement exists and has not been replaced itself. */
static void
test_replacements (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const LvModel *model = lv_model_lookup (rows[i].id);

      if (model->replaced_by != NULL)
        g_assert_null (lv_model_lookup (model->replaced_by)->replaced_by);
    }
  g_assert_null (lv_model_lookup (LV_MODEL_DEFAULT)->replaced_by);
}

/* Names are what configuration files hold: unique, and of one form. */
static void
test_names (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  g_assert_null (lv_capability_get_name (LV_CAN_ALWAYS));
  for (LvCapability i = LV_CAN_ALWAYS + 1; i < LV_N_CAPABILITIES; i++)
    {
      const char *name = lv_capability_get_name (i);

      g_assert_true (g_hash_table_add (names, (gpointer) name));
      g_assert_true (g_regex_match_simple ("^[a-z]+(-[a-z]+)*$", name, 0, 0));
    }
}

static void
test_apis (void)
{
  g_assert_true (lv_api_can (LV_API_VERTEX, LV_CAN_EXPLICIT_VAD));
  g_assert_false (lv_api_can (LV_API_DEVELOPER_V1ALPHA, LV_CAN_EXPLICIT_VAD));
  g_assert_false (lv_api_can (LV_API_VERTEX_EXPRESS, LV_CAN_WILL_CONTINUE));
  g_assert_true (lv_api_can (LV_API_DEVELOPER_V1BETA, LV_CAN_ALWAYS));
  g_assert_true (lv_api_is_vertex (LV_API_VERTEX_EXPRESS));
  g_assert_false (lv_api_is_vertex (LV_API_DEVELOPER_V1BETA));
}

static void
set (LvModels *models, const char *id, const char *key, const char *value)
{
  g_autoptr (GError) error = NULL;

  lv_models_set (models, id, key, value, &error);
  g_assert_no_error (error);
}

static void
test_corrections (void)
{
  g_autoptr (LvModels) models = lv_models_new ();
  const LvModel *row;

  g_assert_true (lv_models_lookup (models, "x") == lv_model_lookup ("x"));
  set (models, LV_MODEL_DEFAULT, "affective-dialog", "true");
  set (models, LV_MODEL_DEFAULT, "google-search", "false");
  set (models, "gemini-3.1-flash-live", "replaced-by", "");
  set (models, "gemini-3.1-flash-live", "default-thinking-level", "low");
  set (models, "gemini-9-live", "thinking-levels", "low high");
  set (models, "gemini-9-live", "replaced-by", "gemini-10-live");

  row = lv_models_lookup (models, "models/gemini-3.8-live-001");
  g_assert_true (lv_model_can (row, LV_CAN_AFFECTIVE_DIALOG));
  g_assert_false (lv_model_can (row, LV_CAN_GOOGLE_SEARCH));
  g_assert_true (lv_model_can (row, LV_CAN_SCHEDULING));
  g_assert_cmpstr (lv_models_lookup (models, EXTENDED)->prefix, ==, EXTENDED);

  row = lv_models_lookup (models, "gemini-3.1-flash-live-preview");
  g_assert_null (row->replaced_by);
  g_assert_cmpstr (row->thinking_level, ==, "LOW");
  g_assert_cmpstr (row->thinking_levels, ==, "MINIMAL LOW MEDIUM HIGH");

  row = lv_models_lookup (models, "gemini-9-live");
  g_assert_cmpstr (row->thinking_levels, ==, "LOW HIGH");
  g_assert_cmpstr (row->replaced_by, ==, "gemini-10-live");
  g_assert_true (lv_model_can (row, LV_CAN_CONTEXT_UPDATE)); /* as the default model */
  g_assert_false (lv_model_can (lv_model_lookup (LV_MODEL_DEFAULT), LV_CAN_AFFECTIVE_DIALOG));
}

static void
test_bad_corrections (void)
{
  static const struct {
    const char *id, *key, *value, *error;
  } wrong[] = {
    { "", "voice", "true", "expected a model's id" },
    { "models/x", "voice", "true", "expected a model's id" },
    { "x", "sing", "true", "'sing' is not known" },
    { "x", "voice", "yes", "'voice' must be true or false" },
    { "x", "voice", "", "'voice' must be true or false" },
  };
  g_autoptr (LvModels) models = lv_models_new ();
  g_autofree char *endless = g_strnfill (LV_MODEL_ID_MAX + 1, 'x');
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) local = NULL;

      g_assert_false (lv_models_set (models, wrong[i].id, wrong[i].key, wrong[i].value, &local));
      g_assert_error (local, LV_ERROR, LV_ERROR_INVALID_ARGS);
      g_assert_true (g_str_has_prefix (local->message, wrong[i].error));
    }
  g_assert_false (lv_models_set (models, endless, "voice", "true", NULL));

  for (guint i = 0; i < LV_MODELS_MAX - 1; i++)
    {
      g_autofree char *id = g_strdup_printf ("m%u", i);

      set (models, id, "voice", "true");
    }
  g_assert_false (lv_models_set (models, "one-more", "voice", "true", &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_TOO_MANY);
}

/* What a list shows is not a part of an id, and leads back to its own row. */
static void
test_whole_ids (void)
{
  for (const LvModel *row = lv_model_get_table (); row->prefix != NULL; row++)
    g_assert_true (lv_model_lookup (lv_model_get_whole_id (row)) == row);
  g_assert_cmpstr (lv_model_get_whole_id (lv_model_lookup ("gemini-3.5-live-translate")), ==,
                   "gemini-3.5-live-translate-preview");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/lookup", test_lookup);
  g_test_add_func ("/model/capabilities", test_capabilities);
  g_test_add_func ("/model/replacements", test_replacements);
  g_test_add_func ("/model/names", test_names);
  g_test_add_func ("/model/apis", test_apis);
  g_test_add_func ("/model/corrections", test_corrections);
  g_test_add_func ("/model/bad-corrections", test_bad_corrections);
  g_test_add_func ("/model/whole-ids", test_whole_ids);
  return g_test_run ();
}
