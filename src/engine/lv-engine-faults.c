/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-faults.h"

#define DELAY_MAX_MS (60 * 60 * 1000)

struct _LvEngineFaults {
  GQueue queue; /* LvEngineFault, in the order of the script */
};

static const char *const stages[] = {
  [LV_ENGINE_STAGE_CONNECT] = "connect", [LV_ENGINE_STAGE_SETUP] = "setup",
  [LV_ENGINE_STAGE_RESUME] = "resume",   [LV_ENGINE_STAGE_AUDIO] = "audio",
  [LV_ENGINE_STAGE_TURN] = "turn",
};

static const struct {
  const char *name;
  guint number_min, number_max; /* 0, 0: takes none */
} kinds[] = {
  [LV_ENGINE_FAULT_GOAWAY] = { "goaway", 1, DELAY_MAX_MS },
  [LV_ENGINE_FAULT_CLOSE] = { "close", 1000, 4999 },
  [LV_ENGINE_FAULT_DROP] = { "drop", 0, 0 },
  [LV_ENGINE_FAULT_STALL] = { "stall", 0, 0 },
};

void
lv_engine_fault_free (LvEngineFault *fault)
{
  g_free (fault->reason);
  g_free (fault);
}

static gboolean
parse_number (const char *word, guint min, guint max, guint *ret_number)
{
  guint64 number;

  if (word == NULL || !g_ascii_string_to_unsigned (word, 10, min, max, &number, NULL))
    return FALSE;
  *ret_number = number;
  return TRUE;
}

static gboolean
parse_stage (const char *word, LvEngineStage *ret_stage)
{
  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    if (g_str_equal (word, stages[i]))
      {
        *ret_stage = i;
        return TRUE;
      }
  return FALSE;
}

static gboolean
parse_kind (const char *word, LvEngineFaultKind *ret_kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (word, kinds[i].name))
      {
        *ret_kind = i;
        return TRUE;
      }
  return FALSE;
}

static LvEngineFault *
parse_line (const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 5);
  const guint n_words = g_strv_length (words);
  g_autoptr (LvEngineFault) fault = g_new0 (LvEngineFault, 1);

  if (n_words < 3 || !parse_stage (words[0], &fault->stage) ||
      !parse_number (words[1], 0, DELAY_MAX_MS, &fault->delay_ms) ||
      !parse_kind (words[2], &fault->kind))
    return NULL;
  if (kinds[fault->kind].number_max > 0 &&
      !parse_number (words[3], kinds[fault->kind].number_min, kinds[fault->kind].number_max,
                     &fault->number))
    return NULL;
  fault->reason = g_strdup (n_words > 4 ? words[4] : "");
  return g_steal_pointer (&fault);
}

static gboolean
add_line (LvEngineFaults *self, const char *line)
{
  LvEngineFault *fault;

  if (*line == '\0' || *line == '#')
    return TRUE;
  fault = parse_line (line);
  if (fault != NULL)
    g_queue_push_tail (&self->queue, fault);
  return fault != NULL && self->queue.length <= LV_ENGINE_FAULTS_MAX;
}

LvEngineFaults *
lv_engine_faults_load (const char *path, GError **error)
{
  g_autoptr (LvEngineFaults) self = g_new0 (LvEngineFaults, 1);
  g_autoptr (GError) local = NULL;
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (path == NULL)
    return g_steal_pointer (&self);
  if (!g_file_get_contents (path, &text, NULL, &local))
    {
      g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS, local->message);
      return NULL;
    }
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (!add_line (self, g_strstrip (lines[i])))
      {
        g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                     "%s:%u: expected \"connect|setup|resume|audio|turn DELAY-MS "
                     "goaway MS|close CODE REASON|drop|stall\", at most %u times",
                     path, i + 1, LV_ENGINE_FAULTS_MAX);
        return NULL;
      }
  return g_steal_pointer (&self);
}

void
lv_engine_faults_free (LvEngineFaults *self)
{
  g_queue_clear_full (&self->queue, (GDestroyNotify) lv_engine_fault_free);
  g_free (self);
}

LvEngineFault *
lv_engine_faults_take (LvEngineFaults *self, LvEngineStage stage)
{
  for (GList *l = self->queue.head; l != NULL; l = l->next)
    {
      LvEngineFault *fault = l->data;

      if (fault->stage != stage)
        continue;
      g_queue_delete_link (&self->queue, l);
      return fault;
    }
  return NULL;
}
