/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The setup message: everything that is fixed when a connection opens. Built by the session from
 * its profile, checked by lv_setup_check(), encoded by lv-encode, decoded by the engine. Pure.
 */
#pragma once

#include "protocol/lv-model.h"
#include "protocol/lv-tool-decl.h"

#define LV_INT_UNSET G_MININT /* of the integers that may be negative */

/* NULL, FALSE, 0, the DEFAULT of an enumeration, an empty array and what is said below mean that
 * the field is not sent. */
typedef struct _LvSetup {
  char *model;              /* resource name: "models/gemini-3.8-live" */
  const LvModel *limits;    /* what it takes, borrowed; NULL: as lv_model_lookup() says */
  LvApi api;                /* who is spoken to */
  char *system_instruction; /* paragraphs separated by an empty line */

  /* generationConfig */
  gboolean response_text;  /* TEXT instead of AUDIO */
  gboolean response_video; /* VIDEO instead of AUDIO */
  double temperature;      /* NAN: not sent; so the other doubles */
  double top_p;
  guint top_k;
  guint max_output_tokens;
  guint candidate_count;
  double presence_penalty;
  double frequency_penalty;
  int seed; /* LV_INT_UNSET: not sent */
  LvMediaResolution media_resolution;
  char *thinking_level; /* "LOW", "MEDIUM", "HIGH", "MINIMAL" */
  int thinking_budget;  /* tokens, 0 off, -1 as the model likes; LV_INT_UNSET: not sent */
  gboolean include_thoughts;
  gboolean affective_dialog;
  char *translate_to; /* BCP-47, translationConfig.targetLanguageCode */
  gboolean echo_target_language;

  /* speechConfig */
  char *voice;            /* name of a prebuilt voice or id of the voice library */
  char *language;         /* BCP-47 languageCode */
  char *replicated_voice; /* JSON object replicatedVoiceConfig */

  /* tools */
  GPtrArray *tools; /* LvToolDecl */
  gboolean google_search;
  char *google_search_options; /* JSON object: what is in googleSearch; implies google_search */
  gboolean code_execution;
  gboolean url_context;
  char *server_tools;      /* JSON array of further Tool objects */
  gboolean replaces_tools; /* in a context update: those before go, even if there is none here */

  /* realtimeInputConfig */
  gboolean vad_disabled; /* client sends activityStart and activityEnd */
  LvSensitivity start_sensitivity;
  LvSensitivity end_sensitivity;
  int prefix_padding_ms;    /* -1: server default */
  int silence_duration_ms;  /* -1: server default */
  gboolean no_interruption; /* activityHandling NO_INTERRUPTION */
  LvTurnCoverage turn_coverage;
  gboolean interim_timestamps;

  /* transcriptions */
  gboolean input_transcription;
  gboolean output_transcription;
  GPtrArray *transcription_languages; /* char *, hints for the input transcription */
  GPtrArray *vocabulary;              /* char *, words it would not know */
  LvTranscriptionMode transcription_mode;
  char *transcription_source; /* sourceText: what SMART edits */
  gboolean word_timestamps;

  /* the session */
  gboolean resumption;      /* ask for resumption handles */
  char *resumption_handle;  /* resume this one */
  gboolean transparent;     /* be told which of our messages were consumed */
  gboolean compression;     /* sliding context window */
  gint64 trigger_tokens;    /* 0: the server's default */
  gint64 target_tokens;     /* 0: the server's default */
  gboolean initial_history; /* historyConfig.initialHistoryInClientContent */
  gboolean proactive_audio;
  gboolean proactive_video;
  gboolean explicit_vad_signal;
  gboolean speech_to_speech; /* enableSpeechToSpeechTranslation, of a retired model */
  char *safety;              /* JSON array of safetySettings */
  GHashTable *labels;        /* char * -> char *, billing labels; never NULL */
  char *avatar;              /* JSON object avatarConfig */

  char *extra; /* JSON object merged over the encoded setup last; ignored when it is none */
} LvSetup;

/* All defaults: audio, server VAD, no transcription, -1 for the two durations. */
LvSetup *lv_setup_new (const char *model);
/* The same for memory that is all zeros. */
void lv_setup_init (LvSetup *setup);
void lv_setup_free (LvSetup *setup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvSetup, lv_setup_free)

/* What it may ask for: its limits, as far as its API goes. */
const LvModel *lv_setup_get_limits (const LvSetup *setup);

/* TRUE when model and API take all that @setup asks for, else UNSUPPORTED naming model and field,
 * or the model that replaces a retired one. The encoder leaves out what would be refused here. What
 * is in @setup->extra is not looked at. */
gboolean lv_setup_check (const LvSetup *setup, GError **error);
