/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-token-file.h"

#include "protocol/lv-google-file.h"
#include "transport/lv-jwt.h"
#include "transport/lv-token-exchange.h"
#include "transport/lv-token-metadata.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define ENV_FILE "GOOGLE_APPLICATION_CREDENTIALS"
#define ENV_CONFIG "CLOUDSDK_CONFIG"
#define WELL_KNOWN "application_default_credentials.json"
#define FORM_TYPE "application/x-www-form-urlencoded"

struct _LvTokenFile {
  LvTokenSource parent_instance;

  LvEndpointConfig *config;
  LvTokenSource *metadata; /* NULL: a file is needed */
};

G_DEFINE_FINAL_TYPE (LvTokenFile, lv_token_file, LV_TYPE_TOKEN_SOURCE)

static const char *
get_advice (LvGoogleKind kind)
{
  return kind == LV_GOOGLE_SERVICE_ACCOUNT
             ? "check that the service account's key still exists, or make a new one"
             : "run \"gcloud auth application-default login\" again";
}

/* ---- the file ---- */

static char *
dup_well_known_path (void)
{
  const char *dir = g_getenv (ENV_CONFIG);

  return dir != NULL ? g_build_filename (dir, WELL_KNOWN, NULL)
                     : g_build_filename (g_get_home_dir (), ".config", "gcloud", WELL_KNOWN, NULL);
}

/* NULL: nobody named a file, and there is none where Google's tools keep theirs. */
static char *
find_path (LvTokenFile *self)
{
  const char *named =
      *self->config->credential_file != '\0' ? self->config->credential_file : g_getenv (ENV_FILE);
  g_autofree char *well_known = dup_well_known_path ();

  if (named != NULL)
    return g_strdup (named);
  if (self->config->credential == LV_CREDENTIAL_ADC && g_file_test (well_known, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&well_known);
  return NULL;
}

static gboolean
check_file (const char *path, GError **error)
{
  struct stat info;

  if (stat (path, &info) != 0)
    g_set_error (error, LV_ERROR, LV_ERROR_NO_CREDENTIAL, "%s cannot be read: %s", path,
                 g_strerror (errno));
  else if (!S_ISREG (info.st_mode))
    g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "%s is not a regular file", path);
  else if (info.st_size > LV_GOOGLE_FILE_MAX)
    g_set_error (error, LV_ERROR, LV_ERROR_TOO_LARGE,
                 "%s is larger than %d bytes: not a credentials file", path, LV_GOOGLE_FILE_MAX);
  else
    return TRUE;
  return FALSE;
}

static LvGoogleFile *
load_path (LvTokenFile *self, const char *path, GError **error)
{
  g_autoptr (LvGoogleFile) file = NULL;
  g_autoptr (GError) cause = NULL;
  char *text;
  gsize length;

  if (!check_file (path, error))
    return NULL;
  if (!g_file_get_contents (path, &text, &length, &cause))
    {
      g_set_error_literal (error, LV_ERROR, LV_ERROR_NO_CREDENTIAL, cause->message);
      return NULL;
    }
  file = lv_google_file_parse (text, length, error);
  explicit_bzero (text, length);
  g_free (text);
  if (file == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  if (self->metadata == NULL && file->kind != LV_GOOGLE_SERVICE_ACCOUNT)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                   "%s is no service account's key; use credential=adc for it", path);
      return NULL;
    }
  return g_steal_pointer (&file);
}

/* NULL without an error: there is none, and none is needed. */
static LvGoogleFile *
load (LvTokenFile *self, GError **error)
{
  g_autofree char *path = find_path (self);

  if (path != NULL)
    return load_path (self, path, error);
  if (self->metadata == NULL)
    g_set_error_literal (error, LV_ERROR, LV_ERROR_NO_CREDENTIAL,
                         "No service account's key is configured: set credential-file or $" ENV_FILE
                         " to its file");
  return NULL;
}

/* ---- the token ---- */

static void
finish (GTask *task, LvSecret *secret, guint lifetime_s, GError *error)
{
  g_task_set_task_data (task, GUINT_TO_POINTER (lifetime_s), NULL);
  lv_secret_return_task (task, secret, error);
}

static void
on_exchanged (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  guint lifetime_s = 0;
  GError *error = NULL;
  LvSecret *secret = lv_token_exchange_finish (result, &lifetime_s, &error);

  finish (task, secret, lifetime_s, error);
}

static void
on_metadata (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  LvTokenSource *metadata = LV_TOKEN_SOURCE (source);
  guint lifetime_s = 0;
  GError *error = NULL;
  LvSecret *secret =
      LV_TOKEN_SOURCE_GET_CLASS (metadata)->fetch_finish (metadata, result, &lifetime_s, &error);

  finish (task, secret, lifetime_s, error);
}

/* NULL without an error for an authorized user. */
static char *
make_assertion (const LvGoogleFile *file, GError **error)
{
  g_autofree char *header = NULL;
  g_autofree char *claims = NULL;

  if (file->kind != LV_GOOGLE_SERVICE_ACCOUNT)
    return NULL;
  header = lv_google_file_make_header (file);
  claims = lv_google_file_make_claims (file, g_get_real_time () / G_USEC_PER_SEC);
  return lv_jwt_sign (header, claims, file->private_key, error);
}

static const char *
get_if_set (const char *text)
{
  return *text != '\0' ? text : NULL;
}

static void
exchange (LvTokenFile *self, const LvGoogleFile *file, GTask *task)
{
  GError *error = NULL;
  g_autofree char *assertion = make_assertion (file, &error);
  g_autofree char *form = NULL;
  const LvRoute route = { .ca_file = get_if_set (self->config->credential_ca_file),
                          .proxy = get_if_set (self->config->proxy) };
  LvHttpRequest request = { .uri = file->token_uri,
                            .content_type = FORM_TYPE,
                            .timeout_ms = lv_token_source_get_timeout_ms (LV_TOKEN_SOURCE (self)) };

  if (error != NULL)
    {
      finish (task, NULL, 0, error);
      g_object_unref (task);
      return;
    }
  form = lv_google_file_make_form (file, assertion);
  request.body = form;
  lv_token_exchange_async (&route, &request, get_advice (file->kind), g_task_get_cancellable (task),
                           on_exchanged, task);
  explicit_bzero (form, strlen (form));
}

static void
lv_token_file_fetch_async (LvTokenSource *source, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  LvTokenFile *self = LV_TOKEN_FILE (source);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;
  g_autoptr (LvGoogleFile) file = load (self, &error);

  if (file != NULL)
    exchange (self, file, task);
  else if (error == NULL)
    LV_TOKEN_SOURCE_GET_CLASS (self->metadata)
        ->fetch_async (self->metadata, cancellable, on_metadata, task);
  else
    {
      finish (task, NULL, 0, error);
      g_object_unref (task);
    }
}

static LvSecret *
lv_token_file_fetch_finish (LvTokenSource *source, GAsyncResult *result, guint *ret_lifetime_s,
                            GError **error)
{
  *ret_lifetime_s = GPOINTER_TO_UINT (g_task_get_task_data (G_TASK (result)));
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
lv_token_file_check (LvTokenSource *source, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (LvGoogleFile) file G_GNUC_UNUSED = load (LV_TOKEN_FILE (source), &local_error);

  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* ---- life ---- */

static void
lv_token_file_finalize (GObject *object)
{
  LvTokenFile *self = LV_TOKEN_FILE (object);

  g_clear_object (&self->metadata);
  lv_endpoint_config_free (self->config);
  G_OBJECT_CLASS (lv_token_file_parent_class)->finalize (object);
}

static void
lv_token_file_class_init (LvTokenFileClass *klass)
{
  LvTokenSourceClass *source_class = LV_TOKEN_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = lv_token_file_finalize;
  source_class->check = lv_token_file_check;
  source_class->fetch_async = lv_token_file_fetch_async;
  source_class->fetch_finish = lv_token_file_fetch_finish;
}

static void
lv_token_file_init (LvTokenFile *self)
{
}

LvTokenSource *
lv_token_file_new (const LvEndpointConfig *config)
{
  LvTokenFile *self = g_object_new (LV_TYPE_TOKEN_FILE, NULL);

  self->config = lv_endpoint_config_copy (config);
  if (config->credential == LV_CREDENTIAL_ADC)
    self->metadata = lv_token_metadata_new (config);
  return LV_TOKEN_SOURCE (self);
}
