/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-decoder.h"

#include "engine/lv-engine-grammar.h"
#include "engine/lv-engine-phones.h"

#include <pocketsphinx.h>
#include <sphinxbase/err.h>
#include <sphinxbase/fsg_model.h>
#include <string.h>

#define MODEL_DIR LV_POCKETSPHINX_MODEL_DIR "/en-us"
#define GRAMMAR "phrases"
#define FRAME_US 10000     /* of pocketsphinx */
#define GRAMMAR_WEIGHT 1.0 /* a large grammar is not to score worse than a small one */

/* Log-likelihoods are negative. A sentence of the grammar scores 0.3 to 0.6 of what the language
 * model, with its weights for rare words, gives the same sound; another sentence 0.6 to 1.3, and
 * the grammar takes half of its words for noise. */
#define GRAMMAR_MAX_RATIO 0.72
#define GRAMMAR_MIN_COVER 0.85

struct _LvEngineDecoder {
  /* owned */
  ps_decoder_t *open;
  ps_decoder_t *grammar;

  ps_decoder_t *better; /* of the last utterance: one of the two */
  char **phrases;       /* of the grammar that is set */
  char **vocabulary;
  gboolean has_grammar;
  guint n_new_words;
};

/* pocketsphinx would print words that it knows or hears. */
static void
on_pocketsphinx_message (void *user_data, err_lvl_t level, const char *format, ...)
{
}

static ps_decoder_t *
load_decoder (const char *language_model)
{
  cmd_ln_t *config = cmd_ln_init (NULL, ps_args (), TRUE, "-hmm", MODEL_DIR "/en-us", "-dict",
                                  MODEL_DIR "/cmudict-en-us.dict", "-remove_silence", "no",
                                  "-fwdflat", "no", "-lw", "5", "-maxhmmpf", "5000", NULL);
  ps_decoder_t *decoder;

  if (config == NULL)
    return NULL;
  if (language_model != NULL)
    cmd_ln_set_str_r (config, "-lm", language_model);
  else
    cmd_ln_set_float32_r (config, "-lw", GRAMMAR_WEIGHT);
  decoder = ps_init (config);
  cmd_ln_free_r (config);
  return decoder;
}

LvEngineDecoder *
lv_engine_decoder_new (GError **error)
{
  g_autoptr (LvEngineDecoder) self = g_new0 (LvEngineDecoder, 1);

  err_set_callback (on_pocketsphinx_message, NULL);
  err_set_logfp (NULL);
  self->open = load_decoder (MODEL_DIR "/en-us.lm.bin");
  self->grammar = self->open != NULL ? load_decoder (NULL) : NULL;
  if (self->grammar == NULL)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED,
                   "No usable speech model in %s: install the package pocketsphinx-en-us",
                   MODEL_DIR);
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
lv_engine_decoder_free (LvEngineDecoder *self)
{
  g_clear_pointer (&self->open, ps_free);
  g_clear_pointer (&self->grammar, ps_free);
  g_strfreev (self->phrases);
  g_strfreev (self->vocabulary);
  g_free (self);
}

LvWord *
lv_engine_word_new (char *text, gint64 start_us, gint64 end_us)
{
  const LvWord word = { text, start_us, end_us };

  return g_memdup2 (&word, sizeof word);
}

void
lv_engine_word_free (LvWord *word)
{
  g_free (word->text);
  g_free (word);
}

static gboolean
is_known (ps_decoder_t *decoder, const char *word)
{
  char *phones = ps_lookup_word (decoder, word);

  ckd_free (phones);
  return phones != NULL;
}

/* Gives @word a guessed pronunciation. @update: it is the last one, have them all looked for. */
static gboolean
teach_word (LvEngineDecoder *self, ps_decoder_t *decoder, const char *word, gboolean update)
{
  g_autofree char *phones = lv_engine_phones_guess (word);

  if (phones == NULL || self->n_new_words >= LV_ENGINE_MAX_NEW_WORDS)
    return FALSE;
  self->n_new_words++;
  return ps_add_word (decoder, word, phones, update) >= 0;
}

static gboolean
learn_word (const char *word, gpointer data)
{
  LvEngineDecoder *self = data;

  return is_known (self->grammar, word) || teach_word (self, self->grammar, word, FALSE);
}

static LvEngineGrammar *
compile_grammar (LvEngineDecoder *self, const char *const *phrases)
{
  LvEngineGrammar *grammar = lv_engine_grammar_new ();

  for (guint i = 0; phrases[i] != NULL && i < LV_ENGINE_MAX_PHRASES; i++)
    lv_engine_grammar_add (grammar, phrases[i], learn_word, self);
  return grammar;
}

static fsg_model_t *
build_model (LvEngineDecoder *self, const LvEngineGrammar *grammar)
{
  logmath_t *logmath = ps_get_logmath (self->grammar);
  fsg_model_t *model = fsg_model_init (GRAMMAR, logmath, GRAMMAR_WEIGHT, grammar->n_states);

  model->start_state = grammar->start;
  model->final_state = grammar->end;
  for (guint i = 0; i < grammar->arcs->len; i++)
    {
      const LvEngineArc *arc = &g_array_index (grammar->arcs, LvEngineArc, i);
      int32 score = logmath_log (logmath, arc->probability) * GRAMMAR_WEIGHT;

      if (arc->word != NULL)
        fsg_model_trans_add (model, arc->from, arc->to, score,
                             fsg_model_word_add (model, arc->word));
      else
        fsg_model_null_trans_add (model, arc->from, arc->to, score);
    }
  glist_free (fsg_model_null_trans_closure (model, NULL));
  return model;
}

gboolean
lv_engine_decoder_set_phrases (LvEngineDecoder *self, const char *const *phrases)
{
  g_autoptr (LvEngineGrammar) grammar = NULL;
  fsg_model_t *model;

  if (self->phrases != NULL && g_strv_equal ((const char *const *) self->phrases, phrases))
    return self->has_grammar;
  g_strfreev (self->phrases);
  self->phrases = g_strdupv ((char **) phrases);
  grammar = compile_grammar (self, phrases);
  self->has_grammar = FALSE;
  if (grammar->n_phrases == 0)
    return FALSE;
  model = build_model (self, grammar);
  self->has_grammar = ps_set_fsg (self->grammar, GRAMMAR, model) == 0 &&
                      ps_set_search (self->grammar, GRAMMAR) == 0;
  fsg_model_free (model);
  return self->has_grammar;
}

/* The words of @phrase that the dictionary lacks. */
static void
collect_unknown (LvEngineDecoder *self, const char *phrase, GPtrArray *unknown)
{
  g_autofree char *lower = g_ascii_strdown (phrase, -1);
  g_auto (GStrv) words = g_strsplit_set (lower, " -_.,", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && !is_known (self->open, words[i]))
      g_ptr_array_add (unknown, g_strdup (words[i]));
}

void
lv_engine_decoder_set_vocabulary (LvEngineDecoder *self, const char *const *words)
{
  g_autoptr (GPtrArray) unknown = g_ptr_array_new_with_free_func (g_free);

  g_return_if_fail (self->vocabulary == NULL);

  self->vocabulary = g_strdupv ((char **) words);
  for (guint i = 0; words != NULL && words[i] != NULL && i < LV_ENGINE_MAX_VOCABULARY; i++)
    collect_unknown (self, words[i], unknown);
  for (guint i = 0; i < unknown->len; i++)
    teach_word (self, self->open, unknown->pdata[i], i + 1 == unknown->len);
}

const char *const *
lv_engine_decoder_get_vocabulary (LvEngineDecoder *self)
{
  return (const char *const *) self->vocabulary;
}

void
lv_engine_decoder_begin (LvEngineDecoder *self)
{
  ps_start_utt (self->open);
  if (self->has_grammar)
    ps_start_utt (self->grammar);
}

void
lv_engine_decoder_feed (LvEngineDecoder *self, const gint16 *samples, gsize n_samples)
{
  ps_process_raw (self->open, samples, n_samples, FALSE, FALSE);
  if (self->has_grammar)
    ps_process_raw (self->grammar, samples, n_samples, FALSE, FALSE);
}

char *
lv_engine_decoder_peek (LvEngineDecoder *self)
{
  const char *text = ps_get_hyp (self->open, NULL);

  return g_strdup (text != NULL ? text : "");
}

/* Frames of the utterance that are words, not silence or noise. */
static int
count_word_frames (ps_decoder_t *decoder)
{
  int sum = 0, first, last;

  for (ps_seg_t *segment = ps_seg_iter (decoder); segment != NULL; segment = ps_seg_next (segment))
    {
      if (!g_ascii_isalpha (ps_seg_word (segment)[0]))
        continue;
      ps_seg_frames (segment, &first, &last);
      sum += last - first + 1;
    }
  return sum;
}

static gboolean
prefer_grammar (LvEngineDecoder *self, int32 grammar_score, int32 open_score)
{
  return grammar_score >= GRAMMAR_MAX_RATIO * open_score &&
         count_word_frames (self->grammar) >= GRAMMAR_MIN_COVER * count_word_frames (self->open);
}

char *
lv_engine_decoder_end (LvEngineDecoder *self)
{
  int32 open_score = 0, grammar_score = 0;
  const char *open, *grammar = NULL;

  ps_end_utt (self->open);
  open = ps_get_hyp (self->open, &open_score);
  if (self->has_grammar)
    {
      ps_end_utt (self->grammar);
      grammar = ps_get_hyp (self->grammar, &grammar_score);
    }
  self->better = self->open;
  if (open == NULL || grammar == NULL || grammar[0] == '\0')
    return g_strdup (open != NULL ? open : "");
  if (!prefer_grammar (self, grammar_score, open_score))
    return g_strdup (open);
  self->better = self->grammar;
  return g_strdup (grammar);
}

GPtrArray *
lv_engine_decoder_dup_words (LvEngineDecoder *self)
{
  GPtrArray *words = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_engine_word_free);
  int first, last;

  for (ps_seg_t *segment = ps_seg_iter (self->better); segment != NULL;
       segment = ps_seg_next (segment))
    {
      const char *word = ps_seg_word (segment);

      if (!g_ascii_isalpha (word[0]))
        continue;
      ps_seg_frames (segment, &first, &last);
      /* "read(2)" is another pronunciation of "read" */
      g_ptr_array_add (words, lv_engine_word_new (g_strndup (word, strcspn (word, "(")),
                                                  first * FRAME_US, (last + 1) * FRAME_US));
    }
  return words;
}
