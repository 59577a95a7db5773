/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * BidiGenerateContentServerMessage.
 */
#include "protocol/lv-table.h"

#include <string.h>

#define SERVER(member) offsetof (LvServerMessage, member)
#define CALL(member) offsetof (LvFunctionCall, member)
#define PIECE(member) offsetof (LvPartialArg, member)

#define ALIAS .is_alias = TRUE

/* ---- calls ---- */

/* The rows of a piece differ in the characters that their JSON may begin with, the detail. */
static gboolean
read_scalar (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
             gpointer base)
{
  char **member = LV_FIELD_MEMBER (char *, base, field);
  g_autofree char *text = lv_json_to_text (node);

  if (strchr (field->detail, *text) == NULL)
    return lv_reader_expected (reader, path, "scalar", node);
  g_free (*member);
  *member = g_steal_pointer (&text);
  return TRUE;
}

static void
write_scalar (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const char *text = *LV_FIELD_MEMBER (char *, base, field);

  if (text != NULL && strchr (field->detail, *text) != NULL)
    lv_json_add_raw (writer->json, field->name, text);
}

static const LvKind scalar_kind = { read_scalar, write_scalar, LV_SHAPE_VALUE };

static const LvFields piece_fields = {
  .type = "PartialArg",
  .size = sizeof (LvPartialArg),
  .free = (GDestroyNotify) lv_partial_arg_free,
  .rows = {
      { "jsonPath", &lv_as_string, PIECE (path) },
      { "stringValue", &scalar_kind, PIECE (value), "\"" },
      { "numberValue", &scalar_kind, PIECE (value), "-0123456789" },
      { "boolValue", &scalar_kind, PIECE (value), "tf" },
      { "nullValue", &lv_as_ignored, 0, "a piece without a value means the same" },
      { "willContinue", &lv_as_bool, PIECE (will_continue) },
      { NULL },
  },
};

static void
init_call (gpointer base)
{
  LvFunctionCall *call = base;

  call->args = g_strdup ("{}");
}

/* Only a piece of a call may lack the name. */
static gboolean
check_call (LvJsonReader *reader, const LvJsonPath *path, gpointer base)
{
  LvFunctionCall *call = base;

  if (call->name == NULL && call->partial_args != NULL)
    call->name = g_strdup ("");
  return call->name != NULL;
}

static const LvFields call_fields = {
  .type = "FunctionCall",
  .size = sizeof (LvFunctionCall),
  .free = (GDestroyNotify) lv_function_call_free,
  .init = init_call,
  .check = check_call,
  .rows = {
      { "id", &lv_as_string, CALL (id) },
      { "name", &lv_as_string, CALL (name) },
      { "args", &lv_as_object_text, CALL (args) },
      { "partialArgs", &lv_as_structs, CALL (partial_args), &piece_fields },
      { "willContinue", &lv_as_bool, CALL (will_continue) },
      { NULL },
  },
};

static const LvFields tool_call_fields = {
  .type = "BidiGenerateContentToolCall",
  .rows = { { "functionCalls", &lv_as_structs, SERVER (function_calls), &call_fields }, { NULL } },
};

static const LvFields cancellation_fields = {
  .type = "BidiGenerateContentToolCallCancellation",
  .rows = { { "ids", &lv_as_strings, SERVER (cancelled_ids) }, { NULL } },
};

/* ---- the session ---- */

static const LvFields consent_fields = {
  .type = "VoiceConsentSignature",
  .rows = { { "signature", &lv_as_string, SERVER (voice_consent_signature) }, { NULL } },
};

static const LvFields setup_complete_fields = {
  .type = "BidiGenerateContentSetupComplete",
  .rows = {
      { "sessionId", &lv_as_string, SERVER (session_id) },
      { "voiceConsentSignature", &lv_as_object, 0, &consent_fields },
      { NULL },
  },
};

static const LvFields resumption_fields = {
  .type = "SessionResumptionUpdate",
  .rows = {
      { "newHandle", &lv_as_string, SERVER (resumption_handle) },
      { "resumable", &lv_as_bool, SERVER (resumable) },
      { "lastConsumedClientMessageIndex", &lv_as_int64, SERVER (last_consumed_index) },
      { NULL },
  },
};

/* A goAway without a readable time is still one. */
static void
init_go_away (gpointer base)
{
  LvServerMessage *message = base;

  message->go_away_us = 0;
}

static const LvFields go_away_fields = {
  .type = "GoAway",
  .init = init_go_away,
  .rows = { { "timeLeft", &lv_as_duration, SERVER (go_away_us) }, { NULL } },
};

/* An error without a readable code is still one. */
static void
init_error (gpointer base)
{
  LvServerMessage *message = base;

  message->error_code = -1;
}

static gboolean
check_error (LvJsonReader *reader, const LvJsonPath *path, gpointer base)
{
  LvServerMessage *message = base;

  if (message->error_code == 0)
    message->error_code = -1;
  return TRUE;
}

#define ERROR_ROWS(...)                                                                            \
  { "code", &lv_as_int, SERVER (error_code), __VA_ARGS__ },                                        \
      { "message", &lv_as_string, SERVER (error_message), __VA_ARGS__ },                           \
  {                                                                                                \
    "status", &lv_as_string, SERVER (error_status), __VA_ARGS__                                    \
  }

static const LvFields error_fields = {
  .type = "Status",
  .init = init_error,
  .check = check_error,
  .rows = {
      ERROR_ROWS (),
      { "details", &lv_as_ignored, 0, "for programs; the message is for people" },
      { NULL },
  },
};

/* ---- activity ---- */

static const LvEnum activities = {
  "VoiceActivity.Type",
  {
      { "TYPE_UNSPECIFIED", LV_VOICE_UNCHANGED },
      { "ACTIVITY_START", LV_VOICE_BEGINS },
      { "ACTIVITY_END", LV_VOICE_ENDS },
      { NULL },
  },
};

static const LvFields voice_activity_fields = {
  .type = "VoiceActivity",
  .rows = {
      { "type", &lv_as_enum, SERVER (voice_activity), &activities },
      { "voiceActivityType", &lv_as_enum, SERVER (voice_activity), &activities, ALIAS },
      { "audioOffset", &lv_as_duration, SERVER (voice_activity_us) },
      { NULL },
  },
};

static const LvEnum signals = {
  "VoiceActivityDetectionSignal.VadSignalType",
  {
      { "VAD_SIGNAL_TYPE_UNSPECIFIED", LV_VOICE_UNCHANGED },
      { "VAD_SIGNAL_TYPE_SOS", LV_VOICE_BEGINS },
      { "VAD_SIGNAL_TYPE_EOS", LV_VOICE_ENDS },
      { NULL },
  },
};

static const LvFields signal_fields = {
  .type = "VoiceActivityDetectionSignal",
  .rows = { { "vadSignalType", &lv_as_enum, SERVER (vad_signal), &signals }, { NULL } },
};

static const LvEnum speech_states = {
  "SpeechState",
  {
      { "SPEECH_STATE_UNSPECIFIED", LV_SPEECH_UNCHANGED },
      { "SPEECH", LV_SPEECH_HEARD },
      { "NON_SPEECH", LV_SPEECH_NOT_HEARD },
      { NULL },
  },
};

/* ---- the answer ---- */

/* Documented inside serverContent, seen at the top level as well. */
#define CONTENT_ROWS(...)                                                                          \
  { "inputTranscription", &lv_as_struct, SERVER (input_transcription), &lv_transcription_fields,   \
    __VA_ARGS__ },                                                                                 \
      { "interimInputTranscription", &lv_as_struct, SERVER (interim_input_transcription),          \
        &lv_transcription_fields, __VA_ARGS__ },                                                   \
      { "outputTranscription", &lv_as_struct, SERVER (output_transcription),                       \
        &lv_transcription_fields, __VA_ARGS__ },                                                   \
  {                                                                                                \
    "interactionStatus", &lv_as_string, SERVER (interaction_status), __VA_ARGS__                   \
  }

static const LvFields content_fields = {
  .type = "BidiGenerateContentServerContent",
  .rows = {
      { "interrupted", &lv_as_bool, SERVER (interrupted) },
      { "modelTurn", &lv_as_struct, SERVER (model_turn), &lv_content_fields },
      CONTENT_ROWS (),
      { "groundingMetadata", &lv_as_struct, SERVER (grounding), &lv_grounding_fields },
      { "urlContextMetadata", &lv_as_object, 0, &lv_url_context_fields },
      { "speechState", &lv_as_enum, SERVER (speech_state), &speech_states },
      { "waitingForInput", &lv_as_bool, SERVER (waiting_for_input) },
      { "generationComplete", &lv_as_bool, SERVER (generation_complete) },
      { "turnComplete", &lv_as_bool, SERVER (turn_complete) },
      { "turnCompleteReason", &lv_as_string, SERVER (turn_complete_reason) },
      { NULL },
  },
};

const LvFields lv_server_fields = {
  .type = "BidiGenerateContentServerMessage",
  .rows = {
      { "setupComplete", &lv_as_present, SERVER (setup_complete), &setup_complete_fields },
      { "sessionResumptionUpdate", &lv_as_present, SERVER (resumption_update), &resumption_fields },
      { "serverContent", &lv_as_object, 0, &content_fields },
      { "toolCall", &lv_as_object, 0, &tool_call_fields },
      { "toolCallCancellation", &lv_as_object, 0, &cancellation_fields },
      { "usageMetadata", &lv_as_struct, SERVER (usage), &lv_usage_fields },
      { "voiceActivity", &lv_as_object, 0, &voice_activity_fields },
      { "voiceActivityDetectionSignal", &lv_as_object, 0, &signal_fields },
      { "goAway", &lv_as_object, 0, &go_away_fields },
      { "error", &lv_as_object, 0, &error_fields },
      ERROR_ROWS (ALIAS),
      CONTENT_ROWS (ALIAS),
      { NULL },
  },
};
