/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-engine-launcher.h"

#include "base/lv-error.h"
#include "base/lv-names.h"
#include "config.h"
#include "lib/lv-test-dbus.h"
#include "lib/lv-test.h"
#include "transport/lv-websocket.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#define SYSTEMD_XML                                                                                \
  "<node><interface name='org.freedesktop.systemd1.Manager'>"                                      \
  "<method name='StartUnit'><arg type='s' direction='in'/><arg type='s' direction='in'/>"          \
  "<arg type='o' direction='out'/></method>"                                                       \
  "<signal name='JobRemoved'><arg type='u'/><arg type='o'/><arg type='s'/><arg "                   \
  "type='s'/></signal>"                                                                            \
  "</interface></node>"

typedef struct {
  char *dir;
  char *path;
  LvEngineLauncher *launcher;

  guint n_done;
  GError *error; /* of the last start */
  GError *death; /* of the last child */
  gboolean died;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = lv_test_make_dir ();
  fixture->path = g_build_filename (fixture->dir, "run", "engine.sock", NULL);
  g_setenv (LV_ENV_ENGINE, g_getenv ("LV_TEST_TINY_ENGINE"), TRUE);
  g_setenv (LV_ENV_ENGINE_SOCKET, fixture->path, TRUE);
  g_unsetenv ("TINY_ENGINE");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  if (fixture->launcher != NULL)
    g_assert_finalize_object (fixture->launcher);
  g_clear_error (&fixture->error);
  g_clear_error (&fixture->death);
  g_free (fixture->path);
  lv_test_remove_dir (fixture->dir);
}

static void
on_died (LvEngineLauncher *launcher, const GError *error, Fixture *fixture)
{
  g_clear_error (&fixture->death);
  fixture->death = g_error_copy (error);
  fixture->died = TRUE;
}

static void
make_launcher (Fixture *fixture, GDBusConnection *bus)
{
  fixture->launcher = lv_engine_launcher_new (bus);
  g_signal_connect (fixture->launcher, "died", G_CALLBACK (on_died), fixture);
}

static void
on_started (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *fixture = data;
  g_autoptr (GError) error = NULL;
  gboolean ok = lv_engine_launcher_start_finish (LV_ENGINE_LAUNCHER (source), result, &error);

  g_assert_true (ok == (error == NULL));
  g_clear_error (&fixture->error);
  fixture->error = g_steal_pointer (&error);
  fixture->n_done++;
}

static void
start (Fixture *fixture)
{
  guint before = fixture->n_done;

  lv_engine_launcher_start_async (fixture->launcher, NULL, on_started, fixture);
  g_assert_cmpuint (fixture->n_done, ==, before);
  while (fixture->n_done == before)
    g_main_context_iteration (NULL, TRUE);
}

static GSocketConnection *
connect_to (const char *path)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection =
      g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);

  g_assert_no_error (error);
  return connection;
}

/* What the engine says first; also shows that it really serves. */
static char *
greet (const char *path)
{
  g_autoptr (GSocketConnection) connection = connect_to (path);
  g_autoptr (GDataInputStream) stream =
      g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
  g_autoptr (GError) error = NULL;
  char *line = g_data_input_stream_read_line (stream, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (line);
  return line;
}

static int
greet_pid (Fixture *fixture)
{
  g_autofree char *line = greet (fixture->path);

  return atoi (line);
}

static void
test_child (Fixture *fixture, gconstpointer data)
{
  g_autofree char *line = NULL;
  struct stat info;
  int pid;

  g_setenv ("NOTIFY_SOCKET", "/of/the/daemon", TRUE);
  make_launcher (fixture, NULL);
  g_assert_cmpstr (lv_engine_launcher_get_socket_path (fixture->launcher), ==, fixture->path);
  start (fixture);
  g_unsetenv ("NOTIFY_SOCKET");
  g_assert_no_error (fixture->error);
  line = greet (fixture->path);
  g_assert_nonnull (strstr (line, " clean"));
  g_assert_cmpint (g_stat (fixture->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  pid = atoi (line);
  start (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpint (greet_pid (fixture), ==, pid);
}

/* One attempt serves all who wait for it. */
static void
test_together (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *log = g_build_filename (fixture->dir, "log", NULL);
  g_autofree char *starts = NULL;
  g_autofree char *expected = NULL;

  g_setenv ("TINY_ENGINE_LOG", log, TRUE);
  make_launcher (fixture, NULL);
  lv_engine_launcher_start_async (fixture->launcher, NULL, on_started, fixture);
  lv_engine_launcher_start_async (fixture->launcher, cancellable, on_started, fixture);
  g_cancellable_cancel (cancellable);
  while (fixture->n_done < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_unsetenv ("TINY_ENGINE_LOG");
  expected = g_strdup_printf ("%d\n", greet_pid (fixture));
  g_assert_true (g_file_get_contents (log, &starts, NULL, NULL));
  g_assert_cmpstr (starts, ==, expected);
}

static GSocketService *
serve (const char *path)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autofree char *dir = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;
  GSocketService *service = g_socket_service_new ();

  g_assert_cmpint (g_mkdir_with_parents (dir, 0700), ==, 0);
  g_socket_listener_add_address (G_SOCKET_LISTENER (service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, &error);
  g_assert_no_error (error);
  return service;
}

static void
stop_serving (GSocketService *service)
{
  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
  g_object_unref (service);
}

static void
test_already_there (Fixture *fixture, gconstpointer data)
{
  GSocketService *service = serve (fixture->path);

  g_setenv (LV_ENV_ENGINE, "/nonexistent", TRUE);
  make_launcher (fixture, NULL);
  start (fixture);
  g_assert_no_error (fixture->error);
  stop_serving (service);
}

static void
test_stale_socket (Fixture *fixture, gconstpointer data)
{
  GSocketService *service = serve (fixture->path);

  stop_serving (service);
  g_assert_true (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  make_launcher (fixture, NULL);
  start (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpint (greet_pid (fixture), >, 0);
}

static void
assert_start_fails (Fixture *fixture, const char *part)
{
  start (fixture);
  g_assert_error (fixture->error, LV_ERROR, LV_ERROR_SERVER);
  g_assert_nonnull (strstr (fixture->error->message, part));
}

static void
test_not_a_socket (Fixture *fixture, gconstpointer data)
{
  g_autofree char *dir = g_path_get_dirname (fixture->path);

  g_assert_cmpint (g_mkdir_with_parents (dir, 0700), ==, 0);
  g_assert_true (g_file_set_contents (fixture->path, "precious", -1, NULL));
  make_launcher (fixture, NULL);
  assert_start_fails (fixture, "not a socket");
  g_assert_true (g_file_test (fixture->path, G_FILE_TEST_IS_REGULAR));
}

static void
test_no_directory (Fixture *fixture, gconstpointer data)
{
  g_setenv (LV_ENV_ENGINE_SOCKET, "/proc/nonexistent/engine.sock", TRUE);
  make_launcher (fixture, NULL);
  assert_start_fails (fixture, "/proc/nonexistent");
}

/* And the next attempt works, once the program is there. */
static void
test_no_program (Fixture *fixture, gconstpointer data)
{
  g_setenv (LV_ENV_ENGINE, "/nonexistent/engine", TRUE);
  make_launcher (fixture, NULL);
  assert_start_fails (fixture, "/nonexistent/engine");
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));

  g_setenv (LV_ENV_ENGINE, g_getenv ("LV_TEST_TINY_ENGINE"), TRUE);
  start (fixture);
  g_assert_no_error (fixture->error);
}

static void
assert_died (Fixture *fixture, const char *how)
{
  lv_test_wait_flag (&fixture->died);
  g_assert_error (fixture->death, LV_ERROR, LV_ERROR_SERVER);
  g_assert_nonnull (strstr (fixture->death->message, how));
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

static void
test_dies_at_once (Fixture *fixture, gconstpointer data)
{
  g_setenv ("TINY_ENGINE", "at-once", TRUE);
  make_launcher (fixture, NULL);
  start (fixture);
  g_assert_no_error (fixture->error);
  assert_died (fixture, "status 7: the model is missing");

  g_unsetenv ("TINY_ENGINE");
  start (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpint (greet_pid (fixture), >, 0);
}

static void
test_dies_later (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketConnection) connection = NULL;

  g_setenv ("TINY_ENGINE", data, TRUE);
  make_launcher (fixture, NULL);
  start (fixture);
  connection = connect_to (fixture->path);
  assert_died (fixture, g_str_equal (data, "by-signal") ? "signal 9: tiny engine"
                                                        : "status 1: no trailing line break");
}

static gboolean
is_gone (gpointer data)
{
  return kill (GPOINTER_TO_INT (data), 0) != 0 && errno == ESRCH;
}

static gboolean
poll_again (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
test_ends_with_launcher (Fixture *fixture, gconstpointer data)
{
  guint tick = g_timeout_add (10, poll_again, NULL);
  int pid;

  make_launcher (fixture, NULL);
  start (fixture);
  pid = greet_pid (fixture);
  g_assert_false (is_gone (GINT_TO_POINTER (pid)));
  g_assert_finalize_object (g_steal_pointer (&fixture->launcher));
  lv_test_wait_for (is_gone, GINT_TO_POINTER (pid), LV_TEST_TIMEOUT_MS, "the end of the child");
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  g_assert_false (fixture->died);
  g_source_remove (tick);
}

/* A WebSocket to an engine that cannot live. */
typedef struct {
  gboolean closed;
  int retry;
  GError *error;
} Closing;

static void
on_closed (LvWebsocket *socket, int retry, const GError *error, Closing *closing)
{
  closing->closed = TRUE;
  closing->retry = retry;
  closing->error = error != NULL ? g_error_copy (error) : NULL;
}

static LvWebsocket *
open_websocket (Fixture *fixture, Closing *closing)
{
  g_autoptr (LvEndpoint) endpoint = lv_endpoint_new_engine ("");
  LvWebsocket *socket = lv_websocket_new (endpoint, fixture->launcher);

  g_signal_connect (socket, "closed", G_CALLBACK (on_closed), closing);
  lv_websocket_open (socket);
  return socket;
}

static void
test_websocket_says_why (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvWebsocket) socket = NULL;
  Closing closing = { FALSE };

  g_setenv ("TINY_ENGINE", data, TRUE);
  make_launcher (fixture, NULL);
  socket = open_websocket (fixture, &closing);
  lv_test_wait_flag (&closing.closed);
  g_assert_error (closing.error, LV_ERROR, LV_ERROR_SERVER);
  g_assert_cmpint (closing.retry, ==, LV_RETRY_NEVER);
  g_assert_nonnull (strstr (closing.error->message, g_str_equal (data, "at-once")
                                                        ? "the model is missing"
                                                        : "no trailing line break"));
  g_clear_error (&closing.error);
}

static void
test_websocket_no_program (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvWebsocket) socket = NULL;
  Closing closing = { FALSE };

  g_setenv (LV_ENV_ENGINE, "/nonexistent/engine", TRUE);
  make_launcher (fixture, NULL);
  socket = open_websocket (fixture, &closing);
  lv_test_wait_flag (&closing.closed);
  g_assert_error (closing.error, LV_ERROR, LV_ERROR_SERVER);
  g_assert_nonnull (strstr (closing.error->message, "/nonexistent/engine"));
  g_clear_error (&closing.error);
}

/* While the launcher is busy, at every turn of the main loop. */
static void
test_websocket_gives_up (Fixture *fixture, gconstpointer data)
{
  make_launcher (fixture, NULL);
  for (guint turns = 0; turns < 12; turns++)
    {
      g_autoptr (LvWebsocket) socket = NULL;
      Closing closing = { FALSE };

      socket = open_websocket (fixture, &closing);
      for (guint i = 0; i < turns && !closing.closed; i++)
        g_main_context_iteration (NULL, FALSE);
      g_assert_false (closing.closed);
      lv_websocket_close (socket);
      g_assert_false (closing.closed);
      lv_test_wait_flag (&closing.closed);
      g_assert_no_error (closing.error);
    }
  lv_test_run_for (20);
}

/* systemd's place on a private bus: a neighbour that does what the test asks. */
typedef struct {
  LvTestDBus *bus;
  GDBusConnection *ours;   /* the launcher's */
  GDBusConnection *theirs; /* systemd's */
  GSocketService *service; /* what the socket unit stands for */
  const char *path;
  const char *result; /* NULL: no such unit */
  guint n_calls;
} Systemd;

static void
emit_job_removed (Systemd *systemd, const char *unit, const char *result)
{
  g_dbus_connection_emit_signal (
      systemd->theirs, g_dbus_connection_get_unique_name (systemd->ours),
      "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager", "JobRemoved",
      g_variant_new ("(uoss)", 1, "/org/freedesktop/systemd1/job/1", unit, result), NULL);
}

static gboolean
finish_job (gpointer data)
{
  Systemd *systemd = data;

  if (g_str_equal (systemd->result, "done"))
    systemd->service = serve (systemd->path);
  emit_job_removed (systemd, LV_ENGINE_SOCKET_UNIT, systemd->result);
  return G_SOURCE_REMOVE;
}

static void
on_systemd_call (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
                 const char *method, GVariant *parameters, GDBusMethodInvocation *invocation,
                 gpointer data)
{
  Systemd *systemd = data;
  const char *unit;
  const char *mode;

  systemd->n_calls++;
  g_variant_get (parameters, "(&s&s)", &unit, &mode);
  g_assert_cmpstr (unit, ==, LV_ENGINE_SOCKET_UNIT);
  g_assert_cmpstr (mode, ==, "replace");
  if (systemd->result == NULL)
    {
      g_dbus_method_invocation_return_dbus_error (invocation, "org.freedesktop.systemd1.NoSuchUnit",
                                                  "Unit not found");
      return;
    }
  g_dbus_method_invocation_return_value (invocation,
                                         g_variant_new ("(o)", "/org/freedesktop/systemd1/job/1"));
  emit_job_removed (systemd, "other.service", "done");
  g_timeout_add (20, finish_job, systemd);
}

static void
own_systemd_name (Systemd *systemd)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_systemd_call };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (SYSTEMD_XML, NULL);
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) error = NULL;

  g_dbus_connection_register_object (systemd->theirs, "/org/freedesktop/systemd1",
                                     info->interfaces[0], &vtable, systemd, NULL, &error);
  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (
      systemd->theirs, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "RequestName", g_variant_new ("(su)", "org.freedesktop.systemd1", 4), NULL, 0, -1, NULL,
      &error);
  g_assert_no_error (error);
}

/* An override by environment rules systemd out, so the socket's place comes from the runtime directory here. */
static void
systemd_up (Systemd *systemd, Fixture *fixture, const char *result)
{
  systemd->result = result;
  systemd->bus = lv_test_dbus_new ();
  systemd->ours = lv_test_dbus_connect (systemd->bus);
  systemd->theirs = lv_test_dbus_connect (systemd->bus);
  own_systemd_name (systemd);

  g_unsetenv (LV_ENV_ENGINE);
  g_unsetenv (LV_ENV_ENGINE_SOCKET);
  g_setenv ("XDG_RUNTIME_DIR", fixture->dir, TRUE);
  g_free (fixture->path);
  fixture->path = g_build_filename (fixture->dir, LV_ENGINE_SOCKET, NULL);
  systemd->path = fixture->path;
  make_launcher (fixture, systemd->ours);
}

static void
systemd_down (Systemd *systemd)
{
  if (systemd->service != NULL)
    stop_serving (systemd->service);
  g_dbus_connection_close_sync (systemd->ours, NULL, NULL);
  g_dbus_connection_close_sync (systemd->theirs, NULL, NULL);
  g_object_unref (systemd->ours);
  g_object_unref (systemd->theirs);
  lv_test_dbus_free (systemd->bus);
}

static void
test_systemd_starts_it (Fixture *fixture, gconstpointer data)
{
  Systemd systemd = { NULL };

  systemd_up (&systemd, fixture, "done");
  start (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (systemd.n_calls, ==, 1);
  /* it accepts now, so nobody needs to be asked */
  start (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (systemd.n_calls, ==, 1);
  systemd_down (&systemd);
}

/* Then we do it; whether the program is installed on this machine is not this test's affair. */
static void
test_systemd_cannot (Fixture *fixture, gconstpointer result)
{
  Systemd systemd = { NULL };

  systemd_up (&systemd, fixture, result);
  start (fixture);
  g_assert_cmpuint (systemd.n_calls, ==, 1);
  if (g_file_test (LV_LIBEXECDIR "/livevoice-engine", G_FILE_TEST_IS_EXECUTABLE))
    g_assert_no_error (fixture->error);
  else
    {
      g_assert_error (fixture->error, LV_ERROR, LV_ERROR_SERVER);
      g_assert_nonnull (strstr (fixture->error->message, LV_LIBEXECDIR "/livevoice-engine"));
    }
  systemd_down (&systemd);
}

static void
test_override_rules_systemd_out (Fixture *fixture, gconstpointer data)
{
  Systemd systemd = { NULL };

  systemd_up (&systemd, fixture, "done");
  g_setenv (LV_ENV_ENGINE, g_getenv ("LV_TEST_TINY_ENGINE"), TRUE);
  start (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpint (greet_pid (fixture), >, 0);
  g_assert_cmpuint (systemd.n_calls, ==, 0);
  systemd_down (&systemd);
}

#define ADD(path, data, function) g_test_add (path, Fixture, data, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/launcher/child", NULL, test_child);
  ADD ("/launcher/together", NULL, test_together);
  ADD ("/launcher/already-there", NULL, test_already_there);
  ADD ("/launcher/stale-socket", NULL, test_stale_socket);
  ADD ("/launcher/not-a-socket", NULL, test_not_a_socket);
  ADD ("/launcher/no-directory", NULL, test_no_directory);
  ADD ("/launcher/no-program", NULL, test_no_program);
  ADD ("/launcher/dies/at-once", NULL, test_dies_at_once);
  ADD ("/launcher/dies/on-connect", "on-connect", test_dies_later);
  ADD ("/launcher/dies/by-signal", "by-signal", test_dies_later);
  ADD ("/launcher/ends-with-us", NULL, test_ends_with_launcher);
  ADD ("/launcher/websocket/at-once", "at-once", test_websocket_says_why);
  ADD ("/launcher/websocket/on-connect", "on-connect", test_websocket_says_why);
  ADD ("/launcher/websocket/slowly", "slowly", test_websocket_says_why);
  ADD ("/launcher/websocket/no-program", NULL, test_websocket_no_program);
  ADD ("/launcher/websocket/gives-up", NULL, test_websocket_gives_up);
  ADD ("/launcher/systemd/done", NULL, test_systemd_starts_it);
  ADD ("/launcher/systemd/no-unit", NULL, test_systemd_cannot);
  ADD ("/launcher/systemd/failed", "failed", test_systemd_cannot);
  ADD ("/launcher/systemd/override", NULL, test_override_rules_systemd_out);
  return g_test_run ();
}
