/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-address.h"

#include <string.h>

#define DEVELOPER "ws/google.ai.generativelanguage."
#define VERTEX "ws/google.cloud.aiplatform."

static const struct {
  LvEnginePlace place;
  gboolean vertex;
  gboolean has_ids;
  const char *prefix, *suffix; /* of the version */
} patterns[] = {
  { LV_ENGINE_PLACE_LIVE, FALSE, FALSE, DEVELOPER, ".GenerativeService.BidiGenerateContent" },
  { LV_ENGINE_PLACE_CONSTRAINED, FALSE, FALSE, DEVELOPER,
    ".GenerativeService.BidiGenerateContentConstrained" },
  { LV_ENGINE_PLACE_LIVE, TRUE, FALSE, VERTEX, ".LlmBidiService/BidiGenerateContent" },
  { LV_ENGINE_PLACE_MODELS, FALSE, TRUE, "", "/models" },
  { LV_ENGINE_PLACE_MODELS, TRUE, TRUE, "", "/publishers/google/models" },
  { LV_ENGINE_PLACE_VOICES, FALSE, FALSE, "", "/voices" },
  { LV_ENGINE_PLACE_TOKENS, FALSE, FALSE, "", "/auth_tokens" },
};

static const char *const versions[2][4] = {
  { "v1alpha", "v1beta", "v1", NULL }, /* Developer */
  { "v1beta1", "v1", NULL },           /* Vertex */
};

/* Where @path goes on behind @word, NULL when it does not begin with it. */
static const char *
skip (const char *path, const char *word)
{
  return g_str_has_prefix (path, word) ? path + strlen (word) : NULL;
}

static gboolean
match_suffix (guint pattern, const char *rest, const char **ret_id)
{
  const char *end = skip (rest, patterns[pattern].suffix);

  if (end == NULL)
    return FALSE;
  *ret_id = patterns[pattern].has_ids && *end == '/' && end[1] != '\0' ? end + 1 : NULL;
  return *end == '\0' || *ret_id != NULL;
}

static gboolean
match (guint pattern, const char *path, LvEngineAddress *address)
{
  const char *const *names = versions[patterns[pattern].vertex];
  const char *version = skip (path, patterns[pattern].prefix);

  for (guint i = 0; version != NULL && names[i] != NULL; i++)
    {
      const char *rest = skip (version, names[i]);

      if (rest == NULL || !match_suffix (pattern, rest, &address->id))
        continue;
      address->place = patterns[pattern].place;
      address->vertex = patterns[pattern].vertex;
      address->version = names[i];
      return TRUE;
    }
  return FALSE;
}

gboolean
lv_engine_address_parse (const char *path, LvEngineAddress *ret_address)
{
  while (*path == '/')
    path++;
  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    if (match (i, path, ret_address))
      return TRUE;
  return FALSE;
}
