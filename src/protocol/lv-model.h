/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What each model and each API accepts, by longest matching id prefix. A field that would be
 * refused is never sent; asking for it is an error that names model and field (lv_setup_check()).
 * Configuration may correct the table: models change faster than programs. Pure. Source: the model
 * list of the Live API, state 2026-11.
 */
#pragma once

#include "base/lv-error.h"

#define LV_MODEL_DEFAULT "gemini-3.8-live"
#define LV_MODEL_ENGINE "livevoice-engine" /* of the offline engine: takes whatever it is given */
#define LV_MODELS_MAX 64                   /* rows from configuration */
#define LV_MODEL_ID_MAX 128                /* bytes */

/* Who is spoken to. */
typedef enum {
  LV_API_DEVELOPER_V1BETA,
  LV_API_DEVELOPER_V1ALPHA,
  LV_API_VERTEX,
  LV_API_VERTEX_EXPRESS,
} LvApi;

/* What some models or APIs take and others refuse; the name in configuration beside it. */
typedef enum {
  LV_CAN_ALWAYS,              /* not a capability: everybody can */
  LV_CAN_DEVELOPER_API,       /* developer-api: is offered there */
  LV_CAN_VERTEX_API,          /* vertex-api */
  LV_CAN_ANSWER_AUDIO,        /* answer-audio */
  LV_CAN_ANSWER_TEXT,         /* answer-text */
  LV_CAN_ANSWER_VIDEO,        /* answer-video: with an avatar */
  LV_CAN_READ,                /* read: text as input */
  LV_CAN_SEE,                 /* see: images as input */
  LV_CAN_CONTENT,             /* content: clientContent after the first turn */
  LV_CAN_HISTORY,             /* history: historyConfig */
  LV_CAN_SYSTEM_INSTRUCTION,  /* system-instruction */
  LV_CAN_CONTEXT_UPDATE,      /* context-update */
  LV_CAN_FUNCTIONS,           /* functions */
  LV_CAN_BEHAVIOR,            /* behavior: functionDeclarations[].behavior */
  LV_CAN_BLOCKING,            /* blocking: that behavior */
  LV_CAN_NON_BLOCKING,        /* non-blocking: that behavior */
  LV_CAN_SCHEDULING,          /* scheduling: functionResponses[].scheduling */
  LV_CAN_WILL_CONTINUE,       /* will-continue: functionResponses[].willContinue */
  LV_CAN_GOOGLE_SEARCH,       /* google-search */
  LV_CAN_CODE_EXECUTION,      /* code-execution */
  LV_CAN_URL_CONTEXT,         /* url-context */
  LV_CAN_SERVER_TOOLS,        /* server-tools: Tool objects of other kinds */
  LV_CAN_THINKING,            /* thinking: thinkingConfig at all */
  LV_CAN_THINKING_LEVEL,      /* thinking-level */
  LV_CAN_THINKING_BUDGET,     /* thinking-budget */
  LV_CAN_AFFECTIVE_DIALOG,    /* affective-dialog */
  LV_CAN_PROACTIVE_AUDIO,     /* proactive-audio */
  LV_CAN_PROACTIVE_VIDEO,     /* proactive-video */
  LV_CAN_TURN_COVERAGE,       /* turn-coverage */
  LV_CAN_MANUAL_ACTIVITY,     /* manual-activity: to be told when the user speaks */
  LV_CAN_VOICE,               /* voice: one of the prebuilt voices */
  LV_CAN_VOICE_LIBRARY,       /* voice-library: ids as en-us-arlo */
  LV_CAN_REPLICATED_VOICE,    /* replicated-voice */
  LV_CAN_LANGUAGE,            /* language: speechConfig.languageCode */
  LV_CAN_TRANSCRIPTION_HINTS, /* transcription-hints: languages and vocabulary */
  LV_CAN_TRANSCRIPTION_MODE,  /* transcription-mode */
  LV_CAN_WORD_TIMESTAMPS,     /* word-timestamps */
  LV_CAN_INTERIM_TIMESTAMPS,  /* interim-timestamps */
  LV_CAN_TRANSLATION,         /* translation: translationConfig */
  LV_CAN_SPEECH_TO_SPEECH,    /* speech-to-speech: the flag of the retired translation models */
  LV_CAN_EXPLICIT_VAD,        /* explicit-vad: voiceActivity messages */
  LV_CAN_TRANSPARENT,         /* transparent: resumption with message numbers */
  LV_CAN_AVATAR,              /* avatar */
  LV_CAN_STAY_SILENT,         /* stay-silent: unasked, where it thinks that it is not meant */
  LV_N_CAPABILITIES           /*< not a capability >*/
} LvCapability;

typedef struct {
  const char *prefix;
  guint64 can;                 /* bits by LvCapability: see lv_model_can() */
  const char *thinking_levels; /* allowed ones: "LOW MEDIUM HIGH"; NULL: any */
  const char *thinking_level;  /* sent when none is asked for; NULL: none is */
  const char *replaced_by;     /* retired: the model to use instead */
  const char *whole_id;        /* see lv_model_get_whole_id() */
} LvModel;

/* The name of @capability in configuration and documentation; NULL for ALWAYS. Static. */
const char *lv_capability_get_name (LvCapability capability);

/* The table as delivered. Never NULL: an unknown id has the capabilities of the default model. @id
 * with or without "models/" and what stands before it. */
const LvModel *lv_model_lookup (const char *id);

/* An id that the service knows, for lists: the prefix of several is none by itself. */
const char *lv_model_get_whole_id (const LvModel *model);

/* The delivered rows, ended by one without prefix. */
const LvModel *lv_model_get_table (void);

/* The id alone: what follows the last slash of a resource name. */
const char *lv_model_get_id (const char *resource);

gboolean lv_model_can (const LvModel *model, LvCapability capability);

/* Whether @api takes the field at all, whatever the model. */
gboolean lv_api_can (LvApi api, LvCapability capability);
gboolean lv_api_is_vertex (LvApi api);
/* For messages: "the Gemini Developer API". Static. */
const char *lv_api_get_title (LvApi api);

/* The table with corrections from configuration. Rows stay valid as long as it does. */
typedef struct _LvModels LvModels;

LvModels *lv_models_new (void);
LvModels *lv_models_ref (LvModels *models);
void lv_models_unref (LvModels *models);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvModels, lv_models_unref)

/* One line of [model @id]. A new row begins as what lv_models_lookup() gives for @id so far. @key:
 * the name of a capability with "true" or "false"; "thinking-levels" (words separated by spaces),
 * "default-thinking-level" and "replaced-by" (empty: none). Before any lookup. INVALID_ARGS,
 * TOO_MANY. */
gboolean lv_models_set (LvModels *models, const char *id, const char *key, const char *value,
                        GError **error);

/* As lv_model_lookup(); @models NULL: the table as delivered. */
const LvModel *lv_models_lookup (LvModels *models, const char *id);
