/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-thin-stream.h"

#include <string.h>

/* ---- what is read ---- */

#define LV_TYPE_THIN_INPUT (lv_thin_input_get_type ())
G_DECLARE_FINAL_TYPE (LvThinInput, lv_thin_input, LV, THIN_INPUT, GInputStream)

struct _LvThinInput {
  GInputStream parent_instance;

  gboolean is_plain;   /* what cannot be read from it is not there */
  gboolean is_begun;   /* something was read: nothing is left of the time before us */
  gboolean is_drained; /* the socket had less than was asked for */
  gsize start;         /* of what is in the buffer */
  gsize end;
  guint8 buffer[LV_THIN_STREAM_BUFFER];

  guint n_waiters;
  gpointer watched; /* tag of the socket in the watch; NULL: not there */

  /* owned */
  GPollableInputStream *base;
  GSocket *socket;
  GSource *watch;
};

static void lv_thin_input_init_pollable (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LvThinInput, lv_thin_input, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM,
                                                      lv_thin_input_init_pollable))

static gboolean
lv_thin_input_is_readable (GPollableInputStream *stream)
{
  LvThinInput *self = LV_THIN_INPUT (stream);

  return self->start < self->end || g_pollable_input_stream_is_readable (self->base);
}

/* ---- who waits, and the one watch for all of them ---- */

typedef struct {
  GSource source;
  LvThinInput *input; /* owned by those who wait; the watch is the input's */
} InputSource;

/* What came with the answer to the handshake has left the socket. */
static gboolean
waiter_prepare (GSource *source, int *timeout)
{
  LvThinInput *input = ((InputSource *) source)->input;

  *timeout = -1;
  return !input->is_begun || input->start < input->end;
}

static gboolean
waiter_check (GSource *source)
{
  LvThinInput *input = ((InputSource *) source)->input;

  return input->watched != NULL && g_source_query_unix_fd (input->watch, input->watched) != 0;
}

static gboolean
waiter_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return ((GPollableSourceFunc) (gpointer) callback) (G_OBJECT (((InputSource *) source)->input),
                                                      data);
}

static void
waiter_finalize (GSource *source)
{
  LvThinInput *input = ((InputSource *) source)->input;

  input->n_waiters--;
  g_object_unref (input);
}

static GSourceFuncs waiter_funcs = { waiter_prepare, waiter_check, waiter_dispatch,
                                     waiter_finalize };

/* What nobody waits for would wake the loop for ever. */
static gboolean
watch_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  LvThinInput *input = ((InputSource *) source)->input;

  if (input->n_waiters == 0)
    g_source_remove_unix_fd (source, g_steal_pointer (&input->watched));
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs watch_funcs = { .dispatch = watch_dispatch };

static void
watch_socket (LvThinInput *self)
{
  if (self->watched == NULL)
    self->watched = g_source_add_unix_fd (self->watch, g_socket_get_fd (self->socket),
                                          G_IO_IN | G_IO_HUP | G_IO_ERR);
}

/* libsoup, which cancels nothing here, asks for a new one after each message. */
static GSource *
lv_thin_input_create_source (GPollableInputStream *stream, GCancellable *cancellable)
{
  LvThinInput *self = LV_THIN_INPUT (stream);
  GSource *source = g_source_new (&waiter_funcs, sizeof (InputSource));

  g_source_set_static_name (source, "LvThinInput");
  ((InputSource *) source)->input = g_object_ref (self);
  self->n_waiters++;
  watch_socket (self);
  return source;
}

/* ---- reading ---- */

/* Into the buffer, which is empty; as g_pollable_input_stream_read_nonblocking(). */
static gssize
fill (LvThinInput *self, GError **error)
{
  gssize n = g_pollable_input_stream_read_nonblocking (self->base, self->buffer,
                                                       sizeof self->buffer, NULL, error);

  self->is_begun = TRUE;
  self->start = 0;
  self->end = (gsize) MAX (n, 0);
  self->is_drained = n > 0 && (gsize) n < sizeof self->buffer && self->is_plain;
  return n;
}

static gssize
lv_thin_input_read_nonblocking (GPollableInputStream *stream, void *bytes, gsize n_bytes,
                                GError **error)
{
  LvThinInput *self = LV_THIN_INPUT (stream);
  gssize n = 1;

  if (self->start == self->end && self->is_drained)
    {
      self->is_drained = FALSE;
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Nothing to read");
      return -1;
    }
  if (self->start == self->end)
    n = fill (self, error);
  if (n <= 0)
    return n;
  n_bytes = MIN (n_bytes, self->end - self->start);
  memcpy (bytes, self->buffer + self->start, n_bytes);
  self->start += n_bytes;
  return (gssize) n_bytes;
}

static gssize
lv_thin_input_read (GInputStream *stream, void *bytes, gsize n_bytes, GCancellable *cancellable,
                    GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "Reads without waiting only");
  return -1;
}

static void
lv_thin_input_finalize (GObject *object)
{
  LvThinInput *self = LV_THIN_INPUT (object);

  g_source_destroy (self->watch);
  g_source_unref (self->watch);
  g_object_unref (self->base);
  g_object_unref (self->socket);
  G_OBJECT_CLASS (lv_thin_input_parent_class)->finalize (object);
}

static void
lv_thin_input_init_pollable (GPollableInputStreamInterface *iface)
{
  iface->is_readable = lv_thin_input_is_readable;
  iface->create_source = lv_thin_input_create_source;
  iface->read_nonblocking = lv_thin_input_read_nonblocking;
}

static void
lv_thin_input_class_init (LvThinInputClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_thin_input_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = lv_thin_input_read;
}

static void
lv_thin_input_init (LvThinInput *self)
{
  self->watch = g_source_new (&watch_funcs, sizeof (InputSource));
  g_source_set_static_name (self->watch, "LvThinInput");
  g_source_set_can_recurse (self->watch, TRUE); /* else GLib stops polling it meanwhile */
  ((InputSource *) self->watch)->input = self;
  g_source_attach (self->watch, NULL);
}

/* ---- both directions ---- */

struct _LvThinStream {
  GIOStream parent_instance;

  /* owned */
  SoupWebsocketConnection *connection;
  LvThinInput *input;
};

G_DEFINE_FINAL_TYPE (LvThinStream, lv_thin_stream, G_TYPE_IO_STREAM)

static GIOStream *
get_base (GIOStream *stream)
{
  return soup_websocket_connection_get_io_stream (LV_THIN_STREAM (stream)->connection);
}

static GInputStream *
lv_thin_stream_get_input_stream (GIOStream *stream)
{
  return G_INPUT_STREAM (LV_THIN_STREAM (stream)->input);
}

static GOutputStream *
lv_thin_stream_get_output_stream (GIOStream *stream)
{
  return g_io_stream_get_output_stream (get_base (stream));
}

static gboolean
lv_thin_stream_close (GIOStream *stream, GCancellable *cancellable, GError **error)
{
  return g_io_stream_close (get_base (stream), cancellable, error);
}

static void
on_base_closed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (g_io_stream_close_finish (G_IO_STREAM (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
lv_thin_stream_close_async (GIOStream *stream, int priority, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer data)
{
  GTask *task = g_task_new (stream, cancellable, callback, data);

  g_task_set_source_tag (task, lv_thin_stream_close_async);
  g_io_stream_close_async (get_base (stream), priority, cancellable, on_base_closed, task);
}

static gboolean
lv_thin_stream_close_finish (GIOStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
lv_thin_stream_finalize (GObject *object)
{
  LvThinStream *self = LV_THIN_STREAM (object);

  g_object_unref (self->input);
  g_object_unref (self->connection);
  G_OBJECT_CLASS (lv_thin_stream_parent_class)->finalize (object);
}

static void
lv_thin_stream_class_init (LvThinStreamClass *klass)
{
  GIOStreamClass *stream_class = G_IO_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = lv_thin_stream_finalize;
  stream_class->get_input_stream = lv_thin_stream_get_input_stream;
  stream_class->get_output_stream = lv_thin_stream_get_output_stream;
  stream_class->close_fn = lv_thin_stream_close;
  stream_class->close_async = lv_thin_stream_close_async;
  stream_class->close_finish = lv_thin_stream_close_finish;
}

static void
lv_thin_stream_init (LvThinStream *self)
{
}

/* Newly referenced. */
static GSocket *
find_socket (GIOStream *end)
{
  g_autoptr (GIOStream) below = NULL;

  if (!G_IS_TLS_CONNECTION (end))
    return g_object_ref (g_socket_connection_get_socket (G_SOCKET_CONNECTION (end)));
  g_object_get (end, "base-io-stream", &below, NULL);
  return find_socket (below);
}

GIOStream *
lv_thin_stream_new (SoupWebsocketConnection *connection, GIOStream *end)
{
  LvThinStream *self = g_object_new (LV_TYPE_THIN_STREAM, NULL);
  LvThinInput *input = g_object_new (LV_TYPE_THIN_INPUT, NULL);
  GIOStream *base = soup_websocket_connection_get_io_stream (connection);

  input->base = g_object_ref (G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (base)));
  input->socket = find_socket (end);
  input->is_plain = G_IS_SOCKET_CONNECTION (end) && !G_IS_TCP_WRAPPER_CONNECTION (end);
  self->input = input;
  self->connection = g_object_ref (connection);
  return G_IO_STREAM (self);
}
