/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-tool-decl.h"

#include <string.h>

#define TOOL(parameters) "[{\"name\":\"f\",\"parameters\":" parameters "}]"
#define JSON_TOOL(schema) "[{\"name\":\"f\",\"parametersJsonSchema\":" schema "}]"
#define OBJECT(properties) "{\"type\":\"object\",\"properties\":{" properties "}}"
#define PROPERTY(schema) TOOL (OBJECT ("\"x\":" schema))
#define JSON_PROPERTY(schema) JSON_TOOL (OBJECT ("\"x\":" schema))

static LvToolDecl *
parse_one (const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) decls = lv_tool_decl_parse_array (json, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (decls->len, ==, 1);
  return lv_tool_decl_ref (decls->pdata[0]);
}

/* ---- declarations ---- */

static void
test_full (void)
{
  g_autoptr (LvToolDecl) decl = parse_one (
      "[{\"name\":\"set_volume\",\"description\":\"Sets the volume\",\"behavior\":\"NON_BLOCKING\","
      "\"risk\":\"destructive\",\"timeoutMs\":5000,"
      "\"parameters\":{\"type\":\"OBJECT\",\"properties\":{\"type\":{\"type\":\"String\"}}}}]");

  g_assert_cmpstr (lv_tool_decl_get_name (decl), ==, "set_volume");
  g_assert_cmpstr (lv_tool_decl_get_description (decl), ==, "Sets the volume");
  g_assert_cmpint (lv_tool_decl_get_behavior (decl), ==, LV_BEHAVIOR_NON_BLOCKING);
  g_assert_cmpint (lv_tool_decl_get_risk (decl), ==, LV_RISK_DESTRUCTIVE);
  g_assert_cmpuint (lv_tool_decl_get_timeout_ms (decl), ==, 5000);
  g_assert_cmpstr (lv_tool_decl_get_parameters (decl), ==,
                   "{\"type\":\"object\",\"properties\":{\"type\":{\"type\":\"string\"}}}");
}

static void
test_defaults (void)
{
  g_autoptr (LvToolDecl) decl = parse_one ("[{\"name\":\"_a-9\"}]");

  g_assert_cmpstr (lv_tool_decl_get_description (decl), ==, "");
  g_assert_cmpint (lv_tool_decl_get_behavior (decl), ==, LV_BEHAVIOR_BLOCKING);
  g_assert_cmpint (lv_tool_decl_get_risk (decl), ==, LV_RISK_REVERSIBLE);
  g_assert_cmpuint (lv_tool_decl_get_timeout_ms (decl), ==, LV_TOOL_TIMEOUT_DEFAULT_MS);
  g_assert_null (lv_tool_decl_get_parameters (decl));
}

static void
test_no_parameters (void)
{
  static const char *const forms[] = {
    TOOL ("{\"type\":\"object\"}"),
    TOOL ("{\"type\":\"OBJECT\",\"properties\":{}}"),
    JSON_TOOL ("{\"type\":\"object\"}"),
    TOOL ("null"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autoptr (LvToolDecl) decl = parse_one (forms[i]);

      g_assert_null (lv_tool_decl_get_parameters (decl));
      g_assert_true (lv_tool_decl_validate_args (decl, "{\"anything\":1}", NULL));
    }
}

static void
test_rename (void)
{
  g_autoptr (LvToolDecl) decl =
      parse_one ("[{\"name\":\"a\",\"description\":\"d\",\"risk\":\"read\",\"parameters\":"
                 "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"integer\"}}}}]");
  g_autoptr (LvToolDecl) renamed = lv_tool_decl_rename (decl, "player_a");
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (lv_tool_decl_get_name (decl), ==, "a");
  g_clear_pointer (&decl, lv_tool_decl_unref);
  g_assert_cmpstr (lv_tool_decl_get_name (renamed), ==, "player_a");
  g_assert_cmpstr (lv_tool_decl_get_description (renamed), ==, "d");
  g_assert_cmpint (lv_tool_decl_get_risk (renamed), ==, LV_RISK_READ);
  g_assert_nonnull (lv_tool_decl_get_parameters (renamed));
  g_assert_false (lv_tool_decl_validate_args (renamed, "{\"x\":\"1\"}", &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
}

static void
test_empty_array (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) decls = lv_tool_decl_parse_array ("[]", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (decls->len, ==, 0);
}

static const struct {
  const char *json;
  LvErrorCode code;
  const char *message;
} wrong[] = {
  { "{}", LV_ERROR_INVALID_ARGS, "expected an array of function declarations" },
  { "[", LV_ERROR_INVALID_ARGS, "JSON, byte 1: the text ends where a value is expected" },
  { "[5]", LV_ERROR_INVALID_ARGS, "[0]: expected FunctionDeclaration" },
  { "[{}]", LV_ERROR_TOOL_NAME_INVALID,
    "[0].name: expected 1 to 40 letters, digits, _ or -, the first a letter or _" },
  { "[{\"name\":\"\"}]", LV_ERROR_TOOL_NAME_INVALID,
    "[0].name: expected 1 to 40 letters, digits, _ or -, the first a letter or _" },
  { "[{\"name\":\"9a\"}]", LV_ERROR_TOOL_NAME_INVALID,
    "[0].name: expected 1 to 40 letters, digits, _ or -, the first a letter or _" },
  { "[{\"name\":\"a.b\"}]", LV_ERROR_TOOL_NAME_INVALID,
    "[0].name: expected 1 to 40 letters, digits, _ or -, the first a letter or _" },
  { "[{\"name\":\"\xc3\xa4\"}]", LV_ERROR_TOOL_NAME_INVALID,
    "[0].name: expected 1 to 40 letters, digits, _ or -, the first a letter or _" },
  { "[{\"name\":\"a1234567890123456789012345678901234567890\"}]", LV_ERROR_TOOL_NAME_INVALID,
    "[0].name: expected 1 to 40 letters, digits, _ or -, the first a letter or _" },
  { "[{\"name\":5}]", LV_ERROR_INVALID_ARGS, "[0].name: expected string" },
  { "[{\"name\":\"a\"},{\"name\":\"a\"}]", LV_ERROR_INVALID_ARGS,
    "[1].name: Duplicate function declaration found: a" },
  { "[{\"name\":\"a\",\"parameter\":{}}]", LV_ERROR_INVALID_ARGS, "[0].parameter: unknown key" },
  { "[{\"name\":\"a\",\"response\":{}}]", LV_ERROR_INVALID_ARGS, "[0].response: unknown key" },
  { "[{\"name\":\"a\",\"description\":[]}]", LV_ERROR_INVALID_ARGS,
    "[0].description: expected string" },
  { "[{\"name\":\"a\",\"behavior\":\"async\"}]", LV_ERROR_INVALID_ARGS,
    "[0].behavior: expected one of BLOCKING, NON_BLOCKING" },
  { "[{\"name\":\"a\",\"risk\":\"high\"}]", LV_ERROR_INVALID_ARGS,
    "[0].risk: expected one of read, reversible, destructive" },
  { "[{\"name\":\"a\",\"timeoutMs\":0}]", LV_ERROR_INVALID_ARGS,
    "[0].timeoutMs: expected 1 to 3600000 milliseconds" },
  { "[{\"name\":\"a\",\"timeoutMs\":3600001}]", LV_ERROR_INVALID_ARGS,
    "[0].timeoutMs: expected 1 to 3600000 milliseconds" },
  { "[{\"name\":\"a\",\"timeoutMs\":\"soon\"}]", LV_ERROR_INVALID_ARGS,
    "[0].timeoutMs: expected integer" },
  { "[{\"name\":\"a\",\"parameters\":{\"type\":\"object\",\"properties\":{\"x\":{\"type\":"
    "\"string\"}}},"
    "\"parametersJsonSchema\":{\"type\":\"object\"}}]",
    LV_ERROR_INVALID_SCHEMA,
    "[0].parametersJsonSchema: parameters and parametersJsonSchema exclude each other" },
  /* schemas */
  { TOOL ("5"), LV_ERROR_INVALID_SCHEMA, "[0].parameters: expected Schema" },
  { TOOL ("{}"), LV_ERROR_INVALID_SCHEMA, "[0].parameters.type: must be specified" },
  { TOOL ("{\"type\":\"string\"}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters: schema should be of type OBJECT" },
  { JSON_TOOL ("{}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parametersJsonSchema: schema should be of type OBJECT" },
  { PROPERTY ("{\"type\":\"int\"}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.type: expected string, number, integer, boolean, array, object or "
    "null" },
  { PROPERTY ("{\"type\":5}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.type: expected string, number, integer, boolean, array, object or "
    "null" },
  { PROPERTY ("{\"type\":[\"string\"]}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.type: expected string, number, integer, boolean, array, object or "
    "null" },
  { PROPERTY ("\"string\""), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x: expected Schema" },
  { PROPERTY ("{\"type\":\"string\",\"foo\":1}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.foo: unknown key" },
  { PROPERTY ("{\"type\":\"object\",\"additionalProperties\":false}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.additionalProperties: unknown key" },
  { PROPERTY ("{\"type\":\"object\"}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.properties: should be non-empty for OBJECT type" },
  { PROPERTY ("{\"type\":\"array\"}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.items: missing field." },
  { PROPERTY ("{\"type\":\"array\",\"items\":{\"type\":\"array\",\"items\":{}}}"),
    LV_ERROR_INVALID_SCHEMA, "[0].parameters.properties.x.items.items.type: must be specified" },
  { PROPERTY ("{\"type\":\"integer\",\"enum\":[1]}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.enum[0]: expected string" },
  { PROPERTY ("{\"type\":\"integer\",\"enum\":[\"1\"]}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.enum: only allowed for STRING type" },
  { PROPERTY ("{\"type\":\"string\",\"enum\":[]}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.enum: expected a non-empty array" },
  { PROPERTY ("{\"type\":\"string\",\"enum\":\"a\"}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.enum: expected a non-empty array" },
  { PROPERTY ("{\"type\":\"string\",\"enum\":[\"a\",1]}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.enum[1]: expected string" },
  { PROPERTY ("{\"type\":\"string\",\"enum\":[\"\"]}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.enum[0]: cannot be empty" },
  { PROPERTY ("{\"type\":\"string\",\"description\":5}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.description: expected string" },
  { PROPERTY ("{\"type\":\"string\",\"propertyOrdering\":[5]}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.propertyOrdering[0]: expected string" },
  { TOOL (OBJECT ("\"\":{\"type\":\"string\"}")), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties: a name must have 1 to 64 bytes" },
  { TOOL (OBJECT ("\"a1234567890123456789012345678901234567890123456789012345678901234\":{}")),
    LV_ERROR_INVALID_SCHEMA, "[0].parameters.properties: a name must have 1 to 64 bytes" },
  { JSON_PROPERTY ("{\"enum\":[1],\"const\":1}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parametersJsonSchema.properties.x.const: enum and const exclude each other" },
  { PROPERTY ("{\"type\":\"string\",\"format\":\"email\"}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.format: only 'enum' and 'date-time' are supported for STRING "
    "type" },
  { PROPERTY ("{\"type\":\"integer\",\"format\":\"double\"}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.format: not supported for this type" },
  { PROPERTY ("{\"type\":\"integer\",\"minimum\":\"1\"}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.minimum: expected number" },
  { PROPERTY ("{\"type\":\"integer\",\"minimum\":2,\"maximum\":1}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x: a minimum is above its maximum" },
  { PROPERTY ("{\"type\":\"string\",\"minLength\":2,\"maxLength\":1}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x: a minimum is above its maximum" },
  { PROPERTY ("{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"minItems\":-1}"),
    LV_ERROR_INVALID_SCHEMA, "[0].parameters.properties.x.minItems: expected integer" },
  { PROPERTY ("{\"type\":\"string\",\"nullable\":1}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.nullable: expected boolean" },
  { PROPERTY ("{\"anyOf\":[]}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.anyOf: expected a non-empty array" },
  { PROPERTY ("{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"x\"}]}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties.x.anyOf[1].type: expected string, number, integer, boolean, array, "
    "object or null" },
  { TOOL ("{\"type\":\"object\",\"properties\":[]}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.properties: expected object" },
  { TOOL ("{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"string\"}},\"required\":[\"x\","
          "\"y\"]}"),
    LV_ERROR_INVALID_SCHEMA, "[0].parameters.required[1]: property is not defined" },
  { TOOL ("{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"string\"}},\"required\":[1]}"),
    LV_ERROR_INVALID_SCHEMA, "[0].parameters.required[0]: expected string" },
  { TOOL ("{\"type\":\"object\",\"required\":[\"y\"]}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parameters.required[0]: property is not defined" },
  { JSON_PROPERTY ("{\"$ref\":\"#\"}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parametersJsonSchema.properties.x.$ref: unknown key" },
  { JSON_PROPERTY ("{\"not\":{}}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parametersJsonSchema.properties.x.not: unknown key" },
  { JSON_PROPERTY ("{\"type\":[\"string\",\"x\"]}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parametersJsonSchema.properties.x.type[1]: expected string, number, integer, boolean, "
    "array, object or null" },
  { JSON_PROPERTY ("{\"additionalProperties\":{}}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parametersJsonSchema.properties.x.additionalProperties: expected boolean" },
  { JSON_PROPERTY ("{\"anyOf\":[{}],\"oneOf\":[{}]}"), LV_ERROR_INVALID_SCHEMA,
    "[0].parametersJsonSchema.properties.x.oneOf: anyOf and oneOf exclude each other" },
};

static void
test_wrong (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", wrong[i].json);
      g_assert_null (lv_tool_decl_parse_array (wrong[i].json, &error));
      g_assert_error (error, LV_ERROR, (int) wrong[i].code);
      g_assert_cmpstr (error->message, ==, wrong[i].message);
    }
}

static char *
make_array (guint n_decls, const char *description)
{
  GString *json = g_string_new ("[");

  for (guint i = 0; i < n_decls; i++)
    g_string_append_printf (json, "%s{\"name\":\"f%u\",\"description\":\"%s\"}", i > 0 ? "," : "",
                            i, description);
  g_string_append_c (json, ']');
  return g_string_free (json, FALSE);
}

/* What no call can break still reaches the model. */
static void
test_what_informs (void)
{
  static const char *const rows[][2] = {
    { "parameters",
      "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"string\",\"title\":\"t\","
      "\"description\":\"d\","
      "\"format\":\"date-time\",\"pattern\":\"a*\",\"default\":\"a\",\"example\":\"b\"}},"
      "\"propertyOrdering\":[\"x\"]}" },
    { "parametersJsonSchema",
      "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"string\",\"examples\":[\"b\"]}},"
      "\"$schema\":\"s\",\"$id\":\"i\",\"$comment\":\"c\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *json =
          g_strdup_printf ("[{\"name\":\"f\",\"%s\":%s}]", rows[i][0], rows[i][1]);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) decls = lv_tool_decl_parse_array (json, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (lv_tool_decl_get_parameters (decls->pdata[0]), ==, rows[i][1]);
      g_assert_true (lv_tool_decl_validate_args (decls->pdata[0], "{\"x\":\"zzz\"}", NULL));
    }
}

static void
test_limits (void)
{
  g_autofree char *most = make_array (LV_TOOLS_MAX_DECLARATIONS, "");
  g_autofree char *more = make_array (LV_TOOLS_MAX_DECLARATIONS + 1, "");
  g_autofree char *long_text = g_strnfill (LV_TOOLS_MAX_JSON, 'x');
  g_autofree char *larger = make_array (1, long_text);
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autoptr (GPtrArray) decls = lv_tool_decl_parse_array (most, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (decls->len, ==, LV_TOOLS_MAX_DECLARATIONS);
  g_assert_null (lv_tool_decl_parse_array (more, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_TOO_MANY);
  g_clear_error (&error);
  g_assert_null (lv_tool_decl_parse_array (larger, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_TOO_LARGE);
  g_clear_error (&error);
  deep[LV_TOOLS_MAX_JSON - 1] = '\0';
  g_assert_null (lv_tool_decl_parse_array (deep, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_TOO_DEEP);
}

/* ---- arguments ---- */

#define TWO                                                                                        \
  TOOL ("{\"type\":\"OBJECT\",\"required\":[\"percent\"],\"properties\":{"                         \
        "\"percent\":{\"type\":\"INTEGER\",\"minimum\":0,\"maximum\":100},"                        \
        "\"room\":{\"type\":\"STRING\",\"enum\":[\"kitchen\",\"bath\"]}}}")

static const struct {
  const char *tool, *args, *message; /* NULL: valid */
} calls[] = {
  { TWO, "{\"percent\":30}", NULL },
  { TWO, "{\"percent\":30.0,\"room\":\"bath\"}", NULL },
  { TWO, "{\"percent\":30,\"extra\":[]}", NULL },
  { TWO, "{}", "args.percent: required, but missing" },
  { TWO, "{\"room\":\"bath\"}", "args.percent: required, but missing" },
  { TWO, "{\"percent\":\"30\"}", "args.percent: expected integer" },
  { TWO, "{\"percent\":30.5}", "args.percent: expected integer" },
  { TWO, "{\"percent\":null}", "args.percent: expected integer" },
  { TWO, "{\"percent\":true}", "args.percent: expected integer" },
  { TWO, "{\"percent\":-1}", "args.percent: expected at least 0" },
  { TWO, "{\"percent\":100.0}", NULL },
  { TWO, "{\"percent\":101}", "args.percent: expected at most 100" },
  { TWO, "{\"percent\":1,\"room\":\"hall\"}", "args.room: expected one of [\"kitchen\",\"bath\"]" },
  { TWO, "[]", "args: expected object" },
  { TWO, "5", "args: expected object" },
  { TWO, "", "JSON, byte 0: the text ends where a value is expected" },
  { TWO, "{\"percent\":1,\"percent\":2}",
    "JSON, byte 25: an object has the key \"percent\" twice" },
  { PROPERTY ("{\"type\":\"string\"}"), "{\"x\":\"\"}", NULL },
  { PROPERTY ("{\"type\":\"string\"}"), "{\"x\":1}", "args.x: expected string" },
  { PROPERTY ("{\"type\":\"string\",\"nullable\":true}"), "{\"x\":null}", NULL },
  { PROPERTY ("{\"type\":\"string\",\"nullable\":true}"), "{\"x\":1}",
    "args.x: expected string or null" },
  { PROPERTY ("{\"type\":\"string\",\"nullable\":true,\"enum\":[\"a\"]}"), "{\"x\":null}", NULL },
  { PROPERTY ("{\"type\":\"string\",\"minLength\":2,\"maxLength\":\"3\"}"),
    "{\"x\":\"\xc3\xa4\xc3\xa4\xc3\xa4\"}", NULL },
  { PROPERTY ("{\"type\":\"string\",\"minLength\":2,\"maxLength\":3}"), "{\"x\":\"a\"}",
    "args.x: expected at least 2 characters" },
  { PROPERTY ("{\"type\":\"string\",\"minLength\":2,\"maxLength\":3}"), "{\"x\":\"abcd\"}",
    "args.x: expected at most 3 characters" },
  { PROPERTY ("{\"type\":\"number\",\"format\":\"double\",\"minimum\":0.5}"), "{\"x\":1}", NULL },
  { PROPERTY ("{\"type\":\"number\",\"format\":\"float\"}"), "{\"x\":1}", NULL },
  { PROPERTY ("{\"type\":\"number\",\"format\":\"int32\"}"), "{\"x\":1}", NULL },
  { PROPERTY ("{\"type\":\"number\",\"format\":\"int64\"}"), "{\"x\":1}", NULL },
  { PROPERTY ("{\"type\":\"integer\",\"format\":\"int32\"}"), "{\"x\":1}", NULL },
  { PROPERTY ("{\"type\":\"integer\",\"format\":\"int64\"}"), "{\"x\":1}", NULL },
  { PROPERTY ("{\"type\":\"string\",\"format\":\"date-time\"}"), "{\"x\":\"soon\"}", NULL },
  { PROPERTY ("{\"anyOf\":[{\"type\":\"boolean\",\"nullable\":true}]}"), "{\"x\":null}", NULL },
  { PROPERTY ("{\"anyOf\":[{\"type\":\"boolean\",\"nullable\":true}]}"), "{\"x\":true}", NULL },
  { PROPERTY ("{\"type\":\"number\",\"minimum\":0.5}"), "{\"x\":0.25}",
    "args.x: expected at least 0.5" },
  { PROPERTY ("{\"type\":\"boolean\"}"), "{\"x\":false}", NULL },
  { PROPERTY ("{\"type\":\"boolean\"}"), "{\"x\":0}", "args.x: expected boolean" },
  { PROPERTY ("{\"type\":\"null\"}"), "{\"x\":null}", NULL },
  { PROPERTY ("{\"type\":\"null\"}"), "{\"x\":{}}", "args.x: expected null" },
  { PROPERTY (
        "{\"type\":\"array\",\"minItems\":1,\"maxItems\":2,\"items\":{\"type\":\"integer\"}}"),
    "{\"x\":[1,2]}", NULL },
  { PROPERTY (
        "{\"type\":\"array\",\"minItems\":1,\"maxItems\":2,\"items\":{\"type\":\"integer\"}}"),
    "{\"x\":[]}", "args.x: expected at least 1 items" },
  { PROPERTY (
        "{\"type\":\"array\",\"minItems\":1,\"maxItems\":2,\"items\":{\"type\":\"integer\"}}"),
    "{\"x\":[1,2,3]}", "args.x: expected at most 2 items" },
  { PROPERTY ("{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}"), "{\"x\":[1,2,\"3\"]}",
    "args.x[2]: expected integer" },
  { PROPERTY ("{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}"), "{\"x\":1}",
    "args.x: expected array" },
  { PROPERTY (
        OBJECT ("\"y\":{\"type\":\"array\",\"items\":" OBJECT ("\"z\":{\"type\":\"string\"}") "}")),
    "{\"x\":{\"y\":[{\"z\":\"a\"},{\"z\":1}]}}", "args.x.y[1].z: expected string" },
  { PROPERTY ("{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"integer\",\"minimum\":5}]}"),
    "{\"x\":\"a\"}", NULL },
  { PROPERTY ("{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"integer\",\"minimum\":5}]}"),
    "{\"x\":5}", NULL },
  { PROPERTY ("{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"integer\",\"minimum\":5}]}"),
    "{\"x\":4}", "args.x: fits none of the alternatives of anyOf" },
  { JSON_PROPERTY ("{\"oneOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}"), "{\"x\":null}",
    NULL },
  { JSON_PROPERTY ("{\"type\":[\"string\",\"integer\"]}"), "{\"x\":1}", NULL },
  { JSON_PROPERTY ("{\"type\":[\"string\",\"integer\"]}"), "{\"x\":[]}",
    "args.x: expected string or integer" },
  { JSON_PROPERTY ("{\"const\":[1,{\"a\":null}]}"), "{\"x\":[1,{\"a\":null}]}", NULL },
  { JSON_PROPERTY ("{\"const\":1}"), "{\"x\":2}", "args.x: expected one of [1]" },
  { JSON_PROPERTY ("{\"enum\":[1,\"a\",null]}"), "{\"x\":null}", NULL },
  { JSON_PROPERTY ("{}"), "{\"x\":[{}]}", NULL },
  { JSON_TOOL ("{\"type\":\"object\",\"properties\":{\"a\":{}},\"additionalProperties\":false}"),
    "{\"a\":1}", NULL },
  { JSON_TOOL ("{\"type\":\"object\",\"properties\":{\"a\":{}},\"additionalProperties\":false}"),
    "{\"a\":1,\"b\":2}", "args.b: unknown key" },
  { JSON_TOOL ("{\"type\":\"object\",\"properties\":{\"a\":{}},\"additionalProperties\":true}"),
    "{\"b\":2}", NULL },
};

static void
test_args (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autoptr (LvToolDecl) decl = parse_one (calls[i].tool);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s %s", calls[i].tool, calls[i].args);
      g_assert_cmpint (lv_tool_decl_validate_args (decl, calls[i].args, &error), ==,
                       calls[i].message == NULL);
      g_assert_cmpstr (error != NULL ? error->message : NULL, ==, calls[i].message);
      if (error != NULL)
        g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
    }
}

static void
test_args_limits (void)
{
  g_autoptr (LvToolDecl) decl = parse_one (TWO);
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autofree char *large = g_strnfill (LV_TOOLS_MAX_JSON * 5, ' ');
  g_autoptr (GError) error = NULL;

  g_assert_false (lv_tool_decl_validate_args (decl, deep, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_TOO_DEEP);
  g_clear_error (&error);
  g_assert_false (lv_tool_decl_validate_args (decl, large, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_TOO_LARGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tool-decl/full", test_full);
  g_test_add_func ("/tool-decl/defaults", test_defaults);
  g_test_add_func ("/tool-decl/no-parameters", test_no_parameters);
  g_test_add_func ("/tool-decl/rename", test_rename);
  g_test_add_func ("/tool-decl/empty-array", test_empty_array);
  g_test_add_func ("/tool-decl/wrong", test_wrong);
  g_test_add_func ("/tool-decl/what-informs", test_what_informs);
  g_test_add_func ("/tool-decl/limits", test_limits);
  g_test_add_func ("/tool-decl/args", test_args);
  g_test_add_func ("/tool-decl/args-limits", test_args_limits);
  return g_test_run ();
}
