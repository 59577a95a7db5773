/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Proactive audio: whether something that was said in the room was said to the assistant. A rule of
 * thumb on its words, no understanding. Pure.
 */
#pragma once

#include <glib.h>

/* TRUE when @text names the assistant ("computer", "assistant"...), or begins, after words like
 * "please" and "well", as a question, a command, a greeting or thanks do. */
gboolean lv_engine_is_addressed (const char *text);
