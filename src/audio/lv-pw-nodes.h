/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The microphones and speakers that PipeWire has at the moment, which are the defaults, and in
 * which steps they work. Streams of ours and the ends of our echo canceller are none. Main thread.
 */
#pragma once

#include "audio/lv-pw-node.h"

#define LV_PW_NODES_MAX 256 /* others are not seen */

typedef struct _LvPwNodes LvPwNodes;

LvPwNodes *lv_pw_nodes_new (void);
void lv_pw_nodes_free (LvPwNodes *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPwNodes, lv_pw_nodes_free)

/* @props: of a global; ignored unless it is an audio device. Both return whether the list has
 * changed. */
gboolean lv_pw_nodes_add (LvPwNodes *self, guint32 id, const struct spa_dict *props);
gboolean lv_pw_nodes_remove (LvPwNodes *self, guint32 id);

/* A Bluetooth headset is connected, until its id is removed: known before its nodes are there. */
gboolean lv_pw_nodes_add_headset (LvPwNodes *self, guint32 device_id);
gboolean lv_pw_nodes_has_headset (LvPwNodes *self);

/* @name: of the default node, nullable. @kind is one of them. Returns whether it is another. */
gboolean lv_pw_nodes_set_default (LvPwNodes *self, LvPwNodeKind kind, const char *name);
const char *lv_pw_nodes_get_default (LvPwNodes *self, LvPwNodeKind kind);

/* How long each cycle of PipeWire's graph is at least, in us; 0: unknown. Returns whether that is
 * new. */
gboolean lv_pw_nodes_set_cycle (LvPwNodes *self, guint cycle_us);
guint lv_pw_nodes_get_cycle (LvPwNodes *self);

/* FALSE for the moment between the end of the default device and the choice of another. */
gboolean lv_pw_nodes_is_settled (LvPwNodes *self, LvPwNodeKind kind);

/* All of them, oldest first: LvPwNode. Owned by @self, until the next change. */
GPtrArray *lv_pw_nodes_list (LvPwNodes *self);
LvPwNode *lv_pw_nodes_get (LvPwNodes *self, guint32 id); /* NULL: no such device */

/* Whether there is any device of @kind. */
gboolean lv_pw_nodes_has (LvPwNodes *self, LvPwNodeKind kind);

/* The one of that name; NULL: there is none. */
const LvPwNode *lv_pw_nodes_find (LvPwNodes *self, LvPwNodeKind kind, const char *name);

/* The one that a stream for @wanted (name or description; "" or NULL: the default) is or would be
 * on, as lv-pw-choice says; NULL when there is none of @kind. Owned by @self, until the next
 * change. */
const LvPwNode *lv_pw_nodes_choose (LvPwNodes *self, LvPwNodeKind kind, const char *wanted);
