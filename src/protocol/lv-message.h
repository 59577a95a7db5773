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

#define LV_WORD_SIZE 32 /* bytes of a short constant in a plain value, with the NUL */

/* ---- media ---- */

typedef struct {
  char *mime_type;    /* "audio/pcm;rate=24000", "image/jpeg" */
  GBytes *data;       /* decoded bytes */
  char *display_name; /* in tool responses */
} LvBlob;

LvBlob *lv_blob_new (const char *mime_type, GBytes *data);
void lv_blob_free (LvBlob *blob);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvBlob, lv_blob_free)

/* The rate in "audio/pcm;rate=N", @fallback where it is missing, 0 when @mime_type is not
 * audio/pcm. */
guint lv_blob_audio_rate (const char *mime_type, guint fallback);

/* A file the server can fetch itself. */
typedef struct {
  char *mime_type;
  char *uri;
  char *display_name;
} LvFile;

void lv_file_free (LvFile *file);

/* Code that the server writes and runs itself. */
typedef struct {
  char *id;
  char *language; /* "PYTHON" */
  char *code;
} LvCode;

void lv_code_free (LvCode *code);

typedef struct {
  char *id;
  char *outcome; /* "OUTCOME_OK", "OUTCOME_FAILED", "OUTCOME_DEADLINE_EXCEEDED" */
  char *output;
} LvCodeResult;

void lv_code_result_free (LvCodeResult *result);

/* One part of a Content. Exactly one of text, blob, file, code and code_result is set. */
typedef struct {
  char *text;
  gboolean thought;          /* text is a thought summary, not speech */
  char *thought_signature;   /* base64, to be given back as it came */
  LvBlob *blob;              /* inlineData */
  LvFile *file;              /* fileData */
  LvCode *code;              /* executableCode */
  LvCodeResult *code_result; /* codeExecutionResult */
  char *speaker;             /* speechMetadata: who is heard in blob, and how */
  char *style;
} LvPart;

LvPart *lv_part_new (void);
void lv_part_free (LvPart *part);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPart, lv_part_free)

/* A turn: role and parts. */
typedef struct {
  LvRole role;      /* USER or MODEL */
  GPtrArray *parts; /* LvPart, owned */
} LvContent;

LvContent *lv_content_new (LvRole role);
LvContent *lv_content_new_text (LvRole role, const char *text);
void lv_content_add_text (LvContent *content, const char *text);
void lv_content_add_blob (LvContent *content, LvBlob *blob /* taken */);
void lv_content_add_part (LvContent *content, LvPart *part /* taken */);
/* The text parts (thoughts left out) joined; newly allocated, "" when there is none. */
char *lv_content_dup_text (const LvContent *content);
void lv_content_free (LvContent *content);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvContent, lv_content_free)

/* ---- tools ---- */

/* A piece of streamed arguments (Vertex). */
typedef struct {
  char *path;  /* JSONPath in the arguments: "$.where" */
  char *value; /* JSON text of a scalar; NULL: none in this piece */
  gboolean will_continue;
} LvPartialArg;

void lv_partial_arg_free (LvPartialArg *piece);

typedef struct {
  char *id; /* may be absent on old Vertex models: the receiver makes one up */
  char *name;
  char *args;              /* JSON object text, "{}" when the server sent none */
  GPtrArray *partial_args; /* LvPartialArg, or NULL */
  gboolean will_continue;  /* more pieces of this call follow */
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
  GPtrArray *parts;       /* LvPart with a blob or a file, or NULL */
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
  LV_CLIENT_CONTEXT_UPDATE,
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
  struct _LvSetup
      *setup;       /* SETUP; CONTEXT_UPDATE: its instruction and, if replaces_tools, its tools */
  GPtrArray *turns; /* CONTENT: LvContent; may be empty */
  gboolean turn_complete;  /* CONTENT */
  LvRealtimeKind realtime; /* REALTIME */
  LvBlob *blob;            /* REALTIME audio, video */
  char *text;              /* REALTIME text */
  gboolean media_chunks;   /* REALTIME audio, video: came by the deprecated field; never sent */
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

/* Times count from the beginning of the audio in microseconds; -1: not told. */
typedef struct {
  char *text;
  gint64 start_us;
  gint64 end_us;
} LvWord;

void lv_word_free (LvWord *word);

typedef struct {
  char *text; /* a delta to append (an interim one replaces) */
  gboolean finished;
  char *language_code;
  char *speaker_label;
  GPtrArray *words; /* LvWord, or NULL */
  gint64 start_us;
  gint64 end_us;
} LvTranscription;

LvTranscription *lv_transcription_new (const char *text, gboolean finished);
void lv_transcription_free (LvTranscription *transcription);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvTranscription, lv_transcription_free)
/* More than blanks; @transcription: nullable. */
gboolean lv_transcription_has_words (const LvTranscription *transcription);

/* Tokens of one turn; prompt is the whole window, not an increment. A plain value. */
typedef struct {
  guint prompt_tokens, response_tokens, thought_tokens, tool_prompt_tokens, cached_tokens,
      total_tokens;
  guint prompt[LV_N_MODALITIES]; /* promptTokensDetails, by LvModality */
  guint response[LV_N_MODALITIES];
  guint cached[LV_N_MODALITIES];
  guint tool_prompt[LV_N_MODALITIES];
  char service_tier[LV_WORD_SIZE]; /* "" when not told */
  char traffic_type[LV_WORD_SIZE];
  gboolean vertex; /* encode the response's counts by the names of Vertex, candidates... */
} LvUsage;

/* What an answer is based on. */
typedef struct {
  char *uri;
  char *title;
  char *domain;
} LvSource;

void lv_source_free (LvSource *source);

typedef struct {
  int part_index;
  int start; /* bytes in that part of the answer */
  int end;
  char *text;
  GArray *sources;     /* guint, indices of LvGrounding.sources; or NULL */
  GArray *confidences; /* double, one a source; or NULL */
} LvSupport;

void lv_support_free (LvSupport *support);

typedef struct {
  GPtrArray *queries;           /* char *, webSearchQueries; each array may be NULL */
  GPtrArray *sources;           /* LvSource */
  GPtrArray *supports;          /* LvSupport */
  GPtrArray *retrieval_queries; /* char * */
  GPtrArray *image_queries;     /* char * */
  char *search_entry;           /* HTML with search suggestions, to be shown where there is a UI */
  char *search_entry_blob;      /* base64 */
  char *maps_token;
} LvGrounding;

void lv_grounding_free (LvGrounding *grounding);

/* A page that the server fetched for the answer. */
typedef struct {
  char *url;
  char *status; /* "URL_RETRIEVAL_STATUS_SUCCESS", ... */
} LvFetchedUrl;

void lv_fetched_url_free (LvFetchedUrl *url);

typedef enum { LV_VOICE_UNCHANGED, LV_VOICE_BEGINS, LV_VOICE_ENDS } LvVoiceActivity;

typedef enum { LV_SPEECH_UNCHANGED, LV_SPEECH_HEARD, LV_SPEECH_NOT_HEARD } LvSpeechState;

/* Several may be set in one frame; process in the order of the fields here. */
typedef struct {
  gboolean setup_complete;
  char *session_id;              /* Vertex, with setup_complete */
  char *voice_consent_signature; /* for the next setup with the same replicated voice */

  gboolean resumption_update; /* sessionResumptionUpdate was present */
  char *resumption_handle;    /* absent while not resumable */
  gboolean resumable;
  gint64 last_consumed_index; /* of our messages (transparent resumption only), -1: not told */

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
  char *interaction_status;       /* "IN_PROGRESS", "IDLE" */
  LvGrounding *grounding;         /* groundingMetadata */
  GPtrArray *fetched_urls;        /* LvFetchedUrl, urlContextMetadata */
  LvSpeechState speech_state;     /* the server's own ear */
  LvVoiceActivity voice_activity; /* voiceActivity, Vertex with explicitVadSignal */
  gint64 voice_activity_us;       /* offset in the audio, -1: not told */
  LvVoiceActivity vad_signal;     /* voiceActivityDetectionSignal */
  LvUsage *usage;
  gint64 go_away_us; /* timeLeft in microseconds, -1 when there is no goAway */

  int error_code; /* of an error object sent as a frame; 0 = none, -1 = without a code */
  char *error_message;
  char *error_status; /* "INVALID_ARGUMENT" */
} LvServerMessage;

LvServerMessage *lv_server_message_new (void);
void lv_server_message_free (LvServerMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvServerMessage, lv_server_message_free)
