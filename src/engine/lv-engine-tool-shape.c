/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-tool-shape.h"

#include "engine/lv-engine-numbers.h"
#include "engine/lv-engine-words.h"
#include "protocol/lv-json.h"

#include <string.h>

#define MAX_VALUES 64            /* of an enum that are expected to be said */
#define MAX_DESCRIPTION_PHRASE 8 /* words of a description that may be said as they are */

static const struct {
  const char *name;
  LvEngineParameterType type;
} types[] = {
  { "string", LV_ENGINE_PARAMETER_STRING },   { "number", LV_ENGINE_PARAMETER_NUMBER },
  { "integer", LV_ENGINE_PARAMETER_INTEGER }, { "boolean", LV_ENGINE_PARAMETER_BOOLEAN },
  { "array", LV_ENGINE_PARAMETER_STRINGS },
};

static const struct {
  const char *word;
  gint64 seconds;
} duration_units[] = {
  { "seconds", 1 },
  { "minutes", 60 },
  { "hours", 3600 },
  { "duration", 1 },
};

/* ---- reading the schema ---- */

static const char *
get_string (JsonObject *object, const char *member)
{
  const char *text = lv_json_find_string (object, member);

  return text != NULL ? text : "";
}

/* JSON Schema may also list types, usually with "null": the first counts. */
static const char *
type_name (JsonObject *schema)
{
  JsonArray *list = lv_json_find_array (schema, "type");

  return list != NULL && json_array_get_length (list) > 0 ? json_array_get_string_element (list, 0)
                                                          : get_string (schema, "type");
}

static LvEngineParameterType
read_type (JsonObject *schema)
{
  const char *name = type_name (schema);
  JsonObject *items = lv_json_find_object (schema, "items");

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (types); i++)
    if (g_ascii_strcasecmp (types[i].name, name) == 0)
      {
        if (types[i].type == LV_ENGINE_PARAMETER_STRINGS &&
            (items == NULL || g_ascii_strcasecmp (get_string (items, "type"), "string") != 0))
          return LV_ENGINE_PARAMETER_OTHER;
        return types[i].type;
      }
  return LV_ENGINE_PARAMETER_OTHER;
}

static void
read_values (LvEngineParameter *parameter, JsonObject *schema)
{
  JsonArray *values = lv_json_find_array (schema, "enum");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (values == NULL || parameter->type != LV_ENGINE_PARAMETER_STRING)
    return;
  parameter->value_words = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  for (guint i = 0; i < json_array_get_length (values); i++)
    {
      JsonNode *node = json_array_get_element (values, i);

      if (json_node_get_value_type (node) != G_TYPE_STRING)
        continue;
      g_strv_builder_add (builder, json_node_get_string (node));
      g_ptr_array_add (parameter->value_words,
                       lv_engine_words_split_name (json_node_get_string (node)));
    }
  parameter->values = g_strv_builder_end (builder);
}

/* "seconds" and "delay_minutes" take "two hours" as well. */
static gint64
read_unit (const LvEngineParameter *parameter)
{
  if (parameter->type != LV_ENGINE_PARAMETER_NUMBER &&
      parameter->type != LV_ENGINE_PARAMETER_INTEGER)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (duration_units); i++)
    if (lv_engine_words_find ((const char *const *) parameter->name_words, duration_units[i].word,
                              NULL) >= 0.95 ||
        lv_engine_words_contain ((const char *const *) parameter->description_words,
                                 duration_units[i].word))
      return duration_units[i].seconds;
  return 0;
}

static void
parameter_free (LvEngineParameter *parameter)
{
  g_free (parameter->name);
  g_strfreev (parameter->name_words);
  g_strfreev (parameter->description_words);
  g_strfreev (parameter->values);
  g_clear_pointer (&parameter->value_words, g_ptr_array_unref);
  g_free (parameter);
}

static LvEngineParameter *
parameter_new (const char *name, JsonObject *schema, gboolean required)
{
  LvEngineParameter *parameter = g_new0 (LvEngineParameter, 1);

  parameter->name = g_strdup (name);
  parameter->type = read_type (schema);
  parameter->required = required;
  parameter->name_words = lv_engine_words_split_name (name);
  parameter->description_words = lv_engine_words_split (get_string (schema, "description"));
  read_values (parameter, schema);
  parameter->unit_seconds = read_unit (parameter);
  return parameter;
}

static gboolean
is_required (JsonArray *required, const char *name)
{
  for (guint i = 0; required != NULL && i < json_array_get_length (required); i++)
    if (g_strcmp0 (json_array_get_string_element (required, i), name) == 0)
      return TRUE;
  return FALSE;
}

static void
add_parameters (LvEngineToolShape *self, JsonObject *schema, gboolean required)
{
  JsonObject *properties = lv_json_find_object (schema, "properties");
  JsonArray *required_names = lv_json_find_array (schema, "required");
  g_autoptr (GList) names = properties != NULL ? json_object_get_members (properties) : NULL;

  for (GList *l = names; l != NULL && self->parameters->len < LV_ENGINE_TOOL_MAX_PARAMETERS;
       l = l->next)
    {
      JsonObject *property = lv_json_find_object (properties, l->data);

      if (property != NULL && is_required (required_names, l->data) == required)
        g_ptr_array_add (self->parameters, parameter_new (l->data, property, required));
    }
}

LvEngineToolShape *
lv_engine_tool_shape_new (LvToolDecl *decl)
{
  LvEngineToolShape *self = g_new0 (LvEngineToolShape, 1);
  const char *schema = lv_tool_decl_get_parameters (decl);
  g_autoptr (JsonNode) root = schema != NULL ? json_from_string (schema, NULL) : NULL;

  self->decl = lv_tool_decl_ref (decl);
  self->name_words = lv_engine_words_split_name (lv_tool_decl_get_name (decl));
  self->description_words = lv_engine_words_split (lv_tool_decl_get_description (decl));
  self->parameters = g_ptr_array_new_with_free_func ((GDestroyNotify) parameter_free);
  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    {
      add_parameters (self, json_node_get_object (root), TRUE);
      add_parameters (self, json_node_get_object (root), FALSE);
    }
  return self;
}

void
lv_engine_tool_shape_free (LvEngineToolShape *self)
{
  lv_tool_decl_unref (self->decl);
  g_strfreev (self->name_words);
  g_strfreev (self->description_words);
  g_ptr_array_unref (self->parameters);
  g_free (self);
}

/* ---- phrases ---- */

/* Only what the grammar can hold: letters; figures in words. NULL when nothing is left. */
static char *
to_grammar (const char *const *words, guint from)
{
  GString *text = g_string_new (NULL);

  for (guint i = from; words[i] != NULL; i++)
    {
      g_autofree char *number =
          g_ascii_isdigit (words[i][0])
              ? lv_engine_number_to_words (g_ascii_strtoll (words[i], NULL, 10))
              : NULL;
      const char *word = number != NULL ? number : words[i];

      if (strspn (word, "abcdefghijklmnopqrstuvwxyz' ") == strlen (word))
        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", word);
    }
  return g_string_free (text, text->len == 0);
}

static char *
values_to_grammar (const LvEngineParameter *parameter)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < MIN (parameter->value_words->len, MAX_VALUES); i++)
    {
      g_autofree char *value = to_grammar (parameter->value_words->pdata[i], 0);

      if (value != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? " | " : "(", value);
    }
  if (text->len == 0)
    return g_string_free (text, TRUE);
  return g_string_free (g_string_append_c (text, ')'), FALSE);
}

/* What may be said for @parameter, NULL when that could be anything. */
static char *
parameter_to_grammar (const LvEngineParameter *parameter)
{
  if (parameter->value_words != NULL)
    return values_to_grammar (parameter);
  if (parameter->type == LV_ENGINE_PARAMETER_BOOLEAN)
    return g_strdup ("(on | off)");
  if (parameter->type != LV_ENGINE_PARAMETER_NUMBER &&
      parameter->type != LV_ENGINE_PARAMETER_INTEGER)
    return NULL;
  return g_strdup (parameter->unit_seconds > 0
                       ? "<number> (second | seconds | minute | minutes | hour | hours)"
                       : "<number> [percent | degrees]");
}

G_GNUC_PRINTF (2, 3)
static void
add_phrase (GPtrArray *phrases, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (phrases, g_strdup_vprintf (format, args));
  va_end (args);
}

/* A light in the kitchen: "turn on the kitchen light", "turn the light in the kitchen off". */
static void
add_switch_phrases (const LvEngineToolShape *self, const char *object, GPtrArray *phrases)
{
  gboolean has_switch = FALSE;

  for (guint i = 0; i < self->parameters->len; i++)
    has_switch |=
        ((LvEngineParameter *) self->parameters->pdata[i])->type == LV_ENGINE_PARAMETER_BOOLEAN;
  if (!has_switch)
    return;
  add_phrase (phrases, "(turn | switch) (on | off) [the] %s", object);
  add_phrase (phrases, "(turn | switch) [the] %s (on | off)", object);
  for (guint i = 0; i < self->parameters->len; i++)
    {
      const LvEngineParameter *parameter = self->parameters->pdata[i];
      g_autofree char *values =
          parameter->value_words != NULL ? values_to_grammar (parameter) : NULL;

      if (values == NULL)
        continue;
      add_phrase (phrases, "(turn | switch) (on | off) [the] %s %s", values, object);
      add_phrase (phrases, "(turn | switch) (on | off) [the] %s in [the] %s", object, values);
      add_phrase (phrases, "(turn | switch) [the] %s %s (on | off)", values, object);
    }
}

static void
add_name_phrases (const LvEngineToolShape *self, const char *const *words, GPtrArray *phrases)
{
  const char *verb[] = { words[0], NULL };
  g_autofree char *head = words[0] != NULL ? to_grammar (verb, 0) : NULL;
  g_autofree char *object = words[0] != NULL ? to_grammar (words, 1) : NULL;
  g_autofree char *call = head != NULL && object != NULL
                              ? g_strdup_printf ("%s [the | a] %s", head, object)
                              : g_strdup (head != NULL ? head : object);

  if (call == NULL)
    return;
  add_phrase (phrases, "%s", call);
  for (guint i = 0; i < self->parameters->len; i++)
    {
      g_autofree char *slot = parameter_to_grammar (self->parameters->pdata[i]);

      if (slot != NULL)
        add_phrase (phrases, "%s [to | at | for | in | on] [the] %s", call, slot);
    }
  if (object == NULL)
    return;
  if (lv_engine_words_likeness (head, "get") >= 0.85)
    add_phrase (phrases, "(what is | tell me | get | show) [the] %s", object);
  add_switch_phrases (self, object, phrases);
}

void
lv_engine_tool_shape_add_phrases (const LvEngineToolShape *self, GPtrArray *phrases)
{
  const char *const *names = (const char *const *) self->name_words;
  const char *const *descriptions = (const char *const *) self->description_words;
  g_autofree char *description = to_grammar (descriptions, 0);

  add_name_phrases (self, names, phrases);
  /* "mixer_set_volume" may be the "set_volume" of a provider "mixer", whose name nobody says. */
  if (names[0] != NULL && names[1] != NULL && !lv_engine_words_contain (descriptions, names[0]))
    add_name_phrases (self, names + 1, phrases);
  if (description != NULL && g_strv_length (self->description_words) <= MAX_DESCRIPTION_PHRASE)
    add_phrase (phrases, "%s", description);
  /* an answer to the question for a missing parameter */
  for (guint i = 0; i < self->parameters->len; i++)
    {
      const LvEngineParameter *parameter = self->parameters->pdata[i];
      g_autofree char *slot = parameter->required ? parameter_to_grammar (parameter) : NULL;

      if (slot != NULL)
        add_phrase (phrases, "[to | in] [the] %s", slot);
    }
}
