/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of LvSession, for the files that carry out its actions: here -life (beginning and end),
 * -hold (the user is away), -receive (server messages), -doctor (when those make no sense), -detail
 * (what they say beyond words), -record (all that goes over the wire), -configure (other settings),
 * -usage and -budget (what it costs), -stream (without turns), -text (what the application says),
 * -tools; in lv-session-link.h the connection, in lv-session-sound.h microphone and speaker, in
 * lv-session-keep.h what outlives the daemon; -setup (the first message) and -token (who may come
 * back) have theirs in lv-session-setup.h and lv-session.h. Main thread.
 *
 * Everything that happens becomes an event, lv_session_dispatch() asks the machine, and the actions
 * it names are the lv_session_do_*() functions here. Nothing else changes link and turn.
 */
#pragma once

#include "session/lv-session.h"

#include "audio/lv-pw-follow.h"
#include "base/lv-endpointer.h"
#include "audio/lv-jitter.h"
#include "base/lv-rate.h"
#include "base/lv-vad.h"
#include "protocol/lv-model.h"
#include "protocol/lv-setup.h"
#include "session/lv-barge.h"
#include "session/lv-budget.h"
#include "session/lv-doctor.h"
#include "session/lv-echo-meter.h"
#include "session/lv-loudness.h"
#include "session/lv-recorder.h"
#include "session/lv-session-keep.h"
#include "session/lv-session-link.h"
#include "session/lv-session-sound.h"
#include "session/lv-uplink.h"
#include "transport/lv-websocket.h"

#define LV_LEVELS_INTERVAL_MS 100
#define LV_HELD_MAX_BYTES (1024 * 1024) /* text kept while the link is not open */

/* What a test cannot wait for. */
typedef struct {
  guint talk_ms;
  guint stream_quiet_ms;    /* without a word, then a caption of a stream is final */
  guint rotate_lead_ms;     /* before the end that goAway announced */
  guint rotate_patience_ms; /* after the age limit, for a quiet moment */
  guint patience_ms;        /* how long to try before giving up */
  guint offline_ms;         /* the same where there is no network */
  guint second_ms;          /* of those in the configuration */
  guint budget_grace_ms;    /* for an answer that has begun */
  double backoff_scale;
} LvSessionTimes;

/* A frame that must not get lost while the link is down. */
typedef struct {
  GBytes *frame;
  GPtrArray *results; /* of tools that it holds, LvFunctionResponse; nullable */
  gboolean is_note;   /* holds them in words, for a server that does not know the calls */
  guint item;         /* of the transcript, 0: in none */
  gboolean again;     /* was sent before */
  gboolean read;      /* by a server that may be gone, or may have forgotten it */
} LvHeldFrame;

/* Our end of a socket that is opened for a conversation to come. */
typedef struct {
  int fd; /* -1: none */
  guint rate;
} LvAudioEnd;

/* How our own voice is kept out of the microphone. */
typedef struct {
  LvEchoMode mode; /* as last seen */
  guint serial;
  LvEchoMeter meter;
  gboolean warned;
  gint64 open_us;    /* until when a person is heard */
  gint64 audible_us; /* when the voice sounded last, 0: never */
  double voice;      /* RMS of what may echo yet, 0..1 */
} LvSessionEcho;

/* What the conversation may spend, and has. */
typedef struct {
  gboolean free;         /* the offline engine costs nothing */
  guint64 tokens_before; /* it began */
  gint64 begun_us;
  gint64 ended_us;
  guint warned;  /* set of LvBudget */
  GError *spent; /* why it has to end; NULL: it has not */
  guint timer;
} LvSessionBudget;

/* What a conversation has of devices. */
typedef enum { LV_DEVICE_MICROPHONE, LV_DEVICE_SPEAKER, LV_N_DEVICES } LvDevicePlace;

struct _LvSession {
  GObject parent_instance;

  /* who we are */
  LvSessionServices services; /* owned elsewhere */
  char *path;
  char *owner; /* nullable */
  char *owner_app;
  gboolean with_shared;
  LvSessionTimes times;

  /* what was asked for */
  LvProfile *profile; /* of the next start */
  gboolean muted;
  gboolean muted_by_sleep; /* not by the user */
  LvPause hold;            /* why the user is away */
  gboolean hold_ends;
  gint64
      slept_us; /* since boot, when the machine went to sleep; 0: it did not, or the user is back */
  gboolean levels_wanted;
  LvCloseReason close_reason;

  LvAudioEnd audio_input; /* owned, like ... */
  LvAudioEnd audio_output;

  /* the machine */
  LvLink link;
  LvTurn turn;
  GQueue events; /* LvEvent */
  gboolean stepping;
  LvState state; /* as last announced */

  /* the conversation: owned, NULL or 0 between conversations */
  LvProfile *running;
  LvProfile *next; /* settings that wait for the next idle moment; NULL: none do */
  LvEndpoint *endpoint;
  const LvModel *model;
  char *handle;         /* newest resumption handle */
  gboolean remembered;  /* the server knows, or knew, of the conversation */
  guint began_after;    /* the last item of the transcript before the conversation */
  GPtrArray *seed;      /* LvContent, to be told first; nullable */
  GPtrArray *declared;  /* LvTool: as told to the model */
  GHashTable *blocking; /* call ids the model waits for */
  LvWebsocket *socket;
  GQueue held; /* LvHeldFrame */
  gsize held_bytes;
  GQueue unanswered; /* LvHeldFrame: sent, and nothing said about it yet */
  gsize unanswered_bytes;
  LvCapture *capture;
  LvPlayback *playback;
  LvUplink *uplink;
  GString *sound_frame;              /* the last chunk, as it was sent */
  LvPwFollow *devices[LV_N_DEVICES]; /* NULL: it has none from PipeWire */
  gboolean holds_devices;
  LvVad *ears;            /* with a microphone, but not with push to talk */
  LvBarge *barge;         /* with a speaker of ours besides */
  LvEndpointer *turns;    /* of the user, where the daemon detects them */
  LvEndpointer *words;    /* likewise, where the server does; for the doctor */
  LvEndpointer *listener; /* with ears: whether somebody speaks, whoever detects turns */

  /* the conversation: plain */
  char *model_name; /* stays after the end; never NULL */
  GError *error;    /* LastError; stays after the end */
  GError *failure;  /* why the socket was lost last */
  gboolean deaf;
  gboolean voiceless; /* the speaker has failed */
  gboolean playing;
  gboolean microphone_active; /* as last announced */
  gboolean microphone_rests;  /* closed until the link is open again */
  LvLoudness loudness;
  gboolean loud;
  LvSessionEcho echo;
  double input_level; /* highest since the last "levels" */
  guint64 lost;       /* of the uplink, as last announced */
  guint attempt;      /* of coming back */
  gint64 dialled_us;  /* the last attempt began */
  gint64 opened_us;
  guint n_refused;        /* connections in a row that the handle did no good to */
  gint64 away_us;         /* when the link was open last, 0: it is, or never was */
  gint64 lost_us;         /* when coming back began, 0: since the link is stable */
  gboolean gave_up;       /* of coming back */
  gboolean setup_sent;    /* over the connection there is */
  gboolean link_was_open; /* in the conversation */
  gboolean error_is_loss; /* LastError is gone when the link is back */
  gboolean is_remote;     /* the server is reached by a network */
  gboolean watches_network;
  gboolean bad_frame_seen;
  gboolean frame_dropped;
  gboolean rotate_wanted;
  gint64 rotate_wait_ms; /* for a quiet moment, at most, when the server goes away */
  gboolean going_away;   /* the server said so */
  gboolean resumable;    /* as it said last */
  gboolean turns_marked_here;
  gboolean said_again;    /* what the user said last is to be said again */
  gboolean said_whole;    /* all of it */
  gboolean context_lost;  /* once the setup under way is accepted */
  gboolean reseeded;      /* likewise */
  gint64 speech_began_us; /* of the microphone, as it is heard here; -1: not yet */
  gint64 speech_us;       /* its last moment */
  gint64 voice_us;        /* the last moment of its words, without the pause after them */
  gint64 understood_us;   /* when the server reacted last */
  gint64 answered_us;     /* when the last turn was complete */
  gint64 active_us;       /* when something was done last */
  gboolean answer_due;    /* a text or a talk has gone out that no answer has followed yet */
  gboolean
      answering;   /* the answer has begun whose turn is not over; late words of it belong to it */
  gint64 heard_us; /* last frame of the server */
  guint n_turns;
  const LvServerMessage *message; /* being handled */
  LvUsage usage;                  /* of the turn */
  gboolean has_usage;
  gboolean usage_missing; /* the last turn was told without it */

  LvSessionBudget budget;
  gint64 doctor_due_us;
  LvRemedy last_remedy;
  guint n_loud; /* chunks of what was said between the marks */

  LvUsageSum sum;                 /* of all conversations */
  guint64 samples_in, frames_out; /* of sound, not in it yet */

  /* timers, source ids */
  guint setup_timer;
  guint retry_timer;
  guint rotate_timer;
  guint age_timer;
  guint doze_timer;
  guint quiet_timer;
  guint doctor_timer;
  guint talk_timer;
  guint uplink_timer;
  guint gap_timer;
  guint levels_timer;
  guint stream_timer;
  guint hold_timer;

  /* for life */
  guint n_connections, n_resumptions, n_reseeds;
  guint recovery_ms; /* of the last loss or change */

  /* for life: owned */
  LvDoctor *doctor;
  LvJitter *jitter; /* how unevenly the voice comes */
  LvTranscript *transcript;
  LvToolRouter *router;
  LvRecorder *recorder; /* nullable */
  guint forget_timer;   /* ends what it has kept, when the conversation is long over */
  char *token;          /* leads an application back to it; nullable */
  char *holder;         /* whose the token is; nullable */
  char *kept_key;       /* whose items the transcript holds from began_after on; nullable */
  GVariant *adopted;    /* taken over, and not begun again; nullable */
  GVariant *recalled;   /* what the next beginning goes on with; nullable */
  GVariant *lost_calls; /* that nobody here knows of, a(ss); nullable */
  guint keep_timer;
  gint64 kept_us;    /* when it was written last */
  gboolean was_open; /* the conversation, at least once */
  LvRate *text_rate;
  LvRate *video_rate;
};

/* ---- lv-session.c ---- */

/* Runs the machine; from within an action the event waits for its turn. */
void lv_session_dispatch (LvSession *self, LvEvent event);
/* Announces "state" when link, turn, playing, deaf or tool calls made it another. */
void lv_session_update_state (LvSession *self);
/* LastError; @error is copied. */
void lv_session_set_error (LvSession *self, const GError *error);
void lv_session_log_begin (LvSession *self);
void lv_session_log_remedy (LvSession *self, LvSymptom symptom, LvRemedy remedy);
void lv_session_emit_changed (LvSession *self, const char *what);
/* Also logged. */
void lv_session_warn (LvSession *self, const char *code, const char *message);
/* The same with @details, a{sv} for programs; a floating one is taken. */
void lv_session_warn_with (LvSession *self, const char *code, const char *message,
                           GVariant *details);
/* One-shot; replaces a running one. @callback clears the id. */
void lv_session_set_timer (LvSession *self, guint *timer, guint ms, GSourceFunc callback);
gboolean lv_session_is_live (LvSession *self);
/* Whether the model of the conversation takes it; FALSE without one. */
gboolean lv_session_can (LvSession *self, LvCapability capability);

/* ---- lv-session-life.c: what a conversation holds, from its beginning to its end ---- */

void lv_session_do_begin (LvSession *self);
void lv_session_do_free (LvSession *self);
void lv_session_clear_timers (LvSession *self);
/* Endpoint and model of the conversation that begins. */
gboolean lv_session_resolve (LvSession *self, GError **error);

/* ---- lv-session-hold.c: while the user is away, or the machine asleep ---- */

#define LV_SLEEP_SHORT_S 30 /* after a longer one the microphone waits for the user */

void lv_session_do_park (LvSession *self);
/* The user is there: the microphone need not stay closed because the machine has slept. */
void lv_session_trust_microphone (LvSession *self);
/* LOCKED when held so that no conversation may begin; or held at all. */
gboolean lv_session_check_may_start (LvSession *self, GError **error);
gboolean lv_session_check_present (LvSession *self, GError **error);

/* ---- lv-session-receive.c: the arrow from the socket to speaker, transcript and tools ---- */

void lv_session_receive (LvSession *self, GBytes *frame);
void lv_session_do_finish_turn (LvSession *self);
void lv_session_do_abandon_turn (LvSession *self);
/* After so long without a word what the user said is whole; not while a mark says they speak. */
void lv_session_arm_quiet_timer (LvSession *self);

/* ---- lv-session-doctor.c: when the server has lost its way ---- */

void lv_session_begin_health (LvSession *self);
/* Something has happened that the doctor was told of, or can see. */
void lv_session_consult_doctor (LvSession *self);
/* What nobody answered is about to be said again over a new connection. */
void lv_session_note_resent (LvSession *self);
/* A server has not accepted the conversation in time. */
void lv_session_note_no_setup (LvSession *self);

/* ---- lv-session-detail.c: what is known beyond the words ---- */

/* Takes the floating @detail; it belongs to the item of @role that is open. */
void lv_session_tell_detail (LvSession *self, LvRole role, const char *kind, GVariant *detail);
void lv_session_tell_transcription (LvSession *self, const LvTranscription *transcription,
                                    LvRole role, gboolean interim);
void lv_session_tell_part (LvSession *self, const LvPart *part);
/* All that concerns the frame as a whole. */
void lv_session_tell_message (LvSession *self, const LvServerMessage *message);

/* ---- lv-session-record.c: what goes over the wire, and the flight recorder beside it ---- */

void lv_session_init_recorder (LvSession *self);
/* A conversation begins, or its settings have changed; what was kept otherwise goes. */
void lv_session_choose_recorder (LvSession *self, LvFlightRecorder wanted);
void lv_session_free_recorder (LvSession *self);
/* As lv_websocket_send(); all that is sent goes through one of these. */
gboolean lv_session_send_now (LvSession *self, GBytes *frame);
/* @frame is nothing but @samples of the microphone. */
void lv_session_send_sound (LvSession *self, const gint16 *samples, guint n_samples);
void lv_session_send_picture (LvSession *self, GBytes *frame);
/* A connection is there; it has ended, by itself or (@error NULL) by our will. */
void lv_session_record_link (LvSession *self);
void lv_session_record_close (LvSession *self, LvWebsocket *socket, const GError *error);
void lv_session_record_received (LvSession *self, GBytes *frame);
/* @frame is nothing but @pcm of the model. */
void lv_session_record_sound (LvSession *self, GBytes *frame, LvPcmBlock *pcm, guint rate);
void lv_session_record_remedy (LvSession *self, const char *symptom, const char *remedy);
/* Link and turn become those of @step. */
void lv_session_record_step (LvSession *self, LvEvent event, const LvStep *step);

/* ---- lv-session-configure.c: other settings while the conversation goes on ---- */

/* What waits becomes what runs: a setup message is about to be sent. */
void lv_session_adopt_next (LvSession *self);

/* ---- lv-session-usage.c: what it costs ---- */

void lv_session_count_usage (LvSession *self, const LvUsage *usage);
void lv_session_count_sent (LvSession *self, guint n_samples);
void lv_session_count_heard (LvSession *self, guint n_frames);
/* Adds the sound so far to the account. */
void lv_session_count_audio (LvSession *self);

/* ---- lv-session-budget.c: what may be spent ---- */

/* Its endpoint is known. */
void lv_session_begin_budget (LvSession *self);
void lv_session_end_budget (LvSession *self);
void lv_session_watch_budget (LvSession *self); /* more is spent: warns, or ends the conversation */
/* Ends the conversation, if that has to be, as soon as nothing is being said. */
void lv_session_consider_budget (LvSession *self);
/* QUOTA_EXCEEDED when today no more conversation may begin at @endpoint. */
gboolean lv_session_check_budget (LvSession *self, const LvEndpoint *endpoint, GError **error);

/* ---- lv-session-stream.c: translations and the like, which have no turns ---- */

#define LV_STREAM_PAUSE_RMS 1e-4 /* what a server sends between sentences */

gboolean lv_session_is_stream (LvSession *self);
/* Nothing is to be heard in it; FALSE in a conversation. */
gboolean lv_session_is_pause (LvSession *self, LvPcmBlock *pcm);
/* Voice or words (@transcription, nullable) of a stream came. */
void lv_session_follow_stream (LvSession *self, const LvTranscription *transcription);

/* ---- lv-session-text.c: the arrow from the application ---- */

void lv_session_do_tell_model (LvSession *self);
/* A frame that says @text, in the form that the model takes; @silent: where it can be helped, it
 * owes no answer. */
GBytes *lv_session_encode_note (LvSession *self, const char *text, gboolean silent);

/* ---- lv-session-tools.c: the arrows to and from the tools ---- */

void lv_session_init_tools (LvSession *self);
/* LvToolDecl, borrowed: those made for this session alone, which the model is meant to know. */
GPtrArray *lv_session_list_made_tools (LvSession *self);
GPtrArray *lv_session_declare_tools (LvSession *self); /* what the model is told of now, too */
void lv_session_free_tools (LvSession *self);
/* Who offers what the model was told of may have changed. */
void lv_session_match_tools (LvSession *self);
/* The model was told of all that are offered now, and of no others; or there is no model. */
gboolean lv_session_knows_tools (LvSession *self);
void lv_session_do_begin_turn (LvSession *self);
/* A new server session does not know the calls of the old one: what comes of them, and has come, is
 * told in words. New array of the names of the tools that run. */
GPtrArray *lv_session_disown_calls (LvSession *self);
/* Tells the model, which then owes an answer unless they are silent. @as_note: in words. Takes out
 * of @results what cannot be told. */
void lv_session_tell_results (LvSession *self, GPtrArray *results, gboolean as_note);
/* TRUE unless all of them are silent, or not the last. */
gboolean lv_session_has_spoken_result (GPtrArray *results);
void lv_session_handle_calls (LvSession *self, GPtrArray *calls);
