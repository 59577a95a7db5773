/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE 1 /* struct ucred */
#include "media/lv-video-trust.h"

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <sys/socket.h>

#define SOCKET "pipewire-0"

/* The process that made the listening socket: PipeWire, or the service manager for it. Of a pair of
 * sockets: who made the pair. */
static pid_t
get_listener (int fd)
{
  struct ucred peer = { 0 };
  socklen_t size = sizeof peer;

  return getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.pid : 0;
}

static const char *
get_runtime_dir (void)
{
  const char *directory = g_getenv ("PIPEWIRE_RUNTIME_DIR");

  return directory != NULL ? directory : g_get_user_runtime_dir ();
}

gboolean
lv_video_trust_check (int fd)
{
  g_autofree char *path = g_build_filename (get_runtime_dir (), SOCKET, NULL);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocket) own =
      g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  pid_t listener = get_listener (fd);

  if (own == NULL || listener == 0)
    return FALSE;
  g_socket_set_blocking (own, FALSE);
  return g_socket_connect (own, address, NULL, NULL) &&
         get_listener (g_socket_get_fd (own)) == listener;
}
