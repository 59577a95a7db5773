/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-detail.h"

#include <string.h>

static char *
cut (const char *text, gsize max)
{
  gsize length = strlen (text);

  if (length <= max)
    return g_strdup (text);
  while ((text[max] & 0xc0) == 0x80)
    max--;
  return g_strndup (text, max);
}

static void
add (GVariantBuilder *detail, const char *key, GVariant *value)
{
  g_variant_builder_add (detail, "{sv}", key, value);
}

/* Nothing where @text is NULL. */
static void
add_text (GVariantBuilder *detail, const char *key, const char *text, gsize max)
{
  if (text != NULL)
    add (detail, key, g_variant_new_take_string (cut (text, max)));
}

static guint
count (GPtrArray *array)
{
  return array != NULL ? MIN (array->len, LV_DETAIL_LIST_MAX) : 0;
}

static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

static gint64
to_ms (gint64 time_us)
{
  return time_us < 0 ? -1 : time_us / 1000;
}

/* ---- grounding ---- */

static void
add_queries (GVariantBuilder *list, GPtrArray *queries)
{
  for (guint i = 0; i < count (queries); i++)
    g_variant_builder_add_value (
        list, g_variant_new_take_string (cut (queries->pdata[i], LV_DETAIL_TEXT_MAX)));
}

/* Whatever they searched. */
static GVariant *
list_queries (const LvGrounding *grounding)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_STRING_ARRAY);

  add_queries (&list, grounding->queries);
  add_queries (&list, grounding->retrieval_queries);
  add_queries (&list, grounding->image_queries);
  return g_variant_builder_end (&list);
}

static GVariant *
list_sources (const LvGrounding *grounding)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(sss)"));

  for (guint i = 0; i < count (grounding->sources); i++)
    {
      const LvSource *source = grounding->sources->pdata[i];
      g_autofree char *uri = cut (or_empty (source->uri), LV_DETAIL_TEXT_MAX);
      g_autofree char *title = cut (or_empty (source->title), LV_DETAIL_TEXT_MAX);
      g_autofree char *domain = cut (or_empty (source->domain), LV_DETAIL_TEXT_MAX);

      g_variant_builder_add (&list, "(sss)", uri, title, domain);
    }
  return g_variant_builder_end (&list);
}

static GVariant *
list_indices (GArray *indices)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("au"));

  for (guint i = 0; indices != NULL && i < MIN (indices->len, LV_DETAIL_LIST_MAX); i++)
    g_variant_builder_add (&list, "u", g_array_index (indices, guint, i));
  return g_variant_builder_end (&list);
}

static GVariant *
list_numbers (GArray *numbers)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("ad"));

  for (guint i = 0; numbers != NULL && i < MIN (numbers->len, LV_DETAIL_LIST_MAX); i++)
    g_variant_builder_add (&list, "d", g_array_index (numbers, double, i));
  return g_variant_builder_end (&list);
}

static GVariant *
list_supports (const LvGrounding *grounding)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(uusauad)"));

  for (guint i = 0; i < count (grounding->supports); i++)
    {
      const LvSupport *support = grounding->supports->pdata[i];
      g_autofree char *text = cut (or_empty (support->text), LV_DETAIL_TEXT_MAX);

      g_variant_builder_add (&list, "(uus@au@ad)", (guint) MAX (support->start, 0),
                             (guint) MAX (support->end, 0), text, list_indices (support->sources),
                             list_numbers (support->confidences));
    }
  return g_variant_builder_end (&list);
}

GVariant *
lv_detail_from_grounding (const LvGrounding *grounding)
{
  GVariantBuilder detail = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add (&detail, "queries", list_queries (grounding));
  add (&detail, "sources", list_sources (grounding));
  add (&detail, "supports", list_supports (grounding));
  /* half of a page is worse than none */
  if (grounding->search_entry != NULL && strlen (grounding->search_entry) <= LV_DETAIL_LONG_MAX)
    add (&detail, "search-entry", g_variant_new_string (grounding->search_entry));
  return g_variant_builder_end (&detail);
}

GVariant *
lv_detail_from_urls (GPtrArray *urls)
{
  GVariantBuilder detail = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(ss)"));

  for (guint i = 0; i < count (urls); i++)
    {
      const LvFetchedUrl *fetched = urls->pdata[i];
      g_autofree char *url = cut (or_empty (fetched->url), LV_DETAIL_TEXT_MAX);

      g_variant_builder_add (&list, "(ss)", url, or_empty (fetched->status));
    }
  add (&detail, "urls", g_variant_builder_end (&list));
  return g_variant_builder_end (&detail);
}

/* ---- parts of the answer ---- */

GVariant *
lv_detail_from_thought (const char *text)
{
  GVariantBuilder detail = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_text (&detail, "text", text, LV_DETAIL_TEXT_MAX);
  return g_variant_builder_end (&detail);
}

GVariant *
lv_detail_from_code (const LvCode *code)
{
  GVariantBuilder detail = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_text (&detail, "id", or_empty (code->id), LV_DETAIL_TEXT_MAX);
  add_text (&detail, "language", or_empty (code->language), LV_DETAIL_TEXT_MAX);
  add_text (&detail, "code", or_empty (code->code), LV_DETAIL_LONG_MAX);
  return g_variant_builder_end (&detail);
}

GVariant *
lv_detail_from_code_result (const LvCodeResult *result)
{
  GVariantBuilder detail = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_text (&detail, "id", or_empty (result->id), LV_DETAIL_TEXT_MAX);
  add_text (&detail, "outcome", or_empty (result->outcome), LV_DETAIL_TEXT_MAX);
  add_text (&detail, "output", or_empty (result->output), LV_DETAIL_TEXT_MAX);
  return g_variant_builder_end (&detail);
}

/* ---- transcriptions ---- */

static gboolean
has_detail (const LvTranscription *transcription)
{
  return transcription->language_code != NULL || transcription->speaker_label != NULL ||
         count (transcription->words) > 0 || transcription->start_us >= 0 ||
         transcription->end_us >= 0;
}

static GVariant *
list_words (GPtrArray *words)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(sxx)"));

  for (guint i = 0; words != NULL && i < MIN (words->len, LV_DETAIL_WORDS_MAX); i++)
    {
      const LvWord *word = words->pdata[i];
      g_autofree char *text = cut (or_empty (word->text), LV_DETAIL_TEXT_MAX);

      g_variant_builder_add (&list, "(sxx)", text, to_ms (word->start_us), to_ms (word->end_us));
    }
  return g_variant_builder_end (&list);
}

static void
add_offset (GVariantBuilder *detail, const char *key, gint64 time_us)
{
  if (time_us >= 0)
    add (detail, key, g_variant_new_int64 (to_ms (time_us)));
}

GVariant *
lv_detail_from_transcription (const LvTranscription *transcription, LvRole role, gboolean interim)
{
  GVariantBuilder detail;

  if (!has_detail (transcription))
    return NULL;
  g_variant_builder_init (&detail, G_VARIANT_TYPE_VARDICT);
  add (&detail, "role", g_variant_new_string (lv_role_to_nick (role)));
  add_text (&detail, "language", transcription->language_code, LV_DETAIL_TEXT_MAX);
  add_text (&detail, "speaker", transcription->speaker_label, LV_DETAIL_TEXT_MAX);
  if (count (transcription->words) > 0)
    add (&detail, "words", list_words (transcription->words));
  add_offset (&detail, "start", transcription->start_us);
  add_offset (&detail, "end", transcription->end_us);
  if (interim)
    add (&detail, "interim", g_variant_new_boolean (TRUE));
  return g_variant_builder_end (&detail);
}

/* ---- what the server hears ---- */

GVariant *
lv_detail_from_voice (gboolean begins, gint64 offset_us)
{
  GVariantBuilder detail = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add (&detail, "type", g_variant_new_string (begins ? "start" : "end"));
  add_offset (&detail, "offset", offset_us);
  return g_variant_builder_end (&detail);
}

GVariant *
lv_detail_from_word (const char *key, const char *word)
{
  GVariantBuilder detail = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  add_text (&detail, key, word, LV_DETAIL_TEXT_MAX);
  return g_variant_builder_end (&detail);
}

GVariant *
lv_detail_new_empty (void)
{
  return g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0);
}
