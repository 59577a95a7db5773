/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-enums.h"

static gboolean
find_nick (const char *const *nicks, guint n_nicks, const char *nick, guint *ret_index)
{
  for (guint i = 0; i < n_nicks; i++)
    if (g_strcmp0 (nicks[i], nick) == 0)
      {
        *ret_index = i;
        return TRUE;
      }
  return FALSE;
}

#define LV_DEFINE_NICKS(Type, name, ...)                                                           \
  static const char *const name##_nicks[] = { __VA_ARGS__ };                                       \
                                                                                                   \
  const char *lv_##name##_to_nick (Type value)                                                     \
  {                                                                                                \
    g_return_val_if_fail ((guint) value < G_N_ELEMENTS (name##_nicks), NULL);                      \
    return name##_nicks[value];                                                                    \
  }                                                                                                \
                                                                                                   \
  gboolean lv_##name##_from_nick (const char *nick, Type *ret_value)                               \
  {                                                                                                \
    guint index;                                                                                   \
                                                                                                   \
    if (!find_nick (name##_nicks, G_N_ELEMENTS (name##_nicks), nick, &index))                      \
      return FALSE;                                                                                \
    *ret_value = (Type) index;                                                                     \
    return TRUE;                                                                                   \
  }

LV_DEFINE_NICKS (LvState, state, "idle", "connecting", "listening", "hearing", "thinking",
                 "speaking", "reconnecting", "paused", "error")
LV_DEFINE_NICKS (LvRole, role, "user", "model", "system")
LV_DEFINE_NICKS (LvCloseReason, close_reason, "user", "owner-gone", "locked", "idle", "auth",
                 "quota", "network", "server", "policy", "shutdown")
LV_DEFINE_NICKS (LvTurnDetection, turn_detection, "auto", "manual", "local")
LV_DEFINE_NICKS (LvSensitivity, sensitivity, "default", "low", "high")
LV_DEFINE_NICKS (LvAudioMode, audio_mode, "pipewire", "none", "fd")
LV_DEFINE_NICKS (LvEchoCancel, echo_cancel, "auto", "on", "off", "half-duplex")
LV_DEFINE_NICKS (LvEchoMode, echo_mode, "none", "cancel", "half-duplex")
LV_DEFINE_NICKS (LvFlightRecorder, flight_recorder, "on", "off", "sound")
LV_DEFINE_NICKS (LvTurnCoverage, turn_coverage, "", "activity", "all", "audio-activity-and-video")
LV_DEFINE_NICKS (LvMediaResolution, media_resolution, "", "low", "medium", "high")
LV_DEFINE_NICKS (LvTranscriptionMode, transcription_mode, "", "verbatim", "smart")
LV_DEFINE_NICKS (LvModality, modality, "text", "audio", "image", "video", "document")
LV_DEFINE_NICKS (LvTextMode, text_mode, "turn", "context", "realtime")
LV_DEFINE_NICKS (LvBehavior, behavior, "blocking", "non-blocking")
LV_DEFINE_NICKS (LvRisk, risk, "read", "reversible", "destructive")
LV_DEFINE_NICKS (LvScope, scope, "own", "shared")
LV_DEFINE_NICKS (LvScheduling, scheduling, "default", "silent", "when-idle", "interrupt")
LV_DEFINE_NICKS (LvApplied, applied, "now", "reconnect", "next-start")
LV_DEFINE_NICKS (LvOutcome, outcome, "ok", "error", "timeout", "cancelled", "denied", "gone")
LV_DEFINE_NICKS (LvCancelReason, cancel_reason, "model-cancelled", "interrupted", "timeout",
                 "session-closed", "user")
