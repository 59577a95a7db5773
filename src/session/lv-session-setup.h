/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the settings of a conversation to the setup message that opens a connection. Pure.
 */
#pragma once

#include "config/lv-profile.h"
#include "protocol/lv-model.h"
#include "protocol/lv-setup.h"
#include "transport/lv-endpoint.h"

/* @tools: LvToolDecl. @handle: the conversation to go on with, NULL for a new one. */
LvSetup *lv_session_setup_new (const LvProfile *profile, const LvEndpoint *endpoint,
                               GPtrArray *tools, const char *handle);

/* Whether the user is heard and the model's voice is played; otherwise the words are all there
 * is. */
gboolean lv_session_setup_has_microphone (const LvProfile *profile);
gboolean lv_session_setup_has_speaker (const LvProfile *profile);
