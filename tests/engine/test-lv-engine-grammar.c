/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-grammar.h"

#include <string.h>

static gboolean
knows (const char *word, gpointer data)
{
  return strchr (word, 'z') == NULL || g_str_equal (word, "zero");
}

/* Whether the arcs from @state on to the end spell @words exactly. */
static gboolean
accepts_from (const LvEngineGrammar *grammar, guint state, char **words)
{
  if (state == grammar->end && words[0] == NULL)
    return TRUE;
  for (guint i = 0; i < grammar->arcs->len; i++)
    {
      const LvEngineArc *arc = &g_array_index (grammar->arcs, LvEngineArc, i);

      if (arc->from != state || (arc->word != NULL && g_strcmp0 (arc->word, words[0]) != 0))
        continue;
      if (accepts_from (grammar, arc->to, words + (arc->word != NULL)))
        return TRUE;
    }
  return FALSE;
}

static gboolean
accepts (const LvEngineGrammar *grammar, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  return accepts_from (grammar, grammar->start, words);
}

static void
test_phrases (void)
{
  static const char *const phrases[] = { "what time is it",
                                         "(turn | switch) (on | off) [the] light",
                                         " a|b [c (d | e f)] g ", "wait <number>" };
  static const char *const accepted[] = {
    "what time is it",
    "please what time is it",
    "could you turn on light please",
    "switch off the light",
    "a",
    "b g",
    "b c d g",
    "b c e f g",
    "wait zero",
    "wait twenty",
    "wait twenty two",
    "wait a hundred",
    "wait nine hundred and ninety nine",
    "wait three hundred five",
  };
  static const char *const refused[] = {
    "what time", "turn the light",  "on off light", "a g",
    "b c g",     "b c e g",         "wait",         "wait twenty ten",
    "please",    "time what is it", "wait hundred"
  };
  g_autoptr (LvEngineGrammar) grammar = lv_engine_grammar_new ();

  for (guint i = 0; i < G_N_ELEMENTS (phrases); i++)
    g_assert_true (lv_engine_grammar_add (grammar, phrases[i], knows, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (accepted); i++)
    if (!accepts (grammar, accepted[i]))
      g_error ("not accepted: %s", accepted[i]);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    if (accepts (grammar, refused[i]))
      g_error ("accepted: %s", refused[i]);
  g_assert_cmpuint (grammar->n_phrases, ==, G_N_ELEMENTS (phrases));
}

static void
test_malformed (void)
{
  static const char *const malformed[] = {
    "",          " ",       "(a",     "a)",      "[a)",
    "a | ",      "| a",     "a || b", "()",      "a () b",
    "<nothing>", "Capital", "a1",     "a zebra", "((((((((((((((((((a))))))))))))))))))"
  };
  g_autoptr (LvEngineGrammar) grammar = lv_engine_grammar_new ();
  guint n_arcs = grammar->arcs->len, n_states = grammar->n_states;

  for (guint i = 0; i < G_N_ELEMENTS (malformed); i++)
    {
      g_test_message ("%s", malformed[i]);
      g_assert_false (lv_engine_grammar_add (grammar, malformed[i], knows, NULL));
      g_assert_cmpuint (grammar->arcs->len, ==, n_arcs);
      g_assert_cmpuint (grammar->n_states, ==, n_states);
    }
  g_assert_cmpuint (grammar->n_phrases, ==, 0);
}

static void
test_limit (void)
{
  g_autoptr (LvEngineGrammar) grammar = lv_engine_grammar_new ();
  guint n = 0;

  while (lv_engine_grammar_add (grammar, "set <number> and <number> and <number>", knows, NULL))
    g_assert_cmpuint (n++, <, LV_ENGINE_MAX_ARCS);
  g_assert_cmpuint (n, >, 50);
  g_assert_cmpuint (grammar->arcs->len, <=, LV_ENGINE_MAX_ARCS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/grammar/phrases", test_phrases);
  g_test_add_func ("/grammar/malformed", test_malformed);
  g_test_add_func ("/grammar/limit", test_limit);
  return g_test_run ();
}
