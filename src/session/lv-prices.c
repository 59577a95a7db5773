/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-prices"
#include "session/lv-prices.h"

#include "config.h"

#include <gio/gio.h>
#include <math.h>

#define FILE_NAME "prices.conf"
#define TOKENS_OF_A_PRICE 1e6

struct _LvPrices {
  char *path;
  GKeyFile *key_file; /* NULL: not read yet */
};

LvPrices *
lv_prices_new (const char *path)
{
  LvPrices *prices = g_new0 (LvPrices, 1);

  prices->path = g_strdup (path);
  return prices;
}

void
lv_prices_free (LvPrices *prices)
{
  g_free (prices->path);
  g_clear_pointer (&prices->key_file, g_key_file_unref);
  g_free (prices);
}

static gboolean
load (GKeyFile *key_file, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (g_file_get_contents (path, &text, &length, &error) && length <= LV_PRICES_FILE_MAX &&
      g_key_file_load_from_data (key_file, text, length, G_KEY_FILE_NONE, &error))
    return TRUE;
  if (error != NULL && !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_debug ("%s: %s", path, error->message);
  return FALSE;
}

static void
search (GKeyFile *key_file)
{
  g_autofree char *user = g_build_filename (g_get_user_config_dir (), "livevoice", NULL);
  const char *dirs[] = { user, LV_SYSCONFDIR "/livevoice", LV_PKGDATADIR };

  for (guint i = 0; i < G_N_ELEMENTS (dirs); i++)
    {
      g_autofree char *path = g_build_filename (dirs[i], FILE_NAME, NULL);

      if (load (key_file, path))
        return;
    }
}

static GKeyFile *
ensure_key_file (LvPrices *prices)
{
  if (prices->key_file != NULL)
    return prices->key_file;
  prices->key_file = g_key_file_new ();
  if (prices->path != NULL)
    load (prices->key_file, prices->path);
  else
    search (prices->key_file);
  return prices->key_file;
}

/* NAN where there is no such price; tokens that do not occur need none. */
static double
get_cost (GKeyFile *key_file, const char *model, const char *key, double n_tokens)
{
  g_autoptr (GError) error = NULL;
  double price;

  if (n_tokens <= 0)
    return 0;
  price = g_key_file_get_double (key_file, model, key, &error);
  return error == NULL && price >= 0 ? n_tokens * price / TOKENS_OF_A_PRICE : NAN;
}

static double
sum (const guint *tokens)
{
  double total = 0;

  for (LvModality modality = 0; modality < LV_N_MODALITIES; modality++)
    total += tokens[modality];
  return total;
}

/* Documents cost what text does. */
static double
get_cost_of (GKeyFile *key_file, const char *model, const guint *tokens, const char *direction)
{
  double cost = 0;

  for (LvModality modality = 0; modality < LV_N_MODALITIES; modality++)
    {
      const char *nick =
          lv_modality_to_nick (modality == LV_MODALITY_DOCUMENT ? LV_MODALITY_TEXT : modality);
      g_autofree char *key = g_strconcat (nick, direction, NULL);

      cost += get_cost (key_file, model, key, tokens[modality]);
    }
  return cost;
}

gboolean
lv_prices_estimate (LvPrices *prices, const char *model, const LvUsage *usage, double *ret_cost)
{
  GKeyFile *key_file = ensure_key_file (prices);
  double unknown_in = usage->prompt_tokens - sum (usage->prompt);
  double unknown_out = usage->response_tokens - sum (usage->response);
  double cost;

  if (!g_key_file_has_group (key_file, model))
    return FALSE;
  cost = get_cost_of (key_file, model, usage->prompt, "-in") +
         get_cost_of (key_file, model, usage->tool_prompt, "-in") +
         get_cost_of (key_file, model, usage->response, "-out") +
         get_cost (key_file, model, "text-in", unknown_in) +
         get_cost (key_file, model, "text-out", unknown_out) +
         get_cost (key_file, model, "text-out", usage->thought_tokens);
  if (isnan (cost))
    return FALSE;
  *ret_cost = cost;
  return TRUE;
}
