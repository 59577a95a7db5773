/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pw-choice.h"

#define A2DP_SPEAKER "a2dp-sink"

typedef gboolean (*Matches) (const LvPwNode *node, const char *text);

static gboolean
has_name (const LvPwNode *node, const char *text)
{
  return g_str_equal (node->name, text);
}

static gboolean
has_description (const LvPwNode *node, const char *text)
{
  return g_str_equal (node->description, text);
}

static const LvPwNode *
find (GPtrArray *nodes, LvPwNodeKind kind, Matches matches, const char *text)
{
  for (guint i = 0; i < nodes->len; i++)
    {
      const LvPwNode *node = nodes->pdata[i];

      if (node->kinds & kind && matches (node, text))
        return node;
    }
  return NULL;
}

const LvPwNode *
lv_pw_choice_find (GPtrArray *nodes, LvPwNodeKind kind, const char *wanted)
{
  const LvPwNode *found;

  if (wanted == NULL || *wanted == '\0')
    return NULL;
  found = find (nodes, kind, has_name, wanted);
  return found != NULL ? found : find (nodes, kind, has_description, wanted);
}

static gboolean
is_heard_in_a2dp (const LvPwNode *speaker, const LvPwNode *microphone)
{
  return speaker->kinds & LV_PW_NODE_SPEAKER && speaker->device_id == microphone->device_id &&
         g_str_has_prefix (speaker->profile, A2DP_SPEAKER);
}

/* A real microphone node of a headset is there only in a profile that has one. What stands in for
 * it is there in each. */
gboolean
lv_pw_choice_drags (GPtrArray *nodes, const LvPwNode *node)
{
  if (!node->is_loopback)
    return FALSE;
  for (guint i = 0; i < nodes->len; i++)
    if (is_heard_in_a2dp (nodes->pdata[i], node))
      return TRUE;
  return FALSE;
}

static gboolean
is_better (const LvPwNode *a, const LvPwNode *b)
{
  if (a->priority != b->priority)
    return a->priority > b->priority;
  if (a->is_virtual != b->is_virtual)
    return b->is_virtual;
  return a->id < b->id;
}

gboolean
lv_pw_choice_is_bluetooth (GPtrArray *nodes, const char *wanted)
{
  const LvPwNode *node = lv_pw_choice_find (nodes, LV_PW_NODE_MICROPHONE, wanted);

  if (node == NULL)
    node = lv_pw_choice_find (nodes, LV_PW_NODE_SPEAKER, wanted);
  if (node != NULL)
    return lv_pw_node_is_bluetooth (node);
  return wanted != NULL && g_str_has_prefix (wanted, LV_PW_NODE_BLUETOOTH_PREFIX);
}

static const LvPwNode *
pick_best (GPtrArray *nodes, LvPwNodeKind kind, gboolean may_drag)
{
  const LvPwNode *best = NULL;

  for (guint i = 0; i < nodes->len; i++)
    {
      const LvPwNode *node = nodes->pdata[i];

      if (!(node->kinds & kind))
        continue;
      if (kind == LV_PW_NODE_MICROPHONE && !may_drag && lv_pw_choice_drags (nodes, node))
        continue;
      if (best == NULL || is_better (node, best))
        best = node;
    }
  return best;
}

const LvPwNode *
lv_pw_choice_make (GPtrArray *nodes, LvPwNodeKind kind, const char *wanted,
                   const char *default_name)
{
  const LvPwNode *node = lv_pw_choice_find (nodes, kind, wanted);

  if (node != NULL)
    return node;
  if (default_name != NULL)
    node = find (nodes, kind, has_name, default_name);
  if (node != NULL && (kind == LV_PW_NODE_SPEAKER || !lv_pw_choice_drags (nodes, node)))
    return node;
  node = pick_best (nodes, kind, FALSE);
  return node != NULL ? node : pick_best (nodes, kind, TRUE);
}
