/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a profile to an address: the only place that knows cloud from local. "auto" is Gemini when
 * there is a key, the offline engine otherwise. Pure. Source of the URLs: Live API reference,
 * WebSocket endpoints.
 */
#pragma once

#include "config/lv-profile.h"

#include <gio/gio.h>

typedef struct {
  char *uri;                /* ws:// or wss:// with path; never contains a key */
  char *unix_path;          /* connect to this socket instead of the URI's host; NULL for TCP */
  gboolean is_engine;       /* the local engine, started on demand */
  gboolean needs_key;       /* send x-goog-api-key */
  gboolean answers_in_text; /* its model can; those of the cloud answer by voice alone */
  char *model_resource;     /* what setup.model must say: "models/gemini-3.8-live" */
} LvEndpoint;

/* The engine's socket: $LIVEVOICE_ENGINE_SOCKET, or livevoice/engine.sock below $XDG_RUNTIME_DIR
 * (/run without one). New. */
char *lv_endpoint_dup_engine_socket (void);

/* A key goes to Google's hosts alone: an application may choose another endpoint, and must not get
 * the key that way. INVALID_ARGS for a bad URL. */
LvEndpoint *lv_endpoint_new (const LvProfile *profile, gboolean have_key, GError **error);
LvEndpoint *lv_endpoint_copy (const LvEndpoint *endpoint);
void lv_endpoint_free (LvEndpoint *endpoint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEndpoint, lv_endpoint_free)
