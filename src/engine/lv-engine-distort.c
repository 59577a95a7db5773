/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-distort.h"

#include "base/lv-pcm.h"
#include "protocol/lv-encode.h"

#include <string.h>

#define TONE_LEVEL 6000
#define TONE_PERIOD 54 /* frames */

struct _LvEngineDistort {
  LvEngineEmit emit;
  gpointer data;

  GQueue held; /* GBytes, during a pause */
  guint pause_timeout;

  GPtrArray *said;     /* GBytes of the turn that is said twice; NULL: it is not */
  guint lost, doubled; /* bits by LvEngineFrameKind */
  gboolean in_turn;
  gboolean is_cut;   /* the turn has ended for the client */
  gboolean is_empty; /* the turn has no content */
  gboolean is_rejected;
  gboolean is_hushed;
};

LvEngineDistort *
lv_engine_distort_new (LvEngineEmit emit, gpointer data)
{
  LvEngineDistort *self = g_new0 (LvEngineDistort, 1);

  self->emit = emit;
  self->data = data;
  return self;
}

void
lv_engine_distort_free (LvEngineDistort *self)
{
  g_clear_handle_id (&self->pause_timeout, g_source_remove);
  g_clear_pointer (&self->said, g_ptr_array_unref);
  g_queue_clear_full (&self->held, (GDestroyNotify) g_bytes_unref);
  g_free (self);
}

/* ---- out ---- */

static void
emit (LvEngineDistort *self, GBytes *frame)
{
  if (self->pause_timeout == 0)
    self->emit (frame, self->data);
  else if (self->held.length < LV_ENGINE_HELD_MAX_FRAMES)
    g_queue_push_tail (&self->held, g_bytes_ref (frame));
}

static void
emit_message (LvEngineDistort *self, const LvServerMessage *message)
{
  g_autoptr (GBytes) frame = lv_encode_server (message);

  emit (self, frame);
}

static gboolean
on_pause_timeout (gpointer user_data)
{
  LvEngineDistort *self = user_data;
  GQueue held = self->held;

  self->pause_timeout = 0;
  g_queue_init (&self->held);
  while (held.length > 0)
    {
      g_autoptr (GBytes) frame = g_queue_pop_head (&held);

      emit (self, frame);
    }
  return G_SOURCE_REMOVE;
}

/* ---- kinds of messages ---- */

static gboolean
has_audio (const LvServerMessage *message)
{
  const GPtrArray *parts = message->model_turn != NULL ? message->model_turn->parts : NULL;

  return parts != NULL && parts->len > 0 && ((LvPart *) parts->pdata[0])->blob != NULL;
}

static guint
find_kinds (const LvServerMessage *message)
{
  const gboolean is[LV_ENGINE_N_FRAMES] = {
    [LV_ENGINE_FRAME_SETUP_COMPLETE] = message->setup_complete,
    [LV_ENGINE_FRAME_RESUMPTION] = message->resumption_update,
    [LV_ENGINE_FRAME_HEARD] = message->input_transcription != NULL,
    [LV_ENGINE_FRAME_AUDIO] = has_audio (message),
    [LV_ENGINE_FRAME_TRANSCRIPT] = message->output_transcription != NULL,
    [LV_ENGINE_FRAME_CALL] = message->function_calls != NULL,
    [LV_ENGINE_FRAME_CANCELLATION] = message->cancelled_ids != NULL,
    [LV_ENGINE_FRAME_INTERRUPTED] = message->interrupted,
    [LV_ENGINE_FRAME_GENERATION_COMPLETE] = message->generation_complete,
    [LV_ENGINE_FRAME_TURN_COMPLETE] = message->turn_complete,
  };
  guint bits = 0;

  for (guint i = 0; i < LV_ENGINE_N_FRAMES; i++)
    bits |= is[i] ? 1u << i : 0;
  return bits;
}

static gboolean
is_content (const LvServerMessage *message)
{
  return message->model_turn != NULL || message->output_transcription != NULL;
}

/* ---- what becomes of a message ---- */

/* Of the audio in @message; newly allocated. */
static LvServerMessage *
hush (const LvServerMessage *message)
{
  const LvPart *part = message->model_turn->parts->pdata[0];
  LvServerMessage *quiet = lv_server_message_new ();
  gsize size;
  const gint16 *samples = g_bytes_get_data (part->blob->data, &size);
  gint16 *hushed = g_new (gint16, size / sizeof *samples);
  g_autoptr (GBytes) pcm = NULL;

  for (gsize i = 0; i < size / sizeof *samples; i++)
    hushed[i] = samples[i] / LV_ENGINE_HUSH_DIVISOR;
  pcm = g_bytes_new_take (hushed, size / sizeof *samples * sizeof *samples);
  quiet->model_turn = lv_content_new (LV_ROLE_MODEL);
  lv_content_add_blob (quiet->model_turn, lv_blob_new (part->blob->mime_type, pcm));
  return quiet;
}

static gboolean
is_swallowed (LvEngineDistort *self, const LvServerMessage *message)
{
  if (self->is_cut)
    return is_content (message) || message->generation_complete || message->turn_complete;
  return self->is_empty && (is_content (message) || message->generation_complete);
}

/* The end of a turn that was none; newly allocated. */
static LvServerMessage *
reject_turn (void)
{
  LvServerMessage *end = lv_server_message_new ();

  end->turn_complete = TRUE;
  end->turn_complete_reason = g_strdup ("RESPONSE_REJECTED");
  return end;
}

static LvServerMessage *
distort (LvEngineDistort *self, const LvServerMessage *message)
{
  if (self->is_hushed && has_audio (message))
    return hush (message);
  return self->is_rejected && message->turn_complete ? reject_turn () : NULL;
}

static void
say (LvEngineDistort *self, const LvServerMessage *message)
{
  g_autoptr (LvServerMessage) other = distort (self, message);
  g_autoptr (GBytes) frame = lv_encode_server (other != NULL ? other : message);

  if (self->said != NULL && is_content (message) && self->said->len < LV_ENGINE_REPEAT_MAX_FRAMES)
    g_ptr_array_add (self->said, g_bytes_ref (frame));
  emit (self, frame);
}

static void
say_again (LvEngineDistort *self)
{
  g_autoptr (GPtrArray) said = g_steal_pointer (&self->said);

  for (guint i = 0; said != NULL && i < said->len; i++)
    emit (self, said->pdata[i]);
}

static void
end_turn (LvEngineDistort *self)
{
  self->in_turn = self->is_cut = self->is_empty = self->is_rejected = self->is_hushed = FALSE;
  g_clear_pointer (&self->said, g_ptr_array_unref);
}

void
lv_engine_distort_message (LvEngineDistort *self, const LvServerMessage *message)
{
  const guint bits = find_kinds (message);
  const guint lost = self->lost & bits;
  const guint doubled = self->doubled & bits;

  self->in_turn = self->in_turn || is_content (message);
  self->lost &= ~bits;
  self->doubled &= ~bits;
  if (message->generation_complete)
    say_again (self);
  for (guint i = 0; i <= (doubled != 0 ? 1 : 0) && lost == 0; i++)
    if (!is_swallowed (self, message))
      say (self, message);
  if (message->turn_complete)
    end_turn (self);
}

/* ---- faults ---- */

static void
send_json (LvEngineDistort *self, const LvEngineFault *fault)
{
  g_autoptr (GBytes) frame = g_bytes_new (fault->text, strlen (fault->text));

  emit (self, frame);
}

static void
send_audio (LvEngineDistort *self, const LvEngineFault *fault)
{
  const gsize n_frames = (gsize) fault->number * LV_RATE_OUT / 1000;
  gint16 *samples = g_new (gint16, n_frames);
  g_autoptr (GBytes) pcm = g_bytes_new_take (samples, n_frames * sizeof *samples);
  g_autoptr (LvServerMessage) message = lv_server_message_new ();

  for (gsize i = 0; i < n_frames; i++)
    samples[i] = i % TONE_PERIOD < TONE_PERIOD / 2 ? TONE_LEVEL : -TONE_LEVEL;
  message->model_turn = lv_content_new (LV_ROLE_MODEL);
  lv_content_add_blob (message->model_turn, lv_blob_new ("audio/pcm;rate=24000", pcm));
  emit_message (self, message);
}

static void
begin_pause (LvEngineDistort *self, const LvEngineFault *fault)
{
  g_clear_handle_id (&self->pause_timeout, g_source_remove);
  self->pause_timeout = g_timeout_add (fault->number, on_pause_timeout, self);
}

static void
cut (LvEngineDistort *self, const LvEngineFault *fault)
{
  g_autoptr (LvServerMessage) end = lv_server_message_new ();

  if (!self->in_turn || self->is_cut)
    return;
  self->is_cut = TRUE;
  end->turn_complete = TRUE;
  emit_message (self, end);
}

/* As after a word of the user, but without one. */
static void
interrupt (LvEngineDistort *self, const LvEngineFault *fault)
{
  g_autoptr (LvServerMessage) interruption = lv_server_message_new ();

  if (!self->in_turn || self->is_cut)
    return;
  interruption->interrupted = TRUE;
  emit_message (self, interruption);
  cut (self, fault);
}

static void
reject (LvEngineDistort *self, const LvEngineFault *fault)
{
  self->is_empty = self->is_rejected = TRUE;
}

static void
empty (LvEngineDistort *self, const LvEngineFault *fault)
{
  self->is_empty = TRUE;
}

static void
begin_hush (LvEngineDistort *self, const LvEngineFault *fault)
{
  self->is_hushed = TRUE;
}

static void
repeat (LvEngineDistort *self, const LvEngineFault *fault)
{
  g_clear_pointer (&self->said, g_ptr_array_unref);
  self->said = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

static void
lose (LvEngineDistort *self, const LvEngineFault *fault)
{
  self->lost |= 1u << fault->number;
}

static void
twice (LvEngineDistort *self, const LvEngineFault *fault)
{
  self->doubled |= 1u << fault->number;
}

static void (*const actions[]) (LvEngineDistort *, const LvEngineFault *) = {
  [LV_ENGINE_FAULT_SEND] = send_json,    [LV_ENGINE_FAULT_AUDIO] = send_audio,
  [LV_ENGINE_FAULT_PAUSE] = begin_pause, [LV_ENGINE_FAULT_CUT] = cut,
  [LV_ENGINE_FAULT_EMPTY] = empty,       [LV_ENGINE_FAULT_HUSH] = begin_hush,
  [LV_ENGINE_FAULT_REPEAT] = repeat,     [LV_ENGINE_FAULT_LOSE] = lose,
  [LV_ENGINE_FAULT_TWICE] = twice,       [LV_ENGINE_FAULT_REJECT] = reject,
  [LV_ENGINE_FAULT_PHANTOM] = interrupt,
};

gboolean
lv_engine_distort_apply (LvEngineDistort *self, const LvEngineFault *fault)
{
  if (actions[fault->kind] == NULL)
    return FALSE;
  actions[fault->kind](self, fault);
  return TRUE;
}
