/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-resumption"
#include "session/lv-resumption.h"

#include "base/lv-enums.h"
#include "base/lv-state-path.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define PROFILE_PREFIX "profile-"
#define TOKEN_PREFIX "token-"
#define NEW_SUFFIX ".new"  /* being written */
#define CLOCK_SLACK_S 3600 /* that a clock may have been set back */

struct _LvResumptions {
  char *directory;
  LvResumptionClock wall_clock;
  LvResumptionTrouble trouble;
  gpointer user_data;
  GHashTable *conversations; /* key, which is the name of the file too -> GVariant */
  guint expiry_timer;
  gboolean failing; /* the last one could not be written */
};

char *
lv_resumption_key_of_profile (const char *profile)
{
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, profile, -1);

  return g_strconcat (PROFILE_PREFIX, sum, NULL);
}

char *
lv_resumption_key_of_token (const char *token)
{
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);

  return g_strconcat (TOKEN_PREFIX, sum, NULL);
}

static gboolean
is_key (const char *name)
{
  return g_str_has_prefix (name, PROFILE_PREFIX) || g_str_has_prefix (name, TOKEN_PREFIX);
}

static gint64
get_seconds_left (LvResumptions *self, GVariant *conversation)
{
  gint64 saved_us = 0, age_s;
  guint32 life_s = 0;

  g_variant_lookup (conversation, "saved", "x", &saved_us);
  g_variant_lookup (conversation, "life", "u", &life_s);
  age_s = (self->wall_clock () - saved_us) / G_USEC_PER_SEC;
  return age_s < -CLOCK_SLACK_S ? 0 : life_s - MAX (age_s, 0);
}

/* ---- files ---- */

static char *
make_path (LvResumptions *self, const char *key)
{
  return g_build_filename (self->directory, key, NULL);
}

static void
report (LvResumptions *self, const char *path, const char *what, const char *why)
{
  g_autoptr (GError) error = g_error_new (LV_ERROR, LV_ERROR_FAILED, "%s: %s: %s", path, what, why);

  g_debug ("%s", error->message);
  if (self->trouble != NULL)
    self->trouble (error, self->user_data);
}

/* A new file takes the old one's place as a whole. It is not forced to the disk, which could take
 * longer than the voice can wait: a power failure may cost the conversation. */
static gboolean
write_file (LvResumptions *self, const char *key, const char *text, GError **error)
{
  g_autofree char *path = make_path (self, key);
  g_autofree char *new_path = g_strconcat (path, NEW_SUFFIX, NULL);

  g_mkdir_with_parents (self->directory, 0700);
  if (!g_file_set_contents_full (new_path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, error))
    {
      g_unlink (new_path);
      return FALSE;
    }
  if (g_rename (new_path, path) == 0)
    return TRUE;
  g_set_error_literal (error, G_FILE_ERROR, g_file_error_from_errno (errno), g_strerror (errno));
  return FALSE;
}

static void
write_conversation (LvResumptions *self, const char *key, GVariant *conversation)
{
  g_autofree char *text = g_variant_print (conversation, TRUE);
  g_autoptr (GError) error = NULL;
  gboolean was_failing = self->failing;

  self->failing = !write_file (self, key, text, &error);
  if (self->failing && !was_failing)
    report (self, self->directory, "conversations will not survive a restart", error->message);
}

/* Of somebody else's making is also what is no file of ours. */
static gboolean
check_file (const char *path, GError **error)
{
  GStatBuf info;

  if (g_lstat (path, &info) != 0)
    g_set_error_literal (error, LV_ERROR, LV_ERROR_FAILED, g_strerror (errno));
  else if (!S_ISREG (info.st_mode) || info.st_uid != geteuid ())
    g_set_error_literal (error, LV_ERROR, LV_ERROR_FAILED, "not a file of this user");
  else if (info.st_size > LV_RESUMPTION_FILE_MAX)
    g_set_error (error, LV_ERROR, LV_ERROR_TOO_LARGE, "more than %d bytes", LV_RESUMPTION_FILE_MAX);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_items (GVariant *conversation)
{
  g_autoptr (GVariant) items =
      g_variant_lookup_value (conversation, "items", G_VARIANT_TYPE (LV_RESUMPTION_ITEMS));
  guint32 last_id = 0;

  if (items == NULL || g_variant_n_children (items) > LV_RESUMPTION_ITEMS_MAX)
    return FALSE;
  for (gsize i = 0; i < g_variant_n_children (items); i++)
    {
      LvRole role;
      const char *nick, *text;
      gint64 created_us;
      guint32 id;

      g_variant_get_child (items, i, "(u&sx&s)", &id, &nick, &created_us, &text);
      if (id <= last_id || !lv_role_from_nick (nick, &role))
        return FALSE;
      last_id = id;
    }
  return last_id < G_MAXINT32;
}

static gboolean
check_conversation (GVariant *conversation, GError **error)
{
  const char *endpoint, *model;
  guint32 version = 0;
  g_autoptr (GVariant) calls =
      g_variant_lookup_value (conversation, "calls", G_VARIANT_TYPE (LV_RESUMPTION_CALLS));

  if (!g_variant_lookup (conversation, "version", "u", &version) ||
      version != LV_RESUMPTION_VERSION)
    g_set_error_literal (error, LV_ERROR, LV_ERROR_UNSUPPORTED, "written by another version");
  else if (calls == NULL || !g_variant_lookup (conversation, "endpoint", "&s", &endpoint) ||
           !g_variant_lookup (conversation, "model", "&s", &model) || !check_items (conversation))
    g_set_error_literal (error, LV_ERROR, LV_ERROR_FAILED, "not a conversation");
  else
    return TRUE;
  return FALSE;
}

static GVariant *
read_file (const char *path, GError **error)
{
  g_autoptr (GVariant) conversation = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (!check_file (path, error) || !g_file_get_contents (path, &text, &length, error))
    return NULL;
  conversation = g_variant_parse (G_VARIANT_TYPE_VARDICT, text, text + length, NULL, error);
  if (conversation == NULL || !check_conversation (conversation, error))
    return NULL;
  return g_steal_pointer (&conversation);
}

static void
remove_file (LvResumptions *self, const char *key)
{
  g_autofree char *path = make_path (self, key);

  g_unlink (path);
}

/* ---- time ---- */

static void arm_expiry (LvResumptions *self);

static gboolean
on_expiry (gpointer data)
{
  LvResumptions *self = data;
  GHashTableIter iter;
  gpointer key, conversation;

  self->expiry_timer = 0;
  g_hash_table_iter_init (&iter, self->conversations);
  while (g_hash_table_iter_next (&iter, &key, &conversation))
    if (get_seconds_left (self, conversation) <= 0)
      {
        remove_file (self, key);
        g_hash_table_iter_remove (&iter);
      }
  arm_expiry (self);
  return G_SOURCE_REMOVE;
}

/* One timer for the first that expires, hours away. */
static void
arm_expiry (LvResumptions *self)
{
  GHashTableIter iter;
  gpointer conversation;
  gint64 first_s = G_MAXINT;

  if (self->expiry_timer != 0 || g_hash_table_size (self->conversations) == 0)
    return;
  g_hash_table_iter_init (&iter, self->conversations);
  while (g_hash_table_iter_next (&iter, NULL, &conversation))
    first_s = MIN (first_s, get_seconds_left (self, conversation));
  self->expiry_timer =
      g_timeout_add_seconds ((guint) CLAMP (first_s + 1, 1, G_MAXINT), on_expiry, self);
}

/* ---- the store ---- */

static void
load_file (LvResumptions *self, const char *name)
{
  g_autofree char *path = make_path (self, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) conversation = NULL;

  if (g_str_has_suffix (name, NEW_SUFFIX))
    {
      g_unlink (path);
      return;
    }
  if (!is_key (name) || g_hash_table_size (self->conversations) >= LV_RESUMPTIONS_MAX)
    return;
  conversation = read_file (path, &error);
  if (conversation == NULL)
    report (self, path, "no conversation to go on with", error->message);
  else if (get_seconds_left (self, conversation) <= 0)
    g_unlink (path);
  else
    g_hash_table_insert (self->conversations, g_strdup (name), g_steal_pointer (&conversation));
}

LvResumptions *
lv_resumptions_new (const char *directory, LvResumptionClock wall_clock,
                    LvResumptionTrouble trouble, gpointer user_data)
{
  LvResumptions *self = g_new0 (LvResumptions, 1);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  self->directory = directory != NULL ? g_strdup (directory) : lv_state_path ("conversations");
  self->wall_clock = wall_clock;
  self->trouble = trouble;
  self->user_data = user_data;
  self->conversations =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
  dir = g_dir_open (self->directory, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    load_file (self, name);
  arm_expiry (self);
  return self;
}

void
lv_resumptions_free (LvResumptions *self)
{
  g_clear_handle_id (&self->expiry_timer, g_source_remove);
  g_hash_table_unref (self->conversations);
  g_free (self->directory);
  g_free (self);
}

GVariant *
lv_resumptions_find (LvResumptions *self, const char *key)
{
  GVariant *conversation = g_hash_table_lookup (self->conversations, key);

  return conversation != NULL && get_seconds_left (self, conversation) > 0 ? conversation : NULL;
}

static const char *
get_holder (GVariant *conversation)
{
  const char *holder = "";

  g_variant_lookup (conversation, "holder", "&s", &holder);
  return holder;
}

/* The oldest of @holder's (NULL: of anybody's) makes room when there are @max. */
static void
make_room (LvResumptions *self, const char *holder, guint max)
{
  GHashTableIter iter;
  gpointer key, conversation;
  const char *oldest = NULL;
  gint64 least_s = G_MAXINT64;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->conversations);
  while (g_hash_table_iter_next (&iter, &key, &conversation))
    {
      gint64 left_s = get_seconds_left (self, conversation);

      if (holder != NULL && !g_str_equal (get_holder (conversation), holder))
        continue;
      n++;
      if (left_s >= least_s)
        continue;
      least_s = left_s;
      oldest = key;
    }
  if (n >= max)
    lv_resumptions_forget (self, oldest);
}

void
lv_resumptions_put (LvResumptions *self, const char *key, GVariantDict *conversation)
{
  g_autoptr (GVariant) whole = NULL;

  g_variant_dict_insert (conversation, "version", "u", LV_RESUMPTION_VERSION);
  g_variant_dict_insert (conversation, "saved", "x", self->wall_clock ());
  whole = g_variant_ref_sink (g_variant_dict_end (conversation));
  if (!g_hash_table_contains (self->conversations, key))
    {
      if (*get_holder (whole) != '\0')
        make_room (self, get_holder (whole), LV_RESUMPTIONS_PER_HOLDER);
      make_room (self, NULL, LV_RESUMPTIONS_MAX);
    }
  g_hash_table_replace (self->conversations, g_strdup (key), g_variant_ref (whole));
  write_conversation (self, key, whole);
  arm_expiry (self);
}

void
lv_resumptions_forget (LvResumptions *self, const char *key)
{
  remove_file (self, key);
  g_hash_table_remove (self->conversations, key);
}

void
lv_resumptions_forget_all (LvResumptions *self)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, self->conversations);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    remove_file (self, key);
  g_hash_table_remove_all (self->conversations);
}
