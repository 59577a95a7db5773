/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-model.h"

#include <string.h>

#define BIT(capability) (G_GUINT64_CONSTANT (1) << LV_CAN_##capability)

/* What every model that holds a conversation takes. */
#define TALK                                                                                       \
  (BIT (ANSWER_AUDIO) | BIT (READ) | BIT (SEE) | BIT (HISTORY) | BIT (SYSTEM_INSTRUCTION) |        \
   BIT (FUNCTIONS) | BIT (GOOGLE_SEARCH) | BIT (SERVER_TOOLS) | BIT (VOICE) |                      \
   BIT (REPLICATED_VOICE) | BIT (LANGUAGE) | BIT (EXPLICIT_VAD) | BIT (TRANSPARENT) |              \
   BIT (MANUAL_ACTIVITY))

#define LIVE_3_8                                                                                   \
  (TALK | BIT (DEVELOPER_API) | BIT (CONTENT) | BIT (BEHAVIOR) | BIT (NON_BLOCKING) |              \
   BIT (VOICE_LIBRARY) | BIT (TRANSCRIPTION_HINTS) | BIT (WORD_TIMESTAMPS) |                       \
   BIT (INTERIM_TIMESTAMPS) | BIT (STAY_SILENT))

#define NATIVE_2_5                                                                                 \
  (TALK | BIT (CONTENT) | BIT (BLOCKING) | BIT (THINKING) | BIT (THINKING_BUDGET) |                \
   BIT (AFFECTIVE_DIALOG) | BIT (PROACTIVE_AUDIO) | BIT (PROACTIVE_VIDEO) | BIT (TURN_COVERAGE))

#define NATIVE_2_5_DEVELOPER                                                                       \
  (NATIVE_2_5 | BIT (DEVELOPER_API) | BIT (BEHAVIOR) | BIT (NON_BLOCKING) | BIT (SCHEDULING) |     \
   BIT (WILL_CONTINUE))

#define HALF_CASCADE                                                                               \
  (TALK | BIT (ANSWER_TEXT) | BIT (CONTENT) | BIT (BLOCKING) | BIT (CODE_EXECUTION) |              \
   BIT (URL_CONTEXT) | BIT (TURN_COVERAGE))

#define TRANSLATE_3_5 "gemini-3.5-live-translate-preview"
#define VERTEX_2_5 "gemini-live-2.5-flash-native-audio"

/* The first row is what an unknown id gets. */
static const LvModel models[] = {
  { LV_MODEL_DEFAULT,
    LIVE_3_8 | BIT (VERTEX_API) | BIT (BLOCKING) | BIT (SCHEDULING) | BIT (WILL_CONTINUE) |
        BIT (CONTEXT_UPDATE) | BIT (ANSWER_VIDEO) | BIT (AVATAR),
    NULL, NULL, NULL, NULL },
  { "gemini-3.8-live-extended-thinking", LIVE_3_8 | BIT (THINKING) | BIT (THINKING_LEVEL),
    "LOW MEDIUM HIGH", "LOW", NULL, NULL },
  { "gemini-3.1-flash-live",
    TALK | BIT (DEVELOPER_API) | BIT (BLOCKING) | BIT (THINKING) | BIT (THINKING_LEVEL) |
        BIT (TURN_COVERAGE),
    "MINIMAL LOW MEDIUM HIGH", "MINIMAL", LV_MODEL_DEFAULT, "gemini-3.1-flash-live-preview" },
  { "gemini-2.5-flash-native-audio", NATIVE_2_5_DEVELOPER, NULL, NULL, NULL,
    "gemini-2.5-flash-native-audio-preview-12-2025" },
  { "gemini-2.5-flash-native-audio-preview-09-2025", NATIVE_2_5_DEVELOPER, NULL, NULL,
    LV_MODEL_DEFAULT, NULL },
  { VERTEX_2_5, NATIVE_2_5 | BIT (VERTEX_API), NULL, NULL, NULL, NULL },
  { "gemini-live-2.5-flash-preview-native-audio-09-2025", NATIVE_2_5 | BIT (VERTEX_API), NULL, NULL,
    VERTEX_2_5, NULL },
  { "gemini-live-2.5-flash", HALF_CASCADE | BIT (VERTEX_API), NULL, NULL, NULL, NULL },
  { "gemini-live-2.5-flash-preview", HALF_CASCADE | BIT (DEVELOPER_API), NULL, NULL,
    LV_MODEL_DEFAULT, NULL },
  { "gemini-2.0-flash-live", HALF_CASCADE | BIT (DEVELOPER_API), NULL, NULL, LV_MODEL_DEFAULT,
    "gemini-2.0-flash-live-001" },
  { "gemini-2.5-flash-s2st",
    BIT (VERTEX_API) | BIT (ANSWER_AUDIO) | BIT (LANGUAGE) | BIT (SPEECH_TO_SPEECH), NULL, NULL,
    TRANSLATE_3_5, "gemini-2.5-flash-s2st-exp-11-2025" },
  { "gemini-3.5-live-translate",
    BIT (DEVELOPER_API) | BIT (VERTEX_API) | BIT (ANSWER_AUDIO) | BIT (TRANSLATION), NULL, NULL,
    NULL, TRANSLATE_3_5 },
  { "gemini-3.5-transcribe-live",
    BIT (DEVELOPER_API) | BIT (VERTEX_API) | BIT (ANSWER_TEXT) | BIT (TRANSCRIPTION_HINTS) |
        BIT (TRANSCRIPTION_MODE) | BIT (INTERIM_TIMESTAMPS) | BIT (MANUAL_ACTIVITY),
    NULL, NULL, NULL, NULL },
  { "gemini-robotics-er-2-streaming",
    BIT (DEVELOPER_API) | BIT (ANSWER_TEXT) | BIT (READ) | BIT (SEE) | BIT (CONTENT) |
        BIT (SYSTEM_INSTRUCTION) | BIT (FUNCTIONS) | BIT (BLOCKING) | BIT (MANUAL_ACTIVITY),
    NULL, NULL, NULL, "gemini-robotics-er-2-streaming-preview" },
  { LV_MODEL_ENGINE, ~BIT (STAY_SILENT), NULL, NULL, NULL, NULL },
  { NULL, 0, NULL, NULL, NULL, NULL },
};

static const char *const capability_names[LV_N_CAPABILITIES] = {
  [LV_CAN_DEVELOPER_API] = "developer-api",
  [LV_CAN_VERTEX_API] = "vertex-api",
  [LV_CAN_ANSWER_AUDIO] = "answer-audio",
  [LV_CAN_ANSWER_TEXT] = "answer-text",
  [LV_CAN_ANSWER_VIDEO] = "answer-video",
  [LV_CAN_READ] = "read",
  [LV_CAN_SEE] = "see",
  [LV_CAN_CONTENT] = "content",
  [LV_CAN_HISTORY] = "history",
  [LV_CAN_SYSTEM_INSTRUCTION] = "system-instruction",
  [LV_CAN_CONTEXT_UPDATE] = "context-update",
  [LV_CAN_FUNCTIONS] = "functions",
  [LV_CAN_BEHAVIOR] = "behavior",
  [LV_CAN_BLOCKING] = "blocking",
  [LV_CAN_NON_BLOCKING] = "non-blocking",
  [LV_CAN_SCHEDULING] = "scheduling",
  [LV_CAN_WILL_CONTINUE] = "will-continue",
  [LV_CAN_GOOGLE_SEARCH] = "google-search",
  [LV_CAN_CODE_EXECUTION] = "code-execution",
  [LV_CAN_URL_CONTEXT] = "url-context",
  [LV_CAN_SERVER_TOOLS] = "server-tools",
  [LV_CAN_THINKING] = "thinking",
  [LV_CAN_THINKING_LEVEL] = "thinking-level",
  [LV_CAN_THINKING_BUDGET] = "thinking-budget",
  [LV_CAN_AFFECTIVE_DIALOG] = "affective-dialog",
  [LV_CAN_PROACTIVE_AUDIO] = "proactive-audio",
  [LV_CAN_PROACTIVE_VIDEO] = "proactive-video",
  [LV_CAN_TURN_COVERAGE] = "turn-coverage",
  [LV_CAN_MANUAL_ACTIVITY] = "manual-activity",
  [LV_CAN_VOICE] = "voice",
  [LV_CAN_VOICE_LIBRARY] = "voice-library",
  [LV_CAN_REPLICATED_VOICE] = "replicated-voice",
  [LV_CAN_LANGUAGE] = "language",
  [LV_CAN_TRANSCRIPTION_HINTS] = "transcription-hints",
  [LV_CAN_TRANSCRIPTION_MODE] = "transcription-mode",
  [LV_CAN_WORD_TIMESTAMPS] = "word-timestamps",
  [LV_CAN_INTERIM_TIMESTAMPS] = "interim-timestamps",
  [LV_CAN_TRANSLATION] = "translation",
  [LV_CAN_SPEECH_TO_SPEECH] = "speech-to-speech",
  [LV_CAN_EXPLICIT_VAD] = "explicit-vad",
  [LV_CAN_TRANSPARENT] = "transparent",
  [LV_CAN_AVATAR] = "avatar",
  [LV_CAN_STAY_SILENT] = "stay-silent",
};

#define VERTEX_ONLY                                                                                \
  (BIT (VERTEX_API) | BIT (ANSWER_VIDEO) | BIT (AVATAR) | BIT (SERVER_TOOLS) |                     \
   BIT (EXPLICIT_VAD) | BIT (TRANSPARENT) | BIT (SPEECH_TO_SPEECH))
#define DEVELOPER_ONLY (BIT (DEVELOPER_API) | BIT (WILL_CONTINUE))

static const struct {
  const char *title;
  guint64 cannot;
  gboolean is_vertex;
} apis[] = {
  [LV_API_DEVELOPER_V1BETA] = { "the Gemini Developer API", VERTEX_ONLY, FALSE },
  [LV_API_DEVELOPER_V1ALPHA] = { "the Gemini Developer API (v1alpha)", VERTEX_ONLY, FALSE },
  [LV_API_VERTEX] = { "Vertex AI", DEVELOPER_ONLY, TRUE },
  [LV_API_VERTEX_EXPRESS] = { "Vertex AI in express mode", DEVELOPER_ONLY, TRUE },
};

const char *
lv_capability_get_name (LvCapability capability)
{
  g_return_val_if_fail (capability < LV_N_CAPABILITIES, NULL);
  return capability_names[capability];
}

gboolean
lv_model_can (const LvModel *model, LvCapability capability)
{
  return capability == LV_CAN_ALWAYS || (model->can >> capability & 1) != 0;
}

gboolean
lv_api_can (LvApi api, LvCapability capability)
{
  return (apis[api].cannot >> capability & 1) == 0;
}

gboolean
lv_api_is_vertex (LvApi api)
{
  return apis[api].is_vertex;
}

const char *
lv_api_get_title (LvApi api)
{
  return apis[api].title;
}

/* ---- looking up ---- */

const char *
lv_model_get_id (const char *resource)
{
  const char *slash = resource != NULL ? strrchr (resource, '/') : NULL;

  return slash != NULL ? slash + 1 : resource != NULL ? resource : "";
}

const char *
lv_model_get_whole_id (const LvModel *model)
{
  return model->whole_id != NULL ? model->whole_id : model->prefix;
}

const LvModel *
lv_model_get_table (void)
{
  return models;
}

/* The better of @best and @row for @id: the longer prefix. */
static const LvModel *
choose (const LvModel *best, const LvModel *row, const char *id)
{
  if (!g_str_has_prefix (id, row->prefix))
    return best;
  return best == NULL || strlen (row->prefix) > strlen (best->prefix) ? row : best;
}

const LvModel *
lv_model_lookup (const char *id)
{
  return lv_models_lookup (NULL, id);
}

/* ---- corrections ---- */

struct _LvModels {
  gatomicrefcount ref_count;
  GPtrArray *rows; /* LvModel whose strings it owns */
};

static void
row_free (gpointer data)
{
  LvModel *row = data;

  g_free ((char *) row->prefix);
  g_free ((char *) row->thinking_levels);
  g_free ((char *) row->thinking_level);
  g_free ((char *) row->replaced_by);
  g_free (row);
}

LvModels *
lv_models_new (void)
{
  LvModels *self = g_new0 (LvModels, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->rows = g_ptr_array_new_with_free_func (row_free);
  return self;
}

LvModels *
lv_models_ref (LvModels *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
lv_models_unref (LvModels *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->rows);
  g_free (self);
}

const LvModel *
lv_models_lookup (LvModels *self, const char *id)
{
  const char *name = lv_model_get_id (id);
  const LvModel *best = NULL;

  for (guint i = 0; self != NULL && i < self->rows->len; i++)
    best = choose (best, self->rows->pdata[i], name);
  for (const LvModel *row = models; row->prefix != NULL; row++)
    best = choose (best, row, name);
  return best != NULL ? best : &models[0];
}

static LvModel *
find_row (LvModels *self, const char *id)
{
  for (guint i = 0; i < self->rows->len; i++)
    if (strcmp (((LvModel *) self->rows->pdata[i])->prefix, id) == 0)
      return self->rows->pdata[i];
  return NULL;
}

static LvModel *
ensure_row (LvModels *self, const char *id)
{
  const LvModel *like = lv_models_lookup (self, id);
  LvModel *row = find_row (self, id);

  if (row != NULL)
    return row;
  row = g_new0 (LvModel, 1);
  row->prefix = g_strdup (id);
  row->can = like->can;
  row->thinking_levels = g_strdup (like->thinking_levels);
  row->thinking_level = g_strdup (like->thinking_level);
  row->replaced_by = g_strdup (like->replaced_by);
  g_ptr_array_add (self->rows, row);
  return row;
}

static gboolean
set_text (const char **member, char *(*convert) (const char *, gssize), const char *value)
{
  g_free ((char *) *member);
  *member = *value != '\0' ? convert (value, -1) : NULL;
  return TRUE;
}

static char *
dup_text (const char *text, gssize length)
{
  return g_strdup (text);
}

static gboolean
set_capability (LvModel *row, LvCapability capability, const char *value, GError **error)
{
  const gboolean is_true = strcmp (value, "true") == 0;

  if (!is_true && strcmp (value, "false") != 0)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%s' must be true or false",
                   capability_names[capability]);
      return FALSE;
    }
  row->can &= ~(G_GUINT64_CONSTANT (1) << capability);
  row->can |= (guint64) is_true << capability;
  return TRUE;
}

static gboolean
set_key (LvModel *row, const char *key, const char *value, GError **error)
{
  if (strcmp (key, "thinking-levels") == 0)
    return set_text (&row->thinking_levels, g_ascii_strup, value);
  if (strcmp (key, "default-thinking-level") == 0)
    return set_text (&row->thinking_level, g_ascii_strup, value);
  if (strcmp (key, "replaced-by") == 0)
    return set_text (&row->replaced_by, dup_text, value);
  for (guint i = LV_CAN_ALWAYS + 1; i < LV_N_CAPABILITIES; i++)
    if (strcmp (key, capability_names[i]) == 0)
      return set_capability (row, i, value, error);
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "'%.64s' is not known", key);
  return FALSE;
}

gboolean
lv_models_set (LvModels *self, const char *id, const char *key, const char *value, GError **error)
{
  if (*id == '\0' || strlen (id) > LV_MODEL_ID_MAX || strchr (id, '/') != NULL)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                   "expected a model's id of at most %d bytes, without \"models/\"",
                   LV_MODEL_ID_MAX);
      return FALSE;
    }
  if (find_row (self, id) == NULL && self->rows->len == LV_MODELS_MAX)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_TOO_MANY, "at most %d models", LV_MODELS_MAX);
      return FALSE;
    }
  return set_key (ensure_row (self, id), key, value, error);
}
