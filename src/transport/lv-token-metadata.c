/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-token-metadata.h"

#include "transport/lv-token-exchange.h"

#define TOKEN_PATH "/computeMetadata/v1/instance/service-accounts/default/token"
#define ADVICE "give the virtual machine a service account, or choose another credential"

struct _LvTokenMetadata {
  LvTokenSource parent_instance;

  char *uri;
};

G_DEFINE_FINAL_TYPE (LvTokenMetadata, lv_token_metadata, LV_TYPE_TOKEN_SOURCE)

/* Nobody knows its name outside of a virtual machine: that says what is missing, not that the
 * network is down. */
static void
on_token (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  guint lifetime_s;
  g_autoptr (GError) error = NULL;
  LvSecret *secret = lv_token_exchange_finish (result, &lifetime_s, &error);

  g_task_set_task_data (task, GUINT_TO_POINTER (lifetime_s), NULL);
  if (secret != NULL)
    g_task_return_pointer (task, secret, (GDestroyNotify) lv_secret_free);
  else if (g_error_matches (error, LV_ERROR, LV_ERROR_NETWORK))
    g_task_return_new_error (
        task, LV_ERROR, LV_ERROR_NO_CREDENTIAL,
        "No credential of Google Cloud was found: run \"gcloud auth application-default login\", "
        "or set credential-file; this is no virtual machine of Google's either (%s)",
        error->message);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
lv_token_metadata_fetch_async (LvTokenSource *source, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data)
{
  LvTokenMetadata *self = LV_TOKEN_METADATA (source);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  const LvRoute route = { .proxy = "none" };
  const LvHttpRequest request = { .uri = self->uri,
                                  .header = "Metadata-Flavor",
                                  .value = "Google",
                                  .timeout_ms = lv_token_source_get_timeout_ms (source) };

  lv_token_exchange_async (&route, &request, ADVICE, cancellable, on_token, task);
}

static LvSecret *
lv_token_metadata_fetch_finish (LvTokenSource *source, GAsyncResult *result, guint *ret_lifetime_s,
                                GError **error)
{
  *ret_lifetime_s = GPOINTER_TO_UINT (g_task_get_task_data (G_TASK (result)));
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
lv_token_metadata_finalize (GObject *object)
{
  g_free (LV_TOKEN_METADATA (object)->uri);
  G_OBJECT_CLASS (lv_token_metadata_parent_class)->finalize (object);
}

static void
lv_token_metadata_class_init (LvTokenMetadataClass *klass)
{
  LvTokenSourceClass *source_class = LV_TOKEN_SOURCE_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = lv_token_metadata_finalize;
  source_class->fetch_async = lv_token_metadata_fetch_async;
  source_class->fetch_finish = lv_token_metadata_fetch_finish;
}

static void
lv_token_metadata_init (LvTokenMetadata *self)
{
}

LvTokenSource *
lv_token_metadata_new (const LvEndpointConfig *config)
{
  LvTokenMetadata *self = g_object_new (LV_TYPE_TOKEN_METADATA, NULL);

  self->uri = g_strconcat (config->metadata_url, TOKEN_PATH, NULL);
  return LV_TOKEN_SOURCE (self);
}
