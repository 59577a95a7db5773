/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-wire.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <sys/socket.h>
#include <unistd.h>

#define READ_BYTES (64 * 1024)
#define OPCODE 0x0f
#define OPCODE_PING 0x09
#define MASKED 0x80
#define LENGTH 0x7f
#define MASK_BYTES 4

/* What comes from one side and goes to the other. */
typedef struct {
  LvEngineWire *wire;
  int from, to;
  GByteArray *unsorted; /* of the client: not yet a whole frame */
  GByteArray *outgoing;
  guint reader, writer;
} Lane;

struct _LvEngineWire {
  Lane up, down; /* client to WebSocket, WebSocket to client */
  guint ping_delay_ms;
  GPtrArray *late; /* Late */
};

/* A ping that waits. */
typedef struct {
  LvEngineWire *wire;
  GBytes *frame;
  guint timeout;
} Late;

static void
free_late (gpointer data)
{
  Late *late = data;

  g_clear_handle_id (&late->timeout, g_source_remove);
  g_bytes_unref (late->frame);
  g_free (late);
}

static void
stop (Lane *lane)
{
  g_clear_handle_id (&lane->reader, g_source_remove);
  g_clear_handle_id (&lane->writer, g_source_remove);
}

/* ---- writing ---- */

static gboolean
on_writable (int fd, GIOCondition condition, gpointer user_data)
{
  Lane *lane = user_data;
  const ssize_t n =
      send (fd, lane->outgoing->data, lane->outgoing->len, MSG_NOSIGNAL | MSG_DONTWAIT);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n > 0)
    g_byte_array_remove_range (lane->outgoing, 0, n);
  if (n > 0 && lane->outgoing->len > 0)
    return G_SOURCE_CONTINUE;

  lane->writer = 0;
  if (lane->reader == 0)
    shutdown (lane->to, SHUT_WR);
  return G_SOURCE_REMOVE;
}

static void
pass (Lane *lane, const guint8 *data, gsize size)
{
  if (lane->outgoing->len + size > LV_ENGINE_WIRE_MAX_BYTES)
    return;
  g_byte_array_append (lane->outgoing, data, size);
  if (lane->writer == 0)
    lane->writer = g_unix_fd_add (lane->to, G_IO_OUT, on_writable, lane);
}

/* ---- frames of the client ---- */

/* Bytes of the frame that @data begins with; 0 when that cannot be told yet. */
static gsize
frame_size (const guint8 *data, gsize size)
{
  gsize length, header = 2;

  if (size < 2)
    return 0;
  length = data[1] & LENGTH;
  if (length >= 126)
    header += length == 126 ? 2 : 8;
  if (size < header)
    return 0;
  if (header > 2)
    length = 0;
  for (gsize i = 2; i < header; i++)
    length = length << 8 | data[i];
  if (length > LV_ENGINE_WIRE_MAX_BYTES)
    return G_MAXSIZE;
  return header + ((data[1] & MASKED) != 0 ? MASK_BYTES : 0) + length;
}

static gboolean
on_late (gpointer user_data)
{
  Late *late = user_data;
  LvEngineWire *wire = late->wire;

  late->timeout = 0;
  pass (&wire->up, g_bytes_get_data (late->frame, NULL), g_bytes_get_size (late->frame));
  g_ptr_array_remove (wire->late, late);
  return G_SOURCE_REMOVE;
}

static void
hold (LvEngineWire *self, const guint8 *data, gsize size)
{
  Late *late = g_new0 (Late, 1);

  late->wire = self;
  late->frame = g_bytes_new (data, size);
  late->timeout = g_timeout_add (self->ping_delay_ms, on_late, late);
  g_ptr_array_add (self->late, late);
}

/* Whole frames go on; a part of one waits for the rest of it. */
static void
sort (LvEngineWire *self)
{
  GByteArray *unsorted = self->up.unsorted;
  gsize at = 0, size;

  while ((size = frame_size (unsorted->data + at, unsorted->len - at)) > 0 &&
         size <= unsorted->len - at)
    {
      const guint8 *frame = unsorted->data + at;

      if (self->ping_delay_ms > 0 && (frame[0] & OPCODE) == OPCODE_PING)
        hold (self, frame, size);
      else
        pass (&self->up, frame, size);
      at += size;
    }
  g_byte_array_remove_range (unsorted, 0, at);
}

/* ---- reading ---- */

static gboolean
on_readable (int fd, GIOCondition condition, gpointer user_data)
{
  Lane *lane = user_data;
  guint8 data[READ_BYTES];
  const ssize_t n = recv (fd, data, sizeof data, MSG_DONTWAIT);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n <= 0 || (lane->unsorted != NULL && lane->unsorted->len > LV_ENGINE_WIRE_MAX_BYTES))
    {
      lane->reader = 0;
      if (lane->writer == 0)
        shutdown (lane->to, SHUT_WR);
      return G_SOURCE_REMOVE;
    }
  if (lane->unsorted == NULL)
    pass (lane, data, n);
  else
    {
      g_byte_array_append (lane->unsorted, data, n);
      sort (lane->wire);
    }
  return G_SOURCE_CONTINUE;
}

/* ---- life ---- */

static void
open_lane (Lane *lane, LvEngineWire *wire, int from, int to)
{
  lane->wire = wire;
  lane->from = from;
  lane->to = to;
  lane->outgoing = g_byte_array_new ();
  lane->reader = g_unix_fd_add (from, G_IO_IN, on_readable, lane);
}

LvEngineWire *
lv_engine_wire_new (GSocket *socket)
{
  const int fd = g_socket_get_fd (socket);
  const int outer = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  LvEngineWire *self;
  int pair[2];

  if (outer < 0)
    return NULL;
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0)
    {
      close (outer);
      return NULL;
    }
  dup2 (pair[0], fd);
  fcntl (fd, F_SETFD, FD_CLOEXEC);
  close (pair[0]);

  self = g_new0 (LvEngineWire, 1);
  self->late = g_ptr_array_new_with_free_func (free_late);
  open_lane (&self->up, self, outer, pair[1]);
  open_lane (&self->down, self, pair[1], outer);
  self->up.unsorted = g_byte_array_new ();
  return self;
}

void
lv_engine_wire_cut (LvEngineWire *self)
{
  stop (&self->up);
  stop (&self->down);
  g_ptr_array_set_size (self->late, 0);
}

void
lv_engine_wire_free (LvEngineWire *self)
{
  lv_engine_wire_cut (self);
  close (self->up.from);
  close (self->up.to);
  g_byte_array_unref (self->up.unsorted);
  g_byte_array_unref (self->up.outgoing);
  g_byte_array_unref (self->down.outgoing);
  g_ptr_array_unref (self->late);
  g_free (self);
}

void
lv_engine_wire_delay_pings (LvEngineWire *self, guint ms)
{
  self->ping_delay_ms = ms;
}
