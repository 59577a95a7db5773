/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

static LvTool *
find_tool (GPtrArray *tools, const char *name)
{
  for (guint i = 0; tools != NULL && i < tools->len; i++)
    if (g_str_equal (lv_tool_get_name (tools->pdata[i]), name))
      return tools->pdata[i];
  return NULL;
}

/* Takes out what the model would refuse; progress it cannot tell from a final answer. */
static void
adapt_results (LvSession *self, GPtrArray *results, gboolean as_note)
{
  gboolean may_continue = !as_note && lv_session_can (self, LV_CAN_WILL_CONTINUE);

  for (guint i = results->len; i-- > 0;)
    {
      LvFunctionResponse *response = results->pdata[i];

      if (!lv_session_can (self, LV_CAN_SCHEDULING))
        response->scheduling = LV_SCHEDULING_DEFAULT;
      if (response->will_continue && !may_continue)
        g_ptr_array_remove_index (results, i);
    }
}

gboolean
lv_session_has_spoken_result (GPtrArray *results)
{
  for (guint i = 0; i < results->len; i++)
    {
      const LvFunctionResponse *response = results->pdata[i];

      if (response->scheduling != LV_SCHEDULING_SILENT && !response->will_continue)
        return TRUE;
    }
  return FALSE;
}

void
lv_session_tell_results (LvSession *self, GPtrArray *results, gboolean as_note)
{
  if (!lv_session_is_live (self))
    return;
  adapt_results (self, results, as_note);
  if (results->len == 0)
    return;
  lv_session_send_results (self, results, as_note);
  if (!lv_session_has_spoken_result (results))
    return;
  if (as_note)
    {
      self->answer_due = TRUE;
      lv_doctor_ask (self->doctor, LV_ASKED_TEXT, g_get_monotonic_time ());
    }
  lv_session_dispatch (self, LV_EVENT_OWED);
}

static void
on_router_respond (LvToolRouter *router, GPtrArray *responses, LvSession *self)
{
  lv_session_tell_results (self, responses, FALSE);
}

static void
on_router_note (LvToolRouter *router, GPtrArray *responses, LvSession *self)
{
  lv_session_tell_results (self, responses, TRUE);
}

static void
on_router_started (LvToolRouter *router, const char *call_id, const char *name, LvSession *self)
{
  LvTool *tool = find_tool (self->declared, name);

  if (tool != NULL && lv_tool_decl_get_behavior (lv_tool_get_decl (tool)) == LV_BEHAVIOR_BLOCKING)
    g_hash_table_add (self->blocking, g_strdup (call_id));
  lv_session_keep (self);
  g_signal_emit_by_name (self, "tool-started", call_id, name);
  lv_session_update_state (self);
}

static void
on_router_finished (LvToolRouter *router, const char *call_id, const char *name, LvOutcome outcome,
                    LvSession *self)
{
  g_hash_table_remove (self->blocking, call_id);
  lv_session_keep (self);
  g_signal_emit_by_name (self, "tool-finished", call_id, name, outcome);
  lv_session_update_state (self);
  lv_session_consider_rotation (self);
}

static void
on_registry_removed (LvToolRegistry *registry, LvTool *tool, LvSession *self)
{
  lv_tool_router_drop_tool (self->router, tool);
}

/* What the model was told of stays callable for as long as somebody offers it, also after the
 * provider came back. */
void
lv_session_match_tools (LvSession *self)
{
  g_autoptr (GPtrArray) offered = NULL;
  g_autoptr (GPtrArray) callable = g_ptr_array_new ();

  if (self->declared == NULL)
    return;
  offered =
      lv_tool_registry_list (self->services.registry, self->owner, self->path, self->with_shared);
  for (guint i = 0; i < offered->len; i++)
    if (find_tool (self->declared, lv_tool_get_name (offered->pdata[i])) != NULL)
      g_ptr_array_add (callable, offered->pdata[i]);
  lv_tool_router_set_tools (self->router, callable);
}

void
lv_session_init_tools (LvSession *self)
{
  LvToolRegistry *registry = self->services.registry;

  self->router = lv_tool_router_new (self->path, self->owner_app);
  self->blocking = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_signal_connect_object (self->router, "respond", G_CALLBACK (on_router_respond), self, 0);
  g_signal_connect_object (self->router, "note", G_CALLBACK (on_router_note), self, 0);
  g_signal_connect_object (self->router, "started", G_CALLBACK (on_router_started), self, 0);
  g_signal_connect_object (self->router, "finished", G_CALLBACK (on_router_finished), self, 0);
  g_signal_connect_object (registry, "removed", G_CALLBACK (on_registry_removed), self, 0);
  g_signal_connect_object (registry, "changed", G_CALLBACK (lv_session_match_tools), self,
                           G_CONNECT_SWAPPED);
}

GPtrArray *
lv_session_list_made_tools (LvSession *self)
{
  g_autoptr (GPtrArray) tools =
      lv_tool_registry_list (self->services.registry, self->owner, self->path, FALSE);
  GPtrArray *decls = g_ptr_array_new ();

  for (guint i = 0; i < tools->len; i++)
    if (lv_tool_get_session (tools->pdata[i]) != NULL)
      g_ptr_array_add (decls, lv_tool_get_decl (tools->pdata[i]));
  return decls;
}

/* Who knows no functions, or only translates, is spared those that others share. */
static GPtrArray *
list_tools (LvSession *self)
{
  gboolean with_shared = self->with_shared && *self->running->translate_to == '\0' &&
                         lv_model_can (self->model, LV_CAN_FUNCTIONS);

  return lv_tool_registry_list (self->services.registry, self->owner, self->path, with_shared);
}

gboolean
lv_session_knows_tools (LvSession *self)
{
  g_autoptr (GPtrArray) offered = NULL;

  if (self->declared == NULL)
    return TRUE;
  offered = list_tools (self);
  for (guint i = 0; i < offered->len; i++)
    if (find_tool (self->declared, lv_tool_get_name (offered->pdata[i])) == NULL)
      return FALSE;
  return offered->len == self->declared->len;
}

GPtrArray *
lv_session_declare_tools (LvSession *self)
{
  GPtrArray *decls = g_ptr_array_new ();

  g_clear_pointer (&self->declared, g_ptr_array_unref);
  self->declared = list_tools (self);
  lv_tool_router_set_tools (self->router, self->declared);
  for (guint i = 0; i < self->declared->len; i++)
    g_ptr_array_add (decls, lv_tool_get_decl (self->declared->pdata[i]));
  return decls;
}

void
lv_session_free_tools (LvSession *self)
{
  lv_tool_router_cancel_all (self->router, LV_CANCEL_SESSION_CLOSED);
  g_clear_pointer (&self->declared, g_ptr_array_unref);
}

void
lv_session_do_begin_turn (LvSession *self)
{
  lv_tool_router_begin_turn (self->router);
  self->has_usage = FALSE;
  self->usage_missing = FALSE;
}

GPtrArray *
lv_session_disown_calls (LvSession *self)
{
  lv_session_disown_results (self);
  return lv_tool_router_forget_server (self->router);
}

void
lv_session_handle_calls (LvSession *self, GPtrArray *calls)
{
  self->usage_missing = FALSE;
  lv_session_note_understood (self);
  lv_session_dispatch (self, LV_EVENT_TOOL_CALL);
  lv_tool_router_handle_calls (self->router, calls);
}

gboolean
lv_session_update_call (LvSession *self, const char *owner, const char *call_id, const char *result,
                        gboolean will_continue, LvScheduling scheduling, GError **error)
{
  return lv_tool_router_update (self->router, owner, call_id, result, will_continue, scheduling,
                                error);
}
