/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One conversation: carries out what the session machine decides, one function per arrow of the
 * path (microphone -> uplink -> socket -> decode -> playback, transcript, tools). Knows no D-Bus.
 * Main thread.
 *
 * Signals, all emitted from the main loop or from within the call that caused them:
 *   "changed" (const char *what)          "state", "muted", "microphone-active", "error", "model",
 *       "owner-app", "hold", "parking"
 *   "transcript" (const LvTranscriptItem *item)   new or grown item, whole text
 *   "interrupted" (guint item)
 *   "turn-complete" (guint turn, const char *reason, const LvUsage *usage)   reason and usage
 *       nullable
 *   "detail" (guint item, const char *kind, GVariant *detail)   a{sv} as lv-detail makes them, about
 *       the item, 0 where there is none: "grounding", "url-context", "thought", "code",
 *       "code-result", "transcription", "voice-activity", "speech-state", "waiting-for-input",
 *       "interaction"
 *   "tool-started" (const char *call_id, const char *tool)
 *   "tool-finished" (const char *call_id, const char *tool, LvOutcome outcome)
 *   "levels" (double input, double output)        RMS 0..1, at most 10 a second, only while wanted
 *   "warning" (const char *code, const char *message, GVariant *details)   a{sv}, nullable
 *       "no-microphone", "no-speaker"  the conversation goes on without; also in LastError
 *       "device-changed", "device-lost", "device-returned"   (details: kind s, "microphone" or
 *           "speaker"; device s, the node name of what they speak of)
 *       "floor-lost"     another session has the microphone (lv-floor)
 *       "microphone-off" it is muted in the mixer, or the privacy settings forbid it
 *       "go-away"        the server announced the end of the connection; a new one follows
 *       "context-reseeded"   the conversation could not be resumed on the server, which was told
 *           the end of the transcript instead
 *       "continued"      the conversation that begins goes on with one that was cut off   (details:
 *           age u, seconds)
 *       "context-lost"   the same, where there was nothing to tell
 *       "audio-dropped"  the connection did not keep up, something said is lost (once a
 *           conversation)
 *       "stalled"        the server does not answer as it should, and what could be done about it did
 *           not help (details: symptom s, remedy s, the last that was tried)
 *       "frame-dropped"  a picture came too soon or while the connection did not keep up, or sound
 *           was taken too late (once a conversation)
 *       "video-lost"     a camera or screen that was looked at cannot be seen any more
 *       "budget"         80 % of a budget is spent (details: what s, used d, limit d)
 *       "talk-ended"     push to talk released itself
 *       "echo"           the microphone hears the model loudly, or echo cannot be cancelled and the
 *           microphone is silent while the model speaks (once a conversation)
 *       "bad-frame"      the server sent what cannot be read (once a conversation)
 *   "closed" (LvCloseReason reason)               the conversation ended; the object can be
 *       started again
 *
 * What the states mean while the link is open: "hearing" from the server's first word or guess of
 * what is said, from an interruption or from push to talk, and, as a hint, while the microphone is
 * loud and nothing else happens; "thinking" after 0.7 s without a word, after a text, and while the
 * model waits for a tool; "speaking" until the speaker has drained; "paused" when nothing can be
 * heard although that is wanted: no microphone, muted outside, or the floor is another session's
 * (texts still work), the user is away or the machine asleep. A server that answers nothing for
 * 10 s leaves the session listening again.
 */
#pragma once

#include "audio/lv-pw-context.h"
#include "config/lv-config.h"
#include "media/lv-frame.h"
#include "protocol/lv-message.h"
#include "protocol/lv-model.h"
#include "session/lv-ledger.h"
#include "session/lv-recorder.h"
#include "session/lv-resumption.h"
#include "session/lv-session-fsm.h"
#include "session/lv-transcript.h"
#include "tools/lv-tool-registry.h"
#include "tools/lv-tool-router.h"
#include "transport/lv-endpoints.h"
#include "transport/lv-engine-launcher.h"
#include "transport/lv-network-watch.h"

#define LV_TOKEN_PREFIX "livevoice-" /* of a resume token; no handle of a service begins so */
#define LV_TEXT_MAX (32 * 1024)      /* bytes of one SendText */
#define LV_TEXT_MAX_PER_SECOND 10
#define LV_VIDEO_MAX_PER_SECOND 1
#define LV_TALK_MAX_S 60 /* push to talk releases itself */

/* What every session shares; owned by the daemon, outlives all sessions. */
typedef struct {
  LvPwContext *audio;
  LvEndpoints *endpoints;
  LvEngineLauncher *launcher;
  LvToolRegistry *registry;
  LvFrameReader *frames;
  LvModels *models;               /* NULL: the table as delivered */
  LvLedger *ledger;               /* NULL: nobody adds up */
  const LvDaemonConfig *settings; /* as they are now; NULL: the default ones */
  LvResumptions *resumptions;     /* NULL: no conversation outlives the daemon */
  LvNetworkWatch *network;        /* NULL: nobody tells of the network */
} LvSessionServices;

#define LV_TYPE_SESSION (lv_session_get_type ())
G_DECLARE_FINAL_TYPE (LvSession, lv_session, LV, SESSION, GObject)

/* @path: object path (log field, tool context). @owner: unique name, NULL for the default session.
 * @with_shared: sees shared tools. */
LvSession *lv_session_new (const LvSessionServices *services, const char *path, const char *owner,
                           const char *owner_app, const LvProfile *profile, gboolean with_shared);

/* Whether a conversation with @profile and @tools (LvToolDecl) could begin as far as can be told
 * now: UNSUPPORTED names the model and the field that it does not take; INVALID_ARGS. */
gboolean lv_session_check_profile (const LvSessionServices *services, const LvProfile *profile,
                                   GPtrArray *tools, GError **error);

/* The same with what this session has, and the tools that were made for it. */
gboolean lv_session_check (LvSession *self, const LvProfile *profile, GError **error);

/* Replaces the settings used by the next start; its resume option is for that start alone. */
void lv_session_set_profile (LvSession *self, const LvProfile *profile);
const LvProfile *lv_session_get_profile (LvSession *self);

/* The same while a conversation may be going on, with as little disturbance as possible: an
 * instruction and tools at once where the model can be told, all else when nobody speaks, by a new
 * connection that goes on with the conversation; another model, endpoint or history from the next
 * start. @tools_changed: the registry offers others. @profile has passed
 * lv_session_check_profile(). */
LvApplied lv_session_configure (LvSession *self, const LvProfile *profile, gboolean tools_changed);

/* Begins to connect and to listen; idempotent. Goes on with a conversation that was cut off, where
 * one is kept: for the name of the profile, of a private session for its token. Errors known at
 * once: those of lv_session_check() and of lv_token_source_check(), LOCKED, QUOTA_EXCEEDED. All
 * others end the conversation later: state "error", LastError, "closed". */
gboolean lv_session_start (LvSession *self, GError **error);
/* Ends the conversation: closes the socket, finalises the transcript, frees devices. "closed"
 * follows. Idempotent. */
void lv_session_stop (LvSession *self, LvCloseReason reason);

/* What is kept of the conversation to go on with it is removed. Of one that goes on it is written
 * again; lv_session_stop() with LV_CLOSE_USER forgets it for good. */
void lv_session_forget (LvSession *self);

/* What leads @holder, a user and an application, back to the session or to its conversation:
 * LV_TOKEN_PREFIX and 128 random bits, the same until it is used or the session ends. NULL with
 * UNSUPPORTED (the default session; nothing is kept) or NOT_READY (no conversation, and the session
 * does not linger). */
const char *lv_session_make_token (LvSession *self, const char *holder, GError **error);
const char *lv_session_get_token (LvSession *self);  /* NULL: none was made */
const char *lv_session_get_holder (LvSession *self); /* likewise */
/* Whether @conversation, as lv_resumptions_find() returns it, could go on with @profile:
 * INVALID_ARGS. */
gboolean lv_session_check_adoption (const LvSessionServices *services, const LvProfile *profile,
                                    GVariant *conversation, GError **error);
/* A new session goes on with @conversation: at once in its transcript, for the model with the next
 * start. */
void lv_session_adopt (LvSession *self, GVariant *conversation);
/* The application on another connection, or a program that may speak for it, which came with the
 * token: that is used, and what was kept for it gone. Its tools are in the registry. */
void lv_session_set_owner (LvSession *self, const char *owner, const char *owner_app);

void lv_session_set_muted (LvSession *self, gboolean muted);
/* The user is away: NONE, LOCKED, INACTIVE or ASLEEP. The microphone is closed at once, push to
 * talk is refused, and so are tools that could do harm; the model ends what it says. ASLEEP also
 * silences it and closes the connection, cleanly, to be resumed; see lv_session_is_parking(). NONE
 * goes on with all of it. @ends: the conversation ends instead, with LV_CLOSE_LOCKED, and none can
 * be started meanwhile; ASLEEP keeps it, but starts none either. */
void lv_session_set_hold (LvSession *self, LvPause hold, gboolean ends);
LvPause lv_session_get_hold (LvSession *self);
/* Held ASLEEP, and the connection has not closed yet; "changed" tells "parking" when it has. */
gboolean lv_session_is_parking (LvSession *self);

/* Push to talk; idempotent; takes the floor. UNSUPPORTED with another turn-detection or without a
 * microphone, NOT_READY when idle or muted, here or outside. In this mode the microphone is open
 * for the whole conversation, for the pre-roll, but only what is said between the two calls, and
 * 300 ms before, leaves the daemon. */
gboolean lv_session_start_talking (LvSession *self, GError **error);
gboolean lv_session_stop_talking (LvSession *self, GError **error);
/* Barge-in by button: silence now, and the model is told. NOT_READY when idle. */
gboolean lv_session_interrupt (LvSession *self, GError **error);
/* INVALID_ARGS, TOO_LARGE, RATE_LIMITED, TOO_MANY (held while connecting), UNSUPPORTED (context on
 * a model that takes none), NOT_READY when idle. Held while connecting. A turn and a realtime text
 * become a user item of the transcript, a context becomes a system item. */
gboolean lv_session_send_text (LvSession *self, const char *text, LvTextMode mode, GError **error);

/* One picture for the model to look at. *@ret_accepted is FALSE, and the picture dropped, within a
 * second of the last one and while the connection is not there or does not keep up. NOT_READY when
 * idle, UNSUPPORTED when the model takes no pictures. */
gboolean lv_session_send_video (LvSession *self, GBytes *image, const char *mime_type,
                                gboolean *ret_accepted, GError **error);
/* The errors of the same, before there is a picture. */
gboolean lv_session_check_video (LvSession *self, GError **error);
/* Microseconds until the next picture can be accepted; until one ought to ask again while the
 * connection is not there or does not keep up. */
gint64 lv_session_get_video_wait (LvSession *self);
/* A source of pictures ended by itself: "warning". */
void lv_session_announce_video_lost (LvSession *self, const GError *error);
/* A picture was dropped before it got here. */
void lv_session_drop_video (LvSession *self);

/* A new socket for what the user says, or for the model's voice, in a session whose audio is "fd":
 * the application's end of it, to be closed by the caller; the one before is closed. Opened while
 * idle it waits for the next conversation. Closed with the conversation. -1 with INVALID_ARGS (the
 * rate) or UNSUPPORTED (the conversation has another audio). */
int lv_session_open_audio_input (LvSession *self, guint rate, GError **error);
int lv_session_open_audio_output (LvSession *self, guint rate, GError **error);

gboolean lv_session_update_call (LvSession *self, const char *owner, const char *call_id,
                                 const char *result, gboolean will_continue,
                                 LvScheduling scheduling, GError **error);

/* Whether the conversation listens or speaks by the device of that kind and node name. */
gboolean lv_session_uses_device (LvSession *self, LvPwNodeKind kind, const char *name);
LvState lv_session_get_state (LvSession *self);
gboolean lv_session_get_muted (LvSession *self);
gboolean lv_session_get_microphone_active (LvSession *self);
const GError *lv_session_get_last_error (LvSession *self); /* NULL: none since the last start */
const char *
lv_session_get_model (LvSession *self); /* id without "models/", "livevoice-engine" for the offline
                                        * engine, "" before the first start */
const char *lv_session_get_path (LvSession *self);
const char *lv_session_get_owner (LvSession *self); /* NULL for the default session */
const char *lv_session_get_owner_app (LvSession *self);
/* Items with id > @since, oldest first; new array of LvTranscriptItem borrowed from the session
 * until it changes. */
GPtrArray *lv_session_list_transcript (LvSession *self, guint since);
/* What all conversations of the session used: a{sv} as lv_usage_sum_describe(), and "model".
 * Floating. */
GVariant *lv_session_describe_usage (LvSession *self);
/* What may be spent, where there are limits: as lv_budget_describe(), of this session and of the
 * day. Floating; nullable. */
GVariant *lv_session_describe_budget (LvSession *self);
/* How the conversation is, a{sv} as GetHealth() on the bus. Floating. */
GVariant *lv_session_describe_health (LvSession *self);
/* How microphone and speaker of the conversation are doing, a{sv} as GetAudio() on the bus; empty
 * where there are none. Floating. */
GVariant *lv_session_describe_audio (LvSession *self);
/* What the flight recorder has, for a report with @texts and, where the samples were kept, with
 * @sound. NOT_READY: there was no conversation lately; UNSUPPORTED: nothing is kept, by the
 * settings. */
LvRecording *lv_session_copy_recording (LvSession *self, gboolean texts, gboolean sound,
                                        GError **error);
/* Whether anybody wants the "levels" signal; off at first. */
void lv_session_set_levels_wanted (LvSession *self, gboolean wanted);
