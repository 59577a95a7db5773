/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows which device a microphone or a speaker is, while devices come and go: the one that is
 * wanted when it is there, else the next best, as lv-pw-choice says. Says what a person would be
 * told. Pure.
 */
#pragma once

#include "audio/lv-pw-nodes.h"

typedef enum {
  LV_PW_FOLLOW_SAME,
  LV_PW_FOLLOW_CHANGED,  /* to another, which was chosen in the sound settings */
  LV_PW_FOLLOW_LOST,     /* the one before has gone; it is the next best now, or none */
  LV_PW_FOLLOW_RETURNED, /* the one that was lost, or the one wanted */
} LvPwFollowed;

typedef struct _LvPwFollow LvPwFollow;

/* @wanted: name or description, "" or NULL for the default. */
LvPwFollow *lv_pw_follow_new (LvPwNodeKind kind, const char *wanted);
void lv_pw_follow_free (LvPwFollow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPwFollow, lv_pw_follow_free)

/* After any change of @nodes. While the session manager has not yet said what is the default
 * instead of one that has gone nothing changes. The first device is none that is told of. */
LvPwFollowed lv_pw_follow_update (LvPwFollow *self, LvPwNodes *nodes);

/* "" before the first device. They stay while there is none. */
const char *lv_pw_follow_get_name (LvPwFollow *self);
const char *lv_pw_follow_get_description (LvPwFollow *self);
/* Of the one before, "" at first. */
const char *lv_pw_follow_get_last_description (LvPwFollow *self);
const char *lv_pw_follow_get_last_name (LvPwFollow *self);
/* Whether it is there. */
gboolean lv_pw_follow_is_present (LvPwFollow *self);
