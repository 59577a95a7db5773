/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A WebSocket server without manners: it answers the upgrade when told to and then sends whatever bytes the test
 * wants, reads or does not read, answers pings or not. For what a real server library would never do. Main thread.
 */
#pragma once

#include <gio/gio.h>

typedef struct {
  /* how to behave */
  gboolean answers; /* the upgrade */
  gboolean pongs;   /* answers pings */
  gboolean reads;   /* takes bytes after the upgrade; see lv_test_peer_read() */
  const char
      *greeting; /* a text that comes with the answer to the upgrade, in one piece; NULL: none */

  /* what came */
  char *request;
  gboolean upgraded;
  gboolean gone; /* the client closed its end */
  guint n_frames;
  guint n_pings;
  guint n_closes;
  gsize n_bytes;

  /* owned */
  GSocketService *service;
  GSocketConnection *connection;
  GByteArray *incoming;
  char *uri;
} LvTestPeer;

/* Listens on @unix_path, or on a loopback port when it is NULL. */
LvTestPeer *lv_test_peer_new (const char *unix_path);
void lv_test_peer_free (LvTestPeer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvTestPeer, lv_test_peer_free)

/* One whole frame of fewer than 126 bytes, unmasked. */
void lv_test_peer_send (LvTestPeer *peer, guint8 opcode, gconstpointer data, gsize size);
void lv_test_peer_send_close (LvTestPeer *peer, guint code, const char *reason);
void lv_test_peer_send_raw (LvTestPeer *peer, gconstpointer data, gsize size);

/* Begins to read again after @reads was FALSE. */
void lv_test_peer_read (LvTestPeer *peer);

/* Closes the socket, with a reset when @reset. */
void lv_test_peer_drop (LvTestPeer *peer, gboolean reset);
