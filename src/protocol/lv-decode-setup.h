/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The setup message, read as the service reads it. Private to this folder. Pure.
 */
#pragma once

#include "protocol/lv-json-reader.h"
#include "protocol/lv-setup.h"

/* Row function for an LvSetup * member. */
gboolean lv_read_setup (LvJsonReader *, const LvJsonPath *, JsonNode *, const LvField *, gpointer);
