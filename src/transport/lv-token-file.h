/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Access tokens for what a credentials file of Google Cloud holds: the key of a service account, or
 * what gcloud keeps for a person. Application default credentials without a file are those of the
 * metadata server. The file is read anew for each token. Main thread.
 */
#pragma once

#include "config/lv-endpoint-config.h"
#include "transport/lv-token-source.h"

#define LV_TYPE_TOKEN_FILE (lv_token_file_get_type ())
G_DECLARE_FINAL_TYPE (LvTokenFile, lv_token_file, LV, TOKEN_FILE, LvTokenSource)

/* Of kind SERVICE_ACCOUNT or ADC. */
LvTokenSource *lv_token_file_new (const LvEndpointConfig *config);
