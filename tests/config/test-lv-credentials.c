/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-credentials.h"

#include "base/lv-names.h"
#include "lib/lv-test.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define KEY "AIzaTest-0123456789_abcdefghijklmnopqrstu"

typedef struct {
  char *root;
  char *user_path;    /* beside the user's livevoice.conf */
  char *systemd_path; /* where systemd would put it */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *user_dir = g_build_filename (g_get_user_config_dir (), "livevoice", NULL);

  fixture->root = lv_test_make_dir ();
  g_assert_cmpint (g_mkdir_with_parents (user_dir, 0700), ==, 0);
  fixture->user_path = g_build_filename (user_dir, LV_CREDENTIAL_NAME, NULL);
  fixture->systemd_path = g_build_filename (fixture->root, LV_CREDENTIAL_NAME, NULL);
  g_unlink (fixture->user_path);
  g_unsetenv ("CREDENTIALS_DIRECTORY");
  g_unsetenv (LV_ENV_API_KEY);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->user_path);
  g_free (fixture->user_path);
  g_free (fixture->systemd_path);
  lv_test_remove_dir (fixture->root);
}

static void
put_bytes (const char *path, const char *bytes, gssize size, int mode)
{
  g_autoptr (GError) error = NULL;

  g_unlink (path);
  g_file_set_contents (path, bytes, size, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
}

static void
assert_key (LvCredentials *credentials, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvSecret) secret = lv_credentials_load (credentials, LV_CREDENTIAL_NAME, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (lv_secret_peek (secret), ==, expected);
}

static void
assert_refused (LvCredentials *credentials, LvErrorCode code, const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvSecret) secret = lv_credentials_load (credentials, LV_CREDENTIAL_NAME, &error);

  g_assert_null (secret);
  g_assert_error (error, LV_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, part));
  g_assert_null (strstr (error->message, KEY));
}

static void
test_none (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvCredentials) credentials = lv_credentials_new ();

  assert_refused (credentials, LV_ERROR_NO_CREDENTIAL, fixture->user_path);
}

static void
test_user_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvCredentials) credentials = lv_credentials_new ();

  put_bytes (fixture->user_path, KEY "\n", -1, 0600);
  assert_key (credentials, KEY);
  put_bytes (fixture->user_path, KEY "\r\n\n", -1, 0400);
  assert_key (credentials, KEY);
  put_bytes (fixture->user_path, KEY, -1, 0600);
  assert_key (credentials, KEY);
}

static void
test_read_when_asked (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvCredentials) credentials = lv_credentials_new ();

  put_bytes (fixture->user_path, "first", -1, 0600);
  assert_key (credentials, "first");
  put_bytes (fixture->user_path, "second", -1, 0600);
  assert_key (credentials, "second");
  g_unlink (fixture->user_path);
  assert_refused (credentials, LV_ERROR_NO_CREDENTIAL, fixture->user_path);
}

static void
test_permissions (Fixture *fixture, gconstpointer data)
{
  static const int open_modes[] = { 0640, 0604, 0620, 0602, 0644, 0610, 0666 };
  g_autoptr (LvCredentials) credentials = lv_credentials_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (open_modes); i++)
    {
      put_bytes (fixture->user_path, KEY, -1, open_modes[i]);
      assert_refused (credentials, LV_ERROR_NOT_PERMITTED, "chmod 600");
    }
}

/* Only root can give a file away; an ordinary user cannot make this test's file. */
static void
test_foreign_owner (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvCredentials) credentials = lv_credentials_new ();

  if (geteuid () != 0)
    {
      g_test_message ("not root: the owner check is not reached by a file of our own");
      return;
    }
  put_bytes (fixture->user_path, KEY, -1, 0600);
  g_assert_cmpint (chown (fixture->user_path, 65534, 65534), ==, 0);
  assert_refused (credentials, LV_ERROR_NOT_PERMITTED, "belongs to another user");
}

static void
test_systemd_first (Fixture *fixture, gconstpointer data)
{
  static const int modes[] = { 0400, 0440, 0600 };
  g_autoptr (LvCredentials) credentials = NULL;

  g_setenv ("CREDENTIALS_DIRECTORY", fixture->root, TRUE);
  credentials = lv_credentials_new ();
  put_bytes (fixture->user_path, "user", -1, 0600);
  assert_key (credentials, "user");
  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      put_bytes (fixture->systemd_path, "systemd\n", -1, modes[i]);
      assert_key (credentials, "systemd");
    }
  put_bytes (fixture->systemd_path, "systemd", -1, 0444);
  assert_refused (credentials, LV_ERROR_NOT_PERMITTED, fixture->systemd_path);
}

static void
test_not_a_key (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { "", "\n", "two words", "two\nlines", "tab\t", "\xc3\xa4" };
  g_autoptr (LvCredentials) credentials = lv_credentials_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      put_bytes (fixture->user_path, texts[i], -1, 0600);
      assert_refused (credentials, LV_ERROR_INVALID_ARGS, fixture->user_path);
    }
  put_bytes (fixture->user_path, "a\0b", 3, 0600);
  assert_refused (credentials, LV_ERROR_INVALID_ARGS, fixture->user_path);
}

static void
test_not_a_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvCredentials) credentials = lv_credentials_new ();

  g_assert_cmpint (mkfifo (fixture->user_path, 0600), ==, 0);
  assert_refused (credentials, LV_ERROR_INVALID_ARGS, "not a regular file");
}

static void
test_size (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvCredentials) credentials = lv_credentials_new ();
  g_autofree char *largest = g_strnfill (LV_SECRET_MAX, 'k');
  g_autofree char *larger = g_strnfill (LV_SECRET_MAX + 1, 'k');
  g_autofree char *huge = g_strnfill (100 * LV_SECRET_MAX, 'k');

  put_bytes (fixture->user_path, largest, -1, 0600);
  assert_key (credentials, largest);
  put_bytes (fixture->user_path, larger, -1, 0600);
  assert_refused (credentials, LV_ERROR_TOO_LARGE, fixture->user_path);
  put_bytes (fixture->user_path, huge, -1, 0600);
  assert_refused (credentials, LV_ERROR_TOO_LARGE, fixture->user_path);
}

static void
test_environment (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvCredentials) credentials = NULL;

  g_setenv (LV_ENV_API_KEY, KEY, TRUE);
  credentials = lv_credentials_new ();
  g_assert_null (g_getenv (LV_ENV_API_KEY));
  assert_key (credentials, KEY);
  assert_key (credentials, KEY);
  put_bytes (fixture->user_path, "file", -1, 0600);
  assert_key (credentials, "file");
}

/* What /proc/PID/environ shows is this memory. */
static void
test_environment_is_wiped (Fixture *fixture, gconstpointer data)
{
  static char entry[] = LV_ENV_API_KEY "=" KEY;
  g_autoptr (LvCredentials) credentials = NULL;

  g_assert_cmpint (putenv (entry), ==, 0);
  credentials = lv_credentials_new ();
  assert_key (credentials, KEY);
  for (gsize i = strlen (LV_ENV_API_KEY "="); i < sizeof entry; i++)
    g_assert_cmpint (entry[i], ==, 0);
}

static void
test_bad_environment (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvCredentials) credentials = NULL;

  g_setenv (LV_ENV_API_KEY, KEY " " KEY, TRUE);
  credentials = lv_credentials_new ();
  assert_refused (credentials, LV_ERROR_INVALID_ARGS, LV_ENV_API_KEY);
}

static char *
read_own (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *text;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* The flags of the mapping that holds @address. */
static char *
get_vm_flags (gconstpointer address)
{
  g_autofree char *text = read_own ("/proc/self/smaps");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean inside = FALSE;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *end;
      guint64 first = g_ascii_strtoull (lines[i], &end, 16);

      if (*end == '-')
        inside = first <= (gsize) address && (gsize) address < g_ascii_strtoull (end + 1, NULL, 16);
      else if (inside && g_str_has_prefix (lines[i], "VmFlags:"))
        return g_strconcat (lines[i], " ", NULL);
    }
  g_assert_not_reached ();
}

/* A container may forbid it, and the address sanitizer turns mlock() into nothing. */
static gboolean
can_lock_memory (void)
{
  gsize page = sysconf (_SC_PAGESIZE);
  gpointer probe = mmap (NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  g_autofree char *flags = mlock (probe, page) == 0 ? get_vm_flags (probe) : g_strdup ("");

  munmap (probe, page);
  return strstr (flags, " lo ") != NULL;
}

static void
test_memory (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvCredentials) credentials = lv_credentials_new ();
  g_autofree char *flags = NULL;
  LvSecret *secret;
  unsigned char resident;
  gsize page = sysconf (_SC_PAGESIZE);
  gpointer start;

  put_bytes (fixture->user_path, KEY, -1, 0600);
  secret = lv_credentials_load (credentials, LV_CREDENTIAL_NAME, NULL);
  flags = get_vm_flags (secret);
  g_assert_nonnull (strstr (flags, " dd "));
  if (can_lock_memory ())
    g_assert_nonnull (strstr (flags, " lo "));

  start = (gpointer) ((gsize) secret & ~(page - 1));
  lv_secret_free (secret);
  g_assert_cmpint (mincore (start, page, &resident), ==, -1);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/credentials/none", test_none);
  ADD ("/credentials/user-file", test_user_file);
  ADD ("/credentials/read-when-asked", test_read_when_asked);
  ADD ("/credentials/permissions", test_permissions);
  ADD ("/credentials/foreign-owner", test_foreign_owner);
  ADD ("/credentials/systemd", test_systemd_first);
  ADD ("/credentials/not-a-key", test_not_a_key);
  ADD ("/credentials/not-a-file", test_not_a_file);
  ADD ("/credentials/size", test_size);
  ADD ("/credentials/environment/taken", test_environment);
  ADD ("/credentials/environment/wiped", test_environment_is_wiped);
  ADD ("/credentials/environment/bad", test_bad_environment);
  ADD ("/credentials/memory", test_memory);
  return g_test_run ();
}
