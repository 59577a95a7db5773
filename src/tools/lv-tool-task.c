/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/lv-tool-task.h"

#include "base/lv-random.h"

LvToolTask *
lv_tool_task_new (LvToolRouter *router, LvTool *tool, const char *server_id, LvToolBatch *batch)
{
  LvToolTask *task = g_rc_box_new0 (LvToolTask);

  task->router = router;
  task->id = lv_random_name ();
  task->server_id = g_strdup (server_id != NULL ? server_id : task->id);
  task->tool = g_object_ref (tool);
  task->batch = lv_tool_batch_ref (batch);
  task->slot = lv_tool_batch_add (batch);
  task->cancellable = g_cancellable_new ();
  return task;
}

LvToolTask *
lv_tool_task_ref (LvToolTask *task)
{
  return g_rc_box_acquire (task);
}

static void
task_clear (gpointer data)
{
  LvToolTask *task = data;

  g_free (task->id);
  g_free (task->server_id);
  g_object_unref (task->tool);
  lv_tool_batch_unref (task->batch);
  g_object_unref (task->cancellable);
  g_clear_pointer (&task->parts, g_ptr_array_unref);
}

void
lv_tool_task_unref (LvToolTask *task)
{
  g_rc_box_release_full (task, task_clear);
}

const char *
lv_tool_task_get_name (LvToolTask *task)
{
  return lv_tool_get_name (task->tool);
}

gboolean
lv_tool_task_is_blocking (LvToolTask *task)
{
  return lv_tool_decl_get_behavior (lv_tool_get_decl (task->tool)) == LV_BEHAVIOR_BLOCKING;
}

guint
lv_tool_task_get_timeout_ms (LvToolTask *task)
{
  return lv_tool_decl_get_timeout_ms (lv_tool_get_decl (task->tool));
}

char *
lv_tool_task_describe_timeout (LvToolTask *task)
{
  return g_strdup_printf ("The tool \"%s\" gave no result within %g seconds. Tell the user that it "
                          "takes too long.",
                          lv_tool_task_get_name (task),
                          lv_tool_task_get_timeout_ms (task) / 1000.0);
}

char *
lv_tool_task_describe_gone (LvToolTask *task)
{
  return g_strdup_printf ("The program behind the tool \"%s\" is gone. Tell the user that it was "
                          "closed.",
                          lv_tool_task_get_name (task));
}

gboolean
lv_tool_task_is_known_as (LvToolTask *task, const char *server_id)
{
  return g_strcmp0 (task->server_id, server_id) == 0 && !lv_tool_batch_is_disowned (task->batch);
}

LvFunctionResponse *
lv_tool_task_respond (LvToolTask *task, const char *json, LvScheduling scheduling)
{
  LvFunctionResponse *response =
      lv_function_response_new (task->server_id, lv_tool_task_get_name (task), json);

  response->scheduling = scheduling;
  response->parts = g_steal_pointer (&task->parts);
  return response;
}

void
lv_tool_task_stop (LvToolTask *task, LvCancelReason reason)
{
  lv_tool_cancel (task->tool, task->id, reason);
  g_cancellable_cancel (task->cancellable);
}
