/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-tool-router"

#include "tools/lv-tool-router.h"

#include "base/lv-random.h"
#include "base/lv-rate.h"
#include "protocol/lv-json-text.h"
#include "tools/lv-tool-batch.h"

#include <string.h>

struct _LvToolRouter {
  GObject parent_instance;

  char *session;
  char *owner_app;
  GHashTable *tools; /* wire name -> LvTool */
  GHashTable *calls; /* our id -> Call that is not answered yet */
  LvRate *per_minute;
  guint n_in_turn;
};

/* One call from the server's request to our answer. The handler's reply may come after that: it then finds
 * router NULL. */
typedef struct {
  LvToolRouter *router; /* borrowed; NULL once the call has ended */
  char *id;
  char *server_id;
  LvTool *tool;
  LvToolBatch *batch;
  guint slot;
  GCancellable *cancellable;
  guint timeout_id;
} Call;

enum { RESPOND, STARTED, FINISHED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvToolRouter, lv_tool_router, G_TYPE_OBJECT)

static void
call_clear (gpointer data)
{
  Call *call = data;

  g_free (call->id);
  g_free (call->server_id);
  g_object_unref (call->tool);
  lv_tool_batch_unref (call->batch);
  g_object_unref (call->cancellable);
}

static void
call_unref (Call *call)
{
  g_rc_box_release_full (call, call_clear);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_unref)

static const char *
call_get_name (Call *call)
{
  return lv_tool_get_name (call->tool);
}

static gboolean
call_is_blocking (Call *call)
{
  return lv_tool_decl_get_behavior (lv_tool_get_decl (call->tool)) == LV_BEHAVIOR_BLOCKING;
}

static LvFunctionResponse *
call_respond (Call *call, const char *json, LvScheduling scheduling)
{
  LvFunctionResponse *response =
      lv_function_response_new (call->server_id, call_get_name (call), json);

  response->scheduling = scheduling;
  return response;
}

static void
send_batch (LvToolRouter *self, LvToolBatch *batch)
{
  g_autoptr (GPtrArray) responses = lv_tool_batch_take (batch);

  if (responses != NULL)
    g_signal_emit (self, signals[RESPOND], 0, responses);
}

/* The one way out: the call leaves the table, its slot is settled (@json NULL: no answer). */
static void
end_call (Call *call, LvOutcome outcome, const char *json, LvScheduling scheduling)
{
  g_autoptr (LvToolRouter) self = g_object_ref (call->router);
  g_autoptr (Call) hold = g_rc_box_acquire (call);

  call->router = NULL;
  g_clear_handle_id (&call->timeout_id, g_source_remove);
  g_hash_table_remove (self->calls, call->id);
  g_debug ("call %s of %s: %s", call->id, call_get_name (call), lv_outcome_to_nick (outcome));

  lv_tool_batch_settle (call->batch, call->slot,
                        json != NULL ? call_respond (call, json, scheduling) : NULL);
  send_batch (self, call->batch);
  g_signal_emit (self, signals[FINISHED], 0, call->id, call_get_name (call), outcome);
}

static void
end_call_with_error (Call *call, LvOutcome outcome, const char *message)
{
  g_autofree char *json = lv_json_text_error (message);

  end_call (call, outcome, json, LV_SCHEDULING_DEFAULT);
}

/* The handler is to stop, its reply is of no interest any more. */
static void
tell_handler (Call *call, LvCancelReason reason)
{
  lv_tool_cancel (call->tool, call->id, reason);
  g_cancellable_cancel (call->cancellable);
}

static void
cancel_call (Call *call, LvCancelReason reason)
{
  g_autoptr (Call) hold = g_rc_box_acquire (call);

  end_call (call, LV_OUTCOME_CANCELLED, NULL, LV_SCHEDULING_DEFAULT);
  tell_handler (call, reason);
}

static gboolean
on_call_timeout (gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (Call) hold = g_rc_box_acquire (call);
  guint timeout_ms = lv_tool_decl_get_timeout_ms (lv_tool_get_decl (call->tool));
  g_autofree char *message = g_strdup_printf ("The tool \"%s\" gave no result within %g seconds. "
                                              "Tell the user that it takes too long.",
                                              call_get_name (call), timeout_ms / 1000.0);

  call->timeout_id = 0;
  end_call_with_error (call, LV_OUTCOME_TIMEOUT, message);
  tell_handler (call, LV_CANCEL_TIMEOUT);
  return G_SOURCE_REMOVE;
}

static LvOutcome
get_outcome (const GError *error)
{
  if (g_error_matches (error, LV_ERROR, LV_ERROR_NOT_OWNER))
    return LV_OUTCOME_GONE;
  if (g_error_matches (error, LV_ERROR, LV_ERROR_CONSENT_DENIED))
    return LV_OUTCOME_DENIED;
  return LV_OUTCOME_ERROR;
}

static void
end_call_with_handler_error (Call *call, const GError *error)
{
  g_autofree char *message = g_utf8_make_valid (error->message, -1);

  if (strlen (message) > LV_CALL_MAX_ERROR)
    *g_utf8_find_prev_char (message, message + LV_CALL_MAX_ERROR + 1) = '\0';
  end_call_with_error (call, get_outcome (error), message);
}

static void
end_call_with_result (Call *call, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json = lv_json_text_wrap_result (text, &error);
  g_autofree char *message = NULL;

  if (json != NULL)
    {
      end_call (call, LV_OUTCOME_OK, json, LV_SCHEDULING_DEFAULT);
      return;
    }
  message = g_strdup_printf ("The tool \"%s\" ran, but its result cannot be used: %s",
                             call_get_name (call), error->message);
  end_call_with_error (call, LV_OUTCOME_ERROR, message);
}

static void
on_tool_call_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Call) call = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = lv_tool_call_finish (LV_TOOL (source), result, &error);

  if (call->router == NULL)
    return;
  if (text == NULL)
    end_call_with_handler_error (call, error);
  else if (*text != '\0')
    end_call_with_result (call, text);
  else if (call_is_blocking (call))
    end_call_with_error (call, LV_OUTCOME_ERROR,
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
  lv_rate_free (self->per_minute);
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
  signals[STARTED] = g_signal_new ("started", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[FINISHED] = g_signal_new ("finished", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_INT);
}

static void
lv_tool_router_init (LvToolRouter *self)
{
  self->tools = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->calls = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) call_unref);
  self->per_minute = lv_rate_new (LV_CALLS_MAX_PER_MINUTE, 60 * G_USEC_PER_SEC);
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
lv_tool_router_set_tools (LvToolRouter *self, GPtrArray *tools)
{
  g_hash_table_remove_all (self->tools);
  for (guint i = 0; i < tools->len; i++)
    {
      LvTool *tool = g_ptr_array_index (tools, i);

      g_hash_table_insert (self->tools, g_strdup (lv_tool_get_name (tool)), g_object_ref (tool));
    }
}

static Call *
find_by_server_id (LvToolRouter *self, const char *server_id)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (g_strcmp0 (((Call *) value)->server_id, server_id) == 0)
      return value;
  return NULL;
}

/* Why the model may not make this call now, in words that it can act on; NULL: it may. */
static char *
refuse_call (LvToolRouter *self, const LvFunctionCall *request, LvTool *tool)
{
  g_autoptr (GError) error = NULL;

  if (++self->n_in_turn > LV_CALLS_MAX_PER_TURN)
    return g_strdup_printf ("%d tool calls in a row are the limit. Make no more calls; answer the "
                            "user with what you have.",
                            LV_CALLS_MAX_PER_TURN);
  if (tool == NULL)
    return g_strdup_printf ("There is no tool \"%s\" any more, or there never was. Use another "
                            "tool or answer without one.",
                            request->name);
  if (!lv_tool_decl_validate_args (lv_tool_get_decl (tool), request->args, &error))
    return g_strdup_printf ("%s. Correct the arguments and call again.", error->message);
  if (g_hash_table_size (self->calls) >= LV_CALLS_MAX_OUTSTANDING)
    return g_strdup_printf ("%d tool calls are still running. Wait for their results.",
                            LV_CALLS_MAX_OUTSTANDING);
  if (!lv_rate_take (self->per_minute, g_get_monotonic_time ()))
    return g_strdup_printf ("%d tool calls a minute are the limit. Tell the user to wait a "
                            "little.",
                            LV_CALLS_MAX_PER_MINUTE);
  return NULL;
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

static Call *
call_new (LvToolRouter *self, LvTool *tool, const char *server_id, LvToolBatch *batch)
{
  Call *call = g_rc_box_new0 (Call);

  call->router = self;
  call->id = lv_random_name ();
  call->server_id = g_strdup (server_id != NULL ? server_id : call->id);
  call->tool = g_object_ref (tool);
  call->batch = lv_tool_batch_ref (batch);
  call->slot = lv_tool_batch_add (batch);
  call->cancellable = g_cancellable_new ();
  return call;
}

static void
run_call (LvToolRouter *self, Call *call, const char *args)
{
  guint timeout_ms = lv_tool_decl_get_timeout_ms (lv_tool_get_decl (call->tool));
  LvToolCall seen_by_tool = {
    .call_id = call->id,
    .name = lv_tool_get_client_name (call->tool),
    .args = args,
    .session = self->session,
    .owner_app = self->owner_app,
    .deadline_us = g_get_real_time () + timeout_ms * G_GINT64_CONSTANT (1000),
    .attempt = 1,
  };

  g_hash_table_insert (self->calls, call->id, g_rc_box_acquire (call));
  call->timeout_id = g_timeout_add (timeout_ms, on_call_timeout, call);
  g_signal_emit (self, signals[STARTED], 0, call->id, call_get_name (call));
  if (call->router != NULL)
    lv_tool_call_async (call->tool, &seen_by_tool, call->cancellable, on_tool_call_done,
                        g_rc_box_acquire (call));
}

static void
handle_call (LvToolRouter *self, const LvFunctionCall *request, LvToolBatch *shared)
{
  LvTool *tool = g_hash_table_lookup (self->tools, request->name);
  g_autoptr (LvToolBatch) batch = choose_batch (tool, shared);
  g_autofree char *refusal = NULL;
  g_autoptr (Call) call = NULL;

  if (request->id != NULL && find_by_server_id (self, request->id) != NULL)
    return;

  refusal = refuse_call (self, request, tool);
  if (refusal != NULL)
    {
      settle_refused (self, request, batch, refusal);
      return;
    }
  call = call_new (self, tool, request->id, batch);
  run_call (self, call, request->args);
}

void
lv_tool_router_handle_calls (LvToolRouter *self, GPtrArray *calls)
{
  g_autoptr (LvToolRouter) hold = g_object_ref (self);
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
      Call *call = find_by_server_id (self, g_ptr_array_index (server_ids, i));

      if (call != NULL)
        cancel_call (call, LV_CANCEL_MODEL_CANCELLED);
    }
}

/* A copy that outlives what the handlers of our signals do. */
static GPtrArray *
list_calls (LvToolRouter *self)
{
  GPtrArray *calls = g_ptr_array_new_with_free_func ((GDestroyNotify) call_unref);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (calls, g_rc_box_acquire (value));
  return calls;
}

void
lv_tool_router_cancel_all (LvToolRouter *self, LvCancelReason reason)
{
  g_autoptr (GPtrArray) calls = list_calls (self);

  for (guint i = 0; i < calls->len; i++)
    {
      Call *call = g_ptr_array_index (calls, i);

      if (call->router != NULL)
        cancel_call (call, reason);
    }
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
      Call *call = g_ptr_array_index (calls, i);
      g_autofree char *message = NULL;

      if (call->router == NULL || !lv_tool_same (call->tool, tool))
        continue;
      message = g_strdup_printf ("The program behind the tool \"%s\" is gone. Tell the user that "
                                 "it was closed.",
                                 call_get_name (call));
      end_call_with_error (call, LV_OUTCOME_GONE, message);
      g_cancellable_cancel (call->cancellable);
    }
}

static Call *
find_for_update (LvToolRouter *self, const char *owner, const char *call_id, GError **error)
{
  Call *call = g_hash_table_lookup (self->calls, call_id);

  if (call == NULL)
    g_set_error (error, LV_ERROR, LV_ERROR_NO_SUCH_CALL,
                 "There is no open call \"%s\": it was answered, cancelled or timed out", call_id);
  else if (!g_str_equal (lv_tool_get_owner (call->tool), owner))
    g_set_error (error, LV_ERROR, LV_ERROR_NOT_OWNER, "The call \"%s\" was made to another client",
                 call_id);
  else if (call_is_blocking (call))
    g_set_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED,
                 "The tool \"%s\" is declared BLOCKING: return the result from Call",
                 call_get_name (call));
  else
    return call;
  return NULL;
}

static void
send_progress (LvToolRouter *self, Call *call, const char *json, LvScheduling scheduling)
{
  g_autoptr (GPtrArray) responses =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_response_free);
  LvFunctionResponse *response = call_respond (call, json, scheduling);

  response->will_continue = TRUE;
  g_ptr_array_add (responses, response);
  g_signal_emit (self, signals[RESPOND], 0, responses);
}

gboolean
lv_tool_router_update (LvToolRouter *self, const char *owner, const char *call_id,
                       const char *result, gboolean will_continue, LvScheduling scheduling,
                       GError **error)
{
  Call *call = find_for_update (self, owner, call_id, error);
  g_autofree char *json = NULL;

  if (call == NULL)
    return FALSE;
  json = lv_json_text_wrap_result (result, error);
  if (json == NULL)
    return FALSE;

  if (will_continue)
    send_progress (self, call, json, scheduling);
  else
    end_call (call, LV_OUTCOME_OK, json, scheduling);
  return TRUE;
}

void
lv_tool_router_begin_turn (LvToolRouter *self)
{
  self->n_in_turn = 0;
}

guint
lv_tool_router_get_n_outstanding (LvToolRouter *self)
{
  return g_hash_table_size (self->calls);
}
