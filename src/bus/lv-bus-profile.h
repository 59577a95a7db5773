/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The settings that a caller's options ask for, and which of them a caller may ask for at all.
 * Pure.
 */
#pragma once

#include "bus/lv-bus-access.h"
#include "config/lv-config.h"

/* A copy of @base, or of the profile that the option "profile" names, under @options (a{sv}).
 * INVALID_ARGS, NOT_PERMITTED for "setup" (raw JSON into the setup message: nobody can be asked)
 * and, from a sandbox, for "endpoint" (it may name any server). */
LvProfile *lv_bus_profile_new (LvConfig *config, const LvProfile *base, GVariant *options,
                               LvPeer peer, GError **error);
