/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-sound-json.h"

#include "base/lv-base64.h"
#include "base/lv-error.h"
#include "protocol/lv-json-writer.h"
#include "protocol/lv-json.h"

#include <string.h>

/* ---- writing ---- */

void
lv_sound_json_add (GString *json, guint64 n_samples, guint rate, const LvEnvelopeStep *steps)
{
  guint n_steps = lv_envelope_count (n_samples, rate);

  lv_json_open (json, "envelope", '{');
  lv_json_add_int (json, "samples", (gint64) n_samples);
  lv_json_add_int (json, "rate", rate);
  lv_json_open (json, "rms", '[');
  for (guint i = 0; i < n_steps; i++)
    lv_json_add_int (json, NULL, steps[i].rms);
  lv_json_close (json, ']');
  lv_json_open (json, "peak", '[');
  for (guint i = 0; i < n_steps; i++)
    lv_json_add_int (json, NULL, steps[i].peak);
  lv_json_close (json, ']');
  lv_json_close (json, '}');
}

static gboolean
is_rate (gint64 rate)
{
  return rate >= LV_ENVELOPE_RATE_MIN && rate <= LV_ENVELOPE_RATE_MAX;
}

gboolean
lv_sound_json_add_data (GString *json, const char *data, guint rate)
{
  gsize length = strlen (data);
  g_autofree guint8 *pcm = g_malloc (lv_base64_decoded_bound (length));
  g_autofree LvEnvelopeStep *steps = NULL;
  const gint16 *samples = (const gint16 *) (gpointer) pcm;
  gsize n_bytes, n_samples;
  guint n_steps;

  if (!is_rate (rate) || !lv_base64_decode (data, length, pcm, &n_bytes) ||
      n_bytes % sizeof (gint16) != 0)
    return FALSE;
  n_samples = n_bytes / sizeof (gint16);
  n_steps = lv_envelope_count (n_samples, rate);
  if (n_steps > LV_ENVELOPE_STEPS_MAX)
    return FALSE;
  steps = g_new (LvEnvelopeStep, n_steps);
  for (guint i = 0; i < n_steps; i++)
    steps[i] = lv_envelope_measure (samples, n_samples, rate, i);
  lv_sound_json_add (json, n_samples, rate, steps);
  return TRUE;
}

/* ---- reading ---- */

static gboolean
fail (GError **error)
{
  g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                       "an envelope must have samples, rate, and rms and peak for each 20 ms");
  return FALSE;
}

static gboolean
read_integer (JsonObject *object, const char *name, gint64 max, gint64 *ret_value)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && lv_json_get_integer (node, 0, max, ret_value);
}

static gboolean
read_step (JsonArray *rms, JsonArray *peak, guint i, LvEnvelopeStep *ret_step)
{
  gint64 value[2];

  if (!lv_json_get_integer (json_array_get_element (rms, i), 0, 32768, &value[0]) ||
      !lv_json_get_integer (json_array_get_element (peak, i), 0, 32768, &value[1]))
    return FALSE;
  *ret_step = (LvEnvelopeStep){ (guint16) value[0], (guint16) value[1] };
  return TRUE;
}

/* NULL: these are not @n_steps steps. */
static LvEnvelopeStep *
read_steps (JsonObject *envelope, guint n_steps)
{
  JsonArray *rms = lv_json_find_array (envelope, "rms");
  JsonArray *peak = lv_json_find_array (envelope, "peak");
  g_autofree LvEnvelopeStep *steps = NULL;

  if (rms == NULL || peak == NULL || json_array_get_length (rms) != n_steps ||
      json_array_get_length (peak) != n_steps)
    return NULL;
  steps = g_new (LvEnvelopeStep, n_steps + 1);
  for (guint i = 0; i < n_steps; i++)
    if (!read_step (rms, peak, i, &steps[i]))
      return NULL;
  return g_steal_pointer (&steps);
}

static char *
render_base64 (const LvEnvelopeStep *steps, gsize n_samples, guint rate)
{
  g_autofree gint16 *samples = g_new (gint16, n_samples + 1);
  gsize n_bytes = n_samples * sizeof *samples;
  gsize length = lv_base64_encoded_length (n_bytes);
  char *text = g_malloc (length + 1);

  lv_envelope_render (steps, samples, n_samples, rate);
  lv_base64_encode ((const guint8 *) samples, n_bytes, text);
  text[length] = '\0';
  return text;
}

static gboolean
render_envelope (JsonObject *blob, JsonObject *envelope, guint *n_left, GError **error)
{
  g_autofree LvEnvelopeStep *steps = NULL;
  g_autofree char *data = NULL;
  gint64 n_samples, rate;
  guint n_steps;

  if (!read_integer (envelope, "samples", G_MAXINT32, &n_samples) ||
      !read_integer (envelope, "rate", LV_ENVELOPE_RATE_MAX, &rate) || !is_rate (rate))
    return fail (error);
  n_steps = lv_envelope_count ((guint64) n_samples, (guint) rate);
  if (n_steps > *n_left)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_TOO_LARGE, "a frame with more than %d s of sound",
                   LV_ENVELOPE_STEPS_MAX * LV_ENVELOPE_STEP_MS / 1000);
      return FALSE;
    }
  steps = read_steps (envelope, n_steps);
  if (steps == NULL)
    return fail (error);
  *n_left -= n_steps;
  data = render_base64 (steps, (gsize) n_samples, (guint) rate);
  json_object_set_string_member (blob, "data", data);
  json_object_remove_member (blob, "envelope");
  return TRUE;
}

static gboolean render_tree (JsonNode *node, guint *n_left, GError **error);

static gboolean
render_list (GList *nodes /* borrowed values, owned list */, guint *n_left, GError **error)
{
  gboolean done = TRUE;

  for (GList *link = nodes; done && link != NULL; link = link->next)
    done = render_tree (link->data, n_left, error);
  g_list_free (nodes);
  return done;
}

/* Recursion as deep as lv_json_parse_frame() lets a tree be. */
static gboolean
render_tree (JsonNode *node, guint *n_left, GError **error)
{
  JsonObject *object;
  JsonObject *envelope;

  if (JSON_NODE_HOLDS_ARRAY (node))
    return render_list (json_array_get_elements (json_node_get_array (node)), n_left, error);
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return TRUE;
  object = json_node_get_object (node);
  envelope = lv_json_find_object (object, "envelope");
  if (envelope != NULL && lv_json_find_string (object, "mimeType") != NULL)
    return render_envelope (object, envelope, n_left, error);
  return render_list (json_object_get_values (object), n_left, error);
}

gboolean
lv_sound_json_render (JsonNode *root, GError **error)
{
  guint n_left = LV_ENVELOPE_STEPS_MAX;

  return render_tree (root, &n_left, error);
}
