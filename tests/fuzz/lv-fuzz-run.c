/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Feeds a target the files whose paths begin as the command line says: each as it is, cut at every
 * byte, and with single bytes changed. The changes come from a fixed seed, so that a failure can be
 * repeated. What libFuzzer found, whose names have no ending, is damaged enough already.
 */
#include "fuzz/lv-fuzz.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

#define SEED 20261122
#define CHANGES 3000 /* a file */
#define CUTS 3000

/* The input in a block of its own size, so that a sanitizer sees a read behind the end. */
static void
feed (const guint8 *data, gsize size)
{
  g_autofree guint8 *copy = size > 0 ? g_memdup2 (data, size) : g_malloc (1);

  LLVMFuzzerTestOneInput (copy, size);
}

static void
feed_cut (const guint8 *data, gsize size)
{
  for (gsize length = 0; length < MIN (size, CUTS); length++)
    feed (data, length);
}

/* Bytes that mean something in JSON are likelier than others to lead somewhere. */
static guint8
choose_byte (GRand *random)
{
  static const char meaningful[] = "{}[]\",:\\/u0123456789-+.eE ntf=";

  if (g_rand_boolean (random))
    return (guint8) meaningful[g_rand_int_range (random, 0, sizeof meaningful - 1)];
  return (guint8) g_rand_int_range (random, 0, 256);
}

static void
feed_changed (const guint8 *data, gsize size, GRand *random)
{
  g_autofree guint8 *copy = g_malloc (size);

  for (guint i = 0; i < CHANGES; i++)
    {
      guint n_changes = (guint) g_rand_int_range (random, 1, 5);

      memcpy (copy, data, size);
      while (n_changes-- > 0)
        copy[g_rand_int_range (random, 0, (gint32) size)] = choose_byte (random);
      feed (copy, size);
    }
}

static void
run_file (const char *path, gboolean is_written)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GRand) random = g_rand_new_with_seed (SEED);
  g_autofree char *data = NULL;
  gsize size;

  if (!g_file_get_contents (path, &data, &size, &error))
    g_error ("%s", error->message);
  feed ((const guint8 *) data, size);
  if (is_written)
    feed_cut ((const guint8 *) data, size);
  if (is_written && size > 0)
    feed_changed ((const guint8 *) data, size, random);
}

static guint
run_files (const char *start)
{
  const char *prefix = strrchr (start, '/') + 1;
  g_autofree char *path = g_strndup (start, prefix - start);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint n_files = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);

      if (!g_str_has_prefix (name, prefix))
        continue;
      run_file (file, strchr (name, '.') != NULL);
      n_files++;
    }
  return n_files;
}

/* START...: directories that end in a slash, or with the beginning of names. TAP, a test each. */
int
main (int argc, char **argv)
{
  gboolean is_good = argc > 1;

  printf ("1..%d\n", argc - 1);
  for (int i = 1; i < argc; i++)
    {
      guint n_files = run_files (argv[i]);

      printf ("%s %d - %u files\n", n_files > 0 ? "ok" : "not ok", i, n_files);
      is_good = is_good && n_files > 0;
    }
  return is_good ? 0 : 1;
}
