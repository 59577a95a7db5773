/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keys and tokens at rest, each under a name: what systemd hands over first, then the keyring, then
 * the files of lv-credentials. What is given to us to keep goes into the keyring, and into a file
 * of mode 0600 where there is none. Main thread.
 */
#pragma once

#include "config/lv-credentials.h"
#include "config/lv-keyring.h"

typedef struct _LvVault LvVault;

LvVault *lv_vault_new (void);
LvVault *lv_vault_ref (LvVault *vault);
void lv_vault_unref (LvVault *vault);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvVault, lv_vault_unref)

/* Whether a load may succeed, as far as is known without asking anybody; errors as of
 * lv_credentials_load(). */
gboolean lv_vault_check (LvVault *vault, const char *name, GError **error);

void lv_vault_load_async (LvVault *vault, const char *name, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data);
/* Those of lv_credentials_load(); NOT_READY when only the keyring has it and cannot be opened. */
LvSecret *lv_vault_load_finish (GAsyncResult *result, GError **error);

/* NULL @secret: removes it from both. FAILED when nothing can be written. */
void lv_vault_store_async (LvVault *vault, const char *name, const LvSecret *secret,
                           GAsyncReadyCallback callback, gpointer user_data);
gboolean lv_vault_store_finish (GAsyncResult *result, GError **error);
