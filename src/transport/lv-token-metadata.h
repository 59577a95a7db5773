/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Access tokens from the metadata server of a virtual machine in Google Cloud, for the service
 * account that the machine runs as. Main thread.
 */
#pragma once

#include "config/lv-endpoint-config.h"
#include "transport/lv-token-source.h"

#define LV_TYPE_TOKEN_METADATA (lv_token_metadata_get_type ())
G_DECLARE_FINAL_TYPE (LvTokenMetadata, lv_token_metadata, LV, TOKEN_METADATA, LvTokenSource)

LvTokenSource *lv_token_metadata_new (const LvEndpointConfig *config);
