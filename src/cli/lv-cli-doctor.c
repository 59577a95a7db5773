/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * livevoicectl doctor: runs the checks and tells what to do about each that fails. Exit status 0
 * when a conversation can be held, warnings or not.
 */
#include "cli/lv-cli-doctor.h"

#include "cli/lv-cli-json.h"
#include "cli/lv-cli-term.h"
#include "cli/lv-cli-text.h"
#include "cli/lv-cli-verbs.h"

#include <glib/gi18n.h>
#include <stdio.h>

void
lv_check_result_set (LvCheckResult *result, LvCheckOutcome outcome, const char *advice,
                     const char *finding, ...)
{
  va_list args;

  g_free (result->finding);
  g_free (result->advice);
  va_start (args, finding);
  *result = (LvCheckResult){ .outcome = outcome,
                             .finding = g_strdup_vprintf (finding, args),
                             .advice = g_strdup (advice) };
  va_end (args);
}

static const char *const outcome_nicks[] = {
  [LV_CHECK_OK] = "ok",
  [LV_CHECK_WARNING] = "warning",
  [LV_CHECK_FAILED] = "failed",
};

static void
print_result (const char *name, const LvCheckResult *result)
{
  static const char *const marks[] = {
    [LV_CHECK_OK] = "\033[32m", [LV_CHECK_WARNING] = "\033[33m", [LV_CHECK_FAILED] = "\033[31m"
  };
  gboolean colour = lv_cli_term_has_colour ();
  g_autofree char *clean = lv_cli_text_clean (result->finding, FALSE);

  printf ("%s%-7s%s %s: %s\n", colour ? marks[result->outcome] : "", outcome_nicks[result->outcome],
          colour ? "\033[0m" : "", name, clean);
  if (result->advice != NULL)
    printf ("        -> %s\n", result->advice);
  fflush (stdout);
}

static void
add_result (GVariantBuilder *array, const char *name, const LvCheckResult *result)
{
  g_variant_builder_open (array, G_VARIANT_TYPE_VARDICT);
  lv_cli_json_add (array, "check", "s", name);
  lv_cli_json_add (array, "outcome", "s", outcome_nicks[result->outcome]);
  lv_cli_json_add (array, "finding", "s", result->finding);
  if (result->advice != NULL)
    lv_cli_json_add (array, "advice", "s", result->advice);
  g_variant_builder_close (array);
}

/* Each presupposes those before it, so the first that fails is the one to mend first. */
static const struct {
  const char *name;
  void (*run) (LvCli *cli, LvCheckResult *result);
} checks[] = {
  { "bus", lv_check_bus },
  { "configuration", lv_check_config },
  { "daemon", lv_check_daemon },
  { "version", lv_check_version },
  { "pipewire", lv_check_pipewire },
  { "devices", lv_check_devices },
  { "credential", lv_check_credential },
  { "engine", lv_check_engine },
  { "chat", lv_check_chat },
  { "endpoint", lv_check_endpoint },
};

/* Whether nothing failed. */
static gboolean
run_checks (LvCli *cli, GVariantBuilder *array)
{
  gboolean well = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (checks) && cli->signal_number == 0; i++)
    {
      LvCheckResult result = { 0 };

      checks[i].run (cli, &result);
      well = well && result.outcome != LV_CHECK_FAILED;
      add_result (array, checks[i].name, &result);
      if (!cli->json)
        print_result (checks[i].name, &result);
      g_free (result.finding);
      g_free (result.advice);
    }
  return well;
}

int
lv_cli_doctor (LvCli *cli, GStrv args)
{
  g_auto (GStrv) rest = lv_cli_parse (cli, args, NULL, 0, 0, FALSE);
  g_autoptr (GVariant) results = NULL;
  GVariantBuilder array;
  gboolean well;

  if (rest == NULL)
    return LV_EXIT_USAGE;
  g_variant_builder_init (&array, G_VARIANT_TYPE ("aa{sv}"));
  well = run_checks (cli, &array);
  results = g_variant_ref_sink (g_variant_builder_end (&array));
  if (cli->signal_number != 0)
    return LV_EXIT_SIGNAL + cli->signal_number;
  if (cli->json)
    lv_cli_json_print (results);
  else
    puts (well ? _ ("A conversation can be held: livevoicectl talk")
               : _ ("Mend what failed, the first first, and run this again."));
  return well ? LV_EXIT_OK : LV_EXIT_FAILURE;
}
