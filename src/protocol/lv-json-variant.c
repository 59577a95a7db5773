/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-json-variant.h"

#include "protocol/lv-json-writer.h"

#include <math.h>

static void add_variant (GString *json, const char *name, GVariant *value);

static void
add_children (GString *json, const char *name, GVariant *value)
{
  lv_json_open (json, name, '[');
  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);

      add_variant (json, NULL, child);
    }
  lv_json_close (json, ']');
}

static void
add_dictionary (GString *json, const char *name, GVariant *value)
{
  GVariantIter iter;
  const char *key;
  GVariant *child;

  lv_json_open (json, name, '{');
  g_variant_iter_init (&iter, value);
  while (g_variant_iter_loop (&iter, "{&s*}", &key, &child))
    add_variant (json, key, child);
  lv_json_close (json, '}');
}

static void
add_inner (GString *json, const char *name, GVariant *value)
{
  g_autoptr (GVariant) inner = g_variant_get_variant (value);

  add_variant (json, name, inner);
}

static void
add_double (GString *json, const char *name, GVariant *value)
{
  double number = g_variant_get_double (value);

  if (isfinite (number))
    lv_json_add_double (json, name, number);
  else
    lv_json_add_raw (json, name, "null");
}

/* The text form of numbers and truth values in GVariant, without their types, is JSON. */
static void
add_plain (GString *json, const char *name, GVariant *value)
{
  g_autofree char *text = g_variant_print (value, FALSE);

  lv_json_add_raw (json, name, text);
}

static void
add_byte (GString *json, const char *name, GVariant *value)
{
  lv_json_add_int (json, name, g_variant_get_byte (value));
}

static void
add_string (GString *json, const char *name, GVariant *value)
{
  lv_json_add_string (json, name, g_variant_get_string (value, NULL));
}

static void
add_variant (GString *json, const char *name, GVariant *value)
{
  static const struct {
    const GVariantType *type;
    void (*add) (GString *, const char *, GVariant *);
  } kinds[] = {
    { (const GVariantType *) "a{s*}", add_dictionary },
    { G_VARIANT_TYPE_ARRAY, add_children },
    { G_VARIANT_TYPE_TUPLE, add_children },
    { G_VARIANT_TYPE_VARIANT, add_inner },
    { G_VARIANT_TYPE_STRING, add_string },
    { G_VARIANT_TYPE_OBJECT_PATH, add_string },
    { G_VARIANT_TYPE_SIGNATURE, add_string },
    { G_VARIANT_TYPE_BYTE, add_byte },
    { G_VARIANT_TYPE_DOUBLE, add_double },
    { G_VARIANT_TYPE_BASIC, add_plain },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_variant_is_of_type (value, kinds[i].type))
      {
        kinds[i].add (json, name, value);
        return;
      }
  lv_json_add_raw (json, name, "null");
}

char *
lv_json_from_tuple (const char *key, const char *value, const char *const *names, GVariant *tuple)
{
  GString *json = g_string_new (NULL);

  lv_json_open (json, NULL, '{');
  lv_json_add_string (json, key, value);
  for (gsize i = 0; i < g_variant_n_children (tuple); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (tuple, i);

      add_variant (json, names[i], child);
    }
  lv_json_close (json, '}');
  return g_string_free (json, FALSE);
}
