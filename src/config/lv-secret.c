/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-secret.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct _LvSecret {
  gsize length;
  char text[LV_SECRET_MAX + 2]; /* one byte to notice too long a key, one for the final NUL */
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

gsize
lv_secret_get_length (const LvSecret *secret)
{
  return secret->length;
}

void
lv_secret_free (LvSecret *secret)
{
  explicit_bzero (secret, sizeof (LvSecret));
  munmap (secret, sizeof (LvSecret));
}

LvSecret *
lv_secret_copy (const LvSecret *secret)
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

LvSecret *
lv_secret_new (const char *text, gssize length, const char *source, GError **error)
{
  g_autoptr (LvSecret) secret = secret_alloc ();

  secret->length =
      length >= 0 ? MIN ((gsize) length, LV_SECRET_MAX + 1) : strnlen (text, LV_SECRET_MAX + 1);
  memcpy (secret->text, text, secret->length);
  return secret_check (secret, source, error) ? g_steal_pointer (&secret) : NULL;
}

static gboolean
read_all (int fd, LvSecret *secret, const char *source, GError **error)
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
    g_set_error (error, LV_ERROR, LV_ERROR_NO_CREDENTIAL, "%s cannot be read: %s", source,
                 g_strerror (errno));
  return n == 0;
}

LvSecret *
lv_secret_new_from_fd (int fd, const char *source, GError **error)
{
  g_autoptr (LvSecret) secret = secret_alloc ();

  if (!read_all (fd, secret, source, error) || !secret_check (secret, source, error))
    return NULL;
  return g_steal_pointer (&secret);
}

void
lv_secret_return_task (GTask *task, LvSecret *secret, GError *error)
{
  if (secret != NULL)
    g_task_return_pointer (task, secret, (GDestroyNotify) lv_secret_free);
  else
    g_task_return_error (task, error);
}
