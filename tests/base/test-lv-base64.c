/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-base64.h"

#include <string.h>

#define LONGEST 400 /* bytes: several rounds of the vector loops and every remainder */

static guint8 *
make_bytes (gsize n_bytes)
{
  guint8 *bytes = g_malloc (n_bytes + 1);

  for (gsize i = 0; i < n_bytes; i++)
    bytes[i] = (guint8) g_test_rand_int ();
  return bytes;
}

static gboolean
decode (const char *text, gsize *ret_n_bytes)
{
  gsize n_chars = strlen (text);
  g_autofree guint8 *out = g_malloc (lv_base64_decoded_bound (n_chars) + 1);

  return lv_base64_decode (text, n_chars, out, ret_n_bytes);
}

static void
test_equal_to_glib (void)
{
  for (gsize n_bytes = 0; n_bytes < LONGEST; n_bytes++)
    {
      g_autofree guint8 *bytes = make_bytes (n_bytes);
      g_autofree char *expected = g_base64_encode (bytes, n_bytes);
      gsize n_chars = lv_base64_encoded_length (n_bytes);
      g_autofree char *text = g_malloc (n_chars);
      g_autofree guint8 *back = g_malloc (lv_base64_decoded_bound (n_chars));
      gsize n_back = 0;

      lv_base64_encode (bytes, n_bytes, text);
      g_assert_cmpmem (text, n_chars, expected, strlen (expected));
      g_assert_true (lv_base64_decode (text, n_chars, back, &n_back));
      g_assert_cmpmem (back, n_back, bytes, n_bytes);
    }
}

static void
test_url_safe (void)
{
  for (gsize n_bytes = 0; n_bytes < LONGEST; n_bytes++)
    {
      g_autofree guint8 *bytes = make_bytes (n_bytes);
      g_autofree char *text = g_base64_encode (bytes, n_bytes);
      gsize n_chars = strlen (text);
      g_autofree guint8 *back = g_malloc (lv_base64_decoded_bound (n_chars));
      gsize n_back = 0;

      g_strdelimit (text, "+", '-');
      g_strdelimit (text, "/", '_');
      g_assert_true (lv_base64_decode (text, n_chars, back, &n_back));
      g_assert_cmpmem (back, n_back, bytes, n_bytes);
    }
}

static gboolean
is_alphabet (int c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("+/-_", c) != NULL);
}

/* Each byte value at each position, in a text that is decoded by both loops. */
static void
test_every_character_everywhere (void)
{
  char text[129];
  gsize n_bytes;

  memset (text, 'A', 128);
  text[128] = '\0';
  for (gsize at = 0; at < 126; at++)
    {
      for (int c = 1; c < 256; c++)
        {
          text[at] = (char) c;
          g_assert_cmpint (decode (text, &n_bytes), ==, is_alphabet (c));
        }
      text[at] = 'A';
    }
}

static void
test_forms (void)
{
  static const struct {
    const char *text;
    gboolean valid;
    gsize n_bytes;
  } rows[] = {
    { "", TRUE, 0 },      { "QQ==", TRUE, 1 },      { "QUI=", TRUE, 2 },  { "QUJD", TRUE, 3 },
    { "Q", FALSE, 0 },    { "QQ", FALSE, 0 },       { "QUI", FALSE, 0 },  { "QUJDR", FALSE, 0 },
    { "====", FALSE, 0 }, { "Q===", FALSE, 0 },     { "QQ=Q", FALSE, 0 }, { "Q=Q=", FALSE, 0 },
    { "=QQQ", FALSE, 0 }, { "QQ==QQ==", FALSE, 0 }, { "QU D", FALSE, 0 }, { "QUJ\n", FALSE, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gsize n_bytes = 0;

      g_test_message ("%s", rows[i].text);
      g_assert_cmpint (decode (rows[i].text, &n_bytes), ==, rows[i].valid);
      g_assert_cmpuint (n_bytes, ==, rows[i].n_bytes);
    }
}

/* Nothing is written behind the promised size. */
static void
test_bounds (void)
{
  for (gsize n_chars = 0; n_chars <= LONGEST; n_chars += 4)
    {
      g_autofree char *text = g_strnfill (n_chars, 'x');
      gsize bound = lv_base64_decoded_bound (n_chars);
      g_autofree guint8 *out = g_malloc (bound + 32);
      gsize n_bytes;

      memset (out, 0x55, bound + 32);
      g_assert_true (lv_base64_decode (text, n_chars, out, &n_bytes));
      for (gsize i = bound; i < bound + 32; i++)
        g_assert_cmpuint (out[i], ==, 0x55);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base64/equal-to-glib", test_equal_to_glib);
  g_test_add_func ("/base64/url-safe", test_url_safe);
  g_test_add_func ("/base64/characters", test_every_character_everywhere);
  g_test_add_func ("/base64/forms", test_forms);
  g_test_add_func ("/base64/bounds", test_bounds);
  return g_test_run ();
}
