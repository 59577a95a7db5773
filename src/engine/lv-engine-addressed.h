/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Proactive audio: whether something that was said in the room was said to the assistant. A rule of
 * thumb on its words, no understanding. Pure.
 */
#pragma once

#include "protocol/lv-setup.h"

/* TRUE when @text names the assistant ("computer", "assistant"...), or begins, after words like
 * "please" and "well", as a question, a command, a greeting or thanks do. */
gboolean lv_engine_is_addressed (const char *text);

/* Whether @text is answered, said when the assistant is @asking something or not: with proactive
 * audio, what people say to each other is none of its business. */
gboolean lv_engine_is_for_us (const LvSetup *setup, gboolean asking, const char *text);
