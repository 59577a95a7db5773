/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Keeps one LvPwNode as PipeWire has it: the registry tells less than the node itself, and nothing
 * of the mixer. Main thread.
 */
#pragma once

#include "audio/lv-pw-nodes.h"

#include <pipewire/pipewire.h>

typedef struct _LvPwNodeWatch LvPwNodeWatch;

/* After the node of that id has changed. */
typedef void (*LvPwNodeFunc) (guint32 id, gpointer data);

/* @nodes has the node @id as long as this exists. */
LvPwNodeWatch *lv_pw_node_watch_new (struct pw_registry *registry, LvPwNodes *nodes, guint32 id,
                                     LvPwNodeFunc on_changed, gpointer data);
void lv_pw_node_watch_free (LvPwNodeWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPwNodeWatch, lv_pw_node_watch_free)
