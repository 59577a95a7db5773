/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memfd_create */
#include "lv-test-bus.h"

#include "transport/lv-test-oauth.h"

#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY "AIzaTest-0123456789"

/* ---- SetCredential ---- */

static char *
get_path (const char *name)
{
  return g_build_filename (g_get_user_config_dir (), "livevoice", name, NULL);
}

static void
write_all (int fd, const char *text)
{
  g_assert_cmpint (write (fd, text, strlen (text)), ==, strlen (text));
}

static int
make_pipe (const char *text)
{
  int ends[2];

  g_assert_cmpint (pipe (ends), ==, 0);
  write_all (ends[1], text);
  close (ends[1]);
  return ends[0];
}

static int
make_socket (const char *text)
{
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
  write_all (ends[1], text);
  close (ends[1]);
  return ends[0];
}

static int
make_memfd (const char *text)
{
  int fd = memfd_create ("key", 0);

  write_all (fd, text);
  return fd;
}

static int
make_file (const char *text)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp (NULL, &path, NULL);

  write_all (fd, text);
  g_unlink (path);
  return fd;
}

typedef struct {
  gboolean done;
  char *error; /* nullable */
} Answer;

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_with_unix_fd_list_finish (
      G_DBUS_CONNECTION (source), NULL, result, &error);

  answer->done = TRUE;
  if (reply == NULL)
    {
      g_autofree char *name = g_dbus_error_get_remote_error (error);

      answer->error = g_strdup (strrchr (name, '.') + 1);
    }
}

/* @fd taken; -1: none comes along. The error without our prefix, or NULL. */
static char *
set_credential (LvTestPeer *peer, const char *name, int fd, const char *options)
{
  g_autoptr (GUnixFDList) fds = fd >= 0 ? g_unix_fd_list_new_from_array (&fd, 1) : NULL;
  Answer answer = { FALSE };

  g_dbus_connection_call_with_unix_fd_list (
      peer->connection, g_dbus_connection_get_unique_name (peer->bus->connection), LV_MANAGER_PATH,
      LV_MANAGER_INTERFACE, "SetCredential",
      g_variant_new ("(sh@a{sv})", name, 0, g_variant_new_parsed (options)), NULL,
      G_DBUS_CALL_FLAGS_NONE, -1, fds, NULL, on_answer, &answer);
  lv_test_wait_flag (&answer.done);
  return answer.error;
}

static void
assert_set (LvTestPeer *peer, int fd)
{
  g_autofree char *error = set_credential (peer, "", fd, "@a{sv} {}");
  g_autofree char *path = get_path (LV_CREDENTIAL_NAME);
  g_autofree char *text = NULL;
  struct stat info;

  g_assert_null (error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, KEY);
  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
}

static void
assert_removed (LvTestPeer *peer)
{
  g_autofree char *error =
      set_credential (peer, "", open ("/dev/null", O_RDONLY), "{'remove': <true>}");
  g_autofree char *path = get_path (LV_CREDENTIAL_NAME);

  g_assert_null (error);
  g_assert_cmpint (g_access (path, F_OK), ==, -1);
}

static gboolean
has_credential (LvTestPeer *peer)
{
  g_autoptr (GVariant) value =
      lv_test_peer_get (peer, LV_MANAGER_PATH, LV_MANAGER_INTERFACE, "HasCredential", NULL);

  return g_variant_get_boolean (value);
}

static void
test_set (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (LvConfig) config = lv_test_bus_make_config (*bus, "endpoint=auto\n");

  lv_endpoints_set_config ((*bus)->services.endpoints, config);
  lv_bus_set_config ((*bus)->bus, config);
  g_assert_false (has_credential (peer));
  assert_set (peer, make_pipe (KEY "\n"));
  g_assert_true (has_credential (peer));
  assert_set (peer, make_socket (KEY));
  assert_set (peer, make_memfd (KEY "\r\n"));
  assert_set (peer, make_file (KEY));
  assert_removed (peer);
  g_assert_false (has_credential (peer));
  assert_removed (peer);
}

static void
assert_refused (LvTestPeer *peer, const char *name, int fd, const char *options,
                const char *expected)
{
  g_autofree char *error = set_credential (peer, name, fd, options);
  g_autofree char *path = get_path (LV_CREDENTIAL_NAME);

  g_assert_cmpstr (error, ==, expected);
  g_assert_cmpint (g_access (path, F_OK), ==, -1);
}

static void
test_set_badly (LvTestBus **bus, gconstpointer data)
{
  static const char *const none = "@a{sv} {}";
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autofree char *large = g_strnfill (4097, 'k');
  int listener = socket (AF_UNIX, SOCK_STREAM, 0);

  assert_refused (peer, "", -1, none, "InvalidArgs");
  assert_refused (peer, "other", make_pipe (KEY), none, "InvalidArgs");
  assert_refused (peer, "../x", make_pipe (KEY), none, "InvalidArgs");
  assert_refused (peer, "", make_pipe (KEY), "{'remove': <1>}", "InvalidArgs");
  assert_refused (peer, "", make_pipe (KEY), "{'!x': <1>}", "InvalidArgs");
  assert_refused (peer, "", make_pipe (""), none, "InvalidArgs");
  assert_refused (peer, "", make_pipe ("two words"), none, "InvalidArgs");
  assert_refused (peer, "", make_pipe ("two\nlines"), none, "InvalidArgs");
  assert_refused (peer, "", make_pipe (large), none, "TooLarge");
  assert_refused (peer, "", make_socket (large), none, "TooLarge");
  assert_refused (peer, "", make_file (large), none, "TooLarge");
  assert_refused (peer, "", open ("/dev/zero", O_RDONLY), none, "InvalidArgs");
  assert_refused (peer, "", open ("/", O_RDONLY), none, "InvalidArgs");
  assert_refused (peer, "", listener, none, "InvalidArgs");
}

/* Nobody else waits for a sender that does not come to an end. */
static void
test_slow_sender (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  int ends[2];
  g_autoptr (GUnixFDList) fds = NULL;
  Answer answer = { FALSE };
  gint64 begin_us = g_get_monotonic_time ();

  g_assert_cmpint (pipe (ends), ==, 0);
  fds = g_unix_fd_list_new_from_array (ends, 1);
  g_dbus_connection_call_with_unix_fd_list (
      peer->connection, g_dbus_connection_get_unique_name (peer->bus->connection), LV_MANAGER_PATH,
      LV_MANAGER_INTERFACE, "SetCredential", g_variant_new_parsed ("('', handle 0, @a{sv} {})"),
      NULL, G_DBUS_CALL_FLAGS_NONE, -1, fds, NULL, on_answer, &answer);
  write_all (ends[1], KEY);
  g_assert_false (has_credential (peer));
  g_assert_cmpint (g_get_monotonic_time () - begin_us, <, 5 * G_USEC_PER_SEC);
  g_assert_false (answer.done);
  close (ends[1]);
  lv_test_wait_flag (&answer.done);
  g_assert_null (answer.error);
  assert_removed (peer);
}

/* ---- the catalogue ---- */

static void
configure (LvTestBus *bus, LvTestOauth *server)
{
  g_autofree char *ca_file = lv_test_tls_path ("ca.pem");
  g_autofree char *text = g_strdup_printf ("endpoint=cloud\n[endpoint cloud]\nproxy=none\n"
                                           "base-url=wss%s\nca-file=%s\n",
                                           server->uri + strlen ("https"), ca_file);
  g_autoptr (LvConfig) config = lv_test_bus_make_config (bus, text);

  lv_endpoints_set_config (bus->services.endpoints, config);
  lv_bus_set_config (bus->bus, config);
}

static GVariant *
ask (LvTestPeer *peer, const char *method, const char *options)
{
  g_autofree char *full = g_strconcat ("Manager.", method, NULL);
  g_autoptr (GVariant) reply = lv_test_peer_do (
      peer, LV_MANAGER_PATH, full, g_variant_new ("(@a{sv})", g_variant_new_parsed (options)));

  return g_variant_get_child_value (reply, 0);
}

static void
fail (LvTestPeer *peer, const char *method, const char *options, const char *error)
{
  g_autofree char *full = g_strconcat ("Manager.", method, NULL);

  lv_test_peer_fail (peer, LV_MANAGER_PATH, full,
                     g_variant_new ("(@a{sv})", g_variant_new_parsed (options)), error);
}

static void
assert_entry (GVariant *list, gsize index, const char *key, const char *expected)
{
  g_autoptr (GVariant) entry = g_variant_get_child_value (list, index);
  const char *value = NULL;

  g_variant_lookup (entry, key, "&s", &value);
  g_assert_cmpstr (value, ==, expected);
}

static void
test_own_tables (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (GVariant) models = ask (peer, "ListModels", "@a{sv} {}");
  g_autoptr (GVariant) voices = ask (peer, "ListVoices", "@a{sv} {}");
  g_autoptr (GVariant) old =
      ask (peer, "ListVoices", "{'model': <'gemini-2.5-flash-native-audio-latest'>}");
  g_autoptr (GVariant) languages = ask (peer, "ListLanguages", "@a{sv} {}");

  assert_entry (models, 0, "id", "gemini-3.8-live");
  assert_entry (models, 2, "id", "gemini-2.5-flash-native-audio-preview-12-2025");
  g_assert_cmpuint (g_variant_n_children (voices), ==, 60);
  assert_entry (voices, 0, "id", "Zephyr");
  assert_entry (voices, 0, "description", "Bright");
  g_assert_cmpuint (g_variant_n_children (old), ==, 30);
  g_assert_cmpuint (g_variant_n_children (languages), >, 100);
  fail (peer, "ListModels", "{'endpoint': <'nowhere'>}", "InvalidArgs");
  fail (peer, "ListModels", "{'offline': <1>}", "InvalidArgs");
  fail (peer, "ListVoices", "{'!x': <1>}", "InvalidArgs");
  fail (peer, "ListLanguages", "{'!x': <1>}", "InvalidArgs");
  fail (peer, "CreateToken", "@a{sv} {}", "Unsupported");
  fail (peer, "CreateToken", "{'endpoint': <'gemini'>}", "NoCredential");
}

static void
test_asked (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (LvTestOauth) server = lv_test_oauth_new (TRUE);
  g_autoptr (GVariant) models = NULL;
  g_autoptr (GVariant) voices = NULL;
  g_autoptr (GVariant) own = NULL;

  configure (*bus, server);
  assert_set (peer, make_pipe (KEY));
  lv_test_oauth_set_answer (server, 200,
                            "{\"models\":[{\"name\":\"models/m\",\"displayName\":\"M\","
                            "\"supportedGenerationMethods\":[\"bidiGenerateContent\"]}]}");
  models = ask (peer, "ListModels", "@a{sv} {}");
  g_assert_cmpuint (g_variant_n_children (models), ==, 1);
  assert_entry (models, 0, "id", "m");
  assert_entry (models, 0, "name", "M");
  g_assert_cmpstr (server->path, ==, "/v1beta/models");
  g_assert_cmpstr (soup_message_headers_get_one (server->headers, "x-goog-api-key"), ==, KEY);

  lv_test_oauth_set_answer (server, 200, "{\"voices\":[{\"name\":\"voices/en-us-new\"}]}");
  voices = ask (peer, "ListVoices", "@a{sv} {}");
  g_assert_cmpuint (g_variant_n_children (voices), ==, 31);
  assert_entry (voices, 30, "id", "en-us-new");

  own = ask (peer, "ListModels", "{'offline': <true>}");
  g_assert_cmpuint (g_variant_n_children (own), >, 1);
  g_assert_cmpuint (server->n_requests, ==, 2);
  assert_removed (peer);
}

static void
assert_checked (LvTestPeer *peer, const char *key, const char *error, const char *kept)
{
  g_autofree char *got = set_credential (peer, "", make_pipe (key), "{'check': <true>}");
  g_autofree char *path = get_path (LV_CREDENTIAL_NAME);
  g_autofree char *text = NULL;

  g_assert_cmpstr (got, ==, error);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, kept);
}

/* One that is not right, or cannot be shown to be, leaves the one before alone. */
static void
test_checked (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (LvTestOauth) server = lv_test_oauth_new (TRUE);

  configure (*bus, server);
  assert_set (peer, make_pipe (KEY));
  g_assert_cmpuint (server->n_requests, ==, 0);
  lv_test_oauth_set_answer (server, 200, "{\"models\":[],\"nextPageToken\":\"more\"}");
  assert_checked (peer, "better", NULL, "better");
  g_assert_cmpuint (server->n_requests, ==, 1);
  g_assert_cmpstr (server->path, ==, "/v1beta/models");
  g_assert_cmpstr (soup_message_headers_get_one (server->headers, "x-goog-api-key"), ==, "better");
  lv_test_oauth_set_answer (server, 400, "{\"error\":{\"message\":\"API key not valid.\"}}");
  assert_checked (peer, "worse", "Authentication", "better");
  g_assert_cmpstr (soup_message_headers_get_one (server->headers, "x-goog-api-key"), ==, "worse");
  lv_test_oauth_set_answer (server, 500, "oops");
  assert_checked (peer, "worse", "Server", "better");
  assert_checked (peer, "two words", "InvalidArgs", "better");
  soup_server_disconnect (server->server);
  assert_checked (peer, "worse", "Network", "better");
  assert_removed (peer);
}

/* Where nobody tells whether it is right, it can be kept only without asking. */
static void
test_no_judge (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (LvConfig) config = lv_test_bus_make_config (
      *bus, "[endpoint x]\ncredential=ephemeral\ncredential-name=short\n"
            "[endpoint y]\napi=vertex\nproject=p\ncredential=token\ncredential-name=long\n");
  g_autofree char *short_error = NULL;
  g_autofree char *long_error = NULL;
  g_autofree char *type_error = NULL;

  lv_endpoints_set_config ((*bus)->services.endpoints, config);
  lv_bus_set_config ((*bus)->bus, config);
  short_error = set_credential (peer, "short", make_pipe (KEY), "{'check': <true>}");
  g_assert_cmpstr (short_error, ==, "Unsupported");
  long_error = set_credential (peer, "long", make_pipe (KEY), "{'check': <true>}");
  g_assert_cmpstr (long_error, ==, "Unsupported");
  type_error = set_credential (peer, "", make_pipe (KEY), "{'check': <'yes'>}");
  g_assert_cmpstr (type_error, ==, "InvalidArgs");
}

static void
test_refusals (LvTestBus **bus, gconstpointer data)
{
  static const struct {
    guint status;
    const char *body;
    const char *error;
  } cases[] = {
    { 400, "{\"error\":{\"message\":\"API key not valid. Please pass a valid API key.\"}}",
      "Authentication" },
    { 403, "{}", "Authentication" },
    { 404, "", "Unsupported" },
    { 429, "{}", "QuotaExceeded" },
    { 500, "oops", "Server" },
    { 200, "<html>", "Server" },
  };
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (LvTestOauth) server = lv_test_oauth_new (TRUE);

  configure (*bus, server);
  assert_set (peer, make_pipe (KEY));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      lv_test_oauth_set_answer (server, cases[i].status, cases[i].body);
      fail (peer, "ListModels", "@a{sv} {}", cases[i].error);
    }
  soup_server_disconnect (server->server);
  fail (peer, "ListModels", "@a{sv} {}", "Network");
  fail (peer, "ListVoices", "@a{sv} {}", "Network");
  fail (peer, "CreateToken", "@a{sv} {}", "Network");
  assert_removed (peer);
}

static void
test_token (LvTestBus **bus, gconstpointer data)
{
  g_autoptr (LvTestPeer) peer = lv_test_peer_new (*bus);
  g_autoptr (LvTestOauth) server = lv_test_oauth_new (TRUE);
  g_autoptr (GVariant) result = NULL;
  const char *token = NULL;
  gint64 expires = 0;
  gint64 now_s = g_get_real_time () / G_USEC_PER_SEC;

  configure (*bus, server);
  assert_set (peer, make_pipe (KEY));
  lv_test_oauth_set_answer (server, 200, "{\"name\":\"auth_tokens/abc\"}");
  result = ask (peer, "CreateToken",
                "{'uses': <uint32 0>, 'expires-in': <uint32 600>, "
                "'model': <'gemini-3.8-live'>}");
  g_variant_lookup (result, "token", "&s", &token);
  g_variant_lookup (result, "expires", "x", &expires);
  g_assert_cmpstr (token, ==, "auth_tokens/abc");
  g_assert_cmpint (expires, >=, now_s + 600);
  g_assert_cmpint (expires, <=, now_s + 660);
  g_assert_cmpstr (server->path, ==, "/v1beta/auth_tokens");
  g_assert_nonnull (strstr (server->body, "\"uses\":0"));
  g_assert_nonnull (strstr (server->body, "models/gemini-3.8-live"));

  fail (peer, "CreateToken", "{'uses': <1>}", "InvalidArgs");
  fail (peer, "CreateToken", "{'uses': <uint32 1001>}", "InvalidArgs");
  fail (peer, "CreateToken", "{'expires-in': <uint32 72001>}", "InvalidArgs");
  fail (peer, "CreateToken", "{'model': <1>}", "InvalidArgs");
  assert_removed (peer);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = lv_test_make_dir ();
  int status;

  g_setenv ("XDG_CONFIG_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);
  LV_TEST_BUS_ADD ("/bus-catalogue/set", test_set);
  LV_TEST_BUS_ADD ("/bus-catalogue/set-badly", test_set_badly);
  LV_TEST_BUS_ADD ("/bus-catalogue/slow-sender", test_slow_sender);
  LV_TEST_BUS_ADD ("/bus-catalogue/own-tables", test_own_tables);
  LV_TEST_BUS_ADD ("/bus-catalogue/asked", test_asked);
  LV_TEST_BUS_ADD ("/bus-catalogue/checked", test_checked);
  LV_TEST_BUS_ADD ("/bus-catalogue/no-judge", test_no_judge);
  LV_TEST_BUS_ADD ("/bus-catalogue/refusals", test_refusals);
  LV_TEST_BUS_ADD ("/bus-catalogue/token", test_token);
  status = g_test_run ();
  lv_test_remove_dir (g_steal_pointer (&home));
  return status;
}
