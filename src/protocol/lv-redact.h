/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A frame of the wire made fit to be shown to strangers. Keys, tokens, resumption handles and the
 * names in paths go in any case, and so do pictures; what was said, written or answered, and all
 * that an application made up, becomes as many x as it had characters, unless it is asked for;
 * sound becomes an envelope likewise. The shape stays: a frame that is left can still be played
 * back. Pure, any thread.
 *
 * Only what is known to be harmless is kept: a field that this file has not heard of is a text.
 */
#pragma once

#include "base/lv-envelope.h"

#include <json-glib/json-glib.h>

#define LV_REDACTED "removed" /* in place of a secret */

typedef enum {
  LV_REMOVED_SECRETS,
  LV_REMOVED_TEXTS,
  LV_REMOVED_SOUND,
  LV_REMOVED_PICTURES, /* and other data that is no text */
  LV_REMOVED_NAMES,    /* of people and programs, in paths */
  LV_N_REMOVED
} LvRemoved;

typedef struct _LvRedactor LvRedactor;

/* @texts, @sound: these are asked for. */
LvRedactor *lv_redactor_new (gboolean texts, gboolean sound);
void lv_redactor_free (LvRedactor *redactor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvRedactor, lv_redactor_free)

/* How often something of this kind was removed so far. */
guint lv_redactor_count (LvRedactor *redactor, LvRemoved removed);
/* "secrets"; static. */
const char *lv_removed_to_nick (LvRemoved removed);

/* Appends what is left of the frame @root as member @name of @json. */
void lv_redactor_add_frame (LvRedactor *redactor, GString *json, const char *name, JsonNode *root);

/* The same of the members of an event: those that the daemon makes from its own words are kept, in
 * a sentence for the user only secrets and names in paths are removed, all others are texts. */
void lv_redactor_add_event (LvRedactor *redactor, GString *json, const char *name, JsonNode *root);
