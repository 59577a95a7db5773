/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a report writes the sound that it does not hold: in the place of "data" stands
 * "envelope": {"samples", "rate", "rms": [...], "peak": [...]}, as base/lv-envelope measures it.
 * Pure, any thread.
 */
#pragma once

#include "base/lv-envelope.h"

#include <json-glib/json-glib.h>

/* @steps: lv_envelope_count() of them. */
void lv_sound_json_add (GString *json, guint64 n_samples, guint rate, const LvEnvelopeStep *steps);

/* The same of base64; FALSE, and nothing written, for what is no sound. */
gboolean lv_sound_json_add_data (GString *json, const char *data, guint rate);

/* Gives every object with an envelope in the tree @root the "data" that sounds like it, in place.
 * INVALID_ARGS for an envelope that is none, TOO_LARGE for more than LV_ENVELOPE_STEPS_MAX steps in
 * the tree. */
gboolean lv_sound_json_render (JsonNode *root, GError **error);
