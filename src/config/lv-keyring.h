/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys and tokens in the desktop's keyring (schema org.livevoice.ApiKey). Which names are there is
 * remembered by an empty file NAME.in-keyring beside the user's livevoice.conf, so that nobody asks
 * the keyring, and wakes or unlocks it, for what it does not hold. Works without a keyring: then
 * everything fails with NOT_READY. Main thread.
 */
#pragma once

#include "config/lv-secret.h"

typedef struct _LvKeyring LvKeyring;

/* @dir: for the marks. */
LvKeyring *lv_keyring_new (const char *dir);
void lv_keyring_free (LvKeyring *keyring);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvKeyring, lv_keyring_free)

/* Whether one is kept there under @name, as far as we know. */
gboolean lv_keyring_has (LvKeyring *keyring, const char *name);

/* It is not there, or is not asked for any more. */
void lv_keyring_forget (LvKeyring *keyring, const char *name);

/* Keeps @secret, in place of the one before. @keyring must live until it is done. */
void lv_keyring_store_async (LvKeyring *keyring, const char *name, const LvSecret *secret,
                             GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean lv_keyring_store_finish (GAsyncResult *result, GError **error);

/* May ask the user to unlock. NO_CREDENTIAL when it is not there any more. */
void lv_keyring_lookup_async (LvKeyring *keyring, const char *name, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
LvSecret *lv_keyring_lookup_finish (GAsyncResult *result, GError **error);

/* None is no error. */
void lv_keyring_remove_async (LvKeyring *keyring, const char *name, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
gboolean lv_keyring_remove_finish (GAsyncResult *result, GError **error);
