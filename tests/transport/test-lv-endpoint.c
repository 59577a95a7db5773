/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-endpoint.h"

#include "base/lv-names.h"

#include <string.h>

#define DEVELOPER "wss://generativelanguage.googleapis.com"
#define API_PATH "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"
#define ALPHA_PATH "/ws/google.ai.generativelanguage.v1alpha.GenerativeService.BidiGenerateContent"
#define VERTEX_PATH "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent"
#define VERTEX_V1_PATH "/ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent"

/* @settings: "key=value;key=value". */
static LvEndpointConfig *
configure (const char *settings)
{
  LvEndpointConfig *config = lv_endpoint_config_new ("x");
  g_auto (GStrv) lines = g_strsplit (settings, ";", -1);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_auto (GStrv) pair = g_strsplit (lines[i], "=", 2);

      lv_endpoint_config_set (config, pair[0], pair[1], &error);
      g_assert_no_error (error);
    }
  lv_endpoint_config_check (config, &error);
  g_assert_no_error (error);
  return config;
}

static LvEndpoint *
make (const LvEndpointConfig *config, const char *model, gboolean affective)
{
  g_autoptr (LvProfile) profile = lv_profile_new ("x");

  g_free (profile->model);
  profile->model = g_strdup (model);
  profile->affective_dialog = affective;
  return lv_endpoint_new (config, profile, NULL);
}

static void
test_apis (void)
{
  static const struct {
    const char *settings;
    const char *uri;
    const char *rest_uri;
    const char *model_resource;
  } cases[] = {
    { "", DEVELOPER API_PATH, "https://generativelanguage.googleapis.com/v1beta", "models/m" },
    { "api-version=v1alpha", DEVELOPER ALPHA_PATH,
      "https://generativelanguage.googleapis.com/v1alpha", "models/m" },
    { "credential=ephemeral", DEVELOPER API_PATH "Constrained",
      "https://generativelanguage.googleapis.com/v1beta", "models/m" },
    { "credential=ephemeral;api-version=v1alpha", DEVELOPER ALPHA_PATH "Constrained",
      "https://generativelanguage.googleapis.com/v1alpha", "models/m" },
    { "api=vertex;project=p-1;location=us-central1",
      "wss://us-central1-aiplatform.googleapis.com" VERTEX_PATH,
      "https://us-central1-aiplatform.googleapis.com/v1beta1",
      "projects/p-1/locations/us-central1/publishers/google/models/m" },
    { "api=vertex;project=example.com:old", "wss://aiplatform.googleapis.com" VERTEX_PATH,
      "https://aiplatform.googleapis.com/v1beta1",
      "projects/example.com:old/locations/global/publishers/google/models/m" },
    { "api=vertex;project=p;location=global;api-version=v1",
      "wss://aiplatform.googleapis.com" VERTEX_V1_PATH, "https://aiplatform.googleapis.com/v1",
      "projects/p/locations/global/publishers/google/models/m" },
    { "api=vertex;project=p;location=us", "wss://aiplatform.us.rep.googleapis.com" VERTEX_PATH,
      "https://aiplatform.us.rep.googleapis.com/v1beta1",
      "projects/p/locations/us/publishers/google/models/m" },
    { "api=vertex;project=p;location=eu", "wss://aiplatform.eu.rep.googleapis.com" VERTEX_PATH,
      "https://aiplatform.eu.rep.googleapis.com/v1beta1",
      "projects/p/locations/eu/publishers/google/models/m" },
    { "api=vertex-express", "wss://aiplatform.googleapis.com" VERTEX_PATH,
      "https://aiplatform.googleapis.com/v1beta1", "publishers/google/models/m" },
    { "base-url=wss://voice.example:8443/live/", "wss://voice.example:8443/live" API_PATH,
      "https://voice.example:8443/live/v1beta", "models/m" },
    { "base-url=ws://127.0.0.1:9;api=vertex;project=p;location=us", "ws://127.0.0.1:9" VERTEX_PATH,
      "http://127.0.0.1:9/v1beta1", "projects/p/locations/us/publishers/google/models/m" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LvEndpointConfig) config = configure (cases[i].settings);
      g_autoptr (LvEndpoint) endpoint = make (config, "m", FALSE);

      g_assert_cmpstr (endpoint->uri, ==, cases[i].uri);
      g_assert_cmpstr (endpoint->rest_uri, ==, cases[i].rest_uri);
      g_assert_cmpstr (endpoint->model_resource, ==, cases[i].model_resource);
      g_assert_null (endpoint->unix_path);
      g_assert_null (endpoint->ca_file);
      g_assert_null (endpoint->proxy);
      g_assert_null (endpoint->credential);
      g_assert_false (endpoint->is_engine);
    }
}

static void
test_route (void)
{
  g_autoptr (LvEndpointConfig) config =
      configure ("base-url=unix:/run/x.sock;ca-file=/etc/ca.pem;proxy=http://proxy.example:3128");
  g_autoptr (LvEndpoint) original = make (config, "m", FALSE);
  g_autoptr (LvEndpoint) endpoint = lv_endpoint_copy (original);

  g_assert_cmpstr (endpoint->name, ==, "x");
  g_assert_cmpstr (endpoint->uri, ==, "ws://localhost" API_PATH);
  g_assert_cmpstr (endpoint->unix_path, ==, "/run/x.sock");
  g_assert_cmpstr (endpoint->ca_file, ==, "/etc/ca.pem");
  g_assert_cmpstr (endpoint->proxy, ==, "http://proxy.example:3128");
}

static void
test_models (void)
{
  static const char *const cases[][3] = {
    { "", "", "models/gemini-3.8-live" },
    { "", "models/m", "models/m" },
    { "", "tunedModels/m", "tunedModels/m" },
    { "api=vertex;project=p", "",
      "projects/p/locations/global/publishers/google/models/gemini-3.8-live" },
    { "api=vertex;project=p", "models/m",
      "projects/p/locations/global/publishers/google/models/m" },
    { "api=vertex;project=p", "projects/q/locations/l/publishers/google/models/m",
      "projects/q/locations/l/publishers/google/models/m" },
    { "api=vertex-express", "models/m", "publishers/google/models/m" },
    { "api=vertex-express", "publishers/google/models/m", "publishers/google/models/m" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LvEndpointConfig) config = configure (cases[i][0]);
      g_autoptr (LvEndpoint) endpoint = make (config, cases[i][1], FALSE);

      g_assert_cmpstr (endpoint->model_resource, ==, cases[i][2]);
    }
}

/* A field that came with v1alpha decides, unless the configuration does. */
static void
test_alpha (void)
{
  static const struct {
    const char *settings;
    const char *model;
    gboolean affective;
    LvApi api;
  } cases[] = {
    { "", "gemini-2.5-flash-native-audio-latest", TRUE, LV_API_DEVELOPER_V1ALPHA },
    { "", "gemini-2.5-flash-native-audio-latest", FALSE, LV_API_DEVELOPER_V1BETA },
    { "", "gemini-3.8-live", TRUE, LV_API_DEVELOPER_V1BETA },
    { "api-version=v1beta", "gemini-2.5-flash-native-audio-latest", TRUE, LV_API_DEVELOPER_V1BETA },
    { "api-version=v1alpha", "gemini-3.8-live", FALSE, LV_API_DEVELOPER_V1ALPHA },
    { "api=vertex;project=p", "gemini-live-2.5-flash-native-audio", TRUE, LV_API_VERTEX },
    { "api=vertex-express", "", FALSE, LV_API_VERTEX_EXPRESS },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LvEndpointConfig) config = configure (cases[i].settings);
      g_autoptr (LvEndpoint) endpoint = make (config, cases[i].model, cases[i].affective);

      g_assert_cmpint (endpoint->api, ==, cases[i].api);
      g_assert_cmpint (strstr (endpoint->uri, ".v1alpha.") != NULL, ==,
                       cases[i].api == LV_API_DEVELOPER_V1ALPHA);
    }
}

static void
test_engine (void)
{
  g_autoptr (LvEndpoint) endpoint = lv_endpoint_new_engine ("");

  g_assert_cmpstr (endpoint->uri, ==, "ws://localhost" API_PATH);
  g_assert_cmpstr (endpoint->model_resource, ==, "models/livevoice-engine");
  g_assert_nonnull (endpoint->unix_path);
  g_assert_true (endpoint->is_engine);
  g_assert_null (endpoint->credential);
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
    gboolean is_google;
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
      g_autoptr (LvEndpoint) endpoint = lv_endpoint_new_url (urls[i].text, "", &error);

      g_assert_no_error (error);
      g_assert_cmpstr (endpoint->uri, ==, urls[i].uri);
      g_assert_cmpint (lv_endpoint_is_google (endpoint), ==, urls[i].is_google);
      g_assert_false (endpoint->is_engine);
      g_assert_null (endpoint->unix_path);
      g_assert_null (endpoint->credential);
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
      g_autoptr (LvEndpoint) endpoint = lv_endpoint_new_url (urls[i], "", &error);

      if (endpoint != NULL)
        g_error ("accepted: %s", urls[i]);
      g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
      g_assert_null (strstr (error->message, "secret"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/endpoint/apis", test_apis);
  g_test_add_func ("/endpoint/route", test_route);
  g_test_add_func ("/endpoint/models", test_models);
  g_test_add_func ("/endpoint/alpha", test_alpha);
  g_test_add_func ("/endpoint/engine", test_engine);
  g_test_add_func ("/endpoint/engine-socket", test_engine_socket);
  g_test_add_func ("/endpoint/urls", test_urls);
  g_test_add_func ("/endpoint/bad-urls", test_bad_urls);
  return g_test_run ();
}
