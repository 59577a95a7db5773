/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How much of an answer has to be there before it begins, so that it does not break off: the least
 * that would have been enough lately. The server sends faster than the voice is heard, but in
 * bursts and with stalls. An underrun shows at once how much more was needed; voice that never ran
 * short, after a while, how much less will do. Pure, no clock. Main thread.
 */
#pragma once

#include <glib.h>

#define LV_JITTER_MIN_MS 40
#define LV_JITTER_MAX_MS 600
#define LV_JITTER_FIRST_MS 60     /* before anything is known */
#define LV_JITTER_MARGIN_MS 20    /* kept of what was not needed */
#define LV_JITTER_STRETCH_MS 5000 /* a long answer teaches as much as several of that length */
#define LV_JITTER_MEMORY 8        /* stretches and answers that are remembered */
#define LV_JITTER_SHRINK_MS 20    /* at most, from one of them to the next */

typedef struct _LvJitter LvJitter;

LvJitter *lv_jitter_new (void);
LvJitter *lv_jitter_ref (LvJitter *self);
void lv_jitter_unref (LvJitter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvJitter, lv_jitter_unref)

guint lv_jitter_get_preroll_ms (LvJitter *self);

/* The voice begins, or goes on after it broke off, with that pre-roll. */
void lv_jitter_begin (LvJitter *self);

/* @voice_ms more came when there were @left_ms to play. */
void lv_jitter_note_arrival (LvJitter *self, guint left_ms, guint voice_ms);

/* The voice had broken off for @gap_ms before more came. */
void lv_jitter_note_underrun (LvJitter *self, guint gap_ms);

/* All of the answer has come, or no more is wanted. Does nothing before a begin. */
void lv_jitter_end (LvJitter *self);
