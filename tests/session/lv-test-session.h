/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the tests of LvSession share: a session that talks to a puppet server, and a log of all it says. Main thread.
 */
#pragma once

#include "lib/lv-test-server.h"
#include "session/lv-session-private.h"

typedef struct {
  LvTestServer *server;
  LvSessionServices services;
  LvDaemonConfig settings; /* what the session goes by; at first the default */
  LvVault *vault;
  LvConfig *config;
  LvProfile *profile; /* change it, then apply_profile() */
  LvSession *session;
  GPtrArray *log; /* char *: "state listening", "closed user", "interrupted 2", ... */
} Fixture;

/* No audio unless the profile says so; not started. */
Fixture *fixture_new (void);
/* The session must be gone with its last reference. */
void fixture_free (Fixture *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

/* As after a restart: the session is gone, and there is one for @owner (NULL: the default one) with the services as they
 * are now. The log begins anew. */
void renew_session (Fixture *fixture, const char *owner);

void apply_profile (Fixture *fixture);
/* Starts, accepts the setup, waits for "listening". */
void open_session (Fixture *fixture);

/* Nothing is left of the conversation: no timer, no device, no socket. */
void expect_at_rest (Fixture *fixture);

gboolean was_logged (Fixture *fixture, const char *line);
/* Lines since the last clear that begin with @prefix. */
guint count_logged (Fixture *fixture, const char *prefix);
void clear_log (Fixture *fixture);
void wait_logged (Fixture *fixture, const char *line);
void wait_state (Fixture *fixture, LvState state);
void expect_log (Fixture *fixture, const char *prefix, const char *joined);

/* "u:what time is it. m:noon" */
void expect_transcript (Fixture *fixture, const char *expected);
void wait_transcript (Fixture *fixture, const char *expected);

/* What the server may say. */
void say_words (Fixture *fixture, const char *text);
void say_audio (Fixture *fixture, guint ms);
void say_heard (Fixture *fixture, const char *text, gboolean finished);
void say_interrupted (Fixture *fixture);
void say_generation_complete (Fixture *fixture);
void say_turn_complete (Fixture *fixture);
void say_go_away (Fixture *fixture, gint64 time_left_us);
void say_handle (Fixture *fixture, const char *handle);
