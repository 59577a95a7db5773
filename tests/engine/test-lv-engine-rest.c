/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The resources beside the conversations, of the program over HTTP, and who gets a conversation
 * with a key and with a token.
 */
#include "engine/lv-engine-rest.h"

#include "lib/lv-test.h"
#include "lv-engine-client.h"
#include "protocol/lv-model.h"

#include <string.h>

#define CONSTRAINED LV_ENGINE_PATH "Constrained"

static JsonNode *
request (const LvEngineProgram *program, const char *method, const char *path, const char *key,
         const char *body, guint *ret_status)
{
  g_autofree char *uri = g_strdup_printf ("http://%s%s", program->host, path);
  g_autoptr (SoupSession) soup = soup_session_new ();
  g_autoptr (SoupMessage) message = soup_message_new (method, uri);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) reply = NULL;
  JsonNode *json;

  if (key != NULL)
    soup_message_headers_append (soup_message_get_request_headers (message), "x-goog-api-key", key);
  if (body != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

      soup_message_set_request_body_from_bytes (message, "application/json", bytes);
    }
  reply = soup_session_send_and_read (soup, message, NULL, &error);
  g_assert_no_error (error);
  *ret_status = soup_message_get_status (message);
  json = json_from_string (g_bytes_get_data (reply, NULL), &error);
  g_assert_no_error (error);
  return json;
}

static char *
create_token (const LvEngineProgram *program, const char *body)
{
  guint status;
  g_autoptr (JsonNode) reply = request (program, "POST", "/v1beta/auth_tokens", "k", body, &status);

  g_assert_cmpuint (status, ==, 200);
  return g_strdup (json_object_get_string_member (json_node_get_object (reply), "name"));
}

static gboolean
has_name (JsonNode *reply, const char *list, const char *name)
{
  JsonArray *array = json_object_get_array_member (json_node_get_object (reply), list);

  for (guint i = 0; i < json_array_get_length (array); i++)
    if (g_str_equal (
            json_object_get_string_member (json_array_get_object_element (array, i), "name"), name))
      return TRUE;
  return FALSE;
}

static void
check_list (const LvEngineProgram *program, const char *path, const char *list, const char *name)
{
  guint status;
  g_autoptr (JsonNode) reply = request (program, "GET", path, "k", NULL, &status);

  g_assert_cmpuint (status, ==, 200);
  g_assert_true (has_name (reply, list, name));
}

static void
check_error (const LvEngineProgram *program, const char *method, const char *path, const char *key,
             const char *body, guint code, const char *name)
{
  guint status;
  g_autoptr (JsonNode) reply = request (program, method, path, key, body, &status);
  JsonObject *error = json_object_get_object_member (json_node_get_object (reply), "error");

  g_assert_cmpuint (status, ==, code);
  g_assert_cmpint (json_object_get_int_member (error, "code"), ==, code);
  g_assert_cmpstr (json_object_get_string_member (error, "status"), ==, name);
  g_assert_cmpstr (json_object_get_string_member (error, "message"), !=, "");
}

static void
test_resources (void)
{
  g_autofree char *large = g_strnfill (LV_ENGINE_REST_BODY_MAX_BYTES + 1, ' ');
  LvEngineProgram program;

  lv_engine_program_start (&program, NULL);
  check_list (&program, "/v1beta/models", "models", "models/gemini-3.8-live");
  check_list (&program, "/v1beta1/publishers/google/models", "publisherModels",
              "publishers/google/models/gemini-3.8-live");
  check_list (&program, "/v1beta/voices", "voices", "voices/Puck");
  check_list (&program, "/v1beta/voices", "voices", "voices/en-us-arlo");

  check_error (&program, "GET", "/v1beta/models/x", "k", NULL, 404, "NOT_FOUND");
  check_error (&program, "GET", "/v1beta/songs", "k", NULL, 404, "NOT_FOUND");
  check_error (&program, "GET", "/v1beta/auth_tokens", "k", NULL, 405, "UNIMPLEMENTED");
  check_error (&program, "POST", "/v1beta/models", "k", "{}", 405, "UNIMPLEMENTED");
  check_error (&program, "POST", "/v1alpha/auth_tokens", "k", "{", 400, "INVALID_ARGUMENT");
  check_error (&program, "POST", "/v1alpha/auth_tokens", "k", "{\"x\":1}", 400, "INVALID_ARGUMENT");
  check_error (&program, "POST", "/v1alpha/auth_tokens", "k", large, 413, "INVALID_ARGUMENT");
  check_error (&program, "GET", LV_ENGINE_PATH, "k", NULL, 400, "INVALID_ARGUMENT");
  lv_engine_program_stop (&program);
}

/* @prefix "models/" or "publishers/google/models/". */
static void
check_models (const LvEngineProgram *program, const char *path, const char *list,
              const char *prefix, LvCapability api)
{
  g_autoptr (GHashTable) served = g_hash_table_new (NULL, NULL);
  guint status;
  g_autoptr (JsonNode) reply = request (program, "GET", path, "k", NULL, &status);
  JsonArray *array = json_object_get_array_member (json_node_get_object (reply), list);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *entry = json_array_get_object_element (array, i);
      const char *id = json_object_get_string_member (entry, "name") + strlen (prefix);
      const LvModel *model = lv_model_lookup (id);

      g_test_message ("%s", id);
      g_assert_true (g_str_has_prefix (id, model->prefix));
      g_assert_true (lv_model_can (model, api));
      g_hash_table_add (served, (gpointer) model);
    }
  for (const LvModel *model = lv_model_get_table (); model->prefix != NULL; model++)
    g_assert_cmpint (g_hash_table_contains (served, model), ==,
                     model->replaced_by == NULL && lv_model_can (model, api));
}

/* Every model of the table that is not retired, and no other. */
static void
test_models (void)
{
  LvEngineProgram program;

  lv_engine_program_start (&program, NULL);
  check_models (&program, "/v1beta/models", "models", "models/", LV_CAN_DEVELOPER_API);
  check_models (&program, "/v1beta1/publishers/google/models", "publisherModels",
                "publishers/google/models/", LV_CAN_VERTEX_API);
  lv_engine_program_stop (&program);
}

static void
check_refused (const LvEngineProgram *program, const char *path, const char *key, guint code,
               const char *reason)
{
  g_autofree char *uri = g_strconcat (path, "?access_token=", key, NULL);
  LvEngineClient client;

  lv_engine_client_connect (&client, program, uri);
  if (code == 0)
    lv_engine_client_set_up (&client, lv_setup_new ("models/gemini-3.8-live"));
  else
    {
      lv_engine_client_send_json (&client, "{\"setup\":{\"model\":\"models/gemini-3.8-live\"}}");
      lv_engine_record_wait_close (&client.record, code, reason);
    }
  lv_engine_client_close (&client);
}

static void
test_tokens (void)
{
  char *folder = lv_test_make_dir ();
  g_autofree char *file = g_build_filename (folder, "key", NULL);
  g_autofree char *argument = g_strconcat ("--api-key-file=", file, NULL);
  const char *const arguments[] = { argument, NULL };
  g_autofree char *token = NULL;
  g_autofree char *old = NULL;
  LvEngineProgram program;

  g_assert_true (g_file_set_contents (file, "k\n", -1, NULL));
  lv_engine_program_start (&program, arguments);
  check_error (&program, "POST", "/v1beta/auth_tokens", NULL, "{}", 403, "PERMISSION_DENIED");
  check_error (&program, "POST", "/v1beta/auth_tokens", "x", "{}", 400, "INVALID_ARGUMENT");
  token = create_token (&program, NULL);
  old = create_token (&program, "{\"uses\":0,\"expireTime\":\"2020-01-01T00:00:00Z\"}");
  check_error (&program, "POST", "/v1beta/auth_tokens", token, "{}", 403, "PERMISSION_DENIED");

  check_refused (&program, LV_ENGINE_PATH, token, 1008, "Method doesn't allow unregistered");
  check_refused (&program, CONSTRAINED, "k", 1008, "Method doesn't allow unregistered");
  check_refused (&program, CONSTRAINED, "auth_tokens/x", 1008, "Request had invalid auth");
  check_refused (&program, CONSTRAINED, old, 1008, "Request had invalid auth");
  check_refused (&program, CONSTRAINED, token, 0, NULL);
  check_refused (&program, CONSTRAINED, token, 1008, "Request had invalid auth");
  lv_engine_program_stop (&program);
  lv_test_remove_dir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/rest/models", test_models);
  g_test_add_func ("/engine/rest/resources", test_resources);
  g_test_add_func ("/engine/rest/tokens", test_tokens);
  return g_test_run ();
}
