/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-engine-ears"
#include "engine/lv-engine-ears.h"

#define PEEK_SAMPLES (LV_RATE_IN / 4) /* between two interim hypotheses */
#define MAX_SAMPLES (LV_ENGINE_EARS_MAX_SECONDS * LV_RATE_IN)

typedef enum {
  JOB_VOCABULARY,
  JOB_PREPARE,
  JOB_BEGIN,
  JOB_FEED,
  JOB_END,
  JOB_ABORT,
  JOB_QUIT,
  N_JOBS
} JobKind;

/* Main thread to worker. */
typedef struct {
  JobKind kind;
  guint utterance;
  char **phrases; /* PREPARE, VOCABULARY, nullable */
  GBytes *audio;  /* FEED */
  GTask *task;    /* END; travels on in the report: the worker never drops a reference to it */
} Job;

/* Worker to main thread: an interim hypothesis, or with a task the result. */
typedef struct {
  GWeakRef ears;
  guint utterance;
  char *text;
  GPtrArray *words;
  GTask *task;
  GError *error;
} Report;

/* Of a task. */
typedef struct {
  char *text;
  GPtrArray *words;
} Result;

struct _LvEngineEars {
  GObject parent_instance;

  /* main thread */
  guint utterance; /* counts begin() and abort() */
  gsize n_fed;
  GPtrArray *words; /* LvWord, of the last result */
  gboolean listening;

  /* worker */
  LvEngineDecoder *decoder; /* lent while an utterance lasts */
  GError *refusal;          /* why there is none */
  char **phrases;
  char **vocabulary;
  gsize n_unpeeked;
  char *last_peek;

  LvEngineDecoderPool *pool; /* has a lock of its own */

  /* shared: atomic */
  guint dropped; /* the last utterance that nobody waits for, and all before it */

  /* owned */
  GAsyncQueue *jobs;
  GMainContext *context;
  GThread *thread;
};

enum { SIGNAL_HYPOTHESIS, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvEngineEars, lv_engine_ears, G_TYPE_OBJECT)

/* ---- worker ---- */

static void
job_free (Job *job)
{
  g_strfreev (job->phrases);
  g_clear_pointer (&job->audio, g_bytes_unref);
  g_free (job);
}

static void
report_free (Report *report)
{
  g_clear_object (&report->task);
  g_weak_ref_clear (&report->ears);
  g_clear_error (&report->error);
  g_clear_pointer (&report->words, g_ptr_array_unref);
  g_free (report->text);
  g_free (report);
}

static void
result_free (Result *result)
{
  g_clear_pointer (&result->words, g_ptr_array_unref);
  g_free (result->text);
  g_free (result);
}

static void
return_result (Report *report)
{
  Result *result = g_new (Result, 1);

  result->text = g_steal_pointer (&report->text);
  result->words = g_steal_pointer (&report->words);
  g_task_return_pointer (report->task, result, (GDestroyNotify) result_free);
}

static gboolean
is_dropped (LvEngineEars *self, guint utterance)
{
  return utterance <= (guint) g_atomic_int_get (&self->dropped);
}

static gboolean
on_report (gpointer data)
{
  Report *report = data;
  g_autoptr (LvEngineEars) self = g_weak_ref_get (&report->ears);

  if (self != NULL && report->task == NULL && report->utterance == self->utterance &&
      self->listening)
    g_signal_emit (self, signals[SIGNAL_HYPOTHESIS], 0, report->text);
  if (report->task != NULL && report->error != NULL)
    g_task_return_error (report->task, g_steal_pointer (&report->error));
  else if (report->task != NULL)
    return_result (report);
  return G_SOURCE_REMOVE;
}

/* Takes everything. */
static void
send_report (LvEngineEars *self, guint utterance, char *text, GPtrArray *words, GTask *task,
             GError *error)
{
  Report *report = g_new0 (Report, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  g_weak_ref_init (&report->ears, self);
  report->utterance = utterance;
  report->text = text;
  report->words = words;
  report->task = task;
  report->error = error;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, on_report, report, (GDestroyNotify) report_free);
  g_source_attach (source, self->context);
}

static gboolean
take_decoder (LvEngineEars *self)
{
  static const char *const no_phrases[] = { NULL };
  const char *const *phrases = self->phrases ? (const char *const *) self->phrases : no_phrases;

  g_clear_error (&self->refusal);
  self->decoder = lv_engine_decoder_pool_take (self->pool, (const char *const *) self->vocabulary,
                                               &self->refusal);
  if (self->decoder == NULL)
    return FALSE;
  lv_engine_decoder_set_phrases (self->decoder, phrases);
  return TRUE;
}

static void
give_decoder (LvEngineEars *self)
{
  lv_engine_decoder_pool_give (self->pool, g_steal_pointer (&self->decoder));
}

static void
do_abort (LvEngineEars *self, Job *job)
{
  g_clear_error (&self->refusal);
  if (self->decoder == NULL)
    return;
  g_free (lv_engine_decoder_end (self->decoder));
  give_decoder (self);
}

static void
do_prepare (LvEngineEars *self, Job *job)
{
  if (job->phrases != NULL)
    {
      g_strfreev (self->phrases);
      self->phrases = g_steal_pointer (&job->phrases);
    }
  if (self->decoder == NULL && take_decoder (self))
    give_decoder (self);
}

static void
do_vocabulary (LvEngineEars *self, Job *job)
{
  g_strfreev (self->vocabulary);
  self->vocabulary = g_steal_pointer (&job->phrases);
}

static void
do_begin (LvEngineEars *self, Job *job)
{
  do_abort (self, job);
  g_clear_pointer (&self->last_peek, g_free);
  self->n_unpeeked = 0;
  if (take_decoder (self))
    lv_engine_decoder_begin (self->decoder);
}

static void
peek (LvEngineEars *self, guint utterance)
{
  g_autofree char *text = lv_engine_decoder_peek (self->decoder);

  self->n_unpeeked = 0;
  if (text[0] == '\0' || g_strcmp0 (text, self->last_peek) == 0)
    return;
  g_free (self->last_peek);
  self->last_peek = g_strdup (text);
  send_report (self, utterance, g_steal_pointer (&text), NULL, NULL, NULL);
}

static void
do_feed (LvEngineEars *self, Job *job)
{
  gsize size;
  const gint16 *samples = g_bytes_get_data (job->audio, &size);

  if (self->decoder == NULL || is_dropped (self, job->utterance))
    return;
  lv_engine_decoder_feed (self->decoder, samples, size / sizeof *samples);
  self->n_unpeeked += size / sizeof *samples;
  if (self->n_unpeeked >= PEEK_SAMPLES)
    peek (self, job->utterance);
}

static void
do_end (LvEngineEars *self, Job *job)
{
  g_autofree char *text = self->decoder ? lv_engine_decoder_end (self->decoder) : g_strdup ("");
  GPtrArray *words = self->decoder ? lv_engine_decoder_dup_words (self->decoder) : NULL;
  g_autoptr (GError) error = g_steal_pointer (&self->refusal);

  if (self->decoder != NULL)
    give_decoder (self);
  if (error == NULL && is_dropped (self, job->utterance))
    error = g_error_new_literal (LV_ERROR, LV_ERROR_CANCELLED, "The utterance was dropped");
  send_report (self, job->utterance, g_steal_pointer (&text), words, g_steal_pointer (&job->task),
               g_steal_pointer (&error));
}

static gpointer
work (gpointer data)
{
  static void (*const handlers[N_JOBS]) (LvEngineEars *, Job *) = {
    [JOB_VOCABULARY] = do_vocabulary,
    [JOB_PREPARE] = do_prepare,
    [JOB_BEGIN] = do_begin,
    [JOB_FEED] = do_feed,
    [JOB_END] = do_end,
    [JOB_ABORT] = do_abort,
    [JOB_QUIT] = do_abort,
  };
  LvEngineEars *self = data;
  JobKind kind;

  do
    {
      Job *job = g_async_queue_pop (self->jobs);

      kind = job->kind;
      handlers[kind](self, job);
      job_free (job);
    }
  while (kind != JOB_QUIT);
  return NULL;
}

/* ---- main thread ---- */

static void
push_job (LvEngineEars *self, JobKind kind, char **phrases, GBytes *audio, GTask *task)
{
  Job *job = g_new0 (Job, 1);

  *job = (Job){ kind, self->utterance, phrases, audio, task };
  g_async_queue_push (self->jobs, job);
}

static void
drop_utterances (LvEngineEars *self)
{
  self->listening = FALSE;
  g_atomic_int_set (&self->dropped, self->utterance);
}

static void
lv_engine_ears_dispose (GObject *object)
{
  LvEngineEars *self = LV_ENGINE_EARS (object);

  if (self->thread != NULL)
    {
      drop_utterances (self);
      push_job (self, JOB_QUIT, NULL, NULL, NULL);
      g_thread_join (g_steal_pointer (&self->thread));
      lv_engine_decoder_pool_leave (self->pool);
    }
  G_OBJECT_CLASS (lv_engine_ears_parent_class)->dispose (object);
}

static void
lv_engine_ears_finalize (GObject *object)
{
  LvEngineEars *self = LV_ENGINE_EARS (object);

  g_clear_error (&self->refusal);
  g_strfreev (self->phrases);
  g_strfreev (self->vocabulary);
  g_clear_pointer (&self->words, g_ptr_array_unref);
  g_free (self->last_peek);
  g_async_queue_unref (self->jobs);
  g_main_context_unref (self->context);
  G_OBJECT_CLASS (lv_engine_ears_parent_class)->finalize (object);
}

static void
lv_engine_ears_class_init (LvEngineEarsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lv_engine_ears_dispose;
  G_OBJECT_CLASS (klass)->finalize = lv_engine_ears_finalize;

  signals[SIGNAL_HYPOTHESIS] =
      g_signal_new ("hypothesis", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
lv_engine_ears_init (LvEngineEars *self)
{
  self->jobs = g_async_queue_new_full ((GDestroyNotify) job_free);
  self->context = g_main_context_ref_thread_default ();
  self->pool = lv_engine_decoder_pool_get_default ();
}

LvEngineEars *
lv_engine_ears_new (void)
{
  LvEngineEars *self = g_object_new (LV_TYPE_ENGINE_EARS, NULL);

  lv_engine_decoder_pool_enter (self->pool);
  self->thread = g_thread_new ("lv-ears", work, self);
  push_job (self, JOB_PREPARE, NULL, NULL, NULL);
  return self;
}

void
lv_engine_ears_set_phrases (LvEngineEars *self, const char *const *phrases)
{
  g_return_if_fail (LV_IS_ENGINE_EARS (self));

  push_job (self, JOB_PREPARE, g_strdupv ((char **) phrases), NULL, NULL);
}

void
lv_engine_ears_set_vocabulary (LvEngineEars *self, const char *const *words)
{
  g_return_if_fail (LV_IS_ENGINE_EARS (self));

  push_job (self, JOB_VOCABULARY, g_strdupv ((char **) words), NULL, NULL);
}

void
lv_engine_ears_begin (LvEngineEars *self)
{
  g_return_if_fail (LV_IS_ENGINE_EARS (self));

  self->utterance++;
  self->listening = TRUE;
  self->n_fed = 0;
  push_job (self, JOB_BEGIN, NULL, NULL, NULL);
}

void
lv_engine_ears_feed (LvEngineEars *self, const gint16 *samples, gsize n_samples)
{
  g_return_if_fail (LV_IS_ENGINE_EARS (self));

  n_samples = MIN (n_samples, MAX_SAMPLES - self->n_fed);
  if (!self->listening || n_samples == 0)
    return;
  self->n_fed += n_samples;
  push_job (self, JOB_FEED, NULL, g_bytes_new (samples, n_samples * sizeof *samples), NULL);
}

void
lv_engine_ears_end_async (LvEngineEars *self, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, lv_engine_ears_end_async);
  if (!self->listening)
    {
      g_task_return_new_error (task, LV_ERROR, LV_ERROR_NOT_READY, "No utterance has begun");
      g_object_unref (task);
      return;
    }
  self->listening = FALSE;
  push_job (self, JOB_END, NULL, NULL, task);
}

char *
lv_engine_ears_end_finish (LvEngineEars *self, GAsyncResult *result, GError **error)
{
  Result *heard = g_task_propagate_pointer (G_TASK (result), error);
  char *text = NULL;

  if (heard == NULL)
    return NULL;
  text = g_steal_pointer (&heard->text);
  g_clear_pointer (&self->words, g_ptr_array_unref);
  self->words = g_steal_pointer (&heard->words);
  result_free (heard);
  return text;
}

GPtrArray *
lv_engine_ears_get_words (LvEngineEars *self)
{
  return self->words;
}

void
lv_engine_ears_abort (LvEngineEars *self)
{
  g_return_if_fail (LV_IS_ENGINE_EARS (self));

  drop_utterances (self);
  push_job (self, JOB_ABORT, NULL, NULL, NULL);
}
