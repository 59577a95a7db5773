/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where a resume token leads: to a session that its owner left, or to a conversation that was kept.
 * Main thread.
 */
#include "bus/lv-bus-sessions-private.h"

static LvBusSession *
find_session (LvBusSessions *self, const char *token)
{
  GHashTableIter iter;
  gpointer session;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session))
    if (g_strcmp0 (lv_session_get_token (lv_bus_session_get_session (session)), token) == 0)
      return session;
  return NULL;
}

/* What is somebody else's is not there. */
static gboolean
check_holder (LvBusClient *client, const char *holder, GError **error)
{
  if (holder != NULL && lv_bus_client_is_holder (client, holder))
    return TRUE;
  g_set_error_literal (error, LV_ERROR, LV_ERROR_NO_SUCH_SESSION,
                       "The resume token leads nowhere: it was used, the conversation was ended or "
                       "is too old, or it is another application's");
  return FALSE;
}

static gboolean
check_session (LvBusSessions *self, LvBusClient *client, LvBusSession *session, GError **error)
{
  const char *holder = lv_session_get_holder (lv_bus_session_get_session (session));

  if (!check_holder (client, holder, error))
    return FALSE;
  if (lv_bus_session_is_orphaned (session))
    return lv_bus_sessions_check_share (self, lv_bus_client_get_name (client), error);
  g_set_error_literal (error, LV_ERROR, LV_ERROR_BUSY,
                       "The connection that the session belongs to is still there");
  return FALSE;
}

gboolean
lv_bus_sessions_find_resumed (LvBusSessions *self, LvBusClient *client, const char *token,
                              LvBusSession **ret_session, GVariant **ret_conversation,
                              GError **error)
{
  g_autofree char *key = lv_resumption_key_of_token (token);
  LvBusSession *session = find_session (self, token);
  GVariant *conversation = NULL;
  const char *holder = NULL;

  if (session != NULL && !check_session (self, client, session, error))
    return FALSE;
  *ret_session = session;
  if (session != NULL)
    return TRUE;
  if (self->services.resumptions != NULL)
    conversation = lv_resumptions_find (self->services.resumptions, key);
  if (conversation != NULL)
    g_variant_lookup (conversation, "holder", "&s", &holder);
  if (!check_holder (client, holder, error))
    return FALSE;
  *ret_conversation = g_variant_ref (conversation);
  return TRUE;
}

gboolean
lv_bus_sessions_check_adoption (LvBusSessions *self, const LvProfile *profile,
                                GVariant *conversation, GError **error)
{
  return lv_session_check_adoption (&self->services, profile, conversation, error);
}

void
lv_bus_sessions_adopt (LvBusSessions *self, const char *path, const char *token,
                       GVariant *conversation)
{
  g_autofree char *key = lv_resumption_key_of_token (token);

  lv_session_adopt (lv_bus_session_get_session (lv_bus_sessions_find (self, path)), conversation);
  lv_resumptions_forget (self->services.resumptions, key);
}
