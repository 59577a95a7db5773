/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where a credential comes from: a key file, the keyring, a token endpoint, the metadata server, a
 * program. Each kind is a subclass with a file pair of its own that knows how to fetch one; this
 * base keeps what has a lifetime, renews it before its end, and lets requests that come together
 * share one fetch. Always asynchronous. Never logs what it holds. Main thread.
 */
#pragma once

#include "config/lv-secret.h"

/* How long before its end a token is renewed: the margin of Google's own libraries, but never more
 * than a fifth of its life. */
#define LV_TOKEN_MARGIN_S 225
#define LV_TOKEN_TIMEOUT_MS 15000 /* for one fetch */

/* How it travels. Always a header, never a part of a URL. */
typedef enum {
  LV_TOKEN_SCHEME_KEY,       /* x-goog-api-key: SECRET */
  LV_TOKEN_SCHEME_EPHEMERAL, /* Authorization: Token SECRET */
  LV_TOKEN_SCHEME_BEARER,    /* Authorization: Bearer SECRET */
} LvTokenScheme;

#define LV_TYPE_TOKEN_SOURCE (lv_token_source_get_type ())
G_DECLARE_DERIVABLE_TYPE (LvTokenSource, lv_token_source, LV, TOKEN_SOURCE, GObject)

struct _LvTokenSourceClass {
  GObjectClass parent_class;

  void (*fetch_async) (LvTokenSource *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                       gpointer user_data);
  /* *@ret_lifetime_s: 0 for one that is not to be kept. */
  LvSecret *(*fetch_finish) (LvTokenSource *self, GAsyncResult *result, guint *ret_lifetime_s,
                             GError **error);
  /* Whether asking can succeed at all, as far as that is known without asking anybody. NULL: it
   * always may. */
  gboolean (*check) (LvTokenSource *self, GError **error);
};

LvTokenScheme lv_token_source_get_scheme (LvTokenSource *self);
/* For subclasses; BEARER at first. */
void lv_token_source_set_scheme (LvTokenSource *self, LvTokenScheme scheme);

/* How long one fetch may take; LV_TOKEN_TIMEOUT_MS at first. */
guint lv_token_source_get_timeout_ms (LvTokenSource *self);
void lv_token_source_set_timeout_ms (LvTokenSource *self, guint timeout_ms);

/* FALSE with the error that a request would end with, when it is known beforehand. */
gboolean lv_token_source_check (LvTokenSource *self, GError **error);

/* NO_CREDENTIAL, AUTHENTICATION, NETWORK, TIMEOUT, SERVER, and those of a bad file: INVALID_ARGS,
 * NOT_PERMITTED, TOO_LARGE. */
void lv_token_source_get_async (LvTokenSource *self, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
LvSecret *lv_token_source_get_finish (LvTokenSource *self, GAsyncResult *result, GError **error);

/* The server did not take it: the next request fetches a new one. */
void lv_token_source_forget (LvTokenSource *self);
