/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whether the user is there, as logind says: the screen locked, another user's desktop shown, the
 * machine going to sleep. Follows the session that logind calls the display of our user, because a
 * user service is in no session itself. Asks asynchronously and only waits afterwards; where there
 * is no system bus, no logind or no such session, the user is taken to be there. Main thread.
 *
 * Signal:
 *   "changed" ()   lv_login_get_hold() answers otherwise
 */
#pragma once

#include "audio/lv-capture.h"

#define LV_TYPE_LOGIN (lv_login_get_type ())
G_DECLARE_FINAL_TYPE (LvLogin, lv_login, LV, LOGIN, GObject)

/* Begins to ask. */
LvLogin *lv_login_new (void);

/* NONE, LOCKED, INACTIVE or ASLEEP. A user who has left the session stays INACTIVE until there is
 * another one. */
LvPause lv_login_get_hold (LvLogin *self);

/* Whether sleep is to be delayed until lv_login_let_sleep(). */
void lv_login_set_busy (LvLogin *self, gboolean busy);
/* All is closed that had to be. */
void lv_login_let_sleep (LvLogin *self);
