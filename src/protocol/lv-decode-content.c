/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-decode-content.h"

#include "base/lv-base64.h"

#include <string.h>

/* ---- blobs ---- */

static gboolean
read_base64 (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
             gpointer base)
{
  LvBlob *blob = base;
  const char *text = JSON_NODE_HOLDS_VALUE (node) ? json_node_get_string (node) : NULL;
  gsize n_chars = text != NULL ? strlen (text) : 0;
  g_autofree guint8 *bytes = g_malloc (lv_base64_decoded_bound (n_chars));
  gsize n_bytes;

  if (text == NULL || !lv_base64_decode (text, n_chars, bytes, &n_bytes))
    return lv_reader_expected (reader, path, "base64", node);
  g_clear_pointer (&blob->data, g_bytes_unref);
  blob->data = g_bytes_new_take (g_steal_pointer (&bytes), n_bytes);
  return TRUE;
}

static const LvFields blob_fields = {
  "Blob",
  {
      { "mimeType", lv_read_string, offsetof (LvBlob, mime_type) },
      { "data", read_base64 },
      { "displayName", lv_read_ignored },
      { NULL },
  },
};

gboolean
lv_read_blob (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
              gpointer base)
{
  g_autoptr (LvBlob) blob = lv_blob_new (NULL, NULL);
  LvBlob **member = LV_FIELD_MEMBER (LvBlob *, base, field);

  if (!lv_reader_read_fields (reader, path, node, &blob_fields, blob))
    return FALSE;
  if (blob->mime_type == NULL || blob->data == NULL)
    return lv_reader_wrong (reader, path, reader->code, "mime_type and data must be set");
  lv_blob_free (*member);
  *member = g_steal_pointer (&blob);
  return TRUE;
}

/* ---- contents ---- */

static const LvFields part_fields = {
  "Part",
  {
      { "text", lv_read_string, offsetof (LvPart, text) },
      { "inlineData", lv_read_blob, offsetof (LvPart, blob) },
      { "thought", lv_read_bool, offsetof (LvPart, thought) },
      { "thoughtSignature", lv_read_ignored },
      { "functionCall", lv_read_ignored },
      { "functionResponse", lv_read_ignored },
      { "fileData", lv_read_ignored },
      { "executableCode", lv_read_ignored },
      { "codeExecutionResult", lv_read_ignored },
      { "videoMetadata", lv_read_ignored },
      { "mediaResolution", lv_read_ignored },
      { "partMetadata", lv_read_ignored },
      { NULL },
  },
};

/* Text and data in one part, as a liberal reader may find them, become two. */
static void
add_part (LvContent *content, const LvPart *part)
{
  if (part->text != NULL)
    {
      lv_content_add_text (content, part->text);
      ((LvPart *) g_ptr_array_index (content->parts, content->parts->len - 1))->thought =
          part->thought;
    }
  if (part->blob != NULL)
    lv_content_add_blob (content, part->blob);
  g_free (part->text);
}

static gboolean
read_part (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
           gpointer base)
{
  LvPart part = { NULL };
  gboolean valid = lv_reader_read_fields (reader, path, node, &part_fields, &part);

  if (valid && part.text != NULL && part.blob != NULL)
    valid = lv_reader_oneof (reader, path, "data", "inlineData");
  add_part (base, &part);
  return valid;
}

static gboolean
read_parts (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
            gpointer base)
{
  return lv_reader_read_elements (reader, path, node, read_part, field, base);
}

static gboolean
read_role (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
           gpointer base)
{
  LvContent *content = base;
  g_autofree char *name = NULL;
  LvField text = { field->name, lv_read_string, 0, NULL };

  if (!lv_read_string (reader, path, node, &text, &name))
    return FALSE;
  if (g_strcmp0 (name, "model") == 0)
    content->role = LV_ROLE_MODEL;
  else if (g_strcmp0 (name, "user") == 0)
    content->role = LV_ROLE_USER;
  else
    return lv_reader_wrong (reader, NULL, reader->code, "Please use a valid role: user, model.");
  return TRUE;
}

static const LvFields content_fields = {
  "Content",
  {
      { "role", read_role },
      { "parts", read_parts },
      { NULL },
  },
};

static LvContent *
new_content (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node)
{
  gboolean from_server = reader->mode == LV_READ_LIBERAL;
  g_autoptr (LvContent) content = lv_content_new (from_server ? LV_ROLE_MODEL : LV_ROLE_USER);

  return lv_reader_read_fields (reader, path, node, &content_fields, content)
             ? g_steal_pointer (&content)
             : NULL;
}

gboolean
lv_read_content (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
                 gpointer base)
{
  LvContent **member = LV_FIELD_MEMBER (LvContent *, base, field);

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return lv_reader_expected (reader, path, content_fields.type, node);
  lv_content_free (*member);
  *member = new_content (reader, path, node);
  return *member != NULL;
}

static gboolean
read_turn (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
           gpointer base)
{
  LvContent *turn = new_content (reader, path, node);

  if (turn == NULL)
    return FALSE;
  g_ptr_array_add (*LV_FIELD_MEMBER (GPtrArray *, base, field), turn);
  return TRUE;
}

gboolean
lv_read_turns (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
               gpointer base)
{
  return lv_reader_read_elements (reader, path, node, read_turn, field, base);
}
