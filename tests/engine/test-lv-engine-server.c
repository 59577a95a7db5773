/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program livevoice-engine as its users meet it: over its unix socket and its port, with a microphone at its pace.
 */
#include "engine/lv-engine-server.h"

#include "lib/lv-test.h"
#include "lib/lv-test-pcm.h"
#include "lv-engine-client.h"

#include <gio/gunixsocketaddress.h>

#define LATENCY_MAX_MS 200 /* from the end-of-speech decision to the first audio frame */
#define LATENCY_TRIES 5
#define SILENCE_MS 500    /* that this decision takes */
#define THREADS_AT_REST 4 /* our own and GLib's */

static LvSetup *
new_setup (void)
{
  LvSetup *setup = lv_setup_new ("models/gemini-3.8-live");

  setup->input_transcription = setup->output_transcription = TRUE;
  return setup;
}

static void
ask (LvEngineClient *client, const char *text)
{
  lv_engine_client_send (client, lv_client_message_new_text (text));
}

static void
check_text_turn (const LvEngineProgram *program, const char *uri)
{
  LvEngineClient client;

  lv_engine_client_connect (&client, program, uri);
  lv_engine_client_set_up (&client, new_setup ());
  ask (&client, "what time is it");
  lv_engine_record_wait_for (&client.record, is_audio);
  lv_engine_record_wait_for (&client.record, is_generation_complete);
  lv_engine_record_wait_for (&client.record, is_turn_complete);
  lv_engine_client_close (&client);
}

static void
test_text_turn (void)
{
  LvEngineProgram program;

  lv_engine_program_start (&program, NULL);
  check_text_turn (&program, NULL);
  check_text_turn (&program, LV_ENGINE_PATH);
  lv_engine_program_stop (&program);
}

/* Where @pcm is speech for the last time. */
static guint
find_end_ms (GArray *pcm)
{
  guint end = 0;

  for (guint i = 0; i < pcm->len; i++)
    if (ABS (g_array_index (pcm, gint16, i)) > 500)
      end = i;
  return end / 16;
}

/* Asks at the pace of speech; how long after the end-of-speech decision the answer begins. */
static int
speak_question (LvEngineClient *client)
{
  g_autoptr (GArray) pcm = lv_test_pcm_new ();
  const LvServerMessage *message;
  guint answered_ms;

  lv_test_pcm_add_silence (pcm, 300);
  lv_test_pcm_add_speech (pcm, "about", 0);
  lv_test_pcm_add_silence (pcm, 3000);
  lv_engine_client_stream (client, pcm);
  message = lv_engine_record_wait_for (&client->record, is_input_transcription);
  g_assert_cmpstr (message->input_transcription->text, ==, "tell me about yourself");
  lv_engine_record_wait_for (&client->record, is_audio);
  answered_ms = lv_engine_client_get_streamed_ms (client);
  return (int) answered_ms - (int) find_end_ms (pcm) - SILENCE_MS;
}

static void
interrupt_by_speaking (LvEngineClient *client)
{
  g_autoptr (GArray) pcm = lv_test_pcm_new ();
  const LvServerMessage *message;

  lv_test_pcm_add_speech (pcm, "ask-time", 0);
  lv_test_pcm_add_silence (pcm, 3000);
  lv_engine_client_stream (client, pcm);
  lv_engine_record_wait_for (&client->record, is_interrupted);
  lv_engine_record_wait_for (&client->record, is_turn_complete);
  message = lv_engine_record_wait_for (&client->record, is_input_transcription);
  g_assert_cmpstr (message->input_transcription->text, ==, "what time is it");
  lv_engine_record_wait_for (&client->record, is_audio);
  lv_engine_record_wait_for (&client->record, is_turn_complete);
}

/* A question, and another one into the answer. Something else may occupy the machine: the best of some tries counts. */
static void
test_conversation (void)
{
  LvEngineProgram program;
  LvEngineClient client;
  int latency_ms = G_MAXINT;

  lv_engine_program_start (&program, NULL);
  lv_engine_client_connect (&client, &program, NULL);
  lv_engine_client_set_up (&client, new_setup ());
  for (guint i = 0; i < LATENCY_TRIES && latency_ms > LATENCY_MAX_MS; i++)
    {
      latency_ms = speak_question (&client);
      g_test_message ("first audio %d ms after the end-of-speech decision", latency_ms);
      interrupt_by_speaking (&client);
    }
  g_assert_cmpint (latency_ms, <=, LATENCY_MAX_MS);
  lv_engine_client_close (&client);
  lv_engine_program_stop (&program);
}

/* Closed and resumed at once, over the wire. */
static void
test_resumption (void)
{
  g_autofree char *handle = NULL;
  LvEngineProgram program;

  lv_engine_program_start (&program, NULL);
  for (guint i = 0; i < 5; i++)
    {
      LvSetup *setup = new_setup ();
      const LvServerMessage *message;
      LvEngineClient client;

      lv_engine_client_connect (&client, &program, NULL);
      setup->resumption = TRUE;
      setup->resumption_handle = g_steal_pointer (&handle);
      lv_engine_client_set_up (&client, setup);
      message = lv_engine_record_wait_for (&client.record, is_resumption_update);
      handle = g_strdup (message->resumption_handle);
      lv_engine_client_close (&client);
    }
  lv_engine_program_stop (&program);
}

static void
test_text_frames (void)
{
  const char *const arguments[] = { "--text-frames", NULL };
  LvEngineProgram program;

  lv_engine_program_start (&program, arguments);
  check_text_turn (&program, NULL);
  lv_engine_program_stop (&program);
}

static void
test_paths (void)
{
  LvEngineProgram program;
  LvEngineClient client;

  lv_engine_program_start (&program, NULL);
  g_assert_cmpuint (lv_engine_client_probe (&program, "/", NULL), ==, SOUP_STATUS_NOT_FOUND);
  g_assert_cmpuint (lv_engine_client_probe (&program, "/ws/google.ai.generativelanguage.v9", NULL),
                    ==, SOUP_STATUS_NOT_FOUND);
  g_assert_cmpuint (lv_engine_client_probe (&program, LV_ENGINE_PATH, "https://example.org"), ==,
                    SOUP_STATUS_FORBIDDEN);

  lv_engine_client_connect (&client, &program,
                            "/ws/google.cloud.aiplatform.v1.LlmBidiService/BidiGenerateContent");
  lv_engine_client_send_json (
      &client, "{\"setup\":{\"model\":\"projects/p/locations/global/publishers/google/models/"
               "gemini-3.8-live\"}}");
  g_assert_nonnull (lv_engine_record_wait_for (&client.record, is_setup_complete)->session_id);
  lv_engine_client_close (&client);
  lv_engine_program_stop (&program);
}

static const struct {
  const char *query;
  guint code; /* 0: accepted */
  const char *reason;
} keys[] = {
  { "?key=sesame", 0, NULL },
  { "?access_token=sesame", 0, NULL },
  { "?key=wrong", 1007, "API key not valid. Please pass a valid API key." },
  { "", 1008, "Method doesn't allow unregistered callers" },
};

static void
test_key (void)
{
  g_autofree char *folder = lv_test_make_dir ();
  g_autofree char *file = g_build_filename (folder, "key", NULL);
  g_autofree char *argument = g_strdup_printf ("--api-key-file=%s", file);
  const char *const arguments[] = { argument, NULL };
  LvEngineProgram program;

  g_file_set_contents (file, "sesame\n", -1, NULL);
  lv_engine_program_start (&program, arguments);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *uri = g_strconcat (LV_ENGINE_PATH, keys[i].query, NULL);
      LvEngineClient client;

      lv_engine_client_connect (&client, &program, uri);
      if (keys[i].code == 0)
        lv_engine_client_set_up (&client, new_setup ());
      else
        lv_engine_record_wait_close (&client.record, keys[i].code, keys[i].reason);
      lv_engine_client_close (&client);
    }
  lv_engine_program_stop (&program);
  lv_test_remove_dir (g_steal_pointer (&folder));
}

static void
test_refusal (void)
{
  LvEngineProgram program;
  LvEngineClient client;

  lv_engine_program_start (&program, NULL);
  lv_engine_client_connect (&client, &program, NULL);
  lv_engine_client_send_json (&client, "{\"setup\":{\"model\":\"models/nobody-knows\"}}");
  lv_engine_record_wait_close (&client.record, 1008, "models/nobody-knows is not found");
  g_assert_cmpuint (strlen (client.record.close_reason), <=, 123);
  lv_engine_client_close (&client);
  lv_engine_program_stop (&program);
}

static void
test_large_message (void)
{
  g_autofree char *text = g_strnfill (1024 * 1024, 'a');
  LvEngineProgram program;
  LvEngineClient client;

  lv_engine_program_start (&program, NULL);
  lv_engine_client_connect (&client, &program, NULL);
  lv_engine_client_set_up (&client, new_setup ());
  ask (&client, text);
  lv_engine_record_wait_close (&client.record, 1007, "Request contains an invalid argument.");
  lv_engine_client_close (&client);
  lv_engine_program_stop (&program);
}

static void
test_too_many_connections (void)
{
  LvEngineClient clients[LV_ENGINE_MAX_CONNECTIONS], last;
  LvEngineProgram program;

  lv_engine_program_start (&program, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    lv_engine_client_connect (&clients[i], &program, NULL);
  lv_engine_client_connect (&last, &program, NULL);
  lv_engine_record_wait_close (&last.record, 1011, "The service is currently unavailable.");
  lv_engine_client_close (&last);

  lv_engine_client_close (&clients[0]);
  lv_engine_client_connect (&clients[0], &program, NULL);
  lv_engine_client_set_up (&clients[0], new_setup ());
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    lv_engine_client_close (&clients[i]);
  lv_engine_program_stop (&program);
}

static guint
read_status (const LvEngineProgram *program, const char *key)
{
  g_autofree char *path =
      g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (program->process));
  g_autofree char *status = NULL;
  const char *line;

  g_assert_true (g_file_get_contents (path, &status, NULL, NULL));
  line = strstr (status, key);
  g_assert_nonnull (line);
  return strtoul (line + strlen (key), NULL, 10);
}

static guint
count_files (const LvEngineProgram *program)
{
  g_autofree char *path =
      g_strdup_printf ("/proc/%s/fd", g_subprocess_get_identifier (program->process));
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* Somebody who both speaks and types. */
static void
converse (const LvEngineProgram *program)
{
  g_autoptr (GArray) noise = lv_test_pcm_new ();
  LvEngineClient client;

  lv_test_pcm_add_silence (noise, 100);
  lv_engine_client_connect (&client, program, NULL);
  lv_engine_client_set_up (&client, new_setup ());
  lv_engine_client_stream (&client, noise);
  ask (&client, "tell me about yourself");
  lv_engine_record_wait_for (&client.record, is_audio);
  lv_engine_client_close (&client);
}

typedef struct {
  const LvEngineProgram *program;
  guint files;
} Release;

static gboolean
has_released (gpointer data)
{
  const Release *release = data;

  lv_test_run_for (20);
  return read_status (release->program, "Threads:") <= THREADS_AT_REST &&
         count_files (release->program) <= release->files;
}

/* When everybody has left, their threads and files are gone, and the next ones need no more memory than they did. */
static void
test_release (void)
{
  LvEngineProgram program;
  Release release = { &program };
  guint resident;

  lv_engine_program_start (&program, NULL);
  release.files = count_files (&program);
  converse (&program);
  lv_test_wait_for (has_released, &release, LV_TEST_TIMEOUT_MS, "threads and files to go");
  resident = read_status (&program, "VmRSS:");

  for (guint i = 0; i < 5; i++)
    {
      converse (&program);
      lv_test_wait_for (has_released, &release, LV_TEST_TIMEOUT_MS, "threads and files to go");
    }
  g_assert_cmpuint (read_status (&program, "VmRSS:"), <, resident + 8 * 1024);
  lv_engine_program_stop (&program);
}

/* SIGTERM in the middle of an answer. */
static void
test_stop (void)
{
  LvEngineProgram program;
  LvEngineClient client;

  lv_engine_program_start (&program, NULL);
  lv_engine_client_connect (&client, &program, NULL);
  lv_engine_client_set_up (&client, new_setup ());
  ask (&client, "tell me about yourself");
  lv_engine_record_wait_for (&client.record, is_audio);
  g_subprocess_send_signal (program.process, SIGTERM);
  lv_engine_record_wait_close (&client.record, 1001, "");
  lv_engine_program_stop (&program);
  lv_engine_client_close (&client);
}

static void
on_exited (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

static void
test_idle_exit (void)
{
  const char *const arguments[] = { "--idle-exit=1", NULL };
  LvEngineProgram program;
  LvEngineClient client;
  gboolean exited = FALSE;

  lv_engine_program_start (&program, arguments);
  g_subprocess_wait_check_async (program.process, NULL, on_exited, &exited);
  lv_engine_client_connect (&client, &program, NULL);
  lv_engine_client_set_up (&client, new_setup ());
  lv_test_run_for (1500);
  g_assert_false (exited);
  lv_engine_client_close (&client);
  lv_test_wait_flag (&exited);
  lv_engine_program_stop (&program);
}

/* The socket is systemd's: it is passed on, and readiness is reported. */
static void
test_socket_activation (void)
{
  g_autofree char *folder = lv_test_make_dir ();
  g_autofree char *path = g_build_filename (folder, "engine.sock", NULL);
  g_autofree char *notify_path = g_build_filename (folder, "notify", NULL);
  g_autofree char *program_path =
      g_build_filename (g_getenv ("builddir"), "src", "engine", "livevoice-engine", NULL);
  g_autofree char *command =
      g_strdup_printf ("export LISTEN_PID=$$ LISTEN_FDS=1; exec '%s'", program_path);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocketAddress) notify_address = g_unix_socket_address_new (notify_path);
  g_autoptr (GSocket) listener = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
  g_autoptr (GSocket) notify = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM, 0, NULL);
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  LvEngineProgram program = { .socket_path = path, .host = (char *) "localhost" };
  char word[32] = { 0 };
  LvEngineClient client;

  g_assert_true (g_socket_bind (listener, address, FALSE, NULL));
  g_assert_true (g_socket_listen (listener, NULL));
  g_assert_true (g_socket_bind (notify, notify_address, FALSE, NULL));
  g_subprocess_launcher_take_fd (launcher, dup (g_socket_get_fd (listener)), 3);
  g_subprocess_launcher_setenv (launcher, "NOTIFY_SOCKET", notify_path, TRUE);
  program.process = g_subprocess_launcher_spawn (launcher, NULL, "sh", "-c", command, NULL);
  g_assert_cmpint (g_socket_receive (notify, word, sizeof word, NULL, NULL), ==, 7);
  g_assert_cmpstr (word, ==, "READY=1");

  lv_engine_client_connect (&client, &program, NULL);
  lv_engine_client_set_up (&client, new_setup ());
  lv_engine_client_close (&client);
  g_subprocess_send_signal (program.process, SIGTERM);
  g_assert_true (g_subprocess_wait_check (program.process, NULL, NULL));
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  g_object_unref (program.process);
  lv_test_remove_dir (g_steal_pointer (&folder));
}

static const struct {
  const char *arguments[2];
  const char *complaint;
} bad_usages[] = {
  { { NULL }, "livevoice-engine: Nothing to listen on" },
  { { "--listen=0.0.0.0:0" }, "livevoice-engine: --listen 0.0.0.0:0: others could reach" },
  { { "--listen=example.org:1" }, "livevoice-engine: --listen example.org:1: write an address" },
  { { "--nonsense" }, "livevoice-engine: Unknown option --nonsense" },
  { { "argument" }, "livevoice-engine: there are no arguments but options" },
  { { "--listen-fd=77" }, "livevoice-engine: Descriptor 77: Bad file descriptor" },
};

static void
test_bad_usage (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_usages); i++)
    {
      g_autofree char *path =
          g_build_filename (g_getenv ("builddir"), "src", "engine", "livevoice-engine", NULL);
      g_autoptr (GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_PIPE, NULL,
                                                          path, bad_usages[i].arguments[0], NULL);
      g_autofree char *complaint = NULL;

      g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &complaint, NULL));
      g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 2);
      if (!g_str_has_prefix (complaint, bad_usages[i].complaint))
        g_error ("complains \"%s\" instead of \"%s\"", complaint, bad_usages[i].complaint);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/server/text-turn", test_text_turn);
  g_test_add_func ("/engine/server/conversation", test_conversation);
  g_test_add_func ("/engine/server/resumption", test_resumption);
  g_test_add_func ("/engine/server/text-frames", test_text_frames);
  g_test_add_func ("/engine/server/paths", test_paths);
  g_test_add_func ("/engine/server/key", test_key);
  g_test_add_func ("/engine/server/refusal", test_refusal);
  g_test_add_func ("/engine/server/large-message", test_large_message);
  g_test_add_func ("/engine/server/too-many-connections", test_too_many_connections);
  g_test_add_func ("/engine/server/release", test_release);
  g_test_add_func ("/engine/server/stop", test_stop);
  g_test_add_func ("/engine/server/idle-exit", test_idle_exit);
  g_test_add_func ("/engine/server/socket-activation", test_socket_activation);
  g_test_add_func ("/engine/server/bad-usage", test_bad_usage);
  return g_test_run ();
}
