/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-rest.h"

#include <string.h>

static GBytes *
bytes (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
test_access_token (void)
{
  static const char *const bad[] = {
    "", "{", "[]", "{}", "{\"access_token\":7}", "{\"access_token\":\"\"}", "\xff",
  };
  g_autoptr (GBytes) good = bytes ("{\"access_token\":\"ya29.x\",\"expires_in\":3599,\"new\":[1]}");
  g_autoptr (GError) error = NULL;
  guint lifetime_s = 0;
  g_autofree char *token = lv_rest_parse_access_token (good, &lifetime_s, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (token, ==, "ya29.x");
  g_assert_cmpuint (lifetime_s, ==, 3599);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) body = bytes (bad[i]);
      g_autoptr (GError) refused = NULL;

      g_assert_null (lv_rest_parse_access_token (body, &lifetime_s, &refused));
      g_assert_error (refused, LV_ERROR, LV_ERROR_SERVER);
    }
}

static void
test_lifetimes (void)
{
  static const struct {
    const char *text;
    guint lifetime_s;
  } cases[] = {
    { "{\"access_token\":\"x\"}", 0 },
    { "{\"access_token\":\"x\",\"expires_in\":-5}", 0 },
    { "{\"access_token\":\"x\",\"expires_in\":\"60\"}", 0 },
    { "{\"access_token\":\"x\",\"expires_in\":{}}", 0 },
    { "{\"access_token\":\"x\",\"expires_in\":99999999999}", G_MAXINT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = bytes (cases[i].text);
      guint lifetime_s = 1;
      g_autofree char *token = lv_rest_parse_access_token (body, &lifetime_s, NULL);

      g_assert_cmpstr (token, ==, "x");
      g_assert_cmpuint (lifetime_s, ==, cases[i].lifetime_s);
    }
}

static void
test_errors (void)
{
  static const char *const cases[][2] = {
    { "{\"error\":\"invalid_grant\",\"error_description\":\"Revoked.\"}",
      "invalid_grant: Revoked." },
    { "{\"error\":\"invalid_grant\"}", "invalid_grant" },
    { "{\"error\":{\"code\":403,\"message\":\"Disabled.\",\"status\":\"X\"}}", "Disabled." },
    { "{\"error\":{\"code\":403}}", NULL },
    { "{\"error\":7}", NULL },
    { "<html>", NULL },
    { "", NULL },
  };
  g_autofree char *filler = g_strnfill (5000, 'x');
  g_autofree char *text = g_strdup_printf ("{\"error\":\"%s\"}", filler);
  g_autoptr (GBytes) large = bytes (text);
  g_autofree char *cut = lv_rest_parse_error (large);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) body = bytes (cases[i][0]);
      g_autofree char *words = lv_rest_parse_error (body);

      g_assert_cmpstr (words, ==, cases[i][1]);
    }
  g_assert_cmpuint (strlen (cut), <, 400);
}

static void
test_token_request (void)
{
  LvRestTokenRequest request = { 1, 1800000000, 1700000060, NULL };
  g_autofree char *any = lv_rest_make_token_request (&request);
  g_autofree char *one = NULL;

  g_assert_cmpstr (any, ==,
                   "{\"uses\":1,\"expireTime\":\"2027-01-15T08:00:00Z\","
                   "\"newSessionExpireTime\":\"2023-11-14T22:14:20Z\"}");
  request.uses = 0;
  request.model = "models/m";
  one = lv_rest_make_token_request (&request);
  g_assert_true (g_str_has_prefix (one, "{\"uses\":0,"));
  g_assert_true (g_str_has_suffix (
      one, "\"bidiGenerateContentSetup\":{\"model\":\"models/m\"},\"fieldMask\":\"model\"}"));
}

static void
test_token (void)
{
  static const char *const bad[] = { "{}", "{\"name\":\"\"}", "{\"name\":1}", "x" };
  g_autoptr (GBytes) good =
      bytes ("{\"name\":\"auth_tokens/abc\",\"expireTime\":\"2027-01-15T08:00:00Z\"}");
  g_autoptr (GBytes) silent = bytes ("{\"name\":\"auth_tokens/abc\",\"expireTime\":\"soon\"}");
  gint64 expire_s = 7;
  g_autofree char *first = lv_rest_parse_token (silent, &expire_s, NULL);
  g_autofree char *second = NULL;

  g_assert_cmpstr (first, ==, "auth_tokens/abc");
  g_assert_cmpint (expire_s, ==, 7);
  second = lv_rest_parse_token (good, &expire_s, NULL);
  g_assert_cmpint (expire_s, ==, 1800000000);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) body = bytes (bad[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (lv_rest_parse_token (body, &expire_s, &error));
      g_assert_error (error, LV_ERROR, LV_ERROR_SERVER);
    }
}

/* Of all models only those that hold conversations; what is odd is passed over. */
static void
test_models (void)
{
  g_autoptr (GBytes) body = bytes (
      "{\"models\":[{\"name\":\"models/a\",\"displayName\":\"A\",\"description\":\"d\","
      "\"supportedGenerationMethods\":[\"countTokens\",\"bidiGenerateContent\"]},"
      "{\"name\":\"models/b\",\"supportedGenerationMethods\":[\"generateContent\"]},"
      "{\"name\":\"models/c\"},7,{\"supportedGenerationMethods\":[\"bidiGenerateContent\"]},"
      "{\"name\":\"models/d\",\"supportedGenerationMethods\":[1,{},\"bidiGenerateContent\"]}],"
      "\"nextPageToken\":\"p2\"}");
  g_autoptr (GBytes) last = bytes ("{\"models\":{},\"nextPageToken\":\"\"}");
  g_autoptr (GBytes) bad = bytes ("no");
  g_autoptr (GPtrArray) items = lv_rest_items_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *page = NULL;
  char *none = NULL;
  const LvRestItem *item;

  g_assert_true (lv_rest_parse_models (body, items, &page, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (page, ==, "p2");
  g_assert_cmpuint (items->len, ==, 2);
  item = items->pdata[0];
  g_assert_cmpstr (item->id, ==, "a");
  g_assert_cmpstr (item->name, ==, "A");
  g_assert_cmpstr (item->description, ==, "d");
  item = items->pdata[1];
  g_assert_cmpstr (item->id, ==, "d");
  g_assert_cmpstr (item->name, ==, "");

  g_assert_true (lv_rest_parse_models (last, items, &none, &error));
  g_assert_null (none);
  g_assert_cmpuint (items->len, ==, 2);
  g_assert_false (lv_rest_parse_models (bad, items, &none, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_SERVER);
}

static void
test_voices (void)
{
  g_autoptr (GBytes) body = bytes ("{\"voices\":[{\"name\":\"voices/en-us-arlo\",\"languageCode\":"
                                   "\"en-US\",\"description\":\"Warm\"},{\"id\":\"x\"},{}]}");
  g_autoptr (GPtrArray) items = lv_rest_items_new ();
  char *page = NULL;
  const LvRestItem *item;

  g_assert_true (lv_rest_parse_voices (body, items, &page, NULL));
  g_assert_null (page);
  g_assert_cmpuint (items->len, ==, 2);
  item = items->pdata[0];
  g_assert_cmpstr (item->id, ==, "en-us-arlo");
  g_assert_cmpstr (item->locale, ==, "en-US");
  g_assert_cmpstr (item->description, ==, "Warm");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rest/access-token", test_access_token);
  g_test_add_func ("/rest/lifetimes", test_lifetimes);
  g_test_add_func ("/rest/errors", test_errors);
  g_test_add_func ("/rest/token-request", test_token_request);
  g_test_add_func ("/rest/token", test_token);
  g_test_add_func ("/rest/models", test_models);
  g_test_add_func ("/rest/voices", test_voices);
  return g_test_run ();
}
