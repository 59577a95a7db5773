/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "base/lv-names.h"
#include "protocol/lv-encode.h"
#include "session/lv-session-setup.h"

/* ---- uplink -> socket ---- */

static void
send_mark (LvSession *self, const LvUplinkItem *item)
{
  static const LvRealtimeKind kinds[] = {
    [LV_UPLINK_ACTIVITY_START] = LV_REALTIME_ACTIVITY_START,
    [LV_UPLINK_ACTIVITY_END] = LV_REALTIME_ACTIVITY_END,
    [LV_UPLINK_STREAM_END] = LV_REALTIME_AUDIO_STREAM_END,
  };
  g_autoptr (LvClientMessage) message = NULL;
  g_autoptr (GBytes) frame = NULL;

  message = lv_client_message_new_realtime (kinds[item->kind]);
  frame = lv_encode_client (message);
  lv_session_send_now (self, frame);
}

static gboolean
on_uplink_timer (gpointer data)
{
  LvSession *self = data;

  self->uplink_timer = 0;
  lv_session_drain_uplink (self);
  return G_SOURCE_REMOVE;
}

static void
announce_lost (LvSession *self)
{
  guint64 lost = lv_uplink_get_lost (self->uplink);

  if (self->lost == 0 && lost > 0)
    lv_session_warn (self, "audio-dropped",
                     "The connection does not keep up: some of what was said is lost");
  self->lost = lost;
}

void
lv_session_drain_uplink (LvSession *self)
{
  LvUplinkItem item;

  if (self->uplink == NULL || self->link != LV_LINK_OPEN)
    return;
  while (lv_uplink_get_length (self->uplink) > 0 && lv_websocket_can_send_now (self->socket) &&
         lv_uplink_pop (self->uplink, &item))
    {
      if (item.kind == LV_UPLINK_AUDIO)
        lv_session_send_sound (self, item.samples, item.n_samples);
      else
        send_mark (self, &item);
    }
  announce_lost (self);
  if (lv_uplink_get_length (self->uplink) > 0 && self->uplink_timer == 0)
    lv_session_set_timer (self, &self->uplink_timer, LV_UPLINK_RETRY_MS, on_uplink_timer);
}

void
lv_session_release_uplink (LvSession *self)
{
  if (self->uplink == NULL)
    return;
  lv_uplink_set_open (self->uplink, TRUE, g_get_monotonic_time ());
  lv_session_drain_uplink (self);
  if (self->microphone_rests && lv_session_may_listen (self))
    lv_session_open_microphone (self);
  self->microphone_rests = FALSE;
}

void
lv_session_do_hold (LvSession *self)
{
  if (self->uplink != NULL)
    lv_uplink_set_open (self->uplink, FALSE, g_get_monotonic_time ());
}

/* ---- microphone -> uplink ---- */

static const struct {
  const char *reason;
  const char *code;
  const char *message;
} pauses[] = {
  [LV_PAUSE_NONE] = { NULL, NULL, NULL },
  [LV_PAUSE_FLOOR] = { "floor", "floor-lost",
                       "Another conversation has the microphone; end or mute it to be heard here" },
  [LV_PAUSE_SOURCE_MUTED] = { "source-muted", "microphone-off",
                              "The microphone is muted in the sound settings or by a key; unmute "
                              "it there" },
  [LV_PAUSE_PRIVACY] = { "privacy", "microphone-off",
                         "The privacy settings of the desktop turn microphones off; allow them "
                         "there" },
  [LV_PAUSE_LOCKED] = { "locked", "microphone-off",
                        "The screen is locked; the conversation goes on when it is unlocked" },
  [LV_PAUSE_INACTIVE] = { "inactive", "microphone-off",
                          "The screen shows another user's desktop; the conversation goes on when "
                          "it is yours again" },
  [LV_PAUSE_ASLEEP] = { "asleep", "microphone-off",
                        "The machine goes to sleep; the conversation goes on when you are back" },
  [LV_PAUSE_ORPHANED] = { "owner-gone", "microphone-off",
                          "The application of this session left; the conversation goes on when it "
                          "is back" },
};

/* That the user is away is reason enough, whatever the microphone does. */
static LvPause
get_pause (LvSession *self)
{
  if (self->capture == NULL)
    return LV_PAUSE_NONE;
  return self->hold != LV_PAUSE_NONE ? self->hold : lv_capture_get_pause (self->capture);
}

gboolean
lv_session_is_paused (LvSession *self)
{
  return get_pause (self) != LV_PAUSE_NONE;
}

void
lv_session_describe_microphone (LvSession *self, GVariantDict *dict)
{
  LvPause pause = get_pause (self);

  if (self->deaf)
    g_variant_dict_insert (dict, "paused", "s", "no-microphone");
  if (self->capture != NULL && lv_capture_is_running (self->capture))
    {
      g_variant_dict_insert (dict, "floor", "b", pause != LV_PAUSE_FLOOR);
      g_variant_dict_insert (dict, "captured-dropped", "t",
                             lv_uplink_get_dropped (self->uplink) * LV_CHUNK_FRAMES);
    }
  if (pause != LV_PAUSE_NONE)
    g_variant_dict_insert (dict, "paused", "s", pauses[pause].reason);
}

gboolean
lv_session_check_heard (LvSession *self, GError **error)
{
  LvPause pause = lv_capture_get_pause (self->capture);

  if (pause == LV_PAUSE_NONE)
    return TRUE;
  g_set_error_literal (error, LV_ERROR, LV_ERROR_NOT_READY, pauses[pause].message);
  return FALSE;
}

static gboolean
on_gap_timer (gpointer data)
{
  LvSession *self = data;

  lv_uplink_tick (self->uplink, g_get_monotonic_time ());
  lv_session_drain_uplink (self);
  return G_SOURCE_CONTINUE;
}

static void
announce_microphone (LvSession *self)
{
  gboolean active = self->capture != NULL && lv_capture_is_running (self->capture) &&
                    lv_capture_get_pause (self->capture) == LV_PAUSE_NONE;

  if (active == self->microphone_active)
    return;
  self->microphone_active = active;
  g_clear_handle_id (&self->gap_timer, g_source_remove);
  if (active)
    {
      self->gap_timer = g_timeout_add (LV_UPLINK_GAP_MS, on_gap_timer, self);
      lv_session_choose_echo (self, self->running->echo_cancel); /* the one that is heard decides */
    }
  lv_session_emit_changed (self, "microphone-active");
}

static void
set_loud (LvSession *self, gboolean loud)
{
  if (self->loud == loud)
    return;
  self->loud = loud;
  lv_session_update_state (self);
}

static void
stop_judging (LvSession *self)
{
  lv_loudness_reset (&self->loudness);
  set_loud (self, FALSE);
}

/* Where turns are marked here, the marks say who speaks; while the model does, the microphone may
 * hear it. */
static void
judge_level (LvSession *self, double rms)
{
  if (self->playing ||
      lv_session_setup_get_turn_detection (self->running) != LV_TURN_DETECTION_AUTO)
    stop_judging (self);
  else
    set_loud (self, lv_loudness_feed (&self->loudness, rms));
}

static void
on_capture_chunk (LvCapture *capture, const gint16 *samples, guint n_samples, gpointer data)
{
  g_autoptr (LvSession) self = g_object_ref (LV_SESSION (data));
  const gint16 *heard = lv_session_judge_echo (self, samples, n_samples);
  double rms = lv_pcm_rms (heard, n_samples);

  self->input_level = MAX (self->input_level, rms);
  self->n_loud += rms >= LV_LOUDNESS_MIN;
  judge_level (self, rms);
  lv_session_judge_speech (self, heard, n_samples);
  if (self->uplink == NULL)
    return;
  lv_uplink_push (self->uplink, heard, n_samples, g_get_monotonic_time ());
  lv_session_drain_uplink (self);
}

/* Nothing more will be heard for now. */
static void
end_hearing (LvSession *self)
{
  if (lv_uplink_is_talking (self->uplink))
    lv_session_end_talk (self);
  lv_uplink_pause (self->uplink, g_get_monotonic_time ());
  lv_session_drain_uplink (self);
  stop_judging (self);
  lv_session_forget_speech (self);
  announce_microphone (self);
}

static void
close_microphone (LvSession *self)
{
  lv_capture_stop (self->capture);
  end_hearing (self);
}

void
lv_session_rest_microphone (LvSession *self)
{
  if (self->capture == NULL || !lv_capture_is_running (self->capture))
    return;
  close_microphone (self);
  self->microphone_rests = TRUE;
}

static void
announce_pause (LvSession *self, LvPause pause)
{
  g_auto (GVariantDict) details = G_VARIANT_DICT_INIT (NULL);

  if (pause != LV_PAUSE_FLOOR)
    g_variant_dict_insert (&details, "reason", "s", pauses[pause].reason);
  lv_session_warn_with (self, pauses[pause].code, pauses[pause].message,
                        g_variant_dict_end (&details));
}

void
lv_session_announce_hold (LvSession *self)
{
  if (self->capture != NULL && self->hold != LV_PAUSE_NONE)
    announce_pause (self, self->hold);
}

static void
on_capture_pause (LvCapture *capture, LvSession *self)
{
  LvPause pause = lv_capture_get_pause (capture);

  if (pause == LV_PAUSE_NONE)
    announce_microphone (self);
  else
    {
      end_hearing (self);
      announce_pause (self, pause);
    }
  lv_session_update_state (self);
}

static void
on_capture_failed (LvCapture *capture, const GError *error, LvSession *self)
{
  close_microphone (self);
  self->deaf = TRUE;
  lv_session_set_error (self, error);
  lv_session_warn (self, "no-microphone", error->message);
  lv_session_update_state (self);
}

void
lv_session_open_microphone (LvSession *self)
{
  g_autoptr (GError) error = NULL;

  if (lv_capture_start (self->capture, &error))
    self->deaf = FALSE;
  else
    on_capture_failed (self->capture, error, self);
  announce_microphone (self);
  lv_session_update_state (self);
}

gboolean
lv_session_may_listen (LvSession *self)
{
  return !self->muted && self->hold == LV_PAUSE_NONE;
}

void
lv_session_apply_muted (LvSession *self)
{
  if (self->capture == NULL)
    return;
  if (lv_session_may_listen (self))
    {
      lv_session_open_microphone (self);
      return;
    }
  close_microphone (self);
  lv_session_update_state (self);
}

/* ---- from the beginning of a conversation to its end ---- */

static LvCapture *
make_capture (LvSession *self)
{
  if (self->running->audio == LV_AUDIO_FD)
    return lv_session_make_fd_capture (self);
  return lv_pw_context_create_capture (self->services.audio, self->running->input_device,
                                       LV_APPLICATION_NAME);
}

void
lv_session_begin_microphone (LvSession *self)
{
  self->sound_frame = g_string_new (NULL);
  self->uplink = lv_uplink_new (lv_session_setup_get_turn_detection (self->running));
  self->microphone_rests = FALSE;
  self->capture = make_capture (self);
  lv_session_begin_ears (self);
  lv_capture_set_listener (self->capture, on_capture_chunk, self);
  g_signal_connect_object (self->capture, "failed", G_CALLBACK (on_capture_failed), self, 0);
  g_signal_connect_object (self->capture, "pause", G_CALLBACK (on_capture_pause), self, 0);
  if (lv_session_may_listen (self))
    lv_session_open_microphone (self);
}

void
lv_session_free_microphone (LvSession *self)
{
  if (self->capture == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->capture, self);
  lv_capture_set_listener (self->capture, NULL, NULL);
  lv_capture_stop (self->capture);
  announce_microphone (self);
  lv_session_forget_speech (self);
  g_clear_object (&self->capture);
  g_clear_pointer (&self->uplink, lv_uplink_free);
  g_string_free (g_steal_pointer (&self->sound_frame), TRUE);
  lv_session_free_ears (self);
  g_clear_handle_id (&self->talk_timer, g_source_remove);
  g_clear_handle_id (&self->uplink_timer, g_source_remove);
}
