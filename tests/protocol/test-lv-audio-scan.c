/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-audio-scan.h"

#include "base/lv-pcm.h"
#include "protocol/lv-decode.h"
#include "protocol/lv-encode.h"
#include "protocol/lv-protocol-test.h"

#include <string.h>

#define DATA "\"data\":\"AQACAA==\""
#define MIME "\"mimeType\":\"audio/pcm;rate=24000\""
#define INLINE "{\"inlineData\":{" MIME "," DATA "}}"
#define TURN(parts) "{\"serverContent\":{\"modelTurn\":{\"parts\":[" parts "]}}}"

static LvPcmBlock *
scan (const char *text, guint *ret_rate)
{
  g_autoptr (GBytes) frame = lv_test_bytes (text);

  return lv_audio_scan (frame, ret_rate);
}

static void
assert_holds (LvPcmBlock *pcm, gconstpointer bytes, gsize n_bytes)
{
  g_assert_cmpmem (lv_pcm_block_get_samples (pcm),
                   lv_pcm_block_get_length (pcm) * LV_BYTES_PER_FRAME, bytes, n_bytes);
}

static void
test_taken (void)
{
  static const struct {
    const char *text;
    guint rate;
  } rows[] = {
    { TURN (INLINE), 24000 },
    { TURN ("{\"inlineData\":{" DATA "," MIME "}}"), 24000 },
    { TURN ("{\"inlineData\":{\"mimeType\":\"audio/pcm;rate=16000\"," DATA "}}"), 16000 },
    { "{\"serverContent\":{\"modelTurn\":{\"role\":\"model\",\"parts\":[" INLINE "]}}}", 24000 },
    { "{\"serverContent\":{\"modelTurn\":{\"parts\":[" INLINE "],\"role\":\"model\"}}}", 24000 },
    { " {\n \"serverContent\" : {\t\"modelTurn\" : { \"parts\" : [ { \"inlineData\" :\r{ " MIME
      " , " DATA " } } ] } }\n}\n ",
      24000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint rate = 0;
      g_autoptr (LvPcmBlock) pcm = scan (rows[i].text, &rate);

      g_test_message ("%s", rows[i].text);
      g_assert_nonnull (pcm);
      assert_holds (pcm, "\1\0\2\0", 4);
      g_assert_cmpuint (rate, ==, rows[i].rate);
    }
}

static void
test_left (void)
{
  static const char *const rows[] = {
    "",
    " ",
    "{}",
    "[]",
    "null",
    TURN (""),
    TURN (INLINE "," INLINE),
    TURN (INLINE ","),
    TURN ("{\"text\":\"a\"}"),
    TURN ("{\"inlineData\":{}}"),
    TURN ("{\"inlineData\":{" MIME "}}"),
    TURN ("{\"inlineData\":{" DATA "}}"),
    TURN ("{\"inlineData\":{" MIME "," DATA "," DATA "}}"),
    TURN ("{\"inlineData\":{" MIME "," DATA ",\"x\":1}}"),
    TURN ("{\"inlineData\":{" MIME "," DATA "},\"thought\":true}"),
    TURN ("{\"inlineData\":{\"mimeType\":\"image/png\"," DATA "}}"),
    TURN ("{\"inlineData\":{\"mimeType\":\"audio/pcm\"," DATA "}}"),
    TURN ("{\"inlineData\":{\"mimeType\":\"audio/pcm; rate=24000\"," DATA "}}"),
    TURN ("{\"inlineData\":{\"mimeType\":\"audio/pcm;rate=24000;x\"," DATA "}}"),
    TURN ("{\"inlineData\":{\"mimeType\":\"audio/pcm;rate=024000\"," DATA "}}"),
    TURN ("{\"inlineData\":{\"mimeType\":\"audio\\/pcm\"," DATA "}}"),
    TURN ("{\"inlineData\":{\"mimeType\":\"audio/pcm;"
          "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"," DATA "}}"),
    TURN ("{\"inlineData\":{" MIME ",\"data\":\"AQACAA\\u003d\\u003d\"}}"),
    TURN ("{\"inlineData\":{" MIME ",\"data\":\"AQAC\"}}"),
    TURN ("{\"inlineData\":{" MIME ",\"data\":\"AQACA\"}}"),
    TURN ("{\"inlineData\":{" MIME ",\"data\":5}}"),
    TURN ("{\"inline_data\":{" MIME "," DATA "}}"),
    "{\"serverContent\":{\"modelTurn\":{}}}",
    "{\"serverContent\":{\"modelTurn\":{\"role\":\"model\"}}}",
    "{\"serverContent\":{\"modelTurn\":{\"role\":\"user\",\"parts\":[" INLINE "]}}}",
    "{\"serverContent\":{\"modelTurn\":{\"role\":\"model\",\"role\":\"model\",\"parts\":[" INLINE
    "]}}}",
    "{\"serverContent\":{\"modelTurn\":{\"parts\":[" INLINE "],\"parts\":[" INLINE "]}}}",
    "{\"serverContent\":{\"modelTurn\":{\"parts\":[" INLINE "],\"x\":1}}}",
    "{\"serverContent\":{\"modelTurn\":{\"parts\":[" INLINE "]},\"turnComplete\":true}}",
    "{\"serverContent\":{\"turnComplete\":true,\"modelTurn\":{\"parts\":[" INLINE "]}}}",
    "{\"serverContent\":{\"modelTurn\":{\"parts\":[" INLINE "]}},\"usageMetadata\":{}}",
    TURN (INLINE) "x",
    TURN (INLINE) TURN (INLINE),
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint rate;

      g_test_message ("%s", rows[i]);
      g_assert_null (scan (rows[i], &rate));
    }
}

/* What is left to the tree reads as the same samples there. */
static void
test_same_as_the_tree (void)
{
  for (gsize n_samples = 0; n_samples < 300; n_samples++)
    {
      g_autofree guint8 *bytes = g_malloc (n_samples * 2 + 1);
      g_autoptr (GBytes) pcm = NULL;
      g_autoptr (LvServerMessage) message = lv_server_message_new ();
      g_autoptr (GBytes) frame = NULL;
      g_autoptr (LvPcmBlock) fast = NULL;
      g_autoptr (LvServerMessage) slow = NULL;
      const LvPart *part;
      guint rate;

      for (gsize i = 0; i < n_samples * 2; i++)
        bytes[i] = (guint8) g_test_rand_int ();
      pcm = g_bytes_new (bytes, n_samples * 2);
      message->model_turn = lv_content_new (LV_ROLE_MODEL);
      lv_content_add_blob (message->model_turn, lv_blob_new ("audio/pcm;rate=24000", pcm));
      frame = lv_encode_server (message);

      fast = lv_audio_scan (frame, &rate);
      slow = lv_decode_server (frame, NULL);
      part = slow->model_turn->parts->pdata[0];
      assert_holds (fast, bytes, n_samples * 2);
      g_assert_cmpuint (rate, ==, 24000);
      g_assert_true (g_bytes_equal (part->blob->data, pcm));
    }
}

static void
test_nul_in_type (void)
{
  const char frame[] = TURN ("{\"inlineData\":{\"mimeType\":\"audio/pcm;rate=24000\0\"," DATA "}}");
  g_autoptr (GBytes) bytes = g_bytes_new_static (frame, sizeof frame - 1);
  guint rate;

  g_assert_null (lv_audio_scan (bytes, &rate));
  g_assert_null (lv_decode_server (bytes, NULL));
}

/* The limit of a frame holds on this path too. */
static void
test_too_large (void)
{
  g_autofree char *space = g_strnfill (LV_JSON_MAX_FRAME_BYTES, ' ');
  g_autofree char *text = g_strconcat (TURN (INLINE), space, NULL);
  g_autoptr (GBytes) frame = lv_test_bytes (text);
  g_autoptr (GError) error = NULL;
  guint rate;

  g_assert_null (lv_audio_scan (frame, &rate));
  g_assert_null (lv_decode_server (frame, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_SERVER);
}

static void
test_empty_bytes (void)
{
  g_autoptr (GBytes) frame = g_bytes_new (NULL, 0);
  guint rate;

  g_assert_null (lv_audio_scan (frame, &rate));
}

/* What json-glib and GLib's base64 make of a frame: its only audio, or NULL. */
static GBytes *
decode_plainly (GBytes *frame)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = lv_test_dup_text (frame);
  const char *path = "$.serverContent.modelTurn.parts[*].inlineData.data";
  g_autoptr (JsonNode) found = NULL;
  JsonArray *array;
  guchar *pcm;
  gsize n_bytes;

  if (!json_parser_load_from_data (parser, text, -1, NULL))
    return NULL;
  root = json_parser_steal_root (parser);
  found = root != NULL ? json_path_query (path, root, NULL) : NULL;
  array = found != NULL ? json_node_get_array (found) : NULL;
  if (array == NULL || json_array_get_length (array) != 1)
    return NULL;
  g_free (text);
  text = g_strdup (json_array_get_string_element (array, 0));
  g_strdelimit (text, "-", '+');
  g_strdelimit (text, "_", '/');
  pcm = g_base64_decode (text, &n_bytes);
  return g_bytes_new_take (pcm, n_bytes);
}

/* A frame with a few characters replaced, taken away or put in. */
static GBytes *
damage (const char *text)
{
  static const char interesting[] = "\"\\{}[],:=+/-_ \n\tAa0ue\x01\x7f\xc3";
  GString *frame = g_string_new (text);

  for (int n = g_test_rand_int_range (0, 4); n > 0; n--)
    {
      gssize at = g_test_rand_int_range (0, (gint32) frame->len);
      char c = interesting[g_test_rand_int_range (0, sizeof interesting - 1)];

      switch (g_test_rand_int_range (0, 3))
        {
        case 0:
          frame->str[at] = c;
          break;
        case 1:
          g_string_erase (frame, at, 1);
          break;
        default:
          g_string_insert_c (frame, at, c);
        }
    }
  return g_string_free_to_bytes (frame);
}

/* Whatever the fast path takes, a plain reader takes as well and finds the same sound in it. */
static void
test_same_as_json_glib (void)
{
  static const char *const frames[] = {
    TURN (INLINE),
    "{\"serverContent\":{\"modelTurn\":{\"role\":\"model\",\"parts\":[" INLINE "]}}}",
    TURN ("{\"inlineData\":{" MIME ",\"data\":\""
          "-_+/AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0e"
          "HyAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/QA==\"}}"),
  };
  guint n_taken = 0;

  for (guint i = 0; i < 30000; i++)
    {
      g_autoptr (GBytes) frame = damage (frames[i % G_N_ELEMENTS (frames)]);
      g_autoptr (GBytes) plain = NULL;
      guint rate;
      g_autoptr (LvPcmBlock) pcm = lv_audio_scan (frame, &rate);

      if (pcm == NULL)
        continue;
      n_taken++;
      plain = decode_plainly (frame);
      g_assert_nonnull (plain);
      assert_holds (pcm, g_bytes_get_data (plain, NULL), g_bytes_get_size (plain));
    }
  g_assert_cmpuint (n_taken, >, 5000);
  g_assert_cmpuint (n_taken, <, 25000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audio-scan/taken", test_taken);
  g_test_add_func ("/audio-scan/left", test_left);
  g_test_add_func ("/audio-scan/same-as-the-tree", test_same_as_the_tree);
  g_test_add_func ("/audio-scan/nul-in-type", test_nul_in_type);
  g_test_add_func ("/audio-scan/too-large", test_too_large);
  g_test_add_func ("/audio-scan/empty", test_empty_bytes);
  g_test_add_func ("/audio-scan/same-as-json-glib", test_same_as_json_glib);
  return g_test_run ();
}
