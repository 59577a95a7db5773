/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-tool-note.h"

#include <string.h>

static GPtrArray *
respond (const char *name, const char *json)
{
  GPtrArray *responses =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_response_free);

  g_ptr_array_add (responses, lv_function_response_new ("c1", name, json));
  return responses;
}

static void
test_sentence (void)
{
  g_autoptr (GPtrArray) responses = respond ("lamp", "{\"on\":true}");
  g_autofree char *note = lv_tool_note_new (responses);

  g_assert_cmpstr (note, ==,
                   "The tool \"lamp\", which you called before the connection was renewed, "
                   "answered: {\"on\":true}");
}

static void
test_read (void)
{
  static const char *const json[] = {
    "{\"on\":true}",
    ("{\n\"said\": \"The tool \\\"x\\\", which you called before the connection was renewed, "
     "answered: \"\n}"),
    "{}",
  };
  g_autoptr (GPtrArray) responses = respond ("lamp", json[0]);
  g_autoptr (GPtrArray) read = NULL;
  g_autofree char *note = NULL;

  for (guint i = 1; i < G_N_ELEMENTS (json); i++)
    g_ptr_array_add (responses, lv_function_response_new (NULL, "door", json[i]));
  note = lv_tool_note_new (responses);
  read = lv_tool_note_read (note);
  g_assert_cmpuint (read->len, ==, G_N_ELEMENTS (json));
  for (guint i = 0; i < read->len; i++)
    {
      const LvFunctionResponse *response = read->pdata[i];

      g_assert_cmpstr (response->name, ==, i == 0 ? "lamp" : "door");
      g_assert_cmpstr (response->response, ==, json[i]);
    }
}

static void
test_other_texts (void)
{
  g_autofree char *running = lv_tool_note_new_running ("lamp");

  g_assert_nonnull (strstr (running, "\"lamp\""));
  g_assert_null (lv_tool_note_read (running));
  g_assert_null (lv_tool_note_read (""));
  g_assert_null (lv_tool_note_read ("The tool \"lamp\""));
  g_assert_null (lv_tool_note_read ("He said: The tool \"lamp\", which you called before the "
                                    "connection was renewed, answered: {}"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tool-note/sentence", test_sentence);
  g_test_add_func ("/tool-note/read", test_read);
  g_test_add_func ("/tool-note/other-texts", test_other_texts);
  return g_test_run ();
}
