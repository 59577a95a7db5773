/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Access tokens that a program of the user's choice prints, such as gcloud. Started without a
 * shell; what it prints on standard error is dropped, for it may hold anything. Main thread.
 */
#pragma once

#include "config/lv-endpoint-config.h"
#include "transport/lv-token-source.h"

#define LV_TOKEN_COMMAND_LIFETIME_S 300 /* nobody tells how long such a token holds */

#define LV_TYPE_TOKEN_COMMAND (lv_token_command_get_type ())
G_DECLARE_FINAL_TYPE (LvTokenCommand, lv_token_command, LV, TOKEN_COMMAND, LvTokenSource)

/* @config must have a command. */
LvTokenSource *lv_token_command_new (const LvEndpointConfig *config);
