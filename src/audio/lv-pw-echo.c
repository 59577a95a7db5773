/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-pw-echo"

#include "audio/lv-pw-echo.h"

#include "audio/lv-pw-canceller.h"

/* The names of the files are the same everywhere, those of the packages are not. */
#define NOT_LOADED                                                                                 \
  "PipeWire's echo canceller does not load; install what contains "                                \
  "libpipewire-module-echo-cancel and libspa-aec-webrtc"

struct _LvPwEcho {
  struct pw_context *context; /* not owned, like ... */
  struct pw_core *core;
  void (*changed) (gpointer data);
  gpointer data;

  LvEchoState state;
  LvEchoCancel wanted;
  char *microphone; /* between which a canceller is wanted; NULL: none is */
  char *speaker;
  guint n_losses;
  guint change_id, retire_id;

  /* owned, nullable */
  LvPwCanceller *next; /* it is not ready yet */
  LvPwCanceller *current;
  LvPwCanceller *old; /* a stream may still be on it */
};

LvPwEcho *
lv_pw_echo_new (struct pw_context *context, struct pw_core *core, void (*changed) (gpointer data),
                gpointer data)
{
  LvPwEcho *self = g_new0 (LvPwEcho, 1);

  self->context = context;
  self->core = core;
  self->changed = changed;
  self->data = data;
  self->state.reason = "no microphone is open";
  return self;
}

static void
free_all (LvPwEcho *self)
{
  g_clear_handle_id (&self->retire_id, g_source_remove);
  g_clear_pointer (&self->next, lv_pw_canceller_free);
  g_clear_pointer (&self->current, lv_pw_canceller_free);
  g_clear_pointer (&self->old, lv_pw_canceller_free);
}

void
lv_pw_echo_free (LvPwEcho *self)
{
  g_clear_handle_id (&self->change_id, g_source_remove);
  free_all (self);
  g_free (self->microphone);
  g_free (self->speaker);
  g_free (self);
}

static gboolean
on_retire (gpointer data)
{
  LvPwEcho *self = data;

  self->retire_id = 0;
  g_clear_pointer (&self->old, lv_pw_canceller_free);
  return G_SOURCE_REMOVE;
}

/* The stream first goes elsewhere. */
static void
retire_current (LvPwEcho *self)
{
  if (self->current == NULL)
    return;
  g_clear_pointer (&self->old, lv_pw_canceller_free);
  self->old = g_steal_pointer (&self->current);
  g_clear_handle_id (&self->retire_id, g_source_remove);
  self->retire_id = g_timeout_add (LV_PW_ECHO_RETIRE_MS, on_retire, self);
}

static void load (LvPwEcho *self); /* again, when one went away */

static void
fail (LvPwEcho *self)
{
  g_clear_pointer (&self->next, lv_pw_canceller_free);
  retire_current (self);
  self->state.mode = LV_ECHO_HALF_DUPLEX;
  self->state.failed = TRUE;
  self->state.reason = NOT_LOADED;
}

/* Its devices may have gone with it, which the list of devices will tell. */
static void
replace_lost (LvPwEcho *self)
{
  g_clear_pointer (&self->next, lv_pw_canceller_free);
  g_clear_pointer (&self->current, lv_pw_canceller_free);
  if (self->n_losses++ < LV_PW_ECHO_RETRIES)
    load (self);
  else
    fail (self);
}

static gboolean
is_lost (LvPwCanceller *canceller)
{
  return canceller != NULL && lv_pw_canceller_is_lost (canceller);
}

static gboolean
on_change (gpointer data)
{
  LvPwEcho *self = data;

  self->change_id = 0;
  if (is_lost (self->next) || is_lost (self->current))
    replace_lost (self);
  else if (self->next != NULL && lv_pw_canceller_get_source (self->next) != NULL)
    {
      retire_current (self);
      self->current = g_steal_pointer (&self->next);
    }
  self->changed (self->data);
  return G_SOURCE_REMOVE;
}

static void
tell_soon (LvPwEcho *self)
{
  if (self->change_id == 0)
    self->change_id = g_idle_add_full (G_PRIORITY_DEFAULT, on_change, self, NULL);
}

/* From within PipeWire's dispatch. */
static void
on_canceller (gpointer owner)
{
  tell_soon (owner);
}

static void
load (LvPwEcho *self)
{
  g_clear_pointer (&self->next, lv_pw_canceller_free);
  self->next = lv_pw_canceller_new (self->context, self->core, ++self->state.serial,
                                    self->microphone, self->speaker, on_canceller, self);
  if (self->next == NULL)
    fail (self);
}

static void
set_pair (LvPwEcho *self, const LvPwNode *microphone, const LvPwNode *speaker)
{
  g_free (self->microphone);
  g_free (self->speaker);
  self->microphone = microphone != NULL ? g_strdup (microphone->name) : NULL;
  self->speaker = speaker != NULL ? g_strdup (speaker->name) : NULL;
  self->n_losses = 0;
}

/* Without a microphone nothing of it may stay open. With one, a stream is on what goes, or waits
 * for it, and may not be the one that was the reason for this. */
static void
stop (LvPwEcho *self, gboolean at_once)
{
  gboolean concerns_stream =
      !at_once && (self->change_id != 0 || self->next != NULL || self->current != NULL);

  set_pair (self, NULL, NULL);
  g_clear_handle_id (&self->change_id, g_source_remove);
  g_clear_pointer (&self->next, lv_pw_canceller_free);
  if (at_once)
    free_all (self);
  else
    retire_current (self);
  if (concerns_stream)
    tell_soon (self);
}

/* What failed once is tried again with other devices, or when it is asked for again. */
static gboolean
is_done (LvPwEcho *self, LvEchoCancel wanted, const LvPwNode *microphone, const LvPwNode *speaker)
{
  return self->microphone != NULL && g_str_equal (self->microphone, microphone->name) &&
         g_str_equal (self->speaker, speaker->name) &&
         (!self->state.failed || self->wanted == wanted);
}

void
lv_pw_echo_update (LvPwEcho *self, LvEchoCancel wanted, const LvPwNode *microphone,
                   const LvPwNode *speaker, guint cycle_us)
{
  const char *reason;
  LvEchoMode mode = lv_echo_policy_decide (wanted, microphone, speaker, cycle_us, &reason);

  if (mode == LV_ECHO_CANCEL && is_done (self, wanted, microphone, speaker))
    return;
  if (self->state.mode != mode)
    g_debug ("Now %s, because %s", lv_echo_mode_to_nick (mode), reason);
  self->wanted = wanted;
  self->state.mode = mode;
  self->state.reason = reason;
  self->state.failed = mode == LV_ECHO_HALF_DUPLEX && wanted != LV_ECHO_CANCEL_HALF_DUPLEX;
  if (mode == LV_ECHO_CANCEL)
    {
      set_pair (self, microphone, speaker);
      load (self);
    }
  else
    stop (self, microphone == NULL);
}

void
lv_pw_echo_renew (LvPwEcho *self)
{
  if (self->current == NULL || self->next != NULL)
    return;
  g_debug ("The canceller begins anew");
  load (self);
}

const LvEchoState *
lv_pw_echo_get_state (LvPwEcho *self)
{
  return &self->state;
}

static gboolean
is_for (LvPwEcho *self, const char *microphone)
{
  return self->microphone != NULL && g_str_equal (self->microphone, microphone);
}

const char *
lv_pw_echo_get_source (LvPwEcho *self, const char *microphone)
{
  if (self->current == NULL || !is_for (self, microphone))
    return NULL;
  return lv_pw_canceller_get_source (self->current);
}

gboolean
lv_pw_echo_is_loading (LvPwEcho *self, const char *microphone)
{
  return self->next != NULL && self->current == NULL && is_for (self, microphone);
}
