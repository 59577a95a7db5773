/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-test-handler.h"

#include "lv-dbus-tool-handler.h"

struct _LvTestHandler {
  LvDbusToolHandler *skeleton;
  GPtrArray *open; /* GDBusMethodInvocation */
  GPtrArray *told;
  guint n_calls;
  char *call_id;
  char *name;
  char *arguments;
  GVariant *context;
};

static gboolean
on_handle_call (LvDbusToolHandler *skeleton, GDBusMethodInvocation *invocation, const char *call_id,
                const char *name, const char *arguments, GVariant *context, gpointer user_data)
{
  LvTestHandler *handler = user_data;

  g_free (handler->call_id);
  g_free (handler->name);
  g_free (handler->arguments);
  g_clear_pointer (&handler->context, g_variant_unref);
  handler->call_id = g_strdup (call_id);
  handler->name = g_strdup (name);
  handler->arguments = g_strdup (arguments);
  handler->context = g_variant_ref (context);
  g_ptr_array_add (handler->open, invocation);
  handler->n_calls++;
  return TRUE;
}

static gboolean
on_handle_cancel (LvDbusToolHandler *skeleton, GDBusMethodInvocation *invocation,
                  const char *call_id, const char *reason, gpointer user_data)
{
  LvTestHandler *handler = user_data;

  g_ptr_array_add (handler->told, g_strdup_printf ("cancel %s %s", call_id, reason));
  lv_dbus_tool_handler_complete_cancel (skeleton, invocation);
  return TRUE;
}

static gboolean
on_handle_released (LvDbusToolHandler *skeleton, GDBusMethodInvocation *invocation,
                    const char *reason, gpointer user_data)
{
  LvTestHandler *handler = user_data;

  g_ptr_array_add (handler->told, g_strdup_printf ("released %s", reason));
  lv_dbus_tool_handler_complete_released (skeleton, invocation);
  return TRUE;
}

LvTestHandler *
lv_test_handler_new (LvTestPeer *peer)
{
  LvTestHandler *handler = g_new0 (LvTestHandler, 1);
  g_autoptr (GError) error = NULL;

  handler->skeleton = lv_dbus_tool_handler_skeleton_new ();
  handler->open = g_ptr_array_new ();
  handler->told = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (handler->skeleton, "handle-call", G_CALLBACK (on_handle_call), handler);
  g_signal_connect (handler->skeleton, "handle-cancel", G_CALLBACK (on_handle_cancel), handler);
  g_signal_connect (handler->skeleton, "handle-released", G_CALLBACK (on_handle_released), handler);
  g_assert_true (g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (handler->skeleton),
                                                   peer->connection, LV_TEST_HANDLER_PATH, &error));
  g_assert_no_error (error);
  return handler;
}

void
lv_test_handler_free (LvTestHandler *handler)
{
  while (handler->open->len > 0)
    lv_test_handler_return (handler, "0");
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (handler->skeleton));
  g_object_unref (handler->skeleton);
  g_ptr_array_unref (handler->open);
  g_ptr_array_unref (handler->told);
  g_free (handler->call_id);
  g_free (handler->name);
  g_free (handler->arguments);
  g_clear_pointer (&handler->context, g_variant_unref);
  g_free (handler);
}

typedef struct {
  LvTestHandler *handler;
  guint n;
  const char *what;
} Wanted;

static gboolean
has_calls (gpointer data)
{
  Wanted *wanted = data;

  return wanted->handler->n_calls >= wanted->n;
}

void
lv_test_handler_wait_calls (LvTestHandler *handler, guint n)
{
  Wanted wanted = { handler, n, NULL };

  lv_test_wait_for (has_calls, &wanted, LV_TEST_TIMEOUT_MS, "calls of the handler");
  g_assert_cmpuint (handler->n_calls, ==, n);
}

guint
lv_test_handler_get_n_calls (LvTestHandler *handler)
{
  return handler->n_calls;
}

const char *
lv_test_handler_get_call_id (LvTestHandler *handler)
{
  return handler->call_id;
}

const char *
lv_test_handler_get_name (LvTestHandler *handler)
{
  return handler->name;
}

const char *
lv_test_handler_get_arguments (LvTestHandler *handler)
{
  return handler->arguments;
}

GVariant *
lv_test_handler_get_context (LvTestHandler *handler)
{
  return handler->context;
}

static GDBusMethodInvocation *
take_call (LvTestHandler *handler)
{
  g_assert_cmpuint (handler->open->len, >, 0);
  return g_ptr_array_steal_index (handler->open, 0);
}

void
lv_test_handler_return (LvTestHandler *handler, const char *result)
{
  g_dbus_method_invocation_return_value (take_call (handler), g_variant_new ("(s)", result));
}

void
lv_test_handler_fail (LvTestHandler *handler, const char *error_name, const char *message)
{
  g_dbus_method_invocation_return_dbus_error (take_call (handler), error_name, message);
}

static gboolean
was_told (gpointer data)
{
  Wanted *wanted = data;

  for (guint i = 0; i < wanted->handler->told->len; i++)
    if (g_str_equal (wanted->handler->told->pdata[i], wanted->what))
      return TRUE;
  return FALSE;
}

void
lv_test_handler_wait_told (LvTestHandler *handler, const char *what)
{
  Wanted wanted = { handler, 0, what };

  lv_test_wait_for (was_told, &wanted, LV_TEST_TIMEOUT_MS, what);
}
