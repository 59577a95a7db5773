/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * setup.tools and contextUpdate.tools.tools.
 */
#include "protocol/lv-table.h"

#include "protocol/lv-tool-decl-json.h"

#include <string.h>

#define SETUP(member) offsetof (LvSetup, member)

/* ---- googleSearch ---- */

static gboolean
read_google_search (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                    const LvField *field, gpointer base)
{
  LvSetup *setup = base;

  if (!lv_read_fields (reader, path, node, &lv_google_search_fields, NULL))
    return FALSE;
  setup->google_search = TRUE;
  g_free (setup->google_search_options);
  setup->google_search_options =
      json_object_get_size (json_node_get_object (node)) > 0 ? lv_json_to_text (node) : NULL;
  return TRUE;
}

static void
write_google_search (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const LvSetup *setup = base;

  if (setup->google_search_options != NULL)
    lv_write_known (writer, field->name, setup->google_search_options, field->detail);
  else if (setup->google_search)
    lv_json_add_empty (writer->json, field->name);
}

static const LvKind google_search_kind = { read_google_search, write_google_search,
                                           LV_SHAPE_OBJECT };

/* ---- tools of the server that are passed on as they are ---- */

static char *
dup_elements (const char *array)
{
  g_autofree char *inner = g_strstrip (g_strdup (array));
  gsize length = strlen (inner);

  if (length < 2 || inner[0] != '[')
    return g_strdup ("");
  inner[length - 1] = '\0';
  return g_strdup (g_strchug (inner + 1));
}

static void
add_server_tool (LvSetup *setup, const char *name, JsonNode *node)
{
  g_autofree char *before = dup_elements (setup->server_tools != NULL ? setup->server_tools : "[]");
  g_autofree char *value = lv_json_to_text (node);
  char *all =
      g_strdup_printf ("[%s%s{\"%s\":%s}]", before, *before != '\0' ? "," : "", name, value);

  g_free (setup->server_tools);
  setup->server_tools = all;
}

static gboolean
read_server_tool (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                  const LvField *field, gpointer base)
{
  if (!lv_as_names.read (reader, path, node, field, NULL))
    return FALSE;
  add_server_tool (base, field->name, node);
  return TRUE;
}

static gboolean
read_server_tools (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node,
                   const LvField *field, gpointer base)
{
  if (!lv_as_names_array.read (reader, path, node, field, NULL))
    return FALSE;
  add_server_tool (base, field->name, node);
  return TRUE;
}

static const LvKind server_tool_kind = { read_server_tool, NULL, LV_SHAPE_OBJECT };
static const LvKind server_tools_kind = { read_server_tools, NULL, LV_SHAPE_OBJECTS };

/* ---- all of them ---- */

static const LvFields nothing = { .type = "Tool", .rows = { { NULL } } };

#define SERVER_TOOL(name, kind, fields)                                                            \
  {                                                                                                \
    name, &(kind), .detail = &(fields), .needs = LV_CAN_SERVER_TOOLS                               \
  }

const LvFields lv_tool_fields = {
  .type = "Tool",
  .rows = {
      { "functionDeclarations", &lv_as_tool_decls, SETUP (tools), &lv_tool_decl_wire_fields,
        .needs = LV_CAN_FUNCTIONS },
      { "googleSearch", &google_search_kind, 0, &lv_google_search_fields,
        .needs = LV_CAN_GOOGLE_SEARCH },
      { "codeExecution", &lv_as_present, SETUP (code_execution), &nothing,
        .needs = LV_CAN_CODE_EXECUTION },
      { "urlContext", &lv_as_present, SETUP (url_context), &nothing,
        .needs = LV_CAN_URL_CONTEXT },
      SERVER_TOOL ("googleMaps", server_tool_kind, lv_google_maps_fields),
      SERVER_TOOL ("fileSearch", server_tool_kind, lv_file_search_fields),
      SERVER_TOOL ("computerUse", server_tool_kind, lv_computer_use_fields),
      SERVER_TOOL ("mcpServers", server_tools_kind, lv_mcp_server_fields),
      SERVER_TOOL ("retrieval", server_tool_kind, lv_retrieval_fields),
      SERVER_TOOL ("enterpriseWebSearch", server_tool_kind, lv_enterprise_web_search_fields),
      SERVER_TOOL ("exaAiSearch", server_tool_kind, lv_exa_ai_search_fields),
      SERVER_TOOL ("parallelAiSearch", server_tool_kind, lv_parallel_ai_search_fields),
      { NULL },
  },
};

static gboolean
read_tool (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
           gpointer base)
{
  return lv_read_fields (reader, path, node, &lv_tool_fields, base);
}

static gboolean
read_tools (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
            gpointer base)
{
  return lv_read_elements (reader, path, node, read_tool, field, base);
}

static void
write_tool (LvWriter *writer, const LvField *row, gconstpointer base)
{
  gsize length = writer->json->len;
  gsize begin;

  lv_json_open (writer->json, NULL, '{');
  begin = writer->json->len;
  lv_write_row (writer, row, base);
  if (writer->json->len > begin)
    lv_json_close (writer->json, '}');
  else
    g_string_truncate (writer->json, length);
}

/* TRUE: there are any. */
static gboolean
write_array (LvWriter *writer, const LvField *field, gconstpointer base)
{
  const LvSetup *setup = base;
  LvJsonPath path = { writer->path, field->name, 0 };
  gsize begin;

  lv_json_open (writer->json, field->name, '[');
  begin = writer->json->len;
  writer->path = &path;
  for (const LvField *row = lv_tool_fields.rows; row->name != NULL; row++)
    write_tool (writer, row, base);
  if (setup->server_tools != NULL)
    lv_write_known_elements (writer, setup->server_tools, &lv_tool_fields);
  writer->path = path.parent;
  lv_json_close (writer->json, ']');
  return writer->json->len > begin + 1;
}

static void
write_tools (LvWriter *writer, const LvField *field, gconstpointer base)
{
  gsize length = writer->json->len;

  if (!write_array (writer, field, base))
    g_string_truncate (writer->json, length);
}

static void
write_all_tools (LvWriter *writer, const LvField *field, gconstpointer base)
{
  write_array (writer, field, base);
}

const LvKind lv_as_tools = { read_tools, write_tools, LV_SHAPE_OBJECTS };
const LvKind lv_as_all_tools = { read_tools, write_all_tools, LV_SHAPE_OBJECTS };
