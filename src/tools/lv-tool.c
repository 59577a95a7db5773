/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/lv-tool.h"

typedef struct {
  LvToolDecl *decl;
  char *client_name;
  char *provider;
  char *owner;
  char *session;
  LvScope scope;
} LvToolPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (LvTool, lv_tool, G_TYPE_OBJECT)

static LvToolPrivate *
get_private (LvTool *self)
{
  return lv_tool_get_instance_private (self);
}

static void
lv_tool_finalize (GObject *object)
{
  LvToolPrivate *priv = get_private (LV_TOOL (object));

  g_clear_pointer (&priv->decl, lv_tool_decl_unref);
  g_free (priv->client_name);
  g_free (priv->provider);
  g_free (priv->owner);
  g_free (priv->session);

  G_OBJECT_CLASS (lv_tool_parent_class)->finalize (object);
}

static void
lv_tool_class_init (LvToolClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_tool_finalize;
}

static void
lv_tool_init (LvTool *self)
{
}

void
lv_tool_set_identity (LvTool *self, const LvToolIdentity *identity)
{
  LvToolPrivate *priv = get_private (self);

  g_return_if_fail (priv->decl == NULL);

  priv->decl = lv_tool_decl_ref (identity->decl);
  priv->client_name = g_strdup (identity->client_name);
  priv->provider = g_strdup (identity->provider);
  priv->owner = g_strdup (identity->owner);
  priv->session = g_strdup (identity->session);
  priv->scope = identity->scope;
}

LvToolDecl *
lv_tool_get_decl (LvTool *self)
{
  return get_private (self)->decl;
}

const char *
lv_tool_get_name (LvTool *self)
{
  return lv_tool_decl_get_name (get_private (self)->decl);
}

const char *
lv_tool_get_client_name (LvTool *self)
{
  return get_private (self)->client_name;
}

const char *
lv_tool_get_provider (LvTool *self)
{
  return get_private (self)->provider;
}

const char *
lv_tool_get_owner (LvTool *self)
{
  return get_private (self)->owner;
}

const char *
lv_tool_get_session (LvTool *self)
{
  return get_private (self)->session;
}

LvScope
lv_tool_get_scope (LvTool *self)
{
  return get_private (self)->scope;
}

gboolean
lv_tool_same (LvTool *a, LvTool *b)
{
  return g_str_equal (lv_tool_get_name (a), lv_tool_get_name (b)) &&
         g_str_equal (lv_tool_get_owner (a), lv_tool_get_owner (b)) &&
         lv_tool_get_scope (a) == lv_tool_get_scope (b) &&
         g_strcmp0 (lv_tool_get_session (a), lv_tool_get_session (b)) == 0;
}

char *
lv_tool_refuse (LvTool *self, const char *args, gboolean locked)
{
  LvToolDecl *decl = lv_tool_get_decl (self);
  g_autoptr (GError) error = NULL;

  if (locked && lv_tool_decl_get_risk (decl) > LV_RISK_READ)
    return g_strdup_printf ("The screen is locked, so \"%s\", which can change something, must not "
                            "be used now. Tell the user to unlock the screen and to ask again.",
                            lv_tool_get_name (self));
  if (!lv_tool_decl_validate_args (decl, args, &error))
    return g_strdup_printf ("%s. Correct the arguments and call again.", error->message);
  return NULL;
}

void
lv_tool_call_async (LvTool *self, const LvToolCall *call, GCancellable *cancellable,
                    GAsyncReadyCallback callback, gpointer user_data)
{
  LV_TOOL_GET_CLASS (self)->call_async (self, call, cancellable, callback, user_data);
}

char *
lv_tool_call_finish (LvTool *self, GAsyncResult *result, GError **error)
{
  return LV_TOOL_GET_CLASS (self)->call_finish (self, result, error);
}

void
lv_tool_cancel (LvTool *self, const char *call_id, LvCancelReason reason)
{
  LV_TOOL_GET_CLASS (self)->cancel (self, call_id, reason);
}

LvOutcome
lv_tool_get_outcome (const GError *error)
{
  if (g_error_matches (error, LV_ERROR, LV_ERROR_NOT_OWNER))
    return LV_OUTCOME_GONE;
  if (g_error_matches (error, LV_ERROR, LV_ERROR_CONSENT_DENIED))
    return LV_OUTCOME_DENIED;
  return LV_OUTCOME_ERROR;
}
