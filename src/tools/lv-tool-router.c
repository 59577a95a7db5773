/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-tool-router"

#include "tools/lv-tool-router.h"

#include "base/lv-random.h"
#include "protocol/lv-json-text.h"
#include "protocol/lv-tool-result.h"
#include "tools/lv-tool-task.h"

#include <string.h>

struct _LvToolRouter {
  GObject parent_instance;

  char *session;
  char *owner_app;
  GHashTable *tools; /* wire name -> LvTool */
  GHashTable *calls; /* our id -> LvToolTask that is not answered yet */
  LvToolBudget *budget;
  gboolean locked;
};

enum { RESPOND, NOTE, STARTED, FINISHED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvToolRouter, lv_tool_router, G_TYPE_OBJECT)

static void
emit_responses (LvToolRouter *self, LvToolBatch *batch, GPtrArray *responses)
{
  guint which = lv_tool_batch_is_disowned (batch) ? NOTE : RESPOND;

  g_signal_emit (self, signals[which], 0, responses);
}

static void
send_batch (LvToolRouter *self, LvToolBatch *batch)
{
  g_autoptr (GPtrArray) responses = lv_tool_batch_take (batch);

  if (responses != NULL)
    emit_responses (self, batch, responses);
}

/* The one way out: the call leaves the table, its slot is settled (@json NULL: no answer). */
static void
end_call (LvToolTask *task, LvOutcome outcome, const char *json, LvScheduling scheduling)
{
  g_autoptr (LvToolRouter) self = g_object_ref (task->router);
  g_autoptr (LvToolTask) hold G_GNUC_UNUSED = lv_tool_task_ref (task);

  task->router = NULL;
  g_clear_handle_id (&task->timeout_id, g_source_remove);
  g_hash_table_remove (self->calls, task->id);
  g_debug ("call %s of %s: %s", task->id, lv_tool_task_get_name (task),
           lv_outcome_to_nick (outcome));

  lv_tool_batch_settle (task->batch, task->slot,
                        json != NULL ? lv_tool_task_respond (task, json, scheduling) : NULL);
  send_batch (self, task->batch);
  g_signal_emit (self, signals[FINISHED], 0, task->id, lv_tool_task_get_name (task), outcome);
}

static void
end_call_with_error (LvToolTask *task, LvOutcome outcome, const char *message)
{
  g_autofree char *json = lv_json_text_error (message);

  end_call (task, outcome, json, LV_SCHEDULING_DEFAULT);
}

static void
cancel_call (LvToolTask *task, LvCancelReason reason)
{
  g_autoptr (LvToolTask) hold G_GNUC_UNUSED = lv_tool_task_ref (task);

  end_call (task, LV_OUTCOME_CANCELLED, NULL, LV_SCHEDULING_DEFAULT);
  lv_tool_task_stop (task, reason);
}

static gboolean
on_call_timeout (gpointer user_data)
{
  LvToolTask *task = user_data;
  g_autoptr (LvToolTask) hold G_GNUC_UNUSED = lv_tool_task_ref (task);
  g_autofree char *message = lv_tool_task_describe_timeout (task);

  task->timeout_id = 0;
  end_call_with_error (task, LV_OUTCOME_TIMEOUT, message);
  lv_tool_task_stop (task, LV_CANCEL_TIMEOUT);
  return G_SOURCE_REMOVE;
}

static void
end_call_with_handler_error (LvToolTask *task, const GError *error)
{
  g_autofree char *message = g_utf8_make_valid (error->message, -1);

  if (strlen (message) > LV_CALL_MAX_ERROR)
    *g_utf8_find_prev_char (message, message + LV_CALL_MAX_ERROR + 1) = '\0';
  end_call_with_error (task, lv_tool_get_outcome (error), message);
}

/* Parts wait in the task for the response that is made of it next. */
static char *
read_result (LvToolTask *task, const char *text, GError **error)
{
  g_clear_pointer (&task->parts, g_ptr_array_unref);
  return lv_tool_result_parse (text, &task->parts, error);
}

static void
end_call_with_result (LvToolTask *task, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json = read_result (task, text, &error);
  g_autofree char *message = NULL;

  if (json != NULL)
    {
      end_call (task, LV_OUTCOME_OK, json, LV_SCHEDULING_DEFAULT);
      return;
    }
  message = g_strdup_printf ("The tool \"%s\" ran, but its result cannot be used: %s",
                             lv_tool_task_get_name (task), error->message);
  end_call_with_error (task, LV_OUTCOME_ERROR, message);
}

static void
on_tool_call_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (LvToolTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = lv_tool_call_finish (LV_TOOL (source), result, &error);

  if (task->router == NULL)
    return;
  if (text == NULL)
    end_call_with_handler_error (task, error);
  else if (*text != '\0')
    end_call_with_result (task, text);
  else if (lv_tool_task_is_blocking (task))
    end_call_with_error (task, LV_OUTCOME_ERROR,
                         "The tool gave no result; only a NON_BLOCKING tool may answer later.");
}

static void
lv_tool_router_dispose (GObject *object)
{
  lv_tool_router_cancel_all (LV_TOOL_ROUTER (object), LV_CANCEL_SESSION_CLOSED);
  G_OBJECT_CLASS (lv_tool_router_parent_class)->dispose (object);
}

static void
lv_tool_router_finalize (GObject *object)
{
  LvToolRouter *self = LV_TOOL_ROUTER (object);

  g_free (self->session);
  g_free (self->owner_app);
  g_hash_table_unref (self->tools);
  g_hash_table_unref (self->calls);
  lv_tool_budget_free (self->budget);
  G_OBJECT_CLASS (lv_tool_router_parent_class)->finalize (object);
}

static void
lv_tool_router_class_init (LvToolRouterClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lv_tool_router_dispose;
  G_OBJECT_CLASS (klass)->finalize = lv_tool_router_finalize;
  signals[RESPOND] = g_signal_new ("respond", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_PTR_ARRAY);
  signals[NOTE] = g_signal_new ("note", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, G_TYPE_PTR_ARRAY);
  signals[STARTED] = g_signal_new ("started", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[FINISHED] = g_signal_new ("finished", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_INT);
}

static void
lv_tool_router_init (LvToolRouter *self)
{
  self->tools = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->calls =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) lv_tool_task_unref);
  self->budget = lv_tool_budget_new ();
}

LvToolRouter *
lv_tool_router_new (const char *session, const char *owner_app)
{
  LvToolRouter *self = g_object_new (LV_TYPE_TOOL_ROUTER, NULL);

  self->session = g_strdup (session);
  self->owner_app = g_strdup (owner_app);
  return self;
}

void
lv_tool_router_set_owner_app (LvToolRouter *self, const char *owner_app)
{
  g_free (self->owner_app);
  self->owner_app = g_strdup (owner_app);
}

void
lv_tool_router_set_tools (LvToolRouter *self, GPtrArray *tools)
{
  g_hash_table_remove_all (self->tools);
  for (guint i = 0; i < tools->len; i++)
    {
      LvTool *tool = g_ptr_array_index (tools, i);

      g_hash_table_insert (self->tools, g_strdup (lv_tool_get_name (tool)), g_object_ref (tool));
    }
}

static LvToolTask *
find_by_server_id (LvToolRouter *self, const char *server_id)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (lv_tool_task_is_known_as (value, server_id))
      return value;
  return NULL;
}

/* Why the model may not make this call now, in words that it can act on; NULL: it may. */
static char *
refuse_call (LvToolRouter *self, const LvFunctionCall *request, LvTool *tool)
{
  char *over_budget =
      lv_tool_budget_take (self->budget, g_hash_table_size (self->calls), g_get_monotonic_time ());

  if (over_budget != NULL)
    return over_budget;
  if (tool == NULL)
    return g_strdup_printf ("There is no tool \"%s\" any more, or there never was. Use another "
                            "tool or answer without one.",
                            request->name);
  return lv_tool_refuse (tool, request->args, self->locked);
}

/* Blocking calls share the batch of their message, each other one goes alone. */
static LvToolBatch *
choose_batch (LvTool *tool, LvToolBatch *shared)
{
  if (tool != NULL &&
      lv_tool_decl_get_behavior (lv_tool_get_decl (tool)) == LV_BEHAVIOR_NON_BLOCKING)
    return lv_tool_batch_new ();
  return lv_tool_batch_ref (shared);
}

static void
settle_refused (LvToolRouter *self, const LvFunctionCall *request, LvToolBatch *batch,
                const char *message)
{
  g_autofree char *made_up = request->id == NULL ? lv_random_name () : NULL;
  g_autofree char *json = lv_json_text_error (message);

  lv_tool_batch_settle (
      batch, lv_tool_batch_add (batch),
      lv_function_response_new (made_up != NULL ? made_up : request->id, request->name, json));
  send_batch (self, batch);
}

static void
run_call (LvToolRouter *self, LvToolTask *task, const char *args)
{
  guint timeout_ms = lv_tool_task_get_timeout_ms (task);
  LvToolCall seen_by_tool = {
    .call_id = task->id,
    .name = lv_tool_get_client_name (task->tool),
    .args = args,
    .session = self->session,
    .owner_app = self->owner_app,
    .deadline_us = g_get_real_time () + timeout_ms * G_GINT64_CONSTANT (1000),
    .attempt = 1,
  };

  g_hash_table_insert (self->calls, task->id, lv_tool_task_ref (task));
  task->timeout_id = g_timeout_add (timeout_ms, on_call_timeout, task);
  g_signal_emit (self, signals[STARTED], 0, task->id, lv_tool_task_get_name (task));
  if (task->router != NULL)
    lv_tool_call_async (task->tool, &seen_by_tool, task->cancellable, on_tool_call_done,
                        lv_tool_task_ref (task));
}

static void
handle_call (LvToolRouter *self, const LvFunctionCall *request, LvToolBatch *shared)
{
  LvTool *tool = g_hash_table_lookup (self->tools, request->name);
  g_autoptr (LvToolBatch) batch = choose_batch (tool, shared);
  g_autofree char *refusal = NULL;
  g_autoptr (LvToolTask) task = NULL;

  if (request->id != NULL && find_by_server_id (self, request->id) != NULL)
    return;

  refusal = refuse_call (self, request, tool);
  if (refusal != NULL)
    {
      settle_refused (self, request, batch, refusal);
      return;
    }
  task = lv_tool_task_new (self, tool, request->id, batch);
  run_call (self, task, request->args);
}

void
lv_tool_router_handle_calls (LvToolRouter *self, GPtrArray *calls)
{
  g_autoptr (LvToolRouter) hold G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (LvToolBatch) batch = lv_tool_batch_new ();
  guint own_slot =
      lv_tool_batch_add (batch); /* keeps the batch open until the last call is in it */

  for (guint i = 0; i < calls->len; i++)
    handle_call (self, g_ptr_array_index (calls, i), batch);
  lv_tool_batch_settle (batch, own_slot, NULL);
  send_batch (self, batch);
}

void
lv_tool_router_cancel_ids (LvToolRouter *self, GPtrArray *server_ids)
{
  for (guint i = 0; i < server_ids->len; i++)
    {
      LvToolTask *task = find_by_server_id (self, g_ptr_array_index (server_ids, i));

      if (task != NULL)
        cancel_call (task, LV_CANCEL_MODEL_CANCELLED);
    }
}

/* A copy that outlives what the handlers of our signals do. */
static GPtrArray *
list_calls (LvToolRouter *self)
{
  GPtrArray *calls = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_tool_task_unref);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (calls, lv_tool_task_ref (value));
  return calls;
}

void
lv_tool_router_cancel_all (LvToolRouter *self, LvCancelReason reason)
{
  g_autoptr (GPtrArray) calls = list_calls (self);

  for (guint i = 0; i < calls->len; i++)
    {
      LvToolTask *task = g_ptr_array_index (calls, i);

      if (task->router != NULL)
        cancel_call (task, reason);
    }
}

GPtrArray *
lv_tool_router_forget_server (LvToolRouter *self)
{
  g_autoptr (GPtrArray) calls = list_calls (self);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < calls->len; i++)
    {
      LvToolTask *task = g_ptr_array_index (calls, i);

      lv_tool_batch_disown (task->batch);
      g_ptr_array_add (names, g_strdup (lv_tool_task_get_name (task)));
    }
  return names;
}

void
lv_tool_router_drop_tool (LvToolRouter *self, LvTool *tool)
{
  g_autoptr (GPtrArray) calls = list_calls (self);
  LvTool *known = g_hash_table_lookup (self->tools, lv_tool_get_name (tool));

  if (known != NULL && lv_tool_same (known, tool))
    g_hash_table_remove (self->tools, lv_tool_get_name (tool));

  for (guint i = 0; i < calls->len; i++)
    {
      LvToolTask *task = g_ptr_array_index (calls, i);
      g_autofree char *message = NULL;

      if (task->router == NULL || !lv_tool_same (task->tool, tool))
        continue;
      message = lv_tool_task_describe_gone (task);
      end_call_with_error (task, LV_OUTCOME_GONE, message);
      g_cancellable_cancel (task->cancellable);
    }
}

static LvToolTask *
find_for_update (LvToolRouter *self, const char *owner, const char *call_id, GError **error)
{
  LvToolTask *task = g_hash_table_lookup (self->calls, call_id);

  if (task == NULL)
    g_set_error (error, LV_ERROR, LV_ERROR_NO_SUCH_CALL,
                 "There is no open call \"%s\": it was answered, cancelled or timed out", call_id);
  else if (!g_str_equal (lv_tool_get_owner (task->tool), owner))
    g_set_error (error, LV_ERROR, LV_ERROR_NOT_OWNER, "The call \"%s\" was made to another client",
                 call_id);
  else if (lv_tool_task_is_blocking (task))
    g_set_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED,
                 "The tool \"%s\" is declared BLOCKING: return the result from LvToolTask",
                 lv_tool_task_get_name (task));
  else
    return task;
  return NULL;
}

static void
send_progress (LvToolRouter *self, LvToolTask *task, const char *json, LvScheduling scheduling)
{
  g_autoptr (GPtrArray) responses =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_response_free);
  LvFunctionResponse *response = lv_tool_task_respond (task, json, scheduling);

  response->will_continue = TRUE;
  g_ptr_array_add (responses, response);
  emit_responses (self, task->batch, responses);
}

gboolean
lv_tool_router_update (LvToolRouter *self, const char *owner, const char *call_id,
                       const char *result, gboolean will_continue, LvScheduling scheduling,
                       GError **error)
{
  LvToolTask *task = find_for_update (self, owner, call_id, error);
  g_autofree char *json = NULL;

  if (task == NULL)
    return FALSE;
  json = read_result (task, result, error);
  if (json == NULL)
    return FALSE;

  if (will_continue)
    send_progress (self, task, json, scheduling);
  else
    end_call (task, LV_OUTCOME_OK, json, scheduling);
  return TRUE;
}

void
lv_tool_router_begin_turn (LvToolRouter *self)
{
  lv_tool_budget_begin_turn (self->budget);
}

void
lv_tool_router_set_locked (LvToolRouter *self, gboolean locked)
{
  self->locked = locked;
}

guint
lv_tool_router_get_n_outstanding (LvToolRouter *self)
{
  return g_hash_table_size (self->calls);
}

GVariant *
lv_tool_router_list_outstanding (LvToolRouter *self)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(ss)"));
  g_autoptr (GPtrArray) calls = list_calls (self);

  for (guint i = 0; i < calls->len; i++)
    {
      LvToolTask *task = g_ptr_array_index (calls, i);

      if (!lv_tool_batch_is_disowned (task->batch))
        g_variant_builder_add (&list, "(ss)", task->server_id, lv_tool_task_get_name (task));
    }
  return g_variant_builder_end (&list);
}
