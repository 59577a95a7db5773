/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which app a process belongs to, from the text of its /proc/PID/cgroup: systemd's naming scheme
 * for desktop apps. For an app in a sandbox the answer is reliable, for others it is attribution
 * only. Pure.
 */
#pragma once

#include <glib.h>

/* Returns the app id ("org.gnome.Maps", newly allocated, "" when the unit's name tells none).
 * *@ret_sandboxed is set when any part of the path is the scope of a Flatpak or Snap app. */
char *lv_bus_identity_parse_cgroup (const char *text, gboolean *ret_sandboxed);

/* Whether @name can be a unique name on the bus, or an app id. */
gboolean lv_bus_identity_is_name (const char *name);
