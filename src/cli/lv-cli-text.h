/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text as a terminal shows it: how many columns it takes, where lines break, and what must never
 * reach a terminal, because it comes from a model or another program. Pure.
 */
#pragma once

#include <glib.h>

/* @text without control characters and bidirectional overrides. Newlines and tabs stay when
 * @multi_line, else they become spaces. Invalid UTF-8 is replaced. */
char *lv_cli_text_clean (const char *text, gboolean multi_line);

/* Columns that @text (clean, one line) takes. */
guint lv_cli_text_width (const char *text);

/* Breaks @text between words, within words longer than a line, into lines of at most @columns (at
 * least 2). At least one line. */
GStrv lv_cli_text_wrap (const char *text, guint columns);

/* As much of the beginning of @text as @columns hold. */
char *lv_cli_text_cut (const char *text, guint columns);
