/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lv-cli-text.h"

static gboolean
is_bidi_override (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

char *
lv_cli_text_clean (const char *text, gboolean multi_line)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString *clean = g_string_new (NULL);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      gboolean space = c == '\n' || c == '\t';

      if (space)
        g_string_append_c (clean, multi_line ? (char) c : ' ');
      else if (!g_unichar_iscntrl (c) && !is_bidi_override (c))
        g_string_append_unichar (clean, c);
    }
  return g_string_free (clean, FALSE);
}

static guint
get_char_width (gunichar c)
{
  if (g_unichar_iszerowidth (c))
    return 0;
  return g_unichar_iswide (c) ? 2 : 1;
}

guint
lv_cli_text_width (const char *text)
{
  guint width = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    width += get_char_width (g_utf8_get_char (text));
  return width;
}

/* Where the part of @text ends that @columns hold. */
static const char *
find_cut (const char *text, guint columns)
{
  guint width = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      width += get_char_width (g_utf8_get_char (text));
      if (width > columns)
        break;
    }
  return text;
}

char *
lv_cli_text_cut (const char *text, guint columns)
{
  return g_strndup (text, (gsize) (find_cut (text, columns) - text));
}

/* The last space in [@start, @end], the character at @end included: where a line may end; @end when
 * there is none. */
static const char *
find_break (const char *start, const char *end)
{
  for (const char *p = end; p > start; p--)
    if (*p == ' ')
      return p;
  return end;
}

GStrv
lv_cli_text_wrap (const char *text, guint columns)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

  do
    {
      const char *end = find_cut (text, MAX (columns, 2));

      if (*end != '\0')
        end = find_break (text, end);
      g_ptr_array_add (lines, g_strndup (text, (gsize) (end - text)));
      text = end;
      while (*text == ' ')
        text++;
    }
  while (*text != '\0');

  g_ptr_array_add (lines, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&lines), FALSE);
}
