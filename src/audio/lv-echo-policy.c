/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-echo-policy.h"

#include <spa/utils/defs.h>

/* Where a device makes its sound. */
typedef enum { UNKNOWN, AT_THE_EAR, IN_THE_ROOM } Place;

typedef struct {
  const char *word;
  Place place;
} Row;

/* Ports that are but a way out ("line", "usb", "bluetooth", "network") leave it to the device. */
static const Row ports[] = {
  { "headphones", AT_THE_EAR }, { "headset", AT_THE_EAR },   { "handset", AT_THE_EAR },
  { "earpiece", AT_THE_EAR },   { "speaker", IN_THE_ROOM },  { "handsfree", IN_THE_ROOM },
  { "hdmi", IN_THE_ROOM },      { "tv", IN_THE_ROOM },       { "car", IN_THE_ROOM },
  { "hifi", IN_THE_ROOM },      { "portable", IN_THE_ROOM }, { "radio", IN_THE_ROOM },
  { "spdif", IN_THE_ROOM },     { "video", IN_THE_ROOM },
};

static const Row form_factors[] = {
  { "headset", AT_THE_EAR },   { "headphone", AT_THE_EAR }, { "headphones", AT_THE_EAR },
  { "handset", AT_THE_EAR },   { "speaker", IN_THE_ROOM },  { "hands-free", IN_THE_ROOM },
  { "internal", IN_THE_ROOM }, { "computer", IN_THE_ROOM }, { "portable", IN_THE_ROOM },
  { "car", IN_THE_ROOM },      { "hifi", IN_THE_ROOM },     { "tv", IN_THE_ROOM },
  { "monitor", IN_THE_ROOM },  { "webcam", IN_THE_ROOM },
};

static Place
look_up (const Row *rows, guint n_rows, const char *word)
{
  for (guint i = 0; i < n_rows; i++)
    if (g_strcmp0 (rows[i].word, word) == 0)
      return rows[i].place;
  return UNKNOWN;
}

/* What is plugged in says more than what it is plugged into. */
static Place
get_place (const LvPwNode *node)
{
  Place place = look_up (ports, G_N_ELEMENTS (ports), node->port_type);

  return place != UNKNOWN ? place
                          : look_up (form_factors, G_N_ELEMENTS (form_factors), node->form_factor);
}

/* Some headsets tell what they are of their microphone alone. */
static gboolean
is_of_headset (const LvPwNode *microphone, const LvPwNode *speaker)
{
  return microphone->device_id != SPA_ID_INVALID && microphone->device_id == speaker->device_id &&
         get_place (microphone) == AT_THE_EAR;
}

static const char *
describe_room (const LvPwNode *speaker, Place place)
{
  if (place == UNKNOWN)
    return "the speaker does not tell what it is: it may be heard in the room";
  if (lv_pw_node_is_bluetooth (speaker))
    return "the speaker, over Bluetooth, is heard in the room";
  return "the speaker is heard in the room";
}

static LvEchoMode
decide_by_devices (const LvPwNode *microphone, const LvPwNode *speaker, const char **ret_reason)
{
  Place place = get_place (speaker);

  if (place == AT_THE_EAR || (place == UNKNOWN && is_of_headset (microphone, speaker)))
    {
      *ret_reason = "the speaker is worn at the ear";
      return LV_ECHO_NONE;
    }
  *ret_reason = describe_room (speaker, place);
  return LV_ECHO_CANCEL;
}

static LvEchoMode
decide_by_wish (LvEchoCancel wanted, const LvPwNode *microphone, const LvPwNode *speaker,
                const char **ret_reason)
{
  static const struct {
    LvEchoMode mode;
    const char *reason;
  } asked[] = {
    [LV_ECHO_CANCEL_ON] = { LV_ECHO_CANCEL, "it is switched on" },
    [LV_ECHO_CANCEL_OFF] = { LV_ECHO_NONE, "it is switched off" },
    [LV_ECHO_CANCEL_HALF_DUPLEX] = { LV_ECHO_HALF_DUPLEX, "half-duplex is asked for" },
  };

  if (microphone == NULL || speaker == NULL)
    {
      *ret_reason = microphone == NULL ? "no microphone is open" : "no speaker is open";
      return LV_ECHO_NONE;
    }
  if (wanted == LV_ECHO_CANCEL_AUTO)
    return decide_by_devices (microphone, speaker, ret_reason);
  *ret_reason = asked[wanted].reason;
  return asked[wanted].mode;
}

LvEchoMode
lv_echo_policy_decide (LvEchoCancel wanted, const LvPwNode *microphone, const LvPwNode *speaker,
                       guint cycle_us, const char **ret_reason)
{
  LvEchoMode mode = decide_by_wish (wanted, microphone, speaker, ret_reason);

  if (mode != LV_ECHO_CANCEL || cycle_us <= LV_ECHO_POLICY_MAX_CYCLE_US)
    return mode;
  *ret_reason = "PipeWire works in steps of more than 30 ms, too long for its echo canceller";
  return LV_ECHO_HALF_DUPLEX;
}
