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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/lookup", test_lookup);
  g_test_add_func ("/model/capabilities", test_capabilities);
  g_test_add_func ("/model/replacements", test_replacements);
  return g_test_run ();
}
