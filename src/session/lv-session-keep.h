/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What of a conversation outlives the daemon, or the application whose it is: written down while it
 * goes on, forgotten when the user ends it, taken up again by the next start. Of LvSession's files
 * only. Main thread.
 */
#pragma once

#include "session/lv-session.h"

/* Conversations are kept at all, and this session could have one that is. */
gboolean lv_session_keeps (LvSession *self);
/* Newly allocated. */
char *lv_session_name_endpoint (const LvEndpoint *endpoint);
/* The items of @conversation become those of the one that is to begin. */
void lv_session_restore (LvSession *self, GVariant *conversation);
/* Whether there is a conversation to go on with at @endpoint: by the next lv_session_do_begin(). */
gboolean lv_session_recall (LvSession *self, const LvEndpoint *endpoint);
void lv_session_begin_keeping (LvSession *self);
/* The link is open: calls that an earlier life left to us get their answer. */
void lv_session_note_open (LvSession *self);
/* Writes it down: now; within a few seconds. */
void lv_session_keep (LvSession *self);
void lv_session_keep_soon (LvSession *self);
/* Before endpoint and handle go. */
void lv_session_end_keeping (LvSession *self);
