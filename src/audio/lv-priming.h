/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How long a speaker that was at rest has to be given silence before it plays all that it gets.
 * PipeWire tells when a device takes samples, not when they can be heard: a radio link, an
 * amplifier or a television comes up meanwhile. Pure.
 */
#pragma once

#include "audio/lv-pw-node.h"

#define LV_PRIMING_BLUETOOTH_MS 600 /* the link leaves its sniff mode, the headset its sleep */
#define LV_PRIMING_HDMI_MS 600      /* the receiver locks on to the stream */
#define LV_PRIMING_USB_MS 100       /* the bus wakes the device */
#define LV_PRIMING_WIRED_MS 30      /* the amplifier is switched on without a crackle */

/* @speaker: NULL where it is not known. */
guint lv_priming_get_ms (const LvPwNode *speaker);
