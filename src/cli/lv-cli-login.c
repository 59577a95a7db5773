/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl login and logout: hands an API key or token over to the daemon, or has it forgotten.
 * The key is neither an argument nor a part of the environment, where other programs could read it.
 */
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-text.h"
#include "cli/lv-cli-verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define KEY_MAX 4096 /* bytes; the daemon takes no more */

/* A key on its way, wiped at the end. */
typedef struct {
  char text[KEY_MAX + 2];
  gsize length;
  gboolean done;
} Key;

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  Key *key = data;
  gssize n = read (fd, key->text + key->length, KEY_MAX + 1 - key->length);

  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  key->length += MAX (n, 0);
  key->done = n <= 0 || key->length > KEY_MAX || memchr (key->text, '\n', key->length) != NULL;
  return key->done ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

/* One line, or all there is. */
static gboolean
read_line (LvCli *cli, Key *key, GError **error)
{
  guint watch = g_unix_fd_add (STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, key);

  if (!lv_cli_run_until (cli, &key->done, error))
    {
      g_source_remove (watch);
      return FALSE;
    }
  while (key->length > 0 && strchr ("\r\n", key->text[key->length - 1]) != NULL)
    key->length--;
  return TRUE;
}

/* A terminal shows nothing of it, and is as before also when a signal ends the waiting. */
static gboolean
read_key (LvCli *cli, Key *key, GError **error)
{
  struct termios before;
  struct termios silent;
  gboolean done;

  if (!isatty (STDIN_FILENO) || tcgetattr (STDIN_FILENO, &before) != 0)
    return read_line (cli, key, error);
  silent = before;
  silent.c_lflag &= ~(tcflag_t) ECHO;
  /* before the question: this drops what has been typed so far */
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &silent);
  g_printerr ("%s", _ ("API key (nothing is shown): "));
  done = read_line (cli, key, error);
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
  g_printerr ("\n");
  return done;
}

/* The end to read, with all of @key in it, or -1. */
static int
make_pipe (const Key *key)
{
  int ends[2];
  gssize n;

  if (!g_unix_open_pipe (ends, FD_CLOEXEC, NULL))
    return -1;
  n = write (ends[1], key->text, key->length); /* less than a pipe holds */
  close (ends[1]);
  if (n == (gssize) key->length)
    return ends[0];
  close (ends[0]);
  return -1;
}

/* @fd is taken; @option is "remove", "check" or NULL. */
static gboolean
set_credential (LvCli *cli, LvDbusManager *manager, const char *name, int fd, const char *option,
                GError **error)
{
  GVariantBuilder options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) reply = NULL;

  if (option != NULL)
    lv_cli_json_add (&options, option, "b", TRUE);
  reply = lv_cli_call_with_fd (cli, manager, "SetCredential",
                               g_variant_new ("(sha{sv})", name, 0, &options), fd, error);
  return reply != NULL;
}

static gboolean
keep_key (LvCli *cli, LvDbusManager *manager, const char *name, const Key *key, const char *option,
          GError **error)
{
  return set_credential (cli, manager, name, make_pipe (key), option, error);
}

/* One that the service refuses is not kept; where it cannot be asked, without a network for one,
 * it is. */
static gboolean
check_and_keep_key (LvCli *cli, LvDbusManager *manager, const char *name, const Key *key,
                    GError **error)
{
  g_autoptr (GError) check_error = NULL;

  if (keep_key (cli, manager, name, key, "check", &check_error))
    return TRUE;
  g_dbus_error_strip_remote_error (check_error);
  if (g_error_matches (check_error, LV_ERROR, LV_ERROR_AUTHENTICATION))
    {
      g_propagate_prefixed_error (error, g_steal_pointer (&check_error), "%s",
                                  _ ("The key was not kept: "));
      return FALSE;
    }
  if (cli->failure != NULL || !keep_key (cli, manager, name, key, NULL, error))
    return FALSE;
  g_printerr (_ ("The key was kept; whether it is right could not be checked: %s\n"),
              check_error->message);
  return TRUE;
}

static void
print_done (LvCli *cli, const char *text, const char *name)
{
  GVariantBuilder object = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  if (!cli->json)
    {
      g_variant_builder_clear (&object);
      g_print ("%s\n", text);
      return;
    }
  lv_cli_json_add (&object, "credential", "s", name);
  lv_cli_json_print (g_variant_builder_end (&object));
}

static int
log_in (LvCli *cli, LvDbusManager *manager, const char *name, const Key *key, gboolean unchecked)
{
  g_autoptr (GError) error = NULL;
  gboolean kept = unchecked ? keep_key (cli, manager, name, key, NULL, &error)
                            : check_and_keep_key (cli, manager, name, key, &error);

  if (!kept)
    return lv_cli_report (cli, error);
  print_done (cli, _ ("The key is kept. Try: livevoicectl talk"), name);
  return LV_EXIT_OK;
}

static int
ask_and_log_in (LvCli *cli, LvDbusManager *manager, const char *name, gboolean unchecked)
{
  g_autoptr (GError) error = NULL;
  Key key = { .length = 0 };
  int status;

  if (!read_key (cli, &key, &error))
    status = lv_cli_report (cli, error);
  else if (key.length == 0)
    status = lv_cli_usage (cli, "%s", _ ("there is no key on standard input"));
  else if (key.length > KEY_MAX)
    status = lv_cli_usage (cli, _ ("a key has at most %d bytes"), KEY_MAX);
  else
    status = log_in (cli, manager, name, &key, unchecked);
  explicit_bzero (&key, sizeof key);
  return status;
}

int
lv_cli_login (LvCli *cli, GStrv args)
{
  g_autofree char *name = NULL;
  gboolean unchecked = FALSE;
  const GOptionEntry options[] = { { "name", 0, 0, G_OPTION_ARG_STRING, &name,
                                     N_ ("Another credential of livevoice.conf than the API key"),
                                     N_ ("NAME") },
                                   { "unchecked", 0, 0, G_OPTION_ARG_NONE, &unchecked,
                                     N_ ("Do not ask the service whether the key is right"), NULL },
                                   { NULL } };
  g_auto (GStrv) rest = lv_cli_parse (cli, args, options, 0, 0, FALSE);
  g_autoptr (LvDbusManager) manager = NULL;
  g_autoptr (GError) error = NULL;

  if (rest == NULL)
    return LV_EXIT_USAGE;
  manager = lv_cli_get_manager (cli, &error);
  if (manager == NULL)
    return lv_cli_report (cli, error);
  return ask_and_log_in (cli, manager, name != NULL ? name : "", unchecked);
}

int
lv_cli_logout (LvCli *cli, GStrv args)
{
  g_autofree char *name = NULL;
  const GOptionEntry options[] = { { "name", 0, 0, G_OPTION_ARG_STRING, &name,
                                     N_ ("Another credential of livevoice.conf than the API key"),
                                     N_ ("NAME") },
                                   { NULL } };
  g_auto (GStrv) rest = lv_cli_parse (cli, args, options, 0, 0, FALSE);
  g_autoptr (LvDbusManager) manager = NULL;
  g_autoptr (GError) error = NULL;
  const Key nothing = { .length = 0 };

  if (rest == NULL)
    return LV_EXIT_USAGE;
  manager = lv_cli_get_manager (cli, &error);
  if (manager == NULL || !set_credential (cli, manager, name != NULL ? name : "",
                                          make_pipe (&nothing), "remove", &error))
    return lv_cli_report (cli, error);
  print_done (cli, _ ("The key is forgotten."), name != NULL ? name : "");
  return LV_EXIT_OK;
}
