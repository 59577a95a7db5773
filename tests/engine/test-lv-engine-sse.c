/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-sse.h"

#include <string.h>

static gboolean
on_event (const char *data, gpointer user_data)
{
  g_string_append_printf (user_data, "<%s>", data);
  return !g_str_equal (data, "stop");
}

static void
test_events (void)
{
  static const struct {
    const char *bytes, *events;
  } cases[] = {
    { "data: a\n\ndata: b\n\n", "<a><b>" },
    { "data:a\r\n\r\ndata: b\r\r", "<a><b>" },
    { "data: a\ndata: b\n\n", "<a\nb>" },
    { ": comment\nevent: x\nid: 1\ndata: a\n\n", "<a>" },
    { "data:\n\n", "<>" },
    { "\n\n\n", "" },
    { "data: cut off", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize piece = 1; piece < 5; piece++)
      {
        g_autoptr (GString) events = g_string_new (NULL);
        g_autoptr (LvEngineSse) sse = lv_engine_sse_new (on_event, events);
        gsize n = strlen (cases[i].bytes);

        for (gsize at = 0; at < n; at += piece)
          g_assert_true (lv_engine_sse_push (sse, cases[i].bytes + at, MIN (piece, n - at)));
        g_assert_cmpstr (events->str, ==, cases[i].events);
      }
}

static void
test_stop (void)
{
  g_autoptr (GString) events = g_string_new (NULL);
  g_autoptr (LvEngineSse) sse = lv_engine_sse_new (on_event, events);
  static const char bytes[] = "data: a\n\ndata: stop\n\ndata: b\n\n";

  g_assert_false (lv_engine_sse_push (sse, bytes, strlen (bytes)));
  g_assert_cmpstr (events->str, ==, "<a><stop>");
}

static void
test_limit (void)
{
  g_autoptr (GString) events = g_string_new (NULL);
  g_autoptr (LvEngineSse) sse = lv_engine_sse_new (on_event, events);
  gboolean more = TRUE;
  guint n = 0;

  while (more && n++ < LV_ENGINE_SSE_MAX_EVENT)
    more =
        lv_engine_sse_push (sse, "data: xxxxxxxxxxxxxxxx\n", strlen ("data: xxxxxxxxxxxxxxxx\n"));
  g_assert_false (more);
  g_assert_cmpstr (events->str, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sse/events", test_events);
  g_test_add_func ("/sse/stop", test_stop);
  g_test_add_func ("/sse/limit", test_limit);
  return g_test_run ();
}
