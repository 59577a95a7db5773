/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The messages of the Live API as C values, both directions, shared by daemon, engine and tests.
 * Pure data: no I/O, no clock. One thread at a time.
 *
 * Ownership: a struct owns everything it points to; lv_X_free() frees the whole. NULL strings,
 * arrays and pointers mean "field absent". JSON values travel as text (already checked against
 * LV_JSON_MAX_*), so that nothing outside protocol/ needs json-glib.
 */
#pragma once

#include "base/lv-enums.h"

#include <gio/gio.h>

/* ---- media ---- */

typedef struct {
  char *mime_type; /* "audio/pcm;rate=24000", "image/jpeg" */
  GBytes *data;    /* decoded bytes */
} LvBlob;

LvBlob *lv_blob_new (const char *mime_type, GBytes *data);
void lv_blob_free (LvBlob *blob);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvBlob, lv_blob_free)

/* The rate in "audio/pcm;rate=N", @fallback where it is missing, 0 when @mime_type is not
 * audio/pcm. */
guint lv_blob_audio_rate (const char *mime_type, guint fallback);

/* One part of a Content. Exactly one of text and blob is set. */
typedef struct {
  char *text;
  gboolean thought; /* text is a thought summary, not speech */
  LvBlob *blob;     /* inlineData */
} LvPart;

/* A turn: role and parts. */
typedef struct {
  LvRole role;      /* USER or MODEL */
  GPtrArray *parts; /* LvPart, owned */
} LvContent;

LvContent *lv_content_new (LvRole role);
LvContent *lv_content_new_text (LvRole role, const char *text);
void lv_content_add_text (LvContent *content, const char *text);
void lv_content_add_blob (LvContent *content, LvBlob *blob /* taken */);
/* The text parts (thoughts left out) joined; newly allocated, "" when there is none. */
char *lv_content_dup_text (const LvContent *content);
void lv_content_free (LvContent *content);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvContent, lv_content_free)

/* ---- tools ---- */

typedef struct {
  char *id; /* may be absent on old Vertex models: the receiver makes one up */
  char *name;
  char *args; /* JSON object text, "{}" when the server sent none */
} LvFunctionCall;

LvFunctionCall *lv_function_call_new (const char *id, const char *name, const char *args);
void lv_function_call_free (LvFunctionCall *call);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvFunctionCall, lv_function_call_free)

typedef struct {
  char *id;
  char *name;
  char *response; /* JSON object text, never "{}" */
  LvScheduling scheduling;
  gboolean will_continue; /* more responses for this id follow */
} LvFunctionResponse;

LvFunctionResponse *lv_function_response_new (const char *id, const char *name,
                                              const char *response);
void lv_function_response_free (LvFunctionResponse *response);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvFunctionResponse, lv_function_response_free)

/* ---- client to server ---- */

struct _LvSetup; /* lv-setup.h */

typedef enum {
  LV_CLIENT_SETUP,
  LV_CLIENT_CONTENT,
  LV_CLIENT_REALTIME,
  LV_CLIENT_TOOL_RESPONSE,
} LvClientMessageType;

/* realtimeInput carries exactly one of these. */
typedef enum {
  LV_REALTIME_AUDIO,
  LV_REALTIME_VIDEO,
  LV_REALTIME_TEXT,
  LV_REALTIME_ACTIVITY_START,
  LV_REALTIME_ACTIVITY_END,
  LV_REALTIME_AUDIO_STREAM_END,
} LvRealtimeKind;

typedef struct {
  LvClientMessageType type;
  struct _LvSetup *setup;  /* SETUP */
  GPtrArray *turns;        /* CONTENT: LvContent; may be empty */
  gboolean turn_complete;  /* CONTENT */
  LvRealtimeKind realtime; /* REALTIME */
  LvBlob *blob;            /* REALTIME audio, video */
  char *text;              /* REALTIME text */
  GPtrArray *responses;    /* TOOL_RESPONSE: LvFunctionResponse */
} LvClientMessage;

LvClientMessage *lv_client_message_new (LvClientMessageType type);
LvClientMessage *lv_client_message_new_realtime (LvRealtimeKind kind);
LvClientMessage *lv_client_message_new_text (const char *text);
LvClientMessage *lv_client_message_new_content (LvContent *turn /* taken, nullable */,
                                                gboolean turn_complete);
void lv_client_message_free (LvClientMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvClientMessage, lv_client_message_free)

/* ---- server to client ---- */

typedef struct {
  char *text; /* a delta to append (an interim one replaces) */
  gboolean finished;
  char *language_code;
} LvTranscription;

LvTranscription *lv_transcription_new (const char *text, gboolean finished);
void lv_transcription_free (LvTranscription *transcription);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvTranscription, lv_transcription_free)

/* Tokens of one turn; prompt is the whole window, not an increment. */
typedef struct {
  guint prompt_tokens, response_tokens, thought_tokens, tool_prompt_tokens, cached_tokens,
      total_tokens;
  guint prompt_text_tokens, prompt_audio_tokens, prompt_image_tokens; /* promptTokensDetails */
  guint response_text_tokens, response_audio_tokens;                  /* responseTokensDetails */
} LvUsage;

/* Several may be set in one frame; process in the order of the fields here. */
typedef struct {
  gboolean setup_complete;
  char *session_id; /* Vertex, with setup_complete */

  gboolean resumption_update; /* sessionResumptionUpdate was present */
  char *resumption_handle;    /* absent while not resumable */
  gboolean resumable;

  gboolean interrupted;
  LvContent *model_turn;
  LvTranscription *input_transcription;
  LvTranscription *interim_input_transcription;
  LvTranscription *output_transcription;
  GPtrArray *function_calls; /* LvFunctionCall */
  GPtrArray *cancelled_ids;  /* char * */
  gboolean generation_complete;
  gboolean waiting_for_input;
  gboolean turn_complete;
  char *turn_complete_reason;
  char *interaction_status; /* "IN_PROGRESS", "IDLE" */
  LvUsage *usage;
  gint64 go_away_us; /* timeLeft in microseconds, -1 when there is no goAway */

  int error_code; /* of an error object sent as a frame; 0 = none, -1 = without a code */
  char *error_message;
} LvServerMessage;

LvServerMessage *lv_server_message_new (void);
void lv_server_message_free (LvServerMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvServerMessage, lv_server_message_free)
