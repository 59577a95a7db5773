/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The written conversation: items of whole text, user, model and system, in the order a person
 * expects (the user's words before the answer to them, however the server interleaved the deltas),
 * cut where the voice was interrupted. Order is the order of ids: an id is kept free before each
 * answer for words of the question that come late. Clocks are passed in: monotonic microseconds,
 * and one for the wall. Main thread.
 */
#pragma once

#include "base/lv-enums.h"

#include <glib-object.h>

#define LV_TRANSCRIPT_ITEM_MAX (16 * 1024) /* bytes; then a new item begins */
#define LV_TRANSCRIPT_MAX_ITEMS 1000       /* older ones are forgotten */
#define LV_TRANSCRIPT_QUIET_MS 700         /* without a delta the user's item is final */
#define LV_TRANSCRIPT_STREAM_QUIET_MS 2000 /* the same of a stream */
#define LV_TRANSCRIPT_GUESS_MS                                                                     \
  3000 /* the same while it ends with a guess: the words themselves are due */

#define LV_HEARD_ALL G_MAXUINT64

typedef struct {
  guint id; /* from 1, rising; never reused in a session */
  LvRole role;
  const char *text;  /* whole text so far */
  gint64 created_us; /* wall clock */
  gboolean final;
} LvTranscriptItem;

typedef struct _LvTranscript LvTranscript;

/* An item is new, has other text, or became final. */
typedef void (*LvTranscriptFunc) (const LvTranscriptItem *item, gpointer user_data);

typedef gint64 (*LvTranscriptClock) (void);

/* @wall_clock: g_get_real_time(), or what a test likes. */
LvTranscript *lv_transcript_new (LvTranscriptClock wall_clock, LvTranscriptFunc changed,
                                 gpointer user_data);
void lv_transcript_free (LvTranscript *transcript);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvTranscript, lv_transcript_free)

/* A stream, such as a translation, goes on beside what the user says, instead of answering it:
 * captions follow each other as they begin, and stay open longer. */
void lv_transcript_set_stream (LvTranscript *transcript, gboolean stream);

/* A whole item, final at once: typed text, a notice. Returns its id; of several the first one's. */
guint lv_transcript_add (LvTranscript *transcript, LvRole role, const char *text);

/* What was said before this transcript began, as it was: a final item under its old id, or the next
 * one where that is taken. Ids go on from there. Nobody is told. */
void lv_transcript_restore (LvTranscript *transcript, guint id, LvRole role, const char *text,
                            gint64 created_us);

/* Words of the user: @text is appended, or, where it begins with all that was there, replaces
 * it. */
void lv_transcript_add_user_delta (LvTranscript *transcript, const char *text, gint64 now_us);
/* A guess at what the user is saying: replaces the last guess, and is replaced by the next
 * delta. */
void lv_transcript_set_user_interim (LvTranscript *transcript, const char *text, gint64 now_us);
/* How long the user's item stays open without words: LV_TRANSCRIPT_QUIET_MS or
 * LV_TRANSCRIPT_GUESS_MS. */
guint lv_transcript_get_quiet_ms (LvTranscript *transcript);
/* Makes the user's item final after that time without words; TRUE when it did so now. */
gboolean lv_transcript_tick (LvTranscript *transcript, gint64 now_us);

/* The server says that the user's item is complete. */
void lv_transcript_end_user (LvTranscript *transcript);

/* An answer in writing: taken until a transcription of the same answer begins, which then replaces
 * it. @pushed as below. */
void lv_transcript_add_model_part (LvTranscript *transcript, const char *text, guint64 pushed);
/* Words of the model's voice, transcribed; @pushed: frames of its voice queued for the speaker so
 * far, also below. */
void lv_transcript_add_model_delta (LvTranscript *transcript, const char *text, guint64 pushed);
/* The model's item is final; what the user says goes on. */
void lv_transcript_end_model (LvTranscript *transcript, guint64 pushed);
/* The server's turn is over: both items are final. The voice may still play and be cut. */
void lv_transcript_end_turn (LvTranscript *transcript, guint64 pushed);
/* The voice was interrupted after @heard frames (LV_HEARD_ALL where none is played): the model's
 * item ends with the last word heard. Returns its id, 0 when there was nothing to interrupt. */
guint lv_transcript_cut (LvTranscript *transcript, guint64 heard, guint64 pushed);
/* The conversation is over: everything is final, positions start again at 0. */
void lv_transcript_finish (LvTranscript *transcript);

/* Id of the item of @role that still grows, 0 when there is none. */
guint lv_transcript_get_open (LvTranscript *transcript, LvRole role);

/* Of the newest item, 0 when there was none yet. */
guint lv_transcript_get_last_id (LvTranscript *transcript);

/* Items with id > @since, oldest first; new array of items borrowed until the transcript
 * changes. */
GPtrArray *lv_transcript_list (LvTranscript *transcript, guint since);
/* The newest of those with since < id < @before that have a text: no more than @max_items, nor than
 * @max_bytes of text, in the same order. */
GPtrArray *lv_transcript_list_tail (LvTranscript *transcript, guint since, guint before,
                                    guint max_items, gsize max_bytes);
