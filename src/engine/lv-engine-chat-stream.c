/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-chat-stream.h"

#include "engine/lv-engine-speakable.h"
#include "protocol/lv-json-text.h"
#include "protocol/lv-json.h"

#include <string.h>

#define THINK "<think>"
#define THINK_END "</think>"

typedef struct {
  char *id;
  GString *name;
  GString *args;
} PartialCall;

struct _LvEngineChatStream {
  LvEngineChatSayFunc func;
  gpointer data;

  GString *pending; /* not said yet */
  GString *said;
  GPtrArray *calls;    /* PartialCall, by their index */
  gboolean whole;      /* its end has come */
  const char *problem; /* static; NULL: none so far */
};

static void
partial_call_free (PartialCall *call)
{
  g_free (call->id);
  g_string_free (call->name, TRUE);
  g_string_free (call->args, TRUE);
  g_free (call);
}

LvEngineChatStream *
lv_engine_chat_stream_new (LvEngineChatSayFunc func, gpointer data)
{
  LvEngineChatStream *self = g_new0 (LvEngineChatStream, 1);

  self->func = func;
  self->data = data;
  self->pending = g_string_new (NULL);
  self->said = g_string_new (NULL);
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) partial_call_free);
  return self;
}

void
lv_engine_chat_stream_free (LvEngineChatStream *self)
{
  g_string_free (self->pending, TRUE);
  g_string_free (self->said, TRUE);
  g_ptr_array_unref (self->calls);
  g_free (self);
}

/* ---- text ---- */

/* Of a thought only its beginning and what may be the beginning of its end are kept. */
static void
forget_thought (LvEngineChatStream *self)
{
  const gsize kept = strlen (THINK) + strlen (THINK_END);

  if (self->pending->len > kept)
    g_string_erase (self->pending, strlen (THINK), self->pending->len - kept);
}

/* Cuts out a whole thought; FALSE while one is unfinished, or may be beginning. */
static gboolean
skip_thought (LvEngineChatStream *self)
{
  gsize begun = MIN (self->pending->len, strlen (THINK));
  const char *end;

  if (self->said->len > 0 || strncmp (self->pending->str, THINK, begun) != 0)
    return TRUE;
  end = strstr (self->pending->str, THINK_END);
  if (end == NULL)
    {
      forget_thought (self);
      return FALSE;
    }
  end += strlen (THINK_END);
  end += strspn (end, " \n");
  g_string_erase (self->pending, 0, end - self->pending->str);
  return TRUE;
}

static void
say (LvEngineChatStream *self, gsize n_bytes)
{
  g_autofree char *text = g_strndup (self->pending->str, n_bytes);

  g_string_erase (self->pending, 0, n_bytes);
  if (self->said->len + n_bytes > LV_ENGINE_CHAT_MAX_ANSWER)
    return;
  g_string_append (self->said, text);
  self->func (text, self->data);
}

/* A sentence is whole when something follows it. */
static void
say_sentences (LvEngineChatStream *self)
{
  gsize n;

  if (!skip_thought (self))
    return;
  while ((n = lv_engine_speakable_sentence (self->pending->str)) < self->pending->len)
    say (self, n);
}

/* ---- calls ---- */

static JsonObject *
get_element (JsonArray *array, guint index)
{
  JsonNode *node = json_array_get_element (array, index);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static void
append_limited (GString *string, const char *text, gsize max)
{
  if (text != NULL && string->len + strlen (text) <= max)
    g_string_append (string, text);
}

static PartialCall *
ensure_call (LvEngineChatStream *self, guint index)
{
  while (self->calls->len <= index)
    {
      PartialCall *call = g_new0 (PartialCall, 1);

      call->name = g_string_new (NULL);
      call->args = g_string_new (NULL);
      g_ptr_array_add (self->calls, call);
    }
  return self->calls->pdata[index];
}

/* Pieces of a call carry its index; where a server leaves that out, a piece with a name begins a
 * call. */
static void
read_call (LvEngineChatStream *self, JsonObject *piece)
{
  JsonObject *function = lv_json_find_object (piece, "function");
  const char *id = lv_json_find_string (piece, "id"),
             *name = lv_json_find_string (function, "name");
  guint last = MAX (self->calls->len, 1) - 1;
  gint64 index = name != NULL && *name != '\0' ? self->calls->len : last;
  PartialCall *call;

  index = json_object_get_int_member_with_default (piece, "index", index);
  if (index < 0 || index >= LV_ENGINE_CHAT_MAX_CALLS)
    return;
  call = ensure_call (self, index);
  if (id != NULL && *id != '\0')
    {
      g_free (call->id);
      call->id = g_strdup (id);
    }
  append_limited (call->name, name, LV_TOOL_WIRE_NAME_MAX);
  append_limited (call->args, lv_json_find_string (function, "arguments"), LV_ENGINE_CHAT_MAX_ARGS);
}

/* ---- events ---- */

static void
read_delta (LvEngineChatStream *self, JsonObject *delta)
{
  const char *content = lv_json_find_string (delta, "content");
  JsonArray *calls = lv_json_find_array (delta, "tool_calls");

  append_limited (self->pending, content, 2 * LV_ENGINE_CHAT_MAX_ANSWER);
  for (guint i = 0; calls != NULL && i < json_array_get_length (calls); i++)
    if (get_element (calls, i) != NULL)
      read_call (self, get_element (calls, i));
  say_sentences (self);
}

static void
read_choice (LvEngineChatStream *self, JsonObject *choice)
{
  const gboolean streamed = json_object_has_member (choice, "delta");

  self->whole |= !streamed || lv_json_find_string (choice, "finish_reason") != NULL;
  read_delta (self, lv_json_find_object (choice, streamed ? "delta" : "message"));
}

gboolean
lv_engine_chat_stream_push (LvEngineChatStream *self, const char *json)
{
  g_autoptr (JsonNode) root = NULL;
  JsonObject *event;
  JsonArray *choices;

  self->whole |= g_str_equal (json, "[DONE]");
  if (g_str_equal (json, "[DONE]"))
    return FALSE;
  root = lv_json_parse (json, -1, LV_JSON_MAX_BYTES, NULL);
  event = root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  if (event == NULL)
    self->problem = "not a JSON object";
  else if (json_object_has_member (event, "error") && !json_object_get_null_member (event, "error"))
    self->problem = "an error";
  if (self->problem != NULL)
    return FALSE;
  choices = lv_json_find_array (event, "choices");
  if (choices != NULL && json_array_get_length (choices) > 0 && get_element (choices, 0) != NULL)
    read_choice (self, get_element (choices, 0));
  return TRUE;
}

const char *
lv_engine_chat_stream_end (LvEngineChatStream *self)
{
  if (skip_thought (self) && self->pending->len > 0)
    say (self, self->pending->len);
  if (self->problem != NULL)
    return self->problem;
  if (!self->whole)
    return "cut off";
  return self->said->len > 0 || self->calls->len > 0 ? NULL : "empty";
}

const char *
lv_engine_chat_stream_get_text (LvEngineChatStream *self)
{
  return self->said->str;
}

GPtrArray *
lv_engine_chat_stream_dup_calls (LvEngineChatStream *self)
{
  GPtrArray *calls = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_call_free);

  for (guint i = 0; i < self->calls->len; i++)
    {
      const PartialCall *call = self->calls->pdata[i];
      gboolean whole = lv_json_text_check_object (call->args->str, NULL);

      if (call->name->len > 0)
        g_ptr_array_add (calls, lv_function_call_new (call->id, call->name->str,
                                                      whole ? call->args->str : "{}"));
    }
  return calls;
}
