/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything that can be chosen for a session, as one plain struct: a group [profile NAME] of
 * livevoice.conf fills it, and the options of CreateSession() and Start() are laid over a copy of
 * it. One table in lv-profile-key.c lists every key once: name, kind, range, field; both ways go
 * through it, so configuration and D-Bus cannot drift apart. Main thread.
 */
#pragma once

#include "base/lv-enums.h"
#include "base/lv-error.h"

#include <math.h>

#define LV_PROFILE_DEFAULT "default"
#define LV_SYSTEM_INSTRUCTION_MAX (32 * 1024) /* bytes */
#define LV_RESUME_MAX (8 * 1024)              /* bytes of a resumption handle */
#define LV_SETUP_MAX (64 * 1024)              /* bytes of raw JSON */
#define LV_LINGER_MAX_S 60
#define LV_LANGUAGE_MAX 64                   /* bytes of a BCP 47 tag */
#define LV_LANGUAGES_MAX 32                  /* hints for the transcription */
#define LV_VOCABULARY_MAX 1000               /* words and phrases */
#define LV_VOCABULARY_ENTRY_MAX 256          /* bytes of each */
#define LV_LABELS_MAX 64                     /* pairs */
#define LV_LABEL_MAX 63                      /* bytes of a name or a value */
#define LV_RARE_JSON_MAX (64 * 1024)         /* bytes of the rare objects of the setup message */
#define LV_SAMPLE_JSON_MAX (8 * 1024 * 1024) /* the same of those that hold a picture or a voice */
#define LV_HISTORY_MAX_TURNS 200
#define LV_HISTORY_MAX (256 * 1024) /* bytes of text in all turns */

/* Numbers that are left to the model. */
#define LV_UNSET G_MININT
#define LV_UNSET_DOUBLE ((double) NAN)

#define LV_SYSTEM_INSTRUCTION_DEFAULT                                                              \
  "You are the voice of a Linux desktop. You are heard, not read: answer in one or two short "     \
  "spoken sentences, without lists, markup or links, in the language of the person who speaks. "   \
  "Use the tools you are given instead of guessing, and say in a few words what you did. If you "  \
  "did not understand, ask."

typedef struct {
  char *name;
  char *endpoint; /* "auto", "gemini", "engine" or a ws:// or wss:// URL */
  char *model;    /* "" = the endpoint's default */
  char *voice;    /* "" = the model's default */
  char *language; /* BCP-47, "" = automatic */
  char *system_instruction;
  gboolean speak; /* modalities holds "audio": answers are played; otherwise text only */

  LvTurnDetection turn_detection;
  LvSensitivity start_sensitivity;
  LvSensitivity end_sensitivity;
  int prefix_padding_ms;   /* 0..5000, -1: server default */
  int silence_duration_ms; /* 0..10000, -1: server default */
  gboolean barge_in;
  LvTurnCoverage turn_coverage;
  gboolean explicit_vad_signal;

  LvAudioMode audio;
  char *input_device;  /* node name or description, "" = default */
  char *output_device; /* likewise */
  LvEchoCancel echo_cancel;
  LvFlightRecorder flight_recorder;

  gboolean transcripts;
  GStrv transcription_languages; /* BCP-47 hints */
  GStrv vocabulary;
  LvTranscriptionMode transcription_mode;
  gboolean word_timestamps;
  gboolean interim_timestamps;

  gboolean affective_dialog;
  gboolean proactive_audio;
  gboolean proactive_video;
  double temperature, top_p, presence_penalty, frequency_penalty; /* LV_UNSET_DOUBLE: the model's */
  int top_k, max_output_tokens, candidate_count;                  /* 0: the model's */
  int seed;                                                       /* LV_UNSET: none */
  LvMediaResolution media_resolution;
  char *thinking_level; /* "", "minimal", "low", "medium", "high" */
  int thinking_budget;  /* 0: no thinking, -1: as the model likes, LV_UNSET: nothing is said */
  gboolean include_thoughts;

  char *translate_to; /* BCP-47, "" = no translation */
  gboolean echo_target_language;

  gboolean google_search;
  char *google_search_options; /* JSON object, or "" */
  gboolean code_execution;
  gboolean url_context;
  char *server_tools; /* JSON array of Tool objects, or "" */

  char *safety;                                      /* JSON array, or "" */
  GStrv labels;                                      /* NAME=VALUE */
  char *avatar;                                      /* JSON object, or "" */
  char *replicated_voice;                            /* JSON object, or "" */
  int context_trigger_tokens, context_target_tokens; /* 0: the server's */

  /* session options only, never in a file */
  guint linger_s;
  char *resume;      /* resumption handle, "" = none */
  char *setup;       /* raw JSON merged into the setup message last, "" = none */
  GVariant *history; /* a(ss) role and text of earlier turns, NULL = none */
} LvProfile;

/* What it takes to go from one profile to another; each includes those before it. */
typedef enum {
  LV_PROFILE_SAME,
  LV_PROFILE_ANOTHER_INSTRUCTION,  /* system-instruction alone */
  LV_PROFILE_ANOTHER_SETUP,        /* the same conversation can go on under another setup message */
  LV_PROFILE_ANOTHER_CONVERSATION, /* another model or endpoint, or another beginning */
} LvProfileChange;

/* The built-in defaults under @name. No string or list is ever NULL. */
LvProfile *lv_profile_new (const char *name);
LvProfile *lv_profile_copy (const LvProfile *profile);
void lv_profile_free (LvProfile *profile);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvProfile, lv_profile_free)

LvProfileChange lv_profile_compare (const LvProfile *a, const LvProfile *b);

/* Sets @key ("silence-duration-ms") from the unescaped text of a key file. INVALID_ARGS names the
 * key and says what is expected. */
gboolean lv_profile_set_from_text (LvProfile *profile, const char *key, const char *text,
                                   GError **error);

/* Lays the options (a{sv}) over @profile; INVALID_ARGS names the key, UNSUPPORTED
 * what a translation cannot have; then nothing is changed. A key
 * that is not in the table is ignored, unless "!" before it says that it must be understood: so
 * take those that are the caller's own ("token", "tools", ...) out first. An integer is 'i'
 * where it may be negative, 'u' elsewhere; LV_UNSET and a NaN leave it to the model. */
gboolean lv_profile_apply_options (LvProfile *profile, GVariant *options, GError **error);
