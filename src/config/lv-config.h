/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoice.conf: $datadir/livevoice (vendor), /etc/livevoice, $XDG_CONFIG_HOME/livevoice, and
 * *.conf of the livevoice.conf.d beside each, read in this order, later keys win. The result is
 * immutable; a reload makes a new one. Every mistake is an INVALID_ARGS that names file, group and
 * key. Main thread.
 */
#pragma once

#include "config/lv-daemon-config.h"
#include "config/lv-endpoint-config.h"
#include "config/lv-profile.h"
#include "protocol/lv-model.h"

typedef struct _LvConfig LvConfig;

#define LV_CONFIG_FILE_MAX (1024 * 1024) /* bytes */

/* @path: read this file alone (--config); NULL: $LIVEVOICE_CONFIG alone, or else the search path
 * above, where files may be missing. */
LvConfig *lv_config_load (const char *path, GError **error);
/* The same for the given directories, NULL-terminated, instead of the search path. */
LvConfig *lv_config_load_dirs (const char *const *dirs, GError **error);
LvConfig *lv_config_ref (LvConfig *config);
void lv_config_unref (LvConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvConfig, lv_config_unref)

/* @name NULL or "default": the default profile, which always exists. Owned by @config; NULL when
 * unknown. */
const LvProfile *lv_config_get_profile (LvConfig *config, const char *name);

/* NULL-terminated, owned by @config. */
const char *const *lv_config_get_profile_names (LvConfig *config);

/* The group [endpoint @name], checked; owned by @config. "gemini" always exists; NULL when
 * unknown. */
const LvEndpointConfig *lv_config_get_endpoint (LvConfig *config, const char *name);
/* All of them: LvEndpointConfig, owned by @config. */
GPtrArray *lv_config_get_endpoints (LvConfig *config);

/* Whether @endpoint, of a profile, names one of them or is of those that need no group; else
 * INVALID_ARGS that says what there is. */
gboolean lv_config_check_endpoint (LvConfig *config, const char *endpoint, GError **error);

/* What is about the service as a whole; owned by @config. */
const LvDaemonConfig *lv_config_get_daemon (LvConfig *config);

/* What [model ID] groups correct of the table of models; owned by @config. */
LvModels *lv_config_get_models (LvConfig *config);
