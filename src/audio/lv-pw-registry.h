/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is connected to PipeWire, as far as it concerns us: microphones and speakers, the cards and
 * headsets they belong to, the session manager's notes, and PipeWire's settings. Keeps LvPwNodes as
 * they are. Main thread.
 */
#pragma once

#include "audio/lv-pw-metadata.h"
#include "audio/lv-pw-nodes.h"

#include <pipewire/pipewire.h>

#define LV_PW_REGISTRY_MAX_DEVICES 128 /* of others nothing is known but their nodes */
#define LV_PW_REGISTRY_READING_MS 1000 /* after a program came: then it has read what it wants */

typedef struct _LvPwRegistry LvPwRegistry;

/* @on_changed: from within PipeWire's dispatch. */
LvPwRegistry *lv_pw_registry_new (struct pw_core *core, void (*on_changed) (gpointer data),
                                  gpointer data);
void lv_pw_registry_free (LvPwRegistry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPwRegistry, lv_pw_registry_free)

/* Owned by @self. */
LvPwNodes *lv_pw_registry_get_nodes (LvPwRegistry *self);
/* NULL while there is no session manager. */
LvPwMetadata *lv_pw_registry_get_metadata (LvPwRegistry *self);
