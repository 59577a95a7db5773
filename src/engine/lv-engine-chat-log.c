/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-chat-log.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define CANCELLED "{\"error\":\"cancelled by the user\"}"

typedef struct {
  const char *role;
  char *text;
  char *id;         /* tool: of the call */
  GPtrArray *calls; /* assistant: LvFunctionCall */
} Message;

struct _LvEngineChatLog {
  char *system;
  GPtrArray *messages; /* Message */
  GHashTable *open;    /* ids of calls */
};

static void
message_free (Message *message)
{
  g_free (message->text);
  g_free (message->id);
  g_clear_pointer (&message->calls, g_ptr_array_unref);
  g_free (message);
}

LvEngineChatLog *
lv_engine_chat_log_new (const char *system)
{
  LvEngineChatLog *self = g_new0 (LvEngineChatLog, 1);

  self->system = g_strdup (system);
  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) message_free);
  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

void
lv_engine_chat_log_set_system (LvEngineChatLog *self, const char *system)
{
  g_free (self->system);
  self->system = g_strdup (system);
}

void
lv_engine_chat_log_free (LvEngineChatLog *self)
{
  g_free (self->system);
  g_ptr_array_unref (self->messages);
  g_hash_table_unref (self->open);
  g_free (self);
}

/* ---- adding ---- */

static gsize
message_size (const Message *message)
{
  gsize size = strlen (message->text);

  for (guint i = 0; message->calls != NULL && i < message->calls->len; i++)
    size += strlen (((LvFunctionCall *) message->calls->pdata[i])->args);
  return size;
}

static gboolean
is_user (const Message *message)
{
  return g_str_equal (message->role, "user");
}

/* Whole turns go, from one user's words to the next: no answer stays without its question. The last
 * turn stays. */
static void
drop_oldest (LvEngineChatLog *self)
{
  gsize size = 0;
  guint first = 0, turn = 0;

  for (guint i = self->messages->len; i-- > 0;)
    {
      size += message_size (self->messages->pdata[i]);
      if ((size > LV_ENGINE_CHAT_LOG_MAX_BYTES ||
           self->messages->len - i > LV_ENGINE_CHAT_LOG_MAX_MESSAGES) &&
          turn > 0)
        {
          first = turn;
          break;
        }
      if (is_user (self->messages->pdata[i]))
        turn = i;
    }
  if (first > 0)
    g_ptr_array_remove_range (self->messages, 0, first);
}

static Message *
add_message (LvEngineChatLog *self, const char *role, const char *text)
{
  Message *message = g_new0 (Message, 1);

  message->role = role;
  message->text = g_strdup (text);
  g_ptr_array_add (self->messages, message);
  return message;
}

static void
add_tool_message (LvEngineChatLog *self, const char *id, const char *text)
{
  add_message (self, "tool", text)->id = g_strdup (id);
}

static void
close_calls (LvEngineChatLog *self)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->open);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    add_tool_message (self, id, CANCELLED);
  g_hash_table_remove_all (self->open);
}

void
lv_engine_chat_log_add_text (LvEngineChatLog *self, LvRole role, const char *text)
{
  close_calls (self);
  add_message (self, role == LV_ROLE_MODEL ? "assistant" : "user", text);
  drop_oldest (self);
}

void
lv_engine_chat_log_add_calls (LvEngineChatLog *self, const char *text, GPtrArray *calls)
{
  Message *message = add_message (self, "assistant", text);

  message->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_call_free);
  for (guint i = 0; i < calls->len; i++)
    {
      const LvFunctionCall *call = calls->pdata[i];

      g_ptr_array_add (message->calls, lv_function_call_new (call->id, call->name, call->args));
      g_hash_table_add (self->open, g_strdup (call->id));
    }
}

void
lv_engine_chat_log_add_result (LvEngineChatLog *self, const LvFunctionResponse *response)
{
  g_autofree char *note = NULL;

  if (response->id != NULL && g_hash_table_remove (self->open, response->id))
    {
      add_tool_message (self, response->id, response->response);
      return;
    }
  note = g_strdup_printf ("Result of the function %s that you called before: %s", response->name,
                          response->response);
  lv_engine_chat_log_add_text (self, LV_ROLE_USER, note);
}

void
lv_engine_chat_log_cut (LvEngineChatLog *self, const char *heard)
{
  guint last = self->messages->len - 1;
  Message *message = self->messages->len > 0 ? self->messages->pdata[last] : NULL;

  if (message == NULL || !g_str_equal (message->role, "assistant") || message->calls != NULL)
    return;
  g_free (message->text);
  message->text = g_strdup (heard);
}

gboolean
lv_engine_chat_log_has_open_calls (LvEngineChatLog *self)
{
  return g_hash_table_size (self->open) > 0;
}

/* ---- the request ---- */

static void
add_member (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
build_calls (JsonBuilder *builder, GPtrArray *calls)
{
  json_builder_set_member_name (builder, "tool_calls");
  json_builder_begin_array (builder);
  for (guint i = 0; i < calls->len; i++)
    {
      const LvFunctionCall *call = calls->pdata[i];

      json_builder_begin_object (builder);
      add_member (builder, "id", call->id);
      add_member (builder, "type", "function");
      json_builder_set_member_name (builder, "function");
      json_builder_begin_object (builder);
      add_member (builder, "name", call->name);
      add_member (builder, "arguments", call->args);
      json_builder_end_object (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
build_message (JsonBuilder *builder, const Message *message)
{
  json_builder_begin_object (builder);
  add_member (builder, "role", message->role);
  add_member (builder, "content", message->text);
  if (message->id != NULL)
    add_member (builder, "tool_call_id", message->id);
  if (message->calls != NULL)
    build_calls (builder, message->calls);
  json_builder_end_object (builder);
}

static void
build_tool (JsonBuilder *builder, LvToolDecl *tool)
{
  const char *schema = lv_tool_decl_get_parameters (tool);
  JsonNode *parameters =
      json_from_string (schema != NULL ? schema : "{\"type\":\"object\",\"properties\":{}}", NULL);

  json_builder_begin_object (builder);
  add_member (builder, "type", "function");
  json_builder_set_member_name (builder, "function");
  json_builder_begin_object (builder);
  add_member (builder, "name", lv_tool_decl_get_name (tool));
  add_member (builder, "description", lv_tool_decl_get_description (tool));
  json_builder_set_member_name (builder, "parameters");
  json_builder_add_value (builder, parameters);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

GBytes *
lv_engine_chat_log_to_request (LvEngineChatLog *self, const char *model, GPtrArray *tools)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  const Message system = { .role = "system", .text = self->system };
  g_autoptr (JsonNode) root = NULL;
  char *text;

  json_builder_begin_object (builder);
  add_member (builder, "model", model);
  json_builder_set_member_name (builder, "stream");
  json_builder_add_boolean_value (builder, TRUE);
  json_builder_set_member_name (builder, "messages");
  json_builder_begin_array (builder);
  build_message (builder, &system);
  for (guint i = 0; i < self->messages->len; i++)
    build_message (builder, self->messages->pdata[i]);
  json_builder_end_array (builder);
  if (tools != NULL && tools->len > 0)
    {
      json_builder_set_member_name (builder, "tools");
      json_builder_begin_array (builder);
      for (guint i = 0; i < tools->len; i++)
        build_tool (builder, tools->pdata[i]);
      json_builder_end_array (builder);
    }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  return g_bytes_new_take (text, strlen (text));
}
