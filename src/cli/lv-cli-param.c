/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lv-cli-param.h"

#include "cli/lv-cli-json.h"

#include <string.h>

void
lv_cli_param_free (LvCliParam *param)
{
  g_free (param->name);
  g_free (param->type);
  g_strfreev (param->values);
  g_free (param->description);
  g_free (param);
}

static gboolean
is_valid_name (const char *name)
{
  for (const char *c = name; *c != '\0'; c++)
    if (!g_ascii_isalpha (*c) && *c != '_' && (c == name || !g_ascii_isdigit (*c)))
      return FALSE;
  return *name != '\0';
}

static gboolean
set_type (LvCliParam *param, const char *type)
{
  static const char *const types[] = { "string", "integer", "number", "boolean", NULL };

  if (strchr (type, '|') != NULL)
    {
      param->values = g_strsplit (type, "|", -1);
      type = "string";
    }
  param->type = g_strdup (type);
  return g_strv_contains (types, type);
}

LvCliParam *
lv_cli_param_parse (const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 3);
  g_autoptr (LvCliParam) param = g_new0 (LvCliParam, 1);
  guint count = g_strv_length (parts);

  param->name = g_strdup (count > 0 ? parts[0] : "");
  param->optional = g_str_has_suffix (param->name, "?");
  if (param->optional)
    param->name[strlen (param->name) - 1] = '\0';
  param->description = g_strdup (count > 2 ? parts[2] : "");
  if (count >= 2 && is_valid_name (param->name) && set_type (param, parts[1]) &&
      g_utf8_validate (text, -1, NULL))
    return g_steal_pointer (&param);
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
               "'%s' is no parameter; expected NAME:TYPE:DESCRIPTION, with TYPE one of string, "
               "integer, number, boolean or a choice like on|off",
               text);
  return NULL;
}

/* NULL when no one of @params has this name. */
static const LvCliParam *
find_param (GPtrArray *params, const char *name, gsize name_length)
{
  for (guint i = 0; i < params->len; i++)
    {
      const LvCliParam *param = g_ptr_array_index (params, i);

      if (strlen (param->name) == name_length && strncmp (param->name, name, name_length) == 0)
        return param;
    }
  return NULL;
}

/* Declaration
 * ----------------------------------------------------------------------------------- */

static void
append_member (GString *json, const char *name, const char *value)
{
  if (json->str[json->len - 1] != '{')
    g_string_append_c (json, ',');
  lv_cli_json_append_string (json, name);
  g_string_append_c (json, ':');
  lv_cli_json_append_string (json, value);
}

static void
append_strings (GString *json, const char *const *strings)
{
  g_string_append_c (json, '[');
  for (guint i = 0; strings[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (json, ',');
      lv_cli_json_append_string (json, strings[i]);
    }
  g_string_append_c (json, ']');
}

static void
append_param (GString *json, const LvCliParam *param)
{
  lv_cli_json_append_string (json, param->name);
  g_string_append (json, ":{");
  append_member (json, "type", param->type);
  if (*param->description != '\0')
    append_member (json, "description", param->description);
  if (param->values != NULL)
    {
      g_string_append (json, ",\"enum\":");
      append_strings (json, (const char *const *) param->values);
    }
  g_string_append_c (json, '}');
}

static void
append_parameters (GString *json, GPtrArray *params)
{
  g_autoptr (GPtrArray) required = g_ptr_array_new ();

  g_string_append (json, ",\"parameters\":{\"type\":\"object\",\"properties\":{");
  for (guint i = 0; i < params->len; i++)
    {
      LvCliParam *param = g_ptr_array_index (params, i);

      if (i > 0)
        g_string_append_c (json, ',');
      append_param (json, param);
      if (!param->optional)
        g_ptr_array_add (required, param->name);
    }
  g_ptr_array_add (required, NULL);
  g_string_append (json, "},\"required\":");
  append_strings (json, (const char *const *) required->pdata);
  g_string_append_c (json, '}');
}

char *
lv_cli_param_declare (GPtrArray *params, const char *name, const char *description,
                      const char *risk, guint timeout_ms)
{
  GString *json = g_string_new ("[{");

  append_member (json, "name", name);
  append_member (json, "description", description);
  if (risk != NULL)
    append_member (json, "risk", risk);
  g_string_append_printf (json, ",\"timeoutMs\":%u", timeout_ms);
  if (params->len > 0)
    append_parameters (json, params);
  g_string_append (json, "}]");
  return g_string_free (json, FALSE);
}

/* Expansion
 * ------------------------------------------------------------------------------------- */

/* The parameter whose placeholder begins at @text, and the placeholder's length. */
static const LvCliParam *
match_placeholder (GPtrArray *params, const char *text, gsize *ret_length)
{
  const char *end = *text == '{' ? strchr (text, '}') : NULL;

  if (end == NULL)
    return NULL;
  *ret_length = (gsize) (end - text) + 1;
  return find_param (params, text + 1, *ret_length - 2);
}

static const char *
get_value (const LvCliParam *param, GHashTable *values)
{
  const char *value = g_hash_table_lookup (values, param->name);

  return value != NULL ? value : "";
}

static char *
expand_argument (GPtrArray *params, const char *argument, GHashTable *values)
{
  GString *expanded = g_string_new (NULL);

  while (*argument != '\0')
    {
      gsize length = 1;
      const LvCliParam *param = match_placeholder (params, argument, &length);

      if (param != NULL)
        g_string_append (expanded, get_value (param, values));
      else
        g_string_append_len (expanded, argument, (gssize) (length = 1));
      argument += length;
    }
  return g_string_free (expanded, FALSE);
}

/* A number or one of the declared values was foreseen by whoever wrote the command; a free text was
 * not. */
static gboolean
is_option_by_surprise (GPtrArray *params, const char *argument, const char *expanded)
{
  gsize length = 0;
  const LvCliParam *param = match_placeholder (params, argument, &length);

  return param != NULL && g_str_equal (param->type, "string") && param->values == NULL &&
         *expanded == '-';
}

GStrv
lv_cli_param_expand (GPtrArray *params, const char *const *template, GHashTable *values,
                     GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean options_ended = FALSE;

  for (guint i = 0; template[i] != NULL; i++)
    {
      g_autofree char *expanded = expand_argument (params, template[i], values);

      if (!options_ended && is_option_by_surprise (params, template[i], expanded))
        {
          g_set_error (
              error, LV_ERROR, LV_ERROR_INVALID_ARGS,
              "a text that begins with '-' would be taken for an option; where the command "
              "allows it, put '--' before %s",
              template[i]);
          return NULL;
        }
      options_ended = options_ended || g_str_equal (template[i], "--");
      g_strv_builder_add (builder, expanded);
    }
  return g_strv_builder_end (builder);
}

GStrv
lv_cli_param_export (GPtrArray *params, GStrv base, GHashTable *values)
{
  for (guint i = 0; i < params->len; i++)
    {
      const LvCliParam *param = g_ptr_array_index (params, i);
      const char *value = g_hash_table_lookup (values, param->name);
      g_autofree char *upper = g_ascii_strup (param->name, -1);
      g_autofree char *variable = g_strconcat ("LV_ARG_", upper, NULL);

      if (value != NULL)
        base = g_environ_setenv (base, variable, value, TRUE);
      else
        base = g_environ_unsetenv (base, variable);
    }
  return base;
}
