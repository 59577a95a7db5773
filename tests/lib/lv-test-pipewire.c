/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test-pipewire.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/resource.h>

#define TEST_NICE -15

struct _LvTestPipewire {
  GSubprocess *process;
  GDataInputStream *answers;
  guint n_files;
  char *directory;
};

static char *
read_line (LvTestPipewire *self)
{
  g_autoptr (GError) error = NULL;
  char *line = g_data_input_stream_read_line (self->answers, NULL, NULL, &error);

  g_assert_no_error (error);
  if (line == NULL)
    g_error ("the private PipeWire ended; see above");
  return line;
}

static gboolean
read_variable (LvTestPipewire *self)
{
  g_autofree char *line = read_line (self);
  char *value = strchr (line, '=');

  if (value == NULL)
    return FALSE;
  *value = '\0';
  g_setenv (line, value + 1, TRUE);
  return TRUE;
}

/* Cycles of 5 ms have to be met on a busy machine. Children inherit it; without the right to it we try as we are. */
static void
raise_priority (void)
{
  if (setpriority (PRIO_PROCESS, 0, TEST_NICE) != 0)
    g_test_message ("no right to a higher priority: times may vary on a busy machine");
}

LvTestPipewire *
lv_test_pipewire_new (void)
{
  LvTestPipewire *self = g_new0 (LvTestPipewire, 1);
  g_autofree char *script = g_build_filename (g_getenv ("srcdir"), "lib", "pwenv.py", NULL);
  g_autoptr (GError) error = NULL;

  raise_priority ();
  self->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE,
                                    &error, "python3", script, "--serve", NULL);
  g_assert_no_error (error);
  self->answers = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  while (read_variable (self))
    ;
  self->directory = g_strdup (g_getenv ("XDG_RUNTIME_DIR"));
  return self;
}

void
lv_test_pipewire_free (LvTestPipewire *self)
{
  g_output_stream_close (g_subprocess_get_stdin_pipe (self->process), NULL, NULL);
  g_subprocess_wait (self->process, NULL, NULL);
  g_object_unref (self->answers);
  g_object_unref (self->process);
  g_free (self->directory);
  g_free (self);
}

void
lv_test_pipewire_command (LvTestPipewire *self, const char *format, ...)
{
  g_autofree char *line = NULL;
  g_autofree char *command = NULL;
  g_autofree char *answer = NULL;
  g_autoptr (GError) error = NULL;
  va_list args;

  va_start (args, format);
  command = g_strdup_vprintf (format, args);
  va_end (args);
  line = g_strconcat (command, "\n", NULL);
  g_output_stream_write_all (g_subprocess_get_stdin_pipe (self->process), line, strlen (line), NULL,
                             NULL, &error);
  g_assert_no_error (error);
  answer = read_line (self);
  if (!g_str_equal (answer, "ok"))
    g_error ("private PipeWire: %s: %s", command, answer);
}

static void
append_u32 (GByteArray *array, guint32 value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (array, (const guint8 *) &value, sizeof (value));
}

static void
append_tag (GByteArray *array, const char *tag)
{
  g_byte_array_append (array, (const guint8 *) tag, strlen (tag));
}

static void
write_wav (const char *path, const gint16 *samples, guint n_samples, guint rate)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  guint n_bytes = n_samples * sizeof (gint16);
  g_autoptr (GError) error = NULL;

  append_tag (file, "RIFF");
  append_u32 (file, 36 + n_bytes);
  append_tag (file, "WAVEfmt ");
  append_u32 (file, 16);
  append_u32 (file, 1 | 1 << 16); /* PCM, one channel */
  append_u32 (file, rate);
  append_u32 (file, rate * sizeof (gint16));
  append_u32 (file, sizeof (gint16) | 16 << 16);
  append_tag (file, "data");
  append_u32 (file, n_bytes);
  g_byte_array_append (file, (const guint8 *) samples, n_bytes);
  g_file_set_contents (path, (const char *) file->data, file->len, &error);
  g_assert_no_error (error);
}

void
lv_test_pipewire_play (LvTestPipewire *self, const gint16 *samples, guint n_samples, guint rate)
{
  g_autofree char *path = g_strdup_printf ("%s/play-%u.wav", self->directory, self->n_files++);

  write_wav (path, samples, n_samples, rate);
  lv_test_pipewire_command (self, "play %s", path);
}
