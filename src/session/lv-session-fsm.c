/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-session-fsm.h"

#define KEEP (-1)
#define IGNORE KEEP, KEEP, 0
#define ANY (~0u)

#define LINK(name) (1u << LV_LINK_##name)
#define TURN(name) (1u << LV_TURN_##name)
#define EVENT(name) (1u << LV_EVENT_##name)
#define TO_LINK(name) LV_LINK_##name
#define TO_TURN(name) LV_TURN_##name
#define DO(name) LV_ACTION_##name

/* On the way to an open link: what the user does is taken, what the server says is not. */
#define HOLDING (LINK (CONNECTING) | LINK (SETTING_UP) | LINK (RESUMING))
#define LIVE (HOLDING | LINK (OPEN))
/* The same, or not on the way before the machine is awake. */
#define KEEPING (HOLDING | LINK (PARKED))
#define RESTING (LINK (PARKED) | LINK (DOZING))
#define ENDED (LINK (OFFLINE) | LINK (CLOSING) | LINK (FAILED))
#define STARTING (LINK (CONNECTING) | LINK (SETTING_UP))
/* Nothing of an old turn can still be on its way. */
#define SETTLED (TURN (IDLE) | TURN (USER) | TURN (WAITING) | TURN (ENDING))
#define DROPPING (TURN (INTERRUPTED) | TURN (SILENCED))
#define SPEAKING (TURN (USER) | TURN (INTERRUPTED))
#define ANSWERED ~(SPEAKING | TURN (WAITING))

#define SOCKET_EVENTS (EVENT (CLOSED) | EVENT (LOST) | EVENT (STALE) | EVENT (REFUSED))
#define TURN_EVENTS                                                                                \
  (EVENT (TEXT) | EVENT (SILENCE) | EVENT (TALK) | EVENT (TALK_OVER) | EVENT (SPEECH) |            \
   EVENT (SPEECH_END) | EVENT (INTERRUPTED) | SERVER_EVENTS)
#define SERVER_EVENTS                                                                              \
  (EVENT (CONTENT) | EVENT (TOOL_CALL) | EVENT (OWED) | EVENT (GENERATION_COMPLETE) |              \
   EVENT (WAITING_FOR_INPUT) | EVENT (TURN_COMPLETE) | EVENT (NO_REPLY))

/* An open link goes: by accident, or because it is changed. */
#define LOSE (DO (DROP_SOCKET) | SAY_AGAIN | DO (BACK_OFF))
#define CHANGE (DO (CLOSE_SOCKET) | DO (ABANDON_TURN) | DO (RECALL) | DO (HOLD))
#define SAY_AGAIN (DO (ABANDON_TURN) | DO (RECALL) | DO (RESEND) | DO (HOLD))
#define WAKE (DO (DROP_SOCKET) | DO (CONNECT))

#define FAIL TO_LINK (FAILED), TO_TURN (IDLE), DO (DROP_SOCKET) | DO (FREE) | DO (REPORT_END)

typedef struct {
  guint links, turns, events; /* masks */
  int link, turn;             /* or KEEP */
  guint actions;
} Rule;

static const Rule rules[] = {
  /* the application: start and stop */
  { LINK (OFFLINE) | LINK (FAILED), ANY, EVENT (START), TO_LINK (CONNECTING), TO_TURN (IDLE),
    DO (BEGIN) | DO (CONNECT) },
  { LINK (CLOSING), ANY, EVENT (START), TO_LINK (CONNECTING), TO_TURN (IDLE),
    DO (DROP_SOCKET) | DO (REPORT_END) | DO (BEGIN) | DO (CONNECT) },
  { LINK (OFFLINE) | LINK (FAILED), ANY, EVENT (START_AGAIN), TO_LINK (RESUMING), TO_TURN (IDLE),
    DO (BEGIN) | DO (CONNECT) },
  { LINK (CLOSING), ANY, EVENT (START_AGAIN), TO_LINK (RESUMING), TO_TURN (IDLE),
    DO (DROP_SOCKET) | DO (REPORT_END) | DO (BEGIN) | DO (CONNECT) },
  { LIVE | LINK (PARKED), ANY, EVENT (START) | EVENT (START_AGAIN), IGNORE },
  { LINK (DOZING), ANY, EVENT (START) | EVENT (START_AGAIN) | EVENT (UNPARK), TO_LINK (RESUMING),
    KEEP, WAKE },
  { LINK (SETTING_UP) | LINK (OPEN), ANY, EVENT (STOP), TO_LINK (CLOSING), TO_TURN (IDLE),
    DO (CLOSE_SOCKET) | DO (FREE) },
  { LINK (CONNECTING) | LINK (RESUMING), ANY, EVENT (STOP), TO_LINK (OFFLINE), TO_TURN (IDLE),
    DO (DROP_SOCKET) | DO (FREE) | DO (REPORT_END) },
  { RESTING, ANY, EVENT (STOP), TO_LINK (OFFLINE), TO_TURN (IDLE),
    DO (DROP_SOCKET) | DO (FREE) | DO (REPORT_END) },
  { LINK (FAILED), ANY, EVENT (STOP), TO_LINK (OFFLINE), TO_TURN (IDLE), 0 },
  { LINK (OFFLINE) | LINK (CLOSING), ANY, EVENT (STOP), IGNORE },

  /* the link: up */
  { LINK (CONNECTING), ANY, EVENT (OPENED), TO_LINK (SETTING_UP), KEEP, DO (SEND_SETUP) },
  { LINK (RESUMING), ANY, EVENT (OPENED), KEEP, KEEP, DO (SEND_SETUP) },
  { ENDED | LINK (SETTING_UP) | LINK (OPEN) | RESTING, ANY, EVENT (OPENED), IGNORE },
  { LINK (SETTING_UP) | LINK (RESUMING), ANY, EVENT (SETUP_COMPLETE), TO_LINK (OPEN), KEEP,
    DO (RELEASE) },
  { ENDED | LINK (CONNECTING) | LINK (OPEN) | RESTING, ANY, EVENT (SETUP_COMPLETE), IGNORE },
  { LINK (SETTING_UP), ANY, EVENT (SETUP_TIMEOUT), FAIL },
  { LINK (RESUMING), ANY, EVENT (SETUP_TIMEOUT), KEEP, KEEP, DO (DROP_SOCKET) | DO (BACK_OFF) },
  { ENDED | LINK (CONNECTING) | LINK (OPEN) | RESTING, ANY, EVENT (SETUP_TIMEOUT), IGNORE },

  /* the link: down */
  { LINK (OFFLINE) | LINK (FAILED), ANY, SOCKET_EVENTS, IGNORE },
  { LINK (CLOSING), ANY, SOCKET_EVENTS, TO_LINK (OFFLINE), TO_TURN (IDLE),
    DO (DROP_SOCKET) | DO (REPORT_END) },
  { LIVE, ANY, EVENT (REFUSED), FAIL },
  { STARTING, ANY, EVENT (CLOSED), FAIL },
  { STARTING, ANY, EVENT (LOST), TO_LINK (CONNECTING), KEEP, DO (DROP_SOCKET) | DO (BACK_OFF) },
  { LINK (OPEN), SPEAKING, EVENT (CLOSED) | EVENT (LOST), TO_LINK (RESUMING), TO_TURN (USER),
    LOSE },
  { LINK (OPEN), TURN (WAITING), EVENT (CLOSED) | EVENT (LOST), TO_LINK (RESUMING), KEEP, LOSE },
  { LINK (OPEN), ANSWERED, EVENT (CLOSED) | EVENT (LOST), TO_LINK (RESUMING), TO_TURN (IDLE),
    LOSE },
  { LINK (RESUMING), ANY, EVENT (CLOSED), KEEP, KEEP, DO (DROP_SOCKET) | DO (CONNECT) },
  { LINK (RESUMING), ANY, EVENT (LOST), KEEP, KEEP, DO (DROP_SOCKET) | DO (BACK_OFF) },
  { HOLDING, ANY, EVENT (STALE), TO_LINK (RESUMING), KEEP,
    DO (DROP_SOCKET) | DO (DROP_HANDLE) | DO (BACK_OFF) },
  { LINK (OPEN), SPEAKING, EVENT (STALE), TO_LINK (RESUMING), TO_TURN (USER),
    LOSE | DO (DROP_HANDLE) },
  { LINK (OPEN), TURN (WAITING), EVENT (STALE), TO_LINK (RESUMING), KEEP, LOSE | DO (DROP_HANDLE) },
  { LINK (OPEN), ANSWERED, EVENT (STALE), TO_LINK (RESUMING), TO_TURN (IDLE),
    LOSE | DO (DROP_HANDLE) },

  /* the link: round again */
  { LINK (OPEN), SPEAKING, EVENT (ROTATE), TO_LINK (RESUMING), TO_TURN (USER), CHANGE },
  { LINK (OPEN), TURN (WAITING), EVENT (ROTATE), TO_LINK (RESUMING), KEEP, CHANGE },
  { LINK (OPEN), ANSWERED, EVENT (ROTATE), TO_LINK (RESUMING), TO_TURN (IDLE), CHANGE },
  { ENDED | HOLDING | RESTING, ANY, EVENT (ROTATE), IGNORE },
  { LINK (OPEN), SPEAKING, EVENT (RENEW), TO_LINK (RESUMING), TO_TURN (USER),
    CHANGE | DO (DROP_HANDLE) },
  { LINK (OPEN), TURN (WAITING), EVENT (RENEW), TO_LINK (RESUMING), KEEP,
    CHANGE | DO (DROP_HANDLE) | DO (RESEND) },
  { LINK (OPEN), ANSWERED, EVENT (RENEW), TO_LINK (RESUMING), TO_TURN (IDLE),
    CHANGE | DO (DROP_HANDLE) },
  { STARTING, ANY, EVENT (RENEW), TO_LINK (CONNECTING), KEEP,
    DO (DROP_SOCKET) | DO (DROP_HANDLE) | DO (CONNECT) },
  { LINK (RESUMING), ANY, EVENT (RENEW), KEEP, KEEP,
    DO (DROP_SOCKET) | DO (DROP_HANDLE) | DO (CONNECT) },
  { RESTING, ANY, EVENT (RENEW), KEEP, KEEP, DO (DROP_HANDLE) },
  { ENDED, ANY, EVENT (RENEW), IGNORE },
  { LINK (CONNECTING) | LINK (RESUMING), ANY, EVENT (RETRY), KEEP, KEEP, DO (CONNECT) },
  { LINK (CONNECTING) | LINK (RESUMING), ANY, EVENT (GIVE_UP), FAIL },
  { ENDED | LINK (SETTING_UP) | LINK (OPEN) | RESTING, ANY, EVENT (RETRY) | EVENT (GIVE_UP),
    IGNORE },

  /* the link: not now */
  { LINK (SETTING_UP) | LINK (OPEN), ANY, EVENT (PARK), TO_LINK (PARKED), TO_TURN (IDLE),
    DO (FLUSH) | DO (CLOSE_SOCKET) | DO (ABANDON_TURN) | DO (HOLD) | DO (PARK) },
  { LINK (CONNECTING) | LINK (RESUMING), ANY, EVENT (PARK), TO_LINK (PARKED), TO_TURN (IDLE),
    DO (FLUSH) | DO (DROP_SOCKET) | DO (ABANDON_TURN) | DO (HOLD) | DO (PARK) },
  { LINK (DOZING), ANY, EVENT (PARK), TO_LINK (PARKED), KEEP, DO (FLUSH) | DO (HOLD) | DO (PARK) },
  { ENDED | LINK (PARKED), ANY, EVENT (PARK), IGNORE },
  { LINK (PARKED), ANY, EVENT (CLOSED) | EVENT (LOST) | EVENT (REFUSED), KEEP, KEEP,
    DO (DROP_SOCKET) | DO (PARK) },
  { LINK (PARKED), ANY, EVENT (STALE), KEEP, KEEP,
    DO (DROP_SOCKET) | DO (DROP_HANDLE) | DO (PARK) },
  { LINK (PARKED), ANY, EVENT (UNPARK), TO_LINK (RESUMING), KEEP, DO (DROP_SOCKET) | DO (CONNECT) },
  { ~RESTING, ANY, EVENT (UNPARK), IGNORE },
  { LINK (OPEN), TURN (IDLE), EVENT (DOZE), TO_LINK (DOZING), KEEP,
    DO (CLOSE_SOCKET) | DO (ABANDON_TURN) | DO (HOLD) | DO (DOZE) },
  { LINK (OPEN), ~TURN (IDLE), EVENT (DOZE), IGNORE },
  { ~LINK (OPEN), ANY, EVENT (DOZE), IGNORE },
  { LINK (DOZING), ANY, EVENT (CLOSED) | EVENT (LOST) | EVENT (REFUSED), KEEP, KEEP,
    DO (DROP_SOCKET) },
  { LINK (DOZING), ANY, EVENT (STALE), KEEP, KEEP, DO (DROP_SOCKET) | DO (DROP_HANDLE) },

  /* no conversation, no turn */
  { ENDED, ANY, TURN_EVENTS, IGNORE },

  /* the turn while the link is not open: what the user does is held, what is heard plays on */
  { KEEPING, ANY, EVENT (TEXT), KEEP, TO_TURN (WAITING), DO (BEGIN_TURN) },
  { KEEPING, ANY, EVENT (SILENCE) | EVENT (INTERRUPTED), KEEP, KEEP, DO (FLUSH) },
  { KEEPING, ANY, EVENT (TALK), KEEP, TO_TURN (USER), DO (BEGIN_TURN) },
  { KEEPING, ANY, EVENT (TALK_OVER), KEEP, TO_TURN (USER), DO (FLUSH) | DO (BEGIN_TURN) },
  { KEEPING, TURN (USER), EVENT (SPEECH_END), KEEP, TO_TURN (WAITING), 0 },
  { KEEPING, ~TURN (USER), EVENT (SPEECH_END), IGNORE },
  { KEEPING, ANY, EVENT (SPEECH) | SERVER_EVENTS, IGNORE },

  /* the turn that ends a rest */
  { LINK (DOZING), ANY, EVENT (TEXT) | EVENT (OWED), TO_LINK (RESUMING), TO_TURN (WAITING),
    WAKE | DO (BEGIN_TURN) },
  { LINK (DOZING), ANY, EVENT (TALK), TO_LINK (RESUMING), TO_TURN (USER), WAKE | DO (BEGIN_TURN) },
  { LINK (DOZING), ANY, EVENT (TALK_OVER), TO_LINK (RESUMING), TO_TURN (USER),
    DO (FLUSH) | WAKE | DO (BEGIN_TURN) },
  { LINK (DOZING), ANY, EVENT (SILENCE) | EVENT (INTERRUPTED), KEEP, KEEP, DO (FLUSH) },
  { LINK (DOZING), ANY, EVENT (SPEECH) | EVENT (SPEECH_END) | (SERVER_EVENTS & ~EVENT (OWED)),
    IGNORE },

  /* the turn: what the application does */
  { LINK (OPEN), TURN (IDLE) | TURN (WAITING) | TURN (ENDING), EVENT (TEXT), KEEP,
    TO_TURN (WAITING), DO (BEGIN_TURN) },
  { LINK (OPEN), TURN (USER) | TURN (MODEL) | DROPPING, EVENT (TEXT), KEEP, KEEP, DO (BEGIN_TURN) },
  { LINK (OPEN), TURN (WAITING) | TURN (MODEL), EVENT (SILENCE), KEEP, TO_TURN (SILENCED),
    DO (FLUSH) | DO (TELL_MODEL) },
  { LINK (OPEN), TURN (IDLE) | TURN (USER) | TURN (ENDING) | DROPPING, EVENT (SILENCE), KEEP, KEEP,
    DO (FLUSH) },
  { LINK (OPEN), SETTLED, EVENT (TALK), KEEP, TO_TURN (USER), DO (BEGIN_TURN) },
  { LINK (OPEN), TURN (MODEL), EVENT (TALK), IGNORE },
  { LINK (OPEN), DROPPING, EVENT (TALK), KEEP, TO_TURN (INTERRUPTED), DO (BEGIN_TURN) },
  { LINK (OPEN), SETTLED, EVENT (TALK_OVER), KEEP, TO_TURN (USER), DO (FLUSH) | DO (BEGIN_TURN) },
  { LINK (OPEN), TURN (MODEL) | DROPPING, EVENT (TALK_OVER), KEEP, TO_TURN (INTERRUPTED),
    DO (FLUSH) | DO (BEGIN_TURN) },

  /* the turn: what the server hears; in MODEL and ENDING late words of the question may come */
  { LINK (OPEN), TURN (IDLE) | TURN (USER) | TURN (WAITING), EVENT (SPEECH), KEEP, TO_TURN (USER),
    DO (BEGIN_TURN) },
  { LINK (OPEN), TURN (MODEL) | TURN (ENDING), EVENT (SPEECH), IGNORE },
  { LINK (OPEN), DROPPING, EVENT (SPEECH), KEEP, TO_TURN (INTERRUPTED), DO (BEGIN_TURN) },
  { LINK (OPEN), TURN (USER), EVENT (SPEECH_END), KEEP, TO_TURN (WAITING), 0 },
  { LINK (OPEN), DROPPING, EVENT (SPEECH_END), KEEP, TO_TURN (SILENCED), 0 },
  { LINK (OPEN), TURN (IDLE) | TURN (WAITING) | TURN (MODEL) | TURN (ENDING), EVENT (SPEECH_END),
    IGNORE },
  { LINK (OPEN), SETTLED, EVENT (INTERRUPTED), KEEP, TO_TURN (USER), DO (FLUSH) | DO (BEGIN_TURN) },
  { LINK (OPEN), TURN (MODEL), EVENT (INTERRUPTED), KEEP, TO_TURN (INTERRUPTED),
    DO (FLUSH) | DO (BEGIN_TURN) },
  { LINK (OPEN), DROPPING, EVENT (INTERRUPTED), KEEP, KEEP, DO (FLUSH) },

  /* the turn: what the server says */
  { LINK (OPEN), SETTLED | TURN (MODEL), EVENT (CONTENT), KEEP, TO_TURN (MODEL), 0 },
  { LINK (OPEN), DROPPING, EVENT (CONTENT), IGNORE },
  { LINK (OPEN), SETTLED, EVENT (TOOL_CALL), KEEP, TO_TURN (WAITING), 0 },
  { LINK (OPEN), TURN (MODEL) | DROPPING, EVENT (TOOL_CALL), IGNORE },
  { LINK (OPEN), TURN (IDLE) | TURN (ENDING), EVENT (OWED), KEEP, TO_TURN (WAITING), 0 },
  { LINK (OPEN), TURN (USER) | TURN (WAITING) | TURN (MODEL) | DROPPING, EVENT (OWED), IGNORE },
  { LINK (OPEN), TURN (MODEL) | TURN (SILENCED), EVENT (GENERATION_COMPLETE), KEEP,
    TO_TURN (ENDING), 0 },
  { LINK (OPEN), TURN (INTERRUPTED), EVENT (GENERATION_COMPLETE), KEEP, TO_TURN (USER), 0 },
  { LINK (OPEN), SETTLED, EVENT (GENERATION_COMPLETE), IGNORE },
  { LINK (OPEN), TURN (WAITING), EVENT (WAITING_FOR_INPUT), KEEP, TO_TURN (IDLE), 0 },
  { LINK (OPEN), ~TURN (WAITING), EVENT (WAITING_FOR_INPUT), IGNORE },
  { LINK (OPEN), TURN (IDLE) | TURN (USER), EVENT (TURN_COMPLETE), KEEP, KEEP, DO (FINISH_TURN) },
  { LINK (OPEN), TURN (WAITING) | TURN (MODEL) | TURN (ENDING) | TURN (SILENCED),
    EVENT (TURN_COMPLETE), KEEP, TO_TURN (IDLE), DO (FINISH_TURN) },
  { LINK (OPEN), TURN (INTERRUPTED), EVENT (TURN_COMPLETE), KEEP, TO_TURN (USER),
    DO (FINISH_TURN) },
  { LINK (OPEN), TURN (USER) | TURN (WAITING) | DROPPING, EVENT (NO_REPLY), KEEP, TO_TURN (IDLE),
    0 },
  { LINK (OPEN), TURN (IDLE) | TURN (MODEL) | TURN (ENDING), EVENT (NO_REPLY), IGNORE },
};

G_STATIC_ASSERT (LV_N_EVENTS <= 32);

static gboolean
covers (const Rule *rule, LvLink link, LvTurn turn, LvEvent event)
{
  return (rule->events & 1u << event) && (rule->links & 1u << link) && (rule->turns & 1u << turn);
}

LvStep
lv_session_fsm_step (LvLink link, LvTurn turn, LvEvent event)
{
  LvStep step = { link, turn, 0 };

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    if (covers (&rules[i], link, turn, event))
      {
        step.link = rules[i].link == KEEP ? link : (LvLink) rules[i].link;
        step.turn = rules[i].turn == KEEP ? turn : (LvTurn) rules[i].turn;
        step.actions = rules[i].actions;
        break;
      }
  return step;
}

guint
lv_session_fsm_count_rules (LvLink link, LvTurn turn, LvEvent event)
{
  guint count = 0;

  for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
    count += covers (&rules[i], link, turn, event);
  return count;
}

static LvState
derive_open_state (LvTurn turn, LvActivity activity)
{
  if (turn == LV_TURN_USER || turn == LV_TURN_INTERRUPTED)
    return LV_STATE_HEARING;
  if (activity.playing)
    return LV_STATE_SPEAKING;
  if (turn == LV_TURN_WAITING || activity.calling)
    return LV_STATE_THINKING;
  if (turn == LV_TURN_MODEL)
    return LV_STATE_SPEAKING;
  if (activity.due && (turn == LV_TURN_ENDING || turn == LV_TURN_SILENCED))
    return LV_STATE_THINKING;
  if (activity.loud)
    return LV_STATE_HEARING;
  return activity.deaf ? LV_STATE_PAUSED : LV_STATE_LISTENING;
}

LvState
lv_session_fsm_derive_state (LvLink link, LvTurn turn, LvActivity activity)
{
  static const LvState states[LV_N_LINKS] = {
    [LV_LINK_OFFLINE] = LV_STATE_IDLE,          [LV_LINK_CONNECTING] = LV_STATE_CONNECTING,
    [LV_LINK_SETTING_UP] = LV_STATE_CONNECTING, [LV_LINK_RESUMING] = LV_STATE_RECONNECTING,
    [LV_LINK_PARKED] = LV_STATE_PAUSED,         [LV_LINK_CLOSING] = LV_STATE_IDLE,
    [LV_LINK_FAILED] = LV_STATE_ERROR,
  };

  return link == LV_LINK_OPEN || link == LV_LINK_DOZING ? derive_open_state (turn, activity)
                                                        : states[link];
}

const char *
lv_link_to_string (LvLink link)
{
  static const char *const names[LV_N_LINKS] = { "offline", "connecting", "setting-up",
                                                 "open",    "resuming",   "parked",
                                                 "dozing",  "closing",    "failed" };

  return names[link];
}

const char *
lv_turn_to_string (LvTurn turn)
{
  static const char *const names[LV_N_TURNS] = { "idle",   "user",        "waiting", "model",
                                                 "ending", "interrupted", "silenced" };

  return names[turn];
}

const char *
lv_event_to_string (LvEvent event)
{
  static const char *const names[] = {
    "start",
    "start again",
    "stop",
    "text",
    "silence",
    "talk",
    "talk-over",
    "opened",
    "setup-complete",
    "setup-timeout",
    "closed",
    "lost",
    "stale",
    "refused",
    "rotate",
    "renew",
    "retry",
    "give-up",
    "park",
    "unpark",
    "doze",
    "speech",
    "speech-end",
    "interrupted",
    "content",
    "tool-call",
    "owed",
    "generation-complete",
    "waiting-for-input",
    "turn-complete",
    "no-reply",
  };

  G_STATIC_ASSERT (G_N_ELEMENTS (names) == LV_N_EVENTS);
  return names[event];
}
