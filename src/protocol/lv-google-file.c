/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-google-file.h"

#include "protocol/lv-json-writer.h"
#include "protocol/lv-json.h"

#include <string.h>

#define TOKEN_URI "https://oauth2.googleapis.com/token"
#define SCOPE "https://www.googleapis.com/auth/cloud-platform"
#define GRANT_ASSERTION "urn:ietf:params:oauth:grant-type:jwt-bearer"
#define LIFETIME_S 3600
#define QUOTED_MAX 64 /* bytes */

typedef struct {
  const char *name;
  gsize offset;
  gboolean needed;
} Member;

#define FIELD(member) G_STRUCT_OFFSET (LvGoogleFile, member)

/* Each ends with an empty row. */
static const Member service_account[] = {
  { "client_email", FIELD (client_email), TRUE },
  { "private_key", FIELD (private_key), TRUE },
  { "private_key_id", FIELD (private_key_id), FALSE },
  { "token_uri", FIELD (token_uri), FALSE },
  { NULL },
};
static const Member authorized_user[] = {
  { "client_id", FIELD (client_id), TRUE },
  { "client_secret", FIELD (client_secret), TRUE },
  { "refresh_token", FIELD (refresh_token), TRUE },
  { "token_uri", FIELD (token_uri), FALSE },
  { NULL },
};

static const struct {
  const char *type;
  LvGoogleKind kind;
  const Member *members;
} kinds[] = {
  { "service_account", LV_GOOGLE_SERVICE_ACCOUNT, service_account },
  { "authorized_user", LV_GOOGLE_AUTHORIZED_USER, authorized_user },
};

static void
wipe (char *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

void
lv_google_file_free (LvGoogleFile *file)
{
  g_free (file->token_uri);
  g_free (file->client_email);
  wipe (file->private_key);
  g_free (file->private_key_id);
  g_free (file->client_id);
  wipe (file->client_secret);
  wipe (file->refresh_token);
  g_free (file);
}

static gboolean
read_members (LvGoogleFile *file, JsonObject *object, const Member *members, GError **error)
{
  for (; members->name != NULL; members++)
    {
      const char *value = lv_json_find_string (object, members->name);

      if (value == NULL && members->needed)
        {
          g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "\"%s\" is missing", members->name);
          return FALSE;
        }
      G_STRUCT_MEMBER (char *, file, members->offset) = g_strdup (value);
    }
  return TRUE;
}

/* What is signed or sent there opens an account. */
static gboolean
check_token_uri (LvGoogleFile *file, GError **error)
{
  if (file->token_uri == NULL)
    file->token_uri = g_strdup (TOKEN_URI);
  if (g_str_has_prefix (file->token_uri, "https://") &&
      g_uri_is_valid (file->token_uri, G_URI_FLAGS_NONE, NULL))
    return TRUE;
  g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "\"token_uri\" is no https:// URL");
  return FALSE;
}

static void
refuse_type (const char *type, GError **error)
{
  g_autofree char *start = g_strndup (type, QUOTED_MAX);
  g_autofree char *quoted = start != NULL ? g_utf8_make_valid (start, -1) : NULL;

  if (quoted == NULL)
    g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "\"type\" is missing");
  else
    g_set_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED,
                 "credentials of type \"%s\" are not supported; use credential=command with "
                 "\"gcloud auth print-access-token\"",
                 quoted);
}

static LvGoogleFile *
read_object (JsonObject *object, GError **error)
{
  const char *type = lv_json_find_string (object, "type");
  g_autoptr (LvGoogleFile) file = g_new0 (LvGoogleFile, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (type, kinds[i].type) == 0)
      {
        file->kind = kinds[i].kind;
        return read_members (file, object, kinds[i].members, error) && check_token_uri (file, error)
                   ? g_steal_pointer (&file)
                   : NULL;
      }
  refuse_type (type, error);
  return NULL;
}

LvGoogleFile *
lv_google_file_parse (const char *text, gssize length, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (JsonNode) root = lv_json_parse (text, length, LV_GOOGLE_FILE_MAX, &local_error);

  if (root != NULL && JSON_NODE_HOLDS_OBJECT (root))
    return read_object (json_node_get_object (root), error);
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "not a JSON object%s%s",
               local_error != NULL ? ": " : "", local_error != NULL ? local_error->message : "");
  return NULL;
}

char *
lv_google_file_make_header (const LvGoogleFile *file)
{
  GString *json = g_string_new (NULL);

  lv_json_open (json, NULL, '{');
  lv_json_add_string (json, "alg", "RS256");
  lv_json_add_string (json, "typ", "JWT");
  lv_json_add_string (json, "kid", file->private_key_id);
  lv_json_close (json, '}');
  return g_string_free (json, FALSE);
}

char *
lv_google_file_make_claims (const LvGoogleFile *file, gint64 now_s)
{
  GString *json = g_string_new (NULL);

  lv_json_open (json, NULL, '{');
  lv_json_add_string (json, "iss", file->client_email);
  lv_json_add_string (json, "scope", SCOPE);
  lv_json_add_string (json, "aud", file->token_uri);
  lv_json_add_int (json, "iat", now_s);
  lv_json_add_int (json, "exp", now_s + LIFETIME_S);
  lv_json_close (json, '}');
  return g_string_free (json, FALSE);
}

static void
add_form (GString *form, const char *name, const char *value)
{
  if (form->len > 0)
    g_string_append_c (form, '&');
  g_string_append_printf (form, "%s=", name);
  g_string_append_uri_escaped (form, value, NULL, FALSE);
}

char *
lv_google_file_make_form (const LvGoogleFile *file, const char *assertion)
{
  GString *form = g_string_new (NULL);

  if (file->kind == LV_GOOGLE_SERVICE_ACCOUNT)
    {
      add_form (form, "grant_type", GRANT_ASSERTION);
      add_form (form, "assertion", assertion);
    }
  else
    {
      add_form (form, "grant_type", "refresh_token");
      add_form (form, "client_id", file->client_id);
      add_form (form, "client_secret", file->client_secret);
      add_form (form, "refresh_token", file->refresh_token);
    }
  return g_string_free (form, FALSE);
}
