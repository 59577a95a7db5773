/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-engine-client.h"

#include "base/lv-pcm.h"
#include "lib/lv-test.h"
#include "protocol/lv-encode.h"

#include <gio/gunixsocketaddress.h>
#include <signal.h>
#include <sys/prctl.h>

#define CHUNK_BYTES (LV_CHUNK_FRAMES * LV_BYTES_PER_FRAME)

/* ---- the program ---- */

/* A test that fails takes the program with it. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

void
lv_engine_program_start (LvEngineProgram *program, const char *const *arguments)
{
  g_autofree char *path =
      g_build_filename (g_getenv ("builddir"), "src", "engine", "livevoice-engine", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *unix_line = NULL;
  g_autoptr (GError) error = NULL;

  program->folder = lv_test_make_dir ();
  program->socket_path = g_build_filename (program->folder, "engine.sock", NULL);
  g_ptr_array_add (argv, g_steal_pointer (&path));
  g_ptr_array_add (argv, g_strdup ("--listen=127.0.0.1:0"));
  g_ptr_array_add (argv, g_strdup_printf ("--socket=%s", program->socket_path));
  for (; arguments != NULL && *arguments != NULL; arguments++)
    g_ptr_array_add (argv, g_strdup (*arguments));
  g_ptr_array_add (argv, NULL);

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  program->process =
      g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (program->process));
  unix_line = g_data_input_stream_read_line_utf8 (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (unix_line);
  program->host = g_data_input_stream_read_line_utf8 (output, NULL, NULL, &error);
  g_assert_no_error (error);
}

void
lv_engine_program_stop (LvEngineProgram *program)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_send_signal (program->process, SIGTERM);
  g_subprocess_wait_check (program->process, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (g_file_test (program->socket_path, G_FILE_TEST_EXISTS));

  g_clear_object (&program->process);
  lv_test_remove_dir (g_steal_pointer (&program->folder));
  g_clear_pointer (&program->socket_path, g_free);
  g_clear_pointer (&program->host, g_free);
}

/* ---- the client ---- */

static void
on_message (SoupWebsocketConnection *connection, int type, GBytes *frame, LvEngineClient *client)
{
  lv_engine_record_add (&client->record, frame);
}

static void
on_closed (SoupWebsocketConnection *connection, LvEngineClient *client)
{
  lv_engine_record_close (&client->record, soup_websocket_connection_get_close_code (connection),
                          soup_websocket_connection_get_close_data (connection));
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  LvEngineClient *client = user_data;
  g_autoptr (GError) error = NULL;

  client->connection =
      soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);
  g_assert_no_error (error);
  g_object_set (client->connection, "max-incoming-payload-size", (guint64) 0, NULL);
  g_signal_connect (client->connection, "message", G_CALLBACK (on_message), client);
  g_signal_connect (client->connection, "closed", G_CALLBACK (on_closed), client);
}

static gboolean
is_connected (gpointer data)
{
  return ((LvEngineClient *) data)->connection != NULL;
}

static SoupSession *
new_session (const LvEngineProgram *program, const char *uri)
{
  g_autoptr (GSocketAddress) address =
      uri == NULL ? g_unix_socket_address_new (program->socket_path) : NULL;

  return soup_session_new_with_options ("remote-connectable", address, NULL);
}

void
lv_engine_client_connect (LvEngineClient *client, const LvEngineProgram *program, const char *uri)
{
  g_autofree char *full =
      g_strconcat ("ws://", program->host, uri != NULL ? uri : LV_ENGINE_PATH, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, full);

  *client = (LvEngineClient){ 0 };
  lv_engine_record_init (&client->record);
  client->soup = new_session (program, uri);
  soup_session_websocket_connect_async (client->soup, message, NULL, NULL, G_PRIORITY_DEFAULT, NULL,
                                        on_connected, client);
  lv_test_wait_for (is_connected, client, LV_TEST_TIMEOUT_MS, "the WebSocket handshake");
}

static void
on_probed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection) connection =
      soup_session_websocket_connect_finish (SOUP_SESSION (source), result, &error);

  g_assert_null (connection);
  *(gboolean *) user_data = TRUE;
}

guint
lv_engine_client_probe (const LvEngineProgram *program, const char *path, const char *origin)
{
  g_autofree char *uri = g_strconcat ("ws://", program->host, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, uri);
  g_autoptr (SoupSession) soup = soup_session_new ();
  gboolean done = FALSE;

  soup_session_websocket_connect_async (soup, message, origin, NULL, G_PRIORITY_DEFAULT, NULL,
                                        on_probed, &done);
  lv_test_wait_flag (&done);
  return soup_message_get_status (message);
}

void
lv_engine_client_close (LvEngineClient *client)
{
  g_clear_handle_id (&client->audio_source, g_source_remove);
  if (soup_websocket_connection_get_state (client->connection) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (client->connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  lv_test_wait_flag (&client->record.closed);
  lv_engine_record_clear (&client->record);
  g_clear_pointer (&client->audio, g_bytes_unref);
  g_clear_object (&client->connection);
  g_clear_object (&client->soup);
}

/* ---- sending ---- */

static void
send_frame (LvEngineClient *client, GBytes *frame)
{
  soup_websocket_connection_send_message (client->connection, SOUP_WEBSOCKET_DATA_TEXT, frame);
}

void
lv_engine_client_send (LvEngineClient *client, LvClientMessage *message)
{
  g_autoptr (GBytes) frame = lv_encode_client (message);

  send_frame (client, frame);
  lv_client_message_free (message);
}

void
lv_engine_client_send_json (LvEngineClient *client, const char *json)
{
  soup_websocket_connection_send_text (client->connection, json);
}

void
lv_engine_client_set_up (LvEngineClient *client, LvSetup *setup)
{
  g_autoptr (GBytes) frame = lv_encode_setup (setup);

  lv_setup_free (setup);
  send_frame (client, frame);
  lv_engine_record_wait_for (&client->record, is_setup_complete);
}

static void
send_chunk (LvEngineClient *client)
{
  const guint8 *bytes = g_bytes_get_data (client->audio, NULL);
  GString *text = g_string_new (NULL);
  g_autoptr (GBytes) frame = NULL;

  lv_encode_audio (text, (const gint16 *) (bytes + client->audio_at), LV_CHUNK_FRAMES, LV_RATE_IN);
  frame = g_string_free_to_bytes (text);
  send_frame (client, frame);
  client->audio_at += CHUNK_BYTES;
}

static gboolean
on_audio_tick (gpointer user_data)
{
  LvEngineClient *client = user_data;
  const gint64 elapsed_ms = (g_get_monotonic_time () - client->audio_start_us) / 1000;
  const gsize size = g_bytes_get_size (client->audio);

  while (client->audio_at + CHUNK_BYTES <= size &&
         lv_engine_client_get_streamed_ms (client) + LV_CHUNK_MS <= elapsed_ms)
    send_chunk (client);
  if (client->audio_at + CHUNK_BYTES <= size)
    return G_SOURCE_CONTINUE;

  client->audio_source = 0;
  return G_SOURCE_REMOVE;
}

void
lv_engine_client_stream (LvEngineClient *client, GArray *pcm)
{
  g_clear_pointer (&client->audio, g_bytes_unref);
  g_clear_handle_id (&client->audio_source, g_source_remove);
  client->audio = g_bytes_new (pcm->data, pcm->len * sizeof (gint16));
  client->audio_at = 0;
  client->audio_start_us = g_get_monotonic_time ();
  client->audio_source = g_timeout_add (LV_CHUNK_MS / 2, on_audio_tick, client);
}

guint
lv_engine_client_get_streamed_ms (const LvEngineClient *client)
{
  return client->audio_at / LV_BYTES_PER_FRAME / (LV_RATE_IN / 1000);
}
