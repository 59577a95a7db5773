/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/lv-tool-batch.h"

struct _LvToolBatch {
  guint n_open;
  gboolean disowned;
  GPtrArray *slots; /* LvFunctionResponse, NULL where open or without an answer */
};

static void
clear_response (gpointer response)
{
  if (response != NULL)
    lv_function_response_free (response);
}

LvToolBatch *
lv_tool_batch_new (void)
{
  LvToolBatch *batch = g_rc_box_new0 (LvToolBatch);

  batch->slots = g_ptr_array_new_with_free_func (clear_response);
  return batch;
}

LvToolBatch *
lv_tool_batch_ref (LvToolBatch *batch)
{
  return g_rc_box_acquire (batch);
}

static void
clear_batch (gpointer data)
{
  LvToolBatch *batch = data;

  g_ptr_array_unref (batch->slots);
}

void
lv_tool_batch_unref (LvToolBatch *batch)
{
  g_rc_box_release_full (batch, clear_batch);
}

void
lv_tool_batch_disown (LvToolBatch *batch)
{
  batch->disowned = TRUE;
}

gboolean
lv_tool_batch_is_disowned (LvToolBatch *batch)
{
  return batch->disowned;
}

guint
lv_tool_batch_add (LvToolBatch *batch)
{
  g_ptr_array_add (batch->slots, NULL);
  batch->n_open++;
  return batch->slots->len - 1;
}

void
lv_tool_batch_settle (LvToolBatch *batch, guint slot, LvFunctionResponse *response)
{
  g_return_if_fail (batch->n_open > 0 && slot < batch->slots->len);

  batch->slots->pdata[slot] = response;
  batch->n_open--;
}

GPtrArray *
lv_tool_batch_take (LvToolBatch *batch)
{
  g_autoptr (GPtrArray) responses = NULL;

  if (batch->n_open > 0)
    return NULL;

  responses = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_response_free);
  for (guint i = 0; i < batch->slots->len; i++)
    if (batch->slots->pdata[i] != NULL)
      g_ptr_array_add (responses, g_steal_pointer (&batch->slots->pdata[i]));
  return responses->len > 0 ? g_steal_pointer (&responses) : NULL;
}
