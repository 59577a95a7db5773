/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-engine-server"

#include "engine/lv-engine-server.h"

#include "engine/lv-engine-link.h"

#include <string.h>

#define DEVELOPER_PREFIX "/ws/google.ai.generativelanguage."
#define VERTEX_PREFIX "/ws/google.cloud.aiplatform."

static const char *const paths[] = {
  DEVELOPER_PREFIX "v1beta.GenerativeService.BidiGenerateContent",
  DEVELOPER_PREFIX "v1alpha.GenerativeService.BidiGenerateContent",
  DEVELOPER_PREFIX "v1beta.GenerativeService.BidiGenerateContentConstrained",
  DEVELOPER_PREFIX "v1alpha.GenerativeService.BidiGenerateContentConstrained",
  VERTEX_PREFIX "v1.LlmBidiService/BidiGenerateContent",
  VERTEX_PREFIX "v1beta1.LlmBidiService/BidiGenerateContent",
};

struct _LvEngineServer {
  GObject parent_instance;

  /* borrowed */
  const LvEngineOptions *options;

  /* owned */
  SoupServer *soup;
  LvEngineMemory *memory;
  LvEngineFaults *faults;
  GPtrArray *links; /* LvEngineLink, until they are closed */

  guint idle_timeout;
  guint stop_timeout;
  gboolean stopping;
};

enum { FINISHED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvEngineServer, lv_engine_server, G_TYPE_OBJECT)

static void
finish (LvEngineServer *self)
{
  g_clear_handle_id (&self->idle_timeout, g_source_remove);
  g_clear_handle_id (&self->stop_timeout, g_source_remove);
  g_signal_emit (self, signals[FINISHED], 0);
}

static gboolean
on_idle_timeout (gpointer user_data)
{
  LvEngineServer *self = user_data;

  self->idle_timeout = 0;
  finish (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_stop_timeout (gpointer user_data)
{
  LvEngineServer *self = user_data;

  self->stop_timeout = 0;
  finish (self);
  return G_SOURCE_REMOVE;
}

static void
watch_idle (LvEngineServer *self)
{
  g_clear_handle_id (&self->idle_timeout, g_source_remove);
  if (self->options->idle_exit_s > 0 && self->links->len == 0 && !self->stopping)
    self->idle_timeout = g_timeout_add_seconds (self->options->idle_exit_s, on_idle_timeout, self);
}

/* ---- keys ---- */

/* The credential in any of the places that the service takes it from; NULL when there is none. */
static char *
dup_key (SoupServerMessage *message)
{
  static const char *const schemes[] = { "Bearer ", "Token " };
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *header = soup_message_headers_get_one (headers, "x-goog-api-key");
  const char *authorization = soup_message_headers_get_one (headers, "Authorization");
  const char *query = g_uri_get_query (soup_server_message_get_uri (message));
  g_autoptr (GHashTable) form = query != NULL ? soup_form_decode (query) : NULL;
  const char *key = header;

  if (key == NULL && form != NULL)
    key = g_hash_table_lookup (form, "key");
  if (key == NULL && form != NULL)
    key = g_hash_table_lookup (form, "access_token");
  for (guint i = 0; key == NULL && authorization != NULL && i < G_N_ELEMENTS (schemes); i++)
    if (g_str_has_prefix (authorization, schemes[i]))
      key = authorization + strlen (schemes[i]);
  return g_strdup (key);
}

static guint
count_open (LvEngineServer *self)
{
  guint n = 0;

  for (guint i = 0; i < self->links->len; i++)
    n += lv_engine_link_is_open (self->links->pdata[i]);
  return n;
}

/* Why the connection is refused, as a close code and the service's words; 0 when it is not. */
static guint
refuse (LvEngineServer *self, SoupServerMessage *message, const char **reason)
{
  g_autofree char *key = dup_key (message);
  const char *wanted = self->options->api_key;

  if (count_open (self) >= LV_ENGINE_MAX_CONNECTIONS)
    {
      *reason = "The service is currently unavailable.";
      return 1011;
    }
  if (wanted == NULL || g_strcmp0 (key, wanted) == 0)
    return 0;

  *reason = key != NULL ? "API key not valid. Please pass a valid API key."
                        : "Method doesn't allow unregistered callers (callers without established "
                          "identity).";
  return key != NULL ? 1007 : 1008;
}

/* ---- connections ---- */

static void
on_link_closed (LvEngineLink *link, LvEngineServer *self)
{
  g_ptr_array_remove (self->links, link);
  watch_idle (self);
  if (self->stopping && self->links->len == 0)
    finish (self);
}

/* A browser names the page that connects; a page from anywhere must not talk to a local server. */
static void
on_request (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  if (soup_message_headers_get_one (headers, "Origin") != NULL)
    soup_server_message_set_status (message, SOUP_STATUS_FORBIDDEN, NULL);
}

static void
on_websocket (SoupServer *soup, SoupServerMessage *message, const char *path,
              SoupWebsocketConnection *connection, gpointer user_data)
{
  LvEngineServer *self = user_data;
  const char *reason;
  const guint code = refuse (self, message, &reason);
  LvEngineSession *session = NULL;
  LvEngineLink *link;

  if (code == 0)
    session =
        lv_engine_session_new (self->options, self->memory, g_str_has_prefix (path, VERTEX_PREFIX));
  link = lv_engine_link_new (connection, session, self->options->text_frames, self->faults);
  g_signal_connect_object (link, "closed", G_CALLBACK (on_link_closed), self, 0);
  g_ptr_array_add (self->links, link);
  watch_idle (self);
  if (code != 0)
    lv_engine_link_close (link, code, reason);
}

/* ---- life ---- */

static void
lv_engine_server_init (LvEngineServer *self)
{
  self->memory = lv_engine_memory_new ();
  self->links = g_ptr_array_new_with_free_func (g_object_unref);
  self->soup = soup_server_new (NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      soup_server_add_early_handler (self->soup, paths[i], on_request, NULL, NULL);
      soup_server_add_websocket_handler (self->soup, paths[i], NULL, NULL, on_websocket, self,
                                         NULL);
    }
}

static void
lv_engine_server_dispose (GObject *object)
{
  LvEngineServer *self = LV_ENGINE_SERVER (object);

  g_clear_handle_id (&self->idle_timeout, g_source_remove);
  g_clear_handle_id (&self->stop_timeout, g_source_remove);
  if (self->soup != NULL)
    soup_server_disconnect (self->soup);
  g_clear_pointer (&self->links, g_ptr_array_unref);
  g_clear_object (&self->soup);

  G_OBJECT_CLASS (lv_engine_server_parent_class)->dispose (object);
}

static void
lv_engine_server_finalize (GObject *object)
{
  LvEngineServer *self = LV_ENGINE_SERVER (object);

  lv_engine_memory_free (self->memory);
  lv_engine_faults_free (self->faults);

  G_OBJECT_CLASS (lv_engine_server_parent_class)->finalize (object);
}

static void
lv_engine_server_class_init (LvEngineServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lv_engine_server_dispose;
  object_class->finalize = lv_engine_server_finalize;

  signals[FINISHED] = g_signal_new ("finished", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

LvEngineServer *
lv_engine_server_new (const LvEngineOptions *options, LvEngineFaults *faults)
{
  LvEngineServer *self = g_object_new (LV_TYPE_ENGINE_SERVER, NULL);

  self->options = options;
  self->faults = faults;
  return self;
}

gboolean
lv_engine_server_start (LvEngineServer *self, GPtrArray *sockets, GError **error)
{
  for (guint i = 0; i < sockets->len; i++)
    if (!soup_server_listen_socket (self->soup, sockets->pdata[i], 0, error))
      return FALSE;

  watch_idle (self);
  return TRUE;
}

void
lv_engine_server_stop (LvEngineServer *self)
{
  if (self->stopping)
    return;

  self->stopping = TRUE;
  soup_server_disconnect (self->soup);
  if (self->links->len == 0)
    {
      finish (self);
      return;
    }
  self->stop_timeout = g_timeout_add (LV_ENGINE_STOP_TIMEOUT_MS, on_stop_timeout, self);
  for (guint i = self->links->len; i > 0; i--)
    lv_engine_link_close (self->links->pdata[i - 1], SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "");
}
