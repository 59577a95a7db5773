/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A sound card or headset: what its nodes do not say themselves (form factor, bus), and which of
 * its sockets are in use, muted or not. Main thread.
 */
#pragma once

#include "audio/lv-pw-nodes.h"

#include <pipewire/pipewire.h>

#define LV_PW_DEVICE_MAX_ROUTES 16

typedef struct _LvPwDevice LvPwDevice;

/* After it has learnt something. */
typedef void (*LvPwDeviceFunc) (LvPwDevice *self, gpointer data);

LvPwDevice *lv_pw_device_new (struct pw_registry *registry, guint32 id, LvPwDeviceFunc on_changed,
                              gpointer data);
void lv_pw_device_free (LvPwDevice *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPwDevice, lv_pw_device_free)

/* Tells the nodes of this device what is known; returns whether that was news. */
gboolean lv_pw_device_apply (LvPwDevice *self, LvPwNodes *nodes);
