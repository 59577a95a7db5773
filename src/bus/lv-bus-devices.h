/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The manager's method ListDevices and its signal DevicesChanged: which microphones and speakers
 * there are. PipeWire is connected for the answer and let go again, unless a conversation keeps it.
 * Main thread.
 *
 * Signals:
 *   "changed" ()   while PipeWire is connected: another answer than the one before
 */
#pragma once

#include "bus/lv-bus-sessions.h"

#define LV_BUS_DEVICES_WAIT_MS 2000 /* for PipeWire's list */
#define LV_BUS_MAX_DEVICE_CALLS 16  /* that wait for it, of all callers */

#define LV_TYPE_BUS_DEVICES (lv_bus_devices_get_type ())
G_DECLARE_FINAL_TYPE (LvBusDevices, lv_bus_devices, LV, BUS_DEVICES, GObject)

LvBusDevices *lv_bus_devices_new (LvPwContext *audio, LvBusSessions *sessions);

/* Nobody waits for an answer any more; before the last reference goes. */
void lv_bus_devices_cancel (LvBusDevices *self);

/* Answers @invocation (taken), a call of ListDevices: NO_AUDIO_SERVER, INVALID_ARGS, TOO_MANY. */
void lv_bus_devices_call (LvBusDevices *self, GDBusMethodInvocation *invocation);
