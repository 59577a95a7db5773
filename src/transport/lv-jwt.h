/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A signed statement (RFC 7515, RS256): what a service account shows the token endpoint. The only
 * file that knows GnuTLS. Pure.
 */
#pragma once

#include "base/lv-error.h"

/* HEADER.CLAIMS.SIGNATURE for two JSON texts, signed with the RSA key in @pem. New; INVALID_ARGS
 * when that is none. */
char *lv_jwt_sign (const char *header, const char *claims, const char *pem, GError **error);
