/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The session manager's notes: which devices are the defaults, and where a stream ought to go. They
 * come and go with the session manager. Main thread.
 */
#pragma once

#include "audio/lv-pw-node.h"

#include <pipewire/pipewire.h>

#include <pipewire/extensions/metadata.h>

typedef struct _LvPwMetadata LvPwMetadata;

/* @name: of the default device of @kind, NULL: there is none. */
typedef void (*LvPwDefaultFunc) (LvPwNodeKind kind, const char *name, gpointer data);

/* Whether the global of type Metadata with @props is the one. */
gboolean lv_pw_metadata_is (const struct spa_dict *props);

/* @registry: has to outlive it. */
LvPwMetadata *lv_pw_metadata_new (struct pw_registry *registry, guint32 id,
                                  LvPwDefaultFunc on_default, gpointer data);
void lv_pw_metadata_free (LvPwMetadata *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPwMetadata, lv_pw_metadata_free)

/* Tells of all defaults once more, soon. For what PipeWire did not tell: while a program begins to
 * read the notes, changes of them go to that program alone. */
void lv_pw_metadata_read_again (LvPwMetadata *self);

guint32 lv_pw_metadata_get_id (LvPwMetadata *self);

/* Moves the running stream @node_id to the device @name, NULL: to the default, wherever that is. */
void lv_pw_metadata_move (LvPwMetadata *self, guint32 node_id, const char *name);
