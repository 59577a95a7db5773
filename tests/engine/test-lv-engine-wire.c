/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The stretch of wire under a WebSocket: what passes, what is late, and what it means to be cut.
 */
#include "engine/lv-engine-wire.h"

#include "lib/lv-test.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  int client;
  GSocket *server; /* what the WebSocket has */
  LvEngineWire *wire;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), ==, 0);
  fixture->client = pair[0];
  fixture->server = g_socket_new_from_fd (pair[1], NULL);
  fixture->wire = lv_engine_wire_new (fixture->server);
  g_assert_nonnull (fixture->wire);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->wire, lv_engine_wire_free);
  g_object_unref (fixture->server);
  close (fixture->client);
}

/* A frame as clients send them, masked with zeros. */
static GByteArray *
new_frame (guint8 opcode, gsize size)
{
  GByteArray *frame = g_byte_array_new ();
  const guint8 small[] = { 0x80 | opcode, 0x80 | size, 0, 0, 0, 0 };
  const guint8 medium[] = { 0x80 | opcode, 0x80 | 126, size >> 8, size, 0, 0, 0, 0 };

  if (size < 126)
    g_byte_array_append (frame, small, sizeof small);
  else
    g_byte_array_append (frame, medium, sizeof medium);
  g_byte_array_set_size (frame, frame->len + size);
  memset (frame->data + frame->len - size, opcode, size);
  return frame;
}

static void
write_all (int fd, const guint8 *data, gsize size)
{
  g_assert_cmpint (send (fd, data, size, 0), ==, size);
}

/* Runs the loop until @size bytes have come. */
static GByteArray *
read_all (int fd, gsize size)
{
  GByteArray *all = g_byte_array_new ();
  const gint64 deadline = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;

  while (all->len < size && g_get_monotonic_time () < deadline)
    {
      guint8 piece[4096];
      const ssize_t n = recv (fd, piece, MIN (sizeof piece, size - all->len), MSG_DONTWAIT);

      if (n > 0)
        g_byte_array_append (all, piece, n);
      else
        lv_test_run_for (1);
    }
  g_assert_cmpuint (all->len, ==, size);
  return all;
}

static void
check_passes (int from, int to, const GByteArray *frame)
{
  g_autoptr (GByteArray) got = NULL;

  write_all (from, frame->data, frame->len);
  got = read_all (to, frame->len);
  g_assert_cmpmem (got->data, got->len, frame->data, frame->len);
}

static void
test_passes (Fixture *fixture, gconstpointer data)
{
  const int server = g_socket_get_fd (fixture->server);
  static const gsize sizes[] = { 0, 1, 125, 126, 3000, 60000 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GByteArray) frame = new_frame (2, sizes[i]);

      check_passes (fixture->client, server, frame);
      check_passes (server, fixture->client, frame);
    }
}

/* Byte by byte, and nothing before a frame is whole. */
static void
test_pieces (Fixture *fixture, gconstpointer data)
{
  const int server = g_socket_get_fd (fixture->server);
  g_autoptr (GByteArray) frame = new_frame (1, 200);
  g_autoptr (GByteArray) got = NULL;
  guint8 byte;

  for (guint i = 0; i + 1 < frame->len; i++)
    {
      write_all (fixture->client, frame->data + i, 1);
      lv_test_run_for (0);
    }
  lv_test_run_for (20);
  g_assert_cmpint (recv (server, &byte, 1, MSG_DONTWAIT), ==, -1);
  write_all (fixture->client, frame->data + frame->len - 1, 1);
  got = read_all (server, frame->len);
  g_assert_cmpmem (got->data, got->len, frame->data, frame->len);
}

static void
test_pings (Fixture *fixture, gconstpointer data)
{
  const int server = g_socket_get_fd (fixture->server);
  const gint64 start_us = g_get_monotonic_time ();
  g_autoptr (GByteArray) ping = new_frame (9, 4);
  g_autoptr (GByteArray) message = new_frame (1, 10);
  g_autoptr (GByteArray) first = NULL;
  g_autoptr (GByteArray) second = NULL;

  lv_engine_wire_delay_pings (fixture->wire, 200);
  write_all (fixture->client, ping->data, ping->len);
  write_all (fixture->client, message->data, message->len);
  first = read_all (server, message->len);
  g_assert_cmpmem (first->data, first->len, message->data, message->len);
  second = read_all (server, ping->len);
  g_assert_cmpmem (second->data, second->len, ping->data, ping->len);
  g_assert_cmpint (g_get_monotonic_time () - start_us, >=, 200000);

  write_all (fixture->client, ping->data, ping->len);
  lv_test_run_for (20);
}

static void
test_cut (Fixture *fixture, gconstpointer data)
{
  const int server = g_socket_get_fd (fixture->server);
  g_autoptr (GByteArray) frame = new_frame (1, 10);
  guint8 byte;

  lv_engine_wire_cut (fixture->wire);
  write_all (fixture->client, frame->data, frame->len);
  write_all (server, frame->data, frame->len);
  lv_test_run_for (50);
  g_assert_cmpint (recv (server, &byte, 1, MSG_DONTWAIT), ==, -1);
  g_assert_cmpint (errno, ==, EAGAIN);
  g_assert_cmpint (recv (fixture->client, &byte, 1, MSG_DONTWAIT), ==, -1);
  g_assert_cmpint (errno, ==, EAGAIN);

  g_assert_true (g_socket_close (fixture->server, NULL));
  lv_test_run_for (50);
  g_assert_cmpint (recv (fixture->client, &byte, 1, MSG_DONTWAIT), ==, -1);
  g_clear_pointer (&fixture->wire, lv_engine_wire_free);
  g_assert_cmpint (recv (fixture->client, &byte, 1, MSG_DONTWAIT), <=, 0);
}

/* The end of either side is the end of the other. */
static void
test_ends (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GByteArray) frame = new_frame (1, 10);
  g_autoptr (GByteArray) got = NULL;
  guint8 byte;

  write_all (g_socket_get_fd (fixture->server), frame->data, frame->len);
  g_assert_true (g_socket_close (fixture->server, NULL));
  got = read_all (fixture->client, frame->len);
  lv_test_run_for (20);
  g_assert_cmpint (recv (fixture->client, &byte, 1, MSG_DONTWAIT), ==, 0);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "/engine/wire/passes", test_passes }, { "/engine/wire/pieces", test_pieces },
    { "/engine/wire/pings", test_pings },   { "/engine/wire/cut", test_cut },
    { "/engine/wire/ends", test_ends },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run ();
}
