/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "protocol/lv-encode.h"

gboolean
lv_session_check_video (LvSession *self, GError **error)
{
  if (lv_session_is_live (self))
    return TRUE;
  g_set_error_literal (error, LV_ERROR, LV_ERROR_NOT_READY,
                       "There is no conversation: call Start first");
  return FALSE;
}

gint64
lv_session_get_video_wait (LvSession *self)
{
  if (self->link != LV_LINK_OPEN || !lv_websocket_can_send_now (self->socket))
    return G_USEC_PER_SEC;
  return lv_rate_get_wait (self->video_rate, g_get_monotonic_time ());
}

static void
announce_frame_dropped (LvSession *self)
{
  if (self->frame_dropped)
    return;
  self->frame_dropped = TRUE;
  lv_session_warn (self, "frame-dropped",
                   "A picture was dropped: the model looks at one a second, and while the "
                   "connection is there");
}

/* Never held: an old picture is worth less than the next one. */
static gboolean
take_video_budget (LvSession *self)
{
  return self->link == LV_LINK_OPEN && lv_websocket_can_send_now (self->socket) &&
         lv_rate_take (self->video_rate, g_get_monotonic_time ());
}

void
lv_session_drop_video (LvSession *self)
{
  if (lv_session_is_live (self))
    announce_frame_dropped (self);
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
  lv_websocket_send (self->socket, frame);
  return TRUE;
}
