/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The session machine: (link, turn, event) -> (link, turn, actions), one table, no side effect, no clock.
 * lv-session carries the actions out. Pure; tests walk every triple.
 */
#pragma once

#include "base/lv-enums.h"

typedef enum {
  LV_LINK_OFFLINE,
  LV_LINK_CONNECTING, /* socket opening */
  LV_LINK_SETTING_UP, /* setup sent */
  LV_LINK_OPEN,
  LV_LINK_RESUMING, /* lost or rotating, trying to come back */
  LV_LINK_CLOSING,  /* we closed, waiting for the echo */
  LV_LINK_FAILED,   /* gave up; LastError says why */
  LV_N_LINKS
} LvLink;

typedef enum {
  LV_TURN_IDLE,
  LV_TURN_USER,        /* the user speaks (server or push to talk says so) */
  LV_TURN_MODEL,       /* the model thinks or speaks */
  LV_TURN_INTERRUPTED, /* barge-in: late audio of the old turn is dropped */
  LV_N_TURNS
} LvTurn;
