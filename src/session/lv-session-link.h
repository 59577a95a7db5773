/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The part of lv-session-private.h that is about the connection: how it is made, changed, lost and
 * found again, and what must not get lost with it. Main thread.
 */
#pragma once

#include "protocol/lv-setup.h"
#include "session/lv-session.h"
#include "transport/lv-close.h"

#define LV_UPLINK_RETRY_MS 20 /* the peer did not keep up */

/* ---- lv-session-link.c: the arrow to and from the socket ---- */

void lv_session_do_connect (LvSession *self);
void lv_session_do_send_setup (LvSession *self);
void lv_session_do_release (LvSession *self);
void lv_session_do_close_socket (LvSession *self);
void lv_session_do_drop_socket (LvSession *self);
/* The server said in a message why it goes, where a close would have. */
void lv_session_lose_link (LvSession *self, LvRetry retry, const GError *error);
void lv_session_do_drop_handle (LvSession *self);

/* ---- lv-session-held.c: what must not get lost while the link is down ---- */

/* Sends now, or when the link is open again. @item: of the transcript, 0 when it is in none. */
void lv_session_send_frame (LvSession *self, GBytes *frame, guint item);
/* Of tools, LvFunctionResponse; @as_note: in words. */
void lv_session_send_results (LvSession *self, GPtrArray *results, gboolean as_note);
void lv_session_send_held (LvSession *self);
void lv_session_clear_held (LvSession *self);
/* Results of tools that wait, or that the server has not reacted to, are told in words. */
void lv_session_disown_results (LvSession *self);
/* The server has reacted to what was said and sent so far. */
void lv_session_note_understood (LvSession *self);
/* The connection was closed in order: texts have arrived. Results are kept for a server that turns
 * out to have forgotten who asked for them. */
void lv_session_note_read (LvSession *self);
void lv_session_do_recall (LvSession *self);
void lv_session_do_resend (LvSession *self);

/* ---- lv-session-rotate.c: from one connection to the next ---- */

#define LV_ROTATE_LEAD_MS 5000
#define LV_ROTATE_PATIENCE_MS 45000

/* The link is open: for how long is known. */
void lv_session_plan_aging (LvSession *self);
/* The server will end the connection in @time_left_us. */
void lv_session_plan_rotation (LvSession *self, gint64 time_left_us);
/* Changes the connection if that was planned and nobody speaks. */
void lv_session_consider_rotation (LvSession *self);
/* The connection is gone, and with it what was planned. */
void lv_session_forget_rotation (LvSession *self);
/* The link is open, and nobody would notice if it were not. */
gboolean lv_session_is_quiet (LvSession *self);
/* Closes the connection cleanly and resumes the conversation over a new one at once; without a
 * handle as lv_session_renew_link(). Ignored where there is no conversation; also below. */
void lv_session_resume_link (LvSession *self);
/* Forgets the handle: a new conversation of the server, seeded from the transcript. */
void lv_session_renew_link (LvSession *self);

/* ---- lv-session-recover.c: after a connection was lost ---- */

#define LV_LINK_PATIENCE_S (15 * 60)    /* without a link that lives; then the conversation ends */
#define LV_LINK_OFFLINE_S (2 * 60 * 60) /* the same without a network: handles live that long */
#define LV_REDIAL_MS 1000 /* from one attempt to the next, however often the network changes */

void lv_session_do_back_off (LvSession *self);
/* The link is open. */
void lv_session_count_open (LvSession *self);
/* How many milliseconds the open link is to be kept, though the server wants it to go: 0 when it
 * lived well, else longer each time. */
guint lv_session_choose_pause (LvSession *self);
/* What failed before does not count any more. */
void lv_session_forgive (LvSession *self);
/* A connection is about to be made that needs one. */
void lv_session_watch_network (LvSession *self);

/* ---- lv-session-doze.c: while nobody uses the session ---- */

void lv_session_do_doze (LvSession *self);
/* Something was said, shown or done. */
void lv_session_note_active (LvSession *self);
/* The link is open. */
void lv_session_plan_doze (LvSession *self);

/* ---- lv-session-attention.c: who speaks, as far as this side can tell ---- */

#define LV_ATTENTION_PAUSE_MS 1000  /* longer than pauses in what is said at once */
#define LV_ATTENTION_ONSET_MS 400   /* from a beginning to its being known as such, and some more */
#define LV_ATTENTION_REACT_MS 10000 /* until a server reacts to what it heard, at the latest */

#define LV_ATTENTION_MARGIN_DB 7.0 /* of words over the background, and their least level */
#define LV_ATTENTION_QUIETEST_DB -54.0

/* With the ears, which may be none. */
void lv_session_begin_attention (LvSession *self);
void lv_session_free_attention (LvSession *self);
/* The ears have heard another hop. */
void lv_session_judge_attention (LvSession *self);
/* The microphone was closed. */
void lv_session_forget_attention (LvSession *self);
/* Since when words were said that the server has not reacted to, monotonic; -1: there are none. */
gint64 lv_session_get_unheard_us (LvSession *self);
/* Somebody speaks, or has so lately that the server may not have said so yet. */
gboolean lv_session_is_spoken_to (LvSession *self);

/* ---- lv-session-history.c: what was said before the conversation ---- */

#define LV_SEED_MAX_ITEMS 40 /* of the transcript, its newest */
#define LV_SEED_MAX_BYTES (16 * 1024)

/* @setup is about to be sent: what has to be told after it. */
void lv_session_prepare_history (LvSession *self, LvSetup *setup);
/* It was accepted: tells the server, and the user when the server had forgotten. */
void lv_session_send_history (LvSession *self);
