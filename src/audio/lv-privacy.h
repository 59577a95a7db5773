/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The switch in the desktop's privacy settings that turns microphones off: the key
 * disable-microphone of org.gnome.desktop.privacy, where that is installed. Host programs are only
 * asked to obey it. GSettings brings threads and memory with it, so this exists only while somebody
 * wants to be heard. Main thread.
 *
 * Signals:
 *   "changed" ()   lv_privacy_forbids_microphone() is another
 */
#pragma once

#include <glib-object.h>

#define LV_PRIVACY_SCHEMA "org.gnome.desktop.privacy"
#define LV_PRIVACY_MICROPHONE "disable-microphone"

#define LV_TYPE_PRIVACY (lv_privacy_get_type ())
G_DECLARE_FINAL_TYPE (LvPrivacy, lv_privacy, LV, PRIVACY, GObject)

LvPrivacy *lv_privacy_new (void);

/* FALSE where there is no such switch. */
gboolean lv_privacy_forbids_microphone (LvPrivacy *self);
