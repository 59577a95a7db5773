/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One microphone or speaker as PipeWire describes it: what tells whether it is the right one, and
 * whether it hears the other. Known in three steps: the registry names it, the node itself and its
 * device say more a moment later. Main thread.
 */
#pragma once

#include <glib.h>

struct spa_dict;

#define LV_PW_NODE_BLUETOOTH_PREFIX "bluez_" /* of node names */

typedef enum {
  LV_PW_NODE_MICROPHONE = 1 << 0,
  LV_PW_NODE_SPEAKER = 1 << 1,
} LvPwNodeKind;

/* The texts are "" where PipeWire does not say. */
typedef struct {
  guint32 id;           /* global id */
  guint32 device_id;    /* global id of its device, SPA_ID_INVALID without one */
  int route_device;     /* which part of the device it is, -1: unknown */
  LvPwNodeKind kinds;   /* both for a duplex node */
  char *name;           /* node.name: stays the same when it is plugged in again */
  char *description;    /* for people */
  char *form_factor;    /* device.form-factor: "headset", "headphone", "speaker", "webcam", ... */
  char *bus;            /* device.bus: "usb", "pci", "bluetooth" */
  char *api;            /* device.api: "alsa", "bluez5", "v4l2" */
  char *profile;        /* api.bluez5.profile: "a2dp-sink", "headset-head-unit", ... */
  char *port_type;      /* of the route in use: "speaker", "headphones", "headset", "mic", ... */
  int priority;         /* priority.session: the session manager's */
  gboolean muted;       /* in the mixer: the node or its route */
  gboolean is_virtual;  /* no hardware behind it */
  gboolean is_loopback; /* stands in for a Bluetooth microphone: using it changes the profile */

  /* what "muted" is made of */
  gboolean node_muted;
  gboolean route_muted;
} LvPwNode;

/* From the properties of a global, nullable; NULL unless it is a microphone or a speaker of
 * others. */
LvPwNode *lv_pw_node_new (guint32 id, const struct spa_dict *props);
void lv_pw_node_free (LvPwNode *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPwNode, lv_pw_node_free)

/* All of these return whether that is news. What @props of the node say; what those of its device
 * add to it; the mixer's mute of the node; what its device says of the route that it is on. */
gboolean lv_pw_node_update (LvPwNode *self, const struct spa_dict *props);
gboolean lv_pw_node_complete (LvPwNode *self, const struct spa_dict *device_props);
gboolean lv_pw_node_set_muted (LvPwNode *self, gboolean muted);
gboolean lv_pw_node_set_route (LvPwNode *self, const char *port_type, gboolean muted);

gboolean lv_pw_node_is_bluetooth (const LvPwNode *self);
