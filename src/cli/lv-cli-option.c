/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lv-cli-option.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

static const struct {
  const char *name;
  const char *type;
} keys[] = {
#include "cli/lv-cli-option-types.h"
  { "shared-tools", "b" },
};

/* Returns a floating value, or NULL when @text is none. @former: what is there already, or NULL. */
typedef GVariant *(*ReadFunc) (const char *text, GVariant *former);

static GVariant *
read_string (const char *text, GVariant *former)
{
  return g_variant_new_string (text);
}

static GVariant *
read_boolean (const char *text, GVariant *former)
{
  gboolean value = g_str_equal (text, "true");

  return value || g_str_equal (text, "false") ? g_variant_new_boolean (value) : NULL;
}

/* Empty leaves it to the service. */
static GVariant *
read_signed (const char *text, GVariant *former)
{
  gint64 value = G_MININT32;

  if (*text != '\0' && !g_ascii_string_to_signed (text, 10, G_MININT32, G_MAXINT32, &value, NULL))
    return NULL;
  return g_variant_new_int32 ((gint32) value);
}

static GVariant *
read_unsigned (const char *text, GVariant *former)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &value, NULL))
    return NULL;
  return g_variant_new_uint32 ((guint32) value);
}

static GVariant *
read_double (const char *text, GVariant *former)
{
  char *end = NULL;
  double value = *text != '\0' ? g_ascii_strtod (text, &end) : NAN;

  return *text == '\0' || (*end == '\0' && isfinite (value)) ? g_variant_new_double (value) : NULL;
}

static GStrv
split_list (const char *text)
{
  return *text != '\0' ? g_strsplit (text, ";", -1) : g_new0 (char *, 1);
}

static GVariant *
read_list (const char *text, GVariant *former)
{
  g_auto (GStrv) words = split_list (text);

  return g_variant_new_strv ((const char *const *) words, -1);
}

static GVariant *
read_pairs (const char *text, GVariant *former)
{
  g_auto (GStrv) words = split_list (text);
  g_auto (GVariantBuilder) pairs = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{ss}"));

  for (guint i = 0; words[i] != NULL; i++)
    {
      char *equals = strchr (words[i], '=');

      if (equals == NULL)
        return NULL;
      *equals = '\0';
      g_variant_builder_add (&pairs, "{ss}", words[i], equals + 1);
    }
  return g_variant_builder_end (&pairs);
}

/* One more turn. */
static GVariant *
read_turn (const char *text, GVariant *former)
{
  g_auto (GVariantBuilder) turns = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(ss)"));
  g_auto (GStrv) turn = g_strsplit (text, ":", 2);

  if (g_strv_length (turn) != 2)
    return NULL;
  for (gsize i = 0; former != NULL && i < g_variant_n_children (former); i++)
    {
      g_autoptr (GVariant) old = g_variant_get_child_value (former, i);

      g_variant_builder_add_value (&turns, old);
    }
  g_variant_builder_add (&turns, "(ss)", turn[0], turn[1]);
  return g_variant_builder_end (&turns);
}

static const struct {
  const char *type;
  ReadFunc read;
  const char *expected;
} types[] = {
  { "s", read_string, N_ ("a text") },
  { "b", read_boolean, N_ ("true or false") },
  { "i", read_signed, N_ ("a whole number") },
  { "u", read_unsigned, N_ ("a whole number, not negative") },
  { "d", read_double, N_ ("a number") },
  { "as", read_list, N_ ("words, separated by ';'") },
  { "a{ss}", read_pairs, N_ ("NAME=VALUE, separated by ';'") },
  { "a(ss)", read_turn, N_ ("user:TEXT or model:TEXT") },
};

static const char *
find_type (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    if (g_str_equal (keys[i].name, name))
      return keys[i].type;
  return NULL;
}

static gboolean
read_value (GVariantDict *options, const char *name, const char *type, const char *text,
            GError **error)
{
  g_autoptr (GVariant) former = g_variant_dict_lookup_value (options, name, NULL);
  GVariant *value;
  guint i = 0;

  while (!g_str_equal (types[i].type, type))
    i++;
  value = types[i].read (text, former);
  if (value != NULL)
    g_variant_dict_insert_value (options, name, value);
  else
    g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, _ ("'%s' takes %s"), name,
                 _ (types[i].expected));
  return value != NULL;
}

static gboolean
read_assignment (const char *assignment, GVariantDict *options, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (assignment, "=", 2);
  const char *type;

  if (g_strv_length (parts) != 2 || !g_utf8_validate (assignment, -1, NULL))
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, _ ("'%s' is not KEY=VALUE"), assignment);
      return FALSE;
    }
  type = find_type (parts[0]);
  if (type == NULL)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                   _ ("there is no key '%s'; livevoice.conf(5) lists them"), parts[0]);
      return FALSE;
    }
  return read_value (options, parts[0], type, parts[1], error);
}

gboolean
lv_cli_option_read (const char *const *assignments, GVariantDict *options, GError **error)
{
  for (guint i = 0; assignments != NULL && assignments[i] != NULL; i++)
    if (!read_assignment (assignments[i], options, error))
      return FALSE;
  return TRUE;
}
