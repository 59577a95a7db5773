/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where keys and tokens that the user gave us are kept, each under a name: a file of that name in
 * $CREDENTIALS_DIRECTORY, then beside the user's livevoice.conf, then beside /etc's (each only when
 * no one else can read it), and for "gemini-api-key" also $GEMINI_API_KEY (development; removed
 * from the environment at construction). Read when asked for, wiped after use, never logged and
 * never in an error message. lv-vault adds the keyring. Main thread.
 */
#pragma once

#include "config/lv-secret.h"

typedef struct _LvCredentials LvCredentials;
LvCredentials *lv_credentials_new (void);
void lv_credentials_free (LvCredentials *credentials);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvCredentials, lv_credentials_free)

/* Whether systemd hands one over, which goes before everything. */
gboolean lv_credentials_has_systemd (LvCredentials *credentials, const char *name);

/* The first source that exists decides. NO_CREDENTIAL with what to do next; NOT_PERMITTED for a
 * file that others can read or own; INVALID_ARGS for one that holds no key; TOO_LARGE above
 * LV_SECRET_MAX. */
LvSecret *lv_credentials_load (LvCredentials *credentials, const char *name, GError **error);

/* The same for one file that the configuration names. */
LvSecret *lv_credentials_load_path (const char *path, GError **error);

/* Writes the user's file, mode 0600, at once or not at all. FAILED with the reason. */
gboolean lv_credentials_store (LvCredentials *credentials, const char *name, const LvSecret *secret,
                               GError **error);

/* Removes the user's file; none is no error. */
gboolean lv_credentials_remove (LvCredentials *credentials, const char *name, GError **error);
