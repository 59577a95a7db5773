/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-endpoint-config.h"

#include "base/lv-names.h"

#include <string.h>

static gboolean
set (LvEndpointConfig *config, const char *key, const char *text)
{
  g_autoptr (GError) error = NULL;
  gboolean done = lv_endpoint_config_set (config, key, text, &error);

  g_assert_no_error (error);
  return done;
}

static void
assert_refused (const char *key, const char *text, const char *part)
{
  g_autoptr (LvEndpointConfig) config = lv_endpoint_config_new ("x");
  g_autoptr (GError) error = NULL;

  if (lv_endpoint_config_set (config, key, text, &error))
    g_error ("accepted: %s=%s", key, text);
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  g_assert_nonnull (strstr (error->message, key));
  g_assert_nonnull (strstr (error->message, part));
  g_assert_null (strstr (error->message, "secret"));
}

static void
test_defaults (void)
{
  g_autoptr (LvEndpointConfig) config = lv_endpoint_config_new ("x");
  g_autoptr (LvEndpointConfig) copy = NULL;

  g_assert_true (lv_endpoint_config_check (config, NULL));
  copy = lv_endpoint_config_copy (config);
  g_assert_cmpstr (copy->name, ==, "x");
  g_assert_cmpint (copy->api, ==, LV_ENDPOINT_DEVELOPER);
  g_assert_cmpint (copy->credential, ==, LV_CREDENTIAL_KEY);
  g_assert_cmpstr (copy->credential_name, ==, LV_CREDENTIAL_NAME);
  g_assert_cmpstr (copy->metadata_url, ==, "http://metadata.google.internal");
  g_assert_cmpstr (copy->api_version, ==, "");
  g_assert_cmpstr (copy->base_url, ==, "");
  g_assert_cmpstr (copy->proxy, ==, "");
  g_assert_null (copy->command);
}

static void
test_values (void)
{
  g_autoptr (LvEndpointConfig) config = lv_endpoint_config_new ("x");
  g_autofree char *below_home = g_build_filename (g_get_home_dir (), "key.json", NULL);

  set (config, "api", "vertex");
  set (config, "api-version", "v1");
  set (config, "api-version", "auto");
  set (config, "project", "example.com:my-project");
  set (config, "location", "europe-west4");
  set (config, "base-url", "wss://voice.example:1/x");
  set (config, "base-url", "unix:/run/x");
  set (config, "ca-file", "/etc/ca.pem");
  set (config, "proxy", "none");
  set (config, "proxy", "http://proxy.example:3128/");
  set (config, "credential", "command");
  set (config, "credential-file", "~/key.json");
  set (config, "credential-command", "gcloud 'print it' \"a b\"");
  g_assert_true (lv_endpoint_config_check (config, NULL));

  g_assert_cmpint (config->api, ==, LV_ENDPOINT_VERTEX);
  g_assert_cmpstr (config->api_version, ==, "");
  g_assert_cmpstr (config->project, ==, "example.com:my-project");
  g_assert_cmpstr (config->base_url, ==, "unix:/run/x");
  g_assert_cmpstr (config->credential_file, ==, below_home);
  g_assert_cmpuint (g_strv_length (config->command), ==, 3);
  g_assert_cmpstr (config->command[1], ==, "print it");
}

static void
test_bad_values (void)
{
  g_autofree char *long_text = g_strnfill (3000, 'x');

  assert_refused ("apis", "vertex", "not known");
  assert_refused ("name", "x", "not known");
  assert_refused ("api", "Vertex", "\"vertex\"");
  assert_refused ("api-version", "v2", "\"v1beta1\"");
  assert_refused ("project", "a/b", "letters");
  assert_refused ("location", "eu west", "letters");
  assert_refused ("location", long_text, "shorter");
  assert_refused ("base-url", "voice.example", "URL");
  assert_refused ("base-url", "http://voice.example", "wss://");
  assert_refused ("base-url", "ws://voice.example", "wss://");
  assert_refused ("base-url", "wss://voice.example?key=secret", "key");
  assert_refused ("base-url", "wss://user:secret@voice.example", "password");
  assert_refused ("base-url", "wss://voice.example?a=b", "query");
  assert_refused ("base-url", "unix:relative", "URL");
  assert_refused ("ca-file", "ca.pem", "absolute");
  assert_refused ("proxy", "proxy.example:3128", "http://HOST:PORT");
  assert_refused ("proxy", "http://user:secret@proxy.example", "http://HOST:PORT");
  assert_refused ("proxy", "http://proxy.example/path", "http://HOST:PORT");
  assert_refused ("credential", "password", "\"key\"");
  assert_refused ("credential-name", "", "letters");
  assert_refused ("credential-name", "../x", "letters");
  assert_refused ("credential-file", "key.json", "absolute");
  assert_refused ("credential-command", "", "program");
  assert_refused ("credential-command", "gcloud 'x", "program");
  assert_refused ("metadata-url", "ftp://x", "http://");
}

static void
assert_contradiction (const char *first, const char *value, const char *second,
                      const char *second_value, const char *part)
{
  g_autoptr (LvEndpointConfig) config = lv_endpoint_config_new ("x");
  g_autoptr (GError) error = NULL;

  set (config, first, value);
  set (config, second, second_value);
  g_assert_false (lv_endpoint_config_check (config, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  g_assert_nonnull (strstr (error->message, part));
}

static void
test_contradictions (void)
{
  assert_contradiction ("api", "vertex", "location", "eu", "'project'");
  assert_contradiction ("api", "developer", "api-version", "v1beta1", "'api-version'");
  assert_contradiction ("api", "vertex-express", "api-version", "v1alpha", "'api-version'");
  assert_contradiction ("api", "vertex-express", "credential", "adc", "vertex-express");
  assert_contradiction ("api", "vertex-express", "credential", "ephemeral", "ephemeral");
  assert_contradiction ("credential", "command", "location", "eu", "'credential-command'");
}

static void
test_names (void)
{
  g_assert_true (lv_endpoint_config_is_name ("gemini"));
  g_assert_true (lv_endpoint_config_is_name ("Work-2_x"));
  g_assert_false (lv_endpoint_config_is_name ("auto"));
  g_assert_false (lv_endpoint_config_is_name ("engine"));
  g_assert_false (lv_endpoint_config_is_name (""));
  g_assert_false (lv_endpoint_config_is_name ("a b"));
  g_assert_false (lv_endpoint_config_is_name ("a/b"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint-config/defaults", test_defaults);
  g_test_add_func ("/endpoint-config/values", test_values);
  g_test_add_func ("/endpoint-config/bad-values", test_bad_values);
  g_test_add_func ("/endpoint-config/contradictions", test_contradictions);
  g_test_add_func ("/endpoint-config/names", test_names);
  return g_test_run ();
}
