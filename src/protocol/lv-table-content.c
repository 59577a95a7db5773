/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Contents and their parts, of both directions.
 */
#include "protocol/lv-table.h"

#define BLOB(member) offsetof (LvBlob, member)
#define FILE_(member) offsetof (LvFile, member)
#define CODE(member) offsetof (LvCode, member)
#define RESULT(member) offsetof (LvCodeResult, member)
#define PART(member) offsetof (LvPart, member)

static gboolean
check_blob (LvJsonReader *reader, const LvJsonPath *path, gpointer base)
{
  const LvBlob *blob = base;

  if (blob->mime_type != NULL && blob->data != NULL)
    return TRUE;
  lv_reader_wrong (reader, path, reader->code, "mime_type and data must be set");
  return FALSE;
}

const LvFields lv_blob_fields = {
  .type = "Blob",
  .size = sizeof (LvBlob),
  .free = (GDestroyNotify) lv_blob_free,
  .check = check_blob,
  .rows = {
      { "mimeType", &lv_as_string, BLOB (mime_type) },
      { "data", &lv_as_base64, BLOB (data) },
      { "displayName", &lv_as_string, BLOB (display_name) },
      { NULL },
  },
};

static const LvFields file_fields = {
  .type = "FileData",
  .size = sizeof (LvFile),
  .free = (GDestroyNotify) lv_file_free,
  .rows = {
      { "mimeType", &lv_as_string, FILE_ (mime_type) },
      { "fileUri", &lv_as_string, FILE_ (uri) },
      { "displayName", &lv_as_string, FILE_ (display_name) },
      { NULL },
  },
};

static const LvFields code_fields = {
  .type = "ExecutableCode",
  .size = sizeof (LvCode),
  .free = (GDestroyNotify) lv_code_free,
  .rows = {
      { "id", &lv_as_string, CODE (id) },
      { "language", &lv_as_string, CODE (language) },
      { "code", &lv_as_string, CODE (code) },
      { NULL },
  },
};

static const LvFields code_result_fields = {
  .type = "CodeExecutionResult",
  .size = sizeof (LvCodeResult),
  .free = (GDestroyNotify) lv_code_result_free,
  .rows = {
      { "id", &lv_as_string, RESULT (id) },
      { "outcome", &lv_as_string, RESULT (outcome) },
      { "output", &lv_as_string, RESULT (output) },
      { NULL },
  },
};

static const LvFields speech_metadata_fields = {
  .type = "SpeechMetadata",
  .rows = {
      { "speaker", &lv_as_string, PART (speaker) },
      { "style", &lv_as_string, PART (style) },
      { NULL },
  },
};

#define DATA .oneof = "data"
#define NOT_LIVE "not used in the Live API: calls and answers have messages of their own"
#define OWN_TOOLS "the service runs its own tools, and tells the result"
#define NOT_SENT "for files and recorded video, which the Live API does not take"

const LvFields lv_part_fields = {
  .type = "Part",
  .size = sizeof (LvPart),
  .free = (GDestroyNotify) lv_part_free,
  .rows = {
      { "text", &lv_as_string, PART (text), DATA },
      { "inlineData", &lv_as_struct, PART (blob), &lv_blob_fields, DATA },
      { "fileData", &lv_as_struct, PART (file), &file_fields, DATA },
      { "executableCode", &lv_as_struct, PART (code), &code_fields, DATA },
      { "codeExecutionResult", &lv_as_struct, PART (code_result), &code_result_fields, DATA },
      { "thought", &lv_as_bool, PART (thought) },
      { "thoughtSignature", &lv_as_string, PART (thought_signature) },
      { "speechMetadata", &lv_as_object, 0, &speech_metadata_fields },
      { "functionCall", &lv_as_ignored, 0, NOT_LIVE, DATA },
      { "functionResponse", &lv_as_ignored, 0, NOT_LIVE, DATA },
      { "toolCall", &lv_as_ignored, 0, OWN_TOOLS },
      { "toolResponse", &lv_as_ignored, 0, OWN_TOOLS },
      { "audioTranscription", &lv_as_ignored, 0, "outputTranscription says the same" },
      { "videoMetadata", &lv_as_ignored, 0, NOT_SENT },
      { "mediaResolution", &lv_as_ignored, 0, "set for the whole session" },
      { "partMetadata", &lv_as_ignored, 0, "an application's own notes, of which we have none" },
      { NULL },
  },
};

const LvFields lv_response_part_fields = {
  .type = "FunctionResponsePart",
  .size = sizeof (LvPart),
  .free = (GDestroyNotify) lv_part_free,
  .rows = {
      { "inlineData", &lv_as_struct, PART (blob), &lv_blob_fields, DATA },
      { "fileData", &lv_as_struct, PART (file), &file_fields, DATA },
      { NULL },
  },
};

/* ---- contents ---- */

static gboolean
read_role (LvJsonReader *reader, const LvJsonPath *path, JsonNode *node, const LvField *field,
           gpointer base)
{
  LvRole *member = LV_FIELD_MEMBER (LvRole, base, field);
  LvField text = { .name = field->name };
  g_autofree char *name = NULL;

  if (!lv_read_string (reader, path, node, &text, &name))
    return FALSE;
  if (g_strcmp0 (name, "model") == 0)
    *member = LV_ROLE_MODEL;
  else if (g_strcmp0 (name, "user") == 0)
    *member = LV_ROLE_USER;
  else
    return lv_reader_wrong (reader, NULL, reader->code, "Please use a valid role: user, model.");
  return TRUE;
}

static void
write_role (LvWriter *writer, const LvField *field, gconstpointer base)
{
  lv_json_add_string (writer->json, field->name,
                      *LV_FIELD_MEMBER (LvRole, base, field) == LV_ROLE_MODEL ? "model" : "user");
}

static const LvKind role_kind = { read_role, write_role, LV_SHAPE_VALUE };

static gboolean
is_empty (const LvPart *part)
{
  return part->text == NULL && part->blob == NULL && part->file == NULL && part->code == NULL &&
         part->code_result == NULL;
}

/* Text and data in one part, as a liberal reader may find them, become two. */
static LvPart *
split (LvPart *part)
{
  LvPart *rest;

  if (part->text == NULL || part->blob == NULL)
    return NULL;
  rest = lv_part_new ();
  rest->blob = g_steal_pointer (&part->blob);
  return rest;
}

/* Parts that say nothing to us go. */
static gboolean
check_content (LvJsonReader *reader, const LvJsonPath *path, gpointer base)
{
  LvContent *content = base;

  for (guint i = 0; i < content->parts->len;)
    {
      LvPart *rest = split (content->parts->pdata[i]);

      if (rest != NULL)
        g_ptr_array_insert (content->parts, (int) i + 1, rest);
      if (is_empty (content->parts->pdata[i]))
        g_ptr_array_remove_index (content->parts, i);
      else
        i++;
    }
  return TRUE;
}

static void
init_content (gpointer base)
{
  LvContent *content = base;

  content->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_part_free);
}

const LvFields lv_content_fields = {
  .type = "Content",
  .size = sizeof (LvContent),
  .free = (GDestroyNotify) lv_content_free,
  .init = init_content,
  .check = check_content,
  .rows = {
      { "role", &role_kind, offsetof (LvContent, role) },
      { "parts", &lv_as_structs, offsetof (LvContent, parts), &lv_part_fields },
      { NULL },
  },
};
