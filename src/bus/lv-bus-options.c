/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-options.h"

static GVariant *
lookup_value (GVariant *options, const char *key)
{
  g_autofree char *required = g_strconcat ("!", key, NULL);
  GVariant *value = g_variant_lookup_value (options, key, NULL);

  return value != NULL ? value : g_variant_lookup_value (options, required, NULL);
}

gboolean
lv_bus_options_lookup (GVariant *options, const char *key, const GVariantType *type,
                       GVariant **ret_value, GError **error)
{
  g_autoptr (GVariant) value = lookup_value (options, key);

  if (value != NULL && !g_variant_is_of_type (value, type))
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                   "The option \"%s\" must have the type \"%.*s\", not \"%s\"", key,
                   (int) g_variant_type_get_string_length (type), g_variant_type_peek_string (type),
                   g_variant_get_type_string (value));
      return FALSE;
    }
  *ret_value = g_steal_pointer (&value);
  return TRUE;
}

static gboolean
get_text (GVariant *options, const char *key, const GVariantType *type, char **ret_value,
          GError **error)
{
  g_autoptr (GVariant) value = NULL;

  if (!lv_bus_options_lookup (options, key, type, &value, error))
    return FALSE;
  *ret_value = value != NULL ? g_variant_dup_string (value, NULL) : NULL;
  return TRUE;
}

gboolean
lv_bus_options_get_string (GVariant *options, const char *key, char **ret_value, GError **error)
{
  return get_text (options, key, G_VARIANT_TYPE_STRING, ret_value, error);
}

gboolean
lv_bus_options_get_path (GVariant *options, const char *key, char **ret_value, GError **error)
{
  return get_text (options, key, G_VARIANT_TYPE_OBJECT_PATH, ret_value, error);
}

gboolean
lv_bus_options_get_boolean (GVariant *options, const char *key, gboolean *ret_value, GError **error)
{
  g_autoptr (GVariant) value = NULL;

  if (!lv_bus_options_lookup (options, key, G_VARIANT_TYPE_BOOLEAN, &value, error))
    return FALSE;
  if (value != NULL)
    *ret_value = g_variant_get_boolean (value);
  return TRUE;
}

gboolean
lv_bus_options_get_uint (GVariant *options, const char *key, guint least, guint most,
                         guint *ret_value, GError **error)
{
  g_autoptr (GVariant) value = NULL;
  guint number;

  if (!lv_bus_options_lookup (options, key, G_VARIANT_TYPE_UINT32, &value, error))
    return FALSE;
  number = value != NULL ? g_variant_get_uint32 (value) : *ret_value;
  if (number < least || number > most)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "%s is %u; it must be %u to %u", key,
                   number, least, most);
      return FALSE;
    }
  *ret_value = number;
  return TRUE;
}

gboolean
lv_bus_options_get_double (GVariant *options, const char *key, double least, double most,
                           double *ret_value, GError **error)
{
  g_autoptr (GVariant) value = NULL;
  double number;

  if (!lv_bus_options_lookup (options, key, G_VARIANT_TYPE_DOUBLE, &value, error))
    return FALSE;
  number = value != NULL ? g_variant_get_double (value) : *ret_value;
  if (!(number >= least && number <= most)) /* also what is no number */
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "%s is %g; it must be %g to %g", key,
                   number, least, most);
      return FALSE;
    }
  *ret_value = number;
  return TRUE;
}

gboolean
lv_bus_options_get_text_mode (GVariant *options, LvTextMode *ret_mode, GError **error)
{
  g_autofree char *nick = NULL;

  if (!lv_bus_options_get_string (options, "mode", &nick, error))
    return FALSE;
  if (nick == NULL || lv_text_mode_from_nick (nick, ret_mode))
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
               "There is no mode \"%s\"; there are turn, context and realtime", nick);
  return FALSE;
}

static gboolean
is_known (const char *key, const char *const *known)
{
  return g_strv_contains (known, *key == '!' ? key + 1 : key);
}

GVariant *
lv_bus_options_remove (GVariant *options, const char *const *known)
{
  GVariantBuilder rest = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantIter iter;
  const char *key;
  GVariant *value;

  g_variant_iter_init (&iter, options);
  while (g_variant_iter_loop (&iter, "{&sv}", &key, &value))
    if (!is_known (key, known))
      g_variant_builder_add (&rest, "{sv}", key, value);
  return g_variant_builder_end (&rest);
}

gboolean
lv_bus_options_check_known (GVariant *options, const char *const *known, GError **error)
{
  GVariantIter iter;
  const char *key;

  g_variant_iter_init (&iter, options);
  while (g_variant_iter_next (&iter, "{&sv}", &key, NULL))
    if (*key == '!' && !is_known (key, known))
      {
        g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "Unknown option \"%s\"", key + 1);
        return FALSE;
      }
  return TRUE;
}
