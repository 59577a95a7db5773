/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The a{sv} options of a method: typed look-ups that refuse what has the wrong type. A key may be
 * written with a "!" in front, which means: fail if you do not know it. Pure.
 */
#pragma once

#include "base/lv-enums.h"
#include "base/lv-error.h"

/* The value of @key or "!@key" in @options; *@ret_value is NULL when it is absent. INVALID_ARGS
 * when it is not a
 * @type. Free with g_variant_unref(). */
gboolean lv_bus_options_lookup (GVariant *options, const char *key, const GVariantType *type,
                                GVariant **ret_value, GError **error);

/* The same for simple types. A string is newly allocated, NULL when @key is absent; a boolean then
 * keeps its value. */
gboolean lv_bus_options_get_string (GVariant *options, const char *key, char **ret_value,
                                    GError **error);
gboolean lv_bus_options_get_path (GVariant *options, const char *key, char **ret_value,
                                  GError **error);
gboolean lv_bus_options_get_boolean (GVariant *options, const char *key, gboolean *ret_value,
                                     GError **error);

/* A number within @least and @most; the variable keeps its value when @key is absent. */
gboolean lv_bus_options_get_uint (GVariant *options, const char *key, guint least, guint most,
                                  guint *ret_value, GError **error);
gboolean lv_bus_options_get_double (GVariant *options, const char *key, double least, double most,
                                    double *ret_value, GError **error);

/* @options without @known keys; a new floating a{sv}. */
GVariant *lv_bus_options_remove (GVariant *options, const char *const *known);

/* INVALID_ARGS when a key with a "!" is not among @known. */
gboolean lv_bus_options_check_known (GVariant *options, const char *const *known, GError **error);

/* "mode" of SendText(); *@ret_mode stays where it is absent. */
gboolean lv_bus_options_get_text_mode (GVariant *options, LvTextMode *ret_mode, GError **error);
