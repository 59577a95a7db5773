/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-listen.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SYSTEMD_FIRST_FD 3
#define SYSTEMD_MAX_FDS 8

static GSocket *
listen_at (GSocketAddress *address, GError **error)
{
  g_autoptr (GSocket) socket =
      g_socket_new (g_socket_address_get_family (address), G_SOCKET_TYPE_STREAM,
                    G_SOCKET_PROTOCOL_DEFAULT, error);

  if (socket == NULL || !g_socket_bind (socket, address, TRUE, error) ||
      !g_socket_listen (socket, error))
    return NULL;
  return g_steal_pointer (&socket);
}

/* ---- unix ---- */

static gboolean
is_in_use (GSocketAddress *address)
{
  g_autoptr (GSocket) probe =
      g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);

  return probe != NULL && g_socket_connect (probe, address, NULL, NULL);
}

static GSocket *
listen_unix (const char *path, GError **error)
{
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autofree char *folder = g_path_get_dirname (path);
  GSocket *socket;
  mode_t mask;

  if (is_in_use (address))
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "Another program listens on %s", path);
      return NULL;
    }
  g_mkdir_with_parents (folder, 0700);
  g_unlink (path);
  mask = umask (0177);
  socket = listen_at (address, error);
  umask (mask);
  return socket;
}

/* ---- TCP ---- */

static GInetAddress *
parse_host (const char *host)
{
  return g_str_equal (host, "localhost") ? g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4)
                                         : g_inet_address_new_from_string (host);
}

static GSocketAddress *
parse_address (const LvEngineOptions *options, GError **error)
{
  g_autoptr (GSocketConnectable) parsed = g_network_address_parse (options->listen, 0, NULL);
  GNetworkAddress *address = (GNetworkAddress *) parsed;
  g_autoptr (GInetAddress) host = NULL;

  if (address != NULL)
    host = parse_host (g_network_address_get_hostname (address));
  if (host == NULL)
    g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                 "--listen %s: write an address and a port, such as 127.0.0.1:8765",
                 options->listen);
  else if (!options->any_host && !g_inet_address_get_is_loopback (host))
    g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                 "--listen %s: others could reach that address; if they may, add --any-host",
                 options->listen);
  else
    return g_inet_socket_address_new (host, g_network_address_get_port (address));
  return NULL;
}

static GSocket *
listen_tcp (const LvEngineOptions *options, GError **error)
{
  g_autoptr (GSocketAddress) address = parse_address (options, error);

  return address != NULL ? listen_at (address, error) : NULL;
}

/* ---- inherited ---- */

static GSocket *
adopt (int fd, GError **error)
{
  if (fcntl (fd, F_SETFD, FD_CLOEXEC) == 0)
    return g_socket_new_from_fd (fd, error);

  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "Descriptor %d: %s", fd, g_strerror (errno));
  return NULL;
}

/* How many descriptors systemd has passed to this very process. */
static int
count_systemd_fds (void)
{
  const char *pid = g_getenv ("LISTEN_PID");
  const char *fds = g_getenv ("LISTEN_FDS");

  if (pid == NULL || fds == NULL || strtol (pid, NULL, 10) != getpid ())
    return 0;
  return CLAMP (strtol (fds, NULL, 10), 0, SYSTEMD_MAX_FDS);
}

/* ---- all ---- */

static gboolean
add (GPtrArray *sockets, GSocket *socket)
{
  if (socket != NULL)
    g_ptr_array_add (sockets, socket);
  return socket != NULL;
}

GPtrArray *
lv_engine_listen (const LvEngineOptions *options, GError **error)
{
  g_autoptr (GPtrArray) sockets = g_ptr_array_new_with_free_func (g_object_unref);
  const int n_systemd_fds = count_systemd_fds ();

  for (int i = 0; i < n_systemd_fds; i++)
    if (!add (sockets, adopt (SYSTEMD_FIRST_FD + i, error)))
      return NULL;
  if (options->listen_fd >= 0 && !add (sockets, adopt (options->listen_fd, error)))
    return NULL;
  if (options->socket_path != NULL && !add (sockets, listen_unix (options->socket_path, error)))
    return NULL;
  if (options->listen != NULL && !add (sockets, listen_tcp (options, error)))
    return NULL;
  if (sockets->len > 0)
    return g_steal_pointer (&sockets);

  g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                       "Nothing to listen on: give --socket PATH or --listen 127.0.0.1:PORT");
  return NULL;
}

char *
lv_engine_listen_describe (GSocket *socket)
{
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, NULL);

  if (G_IS_UNIX_SOCKET_ADDRESS (address))
    return g_strdup_printf ("unix:%s",
                            g_unix_socket_address_get_path (G_UNIX_SOCKET_ADDRESS (address)));
  return g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
}

void
lv_engine_listen_notify_ready (void)
{
  static const char ready[] = "READY=1";
  const char *path = g_getenv ("NOTIFY_SOCKET");
  const gboolean abstract = path != NULL && *path == '@';
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) socket = NULL;

  if (path == NULL)
    return;
  address = g_unix_socket_address_new_with_type (
      path + abstract, -1, abstract ? G_UNIX_SOCKET_ADDRESS_ABSTRACT : G_UNIX_SOCKET_ADDRESS_PATH);
  socket =
      g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  if (socket != NULL)
    g_socket_send_to (socket, address, ready, strlen (ready), NULL, NULL);
}
