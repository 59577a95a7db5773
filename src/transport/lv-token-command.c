/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-token-command.h"

#include <gio/gio.h>

struct _LvTokenCommand {
  LvTokenSource parent_instance;

  char **argv;
};

/* One run of it. */
typedef struct {
  GSubprocess *process;
  guint timeout;
  gboolean timed_out;
} Run;

G_DEFINE_FINAL_TYPE (LvTokenCommand, lv_token_command, LV_TYPE_TOKEN_SOURCE)

static void
run_free (Run *run)
{
  g_clear_handle_id (&run->timeout, g_source_remove);
  g_clear_object (&run->process);
  g_free (run);
}

static const char *
get_name (GTask *task)
{
  return LV_TOKEN_COMMAND (g_task_get_source_object (task))->argv[0];
}

static void
fail (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  if (run->timed_out)
    g_task_return_new_error (
        task, LV_ERROR, LV_ERROR_TIMEOUT,
        "%s printed no access token within %g s: run it by hand to see why", get_name (task),
        lv_token_source_get_timeout_ms (g_task_get_source_object (task)) / 1000.0);
  else
    g_task_return_new_error (task, LV_ERROR, LV_ERROR_AUTHENTICATION,
                             "%s failed and gave no access token: run it by hand to see why",
                             get_name (task));
}

/* A pipe holds more than any token. Its end would not do: a child of the program may keep it open
 * for as long as it likes. */
static LvSecret *
read_output (GTask *task, GError **error)
{
  Run *run = g_task_get_task_data (task);
  GInputStream *pipe = g_subprocess_get_stdout_pipe (run->process);
  char output[LV_SECRET_MAX + 1];
  gssize length = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (pipe), output,
                                                            sizeof output, NULL, NULL);
  LvSecret *secret = lv_secret_new (output, MAX (length, 0), get_name (task), error);

  explicit_bzero (output, sizeof output);
  return secret;
}

static void
on_exited (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  LvSecret *secret;

  if (!g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, NULL))
    {
      fail (task);
      return;
    }
  secret = read_output (task, &error);
  lv_secret_return_task (task, secret, error);
}

static gboolean
on_timeout (gpointer data)
{
  Run *run = data;

  run->timeout = 0;
  run->timed_out = TRUE;
  g_subprocess_force_exit (run->process);
  return G_SOURCE_REMOVE;
}

static void
lv_token_command_fetch_async (LvTokenSource *source, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  LvTokenCommand *self = LV_TOKEN_COMMAND (source);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Run *run = g_new0 (Run, 1);
  g_autoptr (GError) error = NULL;

  g_task_set_task_data (task, run, (GDestroyNotify) run_free);
  run->process = g_subprocess_newv (
      (const char *const *) self->argv,
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  if (run->process == NULL)
    {
      g_task_return_new_error (task, LV_ERROR, LV_ERROR_NO_CREDENTIAL,
                               "%s; correct credential-command", error->message);
      g_object_unref (task);
      return;
    }
  run->timeout = g_timeout_add (lv_token_source_get_timeout_ms (source), on_timeout, run);
  g_subprocess_wait_check_async (run->process, NULL, on_exited, task);
}

static LvSecret *
lv_token_command_fetch_finish (LvTokenSource *source, GAsyncResult *result, guint *ret_lifetime_s,
                               GError **error)
{
  *ret_lifetime_s = LV_TOKEN_COMMAND_LIFETIME_S;
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
lv_token_command_finalize (GObject *object)
{
  g_strfreev (LV_TOKEN_COMMAND (object)->argv);
  G_OBJECT_CLASS (lv_token_command_parent_class)->finalize (object);
}

static void
lv_token_command_class_init (LvTokenCommandClass *klass)
{
  LvTokenSourceClass *source_class = LV_TOKEN_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = lv_token_command_finalize;
  source_class->fetch_async = lv_token_command_fetch_async;
  source_class->fetch_finish = lv_token_command_fetch_finish;
}

static void
lv_token_command_init (LvTokenCommand *self)
{
}

LvTokenSource *
lv_token_command_new (const LvEndpointConfig *config)
{
  LvTokenCommand *self = g_object_new (LV_TYPE_TOKEN_COMMAND, NULL);

  self->argv = g_strdupv (config->command);
  return LV_TOKEN_SOURCE (self);
}
