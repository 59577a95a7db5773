/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-mask.h"

/* What a connection says for itself, whatever its token forces upon it. */
#define RESUMPTION "sessionResumption"
#define MODEL "model"

gboolean
lv_engine_mask_same_name (const char *name, const char *other)
{
  for (;; name++, other++)
    {
      while (*name == '_')
        name++;
      while (*other == '_')
        other++;
      if (g_ascii_tolower (*name) != g_ascii_tolower (*other))
        return FALSE;
      if (*name == '\0')
        return TRUE;
    }
}

/* How @object writes @name; NULL when it has no such member. */
static const char *
find_name (JsonObject *object, const char *name)
{
  JsonObjectIter iter;
  const char *member;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &member, NULL))
    if (lv_engine_mask_same_name (member, name))
      return member;
  return NULL;
}

static JsonNode *
find (JsonObject *object, const char *name)
{
  const char *member = object != NULL ? find_name (object, name) : NULL;

  return member != NULL ? json_object_get_member (object, member) : NULL;
}

static JsonObject *
find_object (JsonObject *object, const char *name)
{
  JsonNode *node = find (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static void
take_away (JsonObject *object, const char *name)
{
  g_autofree char *member = g_strdup (find_name (object, name));

  if (member != NULL)
    json_object_remove_member (object, member);
}

static void
force (JsonObject *object, const char *name, JsonNode *value)
{
  take_away (object, name);
  if (value != NULL)
    json_object_set_member (object, name, json_node_copy (value));
}

/* The object @name of @object, made when there is none. */
static JsonObject *
open_object (JsonObject *object, const char *name)
{
  if (find_object (object, name) == NULL)
    {
      take_away (object, name);
      json_object_set_object_member (object, name, json_object_new ());
    }
  return find_object (object, name);
}

static void
force_path (JsonObject *object, JsonObject *from, const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, ".", -1);
  guint i;

  if (names[0] == NULL)
    return;
  for (i = 0; names[i + 1] != NULL; i++)
    {
      from = find_object (from, names[i]);
      if (from == NULL && find_object (object, names[i]) == NULL)
        return;
      object = open_object (object, names[i]);
    }
  force (object, names[i], find (from, names[i]));
}

static void
keep (JsonObject *object, const char *name, JsonNode *own /* nullable */)
{
  if (own != NULL)
    force (object, name, own);
}

gboolean
lv_engine_mask_apply (JsonNode *frame, JsonNode *setup, char **mask)
{
  JsonObject *root = JSON_NODE_HOLDS_OBJECT (frame) ? json_node_get_object (frame) : NULL;
  JsonObject *theirs = find_object (root, "setup");
  JsonObject *ours = setup != NULL ? json_node_get_object (setup) : NULL;
  g_autoptr (JsonNode) resumption = NULL;

  if (theirs == NULL)
    return FALSE;
  if (mask == NULL)
    {
      keep (ours, RESUMPTION, find (theirs, RESUMPTION));
      if (find (ours, MODEL) == NULL)
        keep (ours, MODEL, find (theirs, MODEL));
      force (root, "setup", setup);
      return TRUE;
    }
  if (find (theirs, RESUMPTION) != NULL)
    resumption = json_node_copy (find (theirs, RESUMPTION));
  for (guint i = 0; mask[i] != NULL; i++)
    force_path (theirs, ours, mask[i]);
  keep (theirs, RESUMPTION, resumption);
  return TRUE;
}
