/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-translator.h"

#include "lib/lv-test.h"

#define TIMEOUT_MS 30000

typedef struct {
  char *texts[3];
  GError *errors[3];
  guint n;
} Answers;

static void
on_translated (GObject *source, GAsyncResult *result, gpointer data)
{
  Answers *answers = data;

  answers->texts[answers->n] = lv_engine_translator_translate_finish (
      LV_ENGINE_TRANSLATOR (source), result, &answers->errors[answers->n]);
  answers->n++;
}

static void
answers_clear (Answers *answers)
{
  for (guint i = 0; i < G_N_ELEMENTS (answers->texts); i++)
    {
      g_free (answers->texts[i]);
      g_clear_error (&answers->errors[i]);
    }
}

static gboolean
has_two (gpointer data)
{
  return ((Answers *) data)->n >= 2;
}

static gboolean
has_three (gpointer data)
{
  return ((Answers *) data)->n >= 3;
}

static void
test_pipeline (void)
{
  static const struct {
    const char *mode, *pipeline;
  } cases[] = {
    { "lt-proc 'a b.bin' | apertium-tagger -g $2 'x'|lt-proc $1 'y'\n",
      "lt-proc -z 'a b.bin' | apertium-tagger -z -g $2 'x' | lt-proc -z $1 'y'" },
    { "lt-proc", "lt-proc -z" },
    { "rm -rf / ; lt-proc || true", NULL },
    { "/bin/sh evil", NULL },
    { "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *pipeline = lv_engine_translator_make_pipeline (cases[i].mode);

      g_assert_cmpstr (pipeline, ==, cases[i].pipeline);
    }
}

static void
test_escape (void)
{
  static const char text[] = "a [b] ^c$ {d} <e> @f \\ /g na\303\257ve";
  g_autofree char *escaped = lv_engine_translator_escape (text);
  g_autofree char *sentence = g_strconcat (escaped, ".[]", NULL);
  g_autofree char *plain = lv_engine_translator_unescape (sentence);
  g_autofree char *odd = lv_engine_translator_unescape ("x\\");

  g_assert_cmpstr (plain, ==, text);
  g_assert_cmpstr (odd, ==, "x\\");
}

static void
test_unsupported (void)
{
  static const char *const targets[] = { "tlh", "", "-", "../es", "ES'; true" };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (lv_engine_translator_new (targets[i], &error));
      g_assert_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED);
    }
}

/* In their order, from one process, whatever is in them. */
static void
test_spanish (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvEngineTranslator) translator = lv_engine_translator_new ("es-US", &error);
  Answers answers = { 0 };

  g_assert_no_error (error);
  lv_engine_translator_translate_async (translator, "the book is red", NULL, on_translated,
                                        &answers);
  lv_engine_translator_translate_async (translator, "[^$ good night", NULL, on_translated,
                                        &answers);
  lv_test_wait_for (has_two, &answers, TIMEOUT_MS, "two translations");
  lv_engine_translator_translate_async (translator, "thank you", NULL, on_translated, &answers);
  lv_test_wait_for (has_three, &answers, TIMEOUT_MS, "the third");
  g_assert_cmpstr (answers.texts[0], ==, "El libro es rojo");
  g_assert_nonnull (g_strstr_len (answers.texts[1], -1, "[^$"));
  g_assert_nonnull (g_strstr_len (answers.texts[1], -1, "oche")); /* "Noche" */
  g_assert_cmpstr (answers.texts[2], ==, "gracias");
  answers_clear (&answers);
}

/* Everybody is told, and nothing is kept. */
static void
test_gone (void)
{
  LvEngineTranslator *translator = lv_engine_translator_new ("es", NULL);
  Answers answers = { 0 };

  lv_engine_translator_translate_async (translator, "good morning", NULL, on_translated, &answers);
  lv_engine_translator_translate_async (translator, "good night", NULL, on_translated, &answers);
  g_object_run_dispose (G_OBJECT (translator));
  lv_test_wait_for (has_two, &answers, TIMEOUT_MS, "both errors");
  g_assert_error (answers.errors[0], LV_ERROR, LV_ERROR_CANCELLED);
  g_assert_error (answers.errors[1], LV_ERROR, LV_ERROR_CANCELLED);
  answers_clear (&answers);
  g_object_add_weak_pointer (G_OBJECT (translator), (gpointer *) &translator);
  g_object_unref (translator);
  while (translator != NULL)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/translator/pipeline", test_pipeline);
  g_test_add_func ("/translator/escape", test_escape);
  g_test_add_func ("/translator/unsupported", test_unsupported);
  g_test_add_func ("/translator/spanish", test_spanish);
  g_test_add_func ("/translator/gone", test_gone);
  return g_test_run ();
}
