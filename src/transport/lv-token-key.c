/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-token-key.h"

struct _LvTokenKey {
  LvTokenSource parent_instance;

  LvCredentials *credentials; /* borrowed */
  char *name;
  char *path; /* "" = kept under @name */
};

G_DEFINE_FINAL_TYPE (LvTokenKey, lv_token_key, LV_TYPE_TOKEN_SOURCE)

static LvSecret *
load (LvTokenKey *self, GError **error)
{
  return *self->path != '\0' ? lv_credentials_load_path (self->path, error)
                             : lv_credentials_load (self->credentials, self->name, error);
}

static gboolean
lv_token_key_check (LvTokenSource *source, GError **error)
{
  g_autoptr (LvSecret) secret = load (LV_TOKEN_KEY (source), error);

  return secret != NULL;
}

static void
lv_token_key_fetch_async (LvTokenSource *source, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);
  GError *error = NULL;
  LvSecret *secret = load (LV_TOKEN_KEY (source), &error);

  if (secret != NULL)
    g_task_return_pointer (task, secret, (GDestroyNotify) lv_secret_free);
  else
    g_task_return_error (task, error);
}

static LvSecret *
lv_token_key_fetch_finish (LvTokenSource *source, GAsyncResult *result, guint *ret_lifetime_s,
                           GError **error)
{
  *ret_lifetime_s = 0;
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
lv_token_key_finalize (GObject *object)
{
  LvTokenKey *self = LV_TOKEN_KEY (object);

  g_free (self->name);
  g_free (self->path);
  G_OBJECT_CLASS (lv_token_key_parent_class)->finalize (object);
}

static void
lv_token_key_class_init (LvTokenKeyClass *klass)
{
  LvTokenSourceClass *source_class = LV_TOKEN_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = lv_token_key_finalize;
  source_class->check = lv_token_key_check;
  source_class->fetch_async = lv_token_key_fetch_async;
  source_class->fetch_finish = lv_token_key_fetch_finish;
}

static void
lv_token_key_init (LvTokenKey *self)
{
}

LvTokenSource *
lv_token_key_new (LvCredentials *credentials, const char *name, const char *path,
                  LvTokenScheme scheme)
{
  LvTokenKey *self = g_object_new (LV_TYPE_TOKEN_KEY, NULL);

  self->credentials = credentials;
  self->name = g_strdup (name);
  self->path = g_strdup (path);
  lv_token_source_set_scheme (LV_TOKEN_SOURCE (self), scheme);
  return LV_TOKEN_SOURCE (self);
}
