/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * PipeWire's own settings, as far as they say in which steps ("cycles") its graph works, whatever
 * streams ask for. They change while it runs. Main thread.
 */
#pragma once

#include <glib.h>
#include <pipewire/pipewire.h>

#include <pipewire/extensions/metadata.h>

typedef struct _LvPwSettings LvPwSettings;

/* Whether the global of type Metadata with @props is the one. */
gboolean lv_pw_settings_is (const struct spa_dict *props);

/* @on_cycle: how long each cycle is at least, in us; from within PipeWire's dispatch. */
LvPwSettings *lv_pw_settings_new (struct pw_registry *registry, guint32 id,
                                  void (*on_cycle) (guint cycle_us, gpointer data), gpointer data);
void lv_pw_settings_free (LvPwSettings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPwSettings, lv_pw_settings_free)

guint32 lv_pw_settings_get_id (LvPwSettings *self);
