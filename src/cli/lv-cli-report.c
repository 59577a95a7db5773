/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl report: the last minutes of the conversation into a file that can be given to
 * others, and what is in it and what is not.
 */
#include "base/lv-names.h"
#include "cli/lv-cli-json.h"
#include "cli/lv-cli-verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

static char *
make_name (void)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  return g_date_time_format (now, "livevoice-report-%Y%m%d-%H%M%S.jsonl");
}

static guint
get_removed (GVariant *report, const char *kind)
{
  g_autoptr (GVariant) removed =
      g_variant_lookup_value (report, "removed", G_VARIANT_TYPE ("a{su}"));
  guint count = 0;

  if (removed != NULL)
    g_variant_lookup (removed, kind, "u", &count);
  return count;
}

static void
print_sound (GVariant *report, gboolean wanted)
{
  gboolean sound = FALSE;

  g_variant_lookup (report, "sound", "b", &sound);
  if (sound)
    g_print ("%s\n", _ ("It has the sound: whoever has it can hear you."));
  else
    g_print (_ ("%u pieces of sound: how loud they were, not what was heard.\n"),
             get_removed (report, "sound"));
  if (wanted && !sound)
    g_print ("%s\n", _ ("The sound was not kept: that takes flight-recorder=sound."));
}

static void
print_removed (GVariant *report)
{
  gboolean texts = FALSE;

  g_variant_lookup (report, "texts", "b", &texts);
  g_print (_ ("Removed: %u keys and tokens, %u pictures, %u names in paths.\n"),
           get_removed (report, "secrets"), get_removed (report, "pictures"),
           get_removed (report, "names"));
  if (texts)
    g_print ("%s\n", _ ("It has the words of all who took part. Read it before you give it away."));
  else
    g_print (_ ("%u texts are covered with x.\n"), get_removed (report, "texts"));
}

static void
print_report (const char *path, GVariant *report, gboolean sound_wanted)
{
  guint lines = 0;
  guint64 lost = 0;
  double seconds = 0;

  g_variant_lookup (report, "lines", "u", &lines);
  g_variant_lookup (report, "lost", "t", &lost);
  g_variant_lookup (report, "seconds", "d", &seconds);
  g_print (_ ("%s: the last %.0f s, %u frames and events.\n"), path, seconds, lines);
  if (lost > 0)
    g_print ("%s\n", _ ("What was before that is not kept any more."));
  print_removed (report);
  print_sound (report, sound_wanted);
}

static void
print_json (const char *path, GVariant *report)
{
  GVariantDict dict;

  g_variant_dict_init (&dict, report);
  g_variant_dict_insert (&dict, "file", "s", path);
  lv_cli_json_print (g_variant_dict_end (&dict));
}

/* Floating. */
static GVariant *
make_options (gboolean texts, gboolean sound)
{
  GVariantBuilder options = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  lv_cli_json_add (&options, "texts", "b", texts);
  lv_cli_json_add (&options, "sound", "b", sound);
  return g_variant_builder_end (&options);
}

/* @fd is taken. */
static GVariant *
fetch (LvCli *cli, int fd, GVariant *options, GError **error)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (options);
  g_autoptr (LvDbusSession) session = lv_cli_get_session (cli, LV_DEFAULT_SESSION_PATH, error);

  if (session == NULL)
    {
      close (fd);
      return NULL;
    }
  return lv_cli_call_with_fd (cli, session, LV_MEDIA_INTERFACE ".WriteReport",
                              g_variant_new ("(h@a{sv})", 0, owned), fd, error);
}

/* Nothing is left behind of a report that could not be written. */
static int
write_report (LvCli *cli, const char *path, int fd, gboolean texts, gboolean sound)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = fetch (cli, fd, make_options (texts, sound), &error);
  g_autoptr (GVariant) report = NULL;

  if (reply == NULL)
    {
      g_unlink (path);
      return lv_cli_report (cli, error);
    }
  report = g_variant_get_child_value (reply, 0);
  if (cli->json)
    print_json (path, report);
  else
    print_report (path, report, sound);
  return LV_EXIT_OK;
}

int
lv_cli_write_report (LvCli *cli, GStrv args)
{
  gboolean texts = FALSE;
  gboolean sound = FALSE;
  const GOptionEntry options[] = { { "with-text", 0, 0, G_OPTION_ARG_NONE, &texts,
                                     N_ ("With what was said, written and answered"), NULL },
                                   { "with-audio", 0, 0, G_OPTION_ARG_NONE, &sound,
                                     N_ ("With the sound, where flight-recorder=sound has kept it"),
                                     NULL },
                                   { NULL } };
  g_auto (GStrv) rest = lv_cli_parse (cli, args, options, 0, 1, FALSE);
  g_autofree char *path = NULL;
  int fd;

  if (rest == NULL)
    return LV_EXIT_USAGE;
  path = rest[0] != NULL ? g_strdup (rest[0]) : make_name ();
  fd = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      g_printerr ("livevoicectl: %s: %s\n", path,
                  errno == EEXIST ? _ ("is there already; name another file") : g_strerror (errno));
      return LV_EXIT_FAILURE;
    }
  return write_report (cli, path, fd, texts, sound);
}
