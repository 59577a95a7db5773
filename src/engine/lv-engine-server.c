/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-engine-server"

#include "engine/lv-engine-server.h"

#include "engine/lv-engine-link.h"
#include "engine/lv-engine-player.h"
#include "engine/lv-engine-rest.h"

#include <string.h>

#define UNREGISTERED                                                                               \
  "Method doesn't allow unregistered callers (callers without established identity). Please use "  \
  "API Key or other form of API consumer identity to call this API."
#define BAD_KEY "API key not valid. Please pass a valid API key."
#define BAD_TOKEN "Request had invalid authentication credentials."

struct _LvEngineServer {
  GObject parent_instance;

  /* borrowed */
  const LvEngineOptions *options;

  /* owned */
  SoupServer *soup;
  LvEngineMemory *memory;
  LvEngineTokens *tokens;
  LvEngineFaults *faults;
  LvEngineReplay *replay; /* nullable */
  GPtrArray *links;       /* LvEngineLink, until they are closed */
  GPtrArray *players;     /* LvEnginePlayer, likewise */

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

static gboolean
is_deserted (LvEngineServer *self)
{
  return self->links->len == 0 && self->players->len == 0;
}

static void
watch_idle (LvEngineServer *self)
{
  g_clear_handle_id (&self->idle_timeout, g_source_remove);
  if (self->options->idle_exit_s > 0 && is_deserted (self) && !self->stopping)
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

/* A place is refused with a close code or an HTTP status, and the words of the service. */
typedef struct {
  guint close_code;
  guint status;
  const char *reason; /* NULL: it is not refused */
} Refusal;

static const Refusal welcome = { 0 };
static const Refusal unregistered = { 1008, SOUP_STATUS_FORBIDDEN, UNREGISTERED };
static const Refusal bad_key = { 1007, SOUP_STATUS_BAD_REQUEST, BAD_KEY };
static const Refusal bad_token = { 1008, SOUP_STATUS_FORBIDDEN, BAD_TOKEN };
static const Refusal too_many = { 1011, 0, "The service is currently unavailable." };

static Refusal
check_key (LvEngineServer *self, const LvEngineAddress *address, const char *key)
{
  const char *wanted = self->options->api_key;
  const gboolean is_token = key != NULL && g_str_has_prefix (key, LV_ENGINE_TOKEN_PREFIX);

  if (address->place == LV_ENGINE_PLACE_CONSTRAINED)
    return !is_token                                           ? unregistered
           : lv_engine_tokens_find (self->tokens, key) == NULL ? bad_token
                                                               : welcome;
  if (is_token)
    return unregistered;
  if (wanted == NULL || g_strcmp0 (key, wanted) == 0)
    return welcome;
  return key != NULL ? bad_key : unregistered;
}

/* ---- connections ---- */

static void
forget (LvEngineServer *self, GPtrArray *connections, gpointer connection)
{
  g_ptr_array_remove (connections, connection);
  watch_idle (self);
  if (self->stopping && is_deserted (self))
    finish (self);
}

static void
on_link_closed (LvEngineLink *link, LvEngineServer *self)
{
  forget (self, self->links, link);
}

static void
on_player_closed (LvEnginePlayer *player, LvEngineServer *self)
{
  forget (self, self->players, player);
}

static guint
count_open (LvEngineServer *self)
{
  guint n = 0;

  for (guint i = 0; i < self->links->len; i++)
    n += lv_engine_link_is_open (self->links->pdata[i]);
  return n;
}

static gboolean
is_too_large (SoupMessageHeaders *headers)
{
  return soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED ||
         soup_message_headers_get_content_length (headers) > LV_ENGINE_REST_BODY_MAX_BYTES;
}

static gboolean
is_conversation (const LvEngineAddress *address)
{
  return address->place == LV_ENGINE_PLACE_LIVE || address->place == LV_ENGINE_PLACE_CONSTRAINED;
}

static void
refuse_as_scripted (LvEngineServer *self, SoupServerMessage *message)
{
  g_autoptr (GPtrArray) due = lv_engine_faults_take (self->faults, LV_ENGINE_STAGE_REQUEST);

  const LvEngineFault *fault = due != NULL ? due->pdata[0] : NULL;

  if (fault == NULL)
    return;
  lv_engine_fault_tell (fault);
  lv_engine_rest_refuse (message, fault->number, "The service is currently unavailable.");
}

/* Before a body is read. A browser names the page that connects; a page from anywhere must not talk
 * to a local server. */
static void
on_request (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  LvEngineServer *self = user_data;
  LvEngineAddress address;

  if (!lv_engine_address_parse (path, &address))
    lv_engine_rest_refuse (message, SOUP_STATUS_NOT_FOUND, "There is nothing at this path.");
  else if (soup_message_headers_get_one (headers, "Origin") != NULL)
    lv_engine_rest_refuse (message, SOUP_STATUS_FORBIDDEN, "Web pages are not served.");
  else if (is_conversation (&address) && soup_message_headers_get_one (headers, "Upgrade") == NULL)
    lv_engine_rest_refuse (message, SOUP_STATUS_BAD_REQUEST, "This path takes a WebSocket.");
  else if (is_too_large (headers))
    lv_engine_rest_refuse (message, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE,
                           "The request is too large.");
  else if (is_conversation (&address))
    refuse_as_scripted (self, message);
}

static void
on_resource (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
             gpointer user_data)
{
  LvEngineServer *self = user_data;
  g_autofree char *key = dup_key (message);
  LvEngineAddress address;
  Refusal refusal;

  if (!lv_engine_address_parse (path, &address) || is_conversation (&address))
    return;
  refusal = check_key (self, &address, key);
  if (refusal.reason != NULL)
    lv_engine_rest_refuse (message, refusal.status, refusal.reason);
  else
    lv_engine_rest_answer (message, &address, self->tokens);
}

static LvApi
find_api (const LvEngineAddress *address)
{
  if (address->vertex)
    return LV_API_VERTEX;
  return g_str_equal (address->version, "v1alpha") ? LV_API_DEVELOPER_V1ALPHA
                                                   : LV_API_DEVELOPER_V1BETA;
}

static LvEngineSession *
new_session (LvEngineServer *self, const LvEngineAddress *address, const char *key)
{
  LvEngineSession *session =
      lv_engine_session_new (self->options, self->memory, find_api (address));

  if (address->place == LV_ENGINE_PLACE_CONSTRAINED)
    lv_engine_session_set_token (session, lv_engine_tokens_find (self->tokens, key));
  return session;
}

static void
add_player (LvEngineServer *self, SoupWebsocketConnection *connection)
{
  LvEnginePlayer *player =
      lv_engine_player_new (self->replay, connection, self->options->text_frames);

  g_signal_connect_object (player, "closed", G_CALLBACK (on_player_closed), self, 0);
  g_ptr_array_add (self->players, player);
  watch_idle (self);
}

static void
add_link (LvEngineServer *self, SoupServerMessage *message, const LvEngineAddress *address,
          SoupWebsocketConnection *connection)
{
  g_autofree char *key = dup_key (message);
  Refusal refusal =
      count_open (self) < LV_ENGINE_MAX_CONNECTIONS ? check_key (self, address, key) : too_many;
  LvEngineWire *wire = NULL;
  LvEngineLink *link;

  if (lv_engine_faults_touch_wire (self->faults))
    wire = lv_engine_wire_new (soup_server_message_get_socket (message));
  link = lv_engine_link_new (connection,
                             refusal.reason == NULL ? new_session (self, address, key) : NULL,
                             self->options->text_frames, wire, self->faults);
  g_signal_connect_object (link, "closed", G_CALLBACK (on_link_closed), self, 0);
  g_ptr_array_add (self->links, link);
  watch_idle (self);
  if (refusal.reason != NULL)
    lv_engine_link_close (link, refusal.close_code, refusal.reason);
}

static void
on_websocket (SoupServer *soup, SoupServerMessage *message, const char *path,
              SoupWebsocketConnection *connection, gpointer user_data)
{
  LvEngineServer *self = user_data;
  LvEngineAddress address;

  if (!lv_engine_address_parse (path, &address))
    return;
  if (self->replay != NULL)
    add_player (self, connection);
  else
    add_link (self, message, &address, connection);
}

/* ---- life ---- */

static void
lv_engine_server_init (LvEngineServer *self)
{
  self->memory = lv_engine_memory_new ();
  self->tokens = lv_engine_tokens_new ();
  self->links = g_ptr_array_new_with_free_func (g_object_unref);
  self->players = g_ptr_array_new_with_free_func (g_object_unref);
  self->soup = soup_server_new (NULL, NULL);
  soup_server_add_early_handler (self->soup, NULL, on_request, self, NULL);
  soup_server_add_handler (self->soup, NULL, on_resource, self, NULL);
  soup_server_add_websocket_handler (self->soup, NULL, NULL, NULL, on_websocket, self, NULL);
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
  g_clear_pointer (&self->players, g_ptr_array_unref);
  g_clear_object (&self->soup);

  G_OBJECT_CLASS (lv_engine_server_parent_class)->dispose (object);
}

static void
lv_engine_server_finalize (GObject *object)
{
  LvEngineServer *self = LV_ENGINE_SERVER (object);

  lv_engine_memory_free (self->memory);
  lv_engine_tokens_free (self->tokens);
  lv_engine_faults_free (self->faults);
  g_clear_pointer (&self->replay, lv_engine_replay_free);

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

void
lv_engine_server_set_replay (LvEngineServer *self, LvEngineReplay *replay)
{
  self->replay = replay;
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
  if (is_deserted (self))
    {
      finish (self);
      return;
    }
  self->stop_timeout = g_timeout_add (LV_ENGINE_STOP_TIMEOUT_MS, on_stop_timeout, self);
  for (guint i = self->links->len; i > 0; i--)
    lv_engine_link_close (self->links->pdata[i - 1], SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "");
  for (guint i = self->players->len; i > 0; i--)
    lv_engine_player_close (self->players->pdata[i - 1], SOUP_WEBSOCKET_CLOSE_GOING_AWAY, "");
}
