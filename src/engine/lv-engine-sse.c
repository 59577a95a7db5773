/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-sse.h"

#include <string.h>

struct _LvEngineSse {
  LvEngineSseFunc func;
  gpointer user_data;
  GString *line;
  GString *data; /* of the event so far */
  gboolean has_data;
  gboolean after_cr; /* a line feed now ends no second line */
};

LvEngineSse *
lv_engine_sse_new (LvEngineSseFunc func, gpointer user_data)
{
  LvEngineSse *self = g_new0 (LvEngineSse, 1);

  self->func = func;
  self->user_data = user_data;
  self->line = g_string_new (NULL);
  self->data = g_string_new (NULL);
  return self;
}

void
lv_engine_sse_free (LvEngineSse *self)
{
  g_string_free (self->line, TRUE);
  g_string_free (self->data, TRUE);
  g_free (self);
}

static void
add_data (LvEngineSse *self, const char *value)
{
  if (self->has_data)
    g_string_append_c (self->data, '\n');
  g_string_append (self->data, value + (*value == ' '));
  self->has_data = TRUE;
}

/* An empty line ends the event; fields other than data do not matter here. */
static gboolean
end_line (LvEngineSse *self)
{
  gboolean more = TRUE;

  if (self->line->len == 0 && self->has_data)
    {
      more = self->func (self->data->str, self->user_data);
      g_string_truncate (self->data, 0);
      self->has_data = FALSE;
    }
  else if (g_str_has_prefix (self->line->str, "data:"))
    add_data (self, self->line->str + strlen ("data:"));
  g_string_truncate (self->line, 0);
  return more;
}

gboolean
lv_engine_sse_push (LvEngineSse *self, const char *bytes, gsize n_bytes)
{
  for (gsize i = 0; i < n_bytes; i++)
    {
      gboolean ends = bytes[i] == '\r' || (bytes[i] == '\n' && !self->after_cr);

      if (ends && !end_line (self))
        return FALSE;
      self->after_cr = bytes[i] == '\r';
      if (bytes[i] != '\r' && bytes[i] != '\n')
        g_string_append_c (self->line, bytes[i]);
      if (self->line->len + self->data->len > LV_ENGINE_SSE_MAX_EVENT)
        return FALSE;
    }
  return TRUE;
}
