/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-tool-note.h"

#include <string.h>

#define BEGINNING "The tool \""
#define CALLED "\", which you called before the connection was renewed, "
#define ANSWERED CALLED "answered: "

char *
lv_tool_note_new (GPtrArray *responses)
{
  GString *note = g_string_new (NULL);

  for (guint i = 0; i < responses->len; i++)
    {
      const LvFunctionResponse *response = responses->pdata[i];

      g_string_append_printf (note, "%s" BEGINNING "%s" ANSWERED "%s", i > 0 ? "\n" : "",
                              response->name, response->response);
    }
  return g_string_free (note, FALSE);
}

char *
lv_tool_note_new_running (const char *name)
{
  return g_strdup_printf (BEGINNING
                          "%s" CALLED
                          "is still running. Its answer will follow; do not call it again for it.",
                          name);
}

/* The line at *@text, which is left behind. In JSON no line can begin as ours do. */
static LvFunctionResponse *
read_line (const char **text, const char *answered)
{
  const char *json = answered + strlen (ANSWERED);
  const char *next = strstr (json, "\n" BEGINNING);
  const char *name = *text + strlen (BEGINNING);
  g_autofree char *response = next != NULL ? g_strndup (json, next - json) : g_strdup (json);
  g_autofree char *tool = g_strndup (name, answered - name);

  *text = next != NULL ? next + 1 : NULL;
  return lv_function_response_new (NULL, tool, response);
}

GPtrArray *
lv_tool_note_read (const char *text)
{
  g_autoptr (GPtrArray) responses =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_response_free);

  while (text != NULL)
    {
      const char *answered = strstr (text, ANSWERED);

      if (answered == NULL || !g_str_has_prefix (text, BEGINNING))
        return NULL;
      g_ptr_array_add (responses, read_line (&text, answered));
    }
  return g_steal_pointer (&responses);
}
