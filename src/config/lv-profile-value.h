/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The value of one key in a profile: read from the text of a key file or from a D-Bus value,
 * checked, copied, freed. Private to this folder. Pure.
 */
#pragma once

#include "config/lv-profile-key.h"

/* INVALID_ARGS says what is expected, TOO_LARGE, TOO_DEEP and TOO_MANY are those of JSON; then
 * nothing is changed. */
gboolean lv_profile_value_set_text (LvProfile *profile, const LvKey *key, const char *text,
                                    GError **error);
gboolean lv_profile_value_set_variant (LvProfile *profile, const LvKey *key, GVariant *value,
                                       GError **error);

/* After a plain copy of the struct: gives it a value of its own. */
void lv_profile_value_copy (LvProfile *profile, const LvKey *key);
gboolean lv_profile_value_equal (const LvProfile *a, const LvProfile *b, const LvKey *key);
void lv_profile_value_clear (LvProfile *profile, const LvKey *key);
