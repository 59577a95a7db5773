/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-google-file.h"

#include <string.h>

#define ACCOUNT "\"type\":\"service_account\",\"client_email\":\"a@b\",\"private_key\":\"PEM\""
#define USER                                                                                       \
  "\"type\":\"authorized_user\",\"client_id\":\"id\",\"client_secret\":\"s&s\","                   \
  "\"refresh_token\":\"r/t\""

static LvGoogleFile *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  LvGoogleFile *file = lv_google_file_parse (text, -1, &error);

  g_assert_no_error (error);
  return file;
}

static void
test_account (void)
{
  g_autoptr (LvGoogleFile) file = parse ("{" ACCOUNT ",\"private_key_id\":\"7\",\"x\":[1]}");
  g_autofree char *header = lv_google_file_make_header (file);
  g_autofree char *claims = lv_google_file_make_claims (file, 1000);
  g_autofree char *form = lv_google_file_make_form (file, "a.b.c");

  g_assert_cmpint (file->kind, ==, LV_GOOGLE_SERVICE_ACCOUNT);
  g_assert_cmpstr (file->private_key, ==, "PEM");
  g_assert_cmpstr (header, ==, "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"7\"}");
  g_assert_cmpstr (claims, ==,
                   "{\"iss\":\"a@b\",\"scope\":\"https://www.googleapis.com/auth/cloud-platform\","
                   "\"aud\":\"https://oauth2.googleapis.com/token\",\"iat\":1000,\"exp\":4600}");
  g_assert_cmpstr (form, ==,
                   "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
                   "&assertion=a.b.c");
}

static void
test_user (void)
{
  g_autoptr (LvGoogleFile) file = parse ("{" USER ",\"token_uri\":\"https://example.org/t\"}");
  g_autofree char *form = lv_google_file_make_form (file, NULL);

  g_assert_cmpint (file->kind, ==, LV_GOOGLE_AUTHORIZED_USER);
  g_assert_cmpstr (file->token_uri, ==, "https://example.org/t");
  g_assert_cmpstr (form, ==,
                   "grant_type=refresh_token&client_id=id&client_secret=s%26s&refresh_token=r%2Ft");
}

static void
test_refused (void)
{
  static const struct {
    const char *text;
    LvErrorCode code;
    const char *message;
  } rows[] = {
    { "", LV_ERROR_INVALID_ARGS, "not a JSON object: " },
    { "[]", LV_ERROR_INVALID_ARGS, "not a JSON object" },
    { "{}", LV_ERROR_INVALID_ARGS, "\"type\" is missing" },
    { "{\"type\":1}", LV_ERROR_INVALID_ARGS, "\"type\" is missing" },
    { "{\"type\":\"external_account\"}", LV_ERROR_UNSUPPORTED, "\"external_account\"" },
    { "{\"type\":\"service_account\",\"client_email\":\"a\"}", LV_ERROR_INVALID_ARGS,
      "\"private_key\" is missing" },
    { "{\"type\":\"authorized_user\",\"client_id\":null}", LV_ERROR_INVALID_ARGS,
      "\"client_id\" is missing" },
    { "{" USER ",\"token_uri\":\"http://example.org/t\"}", LV_ERROR_INVALID_ARGS, "https://" },
    { "{" USER ",\"token_uri\":\"https://[x\"}", LV_ERROR_INVALID_ARGS, "https://" },
    /* cut in the middle of a letter */
    { "{\"type\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaä\"}",
      LV_ERROR_UNSUPPORTED, "not supported" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (lv_google_file_parse (rows[i].text, -1, &error));
      g_assert_error (error, LV_ERROR, (int) rows[i].code);
      g_assert_nonnull (strstr (error->message, rows[i].message));
      g_assert_null (strstr (error->message, "s&s"));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

static void
test_too_large (void)
{
  g_autofree char *space = g_strnfill (LV_GOOGLE_FILE_MAX, ' ');
  g_autofree char *text = g_strconcat ("{" USER "}", space, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (lv_google_file_parse (text, -1, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/google-file/account", test_account);
  g_test_add_func ("/google-file/user", test_user);
  g_test_add_func ("/google-file/refused", test_refused);
  g_test_add_func ("/google-file/too-large", test_too_large);
  return g_test_run ();
}
