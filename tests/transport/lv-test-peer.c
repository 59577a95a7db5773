/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-test-peer.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>
#include <sys/socket.h>

#define ACCEPT_SUFFIX "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
#define OPCODE_CLOSE 0x8
#define OPCODE_PING 0x9
#define OPCODE_PONG 0xA

void
lv_test_peer_send_raw (LvTestPeer *peer, gconstpointer data, gsize size)
{
  GOutputStream *stream = g_io_stream_get_output_stream (G_IO_STREAM (peer->connection));

  /* The client may be gone by now, which is what some tests are about. */
  g_output_stream_write_all (stream, data, size, NULL, NULL, NULL);
}

void
lv_test_peer_send (LvTestPeer *peer, guint8 opcode, gconstpointer data, gsize size)
{
  guint8 frame[127] = { 0x80 | opcode, (guint8) size };

  g_assert_cmpuint (size, <, 126);
  memcpy (frame + 2, data, size);
  lv_test_peer_send_raw (peer, frame, 2 + size);
}

void
lv_test_peer_send_close (LvTestPeer *peer, guint code, const char *reason)
{
  guint8 payload[125] = { code >> 8, code & 0xff };
  gsize length = strlen (reason);

  g_assert_cmpuint (length, <=, 123);
  memcpy (payload + 2, reason, length);
  lv_test_peer_send (peer, OPCODE_CLOSE, payload, 2 + length);
}

static gsize
payload_length (const guint8 *data, gsize *ret_header)
{
  gsize length = data[1] & 0x7f;

  *ret_header = 6 + (length == 126 ? 2 : length == 127 ? 8 : 0);
  if (length == 126)
    return data[2] << 8 | data[3];
  if (length == 127)
    return (gsize) data[6] << 24 | data[7] << 16 | data[8] << 8 | data[9];
  return length;
}

static void
take_frame (LvTestPeer *peer, guint8 opcode, guint8 *payload, const guint8 *mask, gsize length)
{
  for (gsize i = 0; i < length; i++)
    payload[i] ^= mask[i % 4];

  peer->n_frames += opcode < OPCODE_CLOSE;
  peer->n_pings += opcode == OPCODE_PING;
  peer->n_closes += opcode == OPCODE_CLOSE;
  if (opcode == OPCODE_PING && peer->pongs)
    lv_test_peer_send (peer, OPCODE_PONG, payload, length);
}

static void
take_frames (LvTestPeer *peer)
{
  while (peer->incoming->len >= 14)
    {
      guint8 *data = peer->incoming->data;
      gsize header;
      gsize length = payload_length (data, &header);

      if (peer->incoming->len < header + length)
        return;
      take_frame (peer, data[0] & 0xf, data + header, data + header - 4, length);
      g_byte_array_remove_range (peer->incoming, 0, header + length);
    }
}

/* The smallest frames are shorter than the longest header. */
static void
take_last_frames (LvTestPeer *peer)
{
  take_frames (peer);
  while (peer->incoming->len >= 6 && (peer->incoming->data[1] & 0x7f) < 126 &&
         peer->incoming->len >= 6u + (peer->incoming->data[1] & 0x7f))
    {
      guint8 *data = peer->incoming->data;
      gsize length = data[1] & 0x7f;

      take_frame (peer, data[0] & 0xf, data + 6, data + 2, length);
      g_byte_array_remove_range (peer->incoming, 0, 6 + length);
    }
}

static void
answer_upgrade (LvTestPeer *peer)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  const char *header = strstr (peer->request, "Sec-WebSocket-Key: ");
  g_autofree char *key = g_strndup (header + strlen ("Sec-WebSocket-Key: "), 24);
  guint8 digest[20];
  gsize size = sizeof digest;
  g_autofree char *accept = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *greeting =
      peer->greeting != NULL
          ? g_strdup_printf ("\x81%c%s", (char) strlen (peer->greeting), peer->greeting)
          : NULL;

  g_checksum_update (checksum, (const guchar *) key, -1);
  g_checksum_update (checksum, (const guchar *) ACCEPT_SUFFIX, -1);
  g_checksum_get_digest (checksum, digest, &size);
  accept = g_base64_encode (digest, size);
  answer = g_strdup_printf ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                            "Connection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n%s",
                            accept, greeting != NULL ? greeting : "");
  peer->upgraded = TRUE;
  lv_test_peer_send_raw (peer, answer, strlen (answer));
}

static void
take_request (LvTestPeer *peer)
{
  if (!g_str_has_suffix (peer->request, "\r\n\r\n"))
    return;
  if (peer->answers)
    answer_upgrade (peer);
}

static void
take_bytes (LvTestPeer *peer, const char *data, gsize size)
{
  peer->n_bytes += size;
  if (peer->upgraded)
    {
      g_byte_array_append (peer->incoming, (const guint8 *) data, size);
      take_last_frames (peer);
    }
  else
    {
      g_autofree char *before = g_steal_pointer (&peer->request);
      g_autofree char *more = g_strndup (data, size);

      peer->request = g_strconcat (before != NULL ? before : "", more, NULL);
      take_request (peer);
    }
}

static void
on_bytes (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  LvTestPeer *peer = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED))
    return;
  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    {
      peer->gone = TRUE;
      return;
    }
  take_bytes (peer, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (peer->reads || !peer->upgraded)
    lv_test_peer_read (peer);
}

void
lv_test_peer_read (LvTestPeer *peer)
{
  GInputStream *stream = g_io_stream_get_input_stream (G_IO_STREAM (peer->connection));

  if (!g_input_stream_has_pending (stream) && !g_input_stream_is_closed (stream))
    g_input_stream_read_bytes_async (stream, 65536, G_PRIORITY_DEFAULT, NULL, on_bytes, peer);
}

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  LvTestPeer *peer = data;

  g_assert_null (peer->connection);
  peer->connection = g_object_ref (connection);
  lv_test_peer_read (peer);
  return TRUE;
}

void
lv_test_peer_drop (LvTestPeer *peer, gboolean reset)
{
  GSocket *socket = g_socket_connection_get_socket (peer->connection);
  struct linger linger = { .l_onoff = reset, .l_linger = 0 };

  setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  g_socket_close (socket, NULL);
}

static GSocketAddress *
make_address (const char *unix_path)
{
  return unix_path != NULL ? g_unix_socket_address_new (unix_path)
                           : g_inet_socket_address_new_from_string ("127.0.0.1", 0);
}

LvTestPeer *
lv_test_peer_new (const char *unix_path)
{
  LvTestPeer *peer = g_new0 (LvTestPeer, 1);
  g_autoptr (GSocketAddress) address = make_address (unix_path);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  peer->answers = peer->pongs = peer->reads = TRUE;
  peer->incoming = g_byte_array_new ();
  peer->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (peer->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_DEFAULT, NULL, &effective, &error);
  g_assert_no_error (error);
  g_signal_connect (peer->service, "incoming", G_CALLBACK (on_incoming), peer);
  peer->uri =
      G_IS_INET_SOCKET_ADDRESS (effective)
          ? g_strdup_printf ("ws://127.0.0.1:%u/x",
                             g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective)))
          : g_strdup ("ws://localhost/x");
  return peer;
}

void
lv_test_peer_free (LvTestPeer *peer)
{
  g_signal_handlers_disconnect_by_data (peer->service, peer);
  g_socket_service_stop (peer->service);
  g_socket_listener_close (G_SOCKET_LISTENER (peer->service));
  if (peer->connection != NULL)
    {
      g_socket_close (g_socket_connection_get_socket (peer->connection), NULL);
      while (g_input_stream_has_pending (
          g_io_stream_get_input_stream (G_IO_STREAM (peer->connection))))
        g_main_context_iteration (NULL, TRUE);
    }
  g_clear_object (&peer->connection);
  g_object_unref (peer->service);
  g_byte_array_unref (peer->incoming);
  g_free (peer->request);
  g_free (peer->uri);
  g_free (peer);
}
