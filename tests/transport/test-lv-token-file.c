/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-token-file.h"

#include "lib/lv-test.h"
#include "protocol/lv-google-file.h"
#include "transport/lv-test-oauth.h"

#include <glib/gstdio.h>
#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <string.h>

/* Making one takes seconds under a sanitizer: one is enough for all cases. */
typedef struct {
  gnutls_x509_privkey_t key;
  char *pem;
} RsaKey;

typedef struct {
  char *dir;
  LvTestOauth *oauth;
  const RsaKey *rsa;
} Fixture;

static void
make_rsa_key (RsaKey *rsa)
{
  gnutls_datum_t pem;

  gnutls_global_init ();
  gnutls_x509_privkey_init (&rsa->key);
  g_assert_cmpint (gnutls_x509_privkey_generate (rsa->key, GNUTLS_PK_RSA, 2048, 0), ==, 0);
  g_assert_cmpint (gnutls_x509_privkey_export2_pkcs8 (rsa->key, GNUTLS_X509_FMT_PEM, NULL,
                                                      GNUTLS_PKCS_PLAIN, &pem),
                   ==, 0);
  rsa->pem = g_strndup ((char *) pem.data, pem.size);
  gnutls_free (pem.data);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->rsa = data;
  fixture->dir = lv_test_make_dir ();
  fixture->oauth = lv_test_oauth_new (TRUE);
  g_setenv ("CLOUDSDK_CONFIG", fixture->dir, TRUE);
  g_unsetenv ("GOOGLE_APPLICATION_CREDENTIALS");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  lv_test_oauth_free (fixture->oauth);
  lv_test_remove_dir (fixture->dir);
}

static char *
put (Fixture *fixture, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (fixture->dir, name, NULL);

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

static char *
put_service_account (Fixture *fixture, const char *name)
{
  g_auto (GStrv) lines = g_strsplit (fixture->rsa->pem, "\n", -1);
  g_autofree char *pem = g_strjoinv ("\\n", lines);
  g_autofree char *text = g_strdup_printf (
      "{\"type\":\"service_account\",\"project_id\":\"p\",\"private_key_id\":\"k1\","
      "\"private_key\":\"%s\",\"client_email\":\"robot@p.example\",\"token_uri\":\"%s/token\"}",
      pem, fixture->oauth->uri);

  return put (fixture, name, text);
}

static char *
put_user (Fixture *fixture, const char *name)
{
  g_autofree char *text = g_strdup_printf (
      "{\"type\":\"authorized_user\",\"client_id\":\"c&1\",\"client_secret\":\"s=1\","
      "\"refresh_token\":\"1//r\",\"token_uri\":\"%s/token\"}",
      fixture->oauth->uri);

  return put (fixture, name, text);
}

static LvTokenSource *
make_source (LvCredentialKind kind, const char *path, const char *ca)
{
  g_autoptr (LvEndpointConfig) config = lv_endpoint_config_new ("x");
  g_autofree char *ca_file = lv_test_tls_path (ca);

  config->credential = kind;
  lv_endpoint_config_set (config, "credential-file", path, NULL);
  lv_endpoint_config_set (config, "credential-ca-file", ca_file, NULL);
  lv_endpoint_config_set (config, "proxy", "none", NULL);
  lv_endpoint_config_set (config, "metadata-url", "http://127.0.0.1:1", NULL);
  return lv_token_file_new (config);
}

static char *
decode_base64url (const char *text, gsize *size)
{
  g_autoptr (GString) padded = g_string_new (text);

  g_string_replace (padded, "-", "+", 0);
  g_string_replace (padded, "_", "/", 0);
  while (padded->len % 4 != 0)
    g_string_append_c (padded, '=');
  return (char *) g_base64_decode (padded->str, size);
}

static void
assert_signed (Fixture *fixture, char **parts)
{
  g_autofree char *text = g_strconcat (parts[0], ".", parts[1], NULL);
  gnutls_datum_t data = { (unsigned char *) text, strlen (text) };
  gnutls_datum_t signature;
  gnutls_privkey_t private_key;
  gnutls_pubkey_t public_key;
  gsize size;
  g_autofree char *bytes = decode_base64url (parts[2], &size);

  signature = (gnutls_datum_t){ (unsigned char *) bytes, size };
  gnutls_privkey_init (&private_key);
  gnutls_pubkey_init (&public_key);
  gnutls_privkey_import_x509 (private_key, fixture->rsa->key, 0);
  gnutls_pubkey_import_privkey (public_key, private_key, 0, 0);
  g_assert_cmpint (
      gnutls_pubkey_verify_data2 (public_key, GNUTLS_SIGN_RSA_SHA256, 0, &data, &signature), >=, 0);
  data.size--;
  g_assert_cmpint (
      gnutls_pubkey_verify_data2 (public_key, GNUTLS_SIGN_RSA_SHA256, 0, &data, &signature), <, 0);
  gnutls_pubkey_deinit (public_key);
  gnutls_privkey_deinit (private_key);
}

static void
assert_assertion (Fixture *fixture)
{
  g_autoptr (GHashTable) form = soup_form_decode (fixture->oauth->body);
  g_auto (GStrv) parts = g_strsplit (g_hash_table_lookup (form, "assertion"), ".", -1);
  g_autofree char *header = NULL;
  g_autofree char *claims = NULL;
  gsize size;

  g_assert_cmpstr (g_hash_table_lookup (form, "grant_type"), ==,
                   "urn:ietf:params:oauth:grant-type:jwt-bearer");
  g_assert_cmpuint (g_strv_length (parts), ==, 3);
  header = decode_base64url (parts[0], &size);
  g_assert_true (g_str_has_prefix (header, "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}"));
  claims = decode_base64url (parts[1], &size);
  g_assert_nonnull (strstr (claims, "\"iss\":\"robot@p.example\""));
  g_assert_nonnull (strstr (claims, "https://www.googleapis.com/auth/cloud-platform"));
  g_assert_nonnull (strstr (claims, fixture->oauth->uri));
  assert_signed (fixture, parts);
}

static void
test_service_account (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = put_service_account (fixture, "sa.json");
  LvTokenSource *source = make_source (LV_CREDENTIAL_SERVICE_ACCOUNT, path, "ca.pem");

  g_assert_true (lv_token_source_check (source, NULL));
  lv_test_assert_token (source, "ya29.first");
  g_assert_cmpstr (fixture->oauth->path, ==, "/token");
  assert_assertion (fixture);
  lv_test_assert_token (source, "ya29.first");
  g_assert_cmpuint (fixture->oauth->n_requests, ==, 1);
  g_assert_finalize_object (source);
}

static void
assert_user_request (Fixture *fixture)
{
  g_autoptr (GHashTable) form = soup_form_decode (fixture->oauth->body);

  g_assert_cmpstr (g_hash_table_lookup (form, "grant_type"), ==, "refresh_token");
  g_assert_cmpstr (g_hash_table_lookup (form, "client_id"), ==, "c&1");
  g_assert_cmpstr (g_hash_table_lookup (form, "client_secret"), ==, "s=1");
  g_assert_cmpstr (g_hash_table_lookup (form, "refresh_token"), ==, "1//r");
}

/* The file that is named, the one in the environment, and gcloud's own, in this order. */
static void
test_adc (Fixture *fixture, gconstpointer data)
{
  g_autofree char *well_known = put_user (fixture, "application_default_credentials.json");
  g_autofree char *robot = put_service_account (fixture, "sa.json");
  LvTokenSource *source = make_source (LV_CREDENTIAL_ADC, "", "ca.pem");

  lv_test_assert_token (source, "ya29.first");
  assert_user_request (fixture);
  lv_token_source_forget (source);
  g_setenv ("GOOGLE_APPLICATION_CREDENTIALS", robot, TRUE);
  lv_test_assert_token (source, "ya29.first");
  assert_assertion (fixture);
  g_assert_finalize_object (source);

  source = make_source (LV_CREDENTIAL_ADC, well_known, "ca.pem");
  lv_test_assert_token (source, "ya29.first");
  assert_user_request (fixture);
  g_assert_finalize_object (source);
}

static void
test_adc_nowhere (Fixture *fixture, gconstpointer data)
{
  LvTokenSource *source = make_source (LV_CREDENTIAL_ADC, "", "ca.pem");

  g_assert_true (lv_token_source_check (source, NULL));
  lv_test_assert_no_token (source, LV_ERROR_NO_CREDENTIAL, "gcloud auth application-default login");
  g_assert_finalize_object (source);
}

static void
assert_bad_file (const char *path, LvErrorCode code, const char *part)
{
  LvTokenSource *source = make_source (LV_CREDENTIAL_SERVICE_ACCOUNT, path, "ca.pem");

  g_assert_false (lv_token_source_check (source, NULL));
  lv_test_assert_no_token (source, code, part);
  g_assert_finalize_object (source);
}

static void
assert_bad_text (Fixture *fixture, const char *text, LvErrorCode code, const char *part)
{
  g_autofree char *path = put (fixture, "bad.json", text);

  assert_bad_file (path, code, part);
}

static void
test_bad_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (LV_GOOGLE_FILE_MAX + 1, ' ');
  g_autofree char *user = put_user (fixture, "user.json");

  assert_bad_file ("", LV_ERROR_NO_CREDENTIAL, "credential-file");
  assert_bad_file ("/nonexistent/sa.json", LV_ERROR_NO_CREDENTIAL, "/nonexistent/sa.json");
  assert_bad_file (fixture->dir, LV_ERROR_INVALID_ARGS, "regular");
  assert_bad_file (user, LV_ERROR_INVALID_ARGS, "credential=adc");
  assert_bad_text (fixture, large, LV_ERROR_TOO_LARGE, "larger");
  assert_bad_text (fixture, "", LV_ERROR_INVALID_ARGS, "JSON");
  assert_bad_text (fixture, "[]", LV_ERROR_INVALID_ARGS, "JSON object");
  assert_bad_text (fixture, "{}", LV_ERROR_INVALID_ARGS, "\"type\"");
  assert_bad_text (fixture, "{\"type\":\"external_account\"}", LV_ERROR_UNSUPPORTED, "gcloud");
  assert_bad_text (fixture, "{\"type\":\"service_account\"}", LV_ERROR_INVALID_ARGS,
                   "\"client_email\"");
  assert_bad_text (fixture,
                   "{\"type\":\"service_account\",\"client_email\":\"a\",\"private_key\":\"b\","
                   "\"token_uri\":\"http://x\"}",
                   LV_ERROR_INVALID_ARGS, "token_uri");
}

static void
test_bad_key (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = put (fixture, "sa.json",
                               "{\"type\":\"service_account\",\"client_email\":\"a\","
                               "\"private_key\":\"-----BEGIN PRIVATE KEY-----\\nx\"}");
  LvTokenSource *source = make_source (LV_CREDENTIAL_SERVICE_ACCOUNT, path, "ca.pem");

  lv_test_assert_no_token (source, LV_ERROR_INVALID_ARGS, "private_key");
  g_assert_finalize_object (source);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = put_user (fixture, "user.json");
  LvTokenSource *source = make_source (LV_CREDENTIAL_ADC, path, "ca.pem");

  lv_test_oauth_set_answer (
      fixture->oauth, 400,
      "{\"error\":\"invalid_grant\",\"error_description\":\"Token has been revoked.\"}");
  lv_test_assert_no_token (source, LV_ERROR_AUTHENTICATION,
                           "invalid_grant: Token has been revoked.");
  lv_test_assert_no_token (source, LV_ERROR_AUTHENTICATION,
                           "gcloud auth application-default login");
  lv_test_oauth_set_answer (fixture->oauth, 403, "{\"error\":{\"message\":\"Disabled.\"}}");
  lv_test_assert_no_token (source, LV_ERROR_AUTHENTICATION, "Disabled.");
  lv_test_oauth_set_answer (fixture->oauth, 500, "oops");
  lv_test_assert_no_token (source, LV_ERROR_SERVER, "try again later");
  lv_test_oauth_set_answer (fixture->oauth, 200, "{\"access_token\":\"\"}");
  lv_test_assert_no_token (source, LV_ERROR_SERVER, "access_token");
  g_assert_finalize_object (source);
}

static void
test_silence (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = put_user (fixture, "user.json");
  LvTokenSource *source = make_source (LV_CREDENTIAL_ADC, path, "ca.pem");

  fixture->oauth->silent = TRUE;
  lv_token_source_set_timeout_ms (source, 6000); /* the handshake belongs to it */
  lv_test_assert_no_token (source, LV_ERROR_TIMEOUT, "within 6 s");
  g_assert_cmpuint (fixture->oauth->n_requests, ==, 1);
  g_assert_finalize_object (source);
}

static void
test_tls (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = put_service_account (fixture, "sa.json");
  LvTokenSource *source = make_source (LV_CREDENTIAL_SERVICE_ACCOUNT, path, "other-ca.pem");

  lv_test_assert_no_token (source, LV_ERROR_NETWORK, "certificate");
  g_assert_cmpuint (fixture->oauth->n_requests, ==, 0);
  g_assert_finalize_object (source);
}

static void
test_unreachable (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = put_service_account (fixture, "sa.json");
  LvTokenSource *source = make_source (LV_CREDENTIAL_SERVICE_ACCOUNT, path, "ca.pem");

  soup_server_disconnect (fixture->oauth->server);
  lv_test_assert_no_token (source, LV_ERROR_NETWORK, "check the network");
  g_assert_finalize_object (source);
}

#define ADD(path, function) g_test_add (path, Fixture, &rsa, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  RsaKey rsa;
  int status;

  g_test_init (&argc, &argv, NULL);
  make_rsa_key (&rsa);
  ADD ("/token-file/service-account", test_service_account);
  ADD ("/token-file/adc", test_adc);
  ADD ("/token-file/adc-nowhere", test_adc_nowhere);
  ADD ("/token-file/bad-files", test_bad_files);
  ADD ("/token-file/bad-key", test_bad_key);
  ADD ("/token-file/refused", test_refused);
  ADD ("/token-file/silence", test_silence);
  ADD ("/token-file/unreachable", test_unreachable);
  /* The last one: where a client breaks the handshake off, SoupServer 3.6 touches freed memory if the main loop runs on
   * after its end. */
  ADD ("/token-file/tls", test_tls);
  status = g_test_run ();
  gnutls_x509_privkey_deinit (rsa.key);
  g_free (rsa.pem);
  return status;
}
