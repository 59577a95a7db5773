/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The microphone and the speaker of a conversation as devices that are plugged in and out: what a
 * person is told of it, and taking up again what failed for want of a device. Holds PipeWire for
 * the time of the conversation, so that it is waited for when it is restarted. Main thread.
 */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "session/lv-session-setup.h"

static const struct {
  LvPwNodeKind kind;
  const char *nick;
  const char *title;
} places[LV_N_DEVICES] = {
  [LV_DEVICE_MICROPHONE] = { LV_PW_NODE_MICROPHONE, "microphone", "The microphone" },
  [LV_DEVICE_SPEAKER] = { LV_PW_NODE_SPEAKER, "speaker", "The speaker" },
};

static void
warn (LvSession *self, LvDevicePlace place, const char *code, const char *name, const char *message)
{
  GVariantDict details;

  g_variant_dict_init (&details, NULL);
  g_variant_dict_insert (&details, "kind", "s", places[place].nick);
  g_variant_dict_insert (&details, "device", "s", name);
  lv_session_warn_with (self, code, message, g_variant_dict_end (&details));
}

static void
tell_returned (LvSession *self, LvDevicePlace place)
{
  LvPwFollow *follow = self->devices[place];
  g_autofree char *message = g_strdup_printf ("%s \"%s\" is back", places[place].title,
                                              lv_pw_follow_get_description (follow));

  warn (self, place, "device-returned", lv_pw_follow_get_name (follow), message);
}

static void
tell_lost (LvSession *self, LvDevicePlace place)
{
  LvPwFollow *follow = self->devices[place];
  g_autofree char *message = g_strdup_printf (
      "%s \"%s\" has gone; \"%s\" takes its place", places[place].title,
      lv_pw_follow_get_last_description (follow), lv_pw_follow_get_description (follow));

  warn (self, place, "device-lost", lv_pw_follow_get_last_name (follow), message);
}

static void
tell_changed (LvSession *self, LvDevicePlace place)
{
  LvPwFollow *follow = self->devices[place];
  g_autofree char *message = g_strdup_printf ("%s is \"%s\" from now on", places[place].title,
                                              lv_pw_follow_get_description (follow));

  warn (self, place, "device-changed", lv_pw_follow_get_name (follow), message);
}

static void
follow (LvSession *self, LvDevicePlace place, LvPwNodes *nodes)
{
  static void (*const tell[]) (LvSession * self, LvDevicePlace place) = {
    [LV_PW_FOLLOW_CHANGED] = tell_changed,
    [LV_PW_FOLLOW_LOST] = tell_lost,
    [LV_PW_FOLLOW_RETURNED] = tell_returned,
  };
  LvPwFollowed followed;

  if (self->devices[place] == NULL)
    return;
  followed = lv_pw_follow_update (self->devices[place], nodes);
  if (followed != LV_PW_FOLLOW_SAME)
    tell[followed](self, place);
}

/* ---- what failed is taken up again ---- */

static void
forget_device_error (LvSession *self)
{
  if (!self->deaf && !self->voiceless &&
      (g_error_matches (self->error, LV_ERROR, LV_ERROR_NO_MICROPHONE) ||
       g_error_matches (self->error, LV_ERROR, LV_ERROR_NO_AUDIO_SERVER)))
    lv_session_set_error (self, NULL);
}

static void
revive_microphone (LvSession *self)
{
  lv_session_open_microphone (self);
  if (self->deaf)
    return;
  tell_returned (self, LV_DEVICE_MICROPHONE);
  forget_device_error (self);
}

static void
revive_speaker (LvSession *self)
{
  if (!lv_playback_start (self->playback, NULL))
    return;
  self->voiceless = FALSE;
  tell_returned (self, LV_DEVICE_SPEAKER);
  forget_device_error (self);
}

static gboolean
is_there (LvSession *self, LvDevicePlace place)
{
  return self->devices[place] != NULL && lv_pw_follow_is_present (self->devices[place]);
}

static void
on_context_devices (LvPwContext *context, LvSession *self)
{
  LvPwNodes *nodes = lv_pw_context_get_nodes (context);

  for (guint place = 0; place < LV_N_DEVICES; place++)
    follow (self, place, nodes);
  if (self->voiceless && is_there (self, LV_DEVICE_SPEAKER))
    revive_speaker (self);
  if (self->deaf && lv_session_may_listen (self) && is_there (self, LV_DEVICE_MICROPHONE))
    revive_microphone (self);
}

/* ---- from the beginning of a conversation to its end ---- */

void
lv_session_begin_devices (LvSession *self)
{
  const LvProfile *profile = self->running;
  const gboolean has[] = {
    [LV_DEVICE_MICROPHONE] = lv_session_setup_has_microphone (profile),
    [LV_DEVICE_SPEAKER] = lv_session_setup_has_speaker (profile),
  };
  const char *const wanted[] = {
    [LV_DEVICE_MICROPHONE] = profile->input_device,
    [LV_DEVICE_SPEAKER] = profile->output_device,
  };

  self->voiceless = FALSE;
  if (profile->audio == LV_AUDIO_FD || (profile->audio == LV_AUDIO_NONE))
    return;
  for (guint place = 0; place < LV_N_DEVICES; place++)
    if (has[place])
      self->devices[place] = lv_pw_follow_new (places[place].kind, wanted[place]);
  self->holds_devices = TRUE;
  lv_pw_context_hold (self->services.audio);
  g_signal_connect_object (self->services.audio, "devices", G_CALLBACK (on_context_devices), self,
                           0);
  if (lv_pw_context_get_nodes (self->services.audio) != NULL)
    on_context_devices (self->services.audio, self);
}

void
lv_session_free_devices (LvSession *self)
{
  for (guint place = 0; place < LV_N_DEVICES; place++)
    g_clear_pointer (&self->devices[place], lv_pw_follow_free);
  if (!self->holds_devices)
    return;
  self->holds_devices = FALSE;
  g_signal_handlers_disconnect_by_func (self->services.audio, on_context_devices, self);
  lv_pw_context_release (self->services.audio);
}

void
lv_session_describe_devices (LvSession *self, GVariantDict *dict)
{
  for (guint place = 0; place < LV_N_DEVICES; place++)
    if (is_there (self, place))
      g_variant_dict_insert (dict, places[place].nick, "s",
                             lv_pw_follow_get_name (self->devices[place]));
}

gboolean
lv_session_uses_device (LvSession *self, LvPwNodeKind kind, const char *name)
{
  LvDevicePlace place = kind == LV_PW_NODE_MICROPHONE ? LV_DEVICE_MICROPHONE : LV_DEVICE_SPEAKER;
  gboolean works = kind == LV_PW_NODE_MICROPHONE ? self->microphone_active : !self->voiceless;

  return works && is_there (self, place) &&
         g_str_equal (lv_pw_follow_get_name (self->devices[place]), name);
}
