/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-decode.h"
#include "protocol/lv-encode.h"
#include "protocol/lv-json-text.h"
#include "protocol/lv-protocol-test.h"

#include <string.h>

/* ---- client ---- */

/* Encoded, decoded and encoded again, the message is the same; returns what was decoded. */
static LvClientMessage *
send_client (const LvClientMessage *message, const char *expected)
{
  g_autoptr (GBytes) frame = lv_encode_client (message);
  g_autofree char *text = lv_test_dup_text (frame);
  g_autoptr (GError) error = NULL;
  g_autoptr (LvClientMessage) decoded = lv_decode_client (frame, &error);
  g_autoptr (GBytes) again = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpint (decoded->type, ==, message->type);
  again = lv_encode_client (decoded);
  g_assert_true (g_bytes_equal (frame, again));
  return g_steal_pointer (&decoded);
}

static void
test_content (void)
{
  LvContent *turn = lv_content_new_text (LV_ROLE_MODEL, "a \"b\"\n");
  g_autoptr (GBytes) data = lv_test_bytes ("xyz");
  g_autoptr (LvClientMessage) message = NULL;
  g_autoptr (LvClientMessage) decoded = NULL;
  const LvContent *content;
  const LvPart *part;

  lv_content_add_blob (turn, lv_blob_new ("image/png", data));
  message = lv_client_message_new_content (turn, TRUE);
  decoded =
      send_client (message, "{\"clientContent\":{\"turns\":[{\"role\":\"model\",\"parts\":["
                            "{\"text\":\"a \\\"b\\\"\\u000a\"},"
                            "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"eHl6\"}}]}],"
                            "\"turnComplete\":true}}");

  g_assert_true (decoded->turn_complete);
  g_assert_cmpuint (decoded->turns->len, ==, 1);
  content = decoded->turns->pdata[0];
  g_assert_cmpint (content->role, ==, LV_ROLE_MODEL);
  part = content->parts->pdata[0];
  g_assert_cmpstr (part->text, ==, "a \"b\"\n");
  part = content->parts->pdata[1];
  g_assert_true (g_bytes_equal (part->blob->data, data));
}

static void
test_content_without_turn (void)
{
  g_autoptr (LvClientMessage) message = lv_client_message_new_content (NULL, FALSE);
  g_autoptr (LvClientMessage) decoded = send_client (message, "{\"clientContent\":{\"turns\":[]}}");

  g_assert_false (decoded->turn_complete);
  g_assert_cmpuint (decoded->turns->len, ==, 0);
}

static void
test_realtime (void)
{
  static const struct {
    LvRealtimeKind kind;
    const char *expected;
  } rows[] = {
    { LV_REALTIME_ACTIVITY_START, "{\"realtimeInput\":{\"activityStart\":{}}}" },
    { LV_REALTIME_ACTIVITY_END, "{\"realtimeInput\":{\"activityEnd\":{}}}" },
    { LV_REALTIME_AUDIO_STREAM_END, "{\"realtimeInput\":{\"audioStreamEnd\":true}}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (LvClientMessage) message = lv_client_message_new_realtime (rows[i].kind);
      g_autoptr (LvClientMessage) decoded = send_client (message, rows[i].expected);

      g_assert_cmpint (decoded->realtime, ==, rows[i].kind);
    }
}

static void
test_realtime_media (void)
{
  static const LvRealtimeKind kinds[] = { LV_REALTIME_AUDIO, LV_REALTIME_VIDEO };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (LvClientMessage) message = lv_client_message_new_realtime (kinds[i]);
      g_autoptr (LvClientMessage) decoded = NULL;
      g_autoptr (GBytes) data = lv_test_bytes ("data");

      message->blob = lv_blob_new ("a/b", data);
      decoded = send_client (
          message,
          i == 0 ? "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"a/b\",\"data\":\"ZGF0YQ==\"}}}"
                 : "{\"realtimeInput\":{\"video\":{\"mimeType\":\"a/b\",\"data\":\"ZGF0YQ==\"}}}");
      g_assert_cmpint (decoded->realtime, ==, kinds[i]);
      g_assert_true (g_bytes_equal (decoded->blob->data, data));
    }
}

static void
test_text (void)
{
  g_autoptr (LvClientMessage) message = lv_client_message_new_text ("Gr\xc3\xbc\xc3\x9f dich");
  g_autoptr (LvClientMessage) decoded =
      send_client (message, "{\"realtimeInput\":{\"text\":\"Gr\xc3\xbc\xc3\x9f dich\"}}");

  g_assert_cmpint (decoded->realtime, ==, LV_REALTIME_TEXT);
  g_assert_cmpstr (decoded->text, ==, message->text);
}

/* What is not UTF-8 cannot make a frame that is not JSON. */
static void
test_text_not_utf8 (void)
{
  g_autoptr (LvClientMessage) message = lv_client_message_new_text ("a\xff");
  g_autoptr (LvClientMessage) decoded =
      send_client (message, "{\"realtimeInput\":{\"text\":\"a\xef\xbf\xbd\"}}");

  g_assert_cmpstr (decoded->text, ==, "a\xef\xbf\xbd");
}

static LvFunctionResponse *
make_response (const char *id, LvScheduling scheduling, gboolean will_continue)
{
  LvFunctionResponse *response = lv_function_response_new (id, "f", "{\"output\":1}");

  response->scheduling = scheduling;
  response->will_continue = will_continue;
  return response;
}

static void
test_tool_responses (void)
{
  g_autoptr (LvClientMessage) message = lv_client_message_new (LV_CLIENT_TOOL_RESPONSE);
  g_autoptr (LvClientMessage) decoded = NULL;
  g_autoptr (GBytes) frame = NULL;
  g_autoptr (GBytes) short_cut = NULL;

  g_ptr_array_add (message->responses, make_response ("1", LV_SCHEDULING_DEFAULT, FALSE));
  g_ptr_array_add (message->responses, make_response ("2", LV_SCHEDULING_SILENT, TRUE));
  g_ptr_array_add (message->responses, make_response ("3", LV_SCHEDULING_WHEN_IDLE, FALSE));
  g_ptr_array_add (message->responses, make_response (NULL, LV_SCHEDULING_INTERRUPT, FALSE));
  decoded = send_client (
      message,
      "{\"toolResponse\":{\"functionResponses\":["
      "{\"id\":\"1\",\"name\":\"f\",\"response\":{\"output\":1}},"
      "{\"id\":\"2\",\"name\":\"f\",\"response\":{\"output\":1},\"scheduling\":\"SILENT\","
      "\"willContinue\":true},"
      "{\"id\":\"3\",\"name\":\"f\",\"response\":{\"output\":1},\"scheduling\":\"WHEN_IDLE\"},"
      "{\"name\":\"f\",\"response\":{\"output\":1},\"scheduling\":\"INTERRUPT\"}]}}");

  for (guint i = 0; i < 4; i++)
    {
      const LvFunctionResponse *response = decoded->responses->pdata[i];

      g_assert_cmpint (response->scheduling, ==, (LvScheduling) i);
      g_assert_cmpstr (response->response, ==, "{\"output\":1}");
      g_assert_cmpint (response->will_continue, ==, i == 1);
    }
  frame = lv_encode_client (message);
  short_cut = lv_encode_tool_responses (message->responses);
  g_assert_true (g_bytes_equal (frame, short_cut));
}

/* The hot path gives what the general one gives. */
static void
test_audio (void)
{
  static const guint rates[] = { 8000, 16000, 48000, G_MAXUINT };
  gint16 samples[321];

  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    samples[i] = (gint16) g_test_rand_int ();
  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    for (gsize n = 0; n <= G_N_ELEMENTS (samples); n++)
      {
        g_autofree char *mime_type = g_strdup_printf ("audio/pcm;rate=%u", rates[i]);
        g_autoptr (GBytes) data = g_bytes_new (samples, n * sizeof *samples);
        g_autoptr (LvClientMessage) message = lv_client_message_new_realtime (LV_REALTIME_AUDIO);
        g_autoptr (GBytes) expected = NULL;
        g_autoptr (GString) frame = g_string_new ("what was there before");

        lv_encode_audio (frame, samples, n, rates[i]);
        message->blob = lv_blob_new (mime_type, data);
        expected = lv_encode_client (message);
        g_assert_cmpmem (frame->str, frame->len, g_bytes_get_data (expected, NULL),
                         g_bytes_get_size (expected));
      }
}

/* What a handler may return fits into a frame, however deep and long it is. */
static void
test_largest_result (void)
{
  g_autoptr (LvClientMessage) message = lv_client_message_new (LV_CLIENT_TOOL_RESPONSE);
  g_autoptr (GString) result = g_string_new (NULL);
  g_autofree char *wrapped = NULL;
  g_autoptr (GBytes) frame = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (LvClientMessage) decoded = NULL;

  for (guint i = 0; i < LV_JSON_MAX_DEPTH; i++)
    g_string_append_c (result, '[');
  for (guint i = 0; i < LV_JSON_MAX_NODES - LV_JSON_MAX_DEPTH; i++)
    g_string_append (result, i > 0 ? ",1" : "1");
  for (guint i = 0; i < LV_JSON_MAX_DEPTH; i++)
    g_string_append_c (result, ']');
  wrapped = lv_json_text_wrap_result (result->str, &error);
  g_assert_no_error (error);

  g_ptr_array_add (message->responses, lv_function_response_new ("1", "f", wrapped));
  frame = lv_encode_client (message);
  decoded = lv_decode_client (frame, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (((LvFunctionResponse *) decoded->responses->pdata[0])->response, ==, wrapped);
}

/* ---- server ---- */

static GBytes *
round_trip_server (const LvServerMessage *message, LvServerMessage **ret_decoded)
{
  GBytes *frame = lv_encode_server (message);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) again = NULL;

  *ret_decoded = lv_decode_server (frame, &error);
  g_assert_no_error (error);
  again = lv_encode_server (*ret_decoded);
  g_assert_true (g_bytes_equal (frame, again));
  return frame;
}

static void
fill_content (LvServerMessage *message)
{
  g_autoptr (GBytes) pcm = g_bytes_new ("\1\0\2\0", 4);

  message->interrupted = TRUE;
  message->model_turn = lv_content_new_text (LV_ROLE_MODEL, "text");
  lv_content_add_blob (message->model_turn, lv_blob_new ("audio/pcm;rate=24000", pcm));
  message->input_transcription = lv_transcription_new ("in", TRUE);
  message->input_transcription->language_code = g_strdup ("en-US");
  message->interim_input_transcription = lv_transcription_new ("interim", FALSE);
  message->output_transcription = lv_transcription_new ("out", FALSE);
  message->generation_complete = TRUE;
  message->waiting_for_input = TRUE;
  message->turn_complete = TRUE;
  message->turn_complete_reason = g_strdup ("NEED_MORE_INPUT");
  message->interaction_status = g_strdup ("IDLE");
}

static void
fill_rest (LvServerMessage *message)
{
  const LvUsage usage = { 1, 2, 3, 4, 5, 6, { 7, 8, 9 }, { 10, 11 }, { 0 }, { 0 }, "", "" };

  message->setup_complete = TRUE;
  message->session_id = g_strdup ("session");
  message->resumption_update = TRUE;
  message->resumption_handle = g_strdup ("handle");
  message->resumable = TRUE;
  message->function_calls = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_call_free);
  g_ptr_array_add (message->function_calls, lv_function_call_new ("i", "f", "{\"a\":1}"));
  g_ptr_array_add (message->function_calls, lv_function_call_new (NULL, "g", NULL));
  message->cancelled_ids = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (message->cancelled_ids, g_strdup ("i"));
  message->usage = g_memdup2 (&usage, sizeof usage);
  message->go_away_us = 9500000;
  message->error_code = 3;
  message->error_message = g_strdup ("error");
}

static void
test_server_all (void)
{
  g_autoptr (LvServerMessage) message = lv_server_message_new ();
  g_autoptr (LvServerMessage) decoded = NULL;
  g_autoptr (GBytes) frame = NULL;

  fill_content (message);
  fill_rest (message);
  frame = round_trip_server (message, &decoded);

  g_assert_cmpmem (decoded->usage, sizeof *decoded->usage, message->usage, sizeof *message->usage);
  g_assert_cmpint (decoded->go_away_us, ==, 9500000);
  g_assert_cmpint (decoded->error_code, ==, 3);
  g_assert_cmpstr (decoded->error_message, ==, "error");
  g_assert_cmpstr (decoded->session_id, ==, "session");
  g_assert_cmpstr (decoded->resumption_handle, ==, "handle");
  g_assert_cmpstr (decoded->turn_complete_reason, ==, "NEED_MORE_INPUT");
  g_assert_cmpstr (decoded->interaction_status, ==, "IDLE");
  g_assert_cmpstr (decoded->interim_input_transcription->text, ==, "interim");
  g_assert_cmpstr (decoded->input_transcription->language_code, ==, "en-US");
  g_assert_true (decoded->input_transcription->finished);
  g_assert_cmpuint (decoded->model_turn->parts->len, ==, 2);
  g_assert_cmpuint (decoded->function_calls->len, ==, 2);
  g_assert_cmpstr (decoded->cancelled_ids->pdata[0], ==, "i");
}

/* Each flag alone is enough for a serverContent, and nothing makes an empty frame. */
static void
test_server_flags (void)
{
  static const struct {
    gsize offset;
    const char *expected;
  } rows[] = {
    { G_STRUCT_OFFSET (LvServerMessage, interrupted),
      "{\"serverContent\":{\"interrupted\":true}}" },
    { G_STRUCT_OFFSET (LvServerMessage, generation_complete),
      "{\"serverContent\":{\"generationComplete\":true}}" },
    { G_STRUCT_OFFSET (LvServerMessage, waiting_for_input),
      "{\"serverContent\":{\"waitingForInput\":true}}" },
    { G_STRUCT_OFFSET (LvServerMessage, turn_complete),
      "{\"serverContent\":{\"turnComplete\":true}}" },
    { G_STRUCT_OFFSET (LvServerMessage, setup_complete), "{\"setupComplete\":{}}" },
    { G_STRUCT_OFFSET (LvServerMessage, resumption_update), "{\"sessionResumptionUpdate\":{}}" },
    { G_STRUCT_OFFSET (LvServerMessage, resumable), "{}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (LvServerMessage) message = lv_server_message_new ();
      g_autoptr (LvServerMessage) decoded = NULL;
      g_autoptr (GBytes) frame = NULL;
      g_autofree char *text = NULL;

      G_STRUCT_MEMBER (gboolean, message, rows[i].offset) = TRUE;
      frame = round_trip_server (message, &decoded);
      text = lv_test_dup_text (frame);
      g_assert_cmpstr (text, ==, rows[i].expected);
    }
}

static void
test_server_go_away (void)
{
  static const gint64 times[] = { 0, 1, 999999, 1000000, 9500000, G_GINT64_CONSTANT (3600000001) };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autoptr (LvServerMessage) message = lv_server_message_new ();
      g_autoptr (LvServerMessage) decoded = NULL;
      g_autoptr (GBytes) frame = NULL;

      message->go_away_us = times[i];
      frame = round_trip_server (message, &decoded);
      g_assert_cmpint (decoded->go_away_us, ==, times[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/encode/client/content", test_content);
  g_test_add_func ("/encode/client/content-without-turn", test_content_without_turn);
  g_test_add_func ("/encode/client/realtime", test_realtime);
  g_test_add_func ("/encode/client/realtime-media", test_realtime_media);
  g_test_add_func ("/encode/client/text", test_text);
  g_test_add_func ("/encode/client/text-not-utf8", test_text_not_utf8);
  g_test_add_func ("/encode/client/tool-responses", test_tool_responses);
  g_test_add_func ("/encode/client/largest-result", test_largest_result);
  g_test_add_func ("/encode/client/audio", test_audio);
  g_test_add_func ("/encode/server/all", test_server_all);
  g_test_add_func ("/encode/server/flags", test_server_flags);
  g_test_add_func ("/encode/server/go-away", test_server_go_away);
  return g_test_run ();
}
