/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-json-scan.h"

#include "protocol/lv-json.h"

#include <math.h>
#include <string.h>

#define SAFE_DIGITS 18 /* integers as long as this fit into 64 bits */

/* A key of an object that is still open; bytes without escapes, not NUL-terminated. */
typedef struct {
  const char *bytes;
  gsize length;
} Key;

typedef struct {
  char closer;     /* '}' or ']' */
  guint first_key; /* of this object in Scan.keys */
} Level;

typedef struct {
  const char *start;
  const char *p;
  const char *end;
  const LvJsonLimits *limits;
  guint n_nodes;
  guint depth;
  Level levels[LV_JSON_MAX_FRAME_DEPTH];
  GArray *keys; /* Key; those of the innermost object last */
  GStringChunk *unescaped;
  GError **error;
} Scan;

static gboolean G_GNUC_PRINTF (3, 4) fail (Scan *s, LvErrorCode code, const char *format, ...)
{
  g_autofree char *what = NULL;
  g_autofree char *valid = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  valid = g_utf8_make_valid (what, -1); /* a quoted key may be cut in a character */
  g_set_error (s->error, LV_ERROR, code, "JSON, byte %" G_GSIZE_FORMAT ": %s",
               (gsize) (s->p - s->start), valid);
  return FALSE;
}

static gboolean
fail_syntax (Scan *s, const char *expected)
{
  if (s->p == s->end)
    return fail (s, LV_ERROR_INVALID_ARGS, "the text ends where %s is expected", expected);
  return fail (s, LV_ERROR_INVALID_ARGS, "expected %s", expected);
}

static int
peek (const Scan *s)
{
  return s->p < s->end ? (guchar) *s->p : -1;
}

static gboolean
accept (Scan *s, char c)
{
  if (peek (s) != c)
    return FALSE;
  s->p++;
  return TRUE;
}

static void
skip_space (Scan *s)
{
  while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\r' || *s->p == '\t'))
    s->p++;
}

/* ---- strings ---- */

#define EVERY_BYTE(c) (G_GUINT64_CONSTANT (0x0101010101010101) * (c))
#define ZERO_BYTES(w) (((w) -EVERY_BYTE (0x01)) & ~(w))

/* Whether a byte of @w is a quote, a backslash, a control character or beyond ASCII. */
static gboolean
has_special (guint64 w)
{
  guint64 quote = w ^ EVERY_BYTE ('"');
  guint64 backslash = w ^ EVERY_BYTE ('\\');
  guint64 control = (w - EVERY_BYTE (0x20)) & ~w;

  return ((ZERO_BYTES (quote) | ZERO_BYTES (backslash) | control | w) & EVERY_BYTE (0x80)) != 0;
}

static void
skip_plain (Scan *s)
{
  for (;;)
    {
      guint64 word;

      while (s->end - s->p >= (gssize) sizeof word)
        {
          memcpy (&word, s->p, sizeof word);
          if (has_special (word))
            break;
          s->p += sizeof word;
        }
      if (s->p == s->end || *s->p == '"' || *s->p == '\\' || (guchar) *s->p < 0x20 ||
          (guchar) *s->p >= 0x80)
        return;
      s->p++;
    }
}

/* Four hexadecimal digits at @p, or -1. */
static int
read_hex4 (const char *p, const char *end)
{
  int value = 0;

  if (end - p < 4)
    return -1;
  for (int i = 0; i < 4; i++)
    {
      int digit = g_ascii_xdigit_value (p[i]);

      if (digit < 0)
        return -1;
      value = value * 16 + digit;
    }
  return value;
}

#define IS_HIGH_SURROGATE(u) (((u) &0xFC00) == 0xD800)
#define IS_LOW_SURROGATE(u) (((u) &0xFC00) == 0xDC00)

/* The character that \uXXXX or \uXXXX\uXXXX at @p (behind the first "\u") stands for, -1 for bad
 * digits, -2 for half a pair. *@ret_end is behind it. */
static int
read_unicode_escape (const char *p, const char *end, const char **ret_end)
{
  int high = read_hex4 (p, end);
  int low;

  *ret_end = p + 4;
  if (high < 0 || (!IS_HIGH_SURROGATE (high) && !IS_LOW_SURROGATE (high)))
    return high;
  if (IS_LOW_SURROGATE (high) || end - p < 6 || p[4] != '\\' || p[5] != 'u')
    return -2;

  low = read_hex4 (p + 6, end);
  *ret_end = p + 10;
  if (low < 0 || !IS_LOW_SURROGATE (low))
    return -2;
  return 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF);
}

static gboolean
scan_escape (Scan *s)
{
  const char *end;
  int character;

  s->p++;
  if (peek (s) != 'u')
    {
      if (peek (s) <= 0 || strchr ("\"\\/bfnrt", *s->p) == NULL)
        return fail_syntax (s, "one of \"\\/bfnrtu after a backslash");
      s->p++;
      return TRUE;
    }

  character = read_unicode_escape (s->p + 1, s->end, &end);
  if (character == -1)
    return fail_syntax (s, "\\u with four hexadecimal digits");
  if (character == -2)
    return fail (s, LV_ERROR_INVALID_ARGS, "half of a surrogate pair");
  if (character == 0)
    return fail (s, LV_ERROR_INVALID_ARGS, "\\u0000 is not allowed");
  s->p = end;
  return TRUE;
}

static gboolean
scan_multibyte (Scan *s)
{
  gunichar c = g_utf8_get_char_validated (s->p, s->end - s->p);

  if (c == (gunichar) -1 || c == (gunichar) -2)
    return fail (s, LV_ERROR_INVALID_ARGS, "not UTF-8");
  s->p = g_utf8_next_char (s->p);
  return TRUE;
}

/* From behind the opening quote to behind the closing one. */
static gboolean
scan_string (Scan *s, gboolean *ret_has_escape)
{
  *ret_has_escape = FALSE;
  for (;;)
    {
      int c;

      skip_plain (s);
      c = peek (s);
      if (c == '"')
        {
          s->p++;
          return TRUE;
        }
      if (c < 0x20)
        return fail_syntax (s, "the closing quote of a string");
      if (c == '\\')
        *ret_has_escape = TRUE;
      if (c == '\\' ? !scan_escape (s) : !scan_multibyte (s))
        return FALSE;
    }
}

/* ---- keys ---- */

static char
unescape_simple (char c)
{
  static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
  const char *found = strchr (from, c);

  return found != NULL ? to[found - from] : c;
}

/* Key.bytes of a scanned string that has escapes; owned by the scan. */
static Key
unescape_key (Scan *s, const char *p, const char *end)
{
  g_autoptr (GString) text = g_string_sized_new (end - p);

  while (p < end)
    if (*p != '\\')
      g_string_append_c (text, *p++);
    else if (p[1] == 'u')
      g_string_append_unichar (text, read_unicode_escape (p + 2, end, &p));
    else
      {
        g_string_append_c (text, unescape_simple (p[1]));
        p += 2;
      }

  if (s->unescaped == NULL)
    s->unescaped = g_string_chunk_new (256);
  return (Key){ g_string_chunk_insert_len (s->unescaped, text->str, text->len), text->len };
}

static gboolean
scan_key (Scan *s)
{
  const char *first;
  gboolean has_escape;
  Key key;

  skip_space (s);
  if (!accept (s, '"'))
    return fail_syntax (s, "a key in quotes");
  first = s->p;
  if (!scan_string (s, &has_escape))
    return FALSE;

  key = has_escape ? unescape_key (s, first, s->p - 1) : (Key){ first, s->p - 1 - first };
  g_array_append_val (s->keys, key);
  skip_space (s);
  return accept (s, ':') || fail_syntax (s, "a colon");
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  const Key *x = a, *y = b;

  if (x->length != y->length)
    return x->length < y->length ? -1 : 1;
  return memcmp (x->bytes, y->bytes, x->length);
}

/* Sorting once when the object ends costs n log n, whatever the keys are. */
static gboolean
check_duplicates (Scan *s, guint first_key)
{
  guint n_keys = s->keys->len - first_key;
  Key *keys;

  if (n_keys < 2)
    return TRUE;
  keys = (Key *) (gpointer) s->keys->data + first_key;
  qsort (keys, n_keys, sizeof *keys, compare_keys);
  for (guint i = 1; i < n_keys; i++)
    if (compare_keys (&keys[i - 1], &keys[i]) == 0)
      return fail (s, LV_ERROR_INVALID_ARGS, "an object has the key \"%.*s\" twice",
                   (int) MIN (keys[i].length, 64), keys[i].bytes);
  return TRUE;
}

/* ---- values ---- */

static gboolean
scan_digits (Scan *s)
{
  const char *first = s->p;

  while (s->p < s->end && g_ascii_isdigit (*s->p))
    s->p++;
  return s->p > first || fail_syntax (s, "a digit");
}

/* What json-glib would silently turn into another number: integers beyond 64 bits, and infinity. */
static gboolean
check_range (Scan *s, const char *first, gboolean is_integer)
{
  g_autofree char *number = NULL;
  gboolean fits;

  if (is_integer && s->p - first <= SAFE_DIGITS)
    return TRUE;
  number = g_strndup (first, s->p - first);
  fits = is_integer ? g_ascii_string_to_signed (number, 10, G_MININT64, G_MAXINT64, NULL, NULL)
                    : isfinite (g_ascii_strtod (number, NULL));

  return fits || fail (s, LV_ERROR_INVALID_ARGS, "a number is out of range");
}

static gboolean
scan_number (Scan *s)
{
  const char *first = s->p;
  gboolean is_integer = TRUE;

  accept (s, '-');
  if (!accept (s, '0') && !scan_digits (s))
    return FALSE;
  if (accept (s, '.'))
    {
      is_integer = FALSE;
      if (!scan_digits (s))
        return FALSE;
    }
  if (accept (s, 'e') || accept (s, 'E'))
    {
      is_integer = FALSE;
      if (!accept (s, '+'))
        accept (s, '-');
      if (!scan_digits (s))
        return FALSE;
    }
  return check_range (s, first, is_integer);
}

static gboolean
scan_literal (Scan *s)
{
  static const char *const literals[] = { "true", "false", "null" };

  for (guint i = 0; i < G_N_ELEMENTS (literals); i++)
    {
      gsize length = strlen (literals[i]);

      if ((gsize) (s->end - s->p) >= length && memcmp (s->p, literals[i], length) == 0)
        {
          s->p += length;
          return TRUE;
        }
    }
  return fail_syntax (s, "a value");
}

/* Behind an opening bracket; *@ret_opened is FALSE when the container is empty. */
static gboolean
scan_open (Scan *s, char closer, gboolean *ret_opened)
{
  if (s->depth == s->limits->depth)
    return fail (s, LV_ERROR_TOO_DEEP, "nested deeper than %u", s->limits->depth);
  skip_space (s);
  if (accept (s, closer))
    return TRUE;

  *ret_opened = TRUE;
  s->levels[s->depth++] = (Level){ closer, s->keys->len };
  return closer == ']' || scan_key (s);
}

static gboolean
scan_value (Scan *s, gboolean *ret_opened)
{
  gboolean has_escape;

  if (++s->n_nodes > s->limits->nodes)
    return fail (s, LV_ERROR_TOO_MANY, "more than %u values", s->limits->nodes);
  skip_space (s);
  if (accept (s, '{'))
    return scan_open (s, '}', ret_opened);
  if (accept (s, '['))
    return scan_open (s, ']', ret_opened);
  if (accept (s, '"'))
    return scan_string (s, &has_escape);
  if (peek (s) == '-' || (peek (s) >= '0' && peek (s) <= '9'))
    return scan_number (s);
  return scan_literal (s);
}

/* Closes what ends here; stops in front of the next value, or behind the last bracket. */
static gboolean
scan_after_value (Scan *s)
{
  while (s->depth > 0)
    {
      const Level *level = &s->levels[s->depth - 1];

      skip_space (s);
      if (accept (s, ','))
        return level->closer == ']' || scan_key (s);
      if (!accept (s, level->closer))
        return fail_syntax (s, level->closer == '}' ? "a comma or }" : "a comma or ]");
      if (!check_duplicates (s, level->first_key))
        return FALSE;
      g_array_set_size (s->keys, level->first_key);
      s->depth--;
    }
  return TRUE;
}

static gboolean
scan_document (Scan *s)
{
  do
    {
      gboolean opened = FALSE;

      if (!scan_value (s, &opened))
        return FALSE;
      if (!opened && !scan_after_value (s))
        return FALSE;
    }
  while (s->depth > 0);

  skip_space (s);
  return s->p == s->end || fail_syntax (s, "the end of the text");
}

gboolean
lv_json_scan (const char *text, gsize n_bytes, const LvJsonLimits *limits, GError **error)
{
  Scan scan = { .start = text, .p = text, .end = text + n_bytes, .limits = limits, .error = error };
  gboolean valid;

  if (n_bytes > limits->bytes)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_TOO_LARGE,
                   "JSON of %" G_GSIZE_FORMAT " bytes; at most %" G_GSIZE_FORMAT " are allowed",
                   n_bytes, limits->bytes);
      return FALSE;
    }

  scan.keys = g_array_new (FALSE, FALSE, sizeof (Key));
  valid = scan_document (&scan);
  g_array_unref (scan.keys);
  g_clear_pointer (&scan.unescaped, g_string_chunk_free);
  return valid;
}
