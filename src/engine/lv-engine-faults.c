/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-engine-faults"

#include "engine/lv-engine-faults.h"

#include "protocol/lv-json-text.h"

#include <string.h>

struct _LvEngineFaults {
  GQueue queue; /* LvEngineFault, in the order of the script */
};

static const char *const stages[LV_ENGINE_N_STAGES + 1] = {
  [LV_ENGINE_STAGE_REQUEST] = "request",     [LV_ENGINE_STAGE_CONNECT] = "connect",
  [LV_ENGINE_STAGE_HELLO] = "hello",         [LV_ENGINE_STAGE_RESUMING] = "resuming",
  [LV_ENGINE_STAGE_SETUP] = "setup",         [LV_ENGINE_STAGE_RESUME] = "resume",
  [LV_ENGINE_STAGE_ASKED] = "asked",         [LV_ENGINE_STAGE_HEARD] = "heard",
  [LV_ENGINE_STAGE_AUDIO] = "audio",         [LV_ENGINE_STAGE_CALL] = "call",
  [LV_ENGINE_STAGE_RESULT] = "result",       [LV_ENGINE_STAGE_INTERRUPTED] = "interrupted",
  [LV_ENGINE_STAGE_GENERATED] = "generated", [LV_ENGINE_STAGE_TURN] = "turn",
};

static const char *const frames[LV_ENGINE_N_FRAMES + 1] = {
  [LV_ENGINE_FRAME_SETUP_COMPLETE] = "setup-complete",
  [LV_ENGINE_FRAME_RESUMPTION] = "resumption",
  [LV_ENGINE_FRAME_HEARD] = "heard",
  [LV_ENGINE_FRAME_AUDIO] = "audio",
  [LV_ENGINE_FRAME_TRANSCRIPT] = "transcript",
  [LV_ENGINE_FRAME_CALL] = "call",
  [LV_ENGINE_FRAME_CANCELLATION] = "cancellation",
  [LV_ENGINE_FRAME_INTERRUPTED] = "interrupted",
  [LV_ENGINE_FRAME_GENERATION_COMPLETE] = "generation-complete",
  [LV_ENGINE_FRAME_TURN_COMPLETE] = "turn-complete",
};

typedef enum { TAKES_NOTHING, TAKES_NUMBER, TAKES_NUMBER_AND_TEXT, TAKES_FRAME, TAKES_JSON } Takes;

static const struct {
  const char *name;
  Takes takes;
  const char *argument; /* for errors */
  guint min, max;
} kinds[] = {
  [LV_ENGINE_FAULT_HTTP] = { "http", TAKES_NUMBER, "STATUS", 300, 599 },
  [LV_ENGINE_FAULT_GOAWAY] = { "goaway", TAKES_NUMBER, "MS", 1, LV_ENGINE_FAULT_DELAY_MAX_MS },
  [LV_ENGINE_FAULT_CLOSE] = { "close", TAKES_NUMBER_AND_TEXT, "CODE [REASON]", 1000, 4999 },
  [LV_ENGINE_FAULT_DROP] = { "drop", TAKES_NOTHING },
  [LV_ENGINE_FAULT_STALL] = { "stall", TAKES_NOTHING },
  [LV_ENGINE_FAULT_FREEZE] = { "freeze", TAKES_NOTHING },
  [LV_ENGINE_FAULT_PONG] = { "pong", TAKES_NUMBER, "MS", 1, LV_ENGINE_FAULT_DELAY_MAX_MS },
  [LV_ENGINE_FAULT_DEAF] = { "deaf", TAKES_NUMBER, "MS", 1, LV_ENGINE_FAULT_DELAY_MAX_MS },
  [LV_ENGINE_FAULT_SEND] = { "send", TAKES_JSON, "JSON-OBJECT" },
  [LV_ENGINE_FAULT_AUDIO] = { "audio", TAKES_NUMBER, "MS", 1, 10000 },
  [LV_ENGINE_FAULT_PAUSE] = { "pause", TAKES_NUMBER, "MS", 1, LV_ENGINE_FAULT_DELAY_MAX_MS },
  [LV_ENGINE_FAULT_CUT] = { "cut", TAKES_NOTHING },
  [LV_ENGINE_FAULT_EMPTY] = { "empty", TAKES_NOTHING },
  [LV_ENGINE_FAULT_HUSH] = { "hush", TAKES_NOTHING },
  [LV_ENGINE_FAULT_REPEAT] = { "repeat", TAKES_NOTHING },
  [LV_ENGINE_FAULT_REJECT] = { "reject", TAKES_NOTHING },
  [LV_ENGINE_FAULT_PHANTOM] = { "phantom", TAKES_NOTHING },
  [LV_ENGINE_FAULT_LOSE] = { "lose", TAKES_FRAME, "WHAT" },
  [LV_ENGINE_FAULT_TWICE] = { "twice", TAKES_FRAME, "WHAT" },
};

void
lv_engine_fault_free (LvEngineFault *fault)
{
  g_free (fault->text);
  g_free (fault);
}

void
lv_engine_fault_tell (const LvEngineFault *fault)
{
  g_message ("A scripted fault happens: %s", kinds[fault->kind].name);
}

/* ---- a line ---- */

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  *error = g_error_new_valist (LV_ERROR, LV_ERROR_INVALID_ARGS, format, arguments);
  va_end (arguments);
  return FALSE;
}

/* The word at *@line, which goes on behind it and the spaces; "" at the end. Newly allocated. */
static char *
take_word (const char **line)
{
  const gsize length = strcspn (*line, " \t");
  char *word = g_strndup (*line, length);

  *line += length;
  *line += strspn (*line, " \t");
  return word;
}

static gboolean
parse_number (const char *word, guint min, guint max, guint *ret_number)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (word, 10, min, max, &number, NULL))
    return FALSE;
  *ret_number = number;
  return TRUE;
}

static gboolean
parse_name (const char *word, const char *const *names, const char *what, guint *ret_number,
            GError **error)
{
  g_autofree char *known = g_strjoinv (", ", (char **) names);

  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_equal (word, names[i]))
      {
        *ret_number = i;
        return TRUE;
      }
  return refuse (error, "'%.64s' is no %s; known are: %s", word, what, known);
}

static gboolean
parse_stage (const char **line, LvEngineFault *fault, GError **error)
{
  g_autofree char *word = take_word (line);
  char *star = strchr (word, '*');
  guint stage;

  fault->nth = 1;
  if (star != NULL && !parse_number (star + 1, 1, G_MAXUINT16, &fault->nth))
    return refuse (error, "'%.64s': write how often as *2", word);
  if (star != NULL)
    *star = '\0';
  if (!parse_name (word, stages, "stage", &stage, error))
    return FALSE;
  fault->stage = stage;
  return TRUE;
}

static gboolean
parse_delay (const char **line, LvEngineFault *fault, GError **error)
{
  g_autofree char *word = take_word (line);

  return parse_number (word, 0, LV_ENGINE_FAULT_DELAY_MAX_MS, &fault->delay_ms) ||
         refuse (error, "'%.64s' is no delay: write milliseconds, at most %d", word,
                 LV_ENGINE_FAULT_DELAY_MAX_MS);
}

static gboolean
parse_kind (const char **line, LvEngineFault *fault, GError **error)
{
  g_autofree char *word = take_word (line);
  const char *names[G_N_ELEMENTS (kinds) + 1] = { NULL };
  guint kind;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    names[i] = kinds[i].name;
  if (!parse_name (word, names, "fault", &kind, error))
    return FALSE;
  fault->kind = kind;
  if ((fault->kind == LV_ENGINE_FAULT_HTTP) == (fault->stage == LV_ENGINE_STAGE_REQUEST))
    return TRUE;
  return refuse (error, "there is 'http' at 'request', and nothing else");
}

static gboolean
parse_json (const char **line, LvEngineFault *fault, GError **error)
{
  g_autoptr (GError) local = NULL;

  fault->text = g_strdup (*line);
  *line = "";
  return lv_json_text_check_object (fault->text, &local) ||
         refuse (error, "'send' needs a JSON object: %s", local->message);
}

static gboolean
parse_argument (const char **line, LvEngineFault *fault, GError **error)
{
  const Takes takes = kinds[fault->kind].takes;
  g_autofree char *word = NULL;

  if (takes == TAKES_NOTHING)
    return TRUE;
  if (takes == TAKES_JSON)
    return parse_json (line, fault, error);
  word = take_word (line);
  if (takes == TAKES_FRAME)
    return parse_name (word, frames, "message", &fault->number, error);
  if (!parse_number (word, kinds[fault->kind].min, kinds[fault->kind].max, &fault->number))
    return refuse (error, "'%s' needs %s, %u to %u", kinds[fault->kind].name,
                   kinds[fault->kind].argument, kinds[fault->kind].min, kinds[fault->kind].max);
  if (takes == TAKES_NUMBER)
    return TRUE;
  fault->text = g_strdup (*line);
  *line = "";
  return TRUE;
}

static LvEngineFault *
parse_line (const char *line, GError **error)
{
  g_autoptr (LvEngineFault) fault = g_new0 (LvEngineFault, 1);

  if (!parse_stage (&line, fault, error) || !parse_delay (&line, fault, error) ||
      !parse_kind (&line, fault, error) || !parse_argument (&line, fault, error))
    return NULL;
  if (*line == '\0')
    return g_steal_pointer (&fault);

  refuse (error, "'%.64s' is more than '%s' takes", line, kinds[fault->kind].name);
  return NULL;
}

/* ---- the script ---- */

static gboolean
add_line (LvEngineFaults *self, const char *line, GError **error)
{
  LvEngineFault *fault;

  if (*line == '\0' || *line == '#')
    return TRUE;
  if (self->queue.length == LV_ENGINE_FAULTS_MAX)
    return refuse (error, "there are more than %d faults", LV_ENGINE_FAULTS_MAX);
  fault = parse_line (line, error);
  if (fault != NULL)
    g_queue_push_tail (&self->queue, fault);
  return fault != NULL;
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
    if (!add_line (self, g_strstrip (lines[i]), &local))
      {
        g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "%s:%u: %s", path, i + 1,
                     local->message);
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

GPtrArray *
lv_engine_faults_take (LvEngineFaults *self, LvEngineStage stage)
{
  g_autoptr (GPtrArray) due = NULL;
  GList *next;

  for (GList *l = self->queue.head; l != NULL; l = next)
    {
      LvEngineFault *fault = l->data;

      next = l->next;
      if (fault->stage != stage || --fault->nth > 0)
        continue;
      g_queue_delete_link (&self->queue, l);
      if (due == NULL)
        due = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_engine_fault_free);
      g_ptr_array_add (due, fault);
    }
  return g_steal_pointer (&due);
}

gboolean
lv_engine_faults_touch_wire (LvEngineFaults *self)
{
  for (GList *l = self->queue.head; l != NULL; l = l->next)
    {
      const LvEngineFault *fault = l->data;

      if (fault->kind == LV_ENGINE_FAULT_FREEZE || fault->kind == LV_ENGINE_FAULT_PONG)
        return TRUE;
    }
  return FALSE;
}
