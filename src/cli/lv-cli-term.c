/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lv-cli-term.h"

#include "cli/lv-cli-text.h"

#include <glib-unix.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

struct _LvCliTerm {
  gboolean colour;

  /* one frame in the making */
  GString *scroll;
  GString *live;
  GArray *live_widths; /* guint columns of each line */

  GArray *shown_widths; /* of the live area on the screen */

  /* keys */
  gboolean raw;
  struct termios saved;
  guint input;
  void (*on_key) (char key, gpointer data);
  gpointer key_data;
};

static const char *const style_codes[] = {
  [LV_TERM_PLAIN] = "",         [LV_TERM_DIM] = "\033[2m",   [LV_TERM_BOLD] = "\033[1m",
  [LV_TERM_GREEN] = "\033[32m", [LV_TERM_CYAN] = "\033[36m", [LV_TERM_YELLOW] = "\033[33m",
  [LV_TERM_RED] = "\033[31m",
};

gboolean
lv_cli_term_is_capable (void)
{
  const char *term = g_getenv ("TERM");

  return isatty (STDOUT_FILENO) && term != NULL && *term != '\0' && !g_str_equal (term, "dumb");
}

gboolean
lv_cli_term_has_colour (void)
{
  const char *no_color = g_getenv ("NO_COLOR");

  return lv_cli_term_is_capable () && (no_color == NULL || *no_color == '\0');
}

gboolean
lv_cli_term_has_unicode (void)
{
  return g_get_charset (NULL);
}

void
lv_cli_term_get_size (guint *ret_columns, guint *ret_rows)
{
  struct winsize size = { 0 };

  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    size = (struct winsize){ .ws_col = 80, .ws_row = 24 };
  *ret_columns = MAX (size.ws_col, LV_TERM_MIN_COLUMNS);
  *ret_rows = MAX (size.ws_row, LV_TERM_MIN_ROWS);
}

static void
enter_raw_mode (LvCliTerm *term)
{
  struct termios raw = term->saved;

  /* signals by key stay */
  raw.c_lflag &= ~(tcflag_t) (ICANON | ECHO);
  tcsetattr (STDIN_FILENO, TCSADRAIN, &raw);
}

static gboolean
on_input (int fd, GIOCondition condition, gpointer data)
{
  LvCliTerm *term = data;
  char keys[16];
  ssize_t n = read (fd, keys, sizeof keys);

  if (n <= 0)
    {
      term->input = 0;
      return G_SOURCE_REMOVE;
    }
  for (ssize_t i = 0; i < n && term->on_key != NULL; i++)
    term->on_key (keys[i], term->key_data);
  return G_SOURCE_CONTINUE;
}

static void
begin_input (LvCliTerm *term)
{
  /* a background job that touched the terminal would be stopped */
  if (!isatty (STDIN_FILENO) || tcgetpgrp (STDIN_FILENO) != getpgrp () ||
      tcgetattr (STDIN_FILENO, &term->saved) != 0)
    return;
  enter_raw_mode (term);
  term->raw = TRUE;
  term->input = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP, on_input, term);
}

static void
write_all (const char *text, gsize length)
{
  while (length > 0)
    {
      ssize_t n = write (STDOUT_FILENO, text, length);

      if (n <= 0)
        return;
      text += n;
      length -= (gsize) n;
    }
}

LvCliTerm *
lv_cli_term_new (void)
{
  LvCliTerm *term = g_new0 (LvCliTerm, 1);

  term->colour = lv_cli_term_has_colour ();
  term->scroll = g_string_new (NULL);
  term->live = g_string_new (NULL);
  term->live_widths = g_array_new (FALSE, FALSE, sizeof (guint));
  term->shown_widths = g_array_new (FALSE, FALSE, sizeof (guint));
  begin_input (term);
  return term;
}

void
lv_cli_term_free (LvCliTerm *term)
{
  g_clear_handle_id (&term->input, g_source_remove);
  if (term->raw)
    tcsetattr (STDIN_FILENO, TCSADRAIN, &term->saved);
  g_string_free (term->scroll, TRUE);
  g_string_free (term->live, TRUE);
  g_array_unref (term->live_widths);
  g_array_unref (term->shown_widths);
  g_free (term);
}

void
lv_cli_term_set_key_func (LvCliTerm *term, void (*on_key) (char key, gpointer data), gpointer data)
{
  term->on_key = on_key;
  term->key_data = data;
}

static void
append_styled (LvCliTerm *term, GString *out, const char *text, gsize n_styled, LvTermStyle style)
{
  gsize n = MIN (n_styled, strlen (text));

  if (!term->colour || n == 0 || style == LV_TERM_PLAIN)
    n = 0;
  if (n > 0)
    g_string_append (out, style_codes[style]);
  g_string_append_len (out, text, (gssize) n);
  if (n > 0)
    g_string_append (out, "\033[0m");
  g_string_append (out, text + n);
  g_string_append_c (out, '\n');
}

void
lv_cli_term_add_line (LvCliTerm *term, const char *text, gsize n_styled, LvTermStyle style)
{
  append_styled (term, term->scroll, text, n_styled, style);
}

void
lv_cli_term_add_live_line (LvCliTerm *term, const char *text, gsize n_styled, LvTermStyle style)
{
  guint width = lv_cli_text_width (text);

  append_styled (term, term->live, text, n_styled, style);
  g_array_append_val (term->live_widths, width);
}

/* Rows that the shown live area takes now; the window may have become narrower since it was
 * drawn. */
static guint
count_shown_rows (LvCliTerm *term)
{
  guint columns;
  guint rows;
  guint count = 0;

  lv_cli_term_get_size (&columns, &rows);
  for (guint i = 0; i < term->shown_widths->len; i++)
    count += MAX (1, (g_array_index (term->shown_widths, guint, i) + columns - 1) / columns);
  return MIN (count, rows - 1);
}

void
lv_cli_term_draw (LvCliTerm *term)
{
  g_autoptr (GString) frame = g_string_new (NULL);
  guint rows = count_shown_rows (term);
  GArray *widths = term->shown_widths;

  if (rows > 0)
    g_string_append_printf (frame, "\r\033[%uA\033[J", rows);
  g_string_append_len (frame, term->scroll->str, (gssize) term->scroll->len);
  g_string_append_len (frame, term->live->str, (gssize) term->live->len);
  write_all (frame->str, frame->len);

  term->shown_widths = term->live_widths;
  term->live_widths = widths;
  g_array_set_size (term->live_widths, 0);
  g_string_truncate (term->scroll, 0);
  g_string_truncate (term->live, 0);
}
