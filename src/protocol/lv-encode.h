/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Messages to frame bytes (UTF-8 JSON, camelCase), both directions. Cannot fail: what a struct can
 * hold can be sent. Pure; the hot one is lv_encode_audio(), a 20 ms chunk every 20 ms.
 */
#pragma once

#include "protocol/lv-message.h"
#include "protocol/lv-setup.h"

GBytes *lv_encode_client (const LvClientMessage *message);
GBytes *lv_encode_server (const LvServerMessage *message);

/* What setup->model would refuse (behavior, thinking level) is left out, what it needs is added, as
 * lv_model_lookup() says; setup->extra is merged over the result and may bring it back. */
GBytes *lv_encode_setup (const LvSetup *setup);

/* realtimeInput.audio with "audio/pcm;rate=@rate" around the base64 of @samples, in place of what
 * @frame held: one copy, and no allocation where it has held as much before. */
void lv_encode_audio (GString *frame, const gint16 *samples, gsize n_samples, guint rate);

/* toolResponse with one or more responses (LvFunctionResponse). Knows no model: the caller clears
 * scheduling and will_continue where LvModel says so. */
GBytes *lv_encode_tool_responses (GPtrArray *responses);
