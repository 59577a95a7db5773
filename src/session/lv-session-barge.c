/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the session itself hears in the microphone, before any server: somebody who begins to speak
 * while the model does, and the voice stands still until the server says whether that was an
 * interruption; with turn detection "local", where the user's turn begins and ends. Each chunk
 * passes here before the uplink. Main thread.
 */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "session/lv-session-setup.h"

/* What is certainly speech, and over. */
#define LV_WORDS_PREFIX_MS 300
#define LV_WORDS_SILENCE_MS 1000

/* ---- the model's voice, when somebody begins to speak ---- */

static void
obey (LvSession *self, LvBargeOrder order)
{
  if (order == LV_BARGE_NOTHING)
    return;
  g_debug ("%s", order == LV_BARGE_HOLD ? "Somebody speaks: the voice is held" : "It goes on");
  lv_playback_set_held (self->playback, order == LV_BARGE_HOLD);
}

static gboolean
on_hold_timer (gpointer data)
{
  LvSession *self = data;

  self->hold_timer = 0;
  obey (self, lv_barge_expire (self->barge));
  return G_SOURCE_REMOVE;
}

/* A translation is spoken while somebody speaks. */
static LvBargeScene
look_around (LvSession *self)
{
  LvBargeScene scene = { .own_db = LV_BARGE_UNHEARD_DB };

  scene.may_hold = self->playing && self->running->barge_in && !lv_session_is_stream (self) &&
                   lv_session_estimate_echo (self, &scene.own_db);
  return scene;
}

static void
judge_barge (LvSession *self)
{
  LvBargeScene scene = look_around (self);
  LvBargeOrder order = lv_barge_judge (self->barge, self->ears, &scene);

  obey (self, order);
  if (order == LV_BARGE_HOLD)
    lv_doctor_hear_voice (self->doctor, g_get_monotonic_time ());
  if (order == LV_BARGE_HOLD)
    lv_session_set_timer (self, &self->hold_timer, LV_BARGE_HOLD_MS, on_hold_timer);
  else if (order == LV_BARGE_RELEASE)
    g_clear_handle_id (&self->hold_timer, g_source_remove);
}

void
lv_session_end_hold (LvSession *self, gboolean interrupted)
{
  g_clear_handle_id (&self->hold_timer, g_source_remove);
  if (self->barge == NULL)
    return;
  if (lv_barge_is_held (self->barge))
    lv_playback_set_held (self->playback, FALSE);
  if (interrupted)
    lv_barge_confirm (self->barge);
  else
    lv_barge_forget (self->barge);
}

/* ---- turns of the user, where they are detected here ---- */

/* While the model's voice plays, only by what made it stand still: that was not itself. */
static gboolean
may_begin_turn (LvSession *self)
{
  if (self->playing && self->barge != NULL)
    return lv_barge_is_held (self->barge);
  return self->running->barge_in || !(self->playing || self->turn == LV_TURN_MODEL);
}

static void
judge_turn (LvSession *self)
{
  LvEndpointerEvent event = lv_endpointer_judge (self->turns, self->ears);

  if (event == LV_ENDPOINTER_START && !may_begin_turn (self))
    lv_endpointer_end (self->turns);
  else if (event == LV_ENDPOINTER_START)
    lv_session_begin_talk (self);
  else if (event == LV_ENDPOINTER_END)
    lv_session_end_talk (self);
}

/* ---- words that the server ought to hear as well ---- */

static void
tell_doctor (LvSession *self, gboolean speaks)
{
  guint patience_ms = MAX (self->running->silence_duration_ms, 0);

  lv_doctor_hear_user (self->doctor, speaks, patience_ms, g_get_monotonic_time ());
  lv_session_consult_doctor (self);
}

static void
end_words (LvSession *self)
{
  if (!lv_endpointer_is_speech (self->words))
    return;
  lv_endpointer_end (self->words);
  tell_doctor (self, FALSE);
}

/* While the voice plays what is heard may be that. */
static void
judge_words (LvSession *self)
{
  LvEndpointerEvent event;

  if (self->playing)
    {
      end_words (self);
      return;
    }
  event = lv_endpointer_judge (self->words, self->ears);
  if (event != LV_ENDPOINTER_NOTHING)
    tell_doctor (self, event == LV_ENDPOINTER_START);
}

/* ---- from the microphone ---- */

/* Such as it is where nobody listens: while the model speaks in half-duplex, or behind a switch. */
static gboolean
is_digital_silence (const gint16 *hop)
{
  for (guint i = 0; i < LV_VAD_HOP; i++)
    if (hop[i] != 0)
      return FALSE;
  return TRUE;
}

static void
hear_hop (LvSession *self, const gint16 *hop)
{
  if (is_digital_silence (hop))
    lv_vad_skip (self->ears);
  else
    lv_vad_feed (self->ears, hop);
}

/* Whoever hears of a turn may end the conversation. */
void
lv_session_judge_speech (LvSession *self, const gint16 *samples, guint n_samples)
{
  for (guint i = 0; self->ears != NULL && i + LV_VAD_HOP <= n_samples; i += LV_VAD_HOP)
    {
      hear_hop (self, samples + i);
      if (self->barge != NULL)
        judge_barge (self);
      if (self->turns != NULL)
        judge_turn (self);
      if (self->words != NULL)
        judge_words (self);
      if (self->ears != NULL)
        lv_session_judge_attention (self);
    }
}

void
lv_session_forget_speech (LvSession *self)
{
  lv_session_end_hold (self, FALSE);
  lv_session_forget_attention (self);
  if (self->turns != NULL)
    lv_endpointer_end (self->turns);
  if (self->words != NULL)
    end_words (self);
}

/* ---- from the beginning of a conversation to its end ---- */

/* Not where an application plays it, which has most of it already. */
static gboolean
can_hold (LvSession *self)
{
  return self->playback != NULL && self->running->audio == LV_AUDIO_PIPEWIRE;
}

void
lv_session_begin_ears (LvSession *self)
{
  LvTurnDetection detection = lv_session_setup_get_turn_detection (self->running);
  LvEndpointerSettings settings = lv_session_setup_get_endpointing (self->running);
  LvEndpointerSettings words = lv_endpointer_make_settings (
      LV_SENSITIVITY_LOW, LV_SENSITIVITY_LOW, LV_WORDS_PREFIX_MS, LV_WORDS_SILENCE_MS);

  self->turns_marked_here = detection != LV_TURN_DETECTION_AUTO;
  if (detection != LV_TURN_DETECTION_MANUAL)
    self->ears = lv_vad_new ();
  lv_session_begin_attention (self);
  if (self->ears == NULL)
    return;
  if (detection == LV_TURN_DETECTION_LOCAL)
    self->turns = lv_endpointer_new (&settings);
  else
    self->words = lv_endpointer_new (&words);
  if (can_hold (self))
    self->barge = lv_barge_new ();
}

void
lv_session_tune_ears (LvSession *self)
{
  LvEndpointerSettings settings = lv_session_setup_get_endpointing (self->running);

  if (self->turns != NULL)
    lv_endpointer_set_settings (self->turns, &settings);
}

void
lv_session_free_ears (LvSession *self)
{
  lv_session_end_hold (self, FALSE);
  g_clear_pointer (&self->barge, lv_barge_free);
  g_clear_pointer (&self->turns, lv_endpointer_free);
  g_clear_pointer (&self->words, lv_endpointer_free);
  g_clear_pointer (&self->ears, lv_vad_free);
  lv_session_free_attention (self);
}

void
lv_session_describe_ears (LvSession *self, GVariantDict *dict)
{
  if (self->barge == NULL)
    return;
  g_variant_dict_insert (dict, "ducks", "t", lv_barge_get_holds (self->barge));
  g_variant_dict_insert (dict, "ghost-holds", "t", lv_barge_get_ghosts (self->barge));
}
