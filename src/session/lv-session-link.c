/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "protocol/lv-encode.h"
#include "session/lv-session-setup.h"

static void
set_failure (LvSession *self, const GError *error)
{
  g_clear_error (&self->failure);
  self->failure = g_error_copy (error);
}

static void
on_socket_opened (LvWebsocket *socket, LvSession *self)
{
  lv_session_record_link (self);
  lv_session_dispatch (self, LV_EVENT_OPENED);
}

static void
on_socket_message (LvWebsocket *socket, GBytes *frame, LvSession *self)
{
  lv_session_receive (self, frame);
}

static void
note_loss (LvSession *self, LvRetry retry, const GError *error)
{
  static const LvEvent events[] = {
    [LV_RETRY_NEVER] = LV_EVENT_REFUSED,
    [LV_RETRY_RESUME] = LV_EVENT_LOST,
    [LV_RETRY_FRESH] = LV_EVENT_STALE,
    [LV_RETRY_LATER] = LV_EVENT_REFUSED,
  };

  g_debug ("link lost: %s", error->message);
  set_failure (self, error);
  lv_session_dispatch (self, events[retry]);
}

/* Who answers our close has read what went before it. */
static gboolean
is_answered (LvWebsocket *socket)
{
  const char *reason;

  return lv_websocket_get_close (socket, &reason) != 0;
}

static void
on_socket_closed (LvWebsocket *socket, int retry, const GError *error, LvSession *self)
{
  gboolean answered = is_answered (socket);

  lv_session_record_close (self, socket, error);
  g_clear_object (&self->socket);
  if (error != NULL)
    {
      note_loss (self, retry, error);
      return;
    }
  if (answered)
    lv_session_note_read (self);
  else
    lv_session_do_resend (self);
  lv_session_dispatch (self, LV_EVENT_CLOSED);
}

void
lv_session_do_connect (LvSession *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_handle_id (&self->retry_timer, g_source_remove);
  if (self->endpoint == NULL && !lv_session_resolve (self, &error))
    {
      set_failure (self, error);
      lv_session_dispatch (self, LV_EVENT_REFUSED);
      return;
    }

  self->setup_sent = FALSE;
  self->dialled_us = g_get_monotonic_time ();
  lv_session_watch_network (self);
  self->socket = lv_websocket_new (self->endpoint, self->services.launcher);
  if (self->services.settings->watchdogs.link_ms != 0)
    lv_websocket_set_patience (self->socket, self->services.settings->watchdogs.link_ms);
  g_signal_connect_object (self->socket, "opened", G_CALLBACK (on_socket_opened), self, 0);
  g_signal_connect_object (self->socket, "message", G_CALLBACK (on_socket_message), self, 0);
  g_signal_connect_object (self->socket, "closed", G_CALLBACK (on_socket_closed), self, 0);
  lv_websocket_open (self->socket);
}

static gboolean
on_setup_timer (gpointer data)
{
  LvSession *self = data;
  g_autoptr (GError) error =
      g_error_new_literal (LV_ERROR, LV_ERROR_TIMEOUT,
                           "The server did not accept the conversation in time; try again later");

  self->setup_timer = 0;
  lv_session_note_no_setup (self);
  set_failure (self, error);
  lv_session_dispatch (self, LV_EVENT_SETUP_TIMEOUT);
  return G_SOURCE_REMOVE;
}

static void
arm_setup_timer (LvSession *self)
{
  guint patience_ms = self->services.settings->watchdogs.setup_ms;

  if (patience_ms > 0)
    lv_session_set_timer (self, &self->setup_timer, patience_ms, on_setup_timer);
}

void
lv_session_do_send_setup (LvSession *self)
{
  g_autoptr (GPtrArray) tools = lv_session_declare_tools (self);
  g_autoptr (LvSetup) setup = NULL;
  g_autoptr (GBytes) frame = NULL;

  lv_session_adopt_next (self);
  self->setup_sent = TRUE;
  setup = lv_session_setup_new (self->running, self->endpoint, self->model, tools, self->handle);
  lv_session_prepare_history (self, setup);
  frame = lv_encode_setup (setup);
  lv_session_send_now (self, frame);
  arm_setup_timer (self);
}

void
lv_session_do_release (LvSession *self)
{
  g_clear_handle_id (&self->setup_timer, g_source_remove);
  lv_session_count_open (self);
  self->remembered = TRUE;
  lv_session_note_resent (self);
  lv_session_send_history (self);
  lv_session_note_open (self);
  lv_session_send_held (self);
  lv_session_release_uplink (self);
  if (self->said_again)
    self->speech_us = g_get_monotonic_time ();
  self->said_again = FALSE;
  lv_session_plan_aging (self);
  lv_session_plan_doze (self);
}

void
lv_session_do_close_socket (LvSession *self)
{
  lv_websocket_close (self->socket);
}

/* All that belongs to one connection ends here. */
void
lv_session_do_drop_socket (LvSession *self)
{
  LvWebsocket *socket = g_steal_pointer (&self->socket);

  g_clear_handle_id (&self->setup_timer, g_source_remove);
  lv_session_forget_rotation (self);
  if (socket == NULL)
    return;
  g_signal_handlers_disconnect_by_data (socket, self);
  /* it lives on until the server knows */
  g_signal_connect (socket, "closed", G_CALLBACK (g_object_unref), NULL);
  lv_websocket_close (socket);
}

void
lv_session_lose_link (LvSession *self, LvRetry retry, const GError *error)
{
  lv_session_do_drop_socket (self);
  note_loss (self, retry, error);
}

void
lv_session_do_drop_handle (LvSession *self)
{
  g_clear_pointer (&self->handle, g_free);
  lv_session_keep_soon (self);
}
