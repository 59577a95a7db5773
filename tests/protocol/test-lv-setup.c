/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-decode.h"
#include "protocol/lv-encode.h"
#include "protocol/lv-protocol-test.h"

#include <string.h>

#define TOOLS                                                                                      \
  "[{\"name\":\"a\",\"description\":\"d\",\"behavior\":\"NON_BLOCKING\",\"parameters\":"           \
  "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"integer\"}}}},{\"name\":\"b\"}]"

static LvSetup *
decode (GBytes *frame)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvClientMessage) message = lv_decode_client (frame, &error);

  g_assert_no_error (error);
  g_assert_cmpint (message->type, ==, LV_CLIENT_SETUP);
  return g_steal_pointer (&message->setup);
}

static LvSetup *
make_full (const char *model)
{
  LvSetup *setup = lv_setup_new (model);

  setup->response_text = TRUE;
  setup->voice = g_strdup ("Kore");
  setup->language = g_strdup ("de-DE");
  setup->system_instruction = g_strdup ("First.\n\nSecond.\nStill second.");
  g_ptr_array_unref (setup->tools);
  setup->tools = lv_tool_decl_parse_array (TOOLS, NULL);
  setup->google_search = TRUE;
  setup->vad_disabled = TRUE;
  setup->start_sensitivity = LV_SENSITIVITY_HIGH;
  setup->end_sensitivity = LV_SENSITIVITY_LOW;
  setup->prefix_padding_ms = 0;
  setup->silence_duration_ms = 650;
  setup->no_interruption = TRUE;
  setup->input_transcription = TRUE;
  setup->output_transcription = TRUE;
  g_ptr_array_add (setup->transcription_languages, g_strdup ("de-DE"));
  setup->resumption = TRUE;
  setup->resumption_handle = g_strdup ("handle");
  setup->compression = TRUE;
  setup->initial_history = TRUE;
  return setup;
}

static void
test_round_trip (void)
{
  g_autoptr (LvSetup) setup = make_full ("models/livevoice-engine");
  g_autoptr (GBytes) frame = lv_encode_setup (setup);
  g_autoptr (LvSetup) back = decode (frame);
  g_autoptr (GBytes) again = lv_encode_setup (back);

  g_assert_true (g_bytes_equal (frame, again));
  g_assert_cmpstr (back->model, ==, setup->model);
  g_assert_true (back->response_text);
  g_assert_cmpstr (back->voice, ==, "Kore");
  g_assert_cmpstr (back->language, ==, "de-DE");
  g_assert_cmpstr (back->system_instruction, ==, setup->system_instruction);
  g_assert_cmpuint (back->tools->len, ==, 2);
  g_assert_cmpstr (lv_tool_decl_get_parameters (back->tools->pdata[0]), ==,
                   lv_tool_decl_get_parameters (setup->tools->pdata[0]));
  g_assert_cmpint (lv_tool_decl_get_behavior (back->tools->pdata[0]), ==, LV_BEHAVIOR_NON_BLOCKING);
  g_assert_true (back->google_search);
  g_assert_true (back->vad_disabled);
  g_assert_cmpint (back->start_sensitivity, ==, LV_SENSITIVITY_HIGH);
  g_assert_cmpint (back->end_sensitivity, ==, LV_SENSITIVITY_LOW);
  g_assert_cmpint (back->prefix_padding_ms, ==, 0);
  g_assert_cmpint (back->silence_duration_ms, ==, 650);
  g_assert_true (back->no_interruption);
  g_assert_true (back->input_transcription);
  g_assert_true (back->output_transcription);
  g_assert_cmpstr (back->transcription_languages->pdata[0], ==, "de-DE");
  g_assert_true (back->resumption);
  g_assert_cmpstr (back->resumption_handle, ==, "handle");
  g_assert_true (back->compression);
  g_assert_true (back->initial_history);
}

static void
test_defaults (void)
{
  g_autoptr (LvSetup) setup = lv_setup_new ("models/gemini-3.8-live");
  g_autoptr (GBytes) frame = lv_encode_setup (setup);
  g_autofree char *text = lv_test_dup_text (frame);
  g_autoptr (LvSetup) back = decode (frame);

  g_assert_cmpstr (text, ==,
                   "{\"setup\":{\"model\":\"models/gemini-3.8-live\",\"generationConfig\":"
                   "{\"responseModalities\":[\"AUDIO\"]}}}");
  g_assert_false (back->response_text);
  g_assert_null (back->system_instruction);
  g_assert_cmpint (back->prefix_padding_ms, ==, -1);
  g_assert_cmpint (back->silence_duration_ms, ==, -1);
}

/* What is in the frame for each model of what not all of them take. */
static void
test_models (void)
{
  static const struct {
    const char *model;
    const char *thinking; /* asked for */
    const char *level;    /* sent */
    const char *behavior; /* of a blocking tool */
  } rows[] = {
    { "models/gemini-3.8-live", NULL, NULL, "BLOCKING" },
    { "models/gemini-3.8-live", "HIGH", NULL, "BLOCKING" },
    { "models/gemini-3.8-live-extended-thinking", NULL, "LOW", "NON_BLOCKING" },
    { "models/gemini-3.8-live-extended-thinking", "HIGH", "HIGH", "NON_BLOCKING" },
    { "models/gemini-3.1-flash-live-preview", NULL, "MINIMAL", NULL },
    { "models/gemini-2.5-flash-native-audio-preview-12-2025", "LOW", NULL, "BLOCKING" },
    { "projects/p/locations/l/publishers/google/models/gemini-live-2.5-flash-native-audio", NULL,
      NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (LvSetup) setup = make_full (rows[i].model);
      g_autoptr (GBytes) frame = NULL;
      g_autofree char *text = NULL;
      g_autofree char *tool = g_strdup_printf (
          "{\"name\":\"b\"%s%s%s}", rows[i].behavior != NULL ? ",\"behavior\":\"" : "",
          rows[i].behavior != NULL ? rows[i].behavior : "", rows[i].behavior != NULL ? "\"" : "");
      g_autofree char *level = g_strdup_printf ("{\"thinkingLevel\":\"%s\"}", rows[i].level);

      setup->thinking_level = g_strdup (rows[i].thinking);
      frame = lv_encode_setup (setup);
      text = lv_test_dup_text (frame);
      g_test_message ("%s", text);
      g_assert_nonnull (strstr (text, tool));
      g_assert_cmpint (strstr (text, "thinkingLevel") != NULL, ==, rows[i].level != NULL);
      if (rows[i].level != NULL)
        g_assert_nonnull (strstr (text, level));
    }
}

static void
test_wire_types (void)
{
  g_autoptr (LvSetup) setup = make_full ("models/gemini-3.8-live");
  g_autoptr (GBytes) frame = lv_encode_setup (setup);
  g_autofree char *text = lv_test_dup_text (frame);

  g_assert_nonnull (strstr (
      text, "\"parameters\":{\"type\":\"OBJECT\",\"properties\":{\"x\":{\"type\":\"INTEGER\"}}}"));
}

static void
test_instruction_paragraphs (void)
{
  static const struct {
    const char *text, *back;
  } rows[] = {
    { "", "" },         { "\n\n", "" }, { "a", "a" }, { "\n\na\n\n\n\nb\n\n", "a\n\nb" },
    { "a\nb", "a\nb" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (LvSetup) setup = lv_setup_new ("m");
      g_autoptr (GBytes) frame = NULL;
      g_autoptr (LvSetup) back = NULL;

      setup->system_instruction = g_strdup (rows[i].text);
      frame = lv_encode_setup (setup);
      back = decode (frame);
      g_assert_cmpstr (back->system_instruction, ==, rows[i].back);
    }
}

static void
test_extra (void)
{
  static const struct {
    const char *extra, *expected;
  } rows[] = {
    { "{}", "{\"model\":\"m\",\"generationConfig\":{\"responseModalities\":[\"AUDIO\"]}}" },
    { "{\"generationConfig\":{\"temperature\":0.5},\"labels\":{\"a\":\"b\"},"
      "\"realtimeInputConfig\":{\"automaticActivityDetection\":null}}",
      "{\"model\":\"m\",\"generationConfig\":{\"responseModalities\":[\"AUDIO\"],\"temperature\":0."
      "5},"
      "\"labels\":{\"a\":\"b\"},\"realtimeInputConfig\":{\"automaticActivityDetection\":null}}" },
    { "{\"model\":\"other\",\"generationConfig\":{\"responseModalities\":[\"TEXT\"]}}",
      "{\"model\":\"other\",\"generationConfig\":{\"responseModalities\":[\"TEXT\"]}}" },
    { "[1]", "{\"model\":\"m\",\"generationConfig\":{\"responseModalities\":[\"AUDIO\"]}}" },
    { "{", "{\"model\":\"m\",\"generationConfig\":{\"responseModalities\":[\"AUDIO\"]}}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (LvSetup) setup = lv_setup_new ("m");
      g_autoptr (GBytes) frame = NULL;
      g_autofree char *text = NULL;
      g_autofree char *expected = g_strdup_printf ("{\"setup\":%s}", rows[i].expected);

      setup->extra = g_strdup (rows[i].extra);
      frame = lv_encode_setup (setup);
      text = lv_test_dup_text (frame);
      g_assert_cmpstr (text, ==, expected);
    }
}

static void
test_client_message (void)
{
  g_autoptr (LvClientMessage) message = lv_client_message_new (LV_CLIENT_SETUP);
  g_autoptr (GBytes) frame = NULL;
  g_autoptr (GBytes) direct = NULL;

  message->setup = make_full ("models/gemini-3.8-live");
  frame = lv_encode_client (message);
  direct = lv_encode_setup (message->setup);
  g_assert_true (g_bytes_equal (frame, direct));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/setup/round-trip", test_round_trip);
  g_test_add_func ("/setup/defaults", test_defaults);
  g_test_add_func ("/setup/models", test_models);
  g_test_add_func ("/setup/wire-types", test_wire_types);
  g_test_add_func ("/setup/instruction", test_instruction_paragraphs);
  g_test_add_func ("/setup/extra", test_extra);
  g_test_add_func ("/setup/client-message", test_client_message);
  return g_test_run ();
}
