/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What both directions of the wire have in common: contents and blobs. Private to this folder.
 * Pure.
 */
#pragma once

#include "protocol/lv-json-reader.h"
#include "protocol/lv-message.h"

/* Row functions. */
gboolean lv_read_content (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                          gpointer); /* LvContent * */
gboolean lv_read_turns (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                        gpointer); /* GPtrArray of LvContent, appended to */
gboolean lv_read_blob (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *,
                       gpointer); /* LvBlob * */
