/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-endpoint-url.h"

#include "base/lv-error.h"

#include <gio/gio.h>
#include <string.h>

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return address != NULL ? g_inet_address_get_is_loopback (address)
                         : g_ascii_strcasecmp (host, "localhost") == 0;
}

/* Neither the URL nor anything that prints it may ever hold a credential. */
static const char *
find_fault (GUri *uri)
{
  const char *host = g_uri_get_host (uri);
  const char *query = g_uri_get_query (uri);
  const char *scheme = g_uri_get_scheme (uri);

  if (!g_str_equal (scheme, "ws") && !g_str_equal (scheme, "wss"))
    return "it does not begin with wss:// or ws://";
  if (host == NULL || *host == '\0')
    return "it has no host";
  if (g_uri_get_userinfo (uri) != NULL)
    return "a user name or password in it is not supported";
  if (g_uri_get_fragment (uri) != NULL)
    return "it has a fragment";
  if (query != NULL && (strstr (query, "key=") != NULL || strstr (query, "token=") != NULL))
    return "a key does not belong into it; see livevoice.conf(5) for where it does";
  if (g_str_equal (scheme, "ws") && !is_loopback (host))
    return "plain ws:// is for this machine only; use wss:// for another host";
  return NULL;
}

GUri *
lv_endpoint_url_parse (const char *text, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, &local_error);
  const char *fault = uri != NULL ? find_fault (uri) : local_error->message;

  if (fault == NULL)
    return g_steal_pointer (&uri);
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "The endpoint URL is wrong: %s", fault);
  return NULL;
}
