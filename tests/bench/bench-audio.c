/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a message of audio costs: frame to PCM and PCM to frame, here, with json-glib and g_base64_*, and with
 * node's JSON and Buffer. Fails when it is not several times as quick as they are. TAP with nanoseconds a message and
 * ratios.
 * Usage: bench-audio SCRIPT, the script that node runs.
 */
#include "base/lv-pcm.h"
#include "protocol/lv-audio-scan.h"
#include "protocol/lv-encode.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUND_US (20 * 1000)
#define ROUNDS 9
#define ATTEMPTS 3 /* who shares the machine may disturb all rounds of one side */
#define JSON_GLIB_RATIO 8.0
#define NODE_RATIO 2.0

typedef struct {
  guint ms;
  gint16 *samples; /* LV_RATE_OUT */
  gsize n_samples;
  GBytes *frame; /* as the server sends it */
  GString *sent; /* as it goes to one */
} Case;

typedef void (*Operation) (const Case *c);

/* Nanoseconds of a message; the best so far. */
typedef struct {
  double decode, encode;
} Times;

static void
case_init (Case *c, guint ms)
{
  g_autoptr (LvServerMessage) message = lv_server_message_new ();
  g_autoptr (GBytes) pcm = NULL;

  c->ms = ms;
  c->n_samples = LV_RATE_OUT * ms / 1000;
  c->samples = g_new (gint16, c->n_samples);
  for (gsize i = 0; i < c->n_samples; i++)
    c->samples[i] = (gint16) (12000 * sin (i * 0.115) + 3000 * sin (i * 1.7));

  pcm = g_bytes_new (c->samples, c->n_samples * sizeof *c->samples);
  message->model_turn = lv_content_new (LV_ROLE_MODEL);
  lv_content_add_blob (message->model_turn, lv_blob_new ("audio/pcm;rate=24000", pcm));
  c->frame = lv_encode_server (message);
  c->sent = g_string_new (NULL);
}

static void
case_clear (Case *c)
{
  g_free (c->samples);
  g_bytes_unref (c->frame);
  g_string_free (c->sent, TRUE);
}

/* ---- the operations ---- */

static void
decode_here (const Case *c)
{
  guint rate;
  g_autoptr (LvPcmBlock) pcm = lv_audio_scan (c->frame, &rate);

  g_assert_cmpuint (lv_pcm_block_get_length (pcm), ==, c->n_samples);
}

static void
encode_here (const Case *c)
{
  lv_encode_audio (c->sent, c->samples, c->n_samples, LV_RATE_IN);
  g_assert_cmpuint (c->sent->len, >, c->n_samples * sizeof *c->samples);
}

static void
decode_json_glib (const Case *c)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  gsize length, n_bytes;
  const char *text = g_bytes_get_data (c->frame, &length);
  JsonObject *object;
  JsonArray *parts;
  g_autofree guchar *pcm = NULL;

  g_assert_true (json_parser_load_from_data (parser, text, (gssize) length, NULL));
  object = json_node_get_object (json_parser_get_root (parser));
  object = json_object_get_object_member (object, "serverContent");
  object = json_object_get_object_member (object, "modelTurn");
  parts = json_object_get_array_member (object, "parts");
  object = json_object_get_object_member (json_array_get_object_element (parts, 0), "inlineData");
  pcm = g_base64_decode (json_object_get_string_member (object, "data"), &n_bytes);
  g_assert_cmpuint (n_bytes, ==, c->n_samples * sizeof *c->samples);
}

static void
encode_json_glib (const Case *c)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *data =
      g_base64_encode ((const guchar *) c->samples, c->n_samples * sizeof *c->samples);
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *frame = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "realtimeInput");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "audio");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "mimeType");
  json_builder_add_string_value (builder, "audio/pcm;rate=16000");
  json_builder_set_member_name (builder, "data");
  json_builder_add_string_value (builder, data);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  frame = json_to_string (root, FALSE);
  g_assert_nonnull (frame);
}

/* ---- timing ---- */

/* Nanoseconds of one call: the best of several rounds, as the others were disturbed. */
static double
measure (Operation operation, const Case *c)
{
  double best = INFINITY;

  for (guint round = 0; round < ROUNDS; round++)
    {
      gint64 start = g_get_monotonic_time (), now;
      guint n_calls = 0;

      do
        {
          for (guint i = 0; i < 10; i++)
            operation (c);
          n_calls += 10;
          now = g_get_monotonic_time ();
        }
      while (now - start < ROUND_US);
      best = MIN (best, (now - start) * 1000.0 / n_calls);
    }
  return best;
}

static void
keep_best (Times *times, double decode, double encode)
{
  times->decode = MIN (times->decode, decode);
  times->encode = MIN (times->encode, encode);
}

/* The script prints "DECODE ENCODE". */
static void
measure_node (const char *script, const Case *c, Times *times)
{
  g_autofree char *node = g_find_program_in_path ("node");
  g_autofree char *ms = g_strdup_printf ("%u", c->ms);
  const char *argv[] = { node, script, ms, NULL };
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  double decode, encode;

  if (node == NULL)
    {
      printf ("Bail out! There is no node to compare with\n");
      exit (1);
    }
  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL, NULL,
                     &error))
    g_error ("%s", error->message);
  if (sscanf (output, "%lf %lf", &decode, &encode) != 2)
    g_error ("%s: unexpected output", script);
  keep_best (times, decode, encode);
}

static gboolean
is_quicker (const Times *here, const Times *other, double ratio)
{
  return other->decode / here->decode >= ratio && other->encode / here->encode >= ratio;
}

/* A test of its own. */
static void
compare (const char *what, guint ms, double here, const char *with, double other, double expected)
{
  static guint n_tests;

  printf ("%s %u - %s %4u ms: %7.0f ns, %s %8.0f ns: %.1fx, %.0fx is expected\n",
          other / here >= expected ? "ok" : "not ok", ++n_tests, what, ms, here, with, other,
          other / here, expected);
}

static gboolean
run_case (const Case *c, const char *script)
{
  Times here = { INFINITY, INFINITY }, json_glib = here, node = here;
  gboolean good = FALSE;

  for (guint i = 0; i < ATTEMPTS && !good; i++)
    {
      keep_best (&here, measure (decode_here, c), measure (encode_here, c));
      keep_best (&json_glib, measure (decode_json_glib, c), measure (encode_json_glib, c));
      measure_node (script, c, &node);
      good =
          is_quicker (&here, &json_glib, JSON_GLIB_RATIO) && is_quicker (&here, &node, NODE_RATIO);
    }
  compare ("decode", c->ms, here.decode, "json-glib", json_glib.decode, JSON_GLIB_RATIO);
  compare ("encode", c->ms, here.encode, "json-glib", json_glib.encode, JSON_GLIB_RATIO);
  compare ("decode", c->ms, here.decode, "node", node.decode, NODE_RATIO);
  compare ("encode", c->ms, here.encode, "node", node.encode, NODE_RATIO);
  return good;
}

int
main (int argc, char **argv)
{
  static const guint lengths[] = { 20, 200, 1000 };
  gboolean good = TRUE;

  g_assert_cmpint (argc, ==, 2);
  printf ("1..%u\n", (guint) G_N_ELEMENTS (lengths) * 4);
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      Case c;

      case_init (&c, lengths[i]);
      good &= run_case (&c, argv[1]);
      case_clear (&c);
    }
  return good ? 0 : 1;
}
