/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-chunker.h"

#include "base/lv-resampler.h"

#include <math.h>
#include <string.h>

#define CHUNK_FRAMES (LV_RATE_OUT * LV_ENGINE_CHUNK_MS / 1000)
#define CHUNK_MIN_FRAMES (LV_RATE_OUT * LV_ENGINE_CHUNK_MIN_MS / 1000)

/* Above the knee the level is bent so that it never reaches full scale. */
#define KNEE 22000.0f
#define CEILING 32000.0f

/* A high pass at 20 Hz: some voices stand beside zero, and would click where they begin and end. */
#define HIGH_PASS 0.9948f

typedef struct {
  guint64 frame; /* of the output */
  gsize offset;  /* of the text */
} Mark;

struct _LvEngineChunker {
  guint rate_in;
  float gain;
  LvEngineChunkFunc func;
  gpointer data;

  /* owned */
  LvResampler *resampler;
  GArray *sound; /* float, not delivered */
  GArray *marks; /* Mark, not delivered */
  char *text;

  float last_in, last_out; /* of the high pass */

  guint64 n_in, n_delivered; /* input samples, output frames of the utterance */
  gsize n_told;              /* bytes of the text */
};

LvEngineChunker *
lv_engine_chunker_new (guint rate_in, float gain, LvEngineChunkFunc func, gpointer data)
{
  LvEngineChunker *self = g_new0 (LvEngineChunker, 1);

  self->rate_in = rate_in;
  self->gain = gain;
  self->func = func;
  self->data = data;
  self->resampler = lv_resampler_new (rate_in, LV_RATE_OUT);
  self->sound = g_array_new (FALSE, FALSE, sizeof (float));
  self->marks = g_array_new (FALSE, FALSE, sizeof (Mark));
  self->text = g_strdup ("");
  return self;
}

void
lv_engine_chunker_free (LvEngineChunker *self)
{
  lv_resampler_free (self->resampler);
  g_array_unref (self->sound);
  g_array_unref (self->marks);
  g_free (self->text);
  g_free (self);
}

void
lv_engine_chunker_begin (LvEngineChunker *self, const char *text)
{
  lv_resampler_reset (self->resampler);
  g_array_set_size (self->sound, 0);
  g_array_set_size (self->marks, 0);
  g_free (self->text);
  self->text = g_strdup (text);
  self->last_in = self->last_out = 0.0f;
  self->n_in = self->n_delivered = self->n_told = 0;
}

void
lv_engine_chunker_mark (LvEngineChunker *self, guint64 sample, gsize offset)
{
  Mark mark = { sample * LV_RATE_OUT / self->rate_in, MIN (offset, strlen (self->text)) };

  g_array_append_val (self->marks, mark);
}

static float
high_pass (LvEngineChunker *self, float value)
{
  self->last_out = value - self->last_in + HIGH_PASS * self->last_out;
  self->last_in = value;
  return self->last_out;
}

static gint16
limit (float value)
{
  float level = fabsf (value);

  if (level > KNEE)
    level = KNEE + (CEILING - KNEE) * tanhf ((level - KNEE) / (CEILING - KNEE));
  return (gint16) lrintf (copysignf (level, value));
}

/* Where the word at @offset ends, with its punctuation and the space after it. */
static gsize
word_end (const char *text, gsize offset)
{
  offset += strcspn (text + offset, " \n\t");
  return offset + strspn (text + offset, " \n\t");
}

/* What was not told yet of the words that begin before output frame @end; newly allocated. */
static char *
take_text (LvEngineChunker *self, guint64 end)
{
  gsize offset = self->n_told, start = self->n_told;
  guint n = 0;

  for (; n < self->marks->len && g_array_index (self->marks, Mark, n).frame < end; n++)
    offset = MAX (offset, word_end (self->text, g_array_index (self->marks, Mark, n).offset));
  if (n > 0)
    g_array_remove_range (self->marks, 0, n);
  self->n_told = offset;
  return g_strndup (self->text + start, offset - start);
}

static gboolean
deliver (LvEngineChunker *self, gsize n_frames, const char *text)
{
  gint16 samples[CHUNK_FRAMES];
  gsize n_real = MIN (n_frames, self->sound->len);

  for (gsize i = 0; i < n_frames; i++)
    samples[i] = limit (high_pass (self, i < n_real ? g_array_index (self->sound, float, i) : 0));
  if (n_real > 0)
    g_array_remove_range (self->sound, 0, n_real);
  self->n_delivered += n_frames;
  return self->func (samples, n_frames, text, self->data);
}

gboolean
lv_engine_chunker_push (LvEngineChunker *self, const gint16 *samples, gsize n_samples)
{
  self->n_in += n_samples;
  lv_resampler_push (self->resampler, samples, n_samples, self->gain, self->sound);
  while (self->sound->len >= CHUNK_FRAMES)
    {
      g_autofree char *text = take_text (self, self->n_delivered + CHUNK_FRAMES);

      if (!deliver (self, CHUNK_FRAMES, text))
        return FALSE;
    }
  return TRUE;
}

gboolean
lv_engine_chunker_end (LvEngineChunker *self)
{
  static const gint16 silence[LV_RESAMPLER_TAPS / 2];

  /* what the filter still holds */
  if (self->n_in > 0 && !lv_engine_chunker_push (self, silence, G_N_ELEMENTS (silence)))
    return FALSE;
  if (self->sound->len == 0 && self->text[self->n_told] == '\0')
    return TRUE;
  return deliver (self, MAX (self->sound->len, CHUNK_MIN_FRAMES), self->text + self->n_told);
}

guint64
lv_engine_chunker_get_position (LvEngineChunker *self)
{
  return self->n_in;
}
