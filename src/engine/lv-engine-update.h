/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a contextUpdate changes in a setup. Pure.
 */
#pragma once

#include "protocol/lv-setup.h"

/* The instruction of @update, if there is one, and its tools, if it replaces them, become those of
 * @setup. Takes parts of @update. */
void lv_engine_update_apply (LvSetup *setup, LvSetup *update);
