/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A client that misses an answer asks for it in the user's place, in parentheses: such a text is no
 * question of its own. Pure.
 */
#pragma once

#include <glib.h>

/* TRUE when @text only asks for what was asked before, or for the rest of an answer. */
gboolean lv_engine_is_reminder (const char *text);
