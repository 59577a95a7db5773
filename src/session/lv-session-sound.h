/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The part of lv-session-private.h that is about sound: devices or descriptors, what the microphone
 * hears on its way to the uplink, what is spoken on its way to the ear. Main thread.
 */
#pragma once

#include "base/lv-pcm-block.h"
#include "session/lv-session.h"

/* ---- lv-session-audio.c: the devices, from the beginning of a conversation to its end ---- */

void lv_session_begin_audio (LvSession *self);
void lv_session_free_audio (LvSession *self);
void lv_session_arm_levels (LvSession *self);

/* ---- lv-session-device.c: devices that are plugged in and out ---- */

/* Before microphone and speaker begin, and after they have ended. */
void lv_session_begin_devices (LvSession *self);
void lv_session_free_devices (LvSession *self);
/* Adds "microphone" and "speaker", the node names in use. */
void lv_session_describe_devices (LvSession *self, GVariantDict *description);

/* ---- lv-session-microphone.c: microphone -> uplink -> socket ---- */

void lv_session_begin_microphone (LvSession *self);
void lv_session_free_microphone (LvSession *self);
/* A failure makes the session deaf. */
void lv_session_open_microphone (LvSession *self);
void lv_session_apply_muted (LvSession *self);
/* The microphone is open and yet does not hear. */
gboolean lv_session_is_paused (LvSession *self);
/* Adds floor and paused. */
void lv_session_describe_microphone (LvSession *self, GVariantDict *dict);
/* NOT_READY, with the reason, while the microphone that runs is paused. */
gboolean lv_session_check_heard (LvSession *self, GError **error);
/* The microphone is closed until the link is open again. */
void lv_session_rest_microphone (LvSession *self);
void lv_session_do_hold (LvSession *self);
void lv_session_release_uplink (LvSession *self);
void lv_session_drain_uplink (LvSession *self);
/* Neither muted nor held. */
gboolean lv_session_may_listen (LvSession *self);
/* "warning": the held session hears nothing; for one that would. */
void lv_session_announce_hold (LvSession *self);

/* ---- lv-session-echo.c: our own voice in the microphone ---- */

#define LV_ECHO_TAIL_MS 300 /* half-duplex outlasts the voice by so much: the echo of the room */
#define LV_ECHO_BAD_DB 20.0 /* a return loss below it is warned of */
#define LV_ECHO_RESIDUE_DB 12.0 /* what is louder than the echo lately left is a person */
#define LV_ECHO_NEAR_DB 6.0     /* and so is what is at most so much softer than the voice */
#define LV_ECHO_OPEN_MS 300     /* who is one, is heard for so long at least */
#define LV_ECHO_FADING 0.9      /* of an echo, from one chunk to the next */

void lv_session_begin_echo (LvSession *self);
/* Also while the conversation goes on. Of those that share the devices the one that is heard
 * decides. */
void lv_session_choose_echo (LvSession *self, LvEchoCancel wanted);
/* A chunk as the microphone delivered it; returns it, or silence of the same length instead. */
const gint16 *lv_session_judge_echo (LvSession *self, const gint16 *samples, guint n_samples);
/* How loud the microphone hears the model's voice now at most, into *@ret_db, dB of full scale;
 * left alone where it hears nothing of it. FALSE while that cannot be told, or nobody listens. */
gboolean lv_session_estimate_echo (LvSession *self, double *ret_db);
/* Adds "echo-cancel" and, once measured, "echo-return-loss". */
void lv_session_describe_echo (LvSession *self, GVariantDict *description);

/* ---- lv-session-barge.c: what is heard before any server ---- */

void lv_session_begin_ears (LvSession *self);
/* The settings changed, not the devices. */
void lv_session_tune_ears (LvSession *self);
void lv_session_free_ears (LvSession *self);
/* A chunk that is about to go to the uplink. */
void lv_session_judge_speech (LvSession *self, const gint16 *samples, guint n_samples);
/* The microphone was closed: nobody speaks. */
void lv_session_forget_speech (LvSession *self);
/* The voice is gone; a hold is over. @interrupted: because somebody wanted that. */
void lv_session_end_hold (LvSession *self, gboolean interrupted);
/* Adds ducks t and ghost-holds t. */
void lv_session_describe_ears (LvSession *self, GVariantDict *dict);

/* ---- lv-session-talk.c: turns that are marked here, by a key or by local detection ---- */

gboolean lv_session_is_talking (LvSession *self);
void lv_session_begin_talk (LvSession *self);
void lv_session_end_talk (LvSession *self);
/* An activity without words; not in AUTO mode. */
void lv_session_poke (LvSession *self);

/* ---- lv-session-speaker.c: server -> speaker ---- */

void lv_session_begin_speaker (LvSession *self);
void lv_session_free_speaker (LvSession *self);
void lv_session_play (LvSession *self, LvPcmBlock *pcm, guint rate);
guint64 lv_session_get_pushed (LvSession *self);
void lv_session_do_flush (LvSession *self);
/* The turn or the state is another one: what it means for the voice to come. */
void lv_session_prepare_speaker (LvSession *self);

/* ---- lv-session-media.c: pictures, and sound by file descriptors ---- */

/* Of a session whose audio is "fd": with the end that waits for it, where there is one. */
LvCapture *lv_session_make_fd_capture (LvSession *self);
LvPlayback *lv_session_make_fd_playback (LvSession *self);
void lv_session_close_audio_ends (LvSession *self);
/* Something was dropped: a warning, once a conversation. */
void lv_session_note_dropped_frame (LvSession *self, const char *message);
