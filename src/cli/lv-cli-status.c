/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl status: what the daemon and the default session are doing. Does not start the
 * daemon; exit status 3 when it does not run.
 */
#include "base/lv-names.h"
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-lines.h"
#include "cli/lv-cli-text.h"
#include "cli/lv-cli-verbs.h"

#include <glib/gi18n.h>
#include <stdio.h>

static void
print_field (const char *name, const char *value)
{
  g_autofree char *clean = lv_cli_text_clean (value, FALSE);

  printf ("%s: %s\n", name, clean);
}

static const char *
yes_or_no (gboolean value)
{
  return value ? _ ("yes") : _ ("no");
}

/* "" for what a daemon of another version does not have. */
static const char *
or_empty (const char *text)
{
  return text != NULL ? text : "";
}

static void
get_last_error (LvDbusSession *session, const char **ret_name, const char **ret_message)
{
  GVariant *last = lv_dbus_session_get_last_error (session);

  *ret_name = *ret_message = "";
  if (last != NULL)
    g_variant_get (last, "(&s&s)", ret_name, ret_message);
}

/* How microphone and speaker are doing; empty where the daemon does not say. */
static GVariant *
get_audio (LvDbusSession *session)
{
  GVariant *audio = NULL;

  if (!lv_dbus_session_call_get_audio_sync (session, &audio, NULL, NULL))
    return g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  return audio;
}

/* NULL unless it is paused and the daemon says why. Owned by @audio. */
static const char *
get_pause (LvDbusSession *session, GVariant *audio)
{
  const char *reason = NULL;

  if (g_strcmp0 (lv_dbus_session_get_state (session), "paused") == 0)
    g_variant_lookup (audio, "paused", "&s", &reason);
  return reason;
}

static void
print_conversation (LvDbusSession *session, GVariant *audio)
{
  const char *state = lv_cli_lines_get_state (or_empty (lv_dbus_session_get_state (session)));
  const char *why = lv_cli_lines_get_pause (get_pause (session, audio));
  g_autofree char *both = why != NULL ? g_strdup_printf ("%s: %s", state, why) : NULL;

  print_field (_ ("Conversation"), both != NULL ? both : state);
}

static const char *
describe_echo (const char *mode)
{
  static const struct {
    const char *mode;
    const char *text;
  } texts[] = {
    { "cancel", N_ ("cancelled") },
    { "half-duplex", N_ ("avoided: the microphone is silent while the model speaks") },
    { "none", N_ ("not cancelled") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_str_equal (texts[i].mode, mode))
      return _ (texts[i].text);
  return mode;
}

static void
print_echo (GVariant *audio)
{
  const char *mode;
  double loss_db;
  g_autofree char *text = NULL;

  if (!g_variant_lookup (audio, "echo-cancel", "&s", &mode))
    return;
  if (g_variant_lookup (audio, "echo-return-loss", "d", &loss_db))
    text = g_strdup_printf (_ ("%s, %.0f dB below the voice"), describe_echo (mode), loss_db);
  print_field (_ ("Echo"), text != NULL ? text : describe_echo (mode));
}

/* How the connection is; empty where the daemon does not say. */
static GVariant *
get_health (LvDbusSession *session)
{
  GVariant *health = NULL;

  if (!lv_dbus_session_call_get_health_sync (session, &health, NULL, NULL))
    return g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  return health;
}

static void
print_connection (GVariant *health)
{
  const char *link = "";
  guint age_s = 0, number = 0, resumed = 0;
  g_autofree char *text = NULL;

  g_variant_lookup (health, "link", "&s", &link);
  g_variant_lookup (health, "age-s", "u", &age_s);
  g_variant_lookup (health, "connections", "u", &number);
  g_variant_lookup (health, "resumptions", "u", &resumed);
  if (!g_str_equal (link, "open"))
    return;
  text = g_strdup_printf (_ ("open for %u s, number %u of this session, %u resumed"), age_s, number,
                          resumed);
  print_field (_ ("Connection"), text);
}

/* "no-reply 1, cut-turn 2"; newly allocated, "" for none. */
static char *
join_counts (GVariant *health, const char *key)
{
  GString *joined = g_string_new (NULL);
  g_autoptr (GVariantIter) iter = NULL;
  const char *name;
  guint count;

  if (g_variant_lookup (health, key, "a{su}", &iter))
    while (g_variant_iter_next (iter, "{&su}", &name, &count))
      g_string_append_printf (joined, "%s%s %u", joined->len > 0 ? ", " : "", name, count);
  return g_string_free (joined, FALSE);
}

static void
print_trouble (GVariant *health)
{
  g_autofree char *symptoms = join_counts (health, "symptoms");
  g_autofree char *remedies = join_counts (health, "remedies");
  g_autofree char *text = NULL;
  guint recovered = 0;

  if (*symptoms == '\0')
    return;
  g_variant_lookup (health, "recoveries", "u", &recovered);
  text = g_strdup_printf (_ ("%s; tried: %s; recovered %u"), symptoms,
                          *remedies != '\0' ? remedies : _ ("nothing"), recovered);
  print_field (_ ("Trouble"), text);
}

static void
print_text (LvDbusManager *manager, LvDbusSession *session)
{
  g_autoptr (GVariant) audio = get_audio (session);
  g_autoptr (GVariant) health = get_health (session);
  const char *error_name;
  const char *error_message;

  get_last_error (session, &error_name, &error_message);
  print_field (_ ("Daemon"), or_empty (lv_dbus_manager_get_version (manager)));
  print_conversation (session, audio);
  print_field (_ ("Microphone in use"),
               yes_or_no (lv_dbus_manager_get_microphone_in_use (manager)));
  print_field (_ ("Muted"), yes_or_no (lv_dbus_session_get_muted (session)));
  print_echo (audio);
  print_connection (health);
  print_trouble (health);
  if (*or_empty (lv_dbus_session_get_model (session)) != '\0')
    print_field (_ ("Model"), lv_dbus_session_get_model (session));
  print_field (_ ("API key"),
               lv_dbus_manager_get_has_credential (manager) ? _ ("present") : _ ("none"));
  if (lv_dbus_manager_get_locked (manager))
    print_field (_ ("Screen locked"), yes_or_no (TRUE));
  if (*error_name != '\0')
    print_field (_ ("Last error"), error_message);
}

static void
print_json (LvDbusManager *manager, LvDbusSession *session)
{
  const char *const *features = lv_dbus_manager_get_features (manager);
  g_autoptr (GVariant) audio = get_audio (session);
  g_autoptr (GVariant) health = get_health (session);
  const char *pause = get_pause (session, audio);
  const char *error_name;
  const char *error_message;
  GVariantBuilder object;

  get_last_error (session, &error_name, &error_message);
  g_variant_builder_init (&object, G_VARIANT_TYPE_VARDICT);
  lv_cli_json_add (&object, "running", "b", TRUE);
  lv_cli_json_add (&object, "version", "s", or_empty (lv_dbus_manager_get_version (manager)));
  lv_cli_json_add (&object, "api-version", "u", lv_dbus_manager_get_api_version (manager));
  if (features != NULL)
    lv_cli_json_add (&object, "features", "^as", features);
  lv_cli_json_add (&object, "state", "s", or_empty (lv_dbus_session_get_state (session)));
  if (pause != NULL)
    lv_cli_json_add (&object, "paused", "s", pause);
  lv_cli_json_add (&object, "audio", "@a{sv}", audio);
  lv_cli_json_add (&object, "health", "@a{sv}", health);
  lv_cli_json_add (&object, "muted", "b", lv_dbus_session_get_muted (session));
  lv_cli_json_add (&object, "microphone-in-use", "b",
                   lv_dbus_manager_get_microphone_in_use (manager));
  lv_cli_json_add (&object, "locked", "b", lv_dbus_manager_get_locked (manager));
  lv_cli_json_add (&object, "has-credential", "b", lv_dbus_manager_get_has_credential (manager));
  lv_cli_json_add (&object, "model", "s", or_empty (lv_dbus_session_get_model (session)));
  lv_cli_json_add (&object, "last-error", "s", error_name);
  lv_cli_json_add (&object, "last-error-message", "s", error_message);
  lv_cli_json_print (g_variant_builder_end (&object));
}

static int
print_not_running (LvCli *cli)
{
  if (cli->json)
    lv_cli_json_print (g_variant_new_parsed ("{'running': <false>}"));
  else
    print_field (_ ("Daemon"), _ ("not running; the first use starts it"));
  return LV_EXIT_UNREACHABLE;
}

int
lv_cli_status (LvCli *cli, GStrv args)
{
  g_auto (GStrv) rest = lv_cli_parse (cli, args, NULL, 0, 0, FALSE);
  g_autoptr (LvDbusManager) manager = NULL;
  g_autoptr (LvDbusSession) session = NULL;
  g_autoptr (GError) error = NULL;

  if (rest == NULL)
    return LV_EXIT_USAGE;
  manager = lv_cli_get_manager (cli, &error);
  session = manager != NULL ? lv_cli_get_session (cli, LV_DEFAULT_SESSION_PATH, &error) : NULL;
  if (session == NULL)
    return lv_cli_report (cli, error);
  if (!lv_cli_is_running (manager))
    return print_not_running (cli);
  if (cli->json)
    print_json (manager, session);
  else
    print_text (manager, session);
  return LV_EXIT_OK;
}
