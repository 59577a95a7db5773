/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-keyring.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <libsecret/secret.h>

#define MARK_SUFFIX ".in-keyring"

struct _LvKeyring {
  char *dir;
};

static const SecretSchema schema = {
  "org.livevoice.ApiKey",
  SECRET_SCHEMA_NONE,
  { { "name", SECRET_SCHEMA_ATTRIBUTE_STRING } },
};

LvKeyring *
lv_keyring_new (const char *dir)
{
  LvKeyring *keyring = g_new0 (LvKeyring, 1);

  keyring->dir = g_strdup (dir);
  return keyring;
}

void
lv_keyring_free (LvKeyring *keyring)
{
  g_free (keyring->dir);
  g_free (keyring);
}

/* ---- the mark ---- */

static char *
dup_mark (LvKeyring *keyring, const char *name)
{
  g_autofree char *base = g_strconcat (name, MARK_SUFFIX, NULL);

  return g_build_filename (keyring->dir, base, NULL);
}

gboolean
lv_keyring_has (LvKeyring *keyring, const char *name)
{
  g_autofree char *path = dup_mark (keyring, name);

  return g_access (path, F_OK) == 0;
}

void
lv_keyring_forget (LvKeyring *keyring, const char *name)
{
  g_autofree char *path = dup_mark (keyring, name);

  g_unlink (path);
}

static gboolean
set_mark (const char *path, GError **error)
{
  g_autofree char *dir = g_path_get_dirname (path);
  g_autoptr (GError) cause = NULL;

  if (g_mkdir_with_parents (dir, 0700) == 0 &&
      g_file_set_contents_full (path, "", 0, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &cause))
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_NOT_READY, "%s cannot be written: %s", path,
               cause != NULL ? cause->message : g_strerror (errno));
  return FALSE;
}

/* ---- the keyring ---- */

static GTask *
make_task (LvKeyring *keyring, const char *name, GCancellable *cancellable,
           GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_task_data (task, dup_mark (keyring, name), g_free);
  return task;
}

static GHashTable *
make_attributes (const char *name)
{
  return secret_attributes_build (&schema, "name", name, NULL);
}

/* @cause NULL: it said no, as when the user closed its dialog. */
static void
fail (GTask *task, const GError *cause)
{
  g_task_return_new_error (task, LV_ERROR, LV_ERROR_NOT_READY, "The keyring is not available: %s",
                           cause != NULL ? cause->message : "it was not unlocked");
}

static void
on_stored (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) cause = NULL;
  GError *error = NULL;

  if (!secret_password_store_finish (result, &cause))
    fail (task, cause);
  else if (!set_mark (g_task_get_task_data (task), &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

void
lv_keyring_store_async (LvKeyring *keyring, const char *name, const LvSecret *secret,
                        GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GHashTable) attributes = make_attributes (name);
  g_autofree char *label = g_strdup_printf ("Live Voice: %s", name);

  secret_password_storev (&schema, attributes, SECRET_COLLECTION_DEFAULT, label,
                          lv_secret_peek (secret), cancellable, on_stored,
                          make_task (keyring, name, cancellable, callback, user_data));
}

gboolean
lv_keyring_store_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) cause = NULL;
  GError *error = NULL;
  char *text = secret_password_lookup_nonpageable_finish (result, &cause);
  LvSecret *secret = text != NULL ? lv_secret_new (text, -1, "The keyring", &error) : NULL;

  g_clear_pointer (&text, secret_password_free);
  if (secret != NULL)
    g_task_return_pointer (task, secret, (GDestroyNotify) lv_secret_free);
  else if (error != NULL)
    g_task_return_error (task, error);
  else if (cause != NULL)
    fail (task, cause);
  else
    g_task_return_new_error (task, LV_ERROR, LV_ERROR_NO_CREDENTIAL,
                             "The keyring does not hold the API key any more, or was not unlocked: "
                             "run \"livevoicectl login\"");
}

void
lv_keyring_lookup_async (LvKeyring *keyring, const char *name, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GHashTable) attributes = make_attributes (name);

  secret_password_lookupv (&schema, attributes, cancellable, on_found,
                           make_task (keyring, name, cancellable, callback, user_data));
}

LvSecret *
lv_keyring_lookup_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_removed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) cause = NULL;

  secret_password_clear_finish (result, &cause);
  if (cause != NULL)
    {
      fail (task, cause);
      return;
    }
  g_unlink (g_task_get_task_data (task));
  g_task_return_boolean (task, TRUE);
}

void
lv_keyring_remove_async (LvKeyring *keyring, const char *name, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GHashTable) attributes = make_attributes (name);

  secret_password_clearv (&schema, attributes, cancellable, on_removed,
                          make_task (keyring, name, cancellable, callback, user_data));
}

gboolean
lv_keyring_remove_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
