/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One attempt to reach an endpoint: the engine is started when it is the engine's, the credential
 * fetched, the connection made, the upgrade asked for. Half of lv-websocket, which watches over the
 * time it takes. Main thread.
 */
#pragma once

#include "transport/lv-close.h"
#include "transport/lv-endpoint.h"
#include "transport/lv-engine-launcher.h"

#include <libsoup/soup.h>

/* @launcher is nullable. */
void lv_dial_async (const LvEndpoint *endpoint, LvEngineLauncher *launcher,
                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);

/* New; or NULL with an error of LV_ERROR and in *@ret_retry what to do about it. */
SoupWebsocketConnection *lv_dial_finish (GAsyncResult *result, LvRetry *ret_retry, GError **error);
