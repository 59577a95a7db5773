/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Forces members of one setup upon another, as the field mask of an ephemeral token says. Names are
 * the same in camelCase and in snake_case. Pure.
 */
#pragma once

#include <json-glib/json-glib.h>

gboolean lv_engine_mask_same_name (const char *name, const char *other);

/* @frame: a client's message, whose setup is changed. @setup: an object, of which
 * @frame keeps parts and which may change; NULL: an empty one, with a mask only. @mask: paths as
 * "generationConfig.temperature"; NULL: all but sessionResumption. A member of the mask that @setup
 * lacks is taken away. FALSE when @frame is no setup. */
gboolean lv_engine_mask_apply (JsonNode *frame, JsonNode *setup, char **mask);
