/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-speech.h"

#include "base/lv-pcm.h"
#include "engine/lv-engine-languages.h"
#include "engine/lv-engine-voice.h"

typedef struct {
  GBytes *pcm;
  char *text;
} Chunk;

typedef struct {
  gint64 at_us;      /* when this is heard */
  gsize text_length; /* of the turn's text, up to here */
} Mark;

struct _LvEngineSpeech {
  GObject parent_instance;

  /* owned */
  LvEngineVoice *voice; /* NULL: text answers */
  GQueue chunks;        /* Chunk, synthesised but not due yet */
  GString *text;        /* emitted in this turn */
  GArray *marks;        /* Mark */

  guint64 frames;         /* emitted in this turn */
  gint64 next_us;         /* when the next chunk may go; monotonic */
  gint64 playback_end_us; /* when the last one has been heard */
  guint said, delivered;  /* ids of the last text given to the voice, and got from it whole */
  guint timer;
  gboolean open;      /* between the first word and the end of the turn */
  gboolean finished;  /* no more text */
  gboolean generated; /* emitted */
};

enum { TEXT, AUDIO, GENERATED, COMPLETE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvEngineSpeech, lv_engine_speech, G_TYPE_OBJECT)

static void
chunk_free (Chunk *chunk)
{
  g_bytes_unref (chunk->pcm);
  g_free (chunk->text);
  g_free (chunk);
}

static void
open_turn (LvEngineSpeech *self)
{
  if (self->open)
    return;

  self->open = TRUE;
  self->finished = self->generated = FALSE;
  self->frames = 0;
  self->next_us = self->playback_end_us = 0;
  g_string_truncate (self->text, 0);
  g_array_set_size (self->marks, 0);
}

static void
close_turn (LvEngineSpeech *self)
{
  self->open = FALSE;
  g_clear_handle_id (&self->timer, g_source_remove);
  g_queue_clear_full (&self->chunks, (GDestroyNotify) chunk_free);
  self->delivered = self->said;
}

static void
emit_text (LvEngineSpeech *self, const char *delta)
{
  const gsize length = self->text->len;
  const gboolean glued =
      length > 0 && !g_ascii_isspace (*delta) && !g_ascii_isspace (self->text->str[length - 1]);
  g_autofree char *spaced = g_strconcat (glued ? " " : "", delta, NULL);

  g_string_append (self->text, spaced);
  g_signal_emit (self, signals[TEXT], 0, spaced);
}

static void
emit_chunk (LvEngineSpeech *self, const Chunk *chunk, gint64 now)
{
  const guint64 frames = g_bytes_get_size (chunk->pcm) / LV_BYTES_PER_FRAME;
  const gint64 duration = lv_pcm_frames_to_us (frames, LV_RATE_OUT);
  const Mark mark = { MAX (self->playback_end_us, now), self->text->len };

  g_array_append_val (self->marks, mark);
  self->frames += frames;
  self->next_us = MAX (self->next_us, now) + duration / LV_ENGINE_SPEECH_PACE;
  self->playback_end_us = mark.at_us + duration;

  if (*chunk->text != '\0')
    emit_text (self, chunk->text);
  g_array_index (self->marks, Mark, self->marks->len - 1).text_length = self->text->len;
  g_signal_emit (self, signals[AUDIO], 0, chunk->pcm);
}

static void advance (LvEngineSpeech *self);

static gboolean
on_timer (gpointer user_data)
{
  LvEngineSpeech *self = user_data;

  self->timer = 0;
  advance (self);
  return G_SOURCE_REMOVE;
}

static void
wake_at (LvEngineSpeech *self, gint64 at_us, gint64 now)
{
  if (self->timer == 0)
    self->timer = g_timeout_add ((at_us - now + 999) / 1000, on_timer, self);
}

static gboolean
is_delivered (LvEngineSpeech *self)
{
  return self->finished && self->delivered == self->said && g_queue_is_empty (&self->chunks);
}

/* Does what is due, and sees to it that what is due later wakes us. Handlers of the signals may cut
 * the turn. */
static void
advance (LvEngineSpeech *self)
{
  g_autoptr (LvEngineSpeech) alive G_GNUC_UNUSED = g_object_ref (self);
  const gint64 now = g_get_monotonic_time ();

  while (self->open && !g_queue_is_empty (&self->chunks) && self->next_us <= now)
    {
      Chunk *chunk = g_queue_pop_head (&self->chunks);

      emit_chunk (self, chunk, now);
      chunk_free (chunk);
    }
  if (self->open && !g_queue_is_empty (&self->chunks))
    wake_at (self, self->next_us, now);

  if (self->open && is_delivered (self) && !self->generated)
    {
      self->generated = TRUE;
      g_signal_emit (self, signals[GENERATED], 0);
    }
  if (!self->open || !self->generated)
    return;

  if (self->playback_end_us > now)
    {
      wake_at (self, self->playback_end_us, now);
      return;
    }
  close_turn (self);
  g_signal_emit (self, signals[COMPLETE], 0);
}

static void
on_voice_chunk (LvEngineVoice *voice, GBytes *pcm, const char *text, LvEngineSpeech *self)
{
  Chunk *chunk = g_new (Chunk, 1);

  chunk->pcm = g_bytes_ref (pcm);
  chunk->text = g_strdup (text);
  g_queue_push_tail (&self->chunks, chunk);
  advance (self);
}

static void
on_voice_done (LvEngineVoice *voice, guint id, LvEngineSpeech *self)
{
  self->delivered = id;
  advance (self);
}

static void
lv_engine_speech_init (LvEngineSpeech *self)
{
  self->text = g_string_new (NULL);
  self->marks = g_array_new (FALSE, FALSE, sizeof (Mark));
}

static void
lv_engine_speech_dispose (GObject *object)
{
  LvEngineSpeech *self = LV_ENGINE_SPEECH (object);

  close_turn (self);
  if (self->voice != NULL)
    lv_engine_voice_stop (self->voice);
  g_clear_object (&self->voice);

  G_OBJECT_CLASS (lv_engine_speech_parent_class)->dispose (object);
}

static void
lv_engine_speech_finalize (GObject *object)
{
  LvEngineSpeech *self = LV_ENGINE_SPEECH (object);

  g_string_free (self->text, TRUE);
  g_array_unref (self->marks);

  G_OBJECT_CLASS (lv_engine_speech_parent_class)->finalize (object);
}

static void
lv_engine_speech_class_init (LvEngineSpeechClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GType type = G_TYPE_FROM_CLASS (klass);

  object_class->dispose = lv_engine_speech_dispose;
  object_class->finalize = lv_engine_speech_finalize;

  signals[TEXT] = g_signal_new ("text", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                1, G_TYPE_STRING);
  signals[AUDIO] = g_signal_new ("audio", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                 1, G_TYPE_BYTES);
  signals[GENERATED] =
      g_signal_new ("generated", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[COMPLETE] =
      g_signal_new ("complete", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

LvEngineSpeech *
lv_engine_speech_new (const LvSetup *setup)
{
  LvEngineSpeech *self = g_object_new (LV_TYPE_ENGINE_SPEECH, NULL);

  if (setup->response_text)
    return self;

  self->voice = lv_engine_voice_new (setup->voice, lv_engine_languages_of_setup (setup));
  g_signal_connect_object (self->voice, "chunk", G_CALLBACK (on_voice_chunk), self, 0);
  g_signal_connect_object (self->voice, "done", G_CALLBACK (on_voice_done), self, 0);
  return self;
}

void
lv_engine_speech_set_mood (LvEngineSpeech *self, double mood)
{
  if (self->voice != NULL)
    lv_engine_voice_set_mood (self->voice, mood);
}

void
lv_engine_speech_set_language (LvEngineSpeech *self, const char *language)
{
  if (self->voice != NULL)
    lv_engine_voice_set_language (self->voice, language);
}

void
lv_engine_speech_say (LvEngineSpeech *self, const char *text)
{
  open_turn (self);
  if (self->voice != NULL)
    self->said = lv_engine_voice_say (self->voice, text);
  else if (*text != '\0')
    emit_text (self, text);
}

void
lv_engine_speech_finish (LvEngineSpeech *self)
{
  open_turn (self);
  self->finished = TRUE;
  advance (self);
}

/* The text up to the last mark that playback has reached. */
static char *
dup_heard (LvEngineSpeech *self, gint64 now)
{
  gsize length = 0;

  for (guint i = 0; i < self->marks->len; i++)
    {
      const Mark *mark = &g_array_index (self->marks, Mark, i);

      if (mark->at_us <= now)
        length = mark->text_length;
    }
  return g_strndup (self->text->str, self->voice != NULL ? length : self->text->len);
}

char *
lv_engine_speech_cut (LvEngineSpeech *self)
{
  open_turn (self);
  close_turn (self);
  if (self->voice != NULL)
    lv_engine_voice_stop (self->voice);
  return dup_heard (self, g_get_monotonic_time ());
}

const char *
lv_engine_speech_get_text (LvEngineSpeech *self)
{
  return self->text->str;
}

guint64
lv_engine_speech_get_frames (LvEngineSpeech *self)
{
  return self->frames;
}
