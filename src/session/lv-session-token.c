/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A private session that changes hands: the token that leads its application back to it, what is
 * taken over from an earlier session, and a new owner. Main thread.
 */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "base/lv-random.h"
#include "session/lv-session-setup.h"

const char *
lv_session_get_token (LvSession *self)
{
  return self->token;
}

const char *
lv_session_get_holder (LvSession *self)
{
  return self->holder;
}

/* Without another conversation in between, what was taken over is all there is. */
static void
keep_adopted (LvSession *self)
{
  g_autofree char *key = lv_resumption_key_of_token (self->token);
  g_autoptr (GVariantDict) dict = g_variant_dict_new (self->adopted);

  g_variant_dict_insert (dict, "holder", "s", self->holder);
  lv_resumptions_put (self->services.resumptions, key, dict);
}

static gboolean
check_has_use (LvSession *self, GError **error)
{
  gboolean lingers = self->profile->linger_s > 0;

  if (self->owner == NULL)
    g_set_error_literal (error, LV_ERROR, LV_ERROR_UNSUPPORTED,
                         "The default session goes on by itself at the next Start");
  else if (!lingers && !lv_session_keeps (self))
    g_set_error_literal (error, LV_ERROR, LV_ERROR_UNSUPPORTED,
                         "livevoice.conf has keep-conversation=false, and the session does not "
                         "linger");
  else if (!lingers && !lv_session_is_live (self) && self->adopted == NULL && self->token == NULL)
    g_set_error_literal (error, LV_ERROR, LV_ERROR_NOT_READY,
                         "There is no conversation to come back to; call Start first");
  else
    return TRUE;
  return FALSE;
}

const char *
lv_session_make_token (LvSession *self, const char *holder, GError **error)
{
  g_autofree char *random = NULL;

  if (!check_has_use (self, error))
    return NULL;
  if (self->token != NULL)
    return self->token;
  random = lv_random_name ();
  self->token = g_strconcat (LV_TOKEN_PREFIX, random, NULL);
  self->holder = g_strdup (holder);
  if (self->adopted != NULL && lv_session_keeps (self))
    keep_adopted (self);
  else
    lv_session_keep (self);
  g_free (self->kept_key);
  self->kept_key = lv_session_keeps (self) ? lv_resumption_key_of_token (self->token) : NULL;
  return self->token;
}

gboolean
lv_session_check_adoption (const LvSessionServices *services, const LvProfile *profile,
                           GVariant *conversation, GError **error)
{
  g_autoptr (LvEndpoint) endpoint =
      lv_session_setup_find_endpoint (profile, services->endpoints, error);
  g_autofree char *here = endpoint != NULL ? lv_session_name_endpoint (endpoint) : NULL;
  const char *there = "", *model = "";

  if (endpoint == NULL)
    return FALSE;
  g_variant_lookup (conversation, "endpoint", "&s", &there);
  g_variant_lookup (conversation, "model", "&s", &model);
  if (g_str_equal (there, here) && g_str_equal (model, endpoint->model_resource))
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
               "The conversation is one of the model %s, and of its endpoint; it goes on nowhere "
               "else",
               model);
  return FALSE;
}

void
lv_session_adopt (LvSession *self, GVariant *conversation)
{
  self->adopted = g_variant_ref (conversation);
  lv_session_restore (self, conversation);
}

static void
set_owner_app (LvSession *self, const char *owner_app)
{
  if (g_str_equal (self->owner_app, owner_app))
    return;
  g_free (self->owner_app);
  self->owner_app = g_strdup (owner_app);
  lv_tool_router_set_owner_app (self->router, owner_app);
  lv_session_emit_changed (self, "owner-app");
}

/* From now on it leads nowhere, whoever wrote it down. */
static void
use_token (LvSession *self)
{
  g_autofree char *token = g_steal_pointer (&self->token);
  g_autofree char *key = token != NULL ? lv_resumption_key_of_token (token) : NULL;

  g_clear_pointer (&self->holder, g_free);
  g_clear_pointer (&self->kept_key, g_free);
  if (key != NULL && self->services.resumptions != NULL)
    lv_resumptions_forget (self->services.resumptions, key);
}

void
lv_session_set_owner (LvSession *self, const char *owner, const char *owner_app)
{
  g_free (self->owner);
  self->owner = g_strdup (owner);
  use_token (self);
  set_owner_app (self, owner_app);
  lv_session_match_tools (self);
  if (!lv_session_knows_tools (self))
    lv_session_configure (self, self->profile, TRUE);
}
