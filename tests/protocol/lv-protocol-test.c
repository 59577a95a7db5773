/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-protocol-test.h"

#include <string.h>

#define CANONICAL_SUFFIX ".canonical.json"

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
lv_test_list_frames (const char *prefix)
{
  g_autofree char *path = g_build_filename (g_getenv ("srcdir"), "data", "protocol", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &error);
  GPtrArray *frames = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix) && !g_str_has_suffix (name, CANONICAL_SUFFIX))
      g_ptr_array_add (frames, g_build_filename (path, name, NULL));
  g_ptr_array_sort (frames, compare_names);
  return frames;
}

GBytes *
lv_test_read_frame (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);
  g_assert_cmpint (text[length - 1], ==, '\n');
  return g_bytes_new (text, length - 1);
}

GBytes *
lv_test_read_canonical (const char *path)
{
  g_autofree char *stem = g_strndup (path, strlen (path) - strlen (".json"));
  g_autofree char *canonical = g_strconcat (stem, CANONICAL_SUFFIX, NULL);

  return lv_test_read_frame (g_file_test (canonical, G_FILE_TEST_EXISTS) ? canonical : path);
}

GBytes *
lv_test_bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

char *
lv_test_dup_text (GBytes *frame)
{
  return g_strndup (g_bytes_get_data (frame, NULL), g_bytes_get_size (frame));
}

void
lv_test_assert_same_json (GBytes *a, GBytes *b)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) x = lv_json_parse_frame (a, &error);
  g_autoptr (JsonNode) y = NULL;
  g_autofree char *x_text = NULL;
  g_autofree char *y_text = NULL;

  g_assert_no_error (error);
  y = lv_json_parse_frame (b, &error);
  g_assert_no_error (error);
  if (json_node_equal (x, y))
    return;
  x_text = lv_json_to_text (x);
  y_text = lv_json_to_text (y);
  g_assert_cmpstr (x_text, ==, y_text);
}
