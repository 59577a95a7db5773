/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-engine-voice"
#include "engine/lv-engine-voice.h"

#include "engine/lv-engine-chunker.h"
#include "engine/lv-engine-espeak.h"
#include "engine/lv-engine-languages.h"
#include "engine/lv-engine-mood.h"
#include "engine/lv-engine-speakable.h"

#include <math.h>

#define LOUDNESS 0.158 /* RMS of speech, pauses left out: -16 dBFS */
#define SILENCE 0.005  /* RMS of a pause */
#define MAX_GAIN 6.0f  /* some variants whisper */
#define REFERENCE_TEXT "The quick brown fox jumps over the lazy dog, and nobody sees it."

typedef struct {
  guint id; /* 0: the worker is to end */
  char *text;
  char *language; /* nullable */
  LvEngineVoiceStyle style;
} Job;

/* Worker to main thread: a chunk, or without sound the end of an utterance. */
typedef struct {
  GWeakRef voice;
  guint id;
  GBytes *pcm;
  char *text;
} Report;

struct _LvEngineVoice {
  GObject parent_instance;

  /* main thread */
  guint last_id;
  double mood;

  /* worker */
  LvEngineChunker *chunker;
  guint id;
  const char *sentence; /* being spoken, within the whole text */
  gsize sentence_offset;
  guint64 sentence_position; /* where its sound begins */
  gint64 lead_start_us, lead_us;

  /* shared: atomic */
  guint dropped; /* the last utterance that nobody waits for, and all before it */

  /* shared: lock */
  GMutex lock;
  GCond wake;     /* dropped has changed */
  char *language; /* written by the main thread alone */

  /* owned */
  const LvEngineVoiceStyle *style;
  GAsyncQueue *jobs;
  GMainContext *context;
  GThread *thread;
};

enum { SIGNAL_CHUNK, SIGNAL_DONE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvEngineVoice, lv_engine_voice, G_TYPE_OBJECT)

static void
job_free (Job *job)
{
  g_free (job->text);
  g_free (job->language);
  g_free (job);
}

static gboolean
is_dropped (LvEngineVoice *self, guint id)
{
  return id <= (guint) g_atomic_int_get (&self->dropped);
}

/* ---- worker ---- */

static void
report_free (Report *report)
{
  g_weak_ref_clear (&report->voice);
  g_clear_pointer (&report->pcm, g_bytes_unref);
  g_free (report->text);
  g_free (report);
}

static gboolean
on_report (gpointer data)
{
  Report *report = data;
  g_autoptr (LvEngineVoice) self = g_weak_ref_get (&report->voice);

  if (self == NULL || is_dropped (self, report->id))
    return G_SOURCE_REMOVE;
  if (report->pcm != NULL)
    g_signal_emit (self, signals[SIGNAL_CHUNK], 0, report->pcm, report->text);
  else
    g_signal_emit (self, signals[SIGNAL_DONE], 0, report->id);
  return G_SOURCE_REMOVE;
}

/* Takes @pcm. */
static void
send_report (LvEngineVoice *self, GBytes *pcm, const char *text)
{
  Report *report = g_new0 (Report, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  g_weak_ref_init (&report->voice, self);
  report->id = self->id;
  report->pcm = pcm;
  report->text = g_strdup (text);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_report, report, (GDestroyNotify) report_free);
  g_source_attach (source, self->context);
}

static gboolean
on_chunk (const gint16 *samples, gsize n_samples, const char *text, gpointer data)
{
  LvEngineVoice *self = data;

  if (is_dropped (self, self->id))
    return FALSE;
  self->lead_us += lv_pcm_frames_to_us (n_samples, LV_RATE_OUT);
  send_report (self, g_bytes_new (samples, n_samples * sizeof *samples), text);
  return TRUE;
}

static gboolean
on_sound (const gint16 *samples, gsize n_samples, gpointer data)
{
  LvEngineVoice *self = data;

  return !is_dropped (self, self->id) && lv_engine_chunker_push (self->chunker, samples, n_samples);
}

static void
on_word (gsize sample, gsize character, gpointer data)
{
  LvEngineVoice *self = data;
  glong n_characters = g_utf8_strlen (self->sentence, -1);
  const char *word =
      g_utf8_offset_to_pointer (self->sentence, MIN ((glong) character, n_characters));

  lv_engine_chunker_mark (self->chunker, self->sentence_position + sample,
                          self->sentence_offset + (word - self->sentence));
}

/* Loudness of the sound so far, pauses left out. */
typedef struct {
  double sum;
  guint n;
} Loudness;

static gboolean
on_reference_sound (const gint16 *samples, gsize n_samples, gpointer data)
{
  Loudness *loudness = data;
  double rms = lv_pcm_rms (samples, n_samples);

  if (rms > SILENCE)
    {
      loudness->sum += rms * rms;
      loudness->n++;
    }
  return TRUE;
}

static char *
dup_language (LvEngineVoice *self)
{
  g_autoptr (GMutexLocker) locker G_GNUC_UNUSED = g_mutex_locker_new (&self->lock);

  return g_strdup (self->language);
}

/* Variants differ by 10 dB: what this voice makes of a sentence tells how much it lacks. */
static float
measure_gain (LvEngineVoice *self)
{
  g_autofree char *language = dup_language (self);
  Loudness loudness = { 0 };

  lv_engine_espeak_speak (self->style, language, REFERENCE_TEXT, on_reference_sound, NULL,
                          &loudness, NULL);
  return loudness.n > 0 ? MIN ((float) (LOUDNESS / sqrt (loudness.sum / loudness.n)), MAX_GAIN)
                        : 1.0f;
}

static void
ensure_chunker (LvEngineVoice *self)
{
  guint rate = lv_engine_espeak_get_rate ();

  if (self->chunker == NULL && rate > 0)
    self->chunker = lv_engine_chunker_new (rate, measure_gain (self), on_chunk, self);
}

/* Not further ahead of the listener than anybody listens. */
static void
wait_for_listener (LvEngineVoice *self)
{
  gint64 now = g_get_monotonic_time (), wait_until;

  if (now > self->lead_start_us + self->lead_us)
    {
      self->lead_start_us = now;
      self->lead_us = 0;
    }
  wait_until = self->lead_start_us + self->lead_us - LV_ENGINE_VOICE_MAX_LEAD_S * G_USEC_PER_SEC;

  g_mutex_lock (&self->lock);
  while (!is_dropped (self, self->id) && g_get_monotonic_time () < wait_until)
    g_cond_wait_until (&self->wake, &self->lock, wait_until);
  g_mutex_unlock (&self->lock);
}

static void
speak_sentence (LvEngineVoice *self, const Job *job, gsize offset, gsize length)
{
  g_autofree char *sentence = g_strndup (job->text + offset, length);
  g_autofree char *spoken =
      lv_engine_speakable (sentence, lv_engine_languages_is_english (job->language));
  g_autoptr (GError) error = NULL;

  self->sentence = sentence;
  self->sentence_offset = offset;
  self->sentence_position = lv_engine_chunker_get_position (self->chunker);
  if (!lv_engine_espeak_speak (&job->style, job->language, spoken, on_sound, on_word, self, &error))
    g_debug ("Not spoken: %s", error->message);
}

static void
speak (LvEngineVoice *self, const Job *job)
{
  /* nobody waits for the end of what was stopped */
  if (is_dropped (self, self->id))
    self->lead_us = 0;
  self->id = job->id;
  ensure_chunker (self);
  if (self->chunker == NULL || is_dropped (self, self->id))
    return;
  lv_engine_chunker_begin (self->chunker, job->text);
  for (gsize at = 0, n; job->text[at] != '\0' && !is_dropped (self, self->id); at += n)
    {
      n = lv_engine_speakable_sentence (job->text + at);
      wait_for_listener (self);
      speak_sentence (self, job, at, n);
    }
  lv_engine_chunker_end (self->chunker);
}

static gpointer
work (gpointer data)
{
  LvEngineVoice *self = data;
  gboolean more = TRUE;

  ensure_chunker (self);
  while (more)
    {
      Job *job = g_async_queue_pop (self->jobs);

      more = job->id != 0;
      if (more && !is_dropped (self, job->id))
        {
          speak (self, job);
          send_report (self, NULL, NULL);
        }
      job_free (job);
    }
  return NULL;
}

/* ---- main thread ---- */

static void
push_job (LvEngineVoice *self, guint id, const char *text)
{
  Job *job = g_new0 (Job, 1);

  job->id = id;
  job->text = g_utf8_make_valid (text, -1);
  job->language = g_strdup (self->language);
  job->style = lv_engine_mood_apply (self->style, self->mood);
  g_async_queue_push (self->jobs, job);
}

static void
lv_engine_voice_dispose (GObject *object)
{
  LvEngineVoice *self = LV_ENGINE_VOICE (object);

  if (self->thread != NULL)
    {
      lv_engine_voice_stop (self);
      push_job (self, 0, "");
      g_thread_join (g_steal_pointer (&self->thread));
    }
  G_OBJECT_CLASS (lv_engine_voice_parent_class)->dispose (object);
}

static void
lv_engine_voice_finalize (GObject *object)
{
  LvEngineVoice *self = LV_ENGINE_VOICE (object);

  g_clear_pointer (&self->chunker, lv_engine_chunker_free);
  g_async_queue_unref (self->jobs);
  g_main_context_unref (self->context);
  g_free (self->language);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);
  G_OBJECT_CLASS (lv_engine_voice_parent_class)->finalize (object);
}

static void
lv_engine_voice_class_init (LvEngineVoiceClass *klass)
{
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lv_engine_voice_dispose;
  G_OBJECT_CLASS (klass)->finalize = lv_engine_voice_finalize;

  signals[SIGNAL_CHUNK] = g_signal_new ("chunk", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 2, G_TYPE_BYTES, G_TYPE_STRING);
  signals[SIGNAL_DONE] = g_signal_new ("done", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
lv_engine_voice_init (LvEngineVoice *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  self->jobs = g_async_queue_new_full ((GDestroyNotify) job_free);
  self->context = g_main_context_ref_thread_default ();
}

LvEngineVoice *
lv_engine_voice_new (const char *voice, const char *language)
{
  LvEngineVoice *self = g_object_new (LV_TYPE_ENGINE_VOICE, NULL);

  self->style = lv_engine_voices_lookup (voice);
  self->language = g_strdup (language);
  self->thread = g_thread_new ("lv-voice", work, self);
  return self;
}

guint
lv_engine_voice_say (LvEngineVoice *self, const char *text)
{
  g_return_val_if_fail (LV_IS_ENGINE_VOICE (self), 0);

  push_job (self, ++self->last_id, text);
  return self->last_id;
}

void
lv_engine_voice_set_mood (LvEngineVoice *self, double mood)
{
  g_return_if_fail (LV_IS_ENGINE_VOICE (self));

  self->mood = mood;
}

void
lv_engine_voice_set_language (LvEngineVoice *self, const char *language)
{
  g_return_if_fail (LV_IS_ENGINE_VOICE (self));

  g_mutex_lock (&self->lock);
  g_free (self->language);
  self->language = g_strdup (language);
  g_mutex_unlock (&self->lock);
}

void
lv_engine_voice_stop (LvEngineVoice *self)
{
  g_return_if_fail (LV_IS_ENGINE_VOICE (self));

  g_mutex_lock (&self->lock);
  g_atomic_int_set (&self->dropped, self->last_id);
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);
}

const char *
lv_engine_voice_language (const LvSetup *setup)
{
  const char *wanted = lv_engine_languages_of_setup (setup);

  if (wanted == NULL)
    return LV_ENGINE_ENGLISH;
  if (lv_engine_languages_lookup (wanted) != NULL || lv_engine_espeak_speaks (wanted))
    return wanted;
  return LV_ENGINE_ENGLISH;
}
