/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The groups of livevoice.conf that are about the service as a whole: [daemon] and [tools]. Each
 * key is one of a few words. Pure.
 */
#pragma once

#include <glib.h>

/* What becomes of conversations while the screen is locked, or shows another user's desktop. */
typedef enum { LV_LOCK_POLICY_PAUSE, LV_LOCK_POLICY_END, LV_LOCK_POLICY_IGNORE } LvLockPolicy;

typedef enum { LV_SHARED_TOOLS_ALLOW, LV_SHARED_TOOLS_DENY } LvSharedTools;

typedef struct {
  LvLockPolicy lock_policy;
  LvSharedTools shared_tools;
} LvDaemonConfig;

extern const LvDaemonConfig lv_daemon_config_default;

/* Whether @group is one of them. */
gboolean lv_daemon_config_has (const char *group);

/* INVALID_ARGS for a key or a word that does not exist; nothing has changed. */
gboolean lv_daemon_config_set (LvDaemonConfig *config, const char *group, const char *key,
                               const char *text, GError **error);
