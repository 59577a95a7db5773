/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Frame bytes to messages. Server frames are read liberally (unknown keys ignored, camelCase or
 * snake_case, int64 as string or number, Durations as "1.5s" or {seconds,nanos}, several fields
 * in one frame); client frames strictly, as the service reads them. Pure.
 */
#pragma once

#include "protocol/lv-message.h"
#include "protocol/lv-setup.h"

/* SERVER error when the frame is not a JSON object within the limits; a frame without any known
 * field is an empty message. Try lv_audio_scan() first: most frames are sound alone. */
LvServerMessage *lv_decode_server (GBytes *frame, GError **error);

/* Errors are what the service puts into its 1007 close reason, e.g. Invalid JSON payload
 * received. Unknown name "x" at 'setup': Cannot find field. (code INVALID_ARGS) */
LvClientMessage *lv_decode_client (GBytes *frame, GError **error);
