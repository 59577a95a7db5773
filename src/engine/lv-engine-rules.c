/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-rules.h"

#include "engine/lv-engine-voices.h"

#include <string.h>

#define FAMILY_3 "gemini-3"
#define FAMILY_3_8 "gemini-3.8"

/* ---- what a setup asks for ---- */

#define ASKS(name, expression)                                                                     \
  static gboolean asks_##name (const LvSetup *setup)                                               \
  {                                                                                                \
    return (expression);                                                                           \
  }

ASKS (text, setup->response_text)
ASKS (voice, setup->voice != NULL)
ASKS (video, setup->response_video)
ASKS (audio, !setup->response_text && !setup->response_video)
ASKS (level, setup->thinking_level != NULL)
ASKS (proactive_audio, setup->proactive_audio)
ASKS (proactive_video, setup->proactive_video)
ASKS (coverage, setup->turn_coverage != LV_TURN_COVERAGE_DEFAULT)
ASKS (translation, setup->translate_to != NULL)
ASKS (speech_to_speech, setup->speech_to_speech)
ASKS (vad_signal, setup->explicit_vad_signal)
ASKS (transparent, setup->transparent)
ASKS (avatar, setup->avatar != NULL)
ASKS (history, setup->initial_history)
ASKS (instruction, setup->system_instruction != NULL)
ASKS (functions, setup->tools->len > 0)
ASKS (search, setup->google_search || setup->google_search_options != NULL)
ASKS (code, setup->code_execution)
ASKS (urls, setup->url_context)
ASKS (server_tools, setup->server_tools != NULL)

/* @field with @path: what an API does not know is an unknown name there. @words NULL: invalid
 * argument. */
typedef struct {
  gboolean (*asks) (const LvSetup *setup);
  LvCapability needs;
  const char *words;
  const char *field, *path;
} Rule;

static const Rule rules[] = {
  { asks_text, LV_CAN_ANSWER_TEXT, "Cannot extract voices from a non-audio request.", NULL, NULL },
  { asks_video, LV_CAN_ANSWER_VIDEO,
    "The requested combination of response modalities (VIDEO) is not supported by the model.", NULL,
    NULL },
  { asks_audio, LV_CAN_ANSWER_AUDIO,
    "The requested combination of response modalities (AUDIO) is not supported by the model.", NULL,
    NULL },
  { asks_voice, LV_CAN_VOICE, NULL, NULL, NULL },
  { asks_level, LV_CAN_THINKING_LEVEL, "Thinking level is not supported for this model.", NULL,
    NULL },
  { asks_proactive_audio, LV_CAN_PROACTIVE_AUDIO, NULL, NULL, NULL },
  { asks_proactive_video, LV_CAN_PROACTIVE_VIDEO, NULL, NULL, NULL },
  { asks_coverage, LV_CAN_TURN_COVERAGE, NULL, NULL, NULL },
  { asks_translation, LV_CAN_TRANSLATION, NULL, NULL, NULL },
  { asks_speech_to_speech, LV_CAN_SPEECH_TO_SPEECH, NULL, "enableSpeechToSpeechTranslation",
    "setup" },
  { asks_vad_signal, LV_CAN_EXPLICIT_VAD, NULL, "explicitVadSignal", "setup" },
  { asks_transparent, LV_CAN_TRANSPARENT, NULL, "transparent", "setup.session_resumption" },
  { asks_avatar, LV_CAN_AVATAR, NULL, NULL, NULL },
  { asks_history, LV_CAN_HISTORY, NULL, NULL, NULL },
  { asks_instruction, LV_CAN_SYSTEM_INSTRUCTION, NULL, NULL, NULL },
  { asks_functions, LV_CAN_FUNCTIONS, NULL, NULL, NULL },
  { asks_search, LV_CAN_GOOGLE_SEARCH, NULL, NULL, NULL },
  { asks_code, LV_CAN_CODE_EXECUTION, NULL, NULL, NULL },
  { asks_urls, LV_CAN_URL_CONTEXT, NULL, NULL, NULL },
  { asks_server_tools, LV_CAN_SERVER_TOOLS, NULL, NULL, NULL },
};

static guint
refuse (char **ret_reason, const char *words)
{
  *ret_reason = g_strdup (words != NULL ? words : LV_ENGINE_INVALID_ARGUMENT);
  return LV_ENGINE_CLOSE_INVALID;
}

static guint
check_rule (const Rule *rule, const LvSetup *setup, char **ret_reason)
{
  if (!rule->asks (setup))
    return 0;
  if (rule->field != NULL && !lv_api_can (setup->api, rule->needs))
    {
      *ret_reason = g_strdup_printf ("Invalid JSON payload received. Unknown name \"%s\" at '%s': "
                                     "Cannot find field.",
                                     rule->field, rule->path);
      return LV_ENGINE_CLOSE_INVALID;
    }
  if (lv_api_can (setup->api, rule->needs) &&
      lv_model_can (lv_setup_get_limits (setup), rule->needs))
    return 0;
  return refuse (ret_reason, rule->words);
}

/* ---- one thing at a time ---- */

static gboolean
is_offered (const LvSetup *setup, gboolean retired)
{
  const LvModel *model = lv_setup_get_limits (setup);
  const char *id = lv_model_get_id (setup->model);
  const gboolean vertex = lv_api_is_vertex (setup->api);

  if (!g_str_has_prefix (id, model->prefix) ||
      !lv_model_can (model, vertex ? LV_CAN_VERTEX_API : LV_CAN_DEVELOPER_API))
    return FALSE;
  /* The flag of the retired models that translate still works here. */
  return model->replaced_by == NULL || retired || lv_model_can (model, LV_CAN_SPEECH_TO_SPEECH);
}

static guint
check_model (const LvSetup *setup, gboolean retired, char **ret_reason)
{
  if (is_offered (setup, retired))
    return 0;
  if (lv_api_is_vertex (setup->api))
    *ret_reason = g_strdup_printf ("Publisher Model `%s` was not found or your project does not "
                                   "have access to it.",
                                   setup->model);
  else
    *ret_reason = g_strdup_printf (
        "models/%s is not found for API version %s, or is not supported for bidiGenerateContent.",
        lv_model_get_id (setup->model),
        setup->api == LV_API_DEVELOPER_V1ALPHA ? "v1alpha" : "v1beta");
  return LV_ENGINE_CLOSE_REFUSED;
}

/* Where it can be next to nothing it may be left out. */
static gboolean
needs_level (const LvModel *model)
{
  return model->thinking_level != NULL && !g_str_equal (model->thinking_level, "MINIMAL");
}

static guint
check_level (const LvSetup *setup, char **ret_reason)
{
  const LvModel *model = lv_setup_get_limits (setup);
  g_auto (GStrv) levels =
      model->thinking_levels != NULL ? g_strsplit (model->thinking_levels, " ", -1) : NULL;

  if (setup->thinking_level == NULL)
    return needs_level (model)
               ? refuse (ret_reason, "Thinking level must be specified for this model.")
               : 0;
  if (levels == NULL || g_strv_contains ((const char *const *) levels, setup->thinking_level))
    return 0;
  return refuse (ret_reason, "Thinking level is not supported for this model.");
}

static guint
check_voice (const LvSetup *setup, char **ret_reason)
{
  const LvEngineVoiceStyle *style =
      setup->voice != NULL ? lv_engine_voices_find (setup->voice) : lv_engine_voices_lookup (NULL);

  if (style != NULL && (!lv_engine_voices_is_of_library (style) ||
                        lv_model_can (lv_setup_get_limits (setup), LV_CAN_VOICE_LIBRARY)))
    return 0;
  *ret_reason = g_strdup_printf ("There is no matching speaker voice for %s.", setup->voice);
  return LV_ENGINE_CLOSE_INVALID;
}

static guint
check_amounts (const LvSetup *setup, char **ret_reason)
{
  const gint64 trigger = setup->trigger_tokens;

  if (trigger != 0 &&
      (trigger < LV_ENGINE_TRIGGER_MIN_TOKENS || trigger > LV_ENGINE_TRIGGER_MAX_TOKENS))
    return refuse (ret_reason, NULL);
  if (trigger != 0 && setup->target_tokens > trigger)
    return refuse (ret_reason, NULL);
  if (setup->vocabulary->len > LV_ENGINE_VOCABULARY_MAX)
    return refuse (ret_reason, NULL);
  return 0;
}

static gboolean
takes_behavior (const LvModel *model, LvToolDecl *decl)
{
  if (!lv_tool_decl_has_behavior (decl))
    return TRUE;
  return lv_model_can (model, LV_CAN_BEHAVIOR) &&
         lv_model_can (model, lv_tool_decl_get_behavior (decl) == LV_BEHAVIOR_BLOCKING
                                  ? LV_CAN_BLOCKING
                                  : LV_CAN_NON_BLOCKING);
}

static guint
check_tools (const LvModel *model, GPtrArray *tools, char **ret_reason)
{
  for (guint i = 0; i < tools->len; i++)
    if (!takes_behavior (model, tools->pdata[i]))
      return refuse (ret_reason, NULL);
  return 0;
}

guint
lv_engine_rules_check_setup (const LvSetup *setup, gboolean retired, char **ret_reason)
{
  guint code = check_model (setup, retired, ret_reason);

  for (guint i = 0; code == 0 && i < G_N_ELEMENTS (rules); i++)
    code = check_rule (&rules[i], setup, ret_reason);
  if (code == 0)
    code = check_level (setup, ret_reason);
  if (code == 0)
    code = check_voice (setup, ret_reason);
  if (code == 0)
    code = check_amounts (setup, ret_reason);
  if (code == 0)
    code = check_tools (lv_setup_get_limits (setup), setup->tools, ret_reason);
  return code;
}

/* ---- what follows a setup ---- */

static gboolean
takes_content (const LvModel *model, const LvClientMessage *message, gboolean seeding)
{
  return seeding || lv_model_can (model, LV_CAN_CONTENT);
}

static gboolean
takes_realtime (const LvModel *model, const LvClientMessage *message, gboolean seeding)
{
  if (message->media_chunks && g_str_has_prefix (model->prefix, FAMILY_3))
    return FALSE;
  return (message->realtime != LV_REALTIME_TEXT || lv_model_can (model, LV_CAN_READ)) &&
         (message->realtime != LV_REALTIME_VIDEO || lv_model_can (model, LV_CAN_SEE));
}

static gboolean
takes_responses (const LvModel *model, const LvClientMessage *message, gboolean seeding)
{
  for (guint i = 0; i < message->responses->len; i++)
    {
      const LvFunctionResponse *response = message->responses->pdata[i];

      if (response->scheduling != LV_SCHEDULING_DEFAULT && !lv_model_can (model, LV_CAN_SCHEDULING))
        return FALSE;
      if (response->will_continue && !lv_model_can (model, LV_CAN_WILL_CONTINUE))
        return FALSE;
    }
  return TRUE;
}

static gboolean
takes_update (const LvModel *model, const LvClientMessage *message, gboolean seeding)
{
  if (!lv_model_can (model, LV_CAN_CONTEXT_UPDATE))
    return FALSE;
  for (guint i = 0; i < message->setup->tools->len; i++)
    if (!takes_behavior (model, message->setup->tools->pdata[i]))
      return FALSE;
  return message->setup->replaces_tools || message->setup->system_instruction != NULL;
}

guint
lv_engine_rules_check_message (const LvSetup *setup, const LvClientMessage *message,
                               gboolean seeding, char **ret_reason)
{
  static gboolean (*const takes[]) (const LvModel *, const LvClientMessage *, gboolean) = {
    [LV_CLIENT_SETUP] = NULL,
    [LV_CLIENT_CONTENT] = takes_content,
    [LV_CLIENT_REALTIME] = takes_realtime,
    [LV_CLIENT_TOOL_RESPONSE] = takes_responses,
    [LV_CLIENT_CONTEXT_UPDATE] = takes_update,
  };
  const LvModel *model = lv_setup_get_limits (setup);

  /* Not seen at the setup, but as soon as anything is said. */
  if (setup->affective_dialog && !lv_model_can (model, LV_CAN_AFFECTIVE_DIALOG))
    return refuse (ret_reason, NULL);
  return takes[message->type](model, message, seeding) ? 0 : refuse (ret_reason, NULL);
}

/* ---- habits ---- */

LvBehavior
lv_engine_rules_get_default_behavior (const LvSetup *setup)
{
  return g_str_has_prefix (lv_setup_get_limits (setup)->prefix, FAMILY_3_8)
             ? LV_BEHAVIOR_NON_BLOCKING
             : LV_BEHAVIOR_BLOCKING;
}

gboolean
lv_engine_rules_answers_twice (const LvModel *model)
{
  return needs_level (model);
}

gboolean
lv_engine_rules_keeps_handles (const LvModel *model)
{
  return g_str_has_prefix (model->prefix, FAMILY_3_8);
}
