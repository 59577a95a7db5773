/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-credentials.h"

#include "base/lv-names.h"
#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef enum { DIR_SYSTEMD, DIR_USER, DIR_SYSTEM, N_DIRS } Dir;

struct _LvCredentials {
  char *dirs[N_DIRS];    /* nullable */
  LvSecret *development; /* nullable */
  GError *flaw;          /* why what was in the environment is none; nullable */
};

/* systemd's own files may be readable by the unit's group; ours by nobody else. */
static const mode_t allowed_modes[N_DIRS] = { 0740, 0700, 0700 };

/* The value also disappears from /proc/PID/environ. */
static void
take_from_environment (LvCredentials *credentials)
{
  char *value = getenv (LV_ENV_API_KEY);

  if (value == NULL || *value == '\0')
    return;
  credentials->development = lv_secret_new (value, -1, "$" LV_ENV_API_KEY, &credentials->flaw);
  explicit_bzero (value, strlen (value));
  g_unsetenv (LV_ENV_API_KEY);
}

LvCredentials *
lv_credentials_new (void)
{
  LvCredentials *credentials = g_new0 (LvCredentials, 1);
  const char *dir = g_getenv ("CREDENTIALS_DIRECTORY");

  if (dir != NULL && g_path_is_absolute (dir))
    credentials->dirs[DIR_SYSTEMD] = g_strdup (dir);
  credentials->dirs[DIR_USER] = g_build_filename (g_get_user_config_dir (), "livevoice", NULL);
  credentials->dirs[DIR_SYSTEM] = g_build_filename (LV_SYSCONFDIR, "livevoice", NULL);
  take_from_environment (credentials);
  return credentials;
}

void
lv_credentials_free (LvCredentials *credentials)
{
  for (gsize i = 0; i < N_DIRS; i++)
    g_free (credentials->dirs[i]);
  g_clear_pointer (&credentials->development, lv_secret_free);
  g_clear_error (&credentials->flaw);
  g_free (credentials);
}

static char *
dup_path (LvCredentials *credentials, Dir dir, const char *name)
{
  return credentials->dirs[dir] != NULL ? g_build_filename (credentials->dirs[dir], name, NULL)
                                        : NULL;
}

static gboolean
check_permissions (int fd, const char *path, mode_t allowed, GError **error)
{
  struct stat info;

  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode))
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "%s is not a regular file", path);
      return FALSE;
    }
  if (info.st_uid != geteuid () && info.st_uid != 0)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_NOT_PERMITTED,
                   "%s belongs to another user: the API key in it cannot be trusted", path);
      return FALSE;
    }
  if ((info.st_mode & 0777 & ~allowed) != 0)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_NOT_PERMITTED,
                   "%s is open to other users: run \"chmod 600 %s\"", path, path);
      return FALSE;
    }
  return TRUE;
}

/* NULL without an error: there is no such file, or it is not for us. */
static LvSecret *
load_file (const char *path, mode_t allowed, GError **error)
{
  LvSecret *secret = NULL;
  int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) : -1;

  if (fd < 0)
    return NULL;
  if (check_permissions (fd, path, allowed, error))
    secret = lv_secret_new_from_fd (fd, path, error);
  close (fd);
  return secret;
}

static gboolean
has_development (LvCredentials *credentials, const char *name)
{
  return g_str_equal (name, LV_CREDENTIAL_NAME) &&
         (credentials->development != NULL || credentials->flaw != NULL);
}

gboolean
lv_credentials_has_systemd (LvCredentials *credentials, const char *name)
{
  g_autofree char *path = dup_path (credentials, DIR_SYSTEMD, name);

  return path != NULL && g_access (path, R_OK) == 0;
}

static LvSecret *
load_development (LvCredentials *credentials, const char *name, GError **error)
{
  g_autofree char *path = NULL;

  if (has_development (credentials, name))
    {
      if (credentials->flaw != NULL)
        g_propagate_error (error, g_error_copy (credentials->flaw));
      return credentials->development != NULL ? lv_secret_copy (credentials->development) : NULL;
    }
  path = dup_path (credentials, DIR_USER, name);
  g_set_error (error, LV_ERROR, LV_ERROR_NO_CREDENTIAL,
               "No API key is configured under \"%s\": run \"livevoicectl login\", put it into "
               "%s (mode 0600), or set endpoint to \"engine\"",
               name, path);
  return NULL;
}

LvSecret *
lv_credentials_load (LvCredentials *credentials, const char *name, GError **error)
{
  for (gsize i = 0; i < N_DIRS; i++)
    {
      g_autofree char *path = dup_path (credentials, i, name);
      g_autoptr (GError) local_error = NULL;
      LvSecret *secret = load_file (path, allowed_modes[i], &local_error);

      if (secret != NULL)
        return secret;
      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
    }
  return load_development (credentials, name, error);
}

LvSecret *
lv_credentials_load_path (const char *path, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  LvSecret *secret = load_file (path, allowed_modes[DIR_USER], &local_error);

  if (secret == NULL && local_error == NULL)
    g_set_error (error, LV_ERROR, LV_ERROR_NO_CREDENTIAL,
                 "There is no %s that can be read: create it with mode 0600, or correct "
                 "credential-file",
                 path);
  else if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return secret;
}

gboolean
lv_credentials_store (LvCredentials *credentials, const char *name, const LvSecret *secret,
                      GError **error)
{
  g_autofree char *path = dup_path (credentials, DIR_USER, name);
  g_autoptr (GError) cause = NULL;

  if (g_mkdir_with_parents (credentials->dirs[DIR_USER], 0700) == 0 &&
      g_file_set_contents_full (path, lv_secret_peek (secret), lv_secret_get_length (secret),
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                &cause))
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_FAILED, "%s cannot be written: %s", path,
               cause != NULL ? cause->message : g_strerror (errno));
  return FALSE;
}

gboolean
lv_credentials_remove (LvCredentials *credentials, const char *name, GError **error)
{
  g_autofree char *path = dup_path (credentials, DIR_USER, name);

  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_FAILED, "%s cannot be removed: %s", path,
               g_strerror (errno));
  return FALSE;
}
