/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pw-nodes.h"

#include "audio/lv-pw-choice.h"

struct _LvPwNodes {
  GPtrArray *nodes;     /* LvPwNode */
  GHashTable *headsets; /* device ids */
  char *default_microphone;
  char *default_speaker;
  guint cycle_us;
};

LvPwNodes *
lv_pw_nodes_new (void)
{
  LvPwNodes *self = g_new0 (LvPwNodes, 1);

  self->nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_pw_node_free);
  self->headsets = g_hash_table_new (NULL, NULL);
  return self;
}

void
lv_pw_nodes_free (LvPwNodes *self)
{
  g_ptr_array_unref (self->nodes);
  g_hash_table_unref (self->headsets);
  g_free (self->default_microphone);
  g_free (self->default_speaker);
  g_free (self);
}

gboolean
lv_pw_nodes_add (LvPwNodes *self, guint32 id, const struct spa_dict *props)
{
  LvPwNode *node = self->nodes->len < LV_PW_NODES_MAX ? lv_pw_node_new (id, props) : NULL;

  if (node != NULL)
    g_ptr_array_add (self->nodes, node);
  return node != NULL;
}

gboolean
lv_pw_nodes_remove (LvPwNodes *self, guint32 id)
{
  LvPwNode *node = lv_pw_nodes_get (self, id);

  if (node != NULL)
    return g_ptr_array_remove (self->nodes, node);
  return g_hash_table_remove (self->headsets, GUINT_TO_POINTER (id));
}

gboolean
lv_pw_nodes_add_headset (LvPwNodes *self, guint32 device_id)
{
  return g_hash_table_add (self->headsets, GUINT_TO_POINTER (device_id));
}

gboolean
lv_pw_nodes_has_headset (LvPwNodes *self)
{
  for (guint i = 0; i < self->nodes->len; i++)
    if (lv_pw_node_is_bluetooth (self->nodes->pdata[i]))
      return TRUE;
  return g_hash_table_size (self->headsets) > 0;
}

static char **
get_default (LvPwNodes *self, LvPwNodeKind kind)
{
  return kind == LV_PW_NODE_MICROPHONE ? &self->default_microphone : &self->default_speaker;
}

gboolean
lv_pw_nodes_set_default (LvPwNodes *self, LvPwNodeKind kind, const char *name)
{
  char **place = get_default (self, kind);

  if (g_strcmp0 (*place, name) == 0)
    return FALSE;
  g_free (*place);
  *place = g_strdup (name);
  return TRUE;
}

const char *
lv_pw_nodes_get_default (LvPwNodes *self, LvPwNodeKind kind)
{
  return *get_default (self, kind);
}

gboolean
lv_pw_nodes_set_cycle (LvPwNodes *self, guint cycle_us)
{
  if (self->cycle_us == cycle_us)
    return FALSE;
  self->cycle_us = cycle_us;
  return TRUE;
}

guint
lv_pw_nodes_get_cycle (LvPwNodes *self)
{
  return self->cycle_us;
}

gboolean
lv_pw_nodes_is_settled (LvPwNodes *self, LvPwNodeKind kind)
{
  const char *name = lv_pw_nodes_get_default (self, kind);

  return name != NULL && lv_pw_nodes_find (self, kind, name) != NULL;
}

GPtrArray *
lv_pw_nodes_list (LvPwNodes *self)
{
  return self->nodes;
}

LvPwNode *
lv_pw_nodes_get (LvPwNodes *self, guint32 id)
{
  for (guint i = 0; i < self->nodes->len; i++)
    if (((LvPwNode *) self->nodes->pdata[i])->id == id)
      return self->nodes->pdata[i];
  return NULL;
}

gboolean
lv_pw_nodes_has (LvPwNodes *self, LvPwNodeKind kind)
{
  return lv_pw_nodes_choose (self, kind, NULL) != NULL;
}

const LvPwNode *
lv_pw_nodes_find (LvPwNodes *self, LvPwNodeKind kind, const char *name)
{
  for (guint i = 0; i < self->nodes->len; i++)
    {
      LvPwNode *node = self->nodes->pdata[i];

      if (node->kinds & kind && g_str_equal (node->name, name))
        return node;
    }
  return NULL;
}

const LvPwNode *
lv_pw_nodes_choose (LvPwNodes *self, LvPwNodeKind kind, const char *wanted)
{
  return lv_pw_choice_make (self->nodes, kind, wanted, lv_pw_nodes_get_default (self, kind));
}
