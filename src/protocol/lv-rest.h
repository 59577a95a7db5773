/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The bodies of the REST requests around the Live API: access tokens, ephemeral tokens, the lists
 * of models and of voices, and errors. Liberal in what is read: unknown members are skipped. Pure.
 * Source: Live API reference, ephemeral tokens, model and voice lists; RFC 6749.
 */
#pragma once

#include "base/lv-error.h"

#define LV_REST_MAX_BODY (4 * 1024 * 1024) /* bytes of an answer */
#define LV_REST_MAX_ITEMS 2000             /* of a list */
#define LV_REST_PAGE_SIZE 100

/* The answer of a token endpoint; the token, new, and for how long it holds. SERVER. */
char *lv_rest_parse_access_token (GBytes *body, guint *ret_lifetime_s, GError **error);

/* What an answer says went wrong, for people: from an error object of Google's, or of OAuth. New;
 * NULL when it says nothing. */
char *lv_rest_parse_error (GBytes *body);

/* What may be done with an ephemeral token. */
typedef struct {
  guint uses;                  /* sessions that it opens; 0: any number */
  gint64 expire_s;             /* seconds since 1970 */
  gint64 new_session_expire_s; /* likewise */
  const char *model;           /* resource name that it is good for alone, NULL: any */
} LvRestTokenRequest;

/* The body that asks for one. New. */
char *lv_rest_make_token_request (const LvRestTokenRequest *request);

/* Its name, "auth_tokens/...", new; *@ret_expire_s: seconds since 1970, unchanged when the answer
 * does not say. SERVER. */
char *lv_rest_parse_token (GBytes *body, gint64 *ret_expire_s, GError **error);

/* One entry of a list. */
typedef struct {
  char *id;
  char *name;        /* for people; "" when there is none */
  char *description; /* likewise */
  char *locale;      /* of a voice: BCP 47; likewise */
} LvRestItem;

/* Those that hold live conversations, added to @items (LvRestItem); new token of the next page,
 * NULL after the last. SERVER. */
gboolean lv_rest_parse_models (GBytes *body, GPtrArray *items, char **ret_page, GError **error);
gboolean lv_rest_parse_voices (GBytes *body, GPtrArray *items, char **ret_page, GError **error);

GPtrArray *lv_rest_items_new (void);
