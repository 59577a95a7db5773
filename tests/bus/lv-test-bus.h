/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A message bus of our own, the daemon's side of it in this process, and peers: connections of their own that call it
 * and note every signal that reaches them. Sessions talk to a puppet server.
 */
#pragma once

#include "bus/lv-bus.h"

#include "base/lv-names.h"
#include "lib/lv-test-dbus.h"
#include "lib/lv-test-server.h"
#include "lib/lv-test.h"

typedef struct {
  LvTestDBus *dbus;
  GDBusConnection *connection; /* the daemon's */
  LvTestServer *server;
  char *dir;
  LvConfig *config;
  LvSessionServices services; /* no PipeWire */
  LvVault *vault;
  LvBus *bus; /* NULL before lv_test_bus_start() */
} LvTestBus;

/* Services and bus, no LvBus yet. */
LvTestBus *lv_test_bus_new (void);
/* An LvBus that owns its name. */
void lv_test_bus_start (LvTestBus *self);
/* Shuts the LvBus down where there is one. */
void lv_test_bus_free (LvTestBus *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvTestBus, lv_test_bus_free)

/* For g_test_add (): a started bus in *@self. */
void lv_test_bus_set_up (LvTestBus **self, gconstpointer data);
void lv_test_bus_tear_down (LvTestBus **self, gconstpointer data);
#define LV_TEST_BUS_ADD(path, func)                                                                \
  g_test_add (path, LvTestBus *, NULL, lv_test_bus_set_up, func, lv_test_bus_tear_down)

/* @text as livevoice.conf; sessions use the puppet server and no audio unless it says otherwise. */
LvConfig *lv_test_bus_make_config (LvTestBus *self, const char *text);

typedef struct {
  LvTestBus *bus;
  GDBusConnection *connection;
  const char *name;   /* unique */
  GPtrArray *signals; /* "LAST-ELEMENT-OF-PATH Member ARGUMENTS", oldest first */
} LvTestPeer;

LvTestPeer *lv_test_peer_new (LvTestBus *bus);
/* Leaves the bus at once, without a word. */
void lv_test_peer_free (LvTestPeer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvTestPeer, lv_test_peer_free)

/* Calls the daemon, by its unique name, and waits for the reply; @arguments floating or NULL. On an error NULL, and the name without our prefix in
 * *@ret_error. */
GVariant *lv_test_peer_call (LvTestPeer *peer, const char *path, const char *interface,
                             const char *method, GVariant *arguments, char **ret_error);

/* The same for method "Interface.Method" of ours; must succeed. */
GVariant *lv_test_peer_do (LvTestPeer *peer, const char *path, const char *method,
                           GVariant *arguments);
/* The same; must end with @error ("InvalidArgs"). */
void lv_test_peer_fail (LvTestPeer *peer, const char *path, const char *method, GVariant *arguments,
                        const char *error);

/* A property; NULL and *@ret_error as above. */
GVariant *lv_test_peer_get (LvTestPeer *peer, const char *path, const char *interface,
                            const char *property, char **ret_error);
/* "State" of a session. */
char *lv_test_peer_get_state (LvTestPeer *peer, const char *path);
void lv_test_peer_wait_state (LvTestPeer *peer, const char *path, const char *state);

/* Waits for a signal that begins so; "*" stands for anything. */
const char *lv_test_peer_wait_signal (LvTestPeer *peer, const char *beginning);
/* How many of the signals noted so far begin so. */
guint lv_test_peer_count (LvTestPeer *peer, const char *beginning);
/* Everything that the daemon sent until now has arrived. */
void lv_test_peer_sync (LvTestPeer *peer);

/* A private session without audio that talks to the puppet server; @options as text of a{sv}, nullable. Its path. */
char *lv_test_peer_create_session (LvTestPeer *peer, const char *options);
/* Start(), and the puppet takes the connection. */
void lv_test_peer_start_session (LvTestPeer *peer, const char *path);
