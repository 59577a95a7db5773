/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-bus-manager"

#include "bus/lv-bus-credential.h"

#include "base/lv-names.h"
#include "bus/lv-bus-options.h"
#include "config/lv-secret-reader.h"
#include "transport/lv-catalogue.h"

typedef struct {
  GDBusMethodInvocation *invocation;
  LvVault *vault;
  LvEndpoint *judge; /* asked first whether it is right; nullable */
  LvSecret *secret;  /* NULL until it has been read */
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
  g_clear_pointer (&request->judge, lv_endpoint_free);
  g_clear_pointer (&request->secret, lv_secret_free);
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

/* Takes @request. */
static void
keep (Request *request)
{
  lv_vault_store_async (request->vault, request->name, request->secret, on_kept, request);
}

static void
on_judged (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Request) request = data;
  g_autoptr (GError) error = NULL;

  if (lv_catalogue_try_finish (result, &error))
    keep (g_steal_pointer (&request));
  else
    lv_bus_return_error (request->invocation, error);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Request) request = data;
  g_autoptr (GError) error = NULL;
  Request *taken;

  request->secret = lv_secret_read_finish (result, &error);
  if (request->secret == NULL)
    {
      lv_bus_return_error (request->invocation, error);
      return;
    }
  taken = g_steal_pointer (&request);
  if (taken->judge != NULL)
    lv_catalogue_try_async (taken->judge, taken->secret, NULL, on_judged, taken);
  else
    keep (taken);
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

/* *@ret_judge: with "check". */
static gboolean
parse_options (LvEndpoints *endpoints, const char *name, GVariant *options, gboolean *ret_remove,
               LvEndpoint **ret_judge, GError **error)
{
  static const char *const known[] = { "remove", "check", NULL };
  gboolean check = FALSE;

  if (!lv_bus_options_check_known (options, known, error) ||
      !lv_bus_options_get_boolean (options, "remove", ret_remove, error) ||
      !lv_bus_options_get_boolean (options, "check", &check, error))
    return FALSE;
  if (check && !*ret_remove)
    *ret_judge = lv_endpoints_find_judge (endpoints, name, error);
  return !check || *ret_remove || *ret_judge != NULL;
}

void
lv_bus_credential_set (LvEndpoints *endpoints, LvConfig *config, LvBusClient *client,
                       GDBusMethodInvocation *invocation, LvBusCredentialChanged changed,
                       GObject *alive)
{
  g_autoptr (GVariant) options = NULL;
  g_autoptr (LvEndpoint) judge = NULL;
  g_autoptr (GError) error = NULL;
  gboolean remove = FALSE;
  const char *name;
  int fd = -1;
  Request *request;

  g_variant_get (g_dbus_method_invocation_get_parameters (invocation), "(&sh@a{sv})", &name, NULL,
                 &options);
  if (*name == '\0')
    name = LV_CREDENTIAL_NAME;
  if (!check_name (config, name, &error) ||
      !parse_options (endpoints, name, options, &remove, &judge, &error) ||
      (!remove && (fd = lv_bus_dup_fd (invocation, 1, &error)) < 0))
    {
      lv_bus_return_error (invocation, error);
      return;
    }
  request = request_new (endpoints, client, invocation, name, changed, alive);
  request->judge = g_steal_pointer (&judge);
  if (remove)
    keep (request);
  else
    lv_secret_read_async (fd, 0, NULL, on_read, request);
}
