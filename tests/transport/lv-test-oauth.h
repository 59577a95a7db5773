/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A server that gives out access tokens, or does not: a real SoupServer on loopback, with TLS or without, that remembers
 * what it was asked. Main thread.
 */
#pragma once

#include "transport/lv-token-source.h"

#include <libsoup/soup.h>

typedef struct {
  /* what it answers */
  guint status;
  char *answer;
  gboolean silent; /* never */

  /* the last request */
  guint n_requests;
  char *path;
  char *body;
  SoupMessageHeaders *headers;

  /* owned */
  SoupServer *server;
  char *uri; /* "https://localhost:PORT" or "http://127.0.0.1:PORT" */
} LvTestOauth;

LvTestOauth *lv_test_oauth_new (gboolean with_tls);
void lv_test_oauth_free (LvTestOauth *oauth);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvTestOauth, lv_test_oauth_free)

void lv_test_oauth_set_answer (LvTestOauth *oauth, guint status, const char *answer);

/* tests/data/tls/@file; new. */
char *lv_test_tls_path (const char *file);

/* Asks @source and waits; NULL with *@error. */
char *lv_test_get_token (LvTokenSource *source, GError **error);
void lv_test_assert_token (LvTokenSource *source, const char *expected);
/* The error's message must hold @part. */
void lv_test_assert_no_token (LvTokenSource *source, LvErrorCode code, const char *part);
