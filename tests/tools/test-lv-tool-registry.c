/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/lv-tool-registry.h"

#include "lv-test-tool.h"

typedef struct {
  LvToolRegistry *registry;
  guint n_changed;
  GString *removed; /* names, each followed by a blank */
} Fixture;

static void
on_changed (LvToolRegistry *registry, Fixture *f)
{
  f->n_changed++;
}

static void
on_removed (LvToolRegistry *registry, LvTool *tool, Fixture *f)
{
  g_string_append_printf (f->removed, "%s ", lv_tool_get_name (tool));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->registry = lv_tool_registry_new ();
  f->removed = g_string_new (NULL);
  g_signal_connect (f->registry, "changed", G_CALLBACK (on_changed), f);
  g_signal_connect (f->registry, "removed", G_CALLBACK (on_removed), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_finalize_object (f->registry);
  g_string_free (f->removed, TRUE);
}

/* Registers tools of these blank-separated names. */
static gboolean
offer (Fixture *f, const char *owner, const char *handler, LvScope scope, const char *session,
       const char *names, GError **error)
{
  g_auto (GStrv) words = g_strsplit (names, " ", -1);
  g_autoptr (GPtrArray) tools = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    {
      g_autofree char *json = g_strdup_printf ("{\"name\":\"%s\"}", words[i]);

      g_ptr_array_add (tools, lv_test_tool_new (json, owner, scope, session));
    }
  return lv_tool_registry_set (f->registry, owner, handler, tools, error);
}

#define OFFER(owner, handler, scope, session, names)                                               \
  g_assert_true (offer (f, owner, handler, scope, session, names, NULL))

static void
assert_seen (Fixture *f, const char *owner, const char *session, gboolean with_shared,
             const char *expected)
{
  g_autoptr (GPtrArray) tools = lv_tool_registry_list (f->registry, owner, session, with_shared);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < tools->len; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? " " : "", lv_tool_get_name (tools->pdata[i]));
  g_assert_cmpstr (names->str, ==, expected);
}

static void
test_who_sees_what (Fixture *f, gconstpointer data)
{
  OFFER (":1.1", "/a", LV_SCOPE_OWN, NULL, "own same");
  OFFER (":1.1", "/b", LV_SCOPE_SHARED, NULL, "p_shared");
  OFFER (":1.1", "/c", LV_SCOPE_OWN, "/s1", "only same");
  OFFER (":1.2", "/a", LV_SCOPE_OWN, NULL, "own other");

  assert_seen (f, NULL, "/default", TRUE, "p_shared");
  assert_seen (f, NULL, "/default", FALSE, "");
  assert_seen (f, ":1.1", "/s1", TRUE, "only same own p_shared");
  assert_seen (f, ":1.1", "/s2", FALSE, "own same");
  assert_seen (f, ":1.2", "/s1", FALSE, "own other");
  assert_seen (f, ":1.3", "/s1", TRUE, "p_shared");
  g_assert_cmpuint (lv_tool_registry_count (f->registry), ==, 7);
  g_assert_cmpuint (f->n_changed, ==, 4);
}

static void
test_own_name_hides_shared (Fixture *f, gconstpointer data)
{
  OFFER (":1.1", "/a", LV_SCOPE_SHARED, NULL, "x");
  OFFER (":1.2", "/a", LV_SCOPE_OWN, NULL, "x");
  g_autoptr (GPtrArray) tools = lv_tool_registry_list (f->registry, ":1.2", "/s", TRUE);

  g_assert_cmpuint (tools->len, ==, 1);
  g_assert_cmpstr (lv_tool_get_owner (tools->pdata[0]), ==, ":1.2");
}

static void
test_replace_is_atomic (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  OFFER (":1.1", "/a", LV_SCOPE_OWN, NULL, "x y");
  OFFER (":1.1", "/b", LV_SCOPE_OWN, NULL, "z");
  g_assert_false (offer (f, ":1.1", "/a", LV_SCOPE_OWN, NULL, "y z", &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  assert_seen (f, ":1.1", "/s", FALSE, "x y z");
  g_assert_cmpstr (f->removed->str, ==, "");

  OFFER (":1.1", "/a", LV_SCOPE_OWN, NULL, "y w");
  assert_seen (f, ":1.1", "/s", FALSE, "y w z");
  g_assert_cmpstr (f->removed->str, ==, "x ");
}

static void
test_scope_change_removes (Fixture *f, gconstpointer data)
{
  OFFER (":1.1", "/a", LV_SCOPE_SHARED, NULL, "x");
  OFFER (":1.1", "/a", LV_SCOPE_OWN, NULL, "x");
  g_assert_cmpstr (f->removed->str, ==, "x ");
}

static void
test_taken_names (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  OFFER (":1.1", "/a", LV_SCOPE_SHARED, NULL, "x");
  g_assert_false (offer (f, ":1.2", "/a", LV_SCOPE_SHARED, NULL, "x", &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  g_clear_error (&error);
  g_assert_false (offer (f, ":1.2", "/a", LV_SCOPE_OWN, NULL, "v v", &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
}

static void
test_limits (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) many = g_string_new ("t0");

  for (guint i = 0; i < LV_TOOLS_MAX_REGISTRATIONS; i++)
    {
      g_autofree char *handler = g_strdup_printf ("/h%u", i);

      OFFER (":1.1", handler, LV_SCOPE_OWN, NULL, "");
    }
  g_assert_false (offer (f, ":1.1", "/more", LV_SCOPE_OWN, NULL, "", &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_TOO_MANY);
  g_clear_error (&error);
  OFFER (":1.1", "/h0", LV_SCOPE_OWN, NULL, "x");

  for (guint i = 1; i < LV_TOOLS_MAX_DECLARATIONS; i++)
    g_string_append_printf (many, " t%u", i);
  OFFER (":1.2", "/a", LV_SCOPE_OWN, NULL, many->str);
  g_assert_false (offer (f, ":1.3", "/a", LV_SCOPE_OWN, NULL, many->str, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_TOO_MANY);
  g_assert_cmpuint (lv_tool_registry_count (f->registry), ==, LV_TOOLS_MAX_DECLARATIONS + 1);

  g_assert_true (lv_tool_registry_remove (f->registry, ":1.1", "/h0"));
  OFFER (":1.3", "/a", LV_SCOPE_OWN, NULL, many->str);
}

static void
test_remove (Fixture *f, gconstpointer data)
{
  OFFER (":1.1", "/a", LV_SCOPE_OWN, NULL, "x");
  OFFER (":1.1", "/b", LV_SCOPE_OWN, NULL, "y");
  OFFER (":1.2", "/a", LV_SCOPE_OWN, NULL, "z");

  g_assert_false (lv_tool_registry_remove (f->registry, ":1.2", "/b"));
  g_assert_cmpuint (f->n_changed, ==, 3);
  g_assert_true (lv_tool_registry_remove (f->registry, ":1.1", "/b"));
  g_assert_cmpstr (f->removed->str, ==, "y ");
  lv_tool_registry_remove_owner (f->registry, ":1.1");
  g_assert_cmpstr (f->removed->str, ==, "y x ");
  lv_tool_registry_remove_owner (f->registry, ":1.9");
  g_assert_cmpuint (f->n_changed, ==, 5);
  assert_seen (f, ":1.2", "/s", TRUE, "z");
}

#define ADD(path, func) g_test_add ("/tool-registry/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("seen", test_who_sees_what);
  ADD ("hides", test_own_name_hides_shared);
  ADD ("replace", test_replace_is_atomic);
  ADD ("scope-change", test_scope_change_removes);
  ADD ("taken", test_taken_names);
  ADD ("limits", test_limits);
  ADD ("remove", test_remove);
  return g_test_run ();
}
