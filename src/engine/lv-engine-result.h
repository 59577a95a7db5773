/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a tool answered, as something to say. Pure.
 */
#pragma once

#include <glib.h>

/* The answer in @response (JSON object text); newly allocated. */
char *lv_engine_result_to_text (const char *response);
