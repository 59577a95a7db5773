/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-captions.h"

#include <string.h>

#define INTERVAL_US (G_USEC_PER_SEC / LV_BUS_CAPTIONS_PER_SECOND)

struct _LvBusCaptions {
  LvBusCaptionFunc func;
  gpointer user_data;
  GHashTable *captions; /* item id -> Caption */
};

/* An item that is not final yet. */
typedef struct {
  LvBusCaptions *captions;
  LvTranscriptItem item; /* text is ours */
  gint64 next_us;        /* not to be passed on before */
  guint timeout_id;      /* 0: all is passed on */
} Caption;

static void
caption_free (Caption *caption)
{
  g_clear_handle_id (&caption->timeout_id, g_source_remove);
  g_free ((char *) caption->item.text);
  g_free (caption);
}

static void
pass_on (Caption *caption)
{
  caption->next_us = g_get_monotonic_time () + INTERVAL_US;
  caption->captions->func (&caption->item, caption->captions->user_data);
}

static gboolean
on_timeout (gpointer user_data)
{
  Caption *caption = user_data;

  caption->timeout_id = 0;
  pass_on (caption);
  return G_SOURCE_REMOVE;
}

LvBusCaptions *
lv_bus_captions_new (LvBusCaptionFunc func, gpointer user_data)
{
  LvBusCaptions *captions = g_new0 (LvBusCaptions, 1);

  captions->func = func;
  captions->user_data = user_data;
  captions->captions = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) caption_free);
  return captions;
}

void
lv_bus_captions_free (LvBusCaptions *captions)
{
  g_hash_table_unref (captions->captions);
  g_free (captions);
}

static Caption *
ensure_caption (LvBusCaptions *captions, guint id)
{
  Caption *caption = g_hash_table_lookup (captions->captions, GUINT_TO_POINTER (id));

  if (caption == NULL)
    {
      caption = g_new0 (Caption, 1);
      caption->captions = captions;
      g_hash_table_insert (captions->captions, GUINT_TO_POINTER (id), caption);
    }
  return caption;
}

static void
set_item (Caption *caption, const LvTranscriptItem *item)
{
  char *text = g_strdup (item->text);

  g_free ((char *) caption->item.text);
  caption->item = *item;
  caption->item.text = text;
}

void
lv_bus_captions_push (LvBusCaptions *captions, const LvTranscriptItem *item)
{
  gint64 wait_us;
  Caption *caption;

  if (item->final)
    {
      g_hash_table_remove (captions->captions, GUINT_TO_POINTER (item->id));
      captions->func (item, captions->user_data);
      return;
    }

  caption = ensure_caption (captions, item->id);
  set_item (caption, item);
  wait_us = caption->next_us - g_get_monotonic_time ();
  if (wait_us <= 0)
    {
      g_clear_handle_id (&caption->timeout_id, g_source_remove);
      pass_on (caption);
    }
  else if (caption->timeout_id == 0)
    caption->timeout_id = g_timeout_add (wait_us / 1000 + 1, on_timeout, caption);
}

void
lv_bus_captions_flush (LvBusCaptions *captions)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, captions->captions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((Caption *) value)->timeout_id != 0)
      pass_on (value);
  g_hash_table_remove_all (captions->captions);
}

GVariant *
lv_bus_captions_list (GPtrArray *items)
{
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(usstb)"));
  gsize n_bytes = 0;

  for (guint i = 0; i < items->len && n_bytes < LV_BUS_MAX_TRANSCRIPT_REPLY; i++)
    {
      const LvTranscriptItem *item = g_ptr_array_index (items, i);

      g_variant_builder_add (&list, "(usstb)", item->id, lv_role_to_nick (item->role), item->text,
                             (guint64) item->created_us / 1000, item->final);
      n_bytes += strlen (item->text);
    }
  return g_variant_builder_end (&list);
}
