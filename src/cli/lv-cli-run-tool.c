/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl run-tool: offers a command to the assistant as a tool of the default session, until
 * Ctrl-C. Each call runs the command once, with the arguments as whole parts of its argument
 * vector; no shell is involved.
 */
#include "base/lv-enums.h"
#include "cli/lv-cli-command.h"
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-param.h"
#include "cli/lv-cli-text.h"
#include "cli/lv-cli-verbs.h"

#include "lv-dbus-tool-handler.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define HANDLER_PATH "/org/livevoice/livevoicectl/Tool"
#define DEFAULT_TIMEOUT_S 30
#define MAX_TIMEOUT_S 3600
#define MAX_NAME 40 /* as the daemon has it */
#define MAX_RUNNING 16
#define REPLY_MARGIN_MS 1000 /* our time-out comes before the daemon's */

typedef struct {
  LvCli *cli;

  /* the command line */
  char *name;
  char *description;
  char *provider;
  char *risk;
  char **param_texts;
  int timeout_s;
  gboolean json_result;
  GPtrArray *params; /* LvCliParam */
  GStrv command;

  LvDbusManager *manager;
  LvDbusToolHandler *handler;
  char *declaration;
  GHashTable *running; /* call id -> GCancellable */
  gboolean starting;   /* our own registration starts the daemon */
} Tool;

typedef struct {
  Tool *tool;
  char *call_id;
  GDBusMethodInvocation *invocation; /* owned */
} Call;

static void
tool_clear (Tool *tool)
{
  if (tool->handler != NULL)
    g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (tool->handler));
  g_clear_object (&tool->handler);
  g_clear_object (&tool->manager);
  g_clear_pointer (&tool->running, g_hash_table_unref);
  g_clear_pointer (&tool->params, g_ptr_array_unref);
  g_clear_pointer (&tool->command, g_strfreev);
  g_clear_pointer (&tool->param_texts, g_strfreev);
  g_free (tool->name);
  g_free (tool->description);
  g_free (tool->provider);
  g_free (tool->risk);
  g_free (tool->declaration);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Tool, tool_clear)

static void
call_free (Call *call)
{
  g_free (call->call_id);
  g_object_unref (call->invocation);
  g_free (call);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Call, call_free)

/* What happens, for the user who started us
 * ----------------------------------------------------- */

static void
tell_call (Tool *tool, const char *call_id, const char *arguments)
{
  g_autofree char *clean = lv_cli_text_clean (arguments, FALSE);
  GVariantBuilder object;

  if (!tool->cli->json)
    {
      printf ("%s %s\n", tool->name, clean);
      fflush (stdout);
      return;
    }
  g_variant_builder_init (&object, G_VARIANT_TYPE_VARDICT);
  lv_cli_json_add (&object, "event", "s", "call");
  lv_cli_json_add (&object, "call-id", "s", call_id);
  lv_cli_json_add (&object, "arguments", "s", arguments);
  lv_cli_json_print (g_variant_builder_end (&object));
}

static void
tell_result (Tool *tool, const char *call_id, const char *text, gboolean ok)
{
  g_autofree char *clean = lv_cli_text_clean (text, FALSE);
  GVariantBuilder object;

  if (!tool->cli->json)
    {
      printf ("%s: %s\n", ok ? _ ("result") : _ ("error"), clean);
      fflush (stdout);
      return;
    }
  g_variant_builder_init (&object, G_VARIANT_TYPE_VARDICT);
  lv_cli_json_add (&object, "event", "s", "result");
  lv_cli_json_add (&object, "call-id", "s", call_id);
  lv_cli_json_add (&object, "ok", "b", ok);
  lv_cli_json_add (&object, "text", "s", text);
  lv_cli_json_print (g_variant_builder_end (&object));
}

static void
tell_registered (Tool *tool)
{
  if (tool->cli->json)
    lv_cli_json_print (g_variant_new_parsed ("{'event': <'registered'>}"));
  else
    g_printerr (_ ("The assistant can call %s now. Ctrl-C ends this.\n"), tool->name);
}

/* A call
 * ---------------------------------------------------------------------------------------- */

/* A command that is content to succeed in silence has still told something. */
static const char *
get_output (const Tool *tool, const char *printed)
{
  return printed != NULL && *printed == '\0' && !tool->json_result ? "ok" : printed;
}

static char *
make_result (const Tool *tool, const char *output)
{
  GString *json;

  if (tool->json_result)
    return g_strdup (output);
  json = g_string_new (NULL);
  lv_cli_json_append_string (json, output);
  return g_string_free (json, FALSE);
}

/* Takes @error. */
static void
return_error (Call *call, GError *error)
{
  tell_result (call->tool, call->call_id, error->message, FALSE);
  g_dbus_method_invocation_take_error (g_object_ref (call->invocation), error);
}

static void
on_command_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Call) call = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *printed = lv_cli_command_run_finish (result, &error);
  const char *output = get_output (call->tool, printed);
  g_autofree char *json = output != NULL ? make_result (call->tool, output) : NULL;

  g_hash_table_remove (call->tool->running, call->call_id);
  if (output == NULL)
    {
      return_error (call, g_steal_pointer (&error));
      return;
    }
  tell_result (call->tool, call->call_id, output, TRUE);
  lv_dbus_tool_handler_complete_call (call->tool->handler, g_object_ref (call->invocation), json);
}

/* Takes @call when it begins. */
static gboolean
begin_command (Tool *tool, Call *call, const char *arguments, GError **error)
{
  g_autoptr (GHashTable) values = lv_cli_json_read_members (arguments, error);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_auto (GStrv) environment = NULL;
  g_auto (GStrv) argv = NULL;

  if (values == NULL)
    return FALSE;
  argv = lv_cli_param_expand (tool->params, (const char *const *) tool->command, values, error);
  if (argv == NULL)
    return FALSE;
  environment = lv_cli_param_export (tool->params, g_get_environ (), values);
  g_hash_table_insert (tool->running, g_strdup (call->call_id), g_object_ref (cancellable));
  lv_cli_command_run_async ((const char *const *) argv, environment, arguments,
                            (guint) tool->timeout_s, cancellable, on_command_done, call);
  return TRUE;
}

/* Anybody on the bus can send us messages; only the daemon may run the command. */
static gboolean
is_from_daemon (Tool *tool, GDBusMethodInvocation *invocation)
{
  g_autofree char *owner = g_dbus_proxy_get_name_owner (G_DBUS_PROXY (tool->manager));

  return g_strcmp0 (owner, g_dbus_method_invocation_get_sender (invocation)) == 0;
}

static gboolean
check_call (Tool *tool, GDBusMethodInvocation *invocation, const char *call_id, const char *name,
            GError **error)
{
  if (!is_from_daemon (tool, invocation))
    g_set_error_literal (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED,
                         "only the Live Voice daemon may call this");
  else if (!g_str_equal (name, tool->name))
    g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "there is no tool '%s' here", name);
  else if (g_hash_table_size (tool->running) >= MAX_RUNNING ||
           g_hash_table_contains (tool->running, call_id))
    g_set_error_literal (error, LV_ERROR, LV_ERROR_TOO_MANY, "too many calls at a time");
  else
    return TRUE;
  return FALSE;
}

static gboolean
on_handle_call (LvDbusToolHandler *handler, GDBusMethodInvocation *invocation, const char *call_id,
                const char *name, const char *arguments, GVariant *context, gpointer data)
{
  Tool *tool = data;
  GError *error = NULL;
  Call *call;

  if (!check_call (tool, invocation, call_id, name, &error))
    {
      g_dbus_method_invocation_take_error (invocation, error);
      return G_DBUS_METHOD_INVOCATION_HANDLED;
    }
  call = g_new0 (Call, 1);
  call->tool = tool;
  call->call_id = g_strdup (call_id);
  call->invocation = invocation;
  tell_call (tool, call_id, arguments);
  if (begin_command (tool, call, arguments, &error))
    return G_DBUS_METHOD_INVOCATION_HANDLED;
  return_error (call, error);
  call_free (call);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_cancel (LvDbusToolHandler *handler, GDBusMethodInvocation *invocation,
                  const char *call_id, const char *reason, gpointer data)
{
  Tool *tool = data;
  GCancellable *cancellable = g_hash_table_lookup (tool->running, call_id);

  if (cancellable != NULL && is_from_daemon (tool, invocation))
    g_cancellable_cancel (cancellable);
  lv_dbus_tool_handler_complete_cancel (handler, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

static gboolean
on_handle_released (LvDbusToolHandler *handler, GDBusMethodInvocation *invocation,
                    const char *reason, gpointer data)
{
  Tool *tool = data;

  /* a daemon that is stopped may come back, and gets the tool again */
  if (is_from_daemon (tool, invocation) && !g_str_equal (reason, "shutdown"))
    lv_cli_fail (tool->cli, g_error_new (LV_ERROR, LV_ERROR_FAILED,
                                         _ ("The daemon gave the tool up: %s"), reason));
  lv_dbus_tool_handler_complete_released (handler, invocation);
  return G_DBUS_METHOD_INVOCATION_HANDLED;
}

/* Registration
 * ---------------------------------------------------------------------------------- */

static GVariant *
make_registration (const Tool *tool)
{
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  lv_cli_json_add (&options, "scope", "s", "shared");
  if (tool->provider != NULL)
    lv_cli_json_add (&options, "provider", "s", tool->provider);
  return g_variant_new ("(os@a{sv})", HANDLER_PATH, tool->declaration,
                        g_variant_builder_end (&options));
}

static void
on_registered_again (GObject *manager, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_proxy_call_finish (G_DBUS_PROXY (manager), result, &error);
  Tool *tool = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply != NULL)
    tell_registered (tool);
  else if (lv_cli_is_running (manager))
    lv_cli_fail (tool->cli, g_steal_pointer (&error));
}

static void
on_manager_owner_changed (GObject *manager, GParamSpec *property, gpointer data)
{
  Tool *tool = data;
  gboolean registered = tool->starting;

  if (!lv_cli_is_running (manager))
    return;
  tool->starting = FALSE;
  if (!registered)
    g_dbus_proxy_call (G_DBUS_PROXY (manager), "RegisterTools", make_registration (tool),
                       G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, tool->cli->cancellable,
                       on_registered_again, tool);
}

static gboolean
export_handler (Tool *tool, GError **error)
{
  /* a command need not read its input */
  signal (SIGPIPE, SIG_IGN);
  tool->handler = lv_dbus_tool_handler_skeleton_new ();
  g_signal_connect (tool->handler, "handle-call", G_CALLBACK (on_handle_call), tool);
  g_signal_connect (tool->handler, "handle-cancel", G_CALLBACK (on_handle_cancel), tool);
  g_signal_connect (tool->handler, "handle-released", G_CALLBACK (on_handle_released), tool);
  return g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (tool->handler),
                                           tool->cli->bus, HANDLER_PATH, error);
}

static gboolean
register_tool (Tool *tool, GError **error)
{
  g_autoptr (GVariant) reply = NULL;

  tool->manager = lv_cli_get_manager (tool->cli, error);
  if (tool->manager == NULL || !export_handler (tool, error))
    return FALSE;
  tool->starting = !lv_cli_is_running (tool->manager);
  g_signal_connect (tool->manager, "notify::g-name-owner", G_CALLBACK (on_manager_owner_changed),
                    tool);
  reply = lv_cli_call (tool->cli, tool->manager, "RegisterTools", make_registration (tool), error);
  return reply != NULL;
}

static gboolean
is_idle (GHashTable *running)
{
  return g_hash_table_size (running) == 0;
}

/* Nothing that we started stays behind. */
static void
stop_commands (Tool *tool)
{
  GHashTableIter iter;
  gpointer cancellable;

  g_hash_table_iter_init (&iter, tool->running);
  while (g_hash_table_iter_next (&iter, NULL, &cancellable))
    g_cancellable_cancel (cancellable);
  while (!is_idle (tool->running))
    g_main_context_iteration (NULL, TRUE);
}

static int
serve (Tool *tool)
{
  g_autoptr (GError) error = NULL;
  gboolean never = FALSE;

  if (!register_tool (tool, &error))
    return lv_cli_report (tool->cli, error);
  tell_registered (tool);
  lv_cli_run_until (tool->cli, &never, &error);
  g_signal_handlers_disconnect_by_data (tool->manager, tool);
  stop_commands (tool);
  return lv_cli_report_end (tool->cli, error);
}

/* The command line
 * ------------------------------------------------------------------------------ */

static gboolean
parse_params (Tool *tool, GError **error)
{
  for (guint i = 0; tool->param_texts != NULL && tool->param_texts[i] != NULL; i++)
    {
      LvCliParam *param = lv_cli_param_parse (tool->param_texts[i], error);

      if (param == NULL)
        return FALSE;
      g_ptr_array_add (tool->params, param);
    }
  return TRUE;
}

static gboolean
is_tool_name (const char *name)
{
  return strlen (name) <= MAX_NAME && (g_ascii_isalpha (*name) || *name == '_') &&
         name[strspn (name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-")] == '\0';
}

static gboolean
is_command (const char *command)
{
  g_autofree char *path = g_find_program_in_path (command);

  return path != NULL;
}

/* What the daemon would not tell as clearly; NULL when all is well. */
static const char *
find_mistake (const Tool *tool)
{
  LvRisk risk;

  if (tool->name == NULL)
    return _ ("--name is missing");
  if (!is_tool_name (tool->name))
    return _ ("--name takes up to 40 letters, digits, '_' and '-', a letter or '_' first");
  if (tool->description == NULL)
    return _ ("--description is missing; the assistant chooses a tool by it");
  if (tool->risk != NULL && !lv_risk_from_nick (tool->risk, &risk))
    return _ ("--risk takes read, reversible or destructive");
  if (tool->timeout_s < 1 || tool->timeout_s > MAX_TIMEOUT_S)
    return _ ("--timeout takes 1 to 3600 seconds");
  if (strchr (tool->command[0], '{') != NULL)
    return _ ("the command itself cannot be an argument of the tool");
  if (!is_command (tool->command[0]))
    return _ ("there is no such command, or it may not be run");
  return NULL;
}

static int
run (Tool *tool)
{
  g_autoptr (GError) error = NULL;
  const char *mistake = find_mistake (tool);

  if (mistake != NULL)
    return lv_cli_usage (tool->cli, "%s", mistake);
  tool->params = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_cli_param_free);
  tool->running = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  if (!parse_params (tool, &error))
    return lv_cli_usage (tool->cli, "%s", error->message);
  tool->declaration = lv_cli_param_declare (tool->params, tool->name, tool->description, tool->risk,
                                            (guint) tool->timeout_s * 1000 + REPLY_MARGIN_MS);
  return serve (tool);
}

int
lv_cli_run_tool (LvCli *cli, GStrv args)
{
  g_auto (Tool) tool = { .cli = cli, .timeout_s = DEFAULT_TIMEOUT_S };
  gboolean shared = TRUE;
  const GOptionEntry options[] = {
    { "name", 'n', 0, G_OPTION_ARG_STRING, &tool.name, N_ ("Name of the tool"), N_ ("NAME") },
    { "description", 'd', 0, G_OPTION_ARG_STRING, &tool.description,
      N_ ("What it does and when to use it, for the assistant"), N_ ("TEXT") },
    { "param", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &tool.param_texts,
      N_ ("A parameter, '{NAME}' in the command; NAME? may be left out; TYPE: string, integer, "
          "number, boolean or a choice like on|off"),
      N_ ("NAME:TYPE:TEXT") },
    { "timeout", 't', 0, G_OPTION_ARG_INT, &tool.timeout_s,
      N_ ("Stop the command after so long; 30 by default"), N_ ("SECONDS") },
    { "risk", 0, 0, G_OPTION_ARG_STRING, &tool.risk,
      N_ ("read, reversible (the default) or destructive"), N_ ("CLASS") },
    { "provider", 0, 0, G_OPTION_ARG_STRING, &tool.provider, N_ ("Who offers the tool, for people"),
      N_ ("NAME") },
    { "json-result", 0, 0, G_OPTION_ARG_NONE, &tool.json_result,
      N_ ("The command prints its result as JSON"), NULL },
    { "shared", 0, 0, G_OPTION_ARG_NONE, &shared, N_ ("Offer it to the default session; always so"),
      NULL },
    { NULL }
  };

  tool.command = lv_cli_parse (cli, args, options, 1, G_MAXUINT, TRUE);
  return tool.command != NULL ? run (&tool) : LV_EXIT_USAGE;
}
