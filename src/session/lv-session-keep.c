/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "protocol/lv-json-text.h"
#include "session/lv-session-setup.h"

#define KEEP_DELAY_MS 250     /* what comes together is written together */
#define KEEP_INTERVAL_MS 2000 /* between two writes of what is being said */
#define LOST_CALL                                                                                  \
  "The service was restarted while the tool ran; whether it was carried out is not known"

gboolean
lv_session_keeps (LvSession *self)
{
  return self->services.resumptions != NULL &&
         self->services.settings->keep_conversation == LV_KEEPING_ON;
}

/* There is somebody who could come back to it. */
static gboolean
has_key (LvSession *self)
{
  return self->services.resumptions != NULL && (self->owner == NULL || self->token != NULL);
}

/* NULL: it has none. */
static char *
make_key (LvSession *self)
{
  if (!has_key (self))
    return NULL;
  if (self->token != NULL)
    return lv_resumption_key_of_token (self->token);
  return lv_resumption_key_of_profile (lv_session_is_live (self) ? self->running->name
                                                                 : self->profile->name);
}

/* A handle, and what was said, go nowhere else. */
char *
lv_session_name_endpoint (const LvEndpoint *endpoint)
{
  return g_strconcat (endpoint->uri, endpoint->unix_path != NULL ? " " : NULL, endpoint->unix_path,
                      NULL);
}

/* ---- writing it down ---- */

static GVariant *
list_items (LvSession *self)
{
  g_autoptr (GPtrArray) items =
      lv_transcript_list_tail (self->transcript, self->began_after, G_MAXUINT,
                               LV_RESUMPTION_ITEMS_MAX, LV_RESUMPTION_TEXT_MAX);
  GVariantBuilder list = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (LV_RESUMPTION_ITEMS));

  for (guint i = 0; i < items->len; i++)
    {
      const LvTranscriptItem *item = items->pdata[i];

      g_variant_builder_add (&list, "(usxs)", item->id, lv_role_to_nick (item->role),
                             item->created_us, item->text);
    }
  return g_variant_builder_end (&list);
}

static GVariant *
list_calls (LvSession *self)
{
  if (self->lost_calls != NULL)
    return self->lost_calls;
  return lv_tool_router_list_outstanding (self->router);
}

void
lv_session_keep (LvSession *self)
{
  g_autofree char *key = lv_session_keeps (self) ? make_key (self) : NULL;
  g_autoptr (GVariantDict) dict = NULL;
  g_autofree char *endpoint = NULL;

  if (key == NULL || self->endpoint == NULL || lv_session_is_stream (self) ||
      (self->handle == NULL && lv_transcript_get_last_id (self->transcript) == self->began_after))
    return;
  dict = g_variant_dict_new (NULL);
  endpoint = lv_session_name_endpoint (self->endpoint);
  g_variant_dict_insert (dict, "life", "u", LV_RESUMPTION_LIFE_S);
  g_variant_dict_insert (dict, "endpoint", "s", endpoint);
  g_variant_dict_insert (dict, "model", "s", self->endpoint->model_resource);
  if (self->handle != NULL)
    g_variant_dict_insert (dict, "handle", "s", self->handle);
  if (self->holder != NULL)
    g_variant_dict_insert (dict, "holder", "s", self->holder);
  g_variant_dict_insert_value (dict, "items", list_items (self));
  g_variant_dict_insert_value (dict, "calls", list_calls (self));
  lv_resumptions_put (self->services.resumptions, key, dict);
  self->kept_us = g_get_monotonic_time ();
}

static gboolean
on_keep_timer (gpointer data)
{
  LvSession *self = data;

  self->keep_timer = 0;
  lv_session_keep (self);
  return G_SOURCE_REMOVE;
}

void
lv_session_keep_soon (LvSession *self)
{
  gint64 since_ms = (g_get_monotonic_time () - self->kept_us) / 1000;
  guint wait_ms = (guint) CLAMP (KEEP_INTERVAL_MS - since_ms, KEEP_DELAY_MS, KEEP_INTERVAL_MS);

  if (self->keep_timer == 0 && lv_session_is_live (self) && lv_session_keeps (self) &&
      has_key (self))
    lv_session_set_timer (self, &self->keep_timer, wait_ms, on_keep_timer);
}

/* ---- the end ---- */

void
lv_session_forget (LvSession *self)
{
  g_autofree char *key = make_key (self);

  g_clear_pointer (&self->recalled, g_variant_unref);
  g_clear_pointer (&self->adopted, g_variant_unref);
  if (key != NULL)
    lv_resumptions_forget (self->services.resumptions, key);
}

/* The user wanted it to end; or the service refuses it, and would again. Who had trouble all the
 * time has refused nothing. */
static gboolean
is_over (LvSession *self)
{
  if (self->link != LV_LINK_FAILED)
    return self->close_reason == LV_CLOSE_USER || self->close_reason == LV_CLOSE_LOCKED;
  return !self->was_open && !self->gave_up &&
         !g_error_matches (self->failure, LV_ERROR, LV_ERROR_NETWORK) &&
         !g_error_matches (self->failure, LV_ERROR, LV_ERROR_TIMEOUT) &&
         !g_error_matches (self->failure, LV_ERROR, LV_ERROR_AUTHENTICATION) &&
         !g_error_matches (self->failure, LV_ERROR, LV_ERROR_QUOTA_EXCEEDED);
}

void
lv_session_end_keeping (LvSession *self)
{
  g_clear_pointer (&self->recalled, g_variant_unref);
  if (is_over (self))
    lv_session_forget (self);
  else
    lv_session_keep (self);
  g_clear_pointer (&self->lost_calls, g_variant_unref);
}

/* ---- taking it up again ---- */

void
lv_session_restore (LvSession *self, GVariant *conversation)
{
  g_autoptr (GVariant) items =
      g_variant_lookup_value (conversation, "items", G_VARIANT_TYPE (LV_RESUMPTION_ITEMS));
  GVariantIter iter;
  const char *nick, *text;
  gint64 created_us;
  guint32 id;

  self->began_after = lv_transcript_get_last_id (self->transcript);
  g_variant_iter_init (&iter, items);
  while (g_variant_iter_next (&iter, "(u&sx&s)", &id, &nick, &created_us, &text))
    {
      LvRole role = LV_ROLE_SYSTEM;

      lv_role_from_nick (nick, &role);
      lv_transcript_restore (self->transcript, id, role, text, created_us);
    }
}

/* Borrowed, nullable. */
static GVariant *
find_conversation (LvSession *self)
{
  g_autofree char *key = lv_session_keeps (self) ? make_key (self) : NULL;

  if (*self->profile->resume != '\0')
    return NULL;
  if (self->adopted != NULL)
    return self->adopted;
  return key != NULL ? lv_resumptions_find (self->services.resumptions, key) : NULL;
}

gboolean
lv_session_recall (LvSession *self, const LvEndpoint *endpoint)
{
  g_autofree char *here = lv_session_name_endpoint (endpoint);
  const char *there = NULL;
  GVariant *conversation = find_conversation (self);

  g_clear_pointer (&self->recalled, g_variant_unref);
  if (conversation == NULL || !g_variant_lookup (conversation, "endpoint", "&s", &there) ||
      !g_str_equal (there, here))
    return FALSE;
  self->recalled = g_variant_ref (conversation);
  return TRUE;
}

static void
announce (LvSession *self, GVariant *conversation)
{
  gint64 saved_us = 0;
  guint age_s;
  g_autofree char *text = NULL;
  GVariantDict details;

  g_variant_lookup (conversation, "saved", "x", &saved_us);
  age_s = (guint) (MAX (g_get_real_time () - saved_us, 0) / G_USEC_PER_SEC);
  text = g_strdup_printf ("This goes on with the conversation that was cut off %u min ago",
                          age_s / 60);
  g_variant_dict_init (&details, NULL);
  g_variant_dict_insert (&details, "age", "u", age_s);
  lv_session_warn_with (self, "continued", text, g_variant_dict_end (&details));
}

/* A model cannot change on the way: another one is told what was said instead. */
static void
take_handle (LvSession *self, GVariant *conversation)
{
  g_autoptr (LvEndpoint) endpoint =
      lv_session_setup_find_endpoint (self->running, self->services.endpoints, NULL);
  const char *model = "";

  g_variant_lookup (conversation, "model", "&s", &model);
  if (endpoint == NULL || !g_str_equal (model, endpoint->model_resource))
    return;
  g_free (self->handle);
  self->handle = NULL;
  g_variant_lookup (conversation, "handle", "s", &self->handle);
  self->lost_calls = g_variant_lookup_value (conversation, "calls", NULL);
}

void
lv_session_begin_keeping (LvSession *self)
{
  g_autoptr (GVariant) conversation = g_steal_pointer (&self->recalled);
  g_autofree char *key = make_key (self);

  self->was_open = FALSE;
  if (conversation != NULL)
    {
      /* it may have been this session's all along */
      if (conversation != self->adopted && g_strcmp0 (key, self->kept_key) != 0)
        lv_session_restore (self, conversation);
      self->remembered = TRUE;
      take_handle (self, conversation);
      announce (self, conversation);
    }
  g_clear_pointer (&self->adopted, g_variant_unref);
  g_free (self->kept_key);
  self->kept_key = g_steal_pointer (&key);
}

void
lv_session_note_open (LvSession *self)
{
  g_autoptr (GVariant) calls = g_steal_pointer (&self->lost_calls);
  g_autoptr (GPtrArray) responses =
      g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_response_free);
  g_autofree char *json = lv_json_text_error (LOST_CALL);
  GVariantIter iter;
  const char *id, *name;

  self->was_open = TRUE;
  if (calls == NULL || g_variant_n_children (calls) == 0)
    return;
  g_variant_iter_init (&iter, calls);
  while (g_variant_iter_next (&iter, "(&s&s)", &id, &name))
    g_ptr_array_add (responses, lv_function_response_new (id, name, json));
  lv_session_tell_results (self, responses, self->handle == NULL);
  lv_session_keep (self);
}
