/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "audio/lv-fd-capture.h"
#include "audio/lv-fd-playback.h"
#include "protocol/lv-encode.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- pictures ---- */

gboolean
lv_session_check_video (LvSession *self, GError **error)
{
  if (!lv_session_is_live (self))
    g_set_error_literal (error, LV_ERROR, LV_ERROR_NOT_READY,
                         "There is no conversation: start one first");
  else if (self->endpoint != NULL && !lv_model_can (self->model, LV_CAN_SEE))
    g_set_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED, "The model %s takes no pictures",
                 self->model_name);
  else
    return TRUE;
  return FALSE;
}

gint64
lv_session_get_video_wait (LvSession *self)
{
  if (self->link != LV_LINK_OPEN || !lv_websocket_can_send_now (self->socket))
    return G_USEC_PER_SEC;
  return lv_rate_get_wait (self->video_rate, g_get_monotonic_time ());
}

void
lv_session_note_dropped_frame (LvSession *self, const char *message)
{
  if (self->frame_dropped)
    return;
  self->frame_dropped = TRUE;
  lv_session_warn (self, "frame-dropped", message);
}

void
lv_session_drop_video (LvSession *self)
{
  if (lv_session_is_live (self))
    lv_session_note_dropped_frame (self, "A picture was dropped: the model looks at one a second, "
                                         "and while the connection keeps up");
}

/* Never held: an old picture is worth less than the next one. */
static gboolean
take_video_budget (LvSession *self)
{
  return self->link == LV_LINK_OPEN && lv_websocket_can_send_now (self->socket) &&
         lv_rate_take (self->video_rate, g_get_monotonic_time ());
}

void
lv_session_announce_video_lost (LvSession *self, const GError *error)
{
  lv_session_warn (self, "video-lost", error->message);
}

gboolean
lv_session_send_video (LvSession *self, GBytes *image, const char *mime_type,
                       gboolean *ret_accepted, GError **error)
{
  g_autoptr (LvClientMessage) message = NULL;
  g_autoptr (GBytes) frame = NULL;

  if (!lv_session_check_video (self, error))
    return FALSE;
  *ret_accepted = take_video_budget (self);
  if (!*ret_accepted)
    {
      lv_session_drop_video (self);
      return TRUE;
    }
  message = lv_client_message_new_realtime (LV_REALTIME_VIDEO);
  message->blob = lv_blob_new (mime_type, image);
  frame = lv_encode_client (message);
  lv_session_send_picture (self, frame);
  lv_session_note_active (self);
  return TRUE;
}

/* ---- sound ---- */

/* Those that people use. Of two odd numbers the filter between them would be as large as they. */
static gboolean
check_rate (guint rate, GError **error)
{
  static const guint rates[] = { 8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000 };

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++)
    if (rates[i] == rate)
      return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
               "A rate of %u is not taken; there are 8000, 11025, 12000, 16000, 22050, 24000, "
               "32000, 44100 and 48000",
               rate);
  return FALSE;
}

/* While idle nobody knows yet what the next conversation will be like. */
static gboolean
check_takes_fds (LvSession *self, gboolean has_device, GError **error)
{
  if (self->running == NULL || (self->running->audio == LV_AUDIO_FD && has_device))
    return TRUE;
  g_set_error_literal (error, LV_ERROR, LV_ERROR_UNSUPPORTED,
                       self->running->audio == LV_AUDIO_FD
                           ? "This conversation is in writing: its modalities have no \"audio\""
                           : "This conversation has its audio elsewhere: its audio option is not "
                             "\"fd\"");
  return FALSE;
}

/* @buffer: bytes that are on their way between the ends, about. */
static gboolean
make_pair (int fds[2], int sender, int buffer, GError **error)
{
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_FAILED, "No socket could be made: %s",
                   g_strerror (errno));
      return FALSE;
    }
  setsockopt (fds[sender], SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
  shutdown (fds[sender], SHUT_RD);
  return TRUE;
}

static void
close_end (LvAudioEnd *end)
{
  if (end->fd >= 0)
    close (end->fd);
  end->fd = -1;
}

static void
replace_end (LvAudioEnd *end, int fd, guint rate)
{
  close_end (end);
  end->fd = fd;
  end->rate = rate;
}

void
lv_session_close_audio_ends (LvSession *self)
{
  close_end (&self->audio_input);
  close_end (&self->audio_output);
}

static void
connect_input (LvSession *self, LvCapture *capture)
{
  if (self->audio_input.fd < 0)
    return;
  lv_fd_capture_set_fd (LV_FD_CAPTURE (capture), self->audio_input.fd, self->audio_input.rate);
  self->audio_input.fd = -1;
}

static void
connect_output (LvSession *self, LvPlayback *playback)
{
  if (self->audio_output.fd < 0)
    return;
  lv_fd_playback_set_fd (LV_FD_PLAYBACK (playback), self->audio_output.fd, self->audio_output.rate);
  self->audio_output.fd = -1;
}

LvCapture *
lv_session_make_fd_capture (LvSession *self)
{
  LvCapture *capture = lv_fd_capture_new ();

  connect_input (self, capture);
  return capture;
}

LvPlayback *
lv_session_make_fd_playback (LvSession *self)
{
  LvPlayback *playback = lv_fd_playback_new ();

  connect_output (self, playback);
  return playback;
}

int
lv_session_open_audio_input (LvSession *self, guint rate, GError **error)
{
  int fds[2];

  if (!check_rate (rate, error) || !check_takes_fds (self, self->capture != NULL, error) ||
      !make_pair (fds, 1, rate * LV_BYTES_PER_FRAME, error))
    return -1;
  replace_end (&self->audio_input, fds[0], rate);
  if (self->capture != NULL)
    connect_input (self, self->capture);
  return fds[1];
}

int
lv_session_open_audio_output (LvSession *self, guint rate, GError **error)
{
  int fds[2];

  if (!check_rate (rate, error) || !check_takes_fds (self, self->playback != NULL, error) ||
      !make_pair (fds, 0, rate * LV_BYTES_PER_FRAME / 8, error))
    return -1;
  replace_end (&self->audio_output, fds[0], rate);
  if (self->playback != NULL)
    connect_output (self, self->playback);
  return fds[1];
}
