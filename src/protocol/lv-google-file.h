/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A file with credentials for Google Cloud: the key of a service account, or what gcloud keeps for
 * a person. Knows the JSON, and what is asked for with it; the signature and the network are
 * transport's. Pure. Source: RFC 7523, RFC 6749, Google's "OAuth 2.0 for server to server
 * applications".
 */
#pragma once

#include "base/lv-error.h"

#define LV_GOOGLE_FILE_MAX (64 * 1024) /* bytes */

typedef enum {
  LV_GOOGLE_SERVICE_ACCOUNT,
  LV_GOOGLE_AUTHORIZED_USER,
} LvGoogleKind;

typedef struct {
  LvGoogleKind kind;
  char *token_uri;

  /* service account */
  char *client_email;
  char *private_key;    /* PEM */
  char *private_key_id; /* nullable */

  /* authorized user */
  char *client_id;
  char *client_secret;
  char *refresh_token;
} LvGoogleFile;

/* INVALID_ARGS for what is not such a file, UNSUPPORTED for another type of credential. No message
 * repeats what is in it but the type. */
LvGoogleFile *lv_google_file_parse (const char *text, gssize length, GError **error);
void lv_google_file_free (LvGoogleFile *file); /* wipes it */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvGoogleFile, lv_google_file_free)

/* The two parts of the statement that a service account signs; valid for an hour from @now_s, in
 * seconds since 1970. New. */
char *lv_google_file_make_header (const LvGoogleFile *file);
char *lv_google_file_make_claims (const LvGoogleFile *file, gint64 now_s);

/* The form that is posted to the token endpoint. @assertion: the signed statement; NULL for an
 * authorized user. New. */
char *lv_google_file_make_form (const LvGoogleFile *file, const char *assertion);
