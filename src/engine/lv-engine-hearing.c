/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-engine-hearing"

#include "engine/lv-engine-hearing.h"

#include "base/lv-pcm.h"
#include "engine/lv-engine-ears.h"
#include "engine/lv-engine-mood.h"
#include "engine/lv-engine-vad.h"

#include <math.h>
#include <string.h>

#define HOP LV_ENGINE_VAD_HOP
#define PREROLL_HOPS 40 /* 400 ms: a slow onset, and the time that the detector takes */
#define UTTERANCE_MAX_FRAMES (LV_ENGINE_EARS_MAX_SECONDS * LV_RATE_IN)
#define PAUSE 0.01        /* RMS of a moment without voice */
#define RECOGNIZING_MAX 4 /* who talks faster than we understand is not heard */

/* Samples of the connection. */
typedef struct {
  guint64 start, n;
  double power; /* sum of squares of the voice, pauses left out */
  guint64 n_voice;
} Span;

struct _LvEngineHearing {
  GObject parent_instance;

  /* owned */
  LvEngineEars *ears; /* NULL before the first sound: who only types needs no models */
  char **phrases;
  char **vocabulary;
  LvEngineVad *vad; /* NULL: the client says when */
  GCancellable *cancellable;

  gint16 hop[HOP]; /* not yet whole */
  gsize hop_fill;
  gint16 preroll[PREROLL_HOPS][HOP];
  guint preroll_next, preroll_fill;

  guint64 n_fed; /* samples of the connection */
  GQueue spans;  /* Span: of the utterances that are not reported yet, oldest first */
  Span *heard;   /* the one that is being reported */
  gboolean speech;
  guint frames;       /* of this utterance */
  guint ended_frames; /* of those that have ended but are not reported yet */
  guint recognizing;  /* how many these are */
};

enum { STARTED, ENDED, HYPOTHESIS, HEARD, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvEngineHearing, lv_engine_hearing, G_TYPE_OBJECT)

static void
on_ears_hypothesis (LvEngineEars *ears, const char *text, LvEngineHearing *self)
{
  g_signal_emit (self, signals[HYPOTHESIS], 0, text);
}

static void
lv_engine_hearing_init (LvEngineHearing *self)
{
  self->cancellable = g_cancellable_new ();
}

static void
lv_engine_hearing_dispose (GObject *object)
{
  LvEngineHearing *self = LV_ENGINE_HEARING (object);

  g_cancellable_cancel (self->cancellable);
  if (self->ears != NULL && self->speech)
    lv_engine_ears_abort (self->ears);
  self->speech = FALSE;
  g_clear_object (&self->ears);

  G_OBJECT_CLASS (lv_engine_hearing_parent_class)->dispose (object);
}

static void
lv_engine_hearing_finalize (GObject *object)
{
  LvEngineHearing *self = LV_ENGINE_HEARING (object);

  g_clear_pointer (&self->vad, lv_engine_vad_free);
  g_strfreev (self->phrases);
  g_strfreev (self->vocabulary);
  g_queue_clear_full (&self->spans, g_free);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (lv_engine_hearing_parent_class)->finalize (object);
}

static void
lv_engine_hearing_class_init (LvEngineHearingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lv_engine_hearing_dispose;
  object_class->finalize = lv_engine_hearing_finalize;

  signals[STARTED] = g_signal_new ("started", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
  signals[HYPOTHESIS] = g_signal_new ("hypothesis", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                      NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[HEARD] = g_signal_new ("heard", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT);
}

static char **
dup_strings (GPtrArray *strings)
{
  char **copy = g_new0 (char *, strings->len + 1);

  for (guint i = 0; i < strings->len; i++)
    copy[i] = g_strdup (strings->pdata[i]);
  return copy;
}

LvEngineHearing *
lv_engine_hearing_new (const LvSetup *setup)
{
  LvEngineHearing *self = g_object_new (LV_TYPE_ENGINE_HEARING, NULL);

  if (!setup->vad_disabled)
    self->vad = lv_engine_vad_new (setup);
  if (setup->vocabulary != NULL && setup->vocabulary->len > 0)
    self->vocabulary = dup_strings (setup->vocabulary);
  return self;
}

void
lv_engine_hearing_expect (LvEngineHearing *self, const char *const *phrases)
{
  g_strfreev (self->phrases);
  self->phrases = g_strdupv ((char **) phrases);
  if (self->ears != NULL)
    lv_engine_ears_set_phrases (self->ears, phrases);
}

static void
grow_ears (LvEngineHearing *self)
{
  if (self->ears != NULL)
    return;

  self->ears = lv_engine_ears_new ();
  g_signal_connect_object (self->ears, "hypothesis", G_CALLBACK (on_ears_hypothesis), self, 0);
  if (self->vocabulary != NULL)
    lv_engine_ears_set_vocabulary (self->ears, (const char *const *) self->vocabulary);
  if (self->phrases != NULL)
    lv_engine_ears_set_phrases (self->ears, (const char *const *) self->phrases);
}

static void
add_power (Span *span, const gint16 *samples, gsize n_samples)
{
  const double rms = lv_pcm_rms (samples, n_samples);

  if (rms < PAUSE)
    return;
  span->power += rms * rms * n_samples;
  span->n_voice += n_samples;
}

static void
feed_ears (LvEngineHearing *self, const gint16 *samples, gsize n_samples)
{
  Span *span = g_queue_peek_tail (&self->spans);

  lv_engine_ears_feed (self->ears, samples, n_samples);
  self->frames += n_samples;
  span->n += n_samples;
  add_power (span, samples, n_samples);
  /* Somebody left the radio on: answer what there is. */
  if (self->frames >= UTTERANCE_MAX_FRAMES)
    lv_engine_hearing_end (self);
}

static void
remember_hop (LvEngineHearing *self)
{
  memcpy (self->preroll[self->preroll_next], self->hop, sizeof self->hop);
  self->preroll_next = (self->preroll_next + 1) % PREROLL_HOPS;
  self->preroll_fill = MIN (self->preroll_fill + 1, PREROLL_HOPS);
}

static void
feed_preroll (LvEngineHearing *self)
{
  const guint oldest = self->preroll_next + PREROLL_HOPS - self->preroll_fill;

  for (guint i = 0; i < self->preroll_fill; i++)
    feed_ears (self, self->preroll[(oldest + i) % PREROLL_HOPS], HOP);
  self->preroll_fill = 0;
}

static void
take_hop (LvEngineHearing *self)
{
  const LvEngineVadEvent event = lv_engine_vad_feed (self->vad, self->hop);

  self->n_fed += HOP;
  if (self->speech)
    feed_ears (self, self->hop, HOP);
  else
    remember_hop (self);

  if (event == LV_ENGINE_VAD_START)
    lv_engine_hearing_start (self);
  else if (event == LV_ENGINE_VAD_END)
    lv_engine_hearing_end (self);
}

void
lv_engine_hearing_feed (LvEngineHearing *self, const gint16 *samples, gsize n_samples)
{
  grow_ears (self);
  if (self->vad == NULL && self->speech)
    feed_ears (self, samples, n_samples);
  if (self->vad == NULL)
    {
      self->n_fed += n_samples;
      return;
    }

  while (n_samples > 0)
    {
      const gsize n = MIN (n_samples, HOP - self->hop_fill);

      memcpy (self->hop + self->hop_fill, samples, n * sizeof *samples);
      self->hop_fill += n;
      samples += n;
      n_samples -= n;
      if (self->hop_fill == HOP)
        {
          take_hop (self);
          self->hop_fill = 0;
        }
    }
}

void
lv_engine_hearing_start (LvEngineHearing *self)
{
  Span *span;

  if (self->speech || self->recognizing >= RECOGNIZING_MAX)
    return;

  span = g_new0 (Span, 1);
  span->start = self->n_fed - (guint64) self->preroll_fill * HOP;
  g_queue_push_tail (&self->spans, span);
  self->speech = TRUE;
  self->frames = 0;
  grow_ears (self);
  lv_engine_ears_begin (self->ears);
  feed_preroll (self);
  g_signal_emit (self, signals[STARTED], 0);
}

static void
on_ears_end (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = lv_engine_ears_end_finish (LV_ENGINE_EARS (source), result, &error);
  LvEngineHearing *self = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    g_debug ("an utterance was lost: %s", error->message);

  self->recognizing--;
  self->heard = g_queue_pop_head (&self->spans);
  g_signal_emit (self, signals[HEARD], 0, text != NULL ? text : "", self->ended_frames);
  g_clear_pointer (&self->heard, g_free);
  self->ended_frames = 0;
}

void
lv_engine_hearing_end (LvEngineHearing *self)
{
  if (!self->speech)
    return;

  self->speech = FALSE;
  self->ended_frames += self->frames;
  self->recognizing++;
  if (self->vad != NULL)
    lv_engine_vad_end (self->vad);
  lv_engine_ears_end_async (self->ears, self->cancellable, on_ears_end, self);
  g_signal_emit (self, signals[ENDED], 0);
}

gboolean
lv_engine_hearing_is_busy (LvEngineHearing *self)
{
  return self->speech || self->recognizing > 0;
}

static const Span *
get_span (LvEngineHearing *self)
{
  static const Span none;

  if (self->heard != NULL)
    return self->heard;
  return self->spans.length > 0 ? self->spans.tail->data : &none;
}

gint64
lv_engine_hearing_get_start_us (LvEngineHearing *self)
{
  return lv_pcm_frames_to_us (get_span (self)->start, LV_RATE_IN);
}

gint64
lv_engine_hearing_get_end_us (LvEngineHearing *self)
{
  const Span *span = get_span (self);

  return lv_pcm_frames_to_us (span->start + span->n, LV_RATE_IN);
}

double
lv_engine_hearing_get_mood (LvEngineHearing *self)
{
  const Span *span = get_span (self);
  GPtrArray *words = self->ears != NULL ? lv_engine_ears_get_words (self->ears) : NULL;

  if (words == NULL || words->len == 0 || span->n_voice == 0)
    return 0.0;
  return lv_engine_mood_judge (10.0 * log10 (span->power / span->n_voice),
                               (double) words->len * LV_RATE_IN / span->n_voice);
}

GPtrArray *
lv_engine_hearing_dup_words (LvEngineHearing *self)
{
  GPtrArray *heard = self->ears != NULL ? lv_engine_ears_get_words (self->ears) : NULL;
  GPtrArray *words = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_engine_word_free);
  const gint64 start_us = lv_engine_hearing_get_start_us (self);

  for (guint i = 0; heard != NULL && i < heard->len; i++)
    {
      const LvWord *word = heard->pdata[i];

      g_ptr_array_add (words, lv_engine_word_new (g_strdup (word->text), start_us + word->start_us,
                                                  start_us + word->end_us));
    }
  return words;
}
