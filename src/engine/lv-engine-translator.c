/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-engine-translator"
#include "engine/lv-engine-translator.h"

#include <string.h>

#define MODES "apertium/modes"
#define SPECIAL "\\^$/[]{}@<>"
#define SENTENCE_END ".[]" /* apertium needs an end to understand the last words; it comes back */
#define NO_UNKNOWN_MARKS "-n"

struct _LvEngineTranslator {
  GObject parent_instance;

  GQueue tasks; /* GTask, with its text; the head is being translated */
  guint timeout;

  /* owned */
  char *pipeline;
  GSubprocess *process; /* NULL: not running */
  GDataInputStream *output;
  GCancellable *cancellable; /* of the process */
};

G_DEFINE_FINAL_TYPE (LvEngineTranslator, lv_engine_translator, G_TYPE_OBJECT)

/* ---- the pair ---- */

/* The names that apertium has for languages besides those of BCP-47. */
static const char *
find_long_code (const char *code)
{
  static const char *const codes[][2] = {
    { "ca", "cat" }, { "da", "dan" }, { "de", "deu" }, { "eo", "epo" }, { "es", "spa" },
    { "fr", "fra" }, { "gl", "glg" }, { "it", "ita" }, { "nl", "nld" }, { "pl", "pol" },
    { "pt", "por" }, { "ro", "ron" }, { "ru", "rus" }, { "sv", "swe" }, { "uk", "ukr" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_ascii_strcasecmp (codes[i][0], code) == 0)
      return codes[i][1];
  return code;
}

static char *
read_mode (const char *name)
{
  const char *const *folders = g_get_system_data_dirs ();
  char *mode = NULL;

  for (guint i = 0; folders[i] != NULL && mode == NULL; i++)
    {
      g_autofree char *path = g_build_filename (folders[i], MODES, name, NULL);

      g_file_get_contents (path, &mode, NULL, NULL);
    }
  return mode;
}

static char *
find_mode (const char *target)
{
  static const char *const english[] = { "eng", "en" };
  g_autofree char *code = g_ascii_strdown (target, strcspn (target, "-"));
  const char *const names[] = { find_long_code (code), code };
  char *mode = NULL;

  if (*code == '\0' || strspn (code, "abcdefghijklmnopqrstuvwxyz") != strlen (code))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (english) * G_N_ELEMENTS (names) && mode == NULL; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s-%s.mode", english[i % 2], names[i / 2]);

      mode = read_mode (name);
    }
  return mode;
}

static gboolean
is_program (const char *name, gsize length)
{
  return length > 0 && strspn (name, "abcdefghijklmnopqrstuvwxyz-") >= length;
}

char *
lv_engine_translator_make_pipeline (const char *mode)
{
  g_auto (GStrv) commands = g_strsplit (mode, "|", -1);
  g_autoptr (GString) pipeline = g_string_new (NULL);

  for (guint i = 0; commands[i] != NULL; i++)
    {
      const char *command = g_strstrip (commands[i]);
      const gsize length = strcspn (command, " ");

      if (!is_program (command, length))
        return NULL;
      g_string_append_printf (pipeline, "%s%.*s -z%s", i > 0 ? " | " : "", (int) length, command,
                              command + length);
    }
  if (pipeline->len == 0)
    return NULL;
  return g_string_free (g_steal_pointer (&pipeline), FALSE);
}

char *
lv_engine_translator_escape (const char *text)
{
  GString *escaped = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p++)
    {
      if (strchr (SPECIAL, *p) != NULL)
        g_string_append_c (escaped, '\\');
      g_string_append_c (escaped, *p);
    }
  return g_string_free (escaped, FALSE);
}

char *
lv_engine_translator_unescape (const char *text)
{
  GString *plain = g_string_new (NULL);
  const gsize length =
      g_str_has_suffix (text, SENTENCE_END) ? strlen (text) - strlen (SENTENCE_END) : strlen (text);

  for (gsize i = 0; i < length; i++)
    {
      if (text[i] == '\\' && i + 1 < length)
        i++;
      g_string_append_c (plain, text[i]);
    }
  return g_string_free (plain, FALSE);
}

/* ---- the process ---- */

static void
stop_process (LvEngineTranslator *self)
{
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  /* with the shell goes our end of the pipe: the programs end, one after the other */
  if (self->process != NULL)
    g_subprocess_force_exit (self->process);
  g_clear_object (&self->output);
  g_clear_object (&self->process);
}

static gboolean
ensure_process (LvEngineTranslator *self, GError **error)
{
  if (self->process != NULL)
    return TRUE;
  self->process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE |
                            G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                        error, "sh", "-c", self->pipeline, "apertium", NO_UNKNOWN_MARKS, "", NULL);
  if (self->process == NULL)
    return FALSE;
  self->cancellable = g_cancellable_new ();
  self->output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  return TRUE;
}

static void translate_next (LvEngineTranslator *self);

/* Takes @text and @error; one of them is set. */
static void
finish_task (LvEngineTranslator *self, char *text, GError *error)
{
  g_autoptr (GTask) task = g_queue_pop_head (&self->tasks);

  g_clear_handle_id (&self->timeout, g_source_remove);
  if (error != NULL)
    {
      stop_process (self);
      g_task_return_new_error (task, LV_ERROR, LV_ERROR_FAILED, "apertium failed: %s",
                               error->message);
      g_error_free (error);
    }
  else
    g_task_return_pointer (task, text, g_free);
  translate_next (self);
}

static void
on_output (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (LvEngineTranslator) self = user_data;
  GDataInputStream *output = G_DATA_INPUT_STREAM (source);
  GError *error = NULL;
  g_autofree char *text = g_data_input_stream_read_upto_finish (output, result, NULL, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_error_free (error);
      return;
    }
  /* the end of the text, which is in the buffer; or the end of the stream */
  if (text != NULL)
    g_data_input_stream_read_byte (output, NULL, &error);
  else if (error == NULL)
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CLOSED, "it has ended");
  finish_task (self, error == NULL ? lv_engine_translator_unescape (text) : NULL, error);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree char *sentence G_GNUC_UNUSED = user_data;

  /* a process that takes nothing gives nothing: the reader sees it */
  g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL);
}

static gboolean
on_timeout (gpointer user_data)
{
  LvEngineTranslator *self = user_data;

  self->timeout = 0;
  finish_task (self, NULL,
               g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "it takes too long"));
  return G_SOURCE_REMOVE;
}

static void
translate_next (LvEngineTranslator *self)
{
  GTask *task = g_queue_peek_head (&self->tasks);
  GError *error = NULL;
  char *sentence;

  if (task == NULL)
    return;
  if (!ensure_process (self, &error))
    {
      finish_task (self, NULL, error);
      return;
    }
  sentence = g_strconcat (g_task_get_task_data (task), SENTENCE_END, NULL);
  self->timeout = g_timeout_add_seconds (LV_ENGINE_TRANSLATOR_TIMEOUT_S, on_timeout, self);
  /* with the NUL that ends it */
  g_output_stream_write_all_async (g_subprocess_get_stdin_pipe (self->process), sentence,
                                   strlen (sentence) + 1, G_PRIORITY_DEFAULT, self->cancellable,
                                   on_written, sentence);
  g_data_input_stream_read_upto_async (self->output, "\0", 1, G_PRIORITY_DEFAULT, self->cancellable,
                                       on_output, g_object_ref (self));
}

/* ---- life ---- */

static void
lv_engine_translator_init (LvEngineTranslator *self)
{
}

static void
lv_engine_translator_dispose (GObject *object)
{
  LvEngineTranslator *self = LV_ENGINE_TRANSLATOR (object);
  GTask *task;

  stop_process (self);
  while ((task = g_queue_pop_head (&self->tasks)) != NULL)
    {
      g_task_return_new_error (task, LV_ERROR, LV_ERROR_CANCELLED, "The translator is gone");
      g_object_unref (task);
    }

  G_OBJECT_CLASS (lv_engine_translator_parent_class)->dispose (object);
}

static void
lv_engine_translator_finalize (GObject *object)
{
  LvEngineTranslator *self = LV_ENGINE_TRANSLATOR (object);

  g_free (self->pipeline);

  G_OBJECT_CLASS (lv_engine_translator_parent_class)->finalize (object);
}

static void
lv_engine_translator_class_init (LvEngineTranslatorClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lv_engine_translator_dispose;
  G_OBJECT_CLASS (klass)->finalize = lv_engine_translator_finalize;
}

LvEngineTranslator *
lv_engine_translator_new (const char *target, GError **error)
{
  g_autofree char *mode = find_mode (target);
  g_autofree char *pipeline = mode != NULL ? lv_engine_translator_make_pipeline (mode) : NULL;
  LvEngineTranslator *self;

  if (pipeline == NULL)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED,
                   "No translation from English to %.12s here: install its apertium pair, such as "
                   "apertium-eng-spa for es",
                   target);
      return NULL;
    }
  self = g_object_new (LV_TYPE_ENGINE_TRANSLATOR, NULL);
  self->pipeline = g_steal_pointer (&pipeline);
  return self;
}

void
lv_engine_translator_translate_async (LvEngineTranslator *self, const char *text,
                                      GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *fitting = g_strndup (text, LV_ENGINE_TRANSLATOR_MAX_BYTES);
  g_autofree char *valid = g_utf8_make_valid (fitting, -1);

  g_task_set_source_tag (task, lv_engine_translator_translate_async);
  g_task_set_task_data (task, lv_engine_translator_escape (valid), g_free);
  g_queue_push_tail (&self->tasks, task);
  if (self->tasks.length == 1)
    translate_next (self);
}

char *
lv_engine_translator_translate_finish (LvEngineTranslator *self, GAsyncResult *result,
                                       GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
