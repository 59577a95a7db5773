/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A SoupServer for tests. libsoup 3.2 keeps its own address, and the socket and the addresses of each connection it took; the
 * leak checker is told so, object by object: to know such leaks by where they come from it would have to write down the
 * whole stack of each allocation, which makes everything several times slower.
 */
#pragma once

#include <libsoup/soup.h>

SoupServer *lv_test_soup_server_new (void);
/* On a free IPv4 port of the loopback. */
gboolean lv_test_soup_server_listen (SoupServer *server, SoupServerListenOptions options,
                                     GError **error);
