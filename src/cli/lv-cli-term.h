/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The terminal: what it can do, its size, and a live area at its end that is redrawn in place while
 * finished lines scroll away above it. Also keys without echo. Restores what it changed when freed.
 * Main thread.
 */
#pragma once

#include <glib.h>

typedef enum {
  LV_TERM_PLAIN,
  LV_TERM_DIM,
  LV_TERM_BOLD,
  LV_TERM_GREEN,
  LV_TERM_CYAN,
  LV_TERM_YELLOW,
  LV_TERM_RED,
} LvTermStyle;

#define LV_TERM_MIN_COLUMNS 8
#define LV_TERM_MIN_ROWS 3

typedef struct _LvCliTerm LvCliTerm;

/* Whether standard output is a terminal that can move its cursor. */
gboolean lv_cli_term_is_capable (void);

/* Whether to use colour: a terminal, and the variable NO_COLOR is not set. */
gboolean lv_cli_term_has_colour (void);

/* Whether the locale's encoding has more than ASCII. */
gboolean lv_cli_term_has_unicode (void);

/* Reads keys too when standard input is a terminal. */
LvCliTerm *lv_cli_term_new (void);
void lv_cli_term_free (LvCliTerm *term);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvCliTerm, lv_cli_term_free)

/* @on_key gets each key that is typed, from the main loop. */
void lv_cli_term_set_key_func (LvCliTerm *term, void (*on_key) (char key, gpointer data),
                               gpointer data);

/* The present size; at least LV_TERM_MIN_COLUMNS and LV_TERM_MIN_ROWS. */
void lv_cli_term_get_size (guint *ret_columns, guint *ret_rows);

/* Adds one line, without a newline at its end, to the part that scrolls away; shown by the next
 * draw. The first
 * @n_styled bytes are in @style. The text must be clean. */
void lv_cli_term_add_line (LvCliTerm *term, const char *text, gsize n_styled, LvTermStyle style);

/* The same for the live area, which lv_cli_term_draw() shows in place of the former one. */
void lv_cli_term_add_live_line (LvCliTerm *term, const char *text, gsize n_styled,
                                LvTermStyle style);

void lv_cli_term_draw (LvCliTerm *term);
