/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What all sessions used, by day, kept across restarts in one small file that only its user can
 * read: numbers, never words. Read when first needed; written when a conversation ends and at most
 * every LV_LEDGER_SAVE_S in between. A file that cannot be read or written costs the memory of it,
 * nothing else. One for the whole daemon. Main thread.
 */
#pragma once

#include "session/lv-budget.h"
#include "session/lv-prices.h"
#include "session/lv-usage-sum.h"

#define LV_LEDGER_DAYS 62    /* kept */
#define LV_LEDGER_SAVE_S 600 /* of a conversation that does not end */
#define LV_LEDGER_FILE_MAX (1024 * 1024)

typedef struct _LvLedger LvLedger;

/* @path: the file; NULL: "usage" in $STATE_DIRECTORY, or in livevoice below the user's state
 * directory. @prices_path: as lv_prices_new(). */
LvLedger *lv_ledger_new (const char *path, const char *prices_path);
/* Saves what is not saved yet. */
void lv_ledger_free (LvLedger *ledger);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvLedger, lv_ledger_free)

/* What @usage of @model costs, in US dollars; negative: nobody knows. */
double lv_ledger_price (LvLedger *ledger, const char *model, const LvUsage *usage);

/* On today's account. */
void lv_ledger_add (LvLedger *ledger, const LvUsageSum *more);
/* What is spent today, into the LV_BUDGETS_OF_DAY of @use. */
void lv_ledger_get_spent (LvLedger *ledger, LvBudgetUse *use);
void lv_ledger_save (LvLedger *ledger);

/* The newest @n_days, today included, that have anything: aa{sv}, newest first, each with "date"
 * s (2026-11-22) and what lv_usage_sum_describe() says. Floating. */
GVariant *lv_ledger_list_days (LvLedger *ledger, guint n_days);
