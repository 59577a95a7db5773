/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a microphone hears, 10 ms at a time: energy over an adaptive noise floor says that there is
 * a sound, periodicity at the pitch of a voice says that it is speech. So a fan or a breath is no
 * voice, however loud, and a steady noise becomes floor within two seconds. Where speech begins and
 * ends is judged by lv-endpointer. Ours, because Debian packages no voice activity detector for C
 * but those inside of larger programs. Pure: no clock, time is what has been fed.
 */
#pragma once

#include <glib.h>

#define LV_VAD_HOP_MS 10
#define LV_VAD_HOP 160 /* samples of LV_VAD_HOP_MS at 16 kHz */

typedef struct _LvVad LvVad;

LvVad *lv_vad_new (void);
void lv_vad_free (LvVad *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvVad, lv_vad_free)

/* Hears exactly LV_VAD_HOP samples. */
void lv_vad_feed (LvVad *self, const gint16 *hop);

/* The same time passes, but nobody listened: nothing is heard, and nothing learned of the
 * background. */
void lv_vad_skip (LvVad *self);

/* About the last hop: is it @margin_db louder than the background, and louder than @quietest_db of
 * full scale? */
gboolean lv_vad_is_loud (const LvVad *self, double margin_db, double quietest_db);

double lv_vad_get_level_db (const LvVad *self); /* of full scale, at least -75 */

/* Does what was heard last repeat itself at the pitch of a voice? Costly; loud hops alone are worth
 * it. */
gboolean lv_vad_is_voiced (LvVad *self);
