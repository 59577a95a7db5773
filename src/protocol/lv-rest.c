/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-rest.h"

#include "protocol/lv-json-writer.h"
#include "protocol/lv-json.h"

#include <string.h>

#define MESSAGE_MAX 300 /* bytes of a foreign message that are repeated */
#define LIVE_METHOD "bidiGenerateContent"

static gint64
get_int (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_int (node) : 0;
}

static JsonNode *
parse_object (GBytes *body, GError **error)
{
  gsize size;
  const char *text = g_bytes_get_data (body, &size);
  g_autoptr (GError) cause = NULL;
  g_autoptr (JsonNode) root =
      text != NULL ? lv_json_parse (text, size, LV_REST_MAX_BODY, &cause) : NULL;

  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    return g_steal_pointer (&root);
  g_set_error (error, LV_ERROR, LV_ERROR_SERVER, "the answer is no JSON object%s%s",
               cause != NULL ? ": " : "", cause != NULL ? cause->message : "");
  return NULL;
}

char *
lv_rest_parse_access_token (GBytes *body, guint *ret_lifetime_s, GError **error)
{
  g_autoptr (JsonNode) root = parse_object (body, error);
  JsonObject *object;
  const char *token;
  gint64 lifetime_s;

  if (root == NULL)
    return NULL;
  object = json_node_get_object (root);
  token = lv_json_find_string (object, "access_token");
  lifetime_s = get_int (object, "expires_in");
  if (token == NULL || *token == '\0')
    {
      g_set_error_literal (error, LV_ERROR, LV_ERROR_SERVER,
                           "the answer holds no \"access_token\"");
      return NULL;
    }
  *ret_lifetime_s = (guint) CLAMP (lifetime_s, 0, G_MAXINT);
  return g_strdup (token);
}

static char *
describe_error (JsonObject *object)
{
  JsonObject *inner = lv_json_find_object (object, "error");
  const char *code = lv_json_find_string (object, "error");
  const char *text = lv_json_find_string (inner != NULL ? inner : object,
                                          inner != NULL ? "message" : "error_description");

  if (code != NULL && text != NULL)
    return g_strdup_printf ("%s: %s", code, text);
  return g_strdup (text != NULL ? text : code);
}

char *
lv_rest_parse_error (GBytes *body)
{
  g_autoptr (JsonNode) root = parse_object (body, NULL);
  g_autofree char *text = root != NULL ? describe_error (json_node_get_object (root)) : NULL;
  g_autofree char *head = text != NULL ? g_strndup (text, MESSAGE_MAX) : NULL;

  return head != NULL ? g_utf8_make_valid (head, -1) : NULL;
}

static void
add_time (GString *json, const char *name, gint64 time_s)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_s);
  g_autofree char *text = g_date_time_format_iso8601 (time);

  lv_json_add_string (json, name, text);
}

char *
lv_rest_make_token_request (const LvRestTokenRequest *request)
{
  GString *json = g_string_new (NULL);

  lv_json_open (json, NULL, '{');
  lv_json_add_int (json, "uses", request->uses);
  add_time (json, "expireTime", request->expire_s);
  add_time (json, "newSessionExpireTime", request->new_session_expire_s);
  if (request->model != NULL)
    {
      lv_json_open (json, "bidiGenerateContentSetup", '{');
      lv_json_add_string (json, "model", request->model);
      lv_json_close (json, '}');
      lv_json_add_string (json, "fieldMask", "model");
    }
  lv_json_close (json, '}');
  return g_string_free (json, FALSE);
}

char *
lv_rest_parse_token (GBytes *body, gint64 *ret_expire_s, GError **error)
{
  g_autoptr (JsonNode) root = parse_object (body, error);
  const char *name, *expire;
  g_autoptr (GDateTime) time = NULL;

  if (root == NULL)
    return NULL;
  name = lv_json_find_string (json_node_get_object (root), "name");
  expire = lv_json_find_string (json_node_get_object (root), "expireTime");
  if (name == NULL || *name == '\0')
    {
      g_set_error_literal (error, LV_ERROR, LV_ERROR_SERVER, "the answer holds no token's name");
      return NULL;
    }
  time = expire != NULL ? g_date_time_new_from_iso8601 (expire, NULL) : NULL;
  if (time != NULL)
    *ret_expire_s = g_date_time_to_unix (time);
  return g_strdup (name);
}

/* ---- lists ---- */

static void
item_free (LvRestItem *item)
{
  g_free (item->id);
  g_free (item->name);
  g_free (item->description);
  g_free (item->locale);
  g_free (item);
}

GPtrArray *
lv_rest_items_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) item_free);
}

static char *
dup_string (JsonObject *object, const char *name)
{
  const char *value = lv_json_find_string (object, name);

  return g_strdup (value != NULL ? value : "");
}

static gboolean
is_live (JsonObject *model)
{
  JsonArray *methods = lv_json_find_array (model, "supportedGenerationMethods");
  guint n = methods != NULL ? json_array_get_length (methods) : 0;

  for (guint i = 0; i < n; i++)
    {
      JsonNode *node = json_array_get_element (methods, i);

      if (JSON_NODE_HOLDS_VALUE (node) && g_strcmp0 (json_node_get_string (node), LIVE_METHOD) == 0)
        return TRUE;
    }
  return FALSE;
}

/* NULL: not for us. */
static LvRestItem *
read_model (JsonObject *object)
{
  const char *name = lv_json_find_string (object, "name");
  LvRestItem *item;

  if (name == NULL || !is_live (object))
    return NULL;
  item = g_new0 (LvRestItem, 1);
  item->id = g_strdup (g_str_has_prefix (name, "models/") ? name + strlen ("models/") : name);
  item->name = dup_string (object, "displayName");
  item->description = dup_string (object, "description");
  item->locale = g_strdup ("");
  return item;
}

static const char *
find_string (JsonObject *object, const char *const *names)
{
  const char *value = NULL;

  for (gsize i = 0; names[i] != NULL && value == NULL; i++)
    value = lv_json_find_string (object, names[i]);
  return value;
}

static LvRestItem *
read_voice (JsonObject *object)
{
  static const char *const ids[] = { "id", "voiceId", "name", NULL };
  static const char *const locales[] = { "languageCode", "locale", "language", NULL };
  const char *id = find_string (object, ids);
  const char *locale = find_string (object, locales);
  LvRestItem *item;

  if (id == NULL)
    return NULL;
  item = g_new0 (LvRestItem, 1);
  item->id = g_strdup (g_str_has_prefix (id, "voices/") ? id + strlen ("voices/") : id);
  item->name = dup_string (object, "displayName");
  item->description = dup_string (object, "description");
  item->locale = g_strdup (locale != NULL ? locale : "");
  return item;
}

static gboolean
read_list (GBytes *body, const char *name, LvRestItem *(*read) (JsonObject *), GPtrArray *items,
           char **ret_page, GError **error)
{
  g_autoptr (JsonNode) root = parse_object (body, error);
  JsonArray *array;
  const char *page;

  if (root == NULL)
    return FALSE;
  array = lv_json_find_array (json_node_get_object (root), name);
  for (guint i = 0;
       array != NULL && i < json_array_get_length (array) && items->len < LV_REST_MAX_ITEMS; i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      LvRestItem *item = JSON_NODE_HOLDS_OBJECT (node) ? read (json_node_get_object (node)) : NULL;

      if (item != NULL)
        g_ptr_array_add (items, item);
    }
  page = lv_json_find_string (json_node_get_object (root), "nextPageToken");
  *ret_page = page != NULL && *page != '\0' ? g_strdup (page) : NULL;
  return TRUE;
}

gboolean
lv_rest_parse_models (GBytes *body, GPtrArray *items, char **ret_page, GError **error)
{
  return read_list (body, "models", read_model, items, ret_page, error);
}

gboolean
lv_rest_parse_voices (GBytes *body, GPtrArray *items, char **ret_page, GError **error)
{
  return read_list (body, "voices", read_voice, items, ret_page, error);
}
