/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-credentials.h"

#include "base/lv-names.h"
#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct _LvSecret {
  gsize length;
  char text[LV_SECRET_MAX + 2]; /* one byte to notice too long a key, one for the final NUL */
};

struct _LvCredentials {
  char *systemd_path; /* nullable */
  char *user_path;
  char *system_path;
  LvSecret *development; /* nullable */
};

/* A mapping of its own: nothing else shares its pages, so locking and wiping them affects nothing
 * else. */
static LvSecret *
secret_alloc (void)
{
  LvSecret *secret =
      mmap (NULL, sizeof (LvSecret), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (secret == MAP_FAILED)
    g_error ("Out of memory for a secret");
  /* Best effort: RLIMIT_MEMLOCK may be 0, and the key works all the same. */
  (void) mlock (secret, sizeof (LvSecret));
  (void) madvise (secret, sizeof (LvSecret), MADV_DONTDUMP);
  return secret;
}

const char *
lv_secret_peek (const LvSecret *secret)
{
  return secret->text;
}

void
lv_secret_free (LvSecret *secret)
{
  explicit_bzero (secret, sizeof (LvSecret));
  munmap (secret, sizeof (LvSecret));
}

static LvSecret *
secret_copy (const LvSecret *secret)
{
  LvSecret *copy = secret_alloc ();

  memcpy (copy, secret, sizeof (LvSecret));
  return copy;
}

static void
secret_trim (LvSecret *secret)
{
  while (secret->length > 0 && strchr ("\r\n", secret->text[secret->length - 1]) != NULL)
    secret->text[--secret->length] = '\0';
}

static gboolean
secret_is_clean (const LvSecret *secret)
{
  for (gsize i = 0; i < secret->length; i++)
    if (!g_ascii_isgraph (secret->text[i]))
      return FALSE;
  return secret->length > 0;
}

static gboolean
secret_check (LvSecret *secret, const char *source, GError **error)
{
  if (secret->length > LV_SECRET_MAX)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_TOO_LARGE,
                   "%s is larger than %d bytes: not an API key", source, LV_SECRET_MAX);
      return FALSE;
    }
  secret_trim (secret);
  if (!secret_is_clean (secret))
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                   "%s does not hold an API key: one line without spaces is expected", source);
      return FALSE;
    }
  return TRUE;
}

/* The value also disappears from /proc/PID/environ. */
static LvSecret *
take_from_environment (void)
{
  char *value = getenv (LV_ENV_API_KEY);
  LvSecret *secret;

  if (value == NULL || *value == '\0')
    return NULL;
  secret = secret_alloc ();
  secret->length = strnlen (value, LV_SECRET_MAX + 1);
  memcpy (secret->text, value, secret->length);
  explicit_bzero (value, strlen (value));
  g_unsetenv (LV_ENV_API_KEY);
  return secret;
}

LvCredentials *
lv_credentials_new (void)
{
  LvCredentials *credentials = g_new0 (LvCredentials, 1);
  const char *dir = g_getenv ("CREDENTIALS_DIRECTORY");

  if (dir != NULL && g_path_is_absolute (dir))
    credentials->systemd_path = g_build_filename (dir, LV_CREDENTIAL_NAME, NULL);
  credentials->user_path =
      g_build_filename (g_get_user_config_dir (), "livevoice", LV_CREDENTIAL_NAME, NULL);
  credentials->system_path =
      g_build_filename (LV_SYSCONFDIR, "livevoice", LV_CREDENTIAL_NAME, NULL);
  credentials->development = take_from_environment ();
  return credentials;
}

void
lv_credentials_free (LvCredentials *credentials)
{
  g_free (credentials->systemd_path);
  g_free (credentials->user_path);
  g_free (credentials->system_path);
  g_clear_pointer (&credentials->development, lv_secret_free);
  g_free (credentials);
}

/* systemd's own files may be readable by the unit's group; ours by nobody else. */
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

static gboolean
read_secret (int fd, LvSecret *secret, const char *path, GError **error)
{
  gssize n;

  do
    {
      n = read (fd, secret->text + secret->length, LV_SECRET_MAX + 1 - secret->length);
      if (n > 0)
        secret->length += n;
    }
  while (n > 0 || (n < 0 && errno == EINTR));

  if (n < 0)
    g_set_error (error, LV_ERROR, LV_ERROR_NO_CREDENTIAL, "%s cannot be read: %s", path,
                 g_strerror (errno));
  return n == 0;
}

static LvSecret *
load_fd (int fd, const char *path, mode_t allowed, GError **error)
{
  g_autoptr (LvSecret) secret = NULL;

  if (!check_permissions (fd, path, allowed, error))
    return NULL;
  secret = secret_alloc ();
  if (!read_secret (fd, secret, path, error) || !secret_check (secret, path, error))
    return NULL;
  return g_steal_pointer (&secret);
}

/* NULL without an error: there is no such file, or it is not for us. */
static LvSecret *
load_file (const char *path, mode_t allowed, GError **error)
{
  LvSecret *secret;
  int fd = path != NULL ? open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) : -1;

  if (fd < 0)
    return NULL;
  secret = load_fd (fd, path, allowed, error);
  close (fd);
  return secret;
}

gboolean
lv_credentials_has_key (LvCredentials *credentials)
{
  const char *paths[] = { credentials->systemd_path, credentials->user_path,
                          credentials->system_path };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    if (paths[i] != NULL && g_access (paths[i], R_OK) == 0)
      return TRUE;
  return credentials->development != NULL;
}

static LvSecret *
load_development (LvCredentials *credentials, GError **error)
{
  g_autoptr (LvSecret) copy = NULL;

  if (credentials->development == NULL)
    {
      g_set_error (
          error, LV_ERROR, LV_ERROR_NO_CREDENTIAL,
          "No Gemini API key is configured: put it into %s (mode 0600), or set endpoint to "
          "\"engine\"",
          credentials->user_path);
      return NULL;
    }
  copy = secret_copy (credentials->development);
  return secret_check (copy, "$" LV_ENV_API_KEY, error) ? g_steal_pointer (&copy) : NULL;
}

LvSecret *
lv_credentials_load_key (LvCredentials *credentials, GError **error)
{
  const struct {
    const char *path;
    mode_t allowed;
  } files[] = {
    { credentials->systemd_path, 0740 },
    { credentials->user_path, 0700 },
    { credentials->system_path, 0700 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GError) local_error = NULL;
      LvSecret *secret = load_file (files[i].path, files[i].allowed, &local_error);

      if (secret != NULL)
        return secret;
      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
    }
  return load_development (credentials, error);
}
