/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An endpoint of the configuration as an address: the only place that knows cloud from local, and
 * the one API from the other. Which endpoint it is, lv-endpoints decides. Pure. Source of the URLs
 * and of the model names: Live API reference, WebSocket endpoints.
 */
#pragma once

#include "config/lv-endpoint-config.h"
#include "config/lv-profile.h"
#include "protocol/lv-model.h"
#include "transport/lv-token-source.h"

typedef struct {
  char *name;      /* of the endpoint, for people: "gemini", "engine", a URL's host */
  char *uri;       /* ws:// or wss:// with path; never contains a key */
  char *rest_uri;  /* http:// or https://, to the version; NULL where there is no REST */
  char *unix_path; /* connect to this socket instead of the URI's host; NULL for TCP */
  char *ca_file;   /* the only authorities that count; NULL: those of the system */
  char *proxy;     /* NULL: as the system says; "none"; or a URL */
  LvApi api;
  gboolean is_engine;        /* the local engine, started on demand */
  char *model_resource;      /* what setup.model must say: "models/gemini-3.8-live" */
  LvTokenSource *credential; /* owned; NULL: it takes none */
} LvEndpoint;

/* The engine's socket: $LIVEVOICE_ENGINE_SOCKET, or livevoice/engine.sock below $XDG_RUNTIME_DIR
 * (/run without one). New. */
char *lv_endpoint_dup_engine_socket (void);

/* For what @profile asks of which model. */
LvEndpoint *lv_endpoint_new (const LvEndpointConfig *config, const LvProfile *profile,
                             LvTokenSource *credential);
/* @model "" for the default one. */
LvEndpoint *lv_endpoint_new_engine (const char *model);
/* INVALID_ARGS for a bad URL. */
LvEndpoint *lv_endpoint_new_url (const char *url, const char *model, GError **error);

/* Whether the endpoint is one of Google's. A key for it goes to no other host unless the
 * configuration says so: an application may choose another URL, and must not get the key that
 * way. */
gboolean lv_endpoint_is_google (const LvEndpoint *endpoint);

LvEndpoint *lv_endpoint_copy (const LvEndpoint *endpoint);
void lv_endpoint_free (LvEndpoint *endpoint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEndpoint, lv_endpoint_free)
