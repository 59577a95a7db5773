/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tools as apps declare them, for the tests of the engine.
 */
#pragma once

#include "protocol/lv-setup.h"

/* set_volume, set_light, get_weather, play_music, lockScreen, add_item, start_countdown, move_window. */
LvSetup *lv_engine_tools_new_setup (void);
