/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-answer.h"

typedef struct {
  guint hash;
  guint count;
} Sentence;

struct _LvAnswer {
  guint sound_ms;
  double loudest; /* RMS, 0..1 */
  gboolean has_words;
  gunichar last; /* visible character of the words */

  GString *sentence; /* its letters, in lower case */
  Sentence sentences[LV_ANSWER_SENTENCES];
  guint n_sentences; /* ever said; the oldest makes room */
};

LvAnswer *
lv_answer_new (void)
{
  LvAnswer *self = g_new0 (LvAnswer, 1);

  self->sentence = g_string_new (NULL);
  return self;
}

void
lv_answer_free (LvAnswer *self)
{
  g_string_free (self->sentence, TRUE);
  g_free (self);
}

void
lv_answer_forget (LvAnswer *self)
{
  self->n_sentences = 0;
  g_string_truncate (self->sentence, 0);
}

void
lv_answer_add_sound (LvAnswer *self, double rms, guint ms)
{
  self->sound_ms += ms;
  self->loudest = MAX (self->loudest, rms);
}

static void
count_sentence (LvAnswer *self, guint hash)
{
  const guint n = MIN (self->n_sentences, LV_ANSWER_SENTENCES);

  for (guint i = 0; i < n; i++)
    if (self->sentences[i].hash == hash)
      {
        self->sentences[i].count++;
        return;
      }
  self->sentences[self->n_sentences++ % LV_ANSWER_SENTENCES] = (Sentence){ hash, 1 };
}

static void
end_sentence (LvAnswer *self)
{
  if (g_utf8_strlen (self->sentence->str, -1) >= LV_ANSWER_SENTENCE_MIN)
    count_sentence (self, g_str_hash (self->sentence->str));
  g_string_truncate (self->sentence, 0);
}

void
lv_answer_begin (LvAnswer *self)
{
  end_sentence (self);
  self->sound_ms = 0;
  self->loudest = 0.0;
  self->has_words = FALSE;
  self->last = 0;
}

static gboolean
ends_sentence (gunichar character)
{
  static const gunichar marks[] = { '.',    '!',    '?',    ';',    ':',    0x2026, 0x3002,
                                    0xff0e, 0xff01, 0xff1f, 0x0964, 0x06d4, 0x061f };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (marks[i] == character)
      return TRUE;
  return FALSE;
}

static gboolean
closes (gunichar character)
{
  return character == '"' || character == '\'' || character == 0x2019 ||
         g_unichar_type (character) == G_UNICODE_CLOSE_PUNCTUATION ||
         g_unichar_type (character) == G_UNICODE_FINAL_PUNCTUATION;
}

static void
add_character (LvAnswer *self, gunichar character)
{
  if (g_unichar_isalnum (character))
    g_string_append_unichar (self->sentence, g_unichar_tolower (character));
  if (ends_sentence (character) || self->sentence->len >= LV_ANSWER_SENTENCE_MAX)
    end_sentence (self);
  if (!g_unichar_isgraph (character))
    return;
  self->has_words = TRUE;
  if (!closes (character))
    self->last = character;
}

void
lv_answer_add_words (LvAnswer *self, const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    add_character (self, g_utf8_get_char (p));
}

gboolean
lv_answer_has_content (const LvAnswer *self)
{
  return self->has_words || self->sound_ms > 0;
}

gboolean
lv_answer_is_cut (const LvAnswer *self)
{
  return self->has_words && g_unichar_isalnum (self->last);
}

gboolean
lv_answer_is_hushed (const LvAnswer *self)
{
  return self->has_words && self->sound_ms >= LV_ANSWER_HUSH_MS &&
         self->loudest < LV_ANSWER_HUSH_RMS;
}

guint
lv_answer_get_repeats (const LvAnswer *self)
{
  guint most = 0;

  for (guint i = 0; i < MIN (self->n_sentences, LV_ANSWER_SENTENCES); i++)
    most = MAX (most, self->sentences[i].count);
  return most;
}
