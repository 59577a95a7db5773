/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-speakable.h"

#include <string.h>

static gboolean
is_minutes (const char *p)
{
  return p[0] >= '0' && p[0] <= '5' && g_ascii_isdigit (p[1]) && !g_ascii_isdigit (p[2]);
}

/* "3:05" becomes "3 o5", "3:30" "3 30", "3:00" "3   "; "3  5" where nobody says an "oh". */
static void
rewrite_time (char *colon, gboolean english)
{
  *colon = ' ';
  if (colon[1] == '0' && colon[2] == '0')
    colon[1] = colon[2] = ' ';
  else if (colon[1] == '0' && !english)
    colon[1] = ' ';
  else if (colon[1] == '0')
    colon[1] = 'o';
}

char *
lv_engine_speakable (const char *text, gboolean english)
{
  char *copy = g_strdup (text);

  for (char *p = copy; *p != '\0'; p++)
    if (*p == ':' && p > copy && g_ascii_isdigit (p[-1]) && is_minutes (p + 1))
      rewrite_time (p, english);
    else if (strchr ("*#`_|<>[]{}", *p) != NULL)
      *p = ' ';
  return copy;
}

static gboolean
ends_sentence (const char *p)
{
  return *p == '\n' || (strchr (".!?", *p) != NULL && (g_ascii_isspace (p[1]) || p[1] == '\0'));
}

/* A place to cut the first @max bytes of @text: after the last space, or between two characters. */
static gsize
cut (const char *text, gsize max)
{
  for (gsize n = max; n > max / 2; n--)
    if (g_ascii_isspace (text[n - 1]))
      return n;
  return g_utf8_find_prev_char (text, text + max + 1) - text;
}

gsize
lv_engine_speakable_sentence (const char *text)
{
  gsize n = 0;

  while (text[n] != '\0' && n < LV_ENGINE_SENTENCE_MAX && !ends_sentence (text + n))
    n++;
  if (n >= LV_ENGINE_SENTENCE_MAX)
    return cut (text, LV_ENGINE_SENTENCE_MAX);
  while (text[n] != '\0' && ends_sentence (text + n))
    n++;
  while (g_ascii_isspace (text[n]))
    n++;
  return n;
}
