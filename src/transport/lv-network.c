/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-network.h"

#include "config.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

static gboolean
is_plain (const char *uri)
{
  return g_str_has_prefix (uri, "ws:") || g_str_has_prefix (uri, "http:");
}

static gboolean
trust_file (SoupSession *session, const char *path, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (path, &cause);

  if (database == NULL)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                   "The authorities in %s cannot be read: %s; correct ca-file", path,
                   cause->message);
      return FALSE;
    }
  soup_session_set_tls_database (session, database);
  return TRUE;
}

/* Plain connections lead to this machine only, so no proxy may come in between. */
static void
choose_proxy (SoupSession *session, const char *proxy, const char *uri)
{
  g_autoptr (GProxyResolver) resolver = NULL;

  if (is_plain (uri) || g_strcmp0 (proxy, "none") == 0)
    soup_session_set_proxy_resolver (session, NULL);
  else if (proxy != NULL)
    {
      resolver = g_simple_proxy_resolver_new (proxy, NULL);
      soup_session_set_proxy_resolver (session, resolver);
    }
}

SoupSession *
lv_network_session_new (const LvRoute *route, const char *uri, GError **error)
{
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (SoupSession) session = NULL;

  if (route->unix_path != NULL)
    address = g_unix_socket_address_new (route->unix_path);
  session = soup_session_new_with_options ("remote-connectable", address, "user-agent",
                                           "livevoice/" LV_VERSION, NULL);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  choose_proxy (session, route->proxy, uri);
  if (route->ca_file != NULL && !trust_file (session, route->ca_file, error))
    return NULL;
  return g_steal_pointer (&session);
}

void
lv_network_authorize (SoupMessage *message, LvTokenScheme scheme, const LvSecret *secret)
{
  static const struct {
    const char *header;
    const char *prefix;
  } forms[] = {
    [LV_TOKEN_SCHEME_KEY] = { "x-goog-api-key", "" },
    [LV_TOKEN_SCHEME_EPHEMERAL] = { "Authorization", "Token " },
    [LV_TOKEN_SCHEME_BEARER] = { "Authorization", "Bearer " },
  };
  g_autofree char *value = g_strconcat (forms[scheme].prefix, lv_secret_peek (secret), NULL);

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (soup_message_get_request_headers (message), forms[scheme].header,
                                value);
  explicit_bzero (value, strlen (value));
}
