/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-bus-manager"

#include "bus/lv-bus-credential.h"

#include "base/lv-names.h"
#include "bus/lv-bus-options.h"
#include "config/lv-secret-reader.h"

#include <gio/gunixfdlist.h>
#include <unistd.h>

typedef struct {
  GDBusMethodInvocation *invocation; /* NULL: answered */
  LvVault *vault;
  char *name;
  char *caller;
  LvBusCredentialChanged changed;
  GWeakRef alive;
} Request;

static void
request_free (Request *request)
{
  lv_vault_unref (request->vault);
  g_weak_ref_clear (&request->alive);
  g_free (request->name);
  g_free (request->caller);
  g_free (request);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Request, request_free)

static gboolean
is_used (LvConfig *config, const char *name)
{
  GPtrArray *endpoints = lv_config_get_endpoints (config);

  for (guint i = 0; i < endpoints->len; i++)
    {
      const LvEndpointConfig *endpoint = g_ptr_array_index (endpoints, i);

      if (g_str_equal (endpoint->credential_name, name))
        return TRUE;
    }
  return g_str_equal (name, LV_CREDENTIAL_NAME);
}

static gboolean
check_name (LvConfig *config, const char *name, GError **error)
{
  if (is_used (config, name))
    return TRUE;
  g_set_error (
      error, LV_ERROR, LV_ERROR_INVALID_ARGS,
      "No endpoint of livevoice.conf uses a credential \"%.64s\"; \"%s\" is the API key of "
      "Gemini",
      name, LV_CREDENTIAL_NAME);
  return FALSE;
}

/* The descriptor that comes with the call, -1 with an error when none does. */
static int
dup_fd (GDBusMethodInvocation *invocation, GError **error)
{
  GVariant *arguments = g_dbus_method_invocation_get_parameters (invocation);
  GUnixFDList *fds =
      g_dbus_message_get_unix_fd_list (g_dbus_method_invocation_get_message (invocation));
  gint32 at;
  int fd = -1;

  g_variant_get_child (arguments, 1, "h", &at);
  if (fds != NULL && at >= 0 && at < g_unix_fd_list_get_length (fds))
    fd = g_unix_fd_list_get (fds, at, NULL);
  if (fd < 0)
    g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                         "No file descriptor came with the call");
  return fd;
}

static void
on_kept (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Request) request = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) alive = NULL;

  if (!lv_vault_store_finish (result, &error))
    {
      lv_bus_return_error (request->invocation, error);
      return;
    }
  alive = g_weak_ref_get (&request->alive);
  if (alive != NULL)
    request->changed (alive);
  g_message ("The credential \"%s\" was set or removed by %s", request->name, request->caller);
  g_dbus_method_invocation_return_value (request->invocation, NULL);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Request) request = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LvSecret) secret = lv_secret_read_finish (result, &error);
  Request *kept;

  if (secret == NULL)
    {
      lv_bus_return_error (request->invocation, error);
      return;
    }
  kept = g_steal_pointer (&request);
  lv_vault_store_async (kept->vault, kept->name, secret, on_kept, kept);
}

static Request *
request_new (LvEndpoints *endpoints, LvBusClient *client, GDBusMethodInvocation *invocation,
             const char *name, LvBusCredentialChanged changed, GObject *alive)
{
  Request *request = g_new0 (Request, 1);

  request->invocation = invocation;
  request->vault = lv_vault_ref (lv_endpoints_get_vault (endpoints));
  request->name = g_strdup (name);
  request->caller = lv_bus_client_describe (client);
  request->changed = changed;
  g_weak_ref_init (&request->alive, alive);
  return request;
}

void
lv_bus_credential_set (LvEndpoints *endpoints, LvConfig *config, LvBusClient *client,
                       GDBusMethodInvocation *invocation, LvBusCredentialChanged changed,
                       GObject *alive)
{
  static const char *const known[] = { "remove", NULL };
  g_autoptr (GVariant) options = NULL;
  g_autoptr (GError) error = NULL;
  gboolean remove = FALSE;
  const char *name;
  int fd = -1;
  Request *request;

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(&sh@a{sv})", &name, NULL,
                 &options);
  if (*name == '\0')
    name = LV_CREDENTIAL_NAME;
  if (!lv_bus_options_check_known (options, known, &error) ||
      !lv_bus_options_get_boolean (options, "remove", &remove, &error) ||
      !check_name (config, name, &error) || (!remove && (fd = dup_fd (invocation, &error)) < 0))
    {
      lv_bus_return_error (invocation, error);
      return;
    }
  request = request_new (endpoints, client, invocation, name, changed, alive);
  if (remove)
    lv_vault_store_async (request->vault, name, NULL, on_kept, request);
  else
    lv_secret_read_async (fd, NULL, on_read, request);
}
