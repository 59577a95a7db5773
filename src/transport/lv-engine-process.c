/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-engine-process"
#include "transport/lv-engine-process.h"

#include "base/lv-error.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define LISTEN_FD 3
#define LISTEN_FD_ARGUMENT "3"

struct _LvEngineProcess {
  GObject parent_instance;

  /* owned */
  char *socket_path;
  GSocket
      *listener; /* kept open, so that a connection outlives a child that dies before taking it */
  GSubprocess *subprocess;
  GCancellable *cancellable;
  GSource *stderr_source;
  GString *line;   /* the one being received */
  char *last_line; /* the last whole one that is not empty; nullable */
};

G_DEFINE_FINAL_TYPE (LvEngineProcess, lv_engine_process, G_TYPE_OBJECT)

static guint died_signal;

/* What our own service manager told us is not meant for the child. */
static const char *const private_variables[] = { "LISTEN_FDS",           "LISTEN_PID",
                                                 "LISTEN_FDNAMES",       "NOTIFY_SOCKET",
                                                 "WATCHDOG_PID",         "WATCHDOG_USEC",
                                                 "CREDENTIALS_DIRECTORY" };

static void
end_line (LvEngineProcess *self)
{
  if (self->line->len > 0)
    {
      g_free (self->last_line);
      self->last_line = g_utf8_make_valid (self->line->str, self->line->len);
    }
  g_string_truncate (self->line, 0);
}

static void
take_output (LvEngineProcess *self, const char *data, gsize size)
{
  fwrite (data, 1, size, stderr);
  for (gsize i = 0; i < size; i++)
    if (data[i] == '\n')
      end_line (self);
    else if (self->line->len < LV_ENGINE_LINE_MAX)
      g_string_append_c (self->line, data[i]);
}

/* FALSE at the end of the stream. */
static gboolean
drain_stderr (LvEngineProcess *self)
{
  GInputStream *stream = g_subprocess_get_stderr_pipe (self->subprocess);
  g_autoptr (GError) error = NULL;
  char buffer[1024];
  gssize n;

  do
    {
      n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), buffer,
                                                    sizeof buffer, NULL, &error);
      if (n > 0)
        take_output (self, buffer, n);
    }
  while (n > 0);
  return n < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static gboolean
on_stderr_ready (GObject *stream, gpointer data)
{
  return drain_stderr (data) ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static GError *
describe_death (LvEngineProcess *self)
{
  const char *words = self->last_line != NULL ? self->last_line : "it said nothing";

  if (g_subprocess_get_if_signaled (self->subprocess))
    return g_error_new (LV_ERROR, LV_ERROR_SERVER, "The offline engine was killed by signal %d: %s",
                        g_subprocess_get_term_sig (self->subprocess), words);
  return g_error_new (LV_ERROR, LV_ERROR_SERVER, "The offline engine ended with status %d: %s",
                      g_subprocess_get_exit_status (self->subprocess), words);
}

static void
on_subprocess_exited (GObject *source, GAsyncResult *result, gpointer data)
{
  LvEngineProcess *self = data;
  g_autoptr (GError) error = NULL;

  if (!g_subprocess_wait_finish (G_SUBPROCESS (source), result, &error))
    return;
  drain_stderr (self);
  end_line (self);
  error = describe_death (self);
  g_debug ("%s", error->message);
  g_signal_emit (self, died_signal, 0, error);
}

static gboolean
fail (GError **error, const char *what, const char *subject, const char *why)
{
  g_set_error (error, LV_ERROR, LV_ERROR_SERVER, "The offline engine cannot be started: %s %s: %s",
               what, subject, why);
  return FALSE;
}

/* A socket that nobody serves any more is in the way; anything else there is a mistake, and not
 * ours to delete. */
static gboolean
remove_stale_socket (LvEngineProcess *self, GError **error)
{
  struct stat info;

  if (g_lstat (self->socket_path, &info) != 0)
    return TRUE;
  if (!S_ISSOCK (info.st_mode))
    return fail (error, "cannot listen on", self->socket_path, "it is not a socket");
  if (g_unlink (self->socket_path) != 0)
    return fail (error, "cannot replace", self->socket_path, g_strerror (errno));
  return TRUE;
}

static gboolean
listen_on (LvEngineProcess *self, GError **error)
{
  g_autofree char *dir = g_path_get_dirname (self->socket_path);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (self->socket_path);
  g_autoptr (GError) local_error = NULL;

  if (g_mkdir_with_parents (dir, 0700) != 0)
    return fail (error, "cannot make", dir, g_strerror (errno));
  if (!remove_stale_socket (self, error))
    return FALSE;

  self->listener = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_DEFAULT, &local_error);
  if (self->listener == NULL || !g_socket_bind (self->listener, address, FALSE, &local_error) ||
      g_chmod (self->socket_path, 0600) != 0 || !g_socket_listen (self->listener, &local_error))
    return fail (error, "cannot listen on", self->socket_path,
                 local_error != NULL ? local_error->message : g_strerror (errno));
  return TRUE;
}

/* Between fork and exec: async-signal-safe calls only. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static GSubprocessLauncher *
make_launcher (LvEngineProcess *self)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_PIPE);

  for (gsize i = 0; i < G_N_ELEMENTS (private_variables); i++)
    g_subprocess_launcher_unsetenv (launcher, private_variables[i]);
  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  g_subprocess_launcher_take_fd (
      launcher, fcntl (g_socket_get_fd (self->listener), F_DUPFD_CLOEXEC, LISTEN_FD + 1),
      LISTEN_FD);
  return launcher;
}

static gboolean
spawn (LvEngineProcess *self, const char *program, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = make_launcher (self);
  g_autoptr (GError) local_error = NULL;
  GPollableInputStream *stderr_pipe;

  self->subprocess = g_subprocess_launcher_spawn (launcher, &local_error, program, "--listen-fd",
                                                  LISTEN_FD_ARGUMENT, NULL);
  if (self->subprocess == NULL)
    return fail (error, "cannot run", program, local_error->message);

  stderr_pipe = G_POLLABLE_INPUT_STREAM (g_subprocess_get_stderr_pipe (self->subprocess));
  self->stderr_source = g_pollable_input_stream_create_source (stderr_pipe, NULL);
  g_source_set_callback (self->stderr_source, G_SOURCE_FUNC (on_stderr_ready), self, NULL);
  g_source_attach (self->stderr_source, g_main_context_get_thread_default ());
  g_subprocess_wait_async (self->subprocess, self->cancellable, on_subprocess_exited, self);
  return TRUE;
}

LvEngineProcess *
lv_engine_process_new (const char *program, const char *socket_path, GError **error)
{
  g_autoptr (LvEngineProcess) self = g_object_new (LV_TYPE_ENGINE_PROCESS, NULL);

  self->socket_path = g_strdup (socket_path);
  if (!listen_on (self, error) || !spawn (self, program, error))
    return NULL;
  return g_steal_pointer (&self);
}

static void
lv_engine_process_init (LvEngineProcess *self)
{
  self->cancellable = g_cancellable_new ();
  self->line = g_string_new (NULL);
}

static void
lv_engine_process_dispose (GObject *object)
{
  LvEngineProcess *self = LV_ENGINE_PROCESS (object);

  g_cancellable_cancel (self->cancellable);
  if (self->stderr_source != NULL)
    g_source_destroy (self->stderr_source);
  g_clear_pointer (&self->stderr_source, g_source_unref);
  if (self->subprocess != NULL)
    g_subprocess_send_signal (self->subprocess, SIGTERM);
  g_clear_object (&self->subprocess);
  if (self->listener != NULL)
    g_unlink (self->socket_path);
  g_clear_object (&self->listener);
  G_OBJECT_CLASS (lv_engine_process_parent_class)->dispose (object);
}

static void
lv_engine_process_finalize (GObject *object)
{
  LvEngineProcess *self = LV_ENGINE_PROCESS (object);

  g_object_unref (self->cancellable);
  g_free (self->socket_path);
  g_string_free (self->line, TRUE);
  g_free (self->last_line);
  G_OBJECT_CLASS (lv_engine_process_parent_class)->finalize (object);
}

static void
lv_engine_process_class_init (LvEngineProcessClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lv_engine_process_dispose;
  object_class->finalize = lv_engine_process_finalize;
  died_signal = g_signal_new ("died", LV_TYPE_ENGINE_PROCESS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                              NULL, G_TYPE_NONE, 1, G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
}
