/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lv-cli-text.h"

static void
test_clean (void)
{
  static const struct {
    const char *text;
    const char *line;
    const char *lines;
  } cases[] = {
    { "", "", "" },
    { "a b", "a b", "a b" },
    { "a\n\tb", "a  b", "a\n\tb" },
    { "\033[2J\033]0;x\007\r\b\177", "[2J]0;x", "[2J]0;x" },
    { "\302\233m", "m", "m" },                       /* C1 control sequence introducer */
    { "a\342\200\256b\342\201\246c", "abc", "abc" }, /* bidirectional overrides */
    { "\377x", "\357\277\275x", "\357\277\275x" },
    { "e\314\201 \344\273\212", "e\314\201 \344\273\212", "e\314\201 \344\273\212" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *line = lv_cli_text_clean (cases[i].text, FALSE);
      g_autofree char *lines = lv_cli_text_clean (cases[i].text, TRUE);

      g_assert_cmpstr (line, ==, cases[i].line);
      g_assert_cmpstr (lines, ==, cases[i].lines);
    }
}

static void
test_width (void)
{
  g_assert_cmpuint (lv_cli_text_width (""), ==, 0);
  g_assert_cmpuint (lv_cli_text_width ("abc"), ==, 3);
  g_assert_cmpuint (lv_cli_text_width ("e\314\201"), ==, 1);
  g_assert_cmpuint (lv_cli_text_width ("\344\273\212\346\227\245"), ==, 4);
}

static void
test_wrap (void)
{
  static const struct {
    const char *text;
    guint columns;
    const char *lines; /* joined by "|" */
  } cases[] = {
    { "", 10, "" },
    { "one", 3, "one" },
    { "one two", 7, "one two" },
    { "one two", 6, "one|two" },
    { "one two", 3, "one|two" },
    { "one  two", 4, "one |two" },
    { "incomprehensible", 5, "incom|prehe|nsibl|e" },
    { "a incomprehensible", 5, "a|incom|prehe|nsibl|e" },
    { "one ", 3, "one" },
    { "abc", 1, "ab|c" },
    { "\344\273\212\346\227\245", 3, "\344\273\212|\346\227\245" },
    { "e\314\201e\314\201", 2, "e\314\201e\314\201" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) lines = lv_cli_text_wrap (cases[i].text, cases[i].columns);
      g_autofree char *joined = g_strjoinv ("|", lines);

      g_assert_cmpuint (g_strv_length (lines), >=, 1);
      g_assert_cmpstr (joined, ==, cases[i].lines);
    }
}

static void
test_cut (void)
{
  g_autofree char *whole = lv_cli_text_cut ("abc", 3);
  g_autofree char *part = lv_cli_text_cut ("abc", 2);
  g_autofree char *wide = lv_cli_text_cut ("\344\273\212\346\227\245", 3);
  g_autofree char *marks = lv_cli_text_cut ("e\314\201e", 1);

  g_assert_cmpstr (whole, ==, "abc");
  g_assert_cmpstr (part, ==, "ab");
  g_assert_cmpstr (wide, ==, "\344\273\212");
  g_assert_cmpstr (marks, ==, "e\314\201");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/text/clean", test_clean);
  g_test_add_func ("/cli/text/width", test_width);
  g_test_add_func ("/cli/text/wrap", test_wrap);
  g_test_add_func ("/cli/text/cut", test_cut);
  return g_test_run ();
}
