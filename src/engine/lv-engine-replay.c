/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-replay.h"

struct _LvEngineReplay {
  LvReport *report;
  double speed;
  GPtrArray *links; /* GArray of LvEngineStep */
  guint next;
};

/* ---- steps ---- */

static void
step_clear (gpointer data)
{
  g_free (((LvEngineStep *) data)->awaited);
}

/* What a client says of its own accord, whoever listens to it. */
gboolean
lv_engine_replay_is_awaited (const char *what)
{
  static const char *const awaited[] = { "setup", "clientContent", "toolResponse",
                                         "realtimeInput.text" };

  for (guint i = 0; i < G_N_ELEMENTS (awaited); i++)
    if (g_str_equal (awaited[i], what))
      return TRUE;
  return FALSE;
}

static gboolean
is_setup_complete (const LvReportLine *line)
{
  g_autofree char *what = line->frame != NULL ? lv_report_describe_frame (line->frame) : NULL;

  return line->kind == LV_REPORT_RECEIVED && g_strcmp0 (what, "setupComplete") == 0;
}

/* The close is an event of the connection that is the last one then. */
static gboolean
is_close (const LvReportLine *line)
{
  return line->kind == LV_REPORT_EVENT && g_str_equal (line->event, "link-closed");
}

/* What was said to the client before any setupComplete is what a complete beginning has. */
static void
add_beginning (GArray *steps, gint64 us, gboolean is_complete)
{
  const LvEngineStep setup = { .awaited = g_strdup ("setup"), .us = us };
  const LvEngineStep complete = { .us = us };

  g_array_append_val (steps, setup);
  if (!is_complete)
    g_array_append_val (steps, complete);
}

static void
add_step (GArray *steps, const LvReportLine *line)
{
  LvEngineStep step = { .line = line, .us = line->us };
  g_autofree char *what = NULL;

  if (line->kind == LV_REPORT_SENT)
    {
      what = line->frame != NULL ? lv_report_describe_frame (line->frame) : g_strdup ("");
      if (!lv_engine_replay_is_awaited (what) || g_str_equal (what, "setup"))
        return;
      step.awaited = g_steal_pointer (&what);
    }
  g_array_append_val (steps, step);
}

static gboolean
is_of_link (const LvReportLine *line, guint link)
{
  return line->link == link && (line->kind != LV_REPORT_EVENT || is_close (line));
}

/* NULL: nothing was said in it. */
static GArray *
collect_link (LvReport *report, guint link)
{
  g_autoptr (GArray) steps = NULL;
  gboolean is_complete = FALSE;

  for (guint i = 0; i < report->lines->len; i++)
    if (is_of_link (report->lines->pdata[i], link))
      is_complete |= is_setup_complete (report->lines->pdata[i]);
  for (guint i = 0; i < report->lines->len; i++)
    {
      const LvReportLine *line = report->lines->pdata[i];

      if (!is_of_link (line, link))
        continue;
      if (steps == NULL)
        {
          steps = g_array_new (FALSE, FALSE, sizeof (LvEngineStep));
          g_array_set_clear_func (steps, step_clear);
          add_beginning (steps, line->us, is_complete);
        }
      add_step (steps, line);
    }
  return g_steal_pointer (&steps);
}

static guint
find_last_link (LvReport *report)
{
  guint last = 0;

  for (guint i = 0; i < report->lines->len; i++)
    last = MAX (last, ((LvReportLine *) report->lines->pdata[i])->link);
  return last;
}

static LvEngineReplay *
replay_new (LvReport *report /* taken */, double speed)
{
  LvEngineReplay *replay = g_new0 (LvEngineReplay, 1);
  guint last = find_last_link (report);

  replay->report = report;
  replay->speed = speed;
  replay->links = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  for (guint link = 1; link <= last; link++)
    {
      GArray *steps = collect_link (report, link);

      if (steps != NULL)
        g_ptr_array_add (replay->links, steps);
    }
  return replay;
}

void
lv_engine_replay_free (LvEngineReplay *replay)
{
  g_ptr_array_unref (replay->links);
  lv_report_free (replay->report);
  g_free (replay);
}

guint
lv_engine_replay_count_links (LvEngineReplay *replay)
{
  return replay->links->len;
}

LvEngineReplay *
lv_engine_replay_load (const char *path, double speed, GError **error)
{
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GError) local = NULL;
  g_autoptr (LvEngineReplay) replay = NULL;
  LvReport *report = NULL;

  if (!(speed > 0 && speed <= LV_ENGINE_SPEED_MAX))
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "--speed takes more than 0, up to %g",
                   LV_ENGINE_SPEED_MAX);
      return NULL;
    }
  file = g_mapped_file_new (path, FALSE, &local);
  if (file == NULL)
    {
      g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS, local->message);
      return NULL;
    }
  report =
      lv_report_parse (g_mapped_file_get_contents (file), g_mapped_file_get_length (file), error);
  if (report == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  replay = replay_new (report, speed);
  if (replay->links->len > 0)
    return g_steal_pointer (&replay);
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
               "%s: the report has no connection that could be played", path);
  return NULL;
}

const GArray *
lv_engine_replay_take_link (LvEngineReplay *replay)
{
  const GArray *steps = replay->links->pdata[replay->next];

  replay->next = (replay->next + 1) % replay->links->len;
  return steps;
}

double
lv_engine_replay_get_speed (LvEngineReplay *replay)
{
  return replay->speed;
}
