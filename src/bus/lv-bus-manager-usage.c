/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The manager's method GetUsage: what conversations used, of one session or by day. Main thread.
 */
#include "bus/lv-bus-manager-methods.h"

#include "bus/lv-bus-options.h"

typedef struct {
  char *session; /* NULL: all, by day */
  guint days;
} Question;

static void
question_clear (Question *question)
{
  g_free (question->session);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Question, question_clear)

static gboolean
parse_question (GVariant *options, Question *question, GError **error)
{
  static const char *const known[] = { "session", "days", NULL };

  question->days = 1;
  return lv_bus_options_check_known (options, known, error) &&
         lv_bus_options_get_path (options, "session", &question->session, error) &&
         lv_bus_options_get_uint (options, "days", 1, LV_LEDGER_DAYS, &question->days, error);
}

/* Somebody else's session and none are told apart by nobody. */
static LvBusSession *
find_session (LvBusManager *self, LvBusClient *client, const char *path, GError **error)
{
  LvBusSession *session = lv_bus_sessions_find (self->sessions, path);
  LvPeer peer = lv_bus_client_get_peer (client);
  LvObject object = session != NULL ? lv_bus_session_relate (session, client) : LV_OBJECT_FOREIGN;

  if (object == LV_OBJECT_OWN || (object == LV_OBJECT_PUBLIC && peer != LV_PEER_SANDBOXED))
    return session;
  g_set_error (error, LV_ERROR,
               object == LV_OBJECT_PUBLIC ? LV_ERROR_NOT_PERMITTED : LV_ERROR_NOT_OWNER,
               "The usage of %s is for its owner", path);
  return NULL;
}

static gboolean
answer_session (LvBusManager *self, LvBusClient *client, const char *path, GVariant **reply,
                GError **error)
{
  LvBusSession *session = find_session (self, client, path, error);

  if (session == NULL)
    return FALSE;
  *reply =
      g_variant_new ("(@a{sv})", lv_session_describe_usage (lv_bus_session_get_session (session)));
  return TRUE;
}

static gboolean
answer_days (LvBusManager *self, LvBusClient *client, guint n_days, GVariant **reply,
             GError **error)
{
  const LvDaemonConfig *settings = lv_config_get_daemon (self->config);
  GVariantBuilder dict = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  LvBudgetUse use = { 0 };
  GVariant *budget;

  if (!lv_bus_access_may_list_others (lv_bus_client_get_peer (client)))
    {
      g_set_error_literal (error, LV_ERROR, LV_ERROR_NOT_PERMITTED,
                           "The usage of all is not for everybody; name a session of yours");
      return FALSE;
    }
  lv_ledger_get_spent (self->ledger, &use);
  budget = lv_budget_describe (&settings->budget, &use, LV_BUDGETS_OF_DAY);
  g_variant_builder_add (&dict, "{sv}", "days", lv_ledger_list_days (self->ledger, n_days));
  if (budget != NULL)
    g_variant_builder_add (&dict, "{sv}", "budget", budget);
  *reply = g_variant_new ("(a{sv})", &dict);
  return TRUE;
}

static gboolean
handle_get_usage (LvBusManager *self, LvBusClient *client, GVariant *arguments, GVariant **reply,
                  GError **error)
{
  g_autoptr (GVariant) options = g_variant_get_child_value (arguments, 0);
  g_auto (Question) question = { 0 };

  if (!parse_question (options, &question, error))
    return FALSE;
  if (question.session != NULL)
    return answer_session (self, client, question.session, reply, error);
  return answer_days (self, client, question.days, reply, error);
}

const LvBusManagerMethod lv_bus_manager_usage_methods[] = {
  { "GetUsage", handle_get_usage },
  { NULL, NULL },
};
