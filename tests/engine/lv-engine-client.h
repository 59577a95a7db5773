/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The engine as a child process, and a client that talks to it over a real WebSocket, on its unix socket or its port.
 */
#pragma once

#include "lv-engine-record.h"
#include "protocol/lv-setup.h"

#include <libsoup/soup.h>

#define LV_ENGINE_PATH                                                                             \
  "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent"

typedef struct {
  GSubprocess *process;
  char *folder;
  char *socket_path;
  char *host; /* "127.0.0.1:PORT" */
} LvEngineProgram;

/* Starts it with a unix socket, a free port and @arguments (NULL-terminated, nullable), and waits until it listens. */
void lv_engine_program_start (LvEngineProgram *program, const char *const *arguments);
/* SIGTERM; the test fails unless it exits with 0 soon. */
void lv_engine_program_stop (LvEngineProgram *program);

typedef struct {
  SoupSession *soup;
  SoupWebsocketConnection *connection;
  LvEngineRecord record;
  GBytes *audio; /* being streamed */
  gsize audio_at;
  gint64 audio_start_us;
  guint audio_source;
} LvEngineClient;

/* @uri: NULL for the unix socket, otherwise what to append to the host ("/ws/...?key=x"). */
void lv_engine_client_connect (LvEngineClient *client, const LvEngineProgram *program,
                               const char *uri);
/* The status of a handshake that is refused; @origin is nullable. */
guint lv_engine_client_probe (const LvEngineProgram *program, const char *path, const char *origin);
void lv_engine_client_close (LvEngineClient *client);

void lv_engine_client_send (LvEngineClient *client, LvClientMessage *message /* taken */);
void lv_engine_client_send_json (LvEngineClient *client, const char *json);
/* Sends @setup (taken) and waits for setupComplete. */
void lv_engine_client_set_up (LvEngineClient *client, LvSetup *setup);

/* Sends @pcm as a microphone does: 20 ms every 20 ms; lv_engine_client_get_streamed_ms() is how far it is. */
void lv_engine_client_stream (LvEngineClient *client, GArray *pcm);
guint lv_engine_client_get_streamed_ms (const LvEngineClient *client);
