/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The session machine: (link, turn, event) -> (link, turn, actions), one table of rules, no side
 * effect, no clock. lv-session carries the actions out. Each triple is covered by exactly one rule;
 * what is to be ignored is said so by a rule too. Tool calls are counted by the executor, not a
 * state. Pure; tests walk every triple.
 *
 * What the model says is taken (played, written down) in LV_TURN_MODEL and nowhere else: the
 * executor first reports LV_EVENT_CONTENT and then looks at the turn. That is how late audio of an
 * interrupted turn is dropped.
 */
#pragma once

#include "base/lv-enums.h"

typedef enum {
  LV_LINK_OFFLINE,
  LV_LINK_CONNECTING, /* socket opening */
  LV_LINK_SETTING_UP, /* setup sent */
  LV_LINK_OPEN,
  LV_LINK_RESUMING, /* lost or rotating, trying to come back; covers its own connecting and setup */
  LV_LINK_PARKED,   /* the machine sleeps: no socket, or one that closes, until it is over */
  LV_LINK_DOZING,   /* nothing happens: likewise, until a word or a key */
  LV_LINK_CLOSING,  /* we closed, waiting for the echo */
  LV_LINK_FAILED,   /* gave up; LastError says why */
  LV_N_LINKS
} LvLink;

typedef enum {
  LV_TURN_IDLE,
  LV_TURN_USER,        /* the user speaks (server or push to talk says so) */
  LV_TURN_WAITING,     /* the user is done, or a text or a tool result is out: the model's move */
  LV_TURN_MODEL,       /* the model answers */
  LV_TURN_ENDING,      /* everything was said (generationComplete), it may still be playing */
  LV_TURN_INTERRUPTED, /* barge-in by voice: what still comes of the old turn is dropped */
  LV_TURN_SILENCED,    /* barge-in by button: likewise, but the user does not speak */
  LV_N_TURNS
} LvTurn;

typedef enum {
  /* the application */
  LV_EVENT_START,
  LV_EVENT_START_AGAIN, /* the same, to go on with a conversation that was cut off */
  LV_EVENT_STOP,
  LV_EVENT_TEXT,      /* a text was accepted that the model will answer */
  LV_EVENT_SILENCE,   /* Interrupt(): be quiet */
  LV_EVENT_TALK,      /* push to talk pressed */
  LV_EVENT_TALK_OVER, /* push to talk pressed, and that interrupts what is being said */
  /* the link */
  LV_EVENT_OPENED,
  LV_EVENT_SETUP_COMPLETE,
  LV_EVENT_SETUP_TIMEOUT,
  LV_EVENT_CLOSED,  /* as we asked */
  LV_EVENT_LOST,    /* resuming may help */
  LV_EVENT_STALE,   /* closed because the resumption handle is not valid any more */
  LV_EVENT_REFUSED, /* closed for a reason that trying again does not change */
  LV_EVENT_ROTATE,  /* the connection nears its age limit: change it now */
  LV_EVENT_RENEW,   /* the conversation on the server is of no use any more: begin another */
  LV_EVENT_RETRY,   /* the back-off time has passed */
  LV_EVENT_GIVE_UP, /* the last attempt failed */
  LV_EVENT_PARK,    /* the machine goes to sleep */
  LV_EVENT_UNPARK,  /* it is awake, and the user there; or somebody begins to speak */
  LV_EVENT_DOZE,    /* nothing has happened for long */
  /* the turn */
  LV_EVENT_SPEECH, /* words of the user came in */
  /* push to talk released, transcription finished, or no more words for a while */
  LV_EVENT_SPEECH_END,
  LV_EVENT_INTERRUPTED,
  LV_EVENT_CONTENT, /* the model's audio, text or transcription */
  LV_EVENT_TOOL_CALL,
  LV_EVENT_OWED, /* an answer is to come: to a tool result, to a text, or the server says so */
  LV_EVENT_GENERATION_COMPLETE,
  LV_EVENT_WAITING_FOR_INPUT,
  LV_EVENT_TURN_COMPLETE,
  LV_EVENT_NO_REPLY, /* nothing came for so long that the state would be a lie */
  LV_N_EVENTS
} LvEvent;

/* Carried out in the order of the bits. */
typedef enum {
  LV_ACTION_FLUSH = 1 << 0,        /* silence the speaker, cut the transcript to what was heard */
  LV_ACTION_TELL_MODEL = 1 << 1,   /* make the server stop generating, as far as it can be told */
  LV_ACTION_DROP_SOCKET = 1 << 2,  /* forget the socket; an open one closes in the background */
  LV_ACTION_CLOSE_SOCKET = 1 << 3, /* clean close; an event follows */
  LV_ACTION_DROP_HANDLE = 1 << 4,  /* forget the resumption handle */
  LV_ACTION_ABANDON_TURN = 1 << 5, /* the link is gone: no more of this turn will come */
  LV_ACTION_FINISH_TURN = 1 << 6,  /* transcript final, tell the application */
  LV_ACTION_BEGIN_TURN = 1 << 7,   /* the user's move: tool budgets start again */
  LV_ACTION_RECALL = 1 << 8,       /* words that nobody reacted to: to be said again */
  LV_ACTION_RESEND = 1 << 9,       /* likewise texts and results */
  LV_ACTION_HOLD = 1 << 10,        /* keep microphone audio, text and results back */
  LV_ACTION_FREE = 1 << 11,        /* devices freed, transcript finished, calls cancelled */
  LV_ACTION_REPORT_END = 1 << 12,  /* tell the application that the conversation is over */
  LV_ACTION_BEGIN = 1 << 13,       /* a new conversation: devices, counters, no error */
  LV_ACTION_CONNECT = 1 << 14,
  LV_ACTION_SEND_SETUP = 1 << 15,
  LV_ACTION_RELEASE = 1 << 16,  /* the link is open: send what was held */
  LV_ACTION_BACK_OFF = 1 << 17, /* LV_EVENT_RETRY or LV_EVENT_GIVE_UP follows */
  LV_ACTION_PARK = 1 << 18,     /* LV_EVENT_UNPARK alone leads on; tell how far it is */
  LV_ACTION_DOZE = 1 << 19,     /* a key or a word leads on; what only a key needs is closed */
} LvAction;

#define LV_N_ACTIONS 20

typedef struct {
  LvLink link;
  LvTurn turn;
  guint actions; /* LvAction, or-ed; 0: none */
} LvStep;

/* What @event leads to. Every triple is defined. */
LvStep lv_session_fsm_step (LvLink link, LvTurn turn, LvEvent event);

/* How many rules cover the triple; 1 everywhere, or the table is wrong. For tests. */
guint lv_session_fsm_count_rules (LvLink link, LvTurn turn, LvEvent event);

/* What besides link and turn shows in the state. */
typedef struct {
  gboolean playing; /* the model's voice has not left the speaker yet */
  gboolean calling; /* a tool is running */
  gboolean due;     /* a text has gone out that no answer has followed yet */
  gboolean deaf;    /* no microphone although the session wants one */
  gboolean loud;    /* somebody seems to speak; the server has not said so yet */
} LvActivity;

LvState lv_session_fsm_derive_state (LvLink link, LvTurn turn, LvActivity activity);

/* For debug lines; static. */
const char *lv_link_to_string (LvLink link);
const char *lv_turn_to_string (LvTurn turn);
const char *lv_event_to_string (LvEvent event);
