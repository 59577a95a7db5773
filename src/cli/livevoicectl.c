/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl, the command line of Live Voice: finds the verb and runs it. It is a client like any
 * other program, by D-Bus alone; it never touches audio or the network.
 */
#include "cli/lv-cli-verbs.h"
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>

static const LvCliVerb verbs[] = {
  { "talk", "", N_ ("Hold a conversation, with live captions"),
    "  livevoicectl talk\n"
    "  livevoicectl talk --push-to-talk\n"
    "  livevoicectl talk -o google-search=true -o language=de-DE\n",
    lv_cli_talk },
  { "translate", "", N_ ("Say what the microphone hears in another language"),
    "  livevoicectl translate --to es\n"
    "  livevoicectl translate --to pt-BR --json | jq -r 'select(.final) | .text'\n",
    lv_cli_translate },
  { "say", "TEXT", N_ ("Say TEXT to the assistant and hear the answer"),
    "  livevoicectl say 'Read me the headlines'\n"
    "  livevoicectl say --verbose 'What time is it?'\n",
    lv_cli_say },
  { "ask", "TEXT|-", N_ ("Print the assistant's answer to TEXT, silently"),
    "  livevoicectl ask 'What is seven times six?'\n"
    "  dmesg | tail | livevoicectl ask --timeout 120 -\n",
    lv_cli_ask },
  { "watch", "", N_ ("Print what happens in the conversation as it happens"),
    "  livevoicectl watch\n"
    "  livevoicectl watch --json | jq -r 'select(.final) | .text'\n",
    lv_cli_watch },
  { "events", "[TOPIC...]", N_ ("Print the signals of the conversation as lines of JSON"),
    "  livevoicectl events transcript | jq -r 'select(.final) | .text'\n", lv_cli_events },
  { "send-image", "FILE|-", N_ ("Show the assistant a picture"),
    "  livevoicectl send-image photo.jpg\n"
    "  grim -t jpeg - | livevoicectl send-image -\n",
    lv_cli_send_image },
  { "send-video", "NODE", N_ ("Let the assistant look at a camera, until Ctrl-C"),
    "  livevoicectl send-video 52   (a number that 'wpctl status' shows below Video, Sources)\n",
    lv_cli_send_video },
  { "toggle", "", N_ ("Start the conversation, or end it when there is one"),
    "  livevoicectl toggle          (for a keyboard shortcut)\n", lv_cli_toggle },
  { "start", "", N_ ("Start the conversation"), "  livevoicectl start --profile kitchen\n",
    lv_cli_start },
  { "stop", "", N_ ("End the conversation"), "  livevoicectl stop\n", lv_cli_stop },
  { "mute", "", N_ ("Switch the microphone off"), "  livevoicectl mute\n", lv_cli_mute },
  { "unmute", "", N_ ("Switch the microphone on"), "  livevoicectl unmute\n", lv_cli_unmute },
  { "panic", "", N_ ("Close the microphone and end every session of every program, now"),
    "  livevoicectl panic\n", lv_cli_panic },
  { "set", "KEY=VALUE...", N_ ("Change settings while a conversation goes on"),
    "  livevoicectl set 'system-instruction=Answer in rhymes.'\n"
    "  livevoicectl set voice=Kore language=fr-FR\n",
    lv_cli_set },
  { "sessions", "", N_ ("List the sessions"), "  livevoicectl sessions --json\n", lv_cli_sessions },
  { "tools", "", N_ ("List the tools that the assistant can call"), "  livevoicectl tools\n",
    lv_cli_tools },
  { "usage", "", N_ ("Tell how many tokens were used and what they cost, about"),
    "  livevoicectl usage --days 31\n", lv_cli_show_usage },
  { "status", "", N_ ("Show the daemon's state"),
    "  livevoicectl status\n"
    "  test \"$(livevoicectl status --json | jq -r .state)\" = listening\n",
    lv_cli_status },
  { "doctor", "", N_ ("Check all that a conversation needs and say what to do"),
    "  livevoicectl doctor\n", lv_cli_doctor },
  { "report", "[FILE]",
    N_ ("Write what happened in the last minutes into a file, without words and sound"),
    "  livevoicectl report\n"
    "  livevoicectl report --with-text bug.jsonl\n",
    lv_cli_write_report },
  { "run-tool", "-- COMMAND [ARGUMENT...]", N_ ("Let the assistant call a command"),
    "  livevoicectl run-tool --name set_volume --description 'Sets the volume' \\\n"
    "      --param percent:integer:'Volume in percent' \\\n"
    "      -- wpctl set-volume @DEFAULT_AUDIO_SINK@ '{percent}%'\n"
    "  livevoicectl run-tool --name uptime --description 'How long the computer is on' -- uptime "
    "-p\n",
    lv_cli_run_tool },
  { "login", "", N_ ("Keep an API key for the service"),
    "  livevoicectl login\n"
    "  livevoicectl login <key.txt\n",
    lv_cli_login },
  { "logout", "", N_ ("Forget the API key"), "  livevoicectl logout\n", lv_cli_logout },
  { "token", "", N_ ("Print an ephemeral token, for somebody who must not have the API key"),
    "  livevoicectl token --uses 1 --expires-in 600\n", lv_cli_token },
  { "models", "", N_ ("List the models that hold conversations"), "  livevoicectl models\n",
    lv_cli_models },
  { "voices", "", N_ ("List the voices"), "  livevoicectl voices --model gemini-3.8-live\n",
    lv_cli_voices },
  { "languages", "", N_ ("List the languages"), "  livevoicectl languages\n", lv_cli_languages },
  { "devices", "", N_ ("List the microphones and speakers"),
    "  livevoicectl devices\n"
    "  livevoicectl set input-device=alsa_input.usb-Headset.mono-fallback\n",
    lv_cli_devices },
  { "version", "", N_ ("Print the versions of livevoicectl and of the daemon"),
    "  livevoicectl version\n", lv_cli_version },
};

static void
print_help (void)
{
  g_print ("%s\n  livevoicectl %s\n\n%s\n", _ ("Usage:"),
           _ ("[--system] [--json] VERB [OPTION...]"),
           _ ("Talks with Live Voice, the voice assistant service of the desktop."));
  g_print ("\n%s\n", _ ("Verbs:"));
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    g_print ("  %-11s %s\n", verbs[i].name, _ (verbs[i].summary));
  g_print ("\n%s\n", _ ("'livevoicectl VERB --help' shows the options and examples of a verb."));
}

static const LvCliVerb *
find_verb (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (verbs[i].name, name))
      return &verbs[i];
  return NULL;
}

/* The options in front of the verb; the verb's own are read by the verb. */
static GStrv
parse_front (LvCli *cli, GStrv args, gboolean *help, gboolean *version)
{
  const GOptionEntry options[] = { { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json, NULL, NULL },
                                   { "system", 0, 0, G_OPTION_ARG_NONE, &cli->system, NULL, NULL },
                                   { "help", 'h', 0, G_OPTION_ARG_NONE, help, NULL, NULL },
                                   { "version", 0, 0, G_OPTION_ARG_NONE, version, NULL, NULL },
                                   { NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) rest = g_strdupv (args);

  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_strict_posix (context, TRUE);
  if (!g_option_context_parse_strv (context, &rest, &error))
    {
      g_printerr (_ ("livevoicectl: %s\nTry 'livevoicectl --help'.\n"), error->message);
      return NULL;
    }
  return g_steal_pointer (&rest);
}

static int
run (LvCli *cli, GStrv argv)
{
  gboolean help = FALSE;
  gboolean version = FALSE;
  g_auto (GStrv) args = parse_front (cli, argv, &help, &version);
  const char *name;

  if (args == NULL)
    return LV_EXIT_USAGE;
  name = version ? "version" : args[1];
  if (help || (name != NULL && g_str_equal (name, "help")))
    {
      print_help ();
      return LV_EXIT_OK;
    }
  cli->verb = name != NULL ? find_verb (name) : NULL;
  if (cli->verb == NULL)
    {
      g_printerr (name != NULL ? _ ("livevoicectl: there is no verb '%s'.\n")
                               : _ ("livevoicectl: say what to do.\n"),
                  name);
      g_printerr ("%s\n", _ ("Try 'livevoicectl --help'."));
      return LV_EXIT_USAGE;
    }
  return cli->verb->run (cli, version ? args : args + 1);
}

int
main (int argc, char **argv)
{
  g_auto (LvCli) cli;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, LV_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("livevoicectl");
  /* standard output is for what was asked */
  g_log_writer_default_set_use_stderr (TRUE);

  lv_cli_init (&cli);
  return run (&cli, argv);
}
