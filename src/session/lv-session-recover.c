/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Coming back after a connection was lost: how long to wait, when to give the handle up, when all
 * of it; and what the network has to do with it. Main thread.
 */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "base/lv-backoff.h"

static gboolean
needs_network (LvSession *self)
{
  return self->is_remote && self->services.network != NULL;
}

static gboolean
is_offline (LvSession *self)
{
  return needs_network (self) && !lv_network_watch_is_available (self->services.network);
}

/* ---- how it was ---- */

void
lv_session_forgive (LvSession *self)
{
  self->attempt = 0;
  self->n_refused = 0;
  self->lost_us = 0;
}

/* A link that did makes good for what was before. */
static gboolean
has_lived_well (LvSession *self, gint64 now_us)
{
  return self->opened_us > 0 &&
         (now_us - self->opened_us) / 1000 >= self->services.settings->link.steady_after_ms;
}

/* ---- what is told ---- */

static void
tell_why (LvSession *self)
{
  g_autoptr (GError) offline = g_error_new_literal (
      LV_ERROR, LV_ERROR_NETWORK, "There is no network; the conversation goes on when it is back");

  if (is_offline (self))
    lv_session_set_error (self, offline);
  else if (self->failure != NULL)
    lv_session_set_error (self, self->failure);
  self->error_is_loss = self->error != NULL;
}

void
lv_session_count_open (LvSession *self)
{
  gint64 now_us = g_get_monotonic_time ();

  if (has_lived_well (self, now_us)) /* and was not lost, but changed */
    lv_session_forgive (self);
  self->opened_us = now_us;
  self->n_connections++;
  if (self->away_us > 0)
    self->recovery_ms = (guint) ((now_us - self->away_us) / 1000);
  self->away_us = 0;
  if (self->handle != NULL && self->link_was_open)
    self->n_resumptions++;
  self->link_was_open = TRUE;
  if (self->error_is_loss)
    lv_session_set_error (self, NULL);
  self->error_is_loss = FALSE;
}

/* ---- how it goes on ---- */

static void
judge_lost_link (LvSession *self)
{
  gint64 now_us = g_get_monotonic_time ();

  if (has_lived_well (self, now_us))
    {
      lv_session_forgive (self);
      self->setup_sent = FALSE;
    }
  if (self->lost_us == 0)
    self->lost_us = now_us;
  self->opened_us = 0;
}

/* A server that does not take the handle, or not for long, gets a new conversation; one that
 * cannot be reached may know it for hours. */
static gboolean
gives_handle_up (LvSession *self)
{
  if (!self->setup_sent || self->handle == NULL || ++self->n_refused < LV_BACKOFF_ATTEMPTS)
    return FALSE;
  g_debug ("the handle is given up");
  lv_session_do_drop_handle (self);
  self->n_refused = 0;
  return TRUE;
}

/* At the start a person waits, and can do something about most failures, but not about a server
 * that has trouble for a moment. */
static gboolean
gives_start_up (LvSession *self)
{
  gboolean is_server = g_error_matches (self->failure, LV_ERROR, LV_ERROR_SERVER) ||
                       g_error_matches (self->failure, LV_ERROR, LV_ERROR_RATE_LIMITED);

  return !is_server || self->endpoint == NULL || self->endpoint->is_engine ||
         self->attempt >= LV_BACKOFF_ATTEMPTS;
}

static gboolean
gives_up (LvSession *self)
{
  gint64 lost_ms = (g_get_monotonic_time () - self->lost_us) / 1000;

  if (self->link == LV_LINK_CONNECTING)
    return gives_start_up (self);
  return lost_ms >= (is_offline (self) ? self->times.offline_ms : self->times.patience_ms);
}

static gboolean
on_retry_timer (gpointer data)
{
  LvSession *self = data;

  self->retry_timer = 0;
  lv_session_dispatch (self, LV_EVENT_RETRY);
  return G_SOURCE_REMOVE;
}

/* Who knows nothing of a network may be wrong, so it is tried now and then. */
static double
choose_wait (LvSession *self, gboolean anew)
{
  if (is_offline (self))
    return LV_BACKOFF_MAX_MS;
  return lv_backoff_get_ms (anew ? 0 : self->attempt++, g_random_double ()) *
         self->times.backoff_scale;
}

guint
lv_session_choose_pause (LvSession *self)
{
  return has_lived_well (self, g_get_monotonic_time ()) ? 0 : (guint) choose_wait (self, FALSE);
}

void
lv_session_do_back_off (LvSession *self)
{
  gboolean anew;

  judge_lost_link (self);
  self->gave_up = gives_up (self);
  if (self->gave_up)
    {
      lv_session_dispatch (self, LV_EVENT_GIVE_UP);
      return;
    }
  if (self->attempt > 0 || is_offline (self))
    tell_why (self);
  anew = gives_handle_up (self);
  lv_session_set_timer (self, &self->retry_timer, (guint) choose_wait (self, anew), on_retry_timer);
}

/* ---- the network ---- */

/* An attempt that has not led to an open socket yet. */
static gboolean
is_dialling (LvSession *self)
{
  return (self->link == LV_LINK_CONNECTING || self->link == LV_LINK_RESUMING) &&
         self->socket != NULL && !self->setup_sent;
}

/* What was begun over the old network may hang for long. */
static void
dial_again (LvSession *self)
{
  gint64 since_ms = (g_get_monotonic_time () - self->dialled_us) / 1000;

  lv_session_do_drop_socket (self);
  self->attempt = 0;
  lv_session_set_timer (self, &self->retry_timer, (guint) MAX (LV_REDIAL_MS - since_ms, 0),
                        on_retry_timer);
}

static void
on_network_changed (LvNetworkWatch *watch, LvSession *self)
{
  gboolean trying = self->retry_timer != 0 || is_dialling (self);

  if (!needs_network (self))
    return;
  g_debug ("the network has changed");
  if (self->link == LV_LINK_OPEN)
    lv_websocket_probe (self->socket);
  else if (self->retry_timer != 0 && is_offline (self))
    tell_why (self);
  else if (trying)
    dial_again (self);
}

void
lv_session_watch_network (LvSession *self)
{
  if (self->watches_network || !needs_network (self))
    return;
  self->watches_network = TRUE;
  g_signal_connect_object (self->services.network, "changed", G_CALLBACK (on_network_changed), self,
                           0);
  lv_network_watch_begin (self->services.network);
}
