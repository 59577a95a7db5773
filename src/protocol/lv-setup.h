/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The setup message: everything that is fixed when a connection opens. Built by the session from
 * its profile, encoded by lv-encode, decoded by the engine. Pure.
 */
#pragma once

#include "protocol/lv-tool-decl.h"

typedef struct _LvSetup {
  char *model;              /* resource name: "models/gemini-3.8-live" */
  gboolean response_text;   /* TEXT instead of AUDIO */
  char *voice;              /* name of a prebuilt voice or id of the voice library */
  char *language;           /* BCP-47 speechConfig.languageCode */
  char *system_instruction; /* paragraphs separated by an empty line */
  GPtrArray *tools;         /* LvToolDecl */
  gboolean google_search;

  gboolean vad_disabled; /* client sends activityStart and activityEnd */
  LvSensitivity start_sensitivity;
  LvSensitivity end_sensitivity;
  int prefix_padding_ms;    /* -1: server default */
  int silence_duration_ms;  /* -1: server default */
  gboolean no_interruption; /* activityHandling NO_INTERRUPTION */

  gboolean input_transcription;
  gboolean output_transcription;
  GPtrArray *transcription_languages; /* char *, hints for the input transcription */

  gboolean resumption;      /* ask for resumption handles */
  char *resumption_handle;  /* resume this one */
  gboolean compression;     /* sliding context window with the server's defaults */
  gboolean initial_history; /* historyConfig.initialHistoryInClientContent */
  char *thinking_level;     /* "LOW", "MEDIUM", "HIGH", "MINIMAL" */

  char *extra; /* JSON object merged over the encoded setup last; ignored when it is none */
} LvSetup;

/* All defaults: audio, server VAD, no transcription, -1 for the two durations. */
LvSetup *lv_setup_new (const char *model);
void lv_setup_free (LvSetup *setup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvSetup, lv_setup_free)
