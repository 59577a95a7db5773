/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The endpoints of the configuration, each with the source of its credential, which lives as long
 * as the configuration does and so fetches a token once for all conversations. From a profile to an
 * endpoint: "auto" is Gemini when there is a key, the offline engine otherwise. One for the whole
 * daemon. Main thread.
 */
#pragma once

#include "config/lv-config.h"
#include "config/lv-vault.h"
#include "transport/lv-endpoint.h"

#define LV_TYPE_ENDPOINTS (lv_endpoints_get_type ())
G_DECLARE_FINAL_TYPE (LvEndpoints, lv_endpoints, LV, ENDPOINTS, GObject)

LvEndpoints *lv_endpoints_new (LvVault *vault, LvConfig *config);

/* A reload: conversations that run keep what they have. */
void lv_endpoints_set_config (LvEndpoints *self, LvConfig *config);

/* Where keys and tokens are kept; borrowed. */
LvVault *lv_endpoints_get_vault (LvEndpoints *self);

/* Where @profile leads. INVALID_ARGS for an endpoint that is not configured or a bad URL. */
LvEndpoint *lv_endpoints_resolve (LvEndpoints *self, const LvProfile *profile, GError **error);

/* One that can be asked whether a key or token to be kept under @name is right, that of the default
 * profile if possible. UNSUPPORTED when there is none. */
LvEndpoint *lv_endpoints_find_judge (LvEndpoints *self, const char *name, GError **error);

/* Whether the default profile's endpoint, or Gemini when that is "auto", has what opens it, as far
 * as is known without asking anybody. */
gboolean lv_endpoints_has_credential (LvEndpoints *self);
