/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-test-tool.h"

G_DEFINE_FINAL_TYPE (LvTestTool, lv_test_tool, LV_TYPE_TOOL)

static void
replace (char **field, const char *value)
{
  g_free (*field);
  *field = g_strdup (value);
}

static void
lv_test_tool_call_async (LvTool *tool, const LvToolCall *call, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  LvTestTool *self = LV_TEST_TOOL (tool);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_ptr_array_add (self->tasks, task);
  g_ptr_array_add (self->call_ids, g_strdup (call->call_id));
  replace (&self->args, call->args);
  replace (&self->name, call->name);
  replace (&self->session, call->session);
  replace (&self->owner_app, call->owner_app);
  self->deadline_us = call->deadline_us;
  self->attempt = call->attempt;
}

static char *
lv_test_tool_call_finish (LvTool *tool, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
lv_test_tool_cancel (LvTool *tool, const char *call_id, LvCancelReason reason)
{
  g_ptr_array_add (LV_TEST_TOOL (tool)->cancels,
                   g_strdup_printf ("%s %s", call_id, lv_cancel_reason_to_nick (reason)));
}

static void
lv_test_tool_finalize (GObject *object)
{
  LvTestTool *self = LV_TEST_TOOL (object);

  g_ptr_array_unref (self->tasks);
  g_ptr_array_unref (self->call_ids);
  g_ptr_array_unref (self->cancels);
  g_free (self->args);
  g_free (self->name);
  g_free (self->session);
  g_free (self->owner_app);
  G_OBJECT_CLASS (lv_test_tool_parent_class)->finalize (object);
}

static void
lv_test_tool_class_init (LvTestToolClass *klass)
{
  LvToolClass *tool_class = LV_TOOL_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = lv_test_tool_finalize;
  tool_class->call_async = lv_test_tool_call_async;
  tool_class->call_finish = lv_test_tool_call_finish;
  tool_class->cancel = lv_test_tool_cancel;
}

static void
lv_test_tool_init (LvTestTool *self)
{
  self->tasks = g_ptr_array_new ();
  self->call_ids = g_ptr_array_new_with_free_func (g_free);
  self->cancels = g_ptr_array_new_with_free_func (g_free);
}

LvTestTool *
lv_test_tool_new (const char *declaration, const char *owner, LvScope scope, const char *session)
{
  LvTestTool *self = g_object_new (LV_TYPE_TEST_TOOL, NULL);
  g_autofree char *json = g_strdup_printf ("[%s]", declaration);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) decls = lv_tool_decl_parse_array (json, &error);
  LvToolIdentity identity;

  g_assert_no_error (error);
  identity = (LvToolIdentity){
    .decl = decls->pdata[0],
    .client_name = "as_declared",
    .provider = "Test",
    .owner = owner,
    .session = session,
    .scope = scope,
  };
  lv_tool_set_identity (LV_TOOL (self), &identity);
  return self;
}

static GTask *
take_task (LvTestTool *self)
{
  g_assert_cmpuint (self->tasks->len, >, 0);
  return g_ptr_array_steal_index (self->tasks, 0);
}

void
lv_test_tool_return (LvTestTool *self, const char *result)
{
  g_autoptr (GTask) task = take_task (self);

  g_task_return_pointer (task, g_strdup (result), g_free);
}

void
lv_test_tool_fail (LvTestTool *self, int code, const char *message)
{
  g_autoptr (GTask) task = take_task (self);

  g_task_return_new_error (task, LV_ERROR, code, "%s", message);
}
