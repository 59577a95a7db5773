/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-resumption.h"

#include "lib/lv-test.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define KEY "profile-x"
#define SECOND G_GINT64_CONSTANT (1000000)

typedef struct {
  char *dir;   /* of the test */
  char *state; /* of the store, in it; not there at first */
  GPtrArray *troubles;
} Fixture;

static gint64 now_us;

static gint64
get_now (void)
{
  return now_us;
}

static void
on_trouble (const GError *error, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup (error->message));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = lv_test_make_dir ();
  fixture->state = g_build_filename (fixture->dir, "state", NULL);
  fixture->troubles = g_ptr_array_new_with_free_func (g_free);
  now_us = G_GINT64_CONSTANT (1800000000) * SECOND;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  lv_test_remove_dir (fixture->dir);
  g_free (fixture->state);
  g_ptr_array_unref (fixture->troubles);
}

static LvResumptions *
open_store (Fixture *fixture)
{
  return lv_resumptions_new (fixture->state, get_now, on_trouble, fixture->troubles);
}

static void
put (LvResumptions *store, const char *key, const char *text, const char *holder)
{
  g_autoptr (GVariantDict) dict = g_variant_dict_new (NULL);
  GVariantBuilder items = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (LV_RESUMPTION_ITEMS));

  g_variant_builder_add (&items, "(usxs)", 7, "user", now_us, text);
  g_variant_dict_insert (dict, "life", "u", LV_RESUMPTION_LIFE_S);
  g_variant_dict_insert (dict, "endpoint", "s", "wss://somewhere");
  g_variant_dict_insert (dict, "model", "s", "models/m");
  g_variant_dict_insert (dict, "holder", "s", holder);
  g_variant_dict_insert_value (dict, "items", g_variant_builder_end (&items));
  g_variant_dict_insert_value (dict, "calls",
                               g_variant_new_array (G_VARIANT_TYPE ("(ss)"), NULL, 0));
  lv_resumptions_put (store, key, dict);
}

static char *
read_text (LvResumptions *store, const char *key)
{
  GVariant *conversation = lv_resumptions_find (store, key);
  g_autoptr (GVariant) items = NULL;
  char *text;

  if (conversation == NULL)
    return NULL;
  items = g_variant_lookup_value (conversation, "items", NULL);
  g_variant_get_child (items, 0, "(usxs)", NULL, NULL, NULL, &text);
  return text;
}

static void
assert_kept (Fixture *fixture, const char *key, const char *expected)
{
  g_autoptr (LvResumptions) store = open_store (fixture);
  g_autofree char *text = read_text (store, key);

  g_assert_cmpstr (text, ==, expected);
}

static char *
make_path (Fixture *fixture, const char *key)
{
  return g_build_filename (fixture->state, key, NULL);
}

static guint
get_mode (const char *path)
{
  GStatBuf info;

  g_assert_cmpint (g_stat (path, &info), ==, 0);
  return info.st_mode & 07777;
}

static guint
count_files (Fixture *fixture)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->state, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_keeps (Fixture *fixture, gconstpointer data)
{
  const char *text = "It's \"quoted\",\n\ttabbed, \\ escaped, ünïcödé 🎤 \x01 <@u 3>";
  g_autofree char *path = make_path (fixture, KEY);

  assert_kept (fixture, KEY, NULL);
  {
    g_autoptr (LvResumptions) store = open_store (fixture);

    put (store, KEY, "older", "");
    put (store, KEY, text, "");
  }
  g_assert_cmpuint (get_mode (fixture->state), ==, 0700);
  g_assert_cmpuint (get_mode (path), ==, 0600);
  g_assert_cmpuint (count_files (fixture), ==, 1);
  assert_kept (fixture, KEY, text);
  g_assert_cmpuint (fixture->troubles->len, ==, 0);
}

static void
test_forgets (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvResumptions) store = open_store (fixture);

  put (store, KEY, "a", "");
  put (store, "profile-y", "b", "");
  lv_resumptions_forget (store, KEY);
  g_assert_null (lv_resumptions_find (store, KEY));
  g_assert_cmpuint (count_files (fixture), ==, 1);
  lv_resumptions_forget (store, "profile-never-there");
  lv_resumptions_forget_all (store);
  g_assert_null (lv_resumptions_find (store, "profile-y"));
  g_assert_cmpuint (count_files (fixture), ==, 0);
}

static void
test_expires (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvResumptions) store = open_store (fixture);
  gint64 start_us = now_us;

  put (store, KEY, "a", "");
  now_us = start_us + (LV_RESUMPTION_LIFE_S - 1) * SECOND;
  g_assert_nonnull (lv_resumptions_find (store, KEY));
  assert_kept (fixture, KEY, "a");
  now_us = start_us - 60 * SECOND; /* the clock was set */
  assert_kept (fixture, KEY, "a");
  now_us = start_us + LV_RESUMPTION_LIFE_S * SECOND;
  g_assert_null (lv_resumptions_find (store, KEY));
  assert_kept (fixture, KEY, NULL);
  g_assert_cmpuint (count_files (fixture), ==, 0);
  g_assert_cmpuint (fixture->troubles->len, ==, 0);
}

static void
test_expires_while_running (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvResumptions) store = open_store (fixture);

  put (store, KEY, "a", "");
  lv_resumptions_free (g_steal_pointer (&store));
  now_us += (LV_RESUMPTION_LIFE_S - 1) * SECOND;
  store = open_store (fixture);
  g_assert_cmpuint (count_files (fixture), ==, 1);
  now_us += 2 * SECOND;
  while (count_files (fixture) > 0)
    g_main_context_iteration (NULL, TRUE);
}

/* What is no conversation is told of, left alone, and harms no other. */
static void
test_bad_files (Fixture *fixture, gconstpointer data)
{
  static const struct {
    const char *text;
    const char *complaint;
  } bad[] = {
    { "", "expected value" },
    { "{'version': <uint32 1>", "expected" },
    { "'x'", "can not parse as value of type" },
    { "{'version': <uint32 2>}", "another version" },
    { "{'version': <'1'>}", "another version" },
    { "{'version': <uint32 1>}", "not a conversation" },
    { "{'version': <uint32 1>, 'endpoint': <'e'>, 'model': <'m'>, 'items': <@a(usxs) []>}",
      "not a conversation" },
    { "{'version': <uint32 1>, 'endpoint': <'e'>, 'model': <'m'>, 'calls': <@a(ss) []>,"
      " 'items': <[(uint32 2, 'user', int64 1, 'a'), (2, 'user', 1, 'b')]>}",
      "not a conversation" },
    { "{'version': <uint32 1>, 'endpoint': <'e'>, 'model': <'m'>, 'calls': <@a(ss) []>,"
      " 'items': <[(uint32 2, 'nobody', int64 1, 'a')]>}",
      "not a conversation" },
    { "\xff\xfe{}", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *path = make_path (fixture, "token-bad");
      g_autofree char *kept = NULL;

      {
        g_autoptr (LvResumptions) store = open_store (fixture);
        put (store, KEY, "good", "");
      }
      g_ptr_array_set_size (fixture->troubles, 0);
      g_assert_true (g_file_set_contents (path, bad[i].text, -1, NULL));
      assert_kept (fixture, KEY, "good");
      assert_kept (fixture, "token-bad", NULL);
      g_assert_cmpuint (fixture->troubles->len, ==, 2);
      g_assert_nonnull (strstr (fixture->troubles->pdata[0], path));
      g_assert_nonnull (strstr (fixture->troubles->pdata[0], bad[i].complaint));
      g_assert_true (g_file_get_contents (path, &kept, NULL, NULL));
      g_assert_cmpstr (kept, ==, bad[i].text);
    }
}

static void
test_foreign_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *big = make_path (fixture, "token-big");
  g_autofree char *link = make_path (fixture, "token-link");
  g_autofree char *fifo = make_path (fixture, "token-fifo");
  g_autofree char *other = make_path (fixture, "README");
  g_autofree char *half = make_path (fixture, KEY ".new");
  g_autofree char *spaces = g_strnfill (LV_RESUMPTION_FILE_MAX + 1, ' ');

  {
    g_autoptr (LvResumptions) store = open_store (fixture);
    put (store, KEY, "good", "");
  }
  g_assert_true (g_file_set_contents (big, spaces, -1, NULL));
  g_assert_true (g_file_set_contents (other, "{}", -1, NULL));
  g_assert_true (g_file_set_contents (half, "{'version'", -1, NULL));
  g_assert_cmpint (symlink ("/dev/zero", link), ==, 0);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  assert_kept (fixture, KEY, "good");
  g_assert_cmpuint (fixture->troubles->len, ==, 3);
  g_assert_true (g_file_test (other, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (half, G_FILE_TEST_EXISTS));
}

/* Root may write everywhere; where a directory would be, there is a file. */
static void
test_cannot_write (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvResumptions) store = open_store (fixture);

  g_assert_true (g_file_set_contents (fixture->state, "", 0, NULL));
  put (store, KEY, "a", "");
  put (store, KEY, "b", "");
  g_assert_cmpuint (fixture->troubles->len, ==, 1);
  g_assert_nonnull (strstr (fixture->troubles->pdata[0], fixture->state));
  g_assert_nonnull (lv_resumptions_find (store, KEY));
  g_unlink (fixture->state);
  put (store, KEY, "c", "");
  assert_kept (fixture, KEY, "c");
  g_assert_cmpuint (fixture->troubles->len, ==, 1);
}

/* One application cannot push out what others left. */
static void
test_limits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvResumptions) store = open_store (fixture);

  put (store, "token-other", "other", "1000 other");
  for (guint i = 0; i < 2 * LV_RESUMPTIONS_PER_HOLDER; i++)
    {
      g_autofree char *key = g_strdup_printf ("token-%u", i);

      now_us += SECOND;
      put (store, key, "x", "1000 greedy");
    }
  g_assert_cmpuint (count_files (fixture), ==, 1 + LV_RESUMPTIONS_PER_HOLDER);
  g_assert_nonnull (lv_resumptions_find (store, "token-other"));
  g_assert_null (lv_resumptions_find (store, "token-0"));
  g_assert_nonnull (lv_resumptions_find (store, "token-15"));
  for (guint i = 0; i < LV_RESUMPTIONS_MAX; i++)
    {
      g_autofree char *key = g_strdup_printf ("profile-%u", i);

      now_us += SECOND;
      put (store, key, "x", "");
    }
  g_assert_cmpuint (count_files (fixture), ==, LV_RESUMPTIONS_MAX);
  g_assert_null (lv_resumptions_find (store, "token-other"));
}

static void
test_keys (Fixture *fixture, gconstpointer data)
{
  g_autofree char *profile = lv_resumption_key_of_profile ("../../x");
  g_autofree char *token = lv_resumption_key_of_token ("secret");

  g_assert_null (strchr (profile, '/'));
  g_assert_null (strstr (token, "secret"));
  g_assert_cmpstr (profile, !=, token);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/resumption/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("keeps", test_keeps);
  ADD ("forgets", test_forgets);
  ADD ("expires", test_expires);
  ADD ("expires-while-running", test_expires_while_running);
  ADD ("bad-files", test_bad_files);
  ADD ("foreign-files", test_foreign_files);
  ADD ("cannot-write", test_cannot_write);
  ADD ("limits", test_limits);
  ADD ("keys", test_keys);
  return g_test_run ();
}
