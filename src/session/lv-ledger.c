/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-ledger"
#include "session/lv-ledger.h"

#include "base/lv-state-path.h"

struct _LvLedger {
  char *path;
  LvPrices *prices;
  GKeyFile *days; /* a group each; NULL: not read yet */
  gboolean changed;
  gint64 saved_us;
};

LvLedger *
lv_ledger_new (const char *path, const char *prices_path)
{
  LvLedger *ledger = g_new0 (LvLedger, 1);

  ledger->path = path != NULL ? g_strdup (path) : lv_state_path ("usage");
  ledger->prices = lv_prices_new (prices_path);
  ledger->saved_us = g_get_monotonic_time ();
  return ledger;
}

void
lv_ledger_free (LvLedger *ledger)
{
  lv_ledger_save (ledger);
  g_free (ledger->path);
  lv_prices_free (ledger->prices);
  g_clear_pointer (&ledger->days, g_key_file_unref);
  g_free (ledger);
}

static GKeyFile *
ensure_days (LvLedger *ledger)
{
  g_autofree char *text = NULL;
  gsize length;

  if (ledger->days != NULL)
    return ledger->days;
  ledger->days = g_key_file_new ();
  if (g_file_get_contents (ledger->path, &text, &length, NULL) && length <= LV_LEDGER_FILE_MAX)
    g_key_file_load_from_data (ledger->days, text, length, G_KEY_FILE_NONE, NULL);
  return ledger->days;
}

static char *
get_date (guint days_ago)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) day = g_date_time_add_days (now, -(int) days_ago);

  return g_date_time_format (day, "%Y-%m-%d");
}

double
lv_ledger_price (LvLedger *ledger, const char *model, const LvUsage *usage)
{
  double cost;

  return lv_prices_estimate (ledger->prices, model, usage, &cost) ? cost : -1;
}

static void
forget_old_days (GKeyFile *days)
{
  g_autofree char *oldest = get_date (LV_LEDGER_DAYS - 1);
  g_auto (GStrv) groups = g_key_file_get_groups (days, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    if (g_strcmp0 (groups[i], oldest) < 0)
      g_key_file_remove_group (days, groups[i], NULL);
}

void
lv_ledger_add (LvLedger *ledger, const LvUsageSum *more)
{
  GKeyFile *days = ensure_days (ledger);
  g_autofree char *today = get_date (0);
  LvUsageSum sum = { 0 };

  lv_usage_sum_load (&sum, days, today);
  lv_usage_sum_add (&sum, more);
  lv_usage_sum_save (&sum, days, today);
  ledger->changed = TRUE;
  if (g_get_monotonic_time () - ledger->saved_us > LV_LEDGER_SAVE_S * G_USEC_PER_SEC)
    lv_ledger_save (ledger);
}

void
lv_ledger_get_spent (LvLedger *ledger, LvBudgetUse *use)
{
  g_autofree char *today = get_date (0);
  LvUsageSum sum = { 0 };

  lv_usage_sum_load (&sum, ensure_days (ledger), today);
  use->used[LV_BUDGET_DAY_TOKENS] = sum.total - MIN (sum.free, sum.total);
  use->used[LV_BUDGET_DAY_COST_CENTS] = sum.cost * 100;
}

void
lv_ledger_save (LvLedger *ledger)
{
  g_autofree char *dir = g_path_get_dirname (ledger->path);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  if (!ledger->changed)
    return;
  ledger->changed = FALSE;
  ledger->saved_us = g_get_monotonic_time ();
  forget_old_days (ledger->days);
  text = g_key_file_to_data (ledger->days, &length, NULL);
  g_mkdir_with_parents (dir, 0700);
  if (!g_file_set_contents_full (ledger->path, text, length, G_FILE_SET_CONTENTS_CONSISTENT, 0600,
                                 &error))
    g_debug ("what was used cannot be kept: %s", error->message);
}

static GVariant *
describe_day (GKeyFile *days, const char *date)
{
  GVariantBuilder day = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  LvUsageSum sum = { 0 };

  lv_usage_sum_load (&sum, days, date);
  g_variant_builder_add (&day, "{sv}", "date", g_variant_new_string (date));
  lv_usage_sum_describe (&sum, &day);
  return g_variant_builder_end (&day);
}

GVariant *
lv_ledger_list_days (LvLedger *ledger, guint n_days)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("aa{sv}"));
  GKeyFile *days = ensure_days (ledger);

  for (guint i = 0; i < MIN (n_days, LV_LEDGER_DAYS); i++)
    {
      g_autofree char *date = get_date (i);

      if (g_key_file_has_group (days, date))
        g_variant_builder_add_value (&list, describe_day (days, date));
    }
  return g_variant_builder_end (&list);
}
