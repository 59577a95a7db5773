/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything that can be chosen for a session, as one plain struct: a group [profile NAME] of
 * livevoice.conf fills it, and the options of CreateSession() and Start() are laid over a copy of
 * it. One table in lv-profile.c lists every key once: name, type, range, field; both ways go
 * through it, so configuration and D-Bus cannot drift apart. Main thread.
 */
#pragma once

#include "base/lv-enums.h"
#include "base/lv-error.h"

#define LV_PROFILE_DEFAULT "default"
#define LV_SYSTEM_INSTRUCTION_MAX (32 * 1024) /* bytes */
#define LV_RESUME_MAX (8 * 1024)              /* bytes of a resumption handle */
#define LV_SETUP_MAX (64 * 1024)              /* bytes of raw JSON */
#define LV_LINGER_MAX_S 60

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

  LvAudioMode audio;
  char *input_device;  /* node name or description, "" = default */
  char *output_device; /* likewise */

  gboolean transcripts;
  gboolean google_search;
  char *thinking_level; /* "", "minimal", "low", "medium", "high" */

  /* session options only, never in a file */
  guint linger_s;
  char *resume; /* resumption handle, "" = none */
  char *setup;  /* raw JSON merged into the setup message last, "" = none */
} LvProfile;

/* The built-in defaults under @name. No string field is ever NULL. */
LvProfile *lv_profile_new (const char *name);
LvProfile *lv_profile_copy (const LvProfile *profile);
void lv_profile_free (LvProfile *profile);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvProfile, lv_profile_free)

/* Sets @key ("silence-duration-ms") from the unescaped text of a key file. INVALID_ARGS names the
 * key and says what is expected. */
gboolean lv_profile_set_from_text (LvProfile *profile, const char *key, const char *text,
                                   GError **error);

/* Lays the options (a{sv}) over @profile; INVALID_ARGS names the key, and nothing is changed. A key
 * that is not in the table is ignored, unless "!" before it says that it must be understood: so
 * take those that are the caller's own ("token", "tools", ...) out first. An integer is 'i'
 * where it may be negative, 'u' elsewhere. */
gboolean lv_profile_apply_options (LvProfile *profile, GVariant *options, GError **error);
