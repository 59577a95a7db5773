/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lv-cli-captions.h"

#include "cli/lv-cli-detail.h"
#include "cli/lv-cli-lines.h"
#include "cli/lv-cli-text.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define METER_CELLS 8
#define METER_FLOOR_DB 54.0

typedef struct {
  guint id;
  const char *label; /* static */
  LvTermStyle style;
  char *text; /* clean */
  gboolean final;
} Item;

struct _LvCliCaptions {
  LvCliTerm *term;
  char *hint;
  GPtrArray *open; /* Item, by rising id: the order of the conversation */
  char *state;
  const char *notice;
  gboolean muted;
  double input;
  double output;
};

static void
item_free (Item *item)
{
  g_free (item->text);
  g_free (item);
}

/* The item's own lines; its label begins the first. */
static GStrv
format_item (const Item *item, guint columns)
{
  g_autofree char *line = g_strdup_printf ("%s: %s", item->label, item->text);

  return lv_cli_text_wrap (line, columns);
}

static void
scroll_item (LvCliCaptions *self, const Item *item)
{
  g_auto (GStrv) lines = NULL;
  guint columns;
  guint rows;

  lv_cli_term_get_size (&columns, &rows);
  lines = format_item (item, columns);
  for (guint i = 0; lines[i] != NULL; i++)
    lv_cli_term_add_line (self->term, lines[i], i == 0 ? strlen (item->label) + 1 : 0, item->style);
}

/* Finished items leave the live area, but none before an earlier one, so that the order stays. */
static void
scroll_finished (LvCliCaptions *self)
{
  while (self->open->len > 0)
    {
      Item *first = g_ptr_array_index (self->open, 0);

      if (!first->final && self->open->len <= LV_CAPTIONS_MAX_OPEN)
        return;
      scroll_item (self, first);
      g_ptr_array_remove_index (self->open, 0);
    }
}

/* Adds the last @max_lines lines of the open items. */
static void
draw_open_items (LvCliCaptions *self, guint columns, guint max_lines)
{
  g_autoptr (GPtrArray) wrapped = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  guint total = 0;

  for (guint i = 0; i < self->open->len; i++)
    {
      GStrv lines = format_item (g_ptr_array_index (self->open, i), columns - 1);

      total += g_strv_length (lines);
      g_ptr_array_add (wrapped, lines);
    }
  for (guint i = 0; i < wrapped->len; i++)
    {
      GStrv lines = g_ptr_array_index (wrapped, i);
      const Item *item = g_ptr_array_index (self->open, i);

      for (guint line = 0; lines[line] != NULL; line++, total--)
        if (total <= max_lines)
          lv_cli_term_add_live_line (self->term, lines[line],
                                     line == 0 ? strlen (item->label) + 1 : 0, item->style);
    }
}

static void
append_meter (GString *status, const char *name, double level)
{
  gboolean unicode = lv_cli_term_has_unicode ();
  double cells = level > 0 ? (1 + 20 * log10 (level) / METER_FLOOR_DB) * METER_CELLS : 0;

  g_string_append_printf (status, "  %s ", name);
  for (guint i = 0; i < METER_CELLS; i++)
    {
      if (cells > i)
        g_string_append (status, unicode ? "▮" : "#");
      else
        g_string_append (status, unicode ? "▯" : ".");
    }
}

static void
draw_status (LvCliCaptions *self, guint columns)
{
  g_autoptr (GString) status = g_string_new (lv_cli_term_has_unicode () ? "● " : "* ");
  g_autofree char *shown = NULL;
  gsize n_styled;

  g_string_append (status,
                   self->notice != NULL ? self->notice : lv_cli_lines_get_state (self->state));
  n_styled = status->len;
  if (self->muted)
    g_string_append_printf (status, "  %s", _ ("microphone muted"));
  else
    append_meter (status, _ ("mic"), self->input);
  append_meter (status, _ ("out"), self->output);
  g_string_append_printf (status, "  %s", self->hint);
  shown = lv_cli_text_cut (status->str, columns - 1);
  lv_cli_term_add_live_line (self->term, shown, n_styled,
                             self->muted ? LV_TERM_RED : LV_TERM_YELLOW);
}

void
lv_cli_captions_redraw (LvCliCaptions *self)
{
  guint columns;
  guint rows;

  lv_cli_term_get_size (&columns, &rows);
  draw_open_items (self, columns, rows - 2);
  draw_status (self, columns);
  lv_cli_term_draw (self->term);
}

LvCliCaptions *
lv_cli_captions_new (LvCliTerm *term, const char *hint)
{
  LvCliCaptions *self = g_new0 (LvCliCaptions, 1);

  self->term = term;
  self->hint = g_strdup (hint);
  self->open = g_ptr_array_new_with_free_func ((GDestroyNotify) item_free);
  self->state = g_strdup ("idle");
  return self;
}

void
lv_cli_captions_free (LvCliCaptions *self)
{
  for (guint i = 0; i < self->open->len; i++)
    scroll_item (self, g_ptr_array_index (self->open, i));
  lv_cli_term_draw (self->term);
  g_ptr_array_unref (self->open);
  g_free (self->state);
  g_free (self->hint);
  g_free (self);
}

void
lv_cli_captions_set_notice (LvCliCaptions *self, const char *notice)
{
  self->notice = notice;
  lv_cli_captions_redraw (self);
}

/* Events
 * ---------------------------------------------------------------------------------------- */

/* The open item @id, made in its place when it is new. */
static Item *
ensure_item (LvCliCaptions *self, guint id)
{
  Item *item;
  guint i = self->open->len;

  while (i > 0 && ((Item *) g_ptr_array_index (self->open, i - 1))->id > id)
    i--;
  if (i > 0 && ((Item *) g_ptr_array_index (self->open, i - 1))->id == id)
    return g_ptr_array_index (self->open, i - 1);
  item = g_new0 (Item, 1);
  item->id = id;
  g_ptr_array_insert (self->open, (int) i, item);
  return item;
}

static void
handle_transcript (LvCliCaptions *self, GVariant *details)
{
  const char *role;
  const char *text;
  gboolean final;
  guint id;
  Item *item;

  g_variant_get (details, "(u&s&sb)", &id, &role, &text, &final);
  item = ensure_item (self, id);
  item->label = lv_cli_lines_get_speaker (role);
  item->style = g_str_equal (role, "user") ? LV_TERM_GREEN : LV_TERM_CYAN;
  g_free (item->text);
  item->text = lv_cli_text_clean (text, FALSE);
  item->final = final;
  scroll_finished (self);
}

static void
handle_state (LvCliCaptions *self, GVariant *details)
{
  g_free (self->state);
  g_variant_get (details, "(s)", &self->state);
}

static void
handle_muted (LvCliCaptions *self, GVariant *details)
{
  g_variant_get (details, "(b)", &self->muted);
}

static void
handle_levels (LvCliCaptions *self, GVariant *details)
{
  g_variant_get (details, "(dd)", &self->input, &self->output);
}

static void
add_remark (LvCliCaptions *self, const char *format, const char *what)
{
  g_autofree char *clean = lv_cli_text_clean (what, FALSE);
  g_autofree char *line = g_strdup_printf ("[%s: %s]", format, clean);

  lv_cli_term_add_line (self->term, line, strlen (line), LV_TERM_DIM);
}

static void
handle_turn_detail (LvCliCaptions *self, GVariant *details)
{
  g_auto (GStrv) lines = lv_cli_detail_describe (details);
  guint columns;
  guint rows;

  lv_cli_term_get_size (&columns, &rows);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) wrapped = lv_cli_text_wrap (lines[i], columns);

      for (guint j = 0; wrapped[j] != NULL; j++)
        lv_cli_term_add_line (self->term, wrapped[j], strlen (wrapped[j]), LV_TERM_DIM);
    }
}

static void
handle_tool_started (LvCliCaptions *self, GVariant *details)
{
  const char *tool;

  g_variant_get (details, "(s&s@a{sv})", NULL, &tool, NULL);
  add_remark (self, _ ("calls tool"), tool);
}

static void
handle_tool_finished (LvCliCaptions *self, GVariant *details)
{
  const char *outcome;

  g_variant_get (details, "(s&s@a{sv})", NULL, &outcome, NULL);
  if (!g_str_equal (outcome, "ok"))
    add_remark (self, _ ("tool finished"), outcome);
}

static void
handle_warning (LvCliCaptions *self, GVariant *details)
{
  g_autofree char *message = NULL;
  const char *code;

  g_variant_get (details, "(&s@a{sv})", &code, NULL);
  message = lv_cli_lines_dup_message (details, code);
  add_remark (self, _ ("warning"), message);
}

static void
handle_daemon (LvCliCaptions *self, GVariant *details)
{
  gboolean running;

  g_variant_get (details, "(b)", &running);
  self->notice = running ? NULL : _ ("the daemon has gone; waiting for it");
  if (running)
    return;
  /* their ids mean nothing to the next daemon */
  for (guint i = 0; i < self->open->len; i++)
    ((Item *) g_ptr_array_index (self->open, i))->final = TRUE;
  scroll_finished (self);
}

static const struct {
  const char *event;
  void (*handle) (LvCliCaptions *self, GVariant *details);
} handlers[] = {
  { "Transcript", handle_transcript },
  { "State", handle_state },
  { "Muted", handle_muted },
  { "Levels", handle_levels },
  { "TurnDetail", handle_turn_detail },
  { "ToolStarted", handle_tool_started },
  { "ToolFinished", handle_tool_finished },
  { "Warning", handle_warning },
  { "Daemon", handle_daemon },
};

void
lv_cli_captions_handle (const char *event, GVariant *details, gpointer captions)
{
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    if (g_str_equal (handlers[i].event, event))
      {
        handlers[i].handle (captions, details);
        lv_cli_captions_redraw (captions);
        return;
      }
}
