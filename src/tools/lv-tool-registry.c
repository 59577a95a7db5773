/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/lv-tool-registry.h"

struct _LvToolRegistry {
  GObject parent_instance;

  GPtrArray *sets; /* Set, oldest first */
};

typedef struct {
  char *owner;
  char *handler;
  GPtrArray *tools; /* LvTool */
} Set;

enum { CHANGED, REMOVED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvToolRegistry, lv_tool_registry, G_TYPE_OBJECT)

static Set *
set_new (const char *owner, const char *handler, GPtrArray *tools)
{
  Set *set = g_new0 (Set, 1);

  set->owner = g_strdup (owner);
  set->handler = g_strdup (handler);
  set->tools = g_ptr_array_ref (tools);
  return set;
}

static void
set_free (Set *set)
{
  g_free (set->owner);
  g_free (set->handler);
  g_ptr_array_unref (set->tools);
  g_free (set);
}

static gboolean
set_is (const Set *set, const char *owner, const char *handler)
{
  return g_str_equal (set->owner, owner) && g_str_equal (set->handler, handler);
}

static void
append_refs (GPtrArray *array, GPtrArray *tools)
{
  for (guint i = 0; i < tools->len; i++)
    g_ptr_array_add (array, g_object_ref (g_ptr_array_index (tools, i)));
}

static void
lv_tool_registry_finalize (GObject *object)
{
  LvToolRegistry *self = LV_TOOL_REGISTRY (object);

  g_ptr_array_unref (self->sets);
  G_OBJECT_CLASS (lv_tool_registry_parent_class)->finalize (object);
}

static void
lv_tool_registry_class_init (LvToolRegistryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_tool_registry_finalize;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
  signals[REMOVED] = g_signal_new ("removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 1, LV_TYPE_TOOL);
}

static void
lv_tool_registry_init (LvToolRegistry *self)
{
  self->sets = g_ptr_array_new_with_free_func ((GDestroyNotify) set_free);
}

LvToolRegistry *
lv_tool_registry_new (void)
{
  return g_object_new (LV_TYPE_TOOL_REGISTRY, NULL);
}

static Set *
find_set (LvToolRegistry *self, const char *owner, const char *handler, guint *ret_index)
{
  for (guint i = 0; i < self->sets->len; i++)
    {
      Set *set = g_ptr_array_index (self->sets, i);

      if (!set_is (set, owner, handler))
        continue;
      *ret_index = i;
      return set;
    }
  return NULL;
}

/* Whether the two names meet in one list without one being nearer to the session than the other. */
static gboolean
collide (LvTool *a, LvTool *b)
{
  if (!g_str_equal (lv_tool_get_name (a), lv_tool_get_name (b)) ||
      lv_tool_get_scope (a) != lv_tool_get_scope (b))
    return FALSE;
  if (lv_tool_get_scope (a) == LV_SCOPE_SHARED)
    return TRUE;
  return g_str_equal (lv_tool_get_owner (a), lv_tool_get_owner (b)) &&
         g_strcmp0 (lv_tool_get_session (a), lv_tool_get_session (b)) == 0;
}

static gboolean
check_names (GPtrArray *tools, guint n_tools, LvTool *tool, GError **error)
{
  for (guint i = 0; i < n_tools; i++)
    if (collide (g_ptr_array_index (tools, i), tool))
      {
        g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                     "The tool name \"%s\" is taken; choose another", lv_tool_get_name (tool));
        return FALSE;
      }
  return TRUE;
}

/* The other sets stay: would @tools fit beside them? */
static gboolean
check_set (LvToolRegistry *self, const char *owner, const char *handler, GPtrArray *tools,
           GError **error)
{
  guint n_total = tools->len, n_sets = 1;

  for (guint i = 0; i < self->sets->len; i++)
    {
      const Set *set = g_ptr_array_index (self->sets, i);

      if (set_is (set, owner, handler))
        continue;
      n_total += set->tools->len;
      n_sets += g_str_equal (set->owner, owner);
      for (guint j = 0; j < tools->len; j++)
        if (!check_names (set->tools, set->tools->len, g_ptr_array_index (tools, j), error))
          return FALSE;
    }
  for (guint j = 1; j < tools->len; j++)
    if (!check_names (tools, j, g_ptr_array_index (tools, j), error))
      return FALSE;

  if (n_sets > LV_TOOLS_MAX_REGISTRATIONS)
    g_set_error (error, LV_ERROR, LV_ERROR_TOO_MANY,
                 "A connection may register %d tool handlers; unregister one first",
                 LV_TOOLS_MAX_REGISTRATIONS);
  else if (n_total > LV_TOOLS_MAX_TOTAL)
    g_set_error (error, LV_ERROR, LV_ERROR_TOO_MANY,
                 "There may be %d tools in all; %u would be registered", LV_TOOLS_MAX_TOTAL,
                 n_total);
  else
    return TRUE;
  return FALSE;
}

static gboolean
is_offered (LvToolRegistry *self, LvTool *tool)
{
  for (guint i = 0; i < self->sets->len; i++)
    {
      const Set *set = g_ptr_array_index (self->sets, i);

      for (guint j = 0; j < set->tools->len; j++)
        if (lv_tool_same (g_ptr_array_index (set->tools, j), tool))
          return TRUE;
    }
  return FALSE;
}

static void
emit_removed (LvToolRegistry *self, GPtrArray *tools)
{
  for (guint i = 0; i < tools->len; i++)
    if (!is_offered (self, g_ptr_array_index (tools, i)))
      g_signal_emit (self, signals[REMOVED], 0, g_ptr_array_index (tools, i));
}

gboolean
lv_tool_registry_set (LvToolRegistry *self, const char *owner, const char *handler,
                      GPtrArray *tools, GError **error)
{
  g_autoptr (GPtrArray) old = NULL;
  Set *set;
  guint index;

  if (!check_set (self, owner, handler, tools, error))
    return FALSE;

  set = find_set (self, owner, handler, &index);
  if (set != NULL)
    {
      old = g_steal_pointer (&set->tools);
      set->tools = g_ptr_array_ref (tools);
      emit_removed (self, old);
    }
  else
    g_ptr_array_add (self->sets, set_new (owner, handler, tools));
  g_signal_emit (self, signals[CHANGED], 0);
  return TRUE;
}

gboolean
lv_tool_registry_remove (LvToolRegistry *self, const char *owner, const char *handler)
{
  g_autoptr (GPtrArray) old = NULL;
  Set *set;
  guint index;

  set = find_set (self, owner, handler, &index);
  if (set == NULL)
    return FALSE;

  old = g_ptr_array_ref (set->tools);
  g_ptr_array_remove_index (self->sets, index);
  emit_removed (self, old);
  g_signal_emit (self, signals[CHANGED], 0);
  return TRUE;
}

void
lv_tool_registry_remove_owner (LvToolRegistry *self, const char *owner)
{
  g_autoptr (GPtrArray) old = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = self->sets->len; i > 0; i--)
    {
      const Set *set = g_ptr_array_index (self->sets, i - 1);

      if (!g_str_equal (set->owner, owner))
        continue;
      append_refs (old, set->tools);
      g_ptr_array_remove_index (self->sets, i - 1);
    }
  if (old->len == 0)
    return;
  emit_removed (self, old);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* How near @tool is to the session: 0 made for it, 1 its owner's, 2 shared, -1 not seen at all. */
static int
get_distance (LvTool *tool, const char *owner, const char *session, gboolean with_shared)
{
  if (lv_tool_get_scope (tool) == LV_SCOPE_SHARED)
    return with_shared ? 2 : -1;
  if (g_strcmp0 (lv_tool_get_owner (tool), owner) != 0)
    return -1;
  if (lv_tool_get_session (tool) == NULL)
    return 1;
  return g_strcmp0 (lv_tool_get_session (tool), session) == 0 ? 0 : -1;
}

static gboolean
has_name (GPtrArray *tools, const char *name)
{
  for (guint i = 0; i < tools->len; i++)
    if (g_str_equal (lv_tool_get_name (g_ptr_array_index (tools, i)), name))
      return TRUE;
  return FALSE;
}

GPtrArray *
lv_tool_registry_list (LvToolRegistry *self, const char *owner, const char *session,
                       gboolean with_shared)
{
  g_autoptr (GPtrArray) all = lv_tool_registry_list_all (self);
  g_autoptr (GPtrArray) seen = g_ptr_array_new_with_free_func (g_object_unref);

  for (int distance = 0; distance <= 2; distance++)
    for (guint i = 0; i < all->len; i++)
      {
        LvTool *tool = g_ptr_array_index (all, i);

        if (get_distance (tool, owner, session, with_shared) == distance &&
            !has_name (seen, lv_tool_get_name (tool)))
          g_ptr_array_add (seen, g_object_ref (tool));
      }
  return g_steal_pointer (&seen);
}

GPtrArray *
lv_tool_registry_list_all (LvToolRegistry *self)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->sets->len; i++)
    append_refs (all, ((const Set *) g_ptr_array_index (self->sets, i))->tools);
  return g_steal_pointer (&all);
}

guint
lv_tool_registry_count (LvToolRegistry *self)
{
  guint n_tools = 0;

  for (guint i = 0; i < self->sets->len; i++)
    n_tools += ((const Set *) g_ptr_array_index (self->sets, i))->tools->len;
  return n_tools;
}
