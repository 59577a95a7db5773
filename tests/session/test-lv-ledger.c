/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-ledger.h"

#include "lib/lv-test.h"

#include <glib/gstdio.h>
#include <string.h>

#define PRICES "[some-model]\ntext-in=1\naudio-in=2\ntext-out=10\naudio-out=20\n"

typedef struct {
  char *dir;
  char *path;
  char *prices;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->dir = lv_test_make_dir ();
  fixture->path = g_build_filename (fixture->dir, "state", "usage", NULL);
  fixture->prices = g_build_filename (fixture->dir, "prices.conf", NULL);
  g_assert_true (g_file_set_contents (fixture->prices, PRICES, -1, NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  lv_test_remove_dir (fixture->dir);
  g_free (fixture->path);
  g_free (fixture->prices);
}

static const LvUsage usage = {
  .prompt_tokens = 1000000,
  .response_tokens = 1500000,
  .total_tokens = 2500000,
  .prompt = { [LV_MODALITY_TEXT] = 500000, [LV_MODALITY_AUDIO] = 500000 },
  .response = { [LV_MODALITY_AUDIO] = 1000000 }, /* half a million: of what, it does not say */
};

static void
test_price (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvPrices) prices = lv_prices_new (fixture->prices);
  LvUsage pictures = usage;
  double cost = -1;

  g_assert_true (lv_prices_estimate (prices, "some-model", &usage, &cost));
  g_assert_cmpfloat_with_epsilon (cost, 0.5 + 1 + 20 + 5, 1e-9);
  g_assert_false (lv_prices_estimate (prices, "other-model", &usage, &cost));
  g_assert_false (lv_prices_estimate (prices, "", &usage, &cost));
  pictures.prompt[LV_MODALITY_IMAGE] = 1;
  g_assert_false (lv_prices_estimate (prices, "some-model", &pictures, &cost));
}

/* The file that is delivered knows the default model and that the engine costs nothing. */
static void
test_delivered_prices (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvPrices) prices = lv_prices_new (g_getenv ("LV_TEST_PRICES"));
  double cost = -1;

  g_assert_true (lv_prices_estimate (prices, "gemini-3.8-live", &usage, &cost));
  g_assert_cmpfloat_with_epsilon (cost, 0.375 + 1.5 + 12 + 2.25, 1e-9);
  g_assert_true (lv_prices_estimate (prices, "livevoice-engine", &usage, &cost));
  g_assert_cmpfloat (cost, ==, 0);
}

static GVariant *
take_today (LvLedger *ledger)
{
  g_autoptr (GVariant) days = g_variant_ref_sink (lv_ledger_list_days (ledger, 1));

  g_assert_cmpuint (g_variant_n_children (days), ==, 1);
  return g_variant_get_child_value (days, 0);
}

static void
add_turn (LvLedger *ledger, const char *model)
{
  LvUsageSum sum = { .audio_in_s = 1.5 };

  lv_usage_sum_add_turn (&sum, &usage, lv_ledger_price (ledger, model, &usage));
  lv_ledger_add (ledger, &sum);
}

static guint64
get_count (GVariant *day, const char *key)
{
  guint64 value = 0;

  g_variant_lookup (day, key, "t", &value);
  return value;
}

static void
test_kept (Fixture *fixture, gconstpointer data)
{
  LvLedger *ledger = lv_ledger_new (fixture->path, fixture->prices);
  g_autoptr (LvLedger) later = NULL;
  g_autoptr (GVariant) today = NULL;
  double cost = 0, seconds = 0;
  GStatBuf info;

  add_turn (ledger, "some-model");
  add_turn (ledger, "some-model");
  lv_ledger_free (ledger);
  g_assert_cmpint (g_stat (fixture->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);

  later = lv_ledger_new (fixture->path, fixture->prices);
  today = take_today (later);
  g_assert_cmpuint (get_count (today, "turns"), ==, 2);
  g_assert_cmpuint (get_count (today, "prompt-audio"), ==, 1000000);
  g_assert_cmpuint (get_count (today, "total"), ==, 5000000);
  g_assert_cmpuint (get_count (today, "prompt-image"), ==, 0);
  g_assert_true (g_variant_lookup (today, "cost", "d", &cost));
  g_assert_cmpfloat_with_epsilon (cost, 2 * 26.5, 1e-6);
  g_assert_true (g_variant_lookup (today, "audio-in-seconds", "d", &seconds));
  g_assert_cmpfloat_with_epsilon (seconds, 3.0, 1e-9);
}

static void
test_unknown_cost (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvLedger) ledger = lv_ledger_new (fixture->path, fixture->prices);
  g_autoptr (GVariant) today = NULL;
  double cost;

  add_turn (ledger, "some-model");
  add_turn (ledger, "other-model");
  today = take_today (ledger);
  g_assert_false (g_variant_lookup (today, "cost", "d", &cost));
  g_assert_cmpuint (get_count (today, "unpriced-turns"), ==, 1);
}

static void
test_old_days_are_forgotten (Fixture *fixture, gconstpointer data)
{
  g_autofree char *dir = g_path_get_dirname (fixture->path);
  LvLedger *ledger = lv_ledger_new (fixture->path, fixture->prices);
  g_autofree char *text = NULL;

  g_mkdir_with_parents (dir, 0700);
  g_assert_true (
      g_file_set_contents (fixture->path, "[2020-01-01]\nturns=5\nprompt-text=x\n", -1, NULL));
  add_turn (ledger, "some-model");
  lv_ledger_free (ledger);
  g_assert_true (g_file_get_contents (fixture->path, &text, NULL, NULL));
  g_assert_null (strstr (text, "2020"));
  g_assert_nonnull (strstr (text, "turns=1\n"));
}

/* What cannot be read is as good as not there. */
static void
test_broken_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvLedger) ledger = lv_ledger_new (fixture->dir, fixture->dir);
  g_autoptr (GVariant) none = g_variant_ref_sink (lv_ledger_list_days (ledger, 5));

  g_assert_cmpuint (g_variant_n_children (none), ==, 0);
  g_assert_cmpfloat (lv_ledger_price (ledger, "some-model", &usage), <, 0);
  add_turn (ledger, "some-model");
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/ledger/price", test_price);
  ADD ("/ledger/delivered-prices", test_delivered_prices);
  ADD ("/ledger/kept", test_kept);
  ADD ("/ledger/unknown-cost", test_unknown_cost);
  ADD ("/ledger/old-days", test_old_days_are_forgotten);
  ADD ("/ledger/broken-file", test_broken_file);
  return g_test_run ();
}
