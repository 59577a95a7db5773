/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The microphones and speakers that PipeWire has at the moment, by global id. Main thread.
 */
#pragma once

#include <glib.h>
#include <spa/utils/dict.h>

typedef enum {
  LV_PW_NODE_MICROPHONE = 1 << 0,
  LV_PW_NODE_SPEAKER = 1 << 1,
} LvPwNodeKind;

typedef struct _LvPwNodes LvPwNodes;

LvPwNodes *lv_pw_nodes_new (void);
void lv_pw_nodes_free (LvPwNodes *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPwNodes, lv_pw_nodes_free)

/* @props: of a global; ignored unless it is an audio device. Both return whether the list has
 * changed. */
gboolean lv_pw_nodes_add (LvPwNodes *self, guint32 id, const struct spa_dict *props);
gboolean lv_pw_nodes_remove (LvPwNodes *self, guint32 id);

/* Whether there is any device of @kind. */
gboolean lv_pw_nodes_has (LvPwNodes *self, LvPwNodeKind kind);

/* The node name of the device of @kind whose name or description is @target; NULL when there is
 * none. Owned by @self, valid until the next change. */
const char *lv_pw_nodes_find (LvPwNodes *self, LvPwNodeKind kind, const char *target);
