/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-tokens.h"

#include "base/lv-random.h"
#include "engine/lv-engine-mask.h"
#include "protocol/lv-decode.h"
#include "protocol/lv-json.h"
#include "protocol/lv-model.h"

#include <string.h>

struct _LvEngineToken {
  char *setup; /* JSON object; NULL: the client's own */
  GStrv mask;  /* NULL: all of it */
  guint uses_left;
  gboolean unlimited;
  gint64 expires_us, last_session_us; /* real time */
};

struct _LvEngineTokens {
  GHashTable *tokens; /* name -> LvEngineToken */
  GQueue names;       /* oldest first; borrowed from the table's keys */
};

static void
clear_token (gpointer data)
{
  LvEngineToken *token = data;

  g_free (token->setup);
  g_strfreev (token->mask);
}

LvEngineToken *
lv_engine_token_ref (LvEngineToken *token)
{
  return g_rc_box_acquire (token);
}

void
lv_engine_token_unref (LvEngineToken *token)
{
  g_rc_box_release_full (token, clear_token);
}

gboolean
lv_engine_token_has_expired (const LvEngineToken *token)
{
  return g_get_real_time () >= token->expires_us;
}

gboolean
lv_engine_token_use (LvEngineToken *token)
{
  if (g_get_real_time () >= token->last_session_us || (!token->unlimited && token->uses_left == 0))
    return FALSE;
  if (!token->unlimited)
    token->uses_left--;
  return TRUE;
}

GBytes *
lv_engine_token_constrain (const LvEngineToken *token, GBytes *setup)
{
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (JsonNode) own = NULL;
  char *text;

  if (token->setup == NULL && token->mask == NULL)
    return g_bytes_ref (setup);
  if (token->setup != NULL)
    own = lv_json_parse (token->setup, -1, LV_JSON_MAX_BYTES, NULL);
  root = lv_json_parse_frame (setup, NULL);
  if (root == NULL || !lv_engine_mask_apply (root, own, token->mask))
    return g_bytes_ref (setup);

  text = lv_json_to_text (root);
  return g_bytes_new_take (text, strlen (text));
}

/* ---- what a request asks for ---- */

static gboolean
refuse (GError **error, const char *path, const char *what)
{
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "Invalid value at '%s': %s", path, what);
  return FALSE;
}

static gboolean
read_time (JsonNode *node, const char *path, gint64 *ret_us, GError **error)
{
  const char *text =
      json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node) : "";
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text, NULL);

  if (time == NULL)
    return refuse (error, path, "must be a timestamp as of RFC 3339");
  *ret_us = g_date_time_to_unix (time) * G_USEC_PER_SEC;
  if (*ret_us > g_get_real_time () + (gint64) LV_ENGINE_TOKEN_LIFE_MAX_S * G_USEC_PER_SEC)
    return refuse (error, path, "must be less than 20 hours in the future");
  return TRUE;
}

static gboolean
read_expire_time (LvEngineToken *token, JsonNode *node, GError **error)
{
  return read_time (node, "auth_token.expire_time", &token->expires_us, error);
}

static gboolean
read_new_session_expire_time (LvEngineToken *token, JsonNode *node, GError **error)
{
  return read_time (node, "auth_token.new_session_expire_time", &token->last_session_us, error);
}

static gboolean
read_uses (LvEngineToken *token, JsonNode *node, GError **error)
{
  const gint64 uses =
      json_node_get_value_type (node) == G_TYPE_INT64 ? json_node_get_int (node) : -1;

  if (uses < 0 || uses > LV_ENGINE_TOKEN_USES_MAX)
    return refuse (error, "auth_token.uses", "must be 0 or a small number");
  token->unlimited = uses == 0;
  token->uses_left = uses;
  return TRUE;
}

static gboolean
read_mask (LvEngineToken *token, JsonNode *node, GError **error)
{
  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return refuse (error, "auth_token.field_mask", "must be a string");
  token->mask = g_strsplit (json_node_get_string (node), ",", -1);
  return TRUE;
}

/* It must be one that a client could send, only the model may be left open. */
static gboolean
check_setup (JsonNode *setup, GError **error)
{
  JsonObject *object = json_node_get_object (setup);
  g_autoptr (LvClientMessage) message = NULL;
  g_autoptr (GBytes) frame = NULL;
  g_autofree char *inner = NULL;
  char *text;

  if (!json_object_has_member (object, "model"))
    json_object_set_string_member (object, "model", "models/" LV_MODEL_DEFAULT);
  inner = lv_json_to_text (setup);
  text = g_strdup_printf ("{\"setup\":%s}", inner);
  frame = g_bytes_new_take (text, strlen (text));
  message = lv_decode_client (frame, error);
  return message != NULL;
}

static gboolean
read_setup (LvEngineToken *token, JsonNode *node, GError **error)
{
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return refuse (error, "auth_token.bidi_generate_content_setup", "must be an object");
  token->setup = lv_json_to_text (node);
  return check_setup (node, error);
}

static const struct {
  const char *name;
  gboolean (*read) (LvEngineToken *token, JsonNode *node, GError **error);
} fields[] = {
  { "uses", read_uses },
  { "expireTime", read_expire_time },
  { "newSessionExpireTime", read_new_session_expire_time },
  { "bidiGenerateContentSetup", read_setup },
  { "fieldMask", read_mask },
};

static gboolean
read_field (LvEngineToken *token, const char *name, JsonNode *node, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (lv_engine_mask_same_name (fields[i].name, name))
      return fields[i].read (token, node, error);

  g_set_error (
      error, LV_ERROR, LV_ERROR_INVALID_ARGS,
      "Invalid JSON payload received. Unknown name \"%.64s\" at 'auth_token': Cannot find field.",
      name);
  return FALSE;
}

static gboolean
read_request (LvEngineToken *token, JsonNode *request, GError **error)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (!JSON_NODE_HOLDS_OBJECT (request))
    return refuse (error, "auth_token", "must be an object");
  json_object_iter_init (&iter, json_node_get_object (request));
  while (json_object_iter_next (&iter, &name, &node))
    if (!read_field (token, name, node, error))
      return FALSE;
  return TRUE;
}

/* ---- the store ---- */

LvEngineTokens *
lv_engine_tokens_new (void)
{
  LvEngineTokens *self = g_new0 (LvEngineTokens, 1);

  self->tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify) lv_engine_token_unref);
  return self;
}

void
lv_engine_tokens_free (LvEngineTokens *self)
{
  g_queue_clear (&self->names);
  g_hash_table_unref (self->tokens);
  g_free (self);
}

const char *
lv_engine_tokens_create (LvEngineTokens *self, JsonNode *request, GError **error)
{
  g_autoptr (LvEngineToken) token = g_rc_box_new0 (LvEngineToken);
  const gint64 now_us = g_get_real_time ();
  g_autofree char *random = NULL;
  char *name;

  token->uses_left = 1;
  token->expires_us = now_us + (gint64) LV_ENGINE_TOKEN_LIFE_S * G_USEC_PER_SEC;
  token->last_session_us = now_us + LV_ENGINE_TOKEN_SESSION_S * G_USEC_PER_SEC;
  if (!read_request (token, request, error))
    return NULL;

  random = lv_random_name ();
  name = g_strconcat (LV_ENGINE_TOKEN_PREFIX, random, NULL);
  g_hash_table_insert (self->tokens, name, g_steal_pointer (&token));
  g_queue_push_tail (&self->names, name);
  if (self->names.length > LV_ENGINE_TOKENS_MAX)
    g_hash_table_remove (self->tokens, g_queue_pop_head (&self->names));
  return name;
}

LvEngineToken *
lv_engine_tokens_find (LvEngineTokens *self, const char *name)
{
  return g_hash_table_lookup (self->tokens, name);
}
