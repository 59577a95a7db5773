/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a turn costs, estimated from prices.conf: the first of ~/.config/livevoice, /etc/livevoice
 * and the package's data. Read when it is first needed, since most conversations end without being
 * asked what they cost. Main thread.
 */
#pragma once

#include "protocol/lv-message.h"

#define LV_PRICES_FILE_MAX (64 * 1024) /* bytes */

typedef struct _LvPrices LvPrices;

/* @path: this file alone; NULL: as above. */
LvPrices *lv_prices_new (const char *path);
void lv_prices_free (LvPrices *prices);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPrices, lv_prices_free)

/* US dollars; FALSE where the file does not know @model, or has no price for something in
 * @usage. Tokens of which the service does not say what they stand for count as text. */
gboolean lv_prices_estimate (LvPrices *prices, const char *model, const LvUsage *usage,
                             double *ret_cost);
