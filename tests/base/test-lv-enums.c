/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-enums.h"

#define ASSERT_ROUND_TRIP(Type, name, last)                                                        \
  for (Type value = 0; value <= (last); value++)                                                   \
    {                                                                                              \
      Type back = (last);                                                                          \
                                                                                                   \
      g_assert_true (lv_##name##_from_nick (lv_##name##_to_nick (value), &back));                  \
      g_assert_cmpint (back, ==, value);                                                           \
    }

static void
test_round_trip (void)
{
  ASSERT_ROUND_TRIP (LvState, state, LV_STATE_ERROR)
  ASSERT_ROUND_TRIP (LvRole, role, LV_ROLE_SYSTEM)
  ASSERT_ROUND_TRIP (LvCloseReason, close_reason, LV_CLOSE_SHUTDOWN)
  ASSERT_ROUND_TRIP (LvTurnDetection, turn_detection, LV_TURN_DETECTION_MANUAL)
  ASSERT_ROUND_TRIP (LvSensitivity, sensitivity, LV_SENSITIVITY_HIGH)
  ASSERT_ROUND_TRIP (LvAudioMode, audio_mode, LV_AUDIO_FD)
  ASSERT_ROUND_TRIP (LvEchoCancel, echo_cancel, LV_ECHO_CANCEL_HALF_DUPLEX)
  ASSERT_ROUND_TRIP (LvEchoMode, echo_mode, LV_ECHO_HALF_DUPLEX)
  ASSERT_ROUND_TRIP (LvTextMode, text_mode, LV_TEXT_REALTIME)
  ASSERT_ROUND_TRIP (LvBehavior, behavior, LV_BEHAVIOR_NON_BLOCKING)
  ASSERT_ROUND_TRIP (LvRisk, risk, LV_RISK_DESTRUCTIVE)
  ASSERT_ROUND_TRIP (LvScope, scope, LV_SCOPE_SHARED)
  ASSERT_ROUND_TRIP (LvScheduling, scheduling, LV_SCHEDULING_INTERRUPT)
  ASSERT_ROUND_TRIP (LvApplied, applied, LV_APPLIED_NEXT_START)
  ASSERT_ROUND_TRIP (LvOutcome, outcome, LV_OUTCOME_GONE)
  ASSERT_ROUND_TRIP (LvCancelReason, cancel_reason, LV_CANCEL_USER)
}

static void
test_unknown_leaves_value (void)
{
  LvState state = LV_STATE_SPEAKING;

  g_assert_false (lv_state_from_nick ("dancing", &state));
  g_assert_false (lv_state_from_nick (NULL, &state));
  g_assert_false (lv_state_from_nick ("", &state));
  g_assert_cmpint (state, ==, LV_STATE_SPEAKING);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/enums/round-trip", test_round_trip);
  g_test_add_func ("/enums/unknown", test_unknown_leaves_value);
  return g_test_run ();
}
