/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a message of audio costs: frame to PCM and PCM to frame, here, with json-glib and g_base64_*, and with
 * node's JSON and Buffer where it is installed. Prints nanoseconds a message and ratios.
 * Usage: bench-audio [SCRIPT], the script that node runs.
 */
#include "base/lv-pcm.h"
#include "protocol/lv-audio-scan.h"
#include "protocol/lv-encode.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define ROUND_US (20 * 1000)
#define ROUNDS 9

typedef struct {
  guint ms;
  gint16 *samples; /* LV_RATE_OUT */
  gsize n_samples;
  GBytes *frame; /* as the server sends it */
} Case;

typedef void (*Operation) (const Case *c);

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
}

static void
case_clear (Case *c)
{
  g_free (c->samples);
  g_bytes_unref (c->frame);
}

/* ---- the operations ---- */

static void
decode_here (const Case *c)
{
  guint rate;
  g_autoptr (GBytes) pcm = lv_audio_scan (c->frame, &rate);

  g_assert_cmpuint (g_bytes_get_size (pcm), ==, c->n_samples * sizeof *c->samples);
}

static void
encode_here (const Case *c)
{
  g_autoptr (GBytes) frame = lv_encode_audio (c->samples, c->n_samples, LV_RATE_IN);

  g_assert_cmpuint (g_bytes_get_size (frame), >, c->n_samples * sizeof *c->samples);
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

/* "DECODE ENCODE" in nanoseconds from the script; 0 where there is no node. */
static void
measure_node (const char *script, const Case *c, double *ret_decode, double *ret_encode)
{
  g_autofree char *node = g_find_program_in_path ("node");
  g_autofree char *ms = g_strdup_printf ("%u", c->ms);
  const char *argv[] = { node, script, ms, NULL };
  g_autofree char *output = NULL;

  *ret_decode = *ret_encode = 0.0;
  if (node == NULL || script == NULL ||
      !g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL, NULL,
                     NULL))
    return;
  if (sscanf (output, "%lf %lf", ret_decode, ret_encode) != 2)
    g_error ("%s: unexpected output", script);
}

static void
print_row (const char *what, guint ms, double here, double json_glib, double node)
{
  printf ("%-7s %5u ms %9.0f ns %11.0f ns %6.1fx", what, ms, here, json_glib, json_glib / here);
  if (node > 0.0)
    printf (" %11.0f ns %6.1fx", node, node / here);
  printf ("\n");
}

int
main (int argc, char **argv)
{
  static const guint lengths[] = { 20, 200, 1000 };

  printf ("%-7s %8s %12s %14s %7s %14s %7s\n", "", "audio", "here", "json-glib", "", "node", "");
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      Case c;
      double decode, encode;

      case_init (&c, lengths[i]);
      measure_node (argc > 1 ? argv[1] : NULL, &c, &decode, &encode);
      print_row ("decode", c.ms, measure (decode_here, &c), measure (decode_json_glib, &c), decode);
      print_row ("encode", c.ms, measure (encode_here, &c), measure (encode_json_glib, &c), encode);
      case_clear (&c);
    }
  return 0;
}
