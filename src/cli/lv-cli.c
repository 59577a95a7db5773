/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lv-cli.h"

#include "base/lv-names.h"
#include "config.h"

#include <errno.h>
#include <gio/gunixfdlist.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

void
lv_cli_fail (LvCli *cli, GError *error)
{
  if (cli->failure == NULL)
    cli->failure = error;
  else
    g_error_free (error);
  g_cancellable_cancel (cli->cancellable);
}

static gboolean
on_signal (LvCli *cli, int number)
{
  cli->signal_number = number;
  lv_cli_fail (cli, g_error_new (LV_ERROR, LV_ERROR_CANCELLED, "%s", g_strsignal (number)));
  return G_SOURCE_CONTINUE;
}

static gboolean
on_interrupt (gpointer data)
{
  return on_signal (data, SIGINT);
}

static gboolean
on_terminate (gpointer data)
{
  return on_signal (data, SIGTERM);
}

static gboolean
on_hangup (gpointer data)
{
  return on_signal (data, SIGHUP);
}

void
lv_cli_init (LvCli *cli)
{
  *cli = (LvCli){ .cancellable = g_cancellable_new () };
  /* registers the names of our errors, so that they arrive as LV_ERROR */
  (void) LV_ERROR;
  g_unix_signal_add (SIGINT, on_interrupt, cli);
  g_unix_signal_add (SIGTERM, on_terminate, cli);
  g_unix_signal_add (SIGHUP, on_hangup, cli);
}

void
lv_cli_clear (LvCli *cli)
{
  lv_cli_set_deadline (cli, 0);
  g_clear_object (&cli->bus);
  g_clear_object (&cli->cancellable);
  g_clear_error (&cli->failure);
}

int
lv_cli_usage (LvCli *cli, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_printerr (_ ("livevoicectl: %s\nTry 'livevoicectl %s --help'.\n"), message, cli->verb->name);
  return LV_EXIT_USAGE;
}

static GOptionContext *
make_option_context (LvCli *cli, const GOptionEntry *options)
{
  const GOptionEntry common[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json, N_ ("Print JSON, for programs"), NULL },
    { "system", 0, 0, G_OPTION_ARG_NONE, &cli->system,
      N_ ("Use the daemon of the system bus instead of the user's own"), NULL },
    { NULL }
  };
  GOptionContext *context = g_option_context_new (cli->verb->synopsis);
  g_autofree char *examples = g_strdup_printf ("%s\n%s", _ ("Examples:"), cli->verb->examples);
  g_autofree char *name = g_strdup_printf ("livevoicectl %s", cli->verb->name);

  g_set_prgname (name);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  g_option_context_set_summary (context, _ (cli->verb->summary));
  g_option_context_set_description (context, examples);
  if (options != NULL)
    g_option_context_add_main_entries (context, options, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, common, GETTEXT_PACKAGE);
  return context;
}

GStrv
lv_cli_parse (LvCli *cli, GStrv args, const GOptionEntry *options, guint min, guint max,
              gboolean stop_at_first)
{
  g_autoptr (GOptionContext) context = make_option_context (cli, options);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) rest = g_strdupv (args);
  guint first;
  guint count;

  g_option_context_set_strict_posix (context, stop_at_first);
  if (!g_option_context_parse_strv (context, &rest, &error))
    {
      lv_cli_usage (cli, "%s", error->message);
      return NULL;
    }
  /* GOption leaves "--" where an argument behind it begins with '-' */
  first = rest[1] != NULL && g_str_equal (rest[1], "--") ? 2 : 1;
  count = g_strv_length (rest + first);
  if (count < min || count > max)
    {
      lv_cli_usage (cli,
                    count < min ? _ ("an argument is missing: %s")
                                : _ ("too many arguments; expected: %s"),
                    *cli->verb->synopsis != '\0' ? cli->verb->synopsis : _ ("none"));
      return NULL;
    }
  return g_strdupv (rest + first);
}

static gboolean
could_not_start (const GError *error)
{
  g_autofree char *remote = g_dbus_error_get_remote_error (error);

  return remote != NULL && (g_str_has_prefix (remote, "org.freedesktop.DBus.Error.Spawn.") ||
                            g_str_has_prefix (remote, "org.freedesktop.systemd1."));
}

/* What the daemon's own errors cannot say, because it is not there. */
static const char *
get_hint (const LvCli *cli, int status, const GError *error)
{
  if (status == LV_EXIT_UNREACHABLE && cli->bus == NULL)
    return cli->system
               ? _ ("Is the system bus running? Try 'systemctl status dbus'.")
               : _ ("Run it inside a desktop or login session, or below 'dbus-run-session'.");
  if (could_not_start (error))
    return _ ("The daemon could not start. Try 'livevoiced --check-config', then 'livevoicectl "
              "doctor'.");
  if (status == LV_EXIT_UNREACHABLE)
    return cli->system
               ? _ ("Try 'systemctl status livevoiced-system', then 'livevoicectl --system "
                    "doctor'.")
               : _ ("Try 'systemctl --user status livevoiced', then 'livevoicectl doctor'.");
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED))
    return _ ("The bus policy does not let this user talk to the daemon.");
  if (g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_METHOD) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_INTERFACE))
    return _ ("The running daemon is of another version; restart it.");
  return NULL;
}

static gboolean
is_unreachable (const GError *error)
{
  return could_not_start (error) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_SERVICE_UNKNOWN) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_NO_REPLY) ||
         g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_DISCONNECTED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

static int
get_exit_status (const LvCli *cli, const GError *error)
{
  if (cli->signal_number != 0)
    return LV_EXIT_SIGNAL + cli->signal_number;
  if (cli->bus == NULL || is_unreachable (error))
    return LV_EXIT_UNREACHABLE;
  if (g_error_matches (error, LV_ERROR, LV_ERROR_TIMEOUT) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ||
      g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_TIMEOUT))
    return LV_EXIT_NO_ANSWER;
  return LV_EXIT_FAILURE;
}

int
lv_cli_report (LvCli *cli, const GError *error)
{
  g_autoptr (GError) shown = g_error_copy (cli->failure != NULL ? cli->failure : error);
  int status = get_exit_status (cli, shown);
  const char *hint = get_hint (cli, status, shown);

  if (cli->signal_number != 0)
    return status;
  g_dbus_error_strip_remote_error (shown);
  g_printerr ("livevoicectl: %s\n", shown->message);
  if (hint != NULL)
    g_printerr ("%s\n", hint);
  return status;
}

int
lv_cli_report_end (LvCli *cli, const GError *error)
{
  return cli->signal_number == SIGINT ? LV_EXIT_OK : lv_cli_report (cli, error);
}

static gboolean
on_deadline (gpointer data)
{
  LvCli *cli = data;

  cli->deadline = 0;
  lv_cli_fail (cli, g_error_new_literal (LV_ERROR, LV_ERROR_TIMEOUT, _ ("No answer in time.")));
  return G_SOURCE_REMOVE;
}

void
lv_cli_set_deadline (LvCli *cli, guint seconds)
{
  g_clear_handle_id (&cli->deadline, g_source_remove);
  if (seconds > 0)
    cli->deadline = g_timeout_add (seconds * 1000, on_deadline, cli);
}

void
lv_cli_begin_cleanup (LvCli *cli)
{
  g_clear_object (&cli->cancellable);
  cli->cancellable = g_cancellable_new ();
  lv_cli_set_deadline (cli, LV_CLI_CLEANUP_TIMEOUT_S);
}

void
lv_cli_keep_result (GObject *source, GAsyncResult *result, gpointer slot)
{
  *(GAsyncResult **) slot = g_object_ref (result);
}

void
lv_cli_wait_for_result (GAsyncResult **slot)
{
  while (*slot == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
on_bus_closed (GDBusConnection *bus, gboolean vanished, GError *error, gpointer data)
{
  lv_cli_fail (data, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED,
                                          _ ("The message bus closed the connection.")));
}

gboolean
lv_cli_connect (LvCli *cli, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (cli->bus != NULL)
    return TRUE;
  lv_cli_set_deadline (cli, LV_CLI_CONNECT_TIMEOUT_S);
  g_bus_get (cli->system ? G_BUS_TYPE_SYSTEM : G_BUS_TYPE_SESSION, cli->cancellable,
             lv_cli_keep_result, &result);
  lv_cli_wait_for_result (&result);
  lv_cli_set_deadline (cli, 0);
  cli->bus = g_bus_get_finish (result, error);
  if (cli->bus == NULL)
    return FALSE;
  g_dbus_connection_set_exit_on_close (cli->bus, FALSE);
  /* GIO ignores it for the sake of its sockets, which no longer raise it; "watch | head" shall
   * end */
  signal (SIGPIPE, SIG_DFL);
  g_signal_connect (cli->bus, "closed", G_CALLBACK (on_bus_closed), cli);
  return TRUE;
}

GVariant *
lv_cli_call (LvCli *cli, gpointer proxy, const char *method, GVariant *parameters, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_dbus_proxy_call (proxy, method, parameters, G_DBUS_CALL_FLAGS_NONE, LV_CLI_CALL_TIMEOUT_MS,
                     cli->cancellable, lv_cli_keep_result, &result);
  lv_cli_wait_for_result (&result);
  return g_dbus_proxy_call_finish (proxy, result, error);
}

GVariant *
lv_cli_call_with_fd (LvCli *cli, gpointer proxy, const char *method, GVariant *parameters, int fd,
                     GError **error)
{
  const char *why = g_strerror (errno);
  g_autoptr (GVariant) sunk = g_variant_ref_sink (parameters);
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  if (fd < 0)
    {
      g_set_error_literal (error, LV_ERROR, LV_ERROR_FAILED, why);
      return NULL;
    }
  fds = g_unix_fd_list_new_from_array (&fd, 1);
  g_dbus_proxy_call_with_unix_fd_list (proxy, method, sunk, G_DBUS_CALL_FLAGS_NONE,
                                       LV_CLI_CALL_TIMEOUT_MS, fds, cli->cancellable,
                                       lv_cli_keep_result, &result);
  lv_cli_wait_for_result (&result);
  return g_dbus_proxy_call_with_unix_fd_list_finish (proxy, NULL, result, error);
}

LvDbusManager *
lv_cli_get_manager (LvCli *cli, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (!lv_cli_connect (cli, error))
    return NULL;
  lv_dbus_manager_proxy_new (cli->bus, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START_AT_CONSTRUCTION,
                             LV_BUS_NAME, LV_MANAGER_PATH, cli->cancellable, lv_cli_keep_result,
                             &result);
  lv_cli_wait_for_result (&result);
  return lv_dbus_manager_proxy_new_finish (result, error);
}

LvDbusSession *
lv_cli_get_session (LvCli *cli, const char *path, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (!lv_cli_connect (cli, error))
    return NULL;
  lv_dbus_session_proxy_new (cli->bus, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START_AT_CONSTRUCTION,
                             LV_BUS_NAME, path, cli->cancellable, lv_cli_keep_result, &result);
  lv_cli_wait_for_result (&result);
  return lv_dbus_session_proxy_new_finish (result, error);
}

gboolean
lv_cli_is_running (gpointer proxy)
{
  g_autofree char *owner = g_dbus_proxy_get_name_owner (proxy);

  return owner != NULL;
}

GError *
lv_cli_get_session_error (LvDbusSession *session, const char *fallback)
{
  GVariant *last = lv_dbus_session_get_last_error (session);
  const char *name = "";
  const char *message = "";

  if (last != NULL)
    g_variant_get (last, "(&s&s)", &name, &message);
  if (*name == '\0')
    return g_error_new_literal (LV_ERROR, LV_ERROR_FAILED, fallback);
  return g_dbus_error_new_for_dbus_error (name, message);
}

gboolean
lv_cli_run_until (LvCli *cli, const gboolean *done, GError **error)
{
  while (!*done && !g_cancellable_is_cancelled (cli->cancellable))
    g_main_context_iteration (NULL, TRUE);
  return *done || !g_cancellable_set_error_if_cancelled (cli->cancellable, error);
}

/* Up to LV_CLI_TEXT_MAX bytes of standard input; more is left, and the daemon refuses what is too
 * long. */
static char *
read_standard_input (LvCli *cli)
{
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *text = g_malloc0 (LV_CLI_TEXT_MAX + 1);
  gsize length = 0;

  g_input_stream_read_all_async (input, text, LV_CLI_TEXT_MAX, G_PRIORITY_DEFAULT, cli->cancellable,
                                 lv_cli_keep_result, &result);
  lv_cli_wait_for_result (&result);
  if (!g_input_stream_read_all_finish (input, result, &length, NULL))
    return NULL;
  return strlen (text) == length ? g_steal_pointer (&text) : NULL;
}

/* What is wrong with @text, or NULL. */
static const char *
find_text_mistake (const char *text)
{
  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return _ ("the text is not valid UTF-8");
  return *text == '\0' ? _ ("the text is empty") : NULL;
}

char *
lv_cli_read_text (LvCli *cli, GStrv words, int *ret_status)
{
  gboolean from_input = g_str_equal (words[0], "-") && words[1] == NULL;
  g_autofree char *text = from_input ? read_standard_input (cli) : g_strjoinv (" ", words);
  const char *mistake = find_text_mistake (text != NULL ? g_strstrip (text) : NULL);

  if (mistake == NULL)
    return g_steal_pointer (&text);
  if (cli->failure != NULL)
    *ret_status = lv_cli_report (cli, cli->failure);
  else
    *ret_status = lv_cli_usage (cli, "%s", mistake);
  return NULL;
}
