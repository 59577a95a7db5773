/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-token-key.h"

struct _LvTokenKey {
  LvTokenSource parent_instance;

  LvVault *vault;
  char *name;
  char *path; /* "" = kept under @name */
};

G_DEFINE_FINAL_TYPE (LvTokenKey, lv_token_key, LV_TYPE_TOKEN_SOURCE)

static gboolean
lv_token_key_check (LvTokenSource *source, GError **error)
{
  LvTokenKey *self = LV_TOKEN_KEY (source);
  g_autoptr (LvSecret) secret = NULL;

  if (*self->path == '\0')
    return lv_vault_check (self->vault, self->name, error);
  secret = lv_credentials_load_path (self->path, error);
  return secret != NULL;
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  LvSecret *secret = lv_vault_load_finish (result, &error);

  lv_secret_return_task (task, secret, error);
}

static void
lv_token_key_fetch_async (LvTokenSource *source, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  LvTokenKey *self = LV_TOKEN_KEY (source);
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);
  GError *error = NULL;
  LvSecret *secret;

  if (*self->path == '\0')
    {
      lv_vault_load_async (self->vault, self->name, cancellable, on_loaded, g_object_ref (task));
      return;
    }
  secret = lv_credentials_load_path (self->path, &error);
  lv_secret_return_task (task, secret, error);
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

  lv_vault_unref (self->vault);
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
lv_token_key_new (LvVault *vault, const char *name, const char *path, LvTokenScheme scheme)
{
  LvTokenKey *self = g_object_new (LV_TYPE_TOKEN_KEY, NULL);

  self->vault = lv_vault_ref (vault);
  self->name = g_strdup (name);
  self->path = g_strdup (path);
  lv_token_source_set_scheme (LV_TOKEN_SOURCE (self), scheme);
  return LV_TOKEN_SOURCE (self);
}
