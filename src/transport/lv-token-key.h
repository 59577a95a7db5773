/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A key or token that the user gave us: from the file that the configuration names, or from where
 * credentials are kept under a name. Read anew each time. Main thread.
 */
#pragma once

#include "config/lv-vault.h"
#include "transport/lv-token-source.h"

#define LV_TYPE_TOKEN_KEY (lv_token_key_get_type ())
G_DECLARE_FINAL_TYPE (LvTokenKey, lv_token_key, LV, TOKEN_KEY, LvTokenSource)

/* @path "" for the one kept under @name. */
LvTokenSource *lv_token_key_new (LvVault *vault, const char *name, const char *path,
                                 LvTokenScheme scheme);
