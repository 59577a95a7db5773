/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which device a stream goes to. Pure. The first that applies:
 *
 *   1. the one whose node name is the one wanted; else the one of that description;
 *   2. the default of the sound settings, but no Bluetooth microphone that has to be brought into
 *      its telephone profile first: that would spoil what is being heard on the same headset;
 *   3. the one that the session manager would prefer: the highest priority, hardware before virtual
 *      devices, and of equals the oldest;
 *   4. any, even such a Bluetooth microphone, when there is no other.
 */
#pragma once

#include "audio/lv-pw-node.h"

/* @nodes: of LvPwNode, in any order. @wanted: "" or NULL for the default; @default_name: nullable.
 * NULL when there is no device of @kind. */
const LvPwNode *lv_pw_choice_make (GPtrArray *nodes, LvPwNodeKind kind, const char *wanted,
                                   const char *default_name);

/* The one that is wanted by name or description; NULL when it is not there. */
const LvPwNode *lv_pw_choice_find (GPtrArray *nodes, LvPwNodeKind kind, const char *wanted);

/* Whether @wanted means a Bluetooth headset, also one that has no microphone at the moment. */
gboolean lv_pw_choice_is_bluetooth (GPtrArray *nodes, const char *wanted);

/* Whether using @node as a microphone changes the profile of a Bluetooth headset. */
gboolean lv_pw_choice_drags (GPtrArray *nodes, const LvPwNode *node);
