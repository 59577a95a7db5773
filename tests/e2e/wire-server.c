/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A Live API server without a mind of its own, for the Python tests: prints what arrives, sends what it is told.
 * Listens on a free loopback port and prints "port N"; then one line for each event on standard output,
 *   open ID | close ID CODE | recv ID MICROSECONDS FRAME
 * and one command a line on standard input,
 *   send ID FRAME   (answered by "sent ID MICROSECONDS")
 *   close ID CODE REASON | drop ID
 * ID counts connections from 1; MICROSECONDS are of CLOCK_MONOTONIC. Frames are JSON without line breaks.
 */
#include "lib/lv-test-soup.h"

#include <gio/gio.h>
#include <gio/gunixinputstream.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static GHashTable *connections; /* GUINT id -> SoupWebsocketConnection */

static void
on_message (SoupWebsocketConnection *connection, int type, GBytes *frame, gpointer id)
{
  printf ("recv %u %" G_GINT64_FORMAT " %.*s\n", GPOINTER_TO_UINT (id), g_get_monotonic_time (),
          (int) g_bytes_get_size (frame), (const char *) g_bytes_get_data (frame, NULL));
}

static void
on_closed (SoupWebsocketConnection *connection, gpointer id)
{
  printf ("close %u %u\n", GPOINTER_TO_UINT (id),
          soup_websocket_connection_get_close_code (connection));
}

static void
on_websocket (SoupServer *server, SoupServerMessage *message, const char *path,
              SoupWebsocketConnection *connection, gpointer data)
{
  gpointer id = GUINT_TO_POINTER (g_hash_table_size (connections) + 1);

  g_hash_table_insert (connections, id, g_object_ref (connection));
  soup_websocket_connection_set_max_incoming_payload_size (connection, 0);
  g_signal_connect (connection, "message", G_CALLBACK (on_message), id);
  g_signal_connect (connection, "closed", G_CALLBACK (on_closed), id);
  printf ("open %u\n", GPOINTER_TO_UINT (id));
}

static void
run_command (const char *verb, gpointer id, SoupWebsocketConnection *connection, const char *rest)
{
  if (g_str_equal (verb, "send"))
    {
      g_autoptr (GBytes) frame = g_bytes_new (rest, strlen (rest));

      soup_websocket_connection_send_message (connection, SOUP_WEBSOCKET_DATA_BINARY, frame);
      printf ("sent %u %" G_GINT64_FORMAT "\n", GPOINTER_TO_UINT (id), g_get_monotonic_time ());
    }
  else if (g_str_equal (verb, "close"))
    {
      char *reason;
      guint code = strtoul (rest, &reason, 10);

      soup_websocket_connection_close (connection, code, *reason == ' ' ? reason + 1 : NULL);
    }
  else
    g_io_stream_close (soup_websocket_connection_get_io_stream (connection), NULL, NULL);
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer loop)
{
  GDataInputStream *input = G_DATA_INPUT_STREAM (source);
  g_autofree char *line = g_data_input_stream_read_line_finish (input, result, NULL, NULL);
  g_auto (GStrv) words = line != NULL ? g_strsplit (line, " ", 3) : NULL;
  SoupWebsocketConnection *connection;
  gpointer id;

  if (line == NULL)
    {
      g_main_loop_quit (loop);
      return;
    }
  g_assert (g_strv_length (words) >= 2);
  id = GUINT_TO_POINTER (strtoul (words[1], NULL, 10));
  connection = g_hash_table_lookup (connections, id);
  g_assert (connection != NULL);
  run_command (words[0], id, connection, words[2] != NULL ? words[2] : "");
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, loop);
}

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (SoupServer) server = lv_test_soup_server_new ();
  g_autoptr (GInputStream) stdin_stream = NULL;
  g_autoptr (GDataInputStream) input = NULL;
  GSList *uris;

  setvbuf (stdout, NULL, _IOLBF, 0);
  connections = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  soup_server_add_websocket_handler (server, NULL, NULL, NULL, on_websocket, NULL, NULL);
  if (!lv_test_soup_server_listen (server, 0, &error))
    g_error ("%s", error->message);
  uris = soup_server_get_uris (server);
  printf ("port %d\n", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  stdin_stream = g_unix_input_stream_new (0, FALSE);
  input = g_data_input_stream_new (stdin_stream);
  g_data_input_stream_read_line_async (input, G_PRIORITY_DEFAULT, NULL, on_line, loop);
  g_main_loop_run (loop);
  g_hash_table_unref (connections);
  return 0;
}
