/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-flow"

#include "audio/lv-flow.h"

#include "base/lv-pcm.h"

#define NS_PER_US 1000
#define US_PER_MS 1000

struct _LvFlow {
  gboolean feeding;  /* the voice flows */
  gboolean complete; /* no more of this utterance will come */
  gint64 waiting_us; /* since when the voice waits for the pre-roll */
  gint64 dry_us;     /* since when more of the utterance is missing; 0: none is */
  guint64 n_underruns;

  /* owned */
  LvVoice *voice;
  LvJitter *jitter;
};

LvFlow *
lv_flow_new (gsize max_bytes)
{
  LvFlow *self = g_new0 (LvFlow, 1);

  self->voice = lv_voice_new (max_bytes);
  self->jitter = lv_jitter_new ();
  return self;
}

void
lv_flow_free (LvFlow *self)
{
  lv_voice_free (self->voice);
  lv_jitter_unref (self->jitter);
  g_free (self);
}

LvVoice *
lv_flow_get_voice (LvFlow *self)
{
  return self->voice;
}

void
lv_flow_set_jitter (LvFlow *self, LvJitter *jitter)
{
  lv_jitter_ref (jitter);
  lv_jitter_unref (self->jitter);
  self->jitter = jitter;
}

static guint
to_ms (guint64 n_frames)
{
  return (guint) (lv_pcm_frames_to_us (n_frames, LV_RATE_OUT) / US_PER_MS);
}

static void
note_underrun (LvFlow *self, gint64 now_us)
{
  guint gap_ms = (guint) ((now_us - self->dry_us) / US_PER_MS);

  self->n_underruns++;
  lv_jitter_note_underrun (self->jitter, gap_ms);
  g_debug ("The voice broke off for %u ms; pre-roll is %u ms now", gap_ms,
           lv_jitter_get_preroll_ms (self->jitter));
}

/* The first frames after silence are about to come. */
static void
begin_waiting (LvFlow *self, gint64 now_us)
{
  if (self->dry_us > 0 && now_us - self->dry_us < LV_FLOW_STALL_MS * US_PER_MS)
    note_underrun (self, now_us);
  else
    lv_jitter_end (self->jitter);
  self->dry_us = 0;
  self->waiting_us = now_us;
}

guint64
lv_flow_push (LvFlow *self, LvPcmBlock *pcm, gint64 now_us)
{
  guint n_ms = to_ms (lv_pcm_block_get_length (pcm));

  if (self->feeding)
    lv_jitter_note_arrival (self->jitter, to_ms (lv_voice_get_queued (self->voice)), n_ms);
  else if (lv_voice_get_waiting (self->voice) == 0)
    begin_waiting (self, now_us);
  self->complete = FALSE;
  return lv_voice_push (self->voice, pcm);
}

void
lv_flow_complete (LvFlow *self)
{
  self->complete = TRUE;
  self->dry_us = 0;
  lv_jitter_end (self->jitter);
}

static gint64
get_preroll_end_us (LvFlow *self)
{
  return self->waiting_us + lv_jitter_get_preroll_ms (self->jitter) * US_PER_MS;
}

static gboolean
is_preroll_over (LvFlow *self, gint64 now_us)
{
  return self->complete || now_us >= get_preroll_end_us (self) ||
         to_ms (lv_voice_get_waiting (self->voice)) >= lv_jitter_get_preroll_ms (self->jitter);
}

static void
feed (LvFlow *self, gint64 now_us)
{
  if (lv_voice_get_waiting (self->voice) == 0)
    return;
  if (self->feeding && lv_voice_is_dry (self->voice))
    self->n_underruns++; /* by ourselves: this thread was busy */
  if (!self->feeding && !is_preroll_over (self, now_us))
    return;
  if (!self->feeding && !self->complete)
    lv_jitter_begin (self->jitter);
  self->feeding = TRUE;
  lv_voice_feed (self->voice);
}

static void
run_dry (LvFlow *self, gint64 now_us)
{
  if (self->feeding && !self->complete)
    self->dry_us = now_us;
  self->feeding = FALSE;
}

LvFlowState
lv_flow_run (LvFlow *self, gint64 now_us, gint64 *ret_due_us)
{
  lv_voice_update (self->voice, now_us * NS_PER_US);
  feed (self, now_us);
  if (!lv_voice_is_dry (self->voice))
    return LV_FLOW_PLAYING;
  if (lv_voice_get_waiting (self->voice) > 0)
    {
      *ret_due_us = get_preroll_end_us (self);
      return LV_FLOW_WAITING;
    }
  run_dry (self, now_us);
  *ret_due_us = lv_voice_get_end_ns (self->voice) / NS_PER_US + 1;
  if (now_us < *ret_due_us)
    return LV_FLOW_WAITING;
  lv_voice_settle (self->voice);
  return LV_FLOW_OVER;
}

static void
stop (LvFlow *self)
{
  self->feeding = FALSE;
  self->dry_us = 0;
  lv_jitter_end (self->jitter);
}

guint64
lv_flow_flush (LvFlow *self)
{
  stop (self);
  return lv_voice_flush (self->voice);
}

void
lv_flow_recall (LvFlow *self, gint64 now_us)
{
  stop (self);
  lv_voice_recall (self->voice, now_us * NS_PER_US);
  self->waiting_us = now_us;
}

void
lv_flow_drop (LvFlow *self)
{
  stop (self);
  lv_voice_drop (self->voice);
}

guint64
lv_flow_get_underruns (LvFlow *self)
{
  return self->n_underruns;
}

void
lv_flow_describe (LvFlow *self, GVariantDict *dict)
{
  g_variant_dict_insert (dict, "queued-ms", "u", to_ms (lv_voice_get_queued (self->voice)));
  g_variant_dict_insert (dict, "preroll-ms", "u", lv_jitter_get_preroll_ms (self->jitter));
  g_variant_dict_insert (dict, "underruns", "t", self->n_underruns);
}
