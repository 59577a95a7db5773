/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where a private session is: its path, and whether there is room for one more. Main thread.
 */
#include "bus/lv-bus-sessions-private.h"

#include "base/lv-names.h"
#include "base/lv-random.h"

#include <string.h>

char *
lv_bus_sessions_make_owner_element (const char *unique_name)
{
  return g_strdelimit (g_strdup (unique_name + 1), ".", '_');
}

static guint
count_owned (LvBusSessions *self, const char *owner)
{
  GHashTableIter iter;
  gpointer session;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session))
    n += g_str_equal (lv_bus_session_get_owner (session), owner);
  return n;
}

static gboolean
check_token (const char *token, GError **error)
{
  gsize length = strlen (token);

  if (length > 0 && length <= LV_BUS_MAX_TOKEN &&
      strspn (token, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_") == length)
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
               "The option \"token\" must be 1 to %d letters, digits or underscores",
               LV_BUS_MAX_TOKEN);
  return FALSE;
}

gboolean
lv_bus_sessions_check_share (LvBusSessions *self, const char *owner, GError **error)
{
  if (count_owned (self, owner) < LV_BUS_MAX_SESSIONS_PER_CLIENT)
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_TOO_MANY,
               "A connection may have %d sessions; close one first",
               LV_BUS_MAX_SESSIONS_PER_CLIENT);
  return FALSE;
}

static gboolean
check_room (LvBusSessions *self, const char *owner, GError **error)
{
  if (!lv_bus_sessions_check_share (self, owner, error))
    return FALSE;
  if (g_hash_table_size (self->sessions) < LV_BUS_MAX_SESSIONS)
    return TRUE;
  g_set_error (error, LV_ERROR, LV_ERROR_TOO_MANY, "There may be %d private sessions in all",
               LV_BUS_MAX_SESSIONS);
  return FALSE;
}

static gboolean
check_path_free (LvBusSessions *self, const char *path, GError **error)
{
  if (g_hash_table_contains (self->sessions, path))
    g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                         "This connection has a session with that token; choose another");
  else if (g_hash_table_contains (self->closing, path))
    g_set_error_literal (error, LV_ERROR, LV_ERROR_BUSY,
                         "The session that had that token is still closing");
  else
    return TRUE;
  return FALSE;
}

char *
lv_bus_sessions_make_path (LvBusSessions *self, LvBusClient *owner, const char *token,
                           GError **error)
{
  const char *name = lv_bus_client_get_name (owner);
  g_autofree char *element = lv_bus_sessions_make_owner_element (name);
  g_autofree char *random = token == NULL ? lv_random_name () : NULL;
  g_autofree char *path =
      g_strconcat (LV_SESSION_PATH_PREFIX, element, "/", token != NULL ? token : random, NULL);

  if ((token != NULL && !check_token (token, error)) || !check_room (self, name, error) ||
      !check_path_free (self, path, error))
    return NULL;
  return g_steal_pointer (&path);
}

GStrv
lv_bus_sessions_list_tokens (LvBusSessions *self, const char *owner)
{
  g_autoptr (GPtrArray) tokens = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer path, session;

  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, &path, &session))
    if (g_str_equal (lv_bus_session_get_maker (session), owner))
      g_ptr_array_add (tokens, g_strdup (strrchr (path, '/') + 1));
  g_ptr_array_add (tokens, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&tokens), FALSE);
}
