/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A delay on sleep, taken from logind while it is wanted, so that conversations can be closed
 * before the machine sleeps. Where logind grants none the machine simply does not wait. Main
 * thread.
 */
#pragma once

#include <gio/gio.h>

#define LV_LOGIND_NAME "org.freedesktop.login1"
#define LV_LOGIND_PATH "/org/freedesktop/login1"
#define LV_LOGIND_MANAGER LV_LOGIND_NAME ".Manager"

#define LV_TYPE_INHIBITOR (lv_inhibitor_get_type ())
G_DECLARE_FINAL_TYPE (LvInhibitor, lv_inhibitor, LV, INHIBITOR, GObject)

/* Takes none yet. */
LvInhibitor *lv_inhibitor_new (void);

/* Where to take it from: the system bus while logind is on it, NULL while it is not; what was taken
 * from another one is void. */
void lv_inhibitor_set_source (LvInhibitor *self, GDBusConnection *connection);

/* Whether there is anything to close before sleep. */
void lv_inhibitor_set_wanted (LvInhibitor *self, gboolean wanted);

/* Lets the machine sleep now. */
void lv_inhibitor_release (LvInhibitor *self);
/* The machine has slept: delays the next time where that is wanted. */
void lv_inhibitor_renew (LvInhibitor *self);
