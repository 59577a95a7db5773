/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-vault"

#include "config/lv-vault.h"

struct _LvVault {
  gatomicrefcount ref_count;
  LvCredentials *credentials;
  LvKeyring *keyring;
};

typedef struct {
  LvVault *vault;
  char *name;
  LvSecret *secret; /* to be kept; NULL: none */
} Errand;

static void
errand_free (Errand *errand)
{
  lv_vault_unref (errand->vault);
  g_free (errand->name);
  g_clear_pointer (&errand->secret, lv_secret_free);
  g_free (errand);
}

static GTask *
begin (LvVault *vault, const char *name, GCancellable *cancellable, GAsyncReadyCallback callback,
       gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Errand *errand = g_new0 (Errand, 1);

  errand->vault = lv_vault_ref (vault);
  errand->name = g_strdup (name);
  g_task_set_task_data (task, errand, (GDestroyNotify) errand_free);
  return task;
}

LvVault *
lv_vault_new (void)
{
  g_autofree char *dir = g_build_filename (g_get_user_config_dir (), "livevoice", NULL);
  LvVault *vault = g_new0 (LvVault, 1);

  g_atomic_ref_count_init (&vault->ref_count);
  vault->credentials = lv_credentials_new ();
  vault->keyring = lv_keyring_new (dir);
  return vault;
}

LvVault *
lv_vault_ref (LvVault *vault)
{
  g_atomic_ref_count_inc (&vault->ref_count);
  return vault;
}

void
lv_vault_unref (LvVault *vault)
{
  if (!g_atomic_ref_count_dec (&vault->ref_count))
    return;
  lv_keyring_free (vault->keyring);
  lv_credentials_free (vault->credentials);
  g_free (vault);
}

static gboolean
is_in_keyring (LvVault *vault, const char *name)
{
  return !lv_credentials_has_systemd (vault->credentials, name) &&
         lv_keyring_has (vault->keyring, name);
}

gboolean
lv_vault_check (LvVault *vault, const char *name, GError **error)
{
  g_autoptr (LvSecret) secret = NULL;

  if (is_in_keyring (vault, name))
    return TRUE;
  secret = lv_credentials_load (vault->credentials, name, error);
  return secret != NULL;
}

/* ---- loading ---- */

/* @cause: why the keyring did not give it; taken, nullable. */
static void
load_from_files (GTask *task, GError *cause)
{
  Errand *errand = g_task_get_task_data (task);
  g_autoptr (GError) keyring_error = cause;
  GError *error = NULL;
  LvSecret *secret = lv_credentials_load (errand->vault->credentials, errand->name, &error);

  if (secret != NULL)
    g_task_return_pointer (task, secret, (GDestroyNotify) lv_secret_free);
  else if (keyring_error != NULL && g_error_matches (error, LV_ERROR, LV_ERROR_NO_CREDENTIAL))
    {
      g_error_free (error);
      g_task_return_error (task, g_steal_pointer (&keyring_error));
    }
  else
    g_task_return_error (task, error);
}

static void
on_looked_up (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  LvSecret *secret = lv_keyring_lookup_finish (result, &error);

  if (secret != NULL)
    g_task_return_pointer (task, secret, (GDestroyNotify) lv_secret_free);
  else
    load_from_files (task, error);
}

void
lv_vault_load_async (LvVault *vault, const char *name, GCancellable *cancellable,
                     GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = begin (vault, name, cancellable, callback, user_data);

  if (is_in_keyring (vault, name))
    lv_keyring_lookup_async (vault->keyring, name, cancellable, on_looked_up, g_object_ref (task));
  else
    load_from_files (task, NULL);
}

LvSecret *
lv_vault_load_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* ---- storing and removing ---- */

static void
return_result (GTask *task, gboolean done, GError *error)
{
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Errand *errand = g_task_get_task_data (task);
  g_autoptr (GError) cause = NULL;
  GError *error = NULL;
  gboolean done;

  if (lv_keyring_store_finish (result, &cause))
    done = lv_credentials_remove (errand->vault->credentials, errand->name, &error);
  else
    {
      g_debug ("keeping it in a file: %s", cause->message);
      lv_keyring_forget (errand->vault->keyring, errand->name);
      done =
          lv_credentials_store (errand->vault->credentials, errand->name, errand->secret, &error);
    }
  return_result (task, done, error);
}

/* The file is gone; one that stays in a keyring that cannot be opened is not asked for again. */
static void
on_removed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Errand *errand = g_task_get_task_data (task);
  GError *error = NULL;
  gboolean done = lv_keyring_remove_finish (result, &error);

  lv_keyring_forget (errand->vault->keyring, errand->name);
  return_result (task, done, error);
}

static void
remove_both (GTask *task)
{
  Errand *errand = g_task_get_task_data (task);
  GError *error = NULL;
  gboolean done = lv_credentials_remove (errand->vault->credentials, errand->name, &error);

  if (done && lv_keyring_has (errand->vault->keyring, errand->name))
    lv_keyring_remove_async (errand->vault->keyring, errand->name, NULL, on_removed,
                             g_object_ref (task));
  else
    return_result (task, done, error);
}

void
lv_vault_store_async (LvVault *vault, const char *name, const LvSecret *secret,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = begin (vault, name, NULL, callback, user_data);
  Errand *errand = g_task_get_task_data (task);

  if (secret == NULL)
    {
      remove_both (task);
      return;
    }
  errand->secret = lv_secret_copy (secret);
  lv_keyring_store_async (vault->keyring, name, secret, NULL, on_stored, g_object_ref (task));
}

gboolean
lv_vault_store_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
