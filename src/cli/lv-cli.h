/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every verb of livevoicectl shares: options, the bus connection, calls that end (by a reply,
 * a time-out or a signal), failures and exit statuses. A verb is one function that looks
 * synchronous; while it waits, the default main context runs, so signals of the bus and of the
 * system are handled meanwhile. Main thread.
 */
#pragma once

#include "base/lv-error.h"

#include "lv-dbus-manager.h"
#include "lv-dbus-session.h"

#include <gio/gio.h>

/* Exit statuses, documented in livevoicectl(1). Ended by a signal: 128 + its number. */
typedef enum {
  LV_EXIT_OK,
  LV_EXIT_FAILURE,     /* refused or failed; standard error says why */
  LV_EXIT_USAGE,       /* wrong command line */
  LV_EXIT_UNREACHABLE, /* no bus, no daemon, or it went away */
  LV_EXIT_NO_ANSWER,   /* nothing came in time */
  LV_EXIT_SIGNAL = 128,
} LvExit;

#define LV_CLI_CONNECT_TIMEOUT_S 10
#define LV_CLI_CALL_TIMEOUT_MS 25000
#define LV_CLI_CLEANUP_TIMEOUT_S 3
#define LV_CLI_TEXT_MAX (64 * 1024) /* bytes read; the daemon takes less */

typedef struct _LvCli LvCli;

typedef struct {
  const char *name;
  const char *synopsis; /* the arguments, for --help; not translated */
  const char *summary;  /* N_() */
  const char *examples; /* shown below the options; not translated */
  int (*run) (LvCli *cli, GStrv args);
} LvCliVerb;

struct _LvCli {
  const LvCliVerb *verb;
  gboolean system;           /* --system: the system bus */
  gboolean json;             /* --json: output for programs */
  GDBusConnection *bus;      /* owned; set by lv_cli_connect() */
  GCancellable *cancellable; /* owned; cancelled when the command has to end */
  GError *failure;           /* owned; why it has to end */
  int signal_number;         /* that ended it, or 0 */
  guint deadline;            /* source id, or 0 */
};

/* Catches SIGINT, SIGTERM and SIGHUP. Free with lv_cli_clear(). */
void lv_cli_init (LvCli *cli);
void lv_cli_clear (LvCli *cli);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (LvCli, lv_cli_clear)

/* Reads the options of a verb (@options, and --json and --system of all) from @args; @args[0] is
 * the verb. Returns the other arguments, of which there must be @min to @max, or NULL when the user
 * was told what is wrong: return LV_EXIT_USAGE then. @stop_at_first: all behind the first
 * argument that is no option is arguments. */
GStrv lv_cli_parse (LvCli *cli, GStrv args, const GOptionEntry *options, guint min, guint max,
                    gboolean stop_at_first);

/* Tells the user what is wrong with the command line. Returns LV_EXIT_USAGE. */
int lv_cli_usage (LvCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Prints @error with what to do next on standard error. Returns the exit status for it.
 * When the command has been ended by lv_cli_fail() or a signal, that is told instead. */
int lv_cli_report (LvCli *cli, const GError *error);

/* Ends what the command is waiting for; the first failure wins. Takes @error. */
void lv_cli_fail (LvCli *cli, GError *error);

/* Fails the command with LV_ERROR_TIMEOUT after @seconds; 0 lifts it. */
void lv_cli_set_deadline (LvCli *cli, guint seconds);

/* After a failure or signal: lets calls work again for a few seconds, to leave things in order. */
void lv_cli_begin_cleanup (LvCli *cli);

gboolean lv_cli_connect (LvCli *cli, GError **error);

/* Waits for the reply of one method call; starts the daemon when it does not run. */
GVariant *lv_cli_call (LvCli *cli, gpointer proxy, const char *method, GVariant *parameters,
                       GError **error);

/* The same for a method that takes a descriptor, to which handle 0 in @parameters refers. @fd is
 * taken; negative, when it could not be made, is an error that errno explains. */
GVariant *lv_cli_call_with_fd (LvCli *cli, gpointer proxy, const char *method, GVariant *parameters,
                               int fd, GError **error);

/* Proxies for the well-known name; making them does not start the daemon. They connect first when
 * that is needed. */
LvDbusManager *lv_cli_get_manager (LvCli *cli, GError **error);
LvDbusSession *lv_cli_get_session (LvCli *cli, const char *path, GError **error);

/* Whether somebody owns the daemon's name as far as @proxy knows. */
gboolean lv_cli_is_running (gpointer proxy);

/* The session's LastError, or @fallback when there is none. The caller frees. */
GError *lv_cli_get_session_error (LvDbusSession *session, const char *fallback);

/* Runs the main loop until *@done, or until the command is ended: FALSE then. */
gboolean lv_cli_run_until (LvCli *cli, const gboolean *done, GError **error);

/* A GAsyncReadyCallback that keeps the result in the GAsyncResult pointer @slot, which must be NULL
 * before. */
void lv_cli_keep_result (GObject *source, GAsyncResult *result, gpointer slot);

/* Waits for the operation that was begun with lv_cli_keep_result() and @slot. Bound to end: by its
 * time-out, or because it was given the command's cancellable. */
void lv_cli_wait_for_result (GAsyncResult **slot);

/* The exit status of a command that runs until Ctrl-C, which is no failure then. */
int lv_cli_report_end (LvCli *cli, const GError *error);

/* @words joined by spaces, or all of standard input for a single "-". NULL when it is empty or no
 * UTF-8: the user has been told, and *@ret_status is the exit status. */
char *lv_cli_read_text (LvCli *cli, GStrv words, int *ret_status);
