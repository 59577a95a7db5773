/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/lv-cli-detail.h"

#include "cli/lv-cli-text.h"

#include <glib/gi18n.h>

#define CODE_INDENT "    "

/* "[@what: @text]" */
static void
add_remark (GStrvBuilder *lines, const char *what, const char *text)
{
  g_autofree char *clean = lv_cli_text_clean (text, FALSE);
  g_autofree char *line = g_strdup_printf ("[%s: %s]", what, clean);

  g_strv_builder_add (lines, line);
}

static void
add_block (GStrvBuilder *lines, const char *text)
{
  g_autofree char *clean = lv_cli_text_clean (text, TRUE);
  g_auto (GStrv) parts = g_strsplit (g_strchomp (clean), "\n", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autofree char *flat = lv_cli_text_clean (parts[i], FALSE);
      g_autofree char *line = g_strconcat (CODE_INDENT, flat, NULL);

      g_strv_builder_add (lines, line);
    }
}

static const char *
get_text (GVariant *detail, const char *key)
{
  const char *text = "";

  g_variant_lookup (detail, key, "&s", &text);
  return text;
}

static void
describe_grounding (GStrvBuilder *lines, GVariant *detail)
{
  g_autofree const char **queries = NULL;
  g_autoptr (GVariant) sources =
      g_variant_lookup_value (detail, "sources", G_VARIANT_TYPE ("a(sss)"));
  GVariantIter iter;
  const char *uri, *title;

  if (g_variant_lookup (detail, "queries", "^a&s", &queries))
    {
      g_autofree char *all = g_strjoinv (", ", (char **) queries);

      add_remark (lines, _ ("searched"), all);
    }
  if (sources == NULL)
    return;
  g_variant_iter_init (&iter, sources);
  while (g_variant_iter_next (&iter, "(&s&s&s)", &uri, &title, NULL))
    {
      g_autofree char *text = g_strdup_printf ("%s  %s", title, uri);

      add_remark (lines, _ ("source"), g_strstrip (text));
    }
}

static void
describe_pages (GStrvBuilder *lines, GVariant *detail)
{
  g_autoptr (GVariant) pages = g_variant_lookup_value (detail, "urls", G_VARIANT_TYPE ("a(ss)"));
  GVariantIter iter;
  const char *uri, *status;

  if (pages == NULL)
    return;
  g_variant_iter_init (&iter, pages);
  while (g_variant_iter_next (&iter, "(&s&s)", &uri, &status))
    {
      g_autofree char *text = g_strdup_printf ("%s  %s", uri, status);

      add_remark (lines, _ ("page"), text);
    }
}

static void
describe_thought (GStrvBuilder *lines, GVariant *detail)
{
  add_remark (lines, _ ("thinks"), get_text (detail, "text"));
}

static void
describe_code (GStrvBuilder *lines, GVariant *detail)
{
  add_remark (lines, _ ("runs a program"), get_text (detail, "language"));
  add_block (lines, get_text (detail, "code"));
}

static void
describe_result (GStrvBuilder *lines, GVariant *detail)
{
  add_remark (lines, _ ("its result"), get_text (detail, "outcome"));
  add_block (lines, get_text (detail, "output"));
}

static void
describe_waiting (GStrvBuilder *lines, GVariant *detail)
{
  g_autofree char *line = g_strdup_printf ("[%s]", _ ("waits for you to go on"));

  g_strv_builder_add (lines, line);
}

GStrv
lv_cli_detail_describe (GVariant *details)
{
  static const struct {
    const char *kind;
    void (*describe) (GStrvBuilder *lines, GVariant *detail);
  } kinds[] = {
    { "grounding", describe_grounding }, { "url-context", describe_pages },
    { "thought", describe_thought },     { "code", describe_code },
    { "code-result", describe_result },  { "waiting-for-input", describe_waiting },
  };
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  g_autoptr (GVariant) detail = NULL;
  const char *kind;

  g_variant_get (details, "(u&s@a{sv})", NULL, &kind, &detail);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].kind, kind))
      kinds[i].describe (lines, detail);
  return g_strv_builder_end (lines);
}
