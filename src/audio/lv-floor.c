/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-floor.h"

#include "audio/lv-feed.h"
#include "audio/lv-privacy.h"

typedef struct {
  LvCapture *who; /* not owned: it leaves before it goes */
  char *target;
  char *description;
  char *device; /* the node that @target means; @target itself while that is not known */
  gboolean device_muted;
  LvPause pause;
  GError *error; /* to be told */
} Guest;

struct _LvFloor {
  GObject parent_instance;

  LvPwContext *context;
  LvPrivacy *privacy; /* NULL while there is no guest: then nothing is watched */
  GPtrArray *guests;  /* Guest, the last to come first */
  GHashTable *feeds;  /* target -> LvFeed */
};

G_DEFINE_FINAL_TYPE (LvFloor, lv_floor, G_TYPE_OBJECT)

static void
guest_free (Guest *guest)
{
  g_free (guest->target);
  g_free (guest->description);
  g_free (guest->device);
  g_clear_error (&guest->error);
  g_free (guest);
}

static Guest *
find_guest (LvFloor *self, LvCapture *who, guint *ret_index)
{
  for (guint i = 0; i < self->guests->len; i++)
    if (((Guest *) self->guests->pdata[i])->who == who)
      {
        if (ret_index != NULL)
          *ret_index = i;
        return self->guests->pdata[i];
      }
  return NULL;
}

/* ---- who is heard ---- */

static void
look_at_device (LvFloor *self, Guest *guest)
{
  LvPwNodes *nodes = lv_pw_context_get_nodes (self->context);
  const LvPwNode *node;

  if (nodes == NULL) /* the server is away for a moment: all stays as it was */
    return;
  node = lv_pw_nodes_choose (nodes, LV_PW_NODE_MICROPHONE, guest->target);
  g_free (guest->device);
  guest->device = g_strdup (node != NULL ? node->name : "");
  guest->device_muted = node != NULL && node->muted;
}

static gboolean
has_floor (LvFloor *self, guint index)
{
  const Guest *guest = self->guests->pdata[index];

  for (guint i = 0; i < index; i++)
    {
      const Guest *other = self->guests->pdata[i];

      if (other->error == NULL && g_str_equal (other->device, guest->device))
        return FALSE;
    }
  return TRUE;
}

static LvPause
judge (LvFloor *self, guint index)
{
  const Guest *guest = self->guests->pdata[index];

  if (!has_floor (self, index))
    return LV_PAUSE_FLOOR;
  if (lv_privacy_forbids_microphone (self->privacy))
    return LV_PAUSE_PRIVACY;
  return guest->device_muted ? LV_PAUSE_SOURCE_MUTED : LV_PAUSE_NONE;
}

static void
judge_all (LvFloor *self)
{
  for (guint i = 0; i < self->guests->len; i++)
    look_at_device (self, self->guests->pdata[i]);
  for (guint i = 0; i < self->guests->len; i++)
    ((Guest *) self->guests->pdata[i])->pause = judge (self, i);
}

/* ---- one feed for each device that is heard ---- */

static void
free_idle_feeds (LvFloor *self)
{
  GHashTableIter iter;
  LvFeed *feed;

  g_hash_table_iter_init (&iter, self->feeds);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &feed))
    if (lv_feed_get_listener (feed) == NULL)
      g_hash_table_iter_remove (&iter);
}

static gboolean
is_heard (const Guest *guest)
{
  return guest->pause == LV_PAUSE_NONE && guest->error == NULL;
}

static void
assign_feeds (LvFloor *self)
{
  GHashTableIter iter;
  LvFeed *feed;

  g_hash_table_iter_init (&iter, self->feeds);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &feed))
    lv_feed_set_listener (feed, NULL);
  for (guint i = 0; i < self->guests->len; i++)
    {
      Guest *guest = self->guests->pdata[i];

      feed = g_hash_table_lookup (self->feeds, guest->target);
      if (feed != NULL && is_heard (guest))
        lv_feed_set_listener (feed, guest->who);
    }
}

static void on_feed_failed (LvFeed *feed, const GError *error, gpointer data); /* recursion */

static void
open_feeds (LvFloor *self)
{
  for (guint i = 0; i < self->guests->len; i++)
    {
      Guest *guest = self->guests->pdata[i];
      LvFeed *feed;

      if (!is_heard (guest) || g_hash_table_contains (self->feeds, guest->target))
        continue;
      feed = lv_feed_new (self->context, guest->target, guest->description, on_feed_failed, self,
                          &guest->error);
      if (feed == NULL)
        continue;
      lv_feed_set_listener (feed, guest->who);
      g_hash_table_insert (self->feeds, g_strdup (guest->target), feed);
    }
}

static void
arrange (LvFloor *self)
{
  judge_all (self);
  assign_feeds (self);
  free_idle_feeds (self);
  open_feeds (self);
}

/* ---- what the guests hear of it ---- */

static void
tell (LvFloor *self, LvCapture *who)
{
  Guest *guest = find_guest (self, who, NULL);
  g_autoptr (GError) error = NULL;

  if (guest == NULL)
    return;
  error = g_steal_pointer (&guest->error);
  if (error != NULL)
    lv_capture_emit_failed (who, error);
  else
    lv_capture_set_pause (who, guest->pause);
}

/* They may leave, and others come, while they are told. */
static void
tell_all (LvFloor *self)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->guests->len; i++)
    g_ptr_array_add (all, g_object_ref (((Guest *) self->guests->pdata[i])->who));
  for (guint i = 0; i < all->len; i++)
    tell (self, all->pdata[i]);
}

static void
update (LvFloor *self)
{
  arrange (self);
  tell_all (self);
}

/* All who wait for the same device would wait in vain. */
static void
on_feed_failed (LvFeed *feed, const GError *error, gpointer data)
{
  g_autoptr (LvFloor) self = g_object_ref (LV_FLOOR (data));
  const Guest *guest = find_guest (self, lv_feed_get_listener (feed), NULL);
  g_autofree char *device = g_strdup (guest->device);

  for (guint i = 0; i < self->guests->len; i++)
    {
      Guest *other = self->guests->pdata[i];

      if (g_str_equal (other->device, device) && other->error == NULL)
        other->error = g_error_copy (error);
    }
  update (self);
}

/* ---- what they depend on ---- */

static void
on_context_devices (LvPwContext *context, LvFloor *self)
{
  update (self);
}

static void
on_privacy_changed (LvPrivacy *privacy, LvFloor *self)
{
  update (self);
}

static gboolean
begin_watching (LvFloor *self, GError **error)
{
  if (self->privacy != NULL)
    return TRUE;
  lv_pw_context_hold (self->context);
  if (!lv_pw_context_is_connected (self->context, error))
    {
      lv_pw_context_release (self->context);
      return FALSE;
    }
  g_signal_connect_object (self->context, "devices", G_CALLBACK (on_context_devices), self, 0);
  self->privacy = lv_privacy_new ();
  g_signal_connect_object (self->privacy, "changed", G_CALLBACK (on_privacy_changed), self, 0);
  return TRUE;
}

static void
end_watching (LvFloor *self)
{
  if (self->privacy == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->context, self);
  lv_pw_context_release (self->context);
  g_clear_object (&self->privacy);
}

/* ---- coming and going ---- */

static void
remove_guest (LvFloor *self, LvCapture *who)
{
  guint index;

  if (find_guest (self, who, &index) == NULL)
    return;
  g_ptr_array_remove_index (self->guests, index);
  if (self->guests->len == 0)
    {
      g_hash_table_remove_all (self->feeds);
      end_watching (self);
    }
  else
    arrange (self);
}

gboolean
lv_floor_enter (LvFloor *self, LvCapture *who, const char *target, const char *description,
                GError **error)
{
  Guest *guest;

  if (!begin_watching (self, error))
    return FALSE;
  guest = g_new0 (Guest, 1);
  guest->who = who;
  guest->target = g_strdup (target);
  guest->device = g_strdup (target);
  guest->description = g_strdup (description);
  g_ptr_array_insert (self->guests, 0, guest);
  arrange (self);
  if (guest->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&guest->error));
      remove_guest (self, who);
      return FALSE;
    }
  tell_all (self);
  return TRUE;
}

void
lv_floor_leave (LvFloor *self, LvCapture *who)
{
  remove_guest (self, who);
  tell_all (self);
}

void
lv_floor_take (LvFloor *self, LvCapture *who)
{
  guint index = 0;
  Guest *guest = find_guest (self, who, &index);
  gboolean had_floor = has_floor (self, index);
  LvFeed *feed;

  g_ptr_array_insert (self->guests, 0, g_ptr_array_steal_index (self->guests, index));
  if (had_floor)
    return;
  update (self);
  guest = find_guest (self, who, NULL);
  feed = guest != NULL ? g_hash_table_lookup (self->feeds, guest->target) : NULL;
  if (feed != NULL && lv_feed_get_listener (feed) == who)
    lv_feed_replay (feed);
}

LvFloor *
lv_floor_new (LvPwContext *context)
{
  LvFloor *self = g_object_new (LV_TYPE_FLOOR, NULL);

  self->context = g_object_ref (context);
  return self;
}

static void
lv_floor_finalize (GObject *object)
{
  LvFloor *self = LV_FLOOR (object);

  end_watching (self);
  g_hash_table_unref (self->feeds);
  g_ptr_array_unref (self->guests);
  g_clear_object (&self->context);
  G_OBJECT_CLASS (lv_floor_parent_class)->finalize (object);
}

static void
lv_floor_class_init (LvFloorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_floor_finalize;
}

static void
lv_floor_init (LvFloor *self)
{
  self->guests = g_ptr_array_new_with_free_func ((GDestroyNotify) guest_free);
  self->feeds =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) lv_feed_free);
}
