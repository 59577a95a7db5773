/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-client.h"

#include "bus/lv-bus-export.h"
#include "lv-test-bus.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define PATH "/probe"
#define INTERFACE "org.example.Probe"

/* A bus and an object whose only method says who called; /proc is a directory of ours. */
typedef struct {
  LvTestBus *bus;
  char *proc;
  char *dir; /* of this process in it */
  LvBusClients *clients;
  guint object_id;
  guint n_vanished;
  LvBusCall answer;
} Fixture;

static const char probe_xml[] = "<node><interface name='" INTERFACE "'><method name='Who'>"
                                "<arg type='i' direction='out'/><arg type='s' direction='out'/>"
                                "</method></interface></node>";

static void
answer (LvBusClient *client, GDBusMethodInvocation *invocation, gpointer user_data)
{
  g_dbus_method_invocation_return_value (
      invocation,
      g_variant_new ("(is)", lv_bus_client_get_peer (client), lv_bus_client_get_app_id (client)));
}

static void
on_method_call (GDBusConnection *connection, const char *sender, const char *path,
                const char *interface, const char *method, GVariant *arguments,
                GDBusMethodInvocation *invocation, gpointer user_data)
{
  Fixture *f = user_data;

  lv_bus_clients_run (f->clients, invocation, f->answer, NULL);
}

static void
on_vanished (LvBusClients *clients, LvBusClient *client, Fixture *f)
{
  f->n_vanished++;
}

static void
set_cgroup (Fixture *f, const char *text)
{
  g_autofree char *path = g_build_filename (f->dir, "cgroup", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const GDBusInterfaceVTable vtable = { .method_call = on_method_call };
  g_autoptr (GDBusNodeInfo) info = g_dbus_node_info_new_for_xml (probe_xml, NULL);
  g_autofree char *pid = g_strdup_printf ("%d", getpid ());

  f->bus = lv_test_bus_new ();
  f->answer = answer;
  f->proc = lv_test_make_dir ();
  f->dir = g_build_filename (f->proc, pid, NULL);
  g_assert_cmpint (g_mkdir (f->dir, 0700), ==, 0);
  set_cgroup (f, "0::/user.slice/app-gnome-org.gnome.Maps-1.scope\n");
  f->clients = lv_bus_clients_new (f->bus->connection, f->proc);
  g_signal_connect (f->clients, "vanished", G_CALLBACK (on_vanished), f);
  f->object_id = g_dbus_connection_register_object (f->bus->connection, PATH, info->interfaces[0],
                                                    &vtable, f, NULL, NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_dbus_connection_unregister_object (f->bus->connection, f->object_id);
  g_assert_finalize_object (f->clients);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  lv_test_bus_free (f->bus);
  lv_test_remove_dir (f->proc);
  g_free (f->dir);
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  char *text =
      reply != NULL ? g_variant_print (reply, FALSE) : g_dbus_error_get_remote_error (error);

  g_ptr_array_add (user_data, text);
}

static void
ask (Fixture *f, LvTestPeer *peer, GPtrArray *answers)
{
  g_dbus_connection_call (peer->connection, g_dbus_connection_get_unique_name (f->bus->connection),
                          PATH, INTERFACE, "Who", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                          on_reply, answers);
}

typedef struct {
  GPtrArray *answers;
  guint n;
} Wanted;

static gboolean
are_there (gpointer data)
{
  Wanted *wanted = data;

  return wanted->answers->len >= wanted->n;
}

static void
wait_answers (GPtrArray *answers, guint n)
{
  Wanted wanted = { answers, n };

  lv_test_wait_for (are_there, &wanted, LV_TEST_TIMEOUT_MS, "answers");
}

static void
expect_answer (Fixture *f, const char *expected)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (f->bus);
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (g_free);

  ask (f, peer, answers);
  wait_answers (answers, 1);
  g_assert_cmpstr (answers->pdata[0], ==, expected);
}

static void
test_host (Fixture *f, gconstpointer data)
{
  g_autofree char *expected = g_strdup_printf ("(%d, 'org.gnome.Maps')", LV_PEER_HOST);

  expect_answer (f, expected);
}

static void
answer_description (LvBusClient *client, GDBusMethodInvocation *invocation, gpointer user_data)
{
  g_autofree char *description = lv_bus_client_describe (client);

  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(is)", 0, description));
}

static void
expect_description (Fixture *f, const char *app)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (f->bus);
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *description = g_strconcat (peer->name, app, NULL);
  g_autofree char *expected = g_strdup_printf ("(0, '%s')", description);

  f->answer = answer_description;
  ask (f, peer, answers);
  wait_answers (answers, 1);
  g_assert_cmpstr (answers->pdata[0], ==, expected);
}

static void
test_description (Fixture *f, gconstpointer data)
{
  expect_description (f, " (org.gnome.Maps)");
  set_cgroup (f, "0::/user.slice\n");
  expect_description (f, "");
}

/* Holders that the test asks about. */
static void
answer_holder (LvBusClient *client, GDBusMethodInvocation *invocation, gpointer user_data)
{
  g_autofree char *maps = g_strdup_printf ("%u org.gnome.Maps", getuid ());
  g_autofree char *nobody = g_strdup_printf ("%u ", getuid ());
  g_autofree char *other_user = g_strdup_printf ("1%u org.gnome.Maps", getuid ());
  g_autofree char *own = lv_bus_client_dup_holder (client);
  int matches = lv_bus_client_is_holder (client, maps) << 0 |
                lv_bus_client_is_holder (client, nobody) << 1 |
                lv_bus_client_is_holder (client, other_user) << 2 |
                lv_bus_client_is_holder (client, own) << 3;

  g_dbus_method_invocation_return_value (
      invocation, g_variant_new ("(is)", matches, lv_bus_client_get_app_id (client)));
}

/* An app is itself alone; a program that is none may use what any of its user left. */
static void
test_holder (Fixture *f, gconstpointer data)
{
  f->answer = answer_holder;
  expect_answer (f, "(9, 'org.gnome.Maps')");
  set_cgroup (f, "0::/user.slice/app-flatpak-org.gnome.Evil-1.scope\n");
  expect_answer (f, "(8, 'org.gnome.Evil')");
  set_cgroup (f, "0::/user.slice\n");
  expect_answer (f, "(11, '')");
}

static void
put_into_flatpak (Fixture *f)
{
  g_autofree char *root = g_build_filename (f->dir, "root", NULL);
  g_autofree char *file = g_build_filename (root, ".flatpak-info", NULL);

  g_assert_cmpint (g_mkdir (root, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, "", -1, NULL));
}

/* A sandbox that does not tell which app is in it opens nothing that another app left. */
static void
test_holder_in_sandbox (Fixture *f, gconstpointer data)
{
  f->answer = answer_holder;
  put_into_flatpak (f);
  set_cgroup (f, "0::/user.slice\n");
  expect_answer (f, "(10, '')");
}

static void
test_sandboxed (Fixture *f, gconstpointer data)
{
  g_autofree char *expected = g_strdup_printf ("(%d, 'org.gnome.Maps')", LV_PEER_SANDBOXED);

  set_cgroup (f, "0::/user.slice/app-flatpak-org.gnome.Maps-1.scope\n");
  expect_answer (f, expected);
}

static void
test_sandboxed_by_root (Fixture *f, gconstpointer data)
{
  g_autofree char *expected = g_strdup_printf ("(%d, 'org.gnome.Maps')", LV_PEER_SANDBOXED);

  put_into_flatpak (f);
  expect_answer (f, expected);
}

static void
test_failed_lookup_denies (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->dir, "cgroup", NULL);
  g_autofree char *expected = g_strdup_printf ("(%d, 'org.gnome.Maps')", LV_PEER_HOST);
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (f->bus);
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (g_free);

  g_assert_cmpint (g_unlink (path), ==, 0);
  ask (f, peer, answers);
  ask (f, peer, answers);
  wait_answers (answers, 2);
  g_assert_cmpstr (answers->pdata[0], ==, LV_ERROR_PREFIX "NotPermitted");
  g_assert_cmpstr (answers->pdata[1], ==, LV_ERROR_PREFIX "NotPermitted");

  set_cgroup (f, "0::/user.slice/app-gnome-org.gnome.Maps-1.scope\n");
  ask (f, peer, answers);
  wait_answers (answers, 3);
  g_assert_cmpstr (answers->pdata[2], ==, expected);
}

/* Asked once: the answer holds although the file has changed. */
static void
test_looked_up_once (Fixture *f, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (f->bus);
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (g_free);

  ask (f, peer, answers);
  wait_answers (answers, 1);
  set_cgroup (f, "0::/user.slice/app-flatpak-org.gnome.Maps-1.scope\n");
  ask (f, peer, answers);
  wait_answers (answers, 2);
  g_assert_cmpstr (answers->pdata[0], ==, answers->pdata[1]);
}

static guint
count_answers (GPtrArray *answers, const char *name)
{
  guint n = 0;

  for (guint i = 0; i < answers->len; i++)
    n += g_str_equal (answers->pdata[i], name);
  return n;
}

static void
test_rate (Fixture *f, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (f->bus);
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (g_free);

  ask (f, peer, answers);
  wait_answers (answers, 1);
  for (guint i = 1; i < LV_BUS_MAX_CALLS_PER_SECOND + 20; i++)
    ask (f, peer, answers);
  wait_answers (answers, LV_BUS_MAX_CALLS_PER_SECOND + 20);
  g_assert_cmpuint (count_answers (answers, LV_ERROR_PREFIX "RateLimited"), ==, 20);
}

/* All that @peer has sent is on its way from the bus. */
static void
await_bus (LvTestPeer *peer)
{
  g_autoptr (GVariant) id = g_dbus_connection_call_sync (
      peer->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "GetId", NULL, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);

  g_assert_nonnull (id);
}

/* Refusals that are not read pile up at the bus, so there is an end to them too. */
static void
test_refusals (Fixture *f, gconstpointer data)
{
  LvTestPeer *peer = lv_test_peer_new (f->bus);
  g_autoptr (LvTestPeer) other = lv_test_peer_new (f->bus);
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (g_free);
  const guint n_calls = LV_BUS_MAX_CALLS_PER_SECOND + 2 * LV_BUS_MAX_REFUSALS_PER_SECOND;

  ask (f, peer, answers);
  wait_answers (answers, 1);
  for (guint i = 1; i < LV_BUS_MAX_CALLS_PER_SECOND; i++)
    ask (f, peer, answers);
  wait_answers (answers, LV_BUS_MAX_CALLS_PER_SECOND);
  for (guint i = LV_BUS_MAX_CALLS_PER_SECOND; i < n_calls; i++)
    ask (f, peer, answers);
  await_bus (peer);
  ask (f, other, others);
  wait_answers (others, 1);
  lv_test_run_for (100);
  g_assert_cmpuint (count_answers (answers, LV_ERROR_PREFIX "RateLimited"), <=,
                    LV_BUS_MAX_REFUSALS_PER_SECOND);
  lv_test_peer_free (peer);
  wait_answers (answers, n_calls);
}

/* Before the look-up is done; whether it keeps up with them is up to the bus. */
static void
test_many_calls_at_once (Fixture *f, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (f->bus);
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < LV_BUS_MAX_WAITING_CALLS + 5; i++)
    ask (f, peer, answers);
  wait_answers (answers, LV_BUS_MAX_WAITING_CALLS + 5);
  lv_test_run_for (20);
  g_assert_cmpuint (answers->len, ==, LV_BUS_MAX_WAITING_CALLS + 5);
  g_assert_cmpuint (count_answers (answers, LV_ERROR_PREFIX "TooMany"), <=, 5);
  g_assert_cmpuint (count_answers (answers, LV_ERROR_PREFIX "RateLimited"), ==, 0);
}

static gboolean
has_vanished (gpointer data)
{
  return ((Fixture *) data)->n_vanished > 0;
}

static void
test_vanished (Fixture *f, gconstpointer data)
{
  LvTestPeer *peer = lv_test_peer_new (f->bus);
  g_autofree char *name = g_strdup (peer->name);
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (g_free);

  ask (f, peer, answers);
  wait_answers (answers, 1);
  g_assert_nonnull (lv_bus_clients_find (f->clients, peer->name));
  lv_test_peer_free (peer);
  lv_test_wait_for (has_vanished, f, LV_TEST_TIMEOUT_MS, "vanished");
  g_assert_null (lv_bus_clients_find (f->clients, name));
}

static void
test_creations (Fixture *f, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (f->bus);
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (g_free);
  LvBusClient *client;

  ask (f, peer, answers);
  wait_answers (answers, 1);
  client = lv_bus_clients_find (f->clients, peer->name);
  for (guint i = 0; i < LV_BUS_MAX_CREATIONS_PER_MINUTE; i++)
    lv_bus_client_count_creation (client);
  lv_test_run_for (1020);
  g_assert_false (lv_bus_client_check_creation (client, NULL));
}

/* ---- the whole daemon, with every caller in a sandbox ---- */

typedef struct {
  LvBusOutbox *outbox;
  LvBusSessions *sessions;
  LvBusManager *manager;
  LvBusExport *export;
  guint name_id;
} Daemon;

static void
on_name_acquired (GDBusConnection *connection, const char *name, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
daemon_start (Daemon *d, Fixture *f)
{
  gboolean acquired = FALSE;
  g_autoptr (LvBusToolbox) toolbox =
      lv_bus_toolbox_new (f->bus->connection, f->bus->services.registry);

  d->outbox = lv_bus_outbox_new (f->bus->connection, f->clients);
  d->sessions =
      lv_bus_sessions_new (d->outbox, f->clients, toolbox, &f->bus->services, f->bus->config);
  d->manager = lv_bus_manager_new (d->outbox, f->clients, d->sessions, toolbox, &f->bus->services,
                                   f->bus->config);
  d->export = lv_bus_export_new (f->bus->connection, f->clients, d->sessions, d->manager);
  g_assert_true (lv_bus_export_register (d->export, NULL));
  d->name_id =
      g_bus_own_name_on_connection (f->bus->connection, LV_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_NONE,
                                    on_name_acquired, NULL, &acquired, NULL);
  lv_test_wait_flag (&acquired);
}

static void
daemon_stop (Daemon *d)
{
  g_bus_unown_name (d->name_id);
  g_assert_finalize_object (d->export);
  g_assert_finalize_object (d->manager);
  g_assert_finalize_object (d->sessions);
  g_assert_finalize_object (d->outbox);
}

static void
check_default_session (LvTestPeer *peer)
{
  static const char *const refused[] = { "Session.Toggle", "Session.StartTalking",
                                         "Session.StopTalking", "Session.Interrupt" };

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    lv_test_peer_fail (peer, LV_DEFAULT_SESSION_PATH, refused[i], NULL, "NotPermitted");
  lv_test_peer_fail (peer, LV_DEFAULT_SESSION_PATH, "Session.Start",
                     g_variant_new ("(a{sv})", NULL), "NotPermitted");
  lv_test_peer_fail (peer, LV_DEFAULT_SESSION_PATH, "Session.Subscribe",
                     g_variant_new_parsed ("(['state'],)"), "NotPermitted");
  lv_test_peer_fail (peer, LV_DEFAULT_SESSION_PATH, "Session.GetTranscript",
                     g_variant_new ("(u)", 0), "NotPermitted");
  lv_test_peer_fail (peer, LV_DEFAULT_SESSION_PATH, "Session.SendText",
                     g_variant_new ("(sa{sv})", "x", NULL), "NotPermitted");
  g_variant_unref (lv_test_peer_do (peer, LV_DEFAULT_SESSION_PATH, "Session.SetMuted",
                                    g_variant_new ("(b)", TRUE)));
  lv_test_peer_fail (peer, LV_DEFAULT_SESSION_PATH, "Session.SetMuted",
                     g_variant_new ("(b)", FALSE), "NotPermitted");
  g_variant_unref (lv_test_peer_do (peer, LV_DEFAULT_SESSION_PATH, "Session.Stop", NULL));
  g_variant_unref (lv_test_peer_do (peer, LV_MANAGER_PATH, "Manager.PanicStop", NULL));
}

static void
check_own_things (LvTestPeer *peer, LvTestPeer *other)
{
  g_autofree char *path = lv_test_peer_create_session (peer, NULL);
  g_autofree char *theirs = lv_test_peer_create_session (other, NULL);
  g_autofree char *state G_GNUC_UNUSED = lv_test_peer_get_state (peer, LV_DEFAULT_SESSION_PATH);
  g_autoptr (GVariant) sessions =
      lv_test_peer_do (peer, LV_MANAGER_PATH, "Manager.ListSessions", NULL);
  g_autofree char *text = g_variant_print (sessions, FALSE);

  lv_test_peer_start_session (peer, path);
  g_assert_nonnull (strstr (text, path));
  g_assert_null (strstr (text, theirs));
  g_variant_unref (lv_test_peer_do (peer, LV_MANAGER_PATH, "Manager.RegisterTools",
                                    g_variant_new ("(osa{sv})", "/x", "[{\"name\":\"t\"}]", NULL)));
  lv_test_peer_fail (peer, LV_MANAGER_PATH, "Manager.RegisterTools",
                     g_variant_new_parsed ("(objectpath '/x', '[]', {'scope': <'shared'>})"),
                     "NotPermitted");
  lv_test_peer_fail (peer, LV_MANAGER_PATH, "Manager.CreateSession",
                     g_variant_new_parsed ("({'endpoint': <'ws://127.0.0.1:1/'>},)"),
                     "NotPermitted");
}

static void
test_sandboxed_app (Fixture *f, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (f->bus);
  g_autoptr (LvTestPeer) other = lv_test_peer_new (f->bus);
  Daemon d;

  set_cgroup (f, "0::/user.slice/app-flatpak-org.gnome.Maps-1.scope\n");
  daemon_start (&d, f);
  check_default_session (peer);
  check_own_things (peer, other);
  daemon_stop (&d);
}

static char *
get_token (LvTestPeer *owner, const char *path)
{
  g_autoptr (GVariant) reply = lv_test_peer_do (owner, path, "Session.GetResumeToken", NULL);
  char *token;

  g_variant_get (reply, "(s)", &token);
  return token;
}

static char *
leave_session (Fixture *f)
{
  LvTestPeer *owner = lv_test_peer_new (f->bus);
  g_autofree char *path = lv_test_peer_create_session (owner, "{'linger': <uint32 60>}");
  char *token = get_token (owner, path);

  lv_test_peer_free (owner);
  lv_test_wait_for (has_vanished, f, LV_TEST_TIMEOUT_MS, "vanished");
  return token;
}

static void
check_token_is_used (Fixture *f, const char *token)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (f->bus);
  g_autofree char *arguments = g_strdup_printf ("({'resume': <'%s'>},)", token);

  lv_test_peer_fail (peer, LV_MANAGER_PATH, "Manager.CreateSession",
                     g_variant_new_parsed (arguments), "NoSuchSession");
}

/* A program that is no app goes on with what an app left: it is not the app then, and the token is
 * used. */
static void
test_taken_up_by_another (Fixture *f, gconstpointer data)
{
  g_autoptr (LvTestPeer) other = lv_test_peer_new (f->bus);
  g_autofree char *token = NULL, *options = NULL, *path = NULL, *second = NULL;
  g_autoptr (GVariant) app = NULL;
  Daemon d;

  daemon_start (&d, f);
  token = leave_session (f);
  set_cgroup (f, "0::/user.slice\n");
  options = g_strdup_printf ("{'resume': <'%s'>}", token);
  path = lv_test_peer_create_session (other, options);
  lv_test_peer_wait_signal (other, "*PropertiesChanged*{'OwnerApp': <''>}");
  app = lv_test_peer_get (other, path, LV_SESSION_INTERFACE, "OwnerApp", NULL);
  g_assert_cmpstr (g_variant_get_string (app, NULL), ==, "");
  check_token_is_used (f, token);
  second = get_token (other, path);
  g_assert_cmpstr (second, !=, token);
  daemon_stop (&d);
}

#define ADD(path, func) g_test_add ("/bus-client/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("host", test_host);
  ADD ("description", test_description);
  ADD ("holder", test_holder);
  ADD ("holder-in-sandbox", test_holder_in_sandbox);
  ADD ("sandboxed", test_sandboxed);
  ADD ("sandboxed-by-root", test_sandboxed_by_root);
  ADD ("failed-lookup", test_failed_lookup_denies);
  ADD ("once", test_looked_up_once);
  ADD ("rate", test_rate);
  ADD ("refusals", test_refusals);
  ADD ("at-once", test_many_calls_at_once);
  ADD ("vanished", test_vanished);
  ADD ("creations", test_creations);
  ADD ("sandboxed-app", test_sandboxed_app);
  ADD ("taken-up-by-another", test_taken_up_by_another);
  return g_test_run ();
}
