/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-result.h"

static void
test_table (void)
{
  static const struct {
    const char *response, *text;
  } cases[] = {
    { "{\"output\":\"ok\"}", "Done." },
    { "{\"output\":\"The volume is 30 percent.\"}", "The volume is 30 percent." },
    { "{\"result\":42}", "42." },
    { "{\"result\":true}", "Yes." },
    { "{\"message\":\"it rains\",\"status\":\"ok\"}", "It rains." },
    { "{\"status\":\"done\"}", "Status is done." },
    { "{\"temperature\":21.5,\"sky\":\"cloudy\",\"status\":\"ok\"}",
      "Temperature is 21.5, sky is cloudy." },
    { "{\"result\":{\"roomName\":\"kitchen\"}}", "Room name is kitchen." },
    { "{\"output\":[\"milk\",\"eggs\",\"bread\"]}", "Milk, eggs and bread." },
    { "{\"output\":[]}", "Nothing." },
    { "{\"error\":\"no such lamp\"}", "Sorry, that did not work: no such lamp." },
    { "{\"error\":{\"code\":5,\"message\":\"no lamp.\"}}", "Sorry, that did not work: no lamp." },
    { "{\"error\":null,\"output\":\"fine\"}", "Fine." },
    { "{\"output\":\"\"}", "Done." },
    { "{\"output\":null}", "Nothing." },
    { "not json", "Done." },
    { "[1]", "Done." },
    { "{\"output\":[1,2,3,4,5,6,7,8,9,10]}", "1, 2, 3, 4, 5, 6, 7, 8 and 2 more." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = lv_engine_result_to_text (cases[i].response);

      g_test_message ("%s", cases[i].response);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/result/table", test_table);
  return g_test_run ();
}
