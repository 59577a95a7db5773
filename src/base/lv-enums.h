/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Enumerations that cross a folder or the bus, each with its nick (the string used on D-Bus, in
 * livevoice.conf and in logs). lv_X_to_nick() returns a static string; lv_X_from_nick() leaves
 * *@ret_value untouched and returns FALSE for an unknown or NULL nick. Pure, any thread.
 */
#pragma once

#include <glib.h>

/* Session.State on the bus; derived from link and turn by session/lv-session-fsm. */
typedef enum {
  LV_STATE_IDLE,
  LV_STATE_CONNECTING,
  LV_STATE_LISTENING,
  LV_STATE_HEARING,
  LV_STATE_THINKING,
  LV_STATE_SPEAKING,
  LV_STATE_RECONNECTING,
  LV_STATE_PAUSED,
  LV_STATE_ERROR,
} LvState;

typedef enum { LV_ROLE_USER, LV_ROLE_MODEL, LV_ROLE_SYSTEM } LvRole;

/* Why a session ended: argument of Session.Closed and Manager.SessionRemoved. */
typedef enum {
  LV_CLOSE_USER,
  LV_CLOSE_OWNER_GONE,
  LV_CLOSE_LOCKED,
  LV_CLOSE_IDLE,
  LV_CLOSE_AUTH,
  LV_CLOSE_QUOTA,
  LV_CLOSE_NETWORK,
  LV_CLOSE_SERVER,
  LV_CLOSE_POLICY,
  LV_CLOSE_SHUTDOWN,
} LvCloseReason;

/* Who notices that the user speaks. */
typedef enum {
  LV_TURN_DETECTION_AUTO,   /* the server */
  LV_TURN_DETECTION_MANUAL, /* the user presses a key */
  LV_TURN_DETECTION_LOCAL,  /* the daemon, and tells the server */
} LvTurnDetection;

/* VAD sensitivity; DEFAULT sends nothing and leaves the choice to the server. */
typedef enum { LV_SENSITIVITY_DEFAULT, LV_SENSITIVITY_LOW, LV_SENSITIVITY_HIGH } LvSensitivity;

/* FD: the application brings the microphone and the speaker. */
typedef enum { LV_AUDIO_PIPEWIRE, LV_AUDIO_NONE, LV_AUDIO_FD } LvAudioMode;

/* What is asked for against hearing our own voice; AUTO goes by the devices. */
typedef enum {
  LV_ECHO_CANCEL_AUTO,
  LV_ECHO_CANCEL_ON,
  LV_ECHO_CANCEL_OFF,
  LV_ECHO_CANCEL_HALF_DUPLEX,
} LvEchoCancel;

/* What is done against it: nothing, taking it out of what the microphone hears, or not listening
 * while we speak. */
typedef enum { LV_ECHO_NONE, LV_ECHO_CANCEL, LV_ECHO_HALF_DUPLEX } LvEchoMode;

/* What is kept of the last minutes for a report: what went over the wire, nothing, or the sound as
 * well. */
typedef enum {
  LV_FLIGHT_RECORDER_ON,
  LV_FLIGHT_RECORDER_OFF,
  LV_FLIGHT_RECORDER_SOUND,
} LvFlightRecorder;

/* What of the input a turn of the user is made of; DEFAULT leaves the choice to the model. */
typedef enum {
  LV_TURN_COVERAGE_DEFAULT,
  LV_TURN_COVERAGE_ACTIVITY,
  LV_TURN_COVERAGE_ALL,
  LV_TURN_COVERAGE_AUDIO_ACTIVITY_AND_VIDEO,
} LvTurnCoverage;

/* How closely images are looked at; DEFAULT leaves the choice to the model. */
typedef enum {
  LV_MEDIA_RESOLUTION_DEFAULT,
  LV_MEDIA_RESOLUTION_LOW,
  LV_MEDIA_RESOLUTION_MEDIUM,
  LV_MEDIA_RESOLUTION_HIGH,
} LvMediaResolution;

/* SMART leaves out what the speaker took back; DEFAULT leaves the choice to the model. */
typedef enum {
  LV_TRANSCRIPTION_DEFAULT,
  LV_TRANSCRIPTION_VERBATIM,
  LV_TRANSCRIPTION_SMART,
} LvTranscriptionMode;

/* What tokens stand for. */
typedef enum {
  LV_MODALITY_TEXT,
  LV_MODALITY_AUDIO,
  LV_MODALITY_IMAGE,
  LV_MODALITY_VIDEO,
  LV_MODALITY_DOCUMENT,
  LV_N_MODALITIES /*< not a modality >*/
} LvModality;

/* What the client asked SendText() to do with the text. */
typedef enum { LV_TEXT_TURN, LV_TEXT_CONTEXT, LV_TEXT_REALTIME } LvTextMode;

typedef enum { LV_BEHAVIOR_BLOCKING, LV_BEHAVIOR_NON_BLOCKING } LvBehavior;
typedef enum { LV_RISK_READ, LV_RISK_REVERSIBLE, LV_RISK_DESTRUCTIVE } LvRisk;
typedef enum { LV_SCOPE_OWN, LV_SCOPE_SHARED } LvScope;

/* When the model may speak about a tool result; DEFAULT sends nothing. */
typedef enum {
  LV_SCHEDULING_DEFAULT,
  LV_SCHEDULING_SILENT,
  LV_SCHEDULING_WHEN_IDLE,
  LV_SCHEDULING_INTERRUPT,
} LvScheduling;

/* When what Configure() asked for takes effect: its result. */
typedef enum { LV_APPLIED_NOW, LV_APPLIED_RECONNECT, LV_APPLIED_NEXT_START } LvApplied;

/* How a tool call ended: argument of Session.ToolFinished. */
typedef enum {
  LV_OUTCOME_OK,
  LV_OUTCOME_ERROR,
  LV_OUTCOME_TIMEOUT,
  LV_OUTCOME_CANCELLED,
  LV_OUTCOME_DENIED,
  LV_OUTCOME_GONE,
} LvOutcome;

/* Why a running handler is told to stop: argument of ToolHandler.Cancel. */
typedef enum {
  LV_CANCEL_MODEL_CANCELLED,
  LV_CANCEL_INTERRUPTED,
  LV_CANCEL_TIMEOUT,
  LV_CANCEL_SESSION_CLOSED,
  LV_CANCEL_USER,
} LvCancelReason;

#define LV_DECLARE_NICKS(Type, name)                                                               \
  const char *lv_##name##_to_nick (Type value);                                                    \
  gboolean lv_##name##_from_nick (const char *nick, Type *ret_value);

LV_DECLARE_NICKS (LvState, state)
LV_DECLARE_NICKS (LvRole, role)
LV_DECLARE_NICKS (LvCloseReason, close_reason)
LV_DECLARE_NICKS (LvTurnDetection, turn_detection)
LV_DECLARE_NICKS (LvSensitivity, sensitivity)
LV_DECLARE_NICKS (LvAudioMode, audio_mode)
LV_DECLARE_NICKS (LvEchoCancel, echo_cancel)
LV_DECLARE_NICKS (LvEchoMode, echo_mode)
LV_DECLARE_NICKS (LvFlightRecorder, flight_recorder)
LV_DECLARE_NICKS (LvTurnCoverage, turn_coverage) /* DEFAULT: "" */
LV_DECLARE_NICKS (LvMediaResolution, media_resolution)
LV_DECLARE_NICKS (LvTranscriptionMode, transcription_mode)
LV_DECLARE_NICKS (LvModality, modality)
LV_DECLARE_NICKS (LvTextMode, text_mode)
LV_DECLARE_NICKS (LvBehavior, behavior)
LV_DECLARE_NICKS (LvRisk, risk)
LV_DECLARE_NICKS (LvScope, scope)
LV_DECLARE_NICKS (LvScheduling, scheduling)
LV_DECLARE_NICKS (LvApplied, applied)
LV_DECLARE_NICKS (LvOutcome, outcome)
LV_DECLARE_NICKS (LvCancelReason, cancel_reason)
