/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The conversations that can be gone on with after the daemon, or the application, has been away:
 * the service's handle, the last of what was said, the calls that were not answered. A small file
 * for each that only its user can read, in a directory of their own; never a key. All files are
 * read at the start; one that cannot be read, or is of no use, is told of and left alone. What
 * cannot be written costs the memory of it, nothing else. One for the whole daemon. Main thread.
 */
#pragma once

#include "base/lv-error.h"

#define LV_RESUMPTIONS_MAX 64              /* conversations */
#define LV_RESUMPTIONS_PER_HOLDER 8        /* of one application's */
#define LV_RESUMPTION_ITEMS_MAX 40         /* of the transcript's */
#define LV_RESUMPTION_TEXT_MAX (16 * 1024) /* bytes in all of them */
#define LV_RESUMPTION_FILE_MAX (64 * 1024)
#define LV_RESUMPTION_LIFE_S (2 * 3600) /* how long a service keeps a handle, at least */
#define LV_RESUMPTION_VERSION 1

/* A conversation is an a{sv}:
 *   version u, saved x (wall clock, us), life u (s, from then on)
 *   endpoint s, model s   only there it can be gone on with
 *   handle s              of the service; missing: it gave none
 *   items a(usxs)         id, role, wall clock of the beginning, text; the last ones, by id
 *   calls a(ss)           the server's id and the tool's name: asked, and not answered
 *   holder s              whose it is where it is a private one's; a user and an app */
#define LV_RESUMPTION_ITEMS "a(usxs)"
#define LV_RESUMPTION_CALLS "a(ss)"

typedef struct _LvResumptions LvResumptions;

typedef gint64 (*LvResumptionClock) (void);

/* A file is of no use, or could not be written: of these, the first after one that could. */
typedef void (*LvResumptionTrouble) (const GError *error, gpointer user_data);

/* @directory: NULL for "conversations" where the daemon keeps its state. @wall_clock:
 * g_get_real_time(), or what a test likes. @trouble: nullable. */
LvResumptions *lv_resumptions_new (const char *directory, LvResumptionClock wall_clock,
                                   LvResumptionTrouble trouble, gpointer user_data);
void lv_resumptions_free (LvResumptions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvResumptions, lv_resumptions_free)

/* What the default session's conversation with that profile is kept under, and that of an
 * application with that token; newly allocated. The token cannot be told from its key. */
char *lv_resumption_key_of_profile (const char *profile);
char *lv_resumption_key_of_token (const char *token);

/* Borrowed; NULL: there is none, or not any more. */
GVariant *lv_resumptions_find (LvResumptions *self, const char *key);
/* Keeps @conversation, whose version and time of saving are added, in place of what was kept under
 * @key; written at once. */
void lv_resumptions_put (LvResumptions *self, const char *key, GVariantDict *conversation);
/* File and all. */
void lv_resumptions_forget (LvResumptions *self, const char *key);
void lv_resumptions_forget_all (LvResumptions *self);
