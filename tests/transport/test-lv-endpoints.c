/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-endpoints.h"

#include "base/lv-names.h"
#include "lib/lv-test.h"

#include <glib/gstdio.h>

typedef struct {
  char *dir;
  LvVault *vault;
  LvEndpoints *endpoints;
} Fixture;

static LvConfig *
make_config (Fixture *fixture, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->dir, "livevoice.conf", NULL);
  g_autoptr (GError) error = NULL;
  LvConfig *config;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  config = lv_config_load (path, &error);
  g_assert_no_error (error);
  return config;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvConfig) config = NULL;

  fixture->dir = lv_test_make_dir ();
  g_setenv ("CREDENTIALS_DIRECTORY", fixture->dir, TRUE);
  fixture->vault = lv_vault_new ();
  config = make_config (fixture, "");
  fixture->endpoints = lv_endpoints_new (fixture->vault, config);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_finalize_object (fixture->endpoints);
  lv_vault_unref (fixture->vault);
  lv_test_remove_dir (fixture->dir);
}

static void
configure (Fixture *fixture, const char *text)
{
  g_autoptr (LvConfig) config = make_config (fixture, text);

  lv_endpoints_set_config (fixture->endpoints, config);
}

static void
put_key (Fixture *fixture, const char *name, int mode)
{
  g_autofree char *path = g_build_filename (fixture->dir, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, "key", -1, G_FILE_SET_CONTENTS_NONE, mode, &error);
  g_assert_no_error (error);
}

static LvEndpoint *
resolve (Fixture *fixture, const char *name, GError **error)
{
  g_autoptr (LvProfile) profile = lv_profile_new ("x");

  g_free (profile->endpoint);
  profile->endpoint = g_strdup (name);
  return lv_endpoints_resolve (fixture->endpoints, profile, error);
}

static void
assert_leads_to (Fixture *fixture, const char *name, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvEndpoint) endpoint = resolve (fixture, name, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (endpoint->name, ==, expected);
  g_assert_true (endpoint->is_engine == (endpoint->credential == NULL));
}

static void
test_auto (Fixture *fixture, gconstpointer data)
{
  assert_leads_to (fixture, "auto", "engine");
  assert_leads_to (fixture, "gemini", "gemini");
  assert_leads_to (fixture, "engine", "engine");
  g_assert_false (lv_endpoints_has_credential (fixture->endpoints));

  put_key (fixture, LV_CREDENTIAL_NAME, 0600);
  assert_leads_to (fixture, "auto", "gemini");
  assert_leads_to (fixture, "engine", "engine");
  g_assert_true (lv_endpoints_has_credential (fixture->endpoints));
}

/* One that is there but bad is no reason to talk to somebody else. */
static void
test_bad_key (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvEndpoint) endpoint = NULL;
  g_autoptr (GError) error = NULL;

  put_key (fixture, LV_CREDENTIAL_NAME, 0644);
  assert_leads_to (fixture, "auto", "gemini");
  g_assert_true (lv_endpoints_has_credential (fixture->endpoints));
  endpoint = resolve (fixture, "auto", NULL);
  g_assert_false (lv_token_source_check (endpoint->credential, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_NOT_PERMITTED);
}

static void
test_named (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvEndpoint) endpoint = NULL;
  g_autoptr (LvEndpoint) again = NULL;
  g_autoptr (GError) error = NULL;

  configure (fixture, "[endpoint work]\ncredential=ephemeral\ncredential-name=work\n"
                      "[profile default]\nendpoint=work\n");
  g_assert_false (lv_endpoints_has_credential (fixture->endpoints));
  put_key (fixture, "work", 0400);
  g_assert_true (lv_endpoints_has_credential (fixture->endpoints));
  assert_leads_to (fixture, "auto", "engine");

  endpoint = resolve (fixture, "work", &error);
  g_assert_no_error (error);
  g_assert_cmpint (lv_token_source_get_scheme (endpoint->credential), ==,
                   LV_TOKEN_SCHEME_EPHEMERAL);
  again = resolve (fixture, "work", NULL);
  g_assert_true (endpoint->credential == again->credential);

  configure (fixture, "");
  g_assert_null (resolve (fixture, "work", &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  g_assert_true (lv_token_source_check (endpoint->credential, NULL));
}

/* An application may choose any URL; the user's key goes to Google alone. */
static void
test_url_gets_no_key (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvEndpoint) google = NULL;
  g_autoptr (LvEndpoint) other = NULL;
  g_autoptr (LvEndpoint) plain = NULL;

  put_key (fixture, LV_CREDENTIAL_NAME, 0600);
  google = resolve (fixture, "wss://x.googleapis.com/y", NULL);
  g_assert_true (lv_token_source_check (google->credential, NULL));
  other = resolve (fixture, "wss://voice.example", NULL);
  g_assert_null (other->credential);
  plain = resolve (fixture, "ws://127.0.0.1:9/.googleapis.com", NULL);
  g_assert_null (plain->credential);
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/endpoints/auto", test_auto);
  ADD ("/endpoints/bad-key", test_bad_key);
  ADD ("/endpoints/named", test_named);
  ADD ("/endpoints/url-gets-no-key", test_url_gets_no_key);
  return g_test_run ();
}
