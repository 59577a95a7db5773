/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-base64.h"
#include "protocol/lv-json.h"
#include "protocol/lv-redact.h"
#include "protocol/lv-sound-json.h"

#include <string.h>

static char *
redact (const char *text, gboolean texts, gboolean sound)
{
  g_autoptr (LvRedactor) redactor = lv_redactor_new (texts, sound);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) frame = g_bytes_new_static (text, strlen (text));
  g_autoptr (JsonNode) root = lv_json_parse_frame (frame, &error);
  GString *json = g_string_new (NULL);

  g_assert_no_error (error);
  lv_redactor_add_frame (redactor, json, NULL, root);
  return g_string_free (json, FALSE);
}

static void
assert_redacted (const char *text, gboolean texts, const char *expected)
{
  g_autofree char *left = redact (text, texts, FALSE);

  g_assert_cmpstr (left, ==, expected);
}

static void
test_texts (void)
{
  const char *said = "{\"serverContent\":{\"outputTranscription\":{\"text\":\"Hé, you 2\"}}}";

  assert_redacted (said, FALSE,
                   "{\"serverContent\":{\"outputTranscription\":{\"text\":\"xxx xxx x\"}}}");
  assert_redacted (said, TRUE, said);
  assert_redacted ("{\"never_heard_of\":[\"a b\",7,true]}", FALSE,
                   "{\"never_heard_of\":[\"x x\",7,true]}");
}

static void
test_what_applications_made_up (void)
{
  const char *call = "{\"toolCall\":{\"functionCalls\":[{\"id\":\"a1\",\"name\":\"dial\",\"args\":"
                     "{\"number\":4912345,\"name\":\"Bob\",\"type\":\"mobile\",\"now\":true}}]}}";
  const char *result = "{\"toolResponse\":{\"functionResponses\":[{\"id\":\"a1\",\"response\":"
                       "{\"Bob\":{\"role\":\"boss\"},\"Eve\":null}}]}}";

  assert_redacted (call, FALSE,
                   "{\"toolCall\":{\"functionCalls\":[{\"id\":\"a1\",\"name\":\"dial\",\"args\":"
                   "{\"number\":0,\"name\":\"xxx\",\"type\":\"xxxxxx\",\"now\":false}}]}}");
  assert_redacted (result, FALSE,
                   "{\"toolResponse\":{\"functionResponses\":[{\"id\":\"a1\",\"response\":"
                   "{\"key1\":{\"key1\":\"xxxx\"},\"key2\":null}}]}}");
  assert_redacted (call, TRUE, call);
  assert_redacted (result, TRUE, result);
}

static void
test_secrets_go_always (void)
{
  static const char *const frames[] = {
    "{\"setup\":{\"sessionResumption\":{\"handle\":\"SECRET\"}}}",
    "{\"sessionResumptionUpdate\":{\"new_handle\":\"SECRET\",\"resumable\":true}}",
    "{\"setup\":{\"tools\":[{\"mcp\":{\"headers\":{\"X\":[\"SECRET\"],\"Y\":{\"z\":\"SECRET\"}}}}]}"
    "}",
    "{\"toolCall\":{\"functionCalls\":[{\"args\":{\"api-key\":\"SECRET\",\"Access_Token\":"
    "\"SECRET\",\"deep\":{\"client_secret\":{\"a\":\"SECRET\"}}}}]}}",
    "{\"realtimeInput\":{\"text\":\"AIzaSECRETSECRETSECRETSECRETSECRET and Bearer SECRETSECRET\"}}",
    "{\"a\":\"https://x.org/?key=SECRET&b=1 wss://SECRET:SECRET@host/ ya29.SECRET\"}",
    "{\"a\":\"in /home/SECRET/x and /run/user/SECRET/y\"}",
    "{\"setup\":{\"model\":\"projects/SECRET/locations/SECRET/publishers/google/models/m\"}}",
    "{\"id\":\"sk-SECRETSECRETSECRETSECRET\"}",
    "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"thoughtSignature\":\"SECRET\"}]}}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (frames); i++)
    for (int texts = FALSE; texts <= TRUE; texts++)
      {
        g_autofree char *left = redact (frames[i], texts, TRUE);

        if (strstr (left, "SECRET") != NULL)
          g_error ("%s", left);
      }
}

static void
test_data (void)
{
  const char *picture = "{\"realtimeInput\":{\"video\":{\"mimeType\":\"image/jpeg\",\"data\":"
                        "\"/9j/4AAQ\",\"displayName\":\"Bob.jpg\"}}}";
  const char *sound = "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=16000\","
                      "\"data\":\"AAABAAIA\"}}}";
  g_autofree char *kept = redact (sound, FALSE, TRUE);

  assert_redacted (picture, TRUE,
                   "{\"realtimeInput\":{\"video\":{\"mimeType\":\"image/jpeg\",\"data\":\"\","
                   "\"removedBytes\":6}}}");
  assert_redacted (sound, TRUE,
                   "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=16000\","
                   "\"envelope\":{\"samples\":3,\"rate\":16000,\"rms\":[1],\"peak\":[2]}}}}");
  g_assert_cmpstr (kept, ==, sound);
}

static void
test_envelope_becomes_sound (void)
{
  const char *text = "{\"a\":[{\"mimeType\":\"audio/pcm\",\"envelope\":{\"samples\":960,\"rate\":"
                     "24000,\"rms\":[1000,0],\"peak\":[2000,0]}}]}";
  static const char *const bad[] = {
    "{\"samples\":961,\"rate\":24000,\"rms\":[1,0],\"peak\":[2,0]}",
    "{\"samples\":960,\"rate\":0,\"rms\":[1,0],\"peak\":[2,0]}",
    "{\"samples\":960,\"rate\":24000,\"rms\":[1,99999],\"peak\":[2,0]}",
    "{\"samples\":960,\"rate\":24000,\"rms\":[1,0]}",
    "{\"samples\":-1,\"rate\":24000,\"rms\":[],\"peak\":[]}",
  };
  g_autoptr (JsonNode) root = lv_json_parse (text, -1, 4096, NULL);
  g_autoptr (GError) error = NULL;
  const char *data;

  g_assert_true (lv_sound_json_render (root, &error));
  data =
      lv_json_find_string (json_array_get_object_element (
                               json_object_get_array_member (json_node_get_object (root), "a"), 0),
                           "data");
  g_assert_cmpuint (strlen (data), ==, lv_base64_encoded_length (1920));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *blob = g_strdup_printf ("{\"mimeType\":\"x\",\"envelope\":%s}", bad[i]);
      g_autoptr (JsonNode) node = lv_json_parse (blob, -1, 4096, NULL);
      g_autoptr (GError) refused = NULL;

      g_assert_false (lv_sound_json_render (node, &refused));
      g_assert_error (refused, LV_ERROR, LV_ERROR_INVALID_ARGS);
    }
}

/* Small in a file, large in memory. */
static void
test_too_much_sound (void)
{
  const char *text = "{\"mimeType\":\"x\",\"envelope\":{\"samples\":2000000000,\"rate\":8000,"
                     "\"rms\":[],\"peak\":[]}}";
  g_autoptr (JsonNode) root = lv_json_parse (text, -1, 4096, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (lv_sound_json_render (root, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_TOO_LARGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/redact/texts", test_texts);
  g_test_add_func ("/redact/what-applications-made-up", test_what_applications_made_up);
  g_test_add_func ("/redact/secrets-go-always", test_secrets_go_always);
  g_test_add_func ("/redact/data", test_data);
  g_test_add_func ("/sound-json/envelope-becomes-sound", test_envelope_becomes_sound);
  g_test_add_func ("/sound-json/too-much", test_too_much_sound);
  return g_test_run ();
}
