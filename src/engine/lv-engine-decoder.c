/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-decoder.h"

#include "engine/lv-engine-phones.h"

#include <pocketsphinx.h>
#include <sphinxbase/err.h>
#include <string.h>

#define MODEL_DIR LV_POCKETSPHINX_MODEL_DIR "/en-us"
#define GRAMMAR "phrases"
#define NUMBER_RULE "<number>"

/* Log-likelihoods are negative. A sentence of the grammar scores 0.3 to 0.6 of what the language model, with its weights for
 * rare words, gives the same sound; another sentence 0.6 to 1.3, and the grammar takes half of its words for noise. */
#define GRAMMAR_MAX_RATIO 0.72
#define GRAMMAR_MIN_COVER 0.85

struct _LvEngineDecoder {
  /* owned */
  ps_decoder_t *open;
  ps_decoder_t *grammar;

  char **phrases; /* of the grammar that is set */
  gboolean has_grammar;
  guint n_new_words;
};

static const char number_rules[] =
    "<digit> = one | two | three | four | five | six | seven | eight | nine;\n"
    "<teen> = ten | eleven | twelve | thirteen | fourteen | fifteen | sixteen | seventeen | "
    "eighteen | nineteen;\n"
    "<tens> = twenty | thirty | forty | fifty | sixty | seventy | eighty | ninety;\n"
    "<small> = <digit> | <teen> | <tens> [<digit>];\n"
    "<number> = zero | <small> | (a | <digit>) hundred [[and] <small>];\n";

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
    cmd_ln_set_float32_r (config, "-lw",
                          1.0); /* a large grammar is not to score worse than a small one */
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
  g_free (self);
}

/* Gives @word a pronunciation if the dictionary has none. */
static gboolean
learn_word (LvEngineDecoder *self, const char *word)
{
  char *known = ps_lookup_word (self->grammar, word);
  g_autofree char *phones = NULL;

  if (known != NULL)
    {
      ckd_free (known);
      return TRUE;
    }
  phones = lv_engine_phones_guess (word);
  if (phones == NULL || self->n_new_words >= LV_ENGINE_MAX_NEW_WORDS)
    return FALSE;
  self->n_new_words++;
  return ps_add_word (self->grammar, word, phones, FALSE) >= 0;
}

/* The length of the token at @p: a word, the name of the number rule, or one sign; 0 for what does not belong here. */
static gsize
token_length (const char *p)
{
  gsize n = strspn (p, "abcdefghijklmnopqrstuvwxyz'");

  if (n > 0)
    return n;
  if (g_str_has_prefix (p, NUMBER_RULE))
    return strlen (NUMBER_RULE);
  return strchr ("|()[]", *p) != NULL;
}

/* Follows the brackets: @open is the stack of those still open. FALSE where a word is missing or one does not match. */
static gboolean
check_sign (GString *open, char sign, gboolean *wants_word)
{
  gboolean opens = sign == '(' || sign == '[';

  if (opens)
    g_string_append_c (open, sign == '(' ? ')' : ']');
  else if (*wants_word)
    return FALSE;
  else if (sign != '|' && (open->len == 0 || open->str[open->len - 1] != sign))
    return FALSE;
  else if (sign != '|')
    g_string_truncate (open, open->len - 1);
  *wants_word = opens || sign == '|';
  return TRUE;
}

/* Checks the form of @phrase and makes sure that each word of it can be heard. */
static gboolean
learn_phrase (LvEngineDecoder *self, const char *phrase)
{
  g_autoptr (GString) open = g_string_new (NULL);
  gboolean wants_word = TRUE;
  gsize n;

  for (const char *p = phrase + strspn (phrase, " "); *p != '\0'; p += n, p += strspn (p, " "))
    {
      g_autofree char *token = g_strndup (p, n = token_length (p));

      if (n == 0)
        return FALSE;
      if (strchr ("|()[]", *p) != NULL && !check_sign (open, *p, &wants_word))
        return FALSE;
      if ((g_ascii_isalpha (*p) || *p == '\'') && !learn_word (self, token))
        return FALSE;
      if (g_ascii_isalpha (*p) || *p == '<' || *p == '\'')
        wants_word = FALSE;
    }
  return !wants_word && open->len == 0;
}

static char *
build_grammar (LvEngineDecoder *self, const char *const *phrases)
{
  GString *jsgf = g_string_new ("#JSGF V1.0;\ngrammar phrases;\n");
  gboolean any = FALSE;

  g_string_append (jsgf, number_rules);
  g_string_append (jsgf, "public <phrase> = [please | could you | can you | hey] (");
  for (guint i = 0; phrases[i] != NULL && i < LV_ENGINE_MAX_PHRASES; i++)
    {
      if (jsgf->len > LV_ENGINE_MAX_GRAMMAR_BYTES || !learn_phrase (self, phrases[i]))
        continue;
      g_string_append_printf (jsgf, "%s%s", any ? " | " : "", phrases[i]);
      any = TRUE;
    }
  g_string_append (jsgf, ") [please];\n");
  return g_string_free (jsgf, !any);
}

gboolean
lv_engine_decoder_set_phrases (LvEngineDecoder *self, const char *const *phrases)
{
  g_autofree char *jsgf = NULL;

  if (self->phrases != NULL && g_strv_equal ((const char *const *) self->phrases, phrases))
    return self->has_grammar;
  g_strfreev (self->phrases);
  self->phrases = g_strdupv ((char **) phrases);
  jsgf = build_grammar (self, phrases);
  self->has_grammar = jsgf != NULL && ps_set_jsgf_string (self->grammar, GRAMMAR, jsgf) == 0 &&
                      ps_set_search (self->grammar, GRAMMAR) == 0;
  return self->has_grammar;
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
  if (open == NULL || grammar == NULL || grammar[0] == '\0')
    return g_strdup (open != NULL ? open : "");
  return g_strdup (prefer_grammar (self, grammar_score, open_score) ? grammar : open);
}
