/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every limit that a client can run into, as the property Manager.Limits. The numbers live with
 * what they limit. Pure.
 */
#pragma once

#include <glib.h>

/* Floating a{sv} of unsigned numbers. */
GVariant *lv_bus_limits_new (void);
