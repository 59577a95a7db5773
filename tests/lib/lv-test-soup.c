/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test-soup.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#else
#define __lsan_ignore_object(object) (void) (object)
#define __lsan_disable()
#define __lsan_enable()
#endif

static void
on_request (SoupServer *server, SoupServerMessage *message)
{
  __lsan_ignore_object (soup_server_message_get_socket (message));
  __lsan_ignore_object (soup_server_message_get_local_address (message));
  __lsan_ignore_object (soup_server_message_get_remote_address (message));
}

SoupServer *
lv_test_soup_server_new (void)
{
  SoupServer *server = soup_server_new (NULL, NULL);

  g_signal_connect (server, "request-started", G_CALLBACK (on_request), NULL);
  return server;
}

gboolean
lv_test_soup_server_listen (SoupServer *server, SoupServerListenOptions options, GError **error)
{
  gboolean listens;

  __lsan_disable ();
  listens = soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY | options, error);
  __lsan_enable ();
  return listens;
}
