/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where the API key comes from: $CREDENTIALS_DIRECTORY/gemini-api-key, then the file gemini-api-key
 * beside the user's livevoice.conf, then beside /etc's (each only when no one else can read it),
 * then $GEMINI_API_KEY (development; removed from the environment at construction). Read when asked
 * for, wiped after use, never logged and never in an error message. Main thread.
 */
#pragma once

#include "base/lv-error.h"

#define LV_SECRET_MAX 4096 /* bytes */

typedef struct _LvSecret
    LvSecret; /* in memory that is neither swapped nor dumped; wiped when freed */
const char *lv_secret_peek (const LvSecret *secret);
void lv_secret_free (LvSecret *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvSecret, lv_secret_free)

typedef struct _LvCredentials LvCredentials;
LvCredentials *lv_credentials_new (void);
void lv_credentials_free (LvCredentials *credentials);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvCredentials, lv_credentials_free)

/* Whether a key is configured, be it good or bad: a key file with the wrong permissions counts, so
 * that the user is told about it instead of silently getting the offline engine. */
gboolean lv_credentials_has_key (LvCredentials *credentials);

/* The first source that exists decides. NO_CREDENTIAL with what to do next; NOT_PERMITTED for a
 * file that others can read or own; INVALID_ARGS for one that holds no key; TOO_LARGE above
 * LV_SECRET_MAX. */
LvSecret *lv_credentials_load_key (LvCredentials *credentials, GError **error);
