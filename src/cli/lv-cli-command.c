/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lv-cli-command.h"

#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  GPid process; /* 0: has ended; also the id of its process group */
  int wait_status;
  GInputStream *pipes[2];    /* owned: standard output and error */
  GOutputStream *input_pipe; /* owned */
  GBytes *input;             /* owned */
  GString *output;           /* owned */
  GString *errors;           /* owned: the end of it */
  GCancellable *reading;     /* owned */
  GError *error;             /* owned: why it was stopped */
  guint timeout_s;
  guint timeout; /* source ids */
  guint kill;
  guint linger;
  gulong cancelled;
  guint pending; /* of both pipes and the process */
} Command;

static void
command_free (Command *command)
{
  g_clear_handle_id (&command->timeout, g_source_remove);
  g_clear_handle_id (&command->kill, g_source_remove);
  g_clear_handle_id (&command->linger, g_source_remove);
  g_clear_object (&command->pipes[0]);
  g_clear_object (&command->pipes[1]);
  g_clear_object (&command->input_pipe);
  g_clear_object (&command->reading);
  g_clear_pointer (&command->input, g_bytes_unref);
  g_clear_error (&command->error);
  g_string_free (command->output, TRUE);
  g_string_free (command->errors, TRUE);
  g_free (command);
}

static gboolean
on_kill_time (gpointer data)
{
  Command *command = data;

  command->kill = 0;
  kill (-command->process, SIGKILL);
  return G_SOURCE_REMOVE;
}

/* Takes @error. */
static void
stop (Command *command, GError *error)
{
  if (command->error != NULL || command->process == 0)
    {
      g_error_free (error);
      return;
    }
  command->error = error;
  kill (-command->process, SIGTERM);
  command->kill = g_timeout_add_seconds (LV_COMMAND_KILL_AFTER_S, on_kill_time, command);
}

static gboolean
on_timeout (gpointer data)
{
  Command *command = data;

  command->timeout = 0;
  stop (command, g_error_new (LV_ERROR, LV_ERROR_TIMEOUT,
                              _ ("the command was stopped after %u seconds"), command->timeout_s));
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  stop (data, g_error_new_literal (LV_ERROR, LV_ERROR_CANCELLED, _ ("the call was cancelled")));
}

static char *
get_last_line (const GString *text)
{
  g_autofree char *valid = g_utf8_make_valid (text->str, (gssize) text->len);
  const char *newline;

  g_strchomp (valid);
  newline = strrchr (valid, '\n');
  return g_strdup (newline != NULL ? newline + 1 : valid);
}

static GError *
make_exit_error (Command *command)
{
  g_autofree char *line = get_last_line (command->errors);

  if (*line != '\0')
    return g_error_new_literal (LV_ERROR, LV_ERROR_FAILED, line);
  if (WIFEXITED (command->wait_status))
    return g_error_new (LV_ERROR, LV_ERROR_FAILED, _ ("the command failed with exit status %d"),
                        WEXITSTATUS (command->wait_status));
  return g_error_new (LV_ERROR, LV_ERROR_FAILED, _ ("the command was ended by signal %d"),
                      WTERMSIG (command->wait_status));
}

static void
finish (GTask *task)
{
  Command *command = g_task_get_task_data (task);
  char *output;

  g_signal_handler_disconnect (g_task_get_cancellable (task), command->cancelled);
  if (command->error != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&command->error));
      return;
    }
  if (command->wait_status != 0)
    {
      g_task_return_error (task, make_exit_error (command));
      return;
    }
  output = g_utf8_make_valid (command->output->str, (gssize) command->output->len);
  while (g_str_has_suffix (output, "\n"))
    output[strlen (output) - 1] = '\0';
  g_task_return_pointer (task, output, g_free);
}

static void
finish_part (GTask *task)
{
  Command *command = g_task_get_task_data (task);

  if (--command->pending == 0)
    finish (task);
}

static gboolean
on_linger_time (gpointer data)
{
  Command *command = data;

  command->linger = 0;
  g_cancellable_cancel (command->reading);
  return G_SOURCE_REMOVE;
}

static void
on_exited (GPid process, int wait_status, gpointer data)
{
  g_autoptr (GTask) task = data;
  Command *command = g_task_get_task_data (task);

  g_spawn_close_pid (process);
  command->wait_status = wait_status;
  g_clear_handle_id (&command->timeout, g_source_remove);
  /* what it has left behind must go too when the call did not end well */
  if (command->error != NULL)
    kill (-command->process, SIGKILL);
  g_clear_handle_id (&command->kill, g_source_remove);
  command->process = 0;
  command->linger = g_timeout_add (LV_COMMAND_LINGER_MS, on_linger_time, command);
  finish_part (task);
}

static void
keep_output (Command *command, const char *bytes, gsize length)
{
  if (command->output->len + length <= LV_COMMAND_MAX_OUTPUT)
    g_string_append_len (command->output, bytes, (gssize) length);
  else
    stop (command,
          g_error_new (LV_ERROR, LV_ERROR_TOO_LARGE, _ ("the command printed more than %d bytes"),
                       LV_COMMAND_MAX_OUTPUT));
}

static void
keep_errors (Command *command, const char *bytes, gsize length)
{
  g_string_append_len (command->errors, bytes, (gssize) length);
  if (command->errors->len > LV_COMMAND_MAX_ERROR)
    g_string_erase (command->errors, 0, (gssize) (command->errors->len - LV_COMMAND_MAX_ERROR));
}

static void read_next (GInputStream *pipe, GTask *task);

static void
on_read (GObject *pipe, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (pipe), result, NULL);
  Command *command = g_task_get_task_data (task);
  gsize length = 0;
  const char *start = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

  if (length == 0)
    {
      finish_part (task);
      return;
    }
  if (G_INPUT_STREAM (pipe) == command->pipes[0])
    keep_output (command, start, length);
  else
    keep_errors (command, start, length);
  read_next (G_INPUT_STREAM (pipe), task);
}

static void
read_next (GInputStream *pipe, GTask *task)
{
  Command *command = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (pipe, 4096, G_PRIORITY_DEFAULT, command->reading, on_read,
                                   g_object_ref (task));
}

static void
on_written (GObject *pipe, GAsyncResult *result, gpointer task)
{
  /* a command need not read its input */
  g_output_stream_write_all_finish (G_OUTPUT_STREAM (pipe), result, NULL, NULL);
  g_output_stream_close_async (G_OUTPUT_STREAM (pipe), G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  g_object_unref (task);
}

static void
enter_own_group (gpointer data)
{
  setpgid (0, 0);
}

static gboolean
spawn (Command *command, const char *const *argv, GStrv environment, GError **error)
{
  int input;
  int output;
  int errors;

  if (!g_spawn_async_with_pipes (NULL, (char **) argv, environment,
                                 G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, enter_own_group,
                                 NULL, &command->process, &input, &output, &errors, error))
    return FALSE;
  command->input_pipe = g_unix_output_stream_new (input, TRUE);
  command->pipes[0] = g_unix_input_stream_new (output, TRUE);
  command->pipes[1] = g_unix_input_stream_new (errors, TRUE);
  return TRUE;
}

static void
begin (GTask *task, Command *command)
{
  gsize length;
  const void *input = g_bytes_get_data (command->input, &length);

  command->timeout = g_timeout_add_seconds (command->timeout_s, on_timeout, command);
  command->cancelled = g_signal_connect (g_task_get_cancellable (task), "cancelled",
                                         G_CALLBACK (on_cancelled), command);
  command->pending = 3;
  g_output_stream_write_all_async (command->input_pipe, input, length, G_PRIORITY_DEFAULT,
                                   command->reading, on_written, g_object_ref (task));
  read_next (command->pipes[0], task);
  read_next (command->pipes[1], task);
  g_child_watch_add (command->process, on_exited, g_object_ref (task));
}

void
lv_cli_command_run_async (const char *const *argv, GStrv environment, const char *input,
                          guint timeout_s, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Command *command = g_new0 (Command, 1);
  GError *error = NULL;

  g_task_set_check_cancellable (task, FALSE);
  command->output = g_string_new (NULL);
  command->errors = g_string_new (NULL);
  command->reading = g_cancellable_new ();
  command->input = g_bytes_new (input, strlen (input));
  command->timeout_s = timeout_s;
  g_task_set_task_data (task, command, (GDestroyNotify) command_free);
  if (spawn (command, argv, environment, &error))
    begin (task, command);
  else
    g_task_return_error (task, error);
}

char *
lv_cli_command_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
