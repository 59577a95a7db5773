/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-bus-tool"

#include "bus/lv-bus-tool.h"

#include "base/lv-names.h"

#include <string.h>

/* The router's deadline comes first; this one only keeps a call from waiting for ever should nobody
 * cancel it. */
#define GRACE_MS 5000

struct _LvBusTool {
  LvTool parent_instance;

  GDBusConnection *connection;
  char *handler;
};

G_DEFINE_FINAL_TYPE (LvBusTool, lv_bus_tool, LV_TYPE_TOOL)

static GVariant *
make_context (const LvToolCall *call)
{
  GVariantBuilder context = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&context, "{sv}", "session", g_variant_new_object_path (call->session));
  g_variant_builder_add (&context, "{sv}", "deadline",
                         g_variant_new_uint64 (call->deadline_us / 1000));
  g_variant_builder_add (&context, "{sv}", "owner-app",
                         g_variant_new_string (call->owner_app != NULL ? call->owner_app : ""));
  g_variant_builder_add (&context, "{sv}", "attempt", g_variant_new_uint32 (call->attempt));
  g_variant_builder_add (&context, "{sv}", "locale",
                         g_variant_new_string (g_get_language_names ()[0]));
  return g_variant_builder_end (&context);
}

static gboolean
is_gone (const GError *error)
{
  static const GDBusError codes[] = {
    G_DBUS_ERROR_SERVICE_UNKNOWN,
    G_DBUS_ERROR_NAME_HAS_NO_OWNER,
    G_DBUS_ERROR_NO_REPLY,
    G_DBUS_ERROR_DISCONNECTED,
  };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, G_DBUS_ERROR, codes[i]))
      return TRUE;
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CLOSED);
}

/* Whatever the handler's error is called, it must not pass for one of ours. */
static GError *
translate_error (GError *error)
{
  LvErrorCode code = is_gone (error) ? LV_ERROR_NOT_OWNER : LV_ERROR_FAILED;

  g_dbus_error_strip_remote_error (error);
  return g_error_new_literal (LV_ERROR, code,
                              *error->message != '\0' ? error->message : "The tool failed");
}

static void
on_called (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply =
      g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  char *text = NULL;

  if (reply == NULL)
    {
      g_task_return_error (task, translate_error (error));
      return;
    }
  g_variant_get (reply, "(s)", &text);
  g_task_return_pointer (task, text, g_free);
}

gboolean
lv_bus_tool_needs_consent (LvTool *tool)
{
  return lv_tool_get_scope (tool) == LV_SCOPE_SHARED &&
         lv_tool_decl_get_risk (lv_tool_get_decl (tool)) == LV_RISK_DESTRUCTIVE;
}

static void
lv_bus_tool_call_async (LvTool *tool, const LvToolCall *call, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  LvBusTool *self = LV_BUS_TOOL (tool);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  guint timeout_ms = lv_tool_decl_get_timeout_ms (lv_tool_get_decl (tool));

  if (lv_bus_tool_needs_consent (tool))
    {
      g_task_return_new_error (task, LV_ERROR, LV_ERROR_CONSENT_DENIED,
                               "This tool may destroy something, and the user cannot be asked for "
                               "permission. Tell the user to do it by hand.");
      return;
    }
  g_dbus_connection_call (
      self->connection, lv_tool_get_owner (tool), self->handler, LV_TOOL_HANDLER_INTERFACE, "Call",
      g_variant_new ("(sss@a{sv})", call->call_id, call->name, call->args, make_context (call)),
      G_VARIANT_TYPE ("(s)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, (int) timeout_ms + GRACE_MS,
      cancellable, on_called, g_steal_pointer (&task));
}

static char *
lv_bus_tool_call_finish (LvTool *tool, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
send_without_reply (GDBusConnection *connection, const char *owner, const char *handler,
                    const char *method, GVariant *arguments)
{
  g_autoptr (GDBusMessage) message =
      g_dbus_message_new_method_call (owner, handler, LV_TOOL_HANDLER_INTERFACE, method);
  g_autoptr (GError) error = NULL;

  g_dbus_message_set_body (message, arguments);
  g_dbus_message_set_flags (message, G_DBUS_MESSAGE_FLAGS_NO_REPLY_EXPECTED |
                                         G_DBUS_MESSAGE_FLAGS_NO_AUTO_START);
  if (!g_dbus_connection_send_message (connection, message, G_DBUS_SEND_MESSAGE_FLAGS_NONE, NULL,
                                       &error))
    g_debug ("%s could not be sent to %s: %s", method, owner, error->message);
}

static void
lv_bus_tool_cancel (LvTool *tool, const char *call_id, LvCancelReason reason)
{
  LvBusTool *self = LV_BUS_TOOL (tool);

  if (lv_bus_tool_needs_consent (tool))
    return;
  send_without_reply (self->connection, lv_tool_get_owner (tool), self->handler, "Cancel",
                      g_variant_new ("(ss)", call_id, lv_cancel_reason_to_nick (reason)));
}

static void
lv_bus_tool_finalize (GObject *object)
{
  LvBusTool *self = LV_BUS_TOOL (object);

  g_object_unref (self->connection);
  g_free (self->handler);
  G_OBJECT_CLASS (lv_bus_tool_parent_class)->finalize (object);
}

static void
lv_bus_tool_class_init (LvBusToolClass *klass)
{
  LvToolClass *tool_class = LV_TOOL_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = lv_bus_tool_finalize;
  tool_class->call_async = lv_bus_tool_call_async;
  tool_class->call_finish = lv_bus_tool_call_finish;
  tool_class->cancel = lv_bus_tool_cancel;
}

static void
lv_bus_tool_init (LvBusTool *self)
{
}

LvTool *
lv_bus_tool_new (GDBusConnection *connection, const char *handler, const LvToolIdentity *identity)
{
  LvBusTool *self = g_object_new (LV_TYPE_BUS_TOOL, NULL);

  self->connection = g_object_ref (connection);
  self->handler = g_strdup (handler);
  lv_tool_set_identity (LV_TOOL (self), identity);
  return LV_TOOL (self);
}

const char *
lv_bus_tool_get_handler (LvBusTool *self)
{
  return self->handler;
}

static gboolean
may_begin_name (char c)
{
  return g_ascii_isalpha (c) || c == '_';
}

char *
lv_bus_tool_make_wire_name (const char *provider, const char *name)
{
  gsize room = LV_TOOL_WIRE_NAME_MAX - strlen (name) - 1;
  GString *wire_name = g_string_new (may_begin_name (*provider) ? "" : "_");

  for (const char *p = provider; *p != '\0' && wire_name->len < room; p = g_utf8_next_char (p))
    g_string_append_c (wire_name, g_ascii_isalnum (*p) || *p == '-' ? *p : '_');
  g_string_append_printf (wire_name, "_%s", name);
  return g_string_free (wire_name, FALSE);
}

void
lv_bus_tool_send_released (GDBusConnection *connection, const char *owner, const char *handler,
                           const char *reason)
{
  send_without_reply (connection, owner, handler, "Released", g_variant_new ("(s)", reason));
}
