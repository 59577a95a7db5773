/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lv-cli-option.h"

#include <math.h>

static GVariant *
read_all (const char *const *assignments)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (lv_cli_option_read (assignments, &options, &error));
  g_assert_no_error (error);
  return g_variant_ref_sink (g_variant_dict_end (&options));
}

static void
test_types (void)
{
  static const struct {
    const char *assignment;
    const char *key;
    const char *expected; /* text form of the value */
  } cases[] = {
    { "language=de-DE", "language", "'de-DE'" },
    { "system-instruction=a=b", "system-instruction", "'a=b'" },
    { "voice=", "voice", "''" },
    { "barge-in=false", "barge-in", "false" },
    { "silence-duration-ms=-1", "silence-duration-ms", "-1" },
    { "thinking-budget=", "thinking-budget", "-2147483648" },
    { "top-k=40", "top-k", "uint32 40" },
    { "temperature=0.5", "temperature", "0.5" },
    { "vocabulary=Ada Lovelace;PipeWire", "vocabulary", "['Ada Lovelace', 'PipeWire']" },
    { "vocabulary=", "vocabulary", "@as []" },
    { "labels=team=a;room=b=c", "labels", "{'team': 'a', 'room': 'b=c'}" },
    { "shared-tools=true", "shared-tools", "true" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const assignments[] = { cases[i].assignment, NULL };
      g_autoptr (GVariant) options = read_all (assignments);
      g_autoptr (GVariant) value = g_variant_lookup_value (options, cases[i].key, NULL);
      g_autofree char *text = g_variant_print (value, TRUE);

      g_assert_cmpuint (g_variant_n_children (options), ==, 1);
      g_assert_cmpstr (text, ==, cases[i].expected);
    }
}

static void
test_several (void)
{
  static const char *const assignments[] = { "voice=Puck", "history=user:Hi: there",
                                             "history=model:Hello", "voice=Kore", NULL };
  g_autoptr (GVariant) options = read_all (assignments);
  g_autoptr (GVariant) history = g_variant_lookup_value (options, "history", NULL);
  g_autofree char *turns = g_variant_print (history, FALSE);
  const char *voice;

  g_assert_cmpuint (g_variant_n_children (options), ==, 2);
  g_assert_true (g_variant_lookup (options, "voice", "&s", &voice));
  g_assert_cmpstr (voice, ==, "Kore");
  g_assert_cmpstr (turns, ==, "[('user', 'Hi: there'), ('model', 'Hello')]");
}

static void
test_left_to_the_model (void)
{
  static const char *const assignments[] = { "temperature=", NULL };
  g_autoptr (GVariant) options = read_all (assignments);
  g_autoptr (GVariant) none = read_all (NULL);
  double temperature = 0;

  g_assert_true (g_variant_lookup (options, "temperature", "d", &temperature));
  g_assert_true (isnan (temperature));
  g_assert_cmpuint (g_variant_n_children (none), ==, 0);
}

static void
test_mistakes (void)
{
  static const char *const cases[][2] = {
    { "voice", "not KEY=VALUE" },     { "melody=x", "no key 'melody'" },
    { "barge-in=yes", "true or" },    { "top-k=-1", "not negative" },
    { "top-k=", "not negative" },     { "seed=1.5", "whole number" },
    { "seed=2147483648", "whole" },   { "temperature=warm", "a number" },
    { "temperature=inf", "number" },  { "labels=a;b=c", "NAME=VALUE" },
    { "history=hello", "user:TEXT" }, { "voice=\377", "not KEY=VALUE" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const assignments[] = { cases[i][0], NULL };
      g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
      g_autoptr (GError) error = NULL;

      g_assert_false (lv_cli_option_read (assignments, &options, &error));
      g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
      g_assert_nonnull (g_strstr_len (error->message, -1, cases[i][1]));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/option/types", test_types);
  g_test_add_func ("/cli/option/several", test_several);
  g_test_add_func ("/cli/option/left-to-the-model", test_left_to_the_model);
  g_test_add_func ("/cli/option/mistakes", test_mistakes);
  return g_test_run ();
}
