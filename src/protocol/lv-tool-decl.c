/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-tool-decl.h"

#include "protocol/lv-json-writer.h"
#include "protocol/lv-schema.h"
#include "protocol/lv-tool-decl-json.h"

#include <string.h>

#define SERVICE_NAME_MAX 128 /* what the service takes, from anybody */

struct _LvToolDecl {
  char *name;
  char *description;
  LvBehavior behavior;
  gboolean has_behavior; /* it was told */
  LvRisk risk;
  int timeout_ms;
  LvSchema *schema; /* NULL: no parameters */
  LvSchemaDialect dialect;
  char *parameters;      /* types in lower case, as JSON Schema has them */
  char *wire_parameters; /* types in upper case, as the Live API's own dialect has them */
};

static void
decl_clear (gpointer data)
{
  LvToolDecl *decl = data;

  g_free (decl->name);
  g_free (decl->description);
  g_clear_pointer (&decl->schema, lv_schema_unref);
  g_free (decl->parameters);
  g_free (decl->wire_parameters);
}

LvToolDecl *
lv_tool_decl_ref (LvToolDecl *decl)
{
  return g_rc_box_acquire (decl);
}

void
lv_tool_decl_unref (LvToolDecl *decl)
{
  g_rc_box_release_full (decl, decl_clear);
}

/* ---- reading ---- */

/* The text of @node with every type name in one case. */
static char *
dup_with_types (JsonNode *node, GPtrArray *type_nodes, char *(*convert) (const char *, gssize))
{
  for (guint i = 0; i < type_nodes->len; i++)
    {
      g_autofree char *name = convert (json_node_get_string (type_nodes->pdata[i]), -1);

      json_node_set_string (type_nodes->pdata[i], name);
    }
  return lv_json_to_text (node);
}

static gboolean
read_parameters (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                 gpointer base)
{
  LvToolDecl *decl = base;
  LvErrorCode outer = reader->code;
  g_autoptr (GPtrArray) type_nodes = g_ptr_array_new ();
  gboolean is_json_schema = strcmp (field->name, "parametersJsonSchema") == 0;

  if (decl->schema != NULL)
    return lv_reader_wrong (reader, path, LV_ERROR_INVALID_SCHEMA,
                            "parameters and parametersJsonSchema exclude each other");

  reader->code = reader->mode == LV_READ_DECLARATION ? LV_ERROR_INVALID_SCHEMA : outer;
  decl->dialect = is_json_schema ? LV_SCHEMA_JSON : LV_SCHEMA_OPENAPI;
  decl->schema = lv_schema_new (reader, path, node, decl->dialect, type_nodes);
  if (decl->schema == NULL)
    return FALSE;
  if (!lv_schema_is_object (decl->schema))
    return lv_reader_wrong (reader, path, reader->code, "schema should be of type OBJECT");
  reader->code = outer;

  if (!is_json_schema)
    decl->wire_parameters = dup_with_types (node, type_nodes, g_ascii_strup);
  decl->parameters = dup_with_types (node, type_nodes, g_ascii_strdown);
  return TRUE;
}

static gboolean
read_timeout (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
              gpointer base)
{
  LvToolDecl *decl = base;

  if (!lv_read_int (reader, path, node, field, base))
    return FALSE;
  if (decl->timeout_ms < 1 || decl->timeout_ms > LV_TOOL_TIMEOUT_MAX_MS)
    return lv_reader_wrong (reader, path, reader->code, "expected 1 to %d milliseconds",
                            LV_TOOL_TIMEOUT_MAX_MS);
  return TRUE;
}

static const LvEnum behaviors = {
  "FunctionDeclaration.Behavior",
  {
      { "UNSPECIFIED", LV_BEHAVIOR_BLOCKING },
      { "BLOCKING", LV_BEHAVIOR_BLOCKING },
      { "NON_BLOCKING", LV_BEHAVIOR_NON_BLOCKING },
      { NULL },
  },
};

static const LvEnum risks = {
  "Risk",
  {
      { "read", LV_RISK_READ },
      { "reversible", LV_RISK_REVERSIBLE },
      { "destructive", LV_RISK_DESTRUCTIVE },
      { NULL },
  },
};

#define DECL(member) offsetof (struct _LvToolDecl, member)

static const LvKind parameters_kind = { read_parameters, NULL, LV_SHAPE_VALUE };

#define SHARED_ROWS                                                                                \
  { "name", &lv_as_string, DECL (name) }, { "description", &lv_as_string, DECL (description) },    \
      { "parameters", &parameters_kind }, { "parametersJsonSchema", &parameters_kind },            \
  {                                                                                                \
    "behavior", &lv_as_enum, DECL (behavior), &behaviors                                           \
  }

static const LvFields app_fields = {
  .type = "FunctionDeclaration",
  .rows = {
      SHARED_ROWS,
      { "risk", &lv_as_enum, DECL (risk), &risks },
      { "timeoutMs", LV_READS (read_timeout), DECL (timeout_ms) },
      { NULL },
  },
};

static gboolean
is_valid_name (const char *name, const char *more_characters, gsize max_length)
{
  if (name == NULL || (!g_ascii_isalpha (*name) && *name != '_') || strlen (name) > max_length)
    return FALSE;
  for (; *name != '\0'; name++)
    if (!g_ascii_isalnum (*name) && strchr (more_characters, *name) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
check_name (LvToolDecl *decl, LvJsonReader *reader, const LvJsonPath *path)
{
  LvJsonPath name = { path, "name", 0 };

  if (reader->mode == LV_READ_DECLARATION)
    return is_valid_name (decl->name, "_-", LV_TOOL_NAME_MAX) ||
           lv_reader_wrong (reader, &name, LV_ERROR_TOOL_NAME_INVALID,
                            "expected 1 to %d letters, digits, _ or -, the first a letter or _",
                            LV_TOOL_NAME_MAX);
  return is_valid_name (decl->name, "_-.:", SERVICE_NAME_MAX) ||
         lv_reader_wrong (
             reader, &name, reader->code,
             "Invalid function name. Must start with a letter or an underscore. Must be "
             "alphameric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or "
             "dashes (-), with a maximum length of %d.",
             SERVICE_NAME_MAX);
}

static gboolean
check_unique (LvToolDecl *decl, GPtrArray *decls, LvJsonReader *reader, const LvJsonPath *path)
{
  LvJsonPath name = { path, "name", 0 };

  for (guint i = 0; i < decls->len; i++)
    if (strcmp (lv_tool_decl_get_name (decls->pdata[i]), decl->name) == 0)
      return lv_reader_wrong (reader, &name, reader->code,
                              "Duplicate function declaration found: %s", decl->name);
  return TRUE;
}

/* An object without properties is what the service calls no parameters. */
static void
drop_empty_parameters (LvToolDecl *decl)
{
  if (decl->schema == NULL || lv_schema_has_properties (decl->schema))
    return;
  g_clear_pointer (&decl->schema, lv_schema_unref);
  g_clear_pointer (&decl->parameters, g_free);
  g_clear_pointer (&decl->wire_parameters, g_free);
}

static gboolean
read_decl (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvFields *fields,
           GPtrArray *decls)
{
  g_autoptr (LvToolDecl) decl = g_rc_box_new0 (LvToolDecl);

  decl->risk = LV_RISK_REVERSIBLE;
  decl->has_behavior = fields == &app_fields;
  decl->timeout_ms = LV_TOOL_TIMEOUT_DEFAULT_MS;
  if (!lv_read_fields (reader, path, node, fields, decl) || !check_name (decl, reader, path) ||
      !check_unique (decl, decls, reader, path))
    return FALSE;
  drop_empty_parameters (decl);
  g_ptr_array_add (decls, g_steal_pointer (&decl));
  return TRUE;
}

static gboolean
read_app_decl (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
               gpointer base)
{
  return read_decl (reader, path, node, &app_fields, base);
}

GPtrArray *
lv_tool_decl_parse_array (const char *json, GError **error)
{
  g_autoptr (JsonNode) root = lv_json_parse (json, -1, LV_TOOLS_MAX_JSON, error);
  g_autoptr (GPtrArray) decls =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lv_tool_decl_unref);
  LvJsonReader reader = { LV_READ_DECLARATION, LV_ERROR_INVALID_ARGS, NULL };

  if (root == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_ARRAY (root))
    {
      g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                           "expected an array of function declarations");
      return NULL;
    }
  if (json_array_get_length (json_node_get_array (root)) > LV_TOOLS_MAX_DECLARATIONS)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_TOO_MANY, "at most %d function declarations",
                   LV_TOOLS_MAX_DECLARATIONS);
      return NULL;
    }
  if (!lv_read_elements (&reader, NULL, root, read_app_decl, NULL, decls))
    {
      g_propagate_error (error, reader.error);
      return NULL;
    }
  return g_steal_pointer (&decls);
}

LvToolDecl *
lv_tool_decl_rename (LvToolDecl *decl, const char *wire_name)
{
  LvToolDecl *copy = g_rc_box_dup (sizeof *decl, decl);

  copy->name = g_strdup (wire_name);
  copy->description = g_strdup (decl->description);
  copy->schema = decl->schema != NULL ? lv_schema_ref (decl->schema) : NULL;
  copy->parameters = g_strdup (decl->parameters);
  copy->wire_parameters = g_strdup (decl->wire_parameters);
  return copy;
}

/* ---- the wire ---- */

static void
write_parameters (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const LvToolDecl *decl = base;

  if (decl->dialect == LV_SCHEMA_OPENAPI)
    lv_json_add_raw (writer->json, field->name, decl->wire_parameters);
}

static void
write_json_schema (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const LvToolDecl *decl = base;

  if (decl->dialect == LV_SCHEMA_JSON)
    lv_json_add_raw (writer->json, field->name, decl->parameters);
}

/* A wish: a model that knows one behavior alone gets that one. */
static void
write_behavior (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const LvToolDecl *decl = base;
  gboolean non_blocking =
      decl->behavior == LV_BEHAVIOR_NON_BLOCKING || !lv_writer_can (writer, LV_CAN_BLOCKING);

  if (lv_writer_can (writer, LV_CAN_BEHAVIOR))
    lv_json_add_string (writer->json, field->name, non_blocking ? "NON_BLOCKING" : "BLOCKING");
}

static const LvKind wire_parameters_kind = { read_parameters, write_parameters, LV_SHAPE_OBJECT };
static const LvKind wire_json_schema_kind = { read_parameters, write_json_schema, LV_SHAPE_OBJECT };
static gboolean
read_behavior (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
               gpointer base)
{
  LvToolDecl *decl = base;

  decl->has_behavior = TRUE;
  return lv_read_enum (reader, path, node, field, base);
}

static const LvKind behavior_kind = { read_behavior, write_behavior, LV_SHAPE_VALUE };

#define NO_RESULT_SCHEMA "results are free text for the model"

const LvFields lv_tool_decl_wire_fields = {
  .type = "FunctionDeclaration",
  .rows = {
      { "name", &lv_as_string, DECL (name) },
      { "description", &lv_as_string, DECL (description) },
      { "parameters", &wire_parameters_kind, 0, &lv_schema_openapi_fields },
      { "parametersJsonSchema", &wire_json_schema_kind, 0, &lv_schema_json_fields },
      { "behavior", &behavior_kind, DECL (behavior), &behaviors },
      { "response", &lv_as_ignored, 0, NO_RESULT_SCHEMA },
      { "responseJsonSchema", &lv_as_ignored, 0, NO_RESULT_SCHEMA },
      { NULL },
  },
};

static gboolean
read_wire_decl (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                gpointer base)
{
  GPtrArray *decls = base;

  if (decls->len == LV_TOOLS_MAX_WIRE_DECLARATIONS)
    return lv_reader_wrong (reader, path, reader->code, "at most %d function declarations",
                            LV_TOOLS_MAX_WIRE_DECLARATIONS);
  return read_decl (reader, path, node, &lv_tool_decl_wire_fields, decls);
}

static gboolean
read_wire_decls (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                 gpointer base)
{
  return lv_read_elements (reader, path, node, read_wire_decl, field,
                           *LV_FIELD_MEMBER (GPtrArray *, base, field));
}

static void
write_wire_decls (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const GPtrArray *decls = *LV_FIELD_MEMBER (GPtrArray *, base, field);

  if (decls->len == 0)
    return;
  lv_json_open (writer->json, field->name, '[');
  for (guint i = 0; i < decls->len; i++)
    lv_write_object (writer, NULL, &lv_tool_decl_wire_fields, decls->pdata[i]);
  lv_json_close (writer->json, ']');
}

const LvKind lv_as_tool_decls = { read_wire_decls, write_wire_decls, LV_SHAPE_OBJECTS };

/* ---- use ---- */

const char *
lv_tool_decl_get_name (LvToolDecl *decl)
{
  return decl->name;
}

const char *
lv_tool_decl_get_description (LvToolDecl *decl)
{
  return decl->description != NULL ? decl->description : "";
}

const char *
lv_tool_decl_get_parameters (LvToolDecl *decl)
{
  return decl->parameters;
}

LvBehavior
lv_tool_decl_get_behavior (LvToolDecl *decl)
{
  return decl->behavior;
}

gboolean
lv_tool_decl_has_behavior (LvToolDecl *decl)
{
  return decl->has_behavior;
}

LvRisk
lv_tool_decl_get_risk (LvToolDecl *decl)
{
  return decl->risk;
}

guint
lv_tool_decl_get_timeout_ms (LvToolDecl *decl)
{
  return (guint) decl->timeout_ms;
}

gboolean
lv_tool_decl_validate_args (LvToolDecl *decl, const char *args, GError **error)
{
  g_autoptr (JsonNode) root = lv_json_parse (args, -1, LV_JSON_MAX_BYTES, error);
  LvJsonReader reader = { LV_READ_DECLARATION, LV_ERROR_INVALID_ARGS, NULL };
  const LvJsonPath path = { NULL, "args", 0 };
  gboolean valid;

  if (root == NULL)
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (root))
    valid = lv_reader_expected (&reader, &path, "object", root);
  else
    valid = decl->schema == NULL || lv_schema_validate (decl->schema, &reader, &path, root);
  if (!valid)
    g_propagate_error (error, reader.error);
  return valid;
}
