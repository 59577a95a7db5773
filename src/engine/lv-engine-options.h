/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How the engine was started: command line over environment over engine.conf. Immutable after that.
 * Main thread.
 */
#pragma once

#include "base/lv-error.h"
#include "base/lv-names.h"

typedef struct {
  char *socket_path; /* --socket */
  char *listen;      /* --listen, "127.0.0.1:0" */
  gboolean any_host; /* --any-host: --listen may name something else than loopback */
  int listen_fd;     /* --listen-fd, -1: none */
  int idle_exit_s;   /* --idle-exit, 0: never */
  char *chat_url;    /* NULL: the built-in dialogue */
  char *chat_model;
  char *api_key_file;
  char *api_key; /* what that file holds: required of clients; NULL: nothing is */
  char *faults_file;
  char *replay_file; /* --replay: play this report to clients */
  double speed;      /* --speed */
  gboolean text_frames;
  gboolean retired;    /* --retired-models: take those that the service has shut down */
  gboolean no_interim; /* no interimInputTranscription, as with some models of the service */
  gboolean debug;
  gboolean version;
} LvEngineOptions;

/* Parses the command line; --help ends the program. INVALID_ARGS with a sentence for the user. */
LvEngineOptions *lv_engine_options_new (int *argc, char ***argv, GError **error);
void lv_engine_options_free (LvEngineOptions *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineOptions, lv_engine_options_free)
