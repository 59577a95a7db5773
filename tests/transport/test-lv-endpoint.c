/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-endpoint.h"

#include "base/lv-names.h"

#include <string.h>

#define API_PATH "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
#define GEMINI "wss://generativelanguage.googleapis.com" API_PATH

static LvEndpoint *
make (const char *text, gboolean have_key, GError **error)
{
  g_autoptr (LvProfile) profile = lv_profile_new ("x");

  g_free (profile->endpoint);
  profile->endpoint = g_strdup (text);
  return lv_endpoint_new (profile, have_key, error);
}

static void
assert_gemini (const char *text, gboolean have_key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvEndpoint) endpoint = make (text, have_key, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (endpoint->uri, ==, GEMINI);
  g_assert_null (endpoint->unix_path);
  g_assert_false (endpoint->is_engine);
  g_assert_false (endpoint->answers_in_text);
  g_assert_true (endpoint->needs_key);
}

static void
assert_engine (const char *text, gboolean have_key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvEndpoint) endpoint = make (text, have_key, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (endpoint->uri, ==, "ws://localhost" API_PATH);
  g_assert_nonnull (endpoint->unix_path);
  g_assert_true (endpoint->is_engine);
  g_assert_true (endpoint->answers_in_text);
  g_assert_false (endpoint->needs_key);
}

static void
test_words (void)
{
  assert_gemini ("auto", TRUE);
  assert_engine ("auto", FALSE);
  assert_gemini ("gemini", TRUE);
  assert_gemini ("gemini", FALSE);
  assert_engine ("engine", TRUE);
  assert_engine ("engine", FALSE);
}

static void
test_engine_socket (void)
{
  g_autofree char *from_variable = NULL;
  g_autofree char *from_runtime_dir = NULL;
  g_autofree char *of_the_system = NULL;

  g_setenv (LV_ENV_ENGINE_SOCKET, "/x/y.sock", TRUE);
  from_variable = lv_endpoint_dup_engine_socket ();
  g_assert_cmpstr (from_variable, ==, "/x/y.sock");
  g_unsetenv (LV_ENV_ENGINE_SOCKET);

  g_setenv ("XDG_RUNTIME_DIR", "/run/user/7", TRUE);
  from_runtime_dir = lv_endpoint_dup_engine_socket ();
  g_assert_cmpstr (from_runtime_dir, ==, "/run/user/7/livevoice/engine.sock");
  g_unsetenv ("XDG_RUNTIME_DIR");
  of_the_system = lv_endpoint_dup_engine_socket ();
  g_assert_cmpstr (of_the_system, ==, "/run/livevoice/engine.sock");
}

static void
test_urls (void)
{
  static const struct {
    const char *text;
    const char *uri;
    gboolean needs_key;
  } urls[] = {
    { "ws://127.0.0.1:8080", "ws://127.0.0.1:8080" API_PATH, FALSE },
    { "ws://127.8.9.10/", "ws://127.8.9.10" API_PATH, FALSE },
    { "ws://localhost:1/live", "ws://localhost:1/live", FALSE },
    { "ws://LocalHost/live?a=b", "ws://LocalHost/live?a=b", FALSE },
    { "ws://[::1]:99", "ws://[::1]:99" API_PATH, FALSE },
    { "wss://voice.example", "wss://voice.example" API_PATH, FALSE },
    { "wss://voice.example:8443/a/b", "wss://voice.example:8443/a/b", FALSE },
    { "wss://us.googleapis.com/x", "wss://us.googleapis.com/x", TRUE },
    { "wss://US.GoogleAPIs.com/x", "wss://US.GoogleAPIs.com/x", TRUE },
    { "wss://googleapis.com.evil.example/x", "wss://googleapis.com.evil.example/x", FALSE },
    { "wss://evilgoogleapis.com/x", "wss://evilgoogleapis.com/x", FALSE },
    { "wss://evil.example/.googleapis.com", "wss://evil.example/.googleapis.com", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LvEndpoint) endpoint = make (urls[i].text, TRUE, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (endpoint->uri, ==, urls[i].uri);
      g_assert_cmpint (endpoint->needs_key, ==, urls[i].needs_key);
      g_assert_false (endpoint->is_engine);
      g_assert_null (endpoint->unix_path);
    }
}

static void
test_bad_urls (void)
{
  static const char *const urls[] = {
    "ws://voice.example",
    "ws://10.0.0.1",
    "ws://127.0.0.1.evil.example",
    "ws://localhost.evil.example",
    "ws://",
    "wss:///path",
    "wss://host:port",
    "wss://host:99999",
    "wss://user:secret@voice.example",
    "wss://voice.example/#part",
    "wss://generativelanguage.googleapis.com/ws/x?key=secret",
    "wss://generativelanguage.googleapis.com/ws/x?access_token=secret",
    "wss://[::1",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LvEndpoint) endpoint = make (urls[i], TRUE, &error);

      if (endpoint != NULL)
        g_error ("accepted: %s", urls[i]);
      g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
      g_assert_null (strstr (error->message, "secret"));
    }
}

static void
test_models (void)
{
  static const char *const models[][2] = {
    { "", "models/gemini-3.8-live" },
    { "gemini-3.8-live", "models/gemini-3.8-live" },
    { "models/gemini-3.8-live", "models/gemini-3.8-live" },
    { "projects/p/locations/l/publishers/google/models/m",
      "projects/p/locations/l/publishers/google/models/m" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (models); i++)
    {
      g_autoptr (LvProfile) profile = lv_profile_new ("x");
      g_autoptr (LvEndpoint) endpoint = NULL;

      lv_profile_set_from_text (profile, "model", models[i][0], NULL);
      endpoint = lv_endpoint_new (profile, FALSE, NULL);
      g_assert_cmpstr (endpoint->model_resource, ==, models[i][1]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/words", test_words);
  g_test_add_func ("/endpoint/engine-socket", test_engine_socket);
  g_test_add_func ("/endpoint/urls", test_urls);
  g_test_add_func ("/endpoint/bad-urls", test_bad_urls);
  g_test_add_func ("/endpoint/models", test_models);
  return g_test_run ();
}
