/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-thin-stream.h"

#include "lib/lv-test.h"
#include "transport/lv-dial.h"
#include "transport/lv-test-peer.h"

#include <string.h>

#define OPCODE_TEXT 0x1
#define FRAME_MAX 125 /* bytes in one frame of the peer */
#define MAX_TURNS 100 /* of the main loop */

typedef struct {
  LvTestPeer *peer;
  SoupWebsocketConnection *connection;
  GString *text;
  guint n_messages;
  gboolean ended;
} Fixture;

static void
on_dialled (GObject *source, GAsyncResult *result, gpointer data)
{
  Fixture *self = data;
  g_autoptr (GError) error = NULL;
  LvRetry retry;

  self->connection = lv_dial_finish (result, &retry, &error);
  g_assert_no_error (error);
}

static void
on_message (SoupWebsocketConnection *connection, int type, GBytes *frame, Fixture *self)
{
  g_string_append_len (self->text, g_bytes_get_data (frame, NULL), g_bytes_get_size (frame));
  self->n_messages++;
}

static void
on_closed (SoupWebsocketConnection *connection, Fixture *self)
{
  self->ended = TRUE;
}

static gboolean
has_connection (gpointer data)
{
  return ((Fixture *) data)->connection != NULL;
}

static void
set_up (Fixture *self, const char *greeting)
{
  LvEndpoint endpoint = { 0 };

  self->peer = lv_test_peer_new (NULL);
  self->peer->greeting = greeting;
  self->text = g_string_new (NULL);
  endpoint.uri = self->peer->uri;
  lv_dial_async (&endpoint, NULL, NULL, on_dialled, self);
  lv_test_wait_for (has_connection, self, LV_TEST_TIMEOUT_MS, "the upgrade");
  g_signal_connect (self->connection, "message", G_CALLBACK (on_message), self);
  g_signal_connect (self->connection, "closed", G_CALLBACK (on_closed), self);
}

static void
tear_down (Fixture *self)
{
  g_signal_handlers_disconnect_by_data (self->connection, self);
  g_object_unref (self->connection);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  lv_test_peer_free (self->peer);
  g_string_free (self->text, TRUE);
}

/* What is told of libsoup in lv-dial holds of the libsoup that is here. */
static void
test_is_used (void)
{
  Fixture self = { 0 };

  set_up (&self, NULL);
  g_assert_true (LV_IS_THIN_STREAM (soup_websocket_connection_get_io_stream (self.connection)));
  tear_down (&self);
}

static gboolean
has_text (gpointer data)
{
  return ((Fixture *) data)->n_messages > 0;
}

/* The first message may have left the socket before we came. */
static void
test_with_the_answer (void)
{
  Fixture self = { 0 };

  set_up (&self, "hello");
  lv_test_wait_for (has_text, &self, LV_TEST_TIMEOUT_MS, "the first message");
  g_assert_cmpstr (self.text->str, ==, "hello");
  tear_down (&self);
}

typedef struct {
  GString *text;
  gsize n_bytes;
} Wanted;

static gboolean
has_all (gpointer data)
{
  Wanted *wanted = data;

  return wanted->text->len >= wanted->n_bytes;
}

/* Frames in one piece that ends where the buffer does, once before and once behind. */
static void
test_buffer_full (void)
{
  for (guint more = 0; more < 3; more++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GString) expected = g_string_new (NULL);
      gsize size = LV_THIN_STREAM_BUFFER - 1 + more;
      Fixture self = { 0 };

      set_up (&self, NULL);
      while (bytes->len < size)
        {
          gsize rest = size - bytes->len, n = MIN (FRAME_MAX, MAX (rest, 3) - 2);
          guint8 head[] = { 0x80 | OPCODE_TEXT, (guint8) n };
          g_autofree char *text = g_strnfill (n, (char) ('a' + bytes->len % 26));

          g_byte_array_append (bytes, head, sizeof head);
          g_byte_array_append (bytes, (const guint8 *) text, n);
          g_string_append (expected, text);
        }
      lv_test_peer_send_raw (self.peer, bytes->data, bytes->len);
      lv_test_wait_for (has_all, &(Wanted){ self.text, expected->len }, LV_TEST_TIMEOUT_MS,
                        "all frames");
      g_assert_cmpstr (self.text->str, ==, expected->str);
      tear_down (&self);
    }
}

/* The last words and the end in one piece. */
static void
test_end (void)
{
  Fixture self = { 0 };

  set_up (&self, NULL);
  lv_test_peer_send (self.peer, OPCODE_TEXT, "bye", 3);
  lv_test_peer_drop (self.peer, FALSE);
  lv_test_wait_flag (&self.ended);
  g_assert_cmpstr (self.text->str, ==, "bye");
  tear_down (&self);
}

/* Nothing that the main loop polls is ready. */
static gboolean
is_at_rest (void)
{
  GMainContext *context = g_main_context_default ();
  GPollFD fds[32];
  int timeout, n;

  g_assert_true (g_main_context_acquire (context));
  g_main_context_prepare (context, NULL);
  n = g_main_context_query (context, G_MAXINT, &timeout, fds, G_N_ELEMENTS (fds));
  g_main_context_release (context);
  g_assert_cmpint (n, <=, G_N_ELEMENTS (fds));
  return g_poll (fds, n, 0) == 0;
}

/* What has already come may take some turns. */
static gboolean
comes_to_rest (void)
{
  for (guint i = 0; i < MAX_TURNS && !is_at_rest (); i++)
    g_main_context_iteration (NULL, FALSE);
  return is_at_rest ();
}

/* A message costs one look at the socket, and none for the sake of the loop's own bookkeeping. */
static void
test_one_wake_up (void)
{
  Fixture self = { 0 };

  set_up (&self, NULL);
  g_assert_true (comes_to_rest ());
  for (guint i = 0; i < 10; i++)
    {
      lv_test_peer_send (self.peer, OPCODE_TEXT, "word", 4);
      while (self.n_messages == i)
        g_main_context_iteration (NULL, TRUE);
      g_assert_true (is_at_rest ());
    }
  tear_down (&self);
}

/* The end is there to be read, and nobody will: it must not keep the loop awake. */
static void
test_nobody_waits (void)
{
  Fixture self = { 0 };

  set_up (&self, NULL);
  lv_test_peer_send (self.peer, OPCODE_TEXT, "bye", 3);
  lv_test_peer_drop (self.peer, FALSE);
  lv_test_wait_flag (&self.ended);
  g_assert_true (comes_to_rest ());
  tear_down (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/thin-stream/is-used", test_is_used);
  g_test_add_func ("/thin-stream/with-the-answer", test_with_the_answer);
  g_test_add_func ("/thin-stream/buffer-full", test_buffer_full);
  g_test_add_func ("/thin-stream/end", test_end);
  g_test_add_func ("/thin-stream/one-wake-up", test_one_wake_up);
  g_test_add_func ("/thin-stream/nobody-waits", test_nobody_waits);
  return g_test_run ();
}
