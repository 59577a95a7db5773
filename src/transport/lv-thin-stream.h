/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A connection as libsoup hands it over, watched by its socket alone. libsoup's own streams are
 * wrapped into each other, and so are the sources that wait for them: five, made anew for each
 * message, and a message is read in pieces of 1 KiB. Here one source watches the socket for as long
 * as somebody waits, and one call reads. Who reads from it must do so until it would block. libsoup
 * does not see the socket any more, so on a plain connection it no longer shuts down its half
 * behind its close frame. Main thread.
 */
#pragma once

#include <libsoup/soup.h>

/* Bytes read at once; more than libsoup may have read ahead with the handshake, so that the first
 * call takes all of that, and what comes later is in the socket. */
#define LV_THIN_STREAM_BUFFER (16 * 1024)

#define LV_TYPE_THIN_STREAM (lv_thin_stream_get_type ())
G_DECLARE_FINAL_TYPE (LvThinStream, lv_thin_stream, LV, THIN_STREAM, GIOStream)

/* The streams of @connection, which must not read from them itself and is kept as long. They end at
 * @end: a socket, perhaps with TLS around it. Closing it closes them. */
GIOStream *lv_thin_stream_new (SoupWebsocketConnection *connection, GIOStream *end);
