/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers of lv-field.h: truth values, integers, doubles, durations, and lists of them.
 */
#include "protocol/lv-field.h"

#include <math.h>
#include <string.h>

gboolean
lv_read_bool (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
              gpointer base)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return lv_reader_expected (reader, path, "boolean", node);
  *LV_FIELD_MEMBER (gboolean, base, field) = json_node_get_boolean (node);
  return TRUE;
}

static void
write_bool (LvWriter *writer, const LvField *field, gconstpointer base)
{
  lv_json_add_flag (writer->json, field->name, *LV_FIELD_MEMBER (gboolean, base, field));
}

gboolean
lv_read_int (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
             gpointer base)
{
  gint64 value;

  if (!lv_json_get_integer (node, G_MININT32, G_MAXINT32, &value))
    return lv_reader_expected (reader, path, "integer", node);
  *LV_FIELD_MEMBER (int, base, field) = (int) value;
  return TRUE;
}

static gboolean
read_count (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
            gpointer base)
{
  gint64 value;

  if (!lv_json_get_integer (node, 0, G_MAXUINT32, &value))
    return lv_reader_expected (reader, path, "integer", node);
  *LV_FIELD_MEMBER (guint, base, field) = (guint) value;
  return TRUE;
}

static void
write_int (LvWriter *writer, const LvField *field, gconstpointer base)
{
  int value = *LV_FIELD_MEMBER (int, base, field);

  if (value != 0)
    lv_json_add_int (writer->json, field->name, value);
}

static void
write_natural (LvWriter *writer, const LvField *field, gconstpointer base)
{
  int value = *LV_FIELD_MEMBER (int, base, field);

  if (value >= 0)
    lv_json_add_int (writer->json, field->name, value);
}

static void
write_any_int (LvWriter *writer, const LvField *field, gconstpointer base)
{
  int value = *LV_FIELD_MEMBER (int, base, field);

  if (value != G_MININT)
    lv_json_add_int (writer->json, field->name, value);
}

static void
write_count (LvWriter *writer, const LvField *field, gconstpointer base)
{
  guint value = *LV_FIELD_MEMBER (guint, base, field);

  if (value != 0)
    lv_json_add_int (writer->json, field->name, value);
}

/* protobuf writes 64 bits as a string, because JavaScript would round them. */
gboolean
lv_read_int64 (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
               gpointer base)
{
  gint64 value;

  if (!lv_json_get_integer (node, G_MININT64, G_MAXINT64, &value))
    return lv_reader_expected (reader, path, "long", node);
  *LV_FIELD_MEMBER (gint64, base, field) = value;
  return TRUE;
}

static void
write_int64 (LvWriter *writer, const LvField *field, gconstpointer base)
{
  gint64 value = *LV_FIELD_MEMBER (gint64, base, field);
  g_autofree char *text = NULL;

  if (value <= 0)
    return;
  text = g_strdup_printf ("%" G_GINT64_FORMAT, value);
  lv_json_add_string (writer->json, field->name, text);
}

static gboolean
get_number (JsonNode *node, double *ret_value)
{
  GType type = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_value_type (node) : G_TYPE_NONE;

  if (type == G_TYPE_INT64 || type == G_TYPE_DOUBLE)
    *ret_value = json_node_get_double (node);
  return type == G_TYPE_INT64 || type == G_TYPE_DOUBLE;
}

gboolean
lv_read_number (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                gpointer base)
{
  return get_number (node, LV_FIELD_MEMBER (double, base, field)) ||
         lv_reader_expected (reader, path, "number", node);
}

static void
write_number (LvWriter *writer, const LvField *field, gconstpointer base)
{
  double value = *LV_FIELD_MEMBER (double, base, field);

  if (!isnan (value))
    lv_json_add_double (writer->json, field->name, value);
}

static gboolean
read_counts_element (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                     const LvField *field, gpointer base)
{
  gint64 value;
  guint count;

  if (!lv_json_get_integer (node, 0, G_MAXUINT32, &value))
    return lv_reader_expected (reader, path, "integer", node);
  count = (guint) value;
  g_array_append_val (*LV_FIELD_MEMBER (GArray *, base, field), count);
  return TRUE;
}

static gboolean
read_counts (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
             gpointer base)
{
  GArray **member = LV_FIELD_MEMBER (GArray *, base, field);

  if (*member == NULL)
    *member = g_array_new (FALSE, FALSE, sizeof (guint));
  return lv_read_elements (reader, path, node, read_counts_element, field, base);
}

static void
write_counts (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const GArray *array = *LV_FIELD_MEMBER (GArray *, base, field);

  if (array == NULL || array->len == 0)
    return;
  lv_json_open (writer->json, field->name, '[');
  for (guint i = 0; i < array->len; i++)
    lv_json_add_int (writer->json, NULL, g_array_index (array, guint, i));
  lv_json_close (writer->json, ']');
}

static gboolean
read_numbers_element (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                      const LvField *field, gpointer base)
{
  double value;

  if (!get_number (node, &value))
    return lv_reader_expected (reader, path, "number", node);
  g_array_append_val (*LV_FIELD_MEMBER (GArray *, base, field), value);
  return TRUE;
}

static gboolean
read_numbers (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
              gpointer base)
{
  GArray **member = LV_FIELD_MEMBER (GArray *, base, field);

  if (*member == NULL)
    *member = g_array_new (FALSE, FALSE, sizeof (double));
  return lv_read_elements (reader, path, node, read_numbers_element, field, base);
}

static void
write_numbers (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const GArray *array = *LV_FIELD_MEMBER (GArray *, base, field);

  if (array == NULL || array->len == 0)
    return;
  lv_json_open (writer->json, field->name, '[');
  for (guint i = 0; i < array->len; i++)
    lv_json_add_double (writer->json, NULL, g_array_index (array, double, i));
  lv_json_close (writer->json, ']');
}

static gboolean
read_true (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
           gpointer base)
{
  const LvField flag = { .name = field->name };
  gboolean value = FALSE;

  return lv_read_bool (reader, path, node, &flag, &value) &&
         (value || lv_reader_wrong (reader, NULL, reader->code, LV_INVALID_ARGUMENT));
}

static void
write_true (LvWriter *writer, const LvField *field, gconstpointer base)
{
  lv_json_add_flag (writer->json, field->name, TRUE);
}

/* ---- durations ---- */

/* A member of {seconds, nanos}, 0 when it is absent. */
static gint64
get_integer_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  gint64 value = 0;

  return node != NULL && lv_json_get_integer (node, 0, G_MAXINT32, &value) ? value : 0;
}

static gboolean
get_duration (JsonNode *node, gint64 *ret_us)
{
  const char *text = lv_json_get_string (node);
  double seconds = 0.0;

  if (text != NULL)
    {
      char *end;

      seconds = g_ascii_strtod (text, &end);
      if (end == text || strcmp (end, "s") != 0)
        return FALSE;
    }
  else if (JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_node_get_object (node);

      seconds = get_integer_member (object, "seconds") + get_integer_member (object, "nanos") / 1e9;
    }
  else
    return FALSE;

  if (!(seconds >= 0.0 && seconds <= 1e9))
    return FALSE;
  *ret_us = (gint64) llround (seconds * G_USEC_PER_SEC);
  return TRUE;
}

static gboolean
read_duration (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
               gpointer base)
{
  gint64 value;

  if (!get_duration (node, &value))
    return lv_reader_expected (reader, path, "duration", node);
  *LV_FIELD_MEMBER (gint64, base, field) = value;
  return TRUE;
}

/* Whole seconds, or with six digits behind the point. */
static void
write_duration (LvWriter *writer, const LvField *field, gconstpointer base)
{
  gint64 us = *LV_FIELD_MEMBER (gint64, base, field);
  gint64 seconds = us / G_USEC_PER_SEC;
  int fraction = (int) (us % G_USEC_PER_SEC);
  g_autofree char *text = NULL;

  if (us < 0)
    return;
  text = fraction == 0 ? g_strdup_printf ("%" G_GINT64_FORMAT "s", seconds)
                       : g_strdup_printf ("%" G_GINT64_FORMAT ".%06ds", seconds, fraction);
  lv_json_add_string (writer->json, field->name, text);
}

const LvKind lv_as_bool = { lv_read_bool, write_bool, LV_SHAPE_VALUE };
const LvKind lv_as_int = { lv_read_int, write_int, LV_SHAPE_VALUE };
const LvKind lv_as_natural = { lv_read_int, write_natural, LV_SHAPE_VALUE };
const LvKind lv_as_any_int = { lv_read_int, write_any_int, LV_SHAPE_VALUE };
const LvKind lv_as_count = { read_count, write_count, LV_SHAPE_VALUE };
const LvKind lv_as_counts = { read_counts, write_counts, LV_SHAPE_VALUES };
const LvKind lv_as_int64 = { lv_read_int64, write_int64, LV_SHAPE_VALUE };
const LvKind lv_as_number = { lv_read_number, write_number, LV_SHAPE_VALUE };
const LvKind lv_as_numbers = { read_numbers, write_numbers, LV_SHAPE_VALUES };
const LvKind lv_as_true = { read_true, write_true, LV_SHAPE_VALUE };
const LvKind lv_as_duration = { read_duration, write_duration, LV_SHAPE_VALUE };
