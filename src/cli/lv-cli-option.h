/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Settings of a conversation on the command line: KEY=VALUE, written as in livevoice.conf, become
 * the options that the daemon takes. Which keys there are, and their types, comes from the daemon's
 * own table when this is built. Pure.
 */
#pragma once

#include "base/lv-error.h"

/* What a verb says of --option in its help. */
#define LV_CLI_OPTION_HELP N_ ("Set a KEY of livevoice.conf for this conversation")
#define LV_CLI_OPTION_ARGUMENT N_ ("KEY=VALUE")

/* Adds each of @assignments (nullable) to @options. Of a key that comes twice the last one counts;
 * but "history=ROLE:TEXT" adds a turn each time. INVALID_ARGS says which is wrong, translated. */
gboolean lv_cli_option_read (const char *const *assignments, GVariantDict *options, GError **error);
