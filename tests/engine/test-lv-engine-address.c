/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which paths there are.
 */
#include "engine/lv-engine-address.h"

#define DEVELOPER "/ws/google.ai.generativelanguage."
#define VERTEX "/ws/google.cloud.aiplatform."

static const struct {
  const char *path;
  LvEnginePlace place;
  gboolean vertex;
  const char *version, *id;
} known[] = {
  { DEVELOPER "v1beta.GenerativeService.BidiGenerateContent", LV_ENGINE_PLACE_LIVE, FALSE, "v1beta",
    NULL },
  { "/" DEVELOPER "v1.GenerativeService.BidiGenerateContent", LV_ENGINE_PLACE_LIVE, FALSE, "v1",
    NULL },
  { DEVELOPER "v1alpha.GenerativeService.BidiGenerateContentConstrained",
    LV_ENGINE_PLACE_CONSTRAINED, FALSE, "v1alpha", NULL },
  { VERTEX "v1beta1.LlmBidiService/BidiGenerateContent", LV_ENGINE_PLACE_LIVE, TRUE, "v1beta1",
    NULL },
  { VERTEX "v1.LlmBidiService/BidiGenerateContent", LV_ENGINE_PLACE_LIVE, TRUE, "v1", NULL },
  { "/v1beta/models", LV_ENGINE_PLACE_MODELS, FALSE, "v1beta", NULL },
  { "/v1beta/models/x", LV_ENGINE_PLACE_MODELS, FALSE, "v1beta", "x" },
  { "/v1beta1/publishers/google/models/x", LV_ENGINE_PLACE_MODELS, TRUE, "v1beta1", "x" },
  { "/v1alpha/auth_tokens", LV_ENGINE_PLACE_TOKENS, FALSE, "v1alpha", NULL },
  { "/v1beta/voices", LV_ENGINE_PLACE_VOICES, FALSE, "v1beta", NULL },
};

static const char *const unknown[] = {
  "/",
  "",
  "/v1beta",
  "/v9/models",
  "/v1beta/models/",
  "/v1beta/modelsx",
  "/v1beta/voices/x",
  "/v1beta1/models",
  DEVELOPER "v9.GenerativeService.BidiGenerateContent",
  DEVELOPER "v1beta.GenerativeService.BidiGenerateContent/",
  DEVELOPER "v1beta1.GenerativeService.BidiGenerateContent",
  VERTEX "v1beta.LlmBidiService/BidiGenerateContent",
};

static void
test_known (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      LvEngineAddress address;

      g_assert_true (lv_engine_address_parse (known[i].path, &address));
      g_assert_cmpint (address.place, ==, known[i].place);
      g_assert_cmpint (address.vertex, ==, known[i].vertex);
      g_assert_cmpstr (address.version, ==, known[i].version);
      g_assert_cmpstr (address.id, ==, known[i].id);
    }
}

static void
test_unknown (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++)
    {
      LvEngineAddress address;

      g_test_message ("%s", unknown[i]);
      g_assert_false (lv_engine_address_parse (unknown[i], &address));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/address/known", test_known);
  g_test_add_func ("/engine/address/unknown", test_unknown);
  return g_test_run ();
}
