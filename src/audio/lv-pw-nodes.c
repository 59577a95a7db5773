/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pw-nodes.h"

#include <pipewire/keys.h>

typedef struct {
  LvPwNodeKind kinds;
  char *name;
  char *description;
} Node;

struct _LvPwNodes {
  GHashTable *by_id; /* id -> Node */
};

static void
node_free (Node *node)
{
  g_free (node->name);
  g_free (node->description);
  g_free (node);
}

LvPwNodes *
lv_pw_nodes_new (void)
{
  LvPwNodes *self = g_new0 (LvPwNodes, 1);

  self->by_id = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) node_free);
  return self;
}

void
lv_pw_nodes_free (LvPwNodes *self)
{
  g_hash_table_unref (self->by_id);
  g_free (self);
}

static LvPwNodeKind
parse_class (const char *media_class)
{
  LvPwNodeKind kinds = 0;

  if (media_class == NULL)
    return 0;
  if (g_str_has_prefix (media_class, "Audio/Source") || g_str_equal (media_class, "Audio/Duplex"))
    kinds |= LV_PW_NODE_MICROPHONE;
  if (g_str_equal (media_class, "Audio/Sink") || g_str_equal (media_class, "Audio/Duplex"))
    kinds |= LV_PW_NODE_SPEAKER;
  return kinds;
}

gboolean
lv_pw_nodes_add (LvPwNodes *self, guint32 id, const struct spa_dict *props)
{
  LvPwNodeKind kinds = 0;
  Node *node;

  if (props != NULL)
    kinds = parse_class (spa_dict_lookup (props, PW_KEY_MEDIA_CLASS));
  if (kinds == 0)
    return FALSE;
  node = g_new0 (Node, 1);
  node->kinds = kinds;
  node->name = g_strdup (spa_dict_lookup (props, PW_KEY_NODE_NAME));
  node->description = g_strdup (spa_dict_lookup (props, PW_KEY_NODE_DESCRIPTION));
  g_hash_table_insert (self->by_id, GUINT_TO_POINTER (id), node);
  return TRUE;
}

gboolean
lv_pw_nodes_remove (LvPwNodes *self, guint32 id)
{
  return g_hash_table_remove (self->by_id, GUINT_TO_POINTER (id));
}

gboolean
lv_pw_nodes_has (LvPwNodes *self, LvPwNodeKind kind)
{
  GHashTableIter iter;
  Node *node;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &node))
    if (node->kinds & kind)
      return TRUE;
  return FALSE;
}

const char *
lv_pw_nodes_find (LvPwNodes *self, LvPwNodeKind kind, const char *target)
{
  GHashTableIter iter;
  Node *node;

  g_hash_table_iter_init (&iter, self->by_id);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &node))
    if (node->kinds & kind &&
        (g_strcmp0 (node->name, target) == 0 || g_strcmp0 (node->description, target) == 0))
      return node->name;
  return NULL;
}
