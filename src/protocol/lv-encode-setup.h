/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The setup message as text: what the model would refuse is left out, then LvSetup.extra is
 * merged over it. Private to this folder. Pure.
 */
#pragma once

#include "protocol/lv-setup.h"

/* New string. */
GString *lv_encode_setup_text (const LvSetup *setup);
