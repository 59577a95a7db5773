/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What every HTTP connection of ours has in common, be it the upgrade to a WebSocket or a REST
 * request: who is trusted, which proxy is used, how a secret travels. Certificates are always
 * verified. Main thread.
 */
#pragma once

#include "transport/lv-token-source.h"

#include <libsoup/soup.h>

/* How to get there; borrowed. All nullable. */
typedef struct {
  const char *unix_path;
  const char *ca_file; /* the only authorities that count; NULL: those of the system */
  const char *proxy;   /* NULL: as the system says; "none"; or a URL */
} LvRoute;

/* For requests to @uri and its neighbours. INVALID_ARGS when the CA file is none. */
SoupSession *lv_network_session_new (const LvRoute *route, const char *uri, GError **error);

/* Puts @secret into the header where @scheme has it, and makes sure that it does not follow a
 * redirection. */
void lv_network_authorize (SoupMessage *message, LvTokenScheme scheme, const LvSecret *secret);
