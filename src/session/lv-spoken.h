/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which part of a text was really heard: pairs of (bytes of text, frames of voice) collected while
 * both stream in, and the way back from a playback position to a place in the text. Text may run
 * ahead of its voice or behind it; which of the two a server does is told from its first piece.
 * Pure.
 */
#pragma once

#include <glib.h>

typedef struct _LvSpoken LvSpoken;

LvSpoken *lv_spoken_new (void);
void lv_spoken_free (LvSpoken *spoken);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvSpoken, lv_spoken_free)

/* A new text whose voice begins at frame @start. */
void lv_spoken_begin (LvSpoken *spoken, guint64 start);

/* The text is now @n_bytes long, and @pushed frames have been queued for the speaker. Both never
 * shrink. */
void lv_spoken_add (LvSpoken *spoken, gsize n_bytes, guint64 pushed);

/* The length in bytes of what was heard of @text when @heard of @pushed frames were: proportional
 * within a piece, then back to the end of a word. */
gsize lv_spoken_get_length (LvSpoken *spoken, const char *text, guint64 heard, guint64 pushed);
