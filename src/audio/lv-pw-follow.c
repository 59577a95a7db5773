/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-pw-follow.h"

#include "audio/lv-pw-choice.h"

typedef struct {
  char *name;
  char *description;
} Device;

struct _LvPwFollow {
  LvPwNodeKind kind;
  gboolean present;
  char *wanted;
  char *lost; /* name of the one that went away; NULL: none is missed */
  Device device;
  Device last;
};

static void
device_clear (Device *device)
{
  g_free (device->name);
  g_free (device->description);
}

static void
device_set (Device *device, const LvPwNode *node)
{
  *device = (Device){
    .name = g_strdup (node->name),
    .description = g_strdup (*node->description != '\0' ? node->description : node->name),
  };
}

LvPwFollow *
lv_pw_follow_new (LvPwNodeKind kind, const char *wanted)
{
  LvPwFollow *self = g_new0 (LvPwFollow, 1);

  self->kind = kind;
  self->wanted = g_strdup (wanted != NULL ? wanted : "");
  return self;
}

void
lv_pw_follow_free (LvPwFollow *self)
{
  device_clear (&self->device);
  device_clear (&self->last);
  g_free (self->wanted);
  g_free (self->lost);
  g_free (self);
}

static gboolean
is_wanted (LvPwFollow *self, LvPwNodes *nodes, const LvPwNode *node)
{
  return lv_pw_choice_find (lv_pw_nodes_list (nodes), self->kind, self->wanted) == node;
}

/* What became of the device that @node takes the place of. */
static LvPwFollowed
judge (LvPwFollow *self, LvPwNodes *nodes, const LvPwNode *node)
{
  if (self->device.name == NULL)
    return LV_PW_FOLLOW_SAME;
  if (g_strcmp0 (self->lost, node->name) == 0 || is_wanted (self, nodes, node))
    return LV_PW_FOLLOW_RETURNED;
  return self->present ? LV_PW_FOLLOW_CHANGED : LV_PW_FOLLOW_LOST;
}

static void
move (LvPwFollow *self, const LvPwNode *node, LvPwFollowed followed)
{
  if (followed == LV_PW_FOLLOW_LOST && self->lost == NULL)
    self->lost = g_strdup (self->device.name);
  else if (followed != LV_PW_FOLLOW_LOST)
    g_clear_pointer (&self->lost, g_free);
  device_clear (&self->last);
  self->last = self->device;
  device_set (&self->device, node);
}

/* Nothing is chosen until the session manager has chosen, unless it is known what is wanted. */
static gboolean
is_provisional (LvPwFollow *self, LvPwNodes *nodes, const LvPwNode *node)
{
  return self->device.name != NULL && !is_wanted (self, nodes, node) &&
         !lv_pw_nodes_is_settled (nodes, self->kind);
}

LvPwFollowed
lv_pw_follow_update (LvPwFollow *self, LvPwNodes *nodes)
{
  const LvPwNode *node = lv_pw_nodes_choose (nodes, self->kind, self->wanted);
  LvPwFollowed followed = LV_PW_FOLLOW_SAME;

  self->present =
      self->device.name != NULL && lv_pw_nodes_find (nodes, self->kind, self->device.name) != NULL;
  if (node == NULL || is_provisional (self, nodes, node))
    return LV_PW_FOLLOW_SAME;
  if (g_strcmp0 (self->device.name, node->name) != 0)
    {
      followed = judge (self, nodes, node);
      move (self, node, followed);
    }
  self->present = TRUE;
  return followed;
}

static const char *
get_text (const char *text)
{
  return text != NULL ? text : "";
}

const char *
lv_pw_follow_get_name (LvPwFollow *self)
{
  return get_text (self->device.name);
}

const char *
lv_pw_follow_get_description (LvPwFollow *self)
{
  return get_text (self->device.description);
}

const char *
lv_pw_follow_get_last_name (LvPwFollow *self)
{
  return get_text (self->last.name);
}

const char *
lv_pw_follow_get_last_description (LvPwFollow *self)
{
  return get_text (self->last.description);
}

gboolean
lv_pw_follow_is_present (LvPwFollow *self)
{
  return self->present;
}
