/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "protocol/lv-encode.h"
#include "session/lv-session-setup.h"

/* What the conversation will be once all that was asked for is done. */
static const LvProfile *
get_latest (LvSession *self)
{
  return self->next != NULL ? self->next : self->running;
}

/* An update replaces an instruction, but cannot take it away. */
static gboolean
can_update_now (LvSession *self, const LvProfile *profile)
{
  return self->link == LV_LINK_OPEN && self->next == NULL &&
         lv_session_can (self, LV_CAN_CONTEXT_UPDATE) && *profile->system_instruction != '\0';
}

static void
send_update (LvSession *self, const LvProfile *profile, gboolean tools_changed)
{
  g_autoptr (LvClientMessage) message = lv_client_message_new (LV_CLIENT_CONTEXT_UPDATE);
  g_autoptr (GPtrArray) tools = lv_session_declare_tools (self);
  g_autoptr (GBytes) frame = NULL;

  message->setup = lv_session_setup_new (profile, self->endpoint, self->model, tools, NULL);
  message->setup->replaces_tools = tools_changed;
  if (g_str_equal (profile->system_instruction, self->running->system_instruction))
    g_clear_pointer (&message->setup->system_instruction, g_free);
  frame = lv_encode_client (message);
  lv_session_send_frame (self, frame, 0);
}

static void
set_running (LvSession *self, const LvProfile *profile)
{
  lv_profile_free (self->running);
  self->running = lv_profile_copy (profile);
}

static void
set_next (LvSession *self, const LvProfile *profile)
{
  g_clear_pointer (&self->next, lv_profile_free);
  self->next = lv_profile_copy (profile);
}

LvApplied
lv_session_configure (LvSession *self, const LvProfile *profile, gboolean tools_changed)
{
  LvProfileChange change;

  lv_session_set_profile (self, profile);
  lv_session_choose_recorder (self, profile->flight_recorder);
  if (!lv_session_is_live (self))
    return LV_APPLIED_NEXT_START;

  lv_session_choose_echo (self, profile->echo_cancel);
  change = lv_profile_compare (get_latest (self), profile);
  if (change == LV_PROFILE_SAME && !tools_changed)
    return LV_APPLIED_NOW;
  if (change == LV_PROFILE_ANOTHER_CONVERSATION)
    return LV_APPLIED_NEXT_START;
  if (change <= LV_PROFILE_ANOTHER_INSTRUCTION && can_update_now (self, profile))
    {
      send_update (self, profile, tools_changed);
      set_running (self, profile);
      return LV_APPLIED_NOW;
    }
  set_next (self, profile);
  lv_session_consider_rotation (self);
  return LV_APPLIED_RECONNECT;
}

static gboolean
has_other_audio (const LvProfile *a, const LvProfile *b)
{
  return a->audio != b->audio || a->speak != b->speak || a->turn_detection != b->turn_detection ||
         !g_str_equal (a->input_device, b->input_device) ||
         !g_str_equal (a->output_device, b->output_device);
}

void
lv_session_adopt_next (LvSession *self)
{
  g_autoptr (LvProfile) old = NULL;

  if (self->next == NULL)
    return;
  old = g_steal_pointer (&self->running);
  self->running = g_steal_pointer (&self->next);
  if (has_other_audio (old, self->running))
    {
      lv_session_free_audio (self);
      lv_session_begin_audio (self);
    }
  else
    lv_session_tune_ears (self);
}
