/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-config.h"

#include "base/lv-names.h"
#include "lib/lv-test.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  char *root;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->root = lv_test_make_dir ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  lv_test_remove_dir (fixture->root);
}

static char *
write_file (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->root, name, NULL);
  g_autofree char *dir = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (dir, 0700), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return g_steal_pointer (&path);
}

static void
put (Fixture *fixture, const char *name, const char *text)
{
  g_free (write_file (fixture, name, text));
}

static LvConfig *
load_three (Fixture *fixture, GError **error)
{
  g_autofree char *vendor = g_build_filename (fixture->root, "vendor", NULL);
  g_autofree char *etc = g_build_filename (fixture->root, "etc", NULL);
  g_autofree char *user = g_build_filename (fixture->root, "user", NULL);
  const char *dirs[] = { vendor, etc, user, NULL };

  return lv_config_load_dirs (dirs, error);
}

static void
test_nothing_there (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvConfig) config = load_three (fixture, &error);
  const char *const *names;

  g_assert_no_error (error);
  g_assert_nonnull (lv_config_get_profile (config, NULL));
  g_assert_true (lv_config_get_profile (config, "default") == lv_config_get_profile (config, NULL));
  g_assert_null (lv_config_get_profile (config, "work"));
  names = lv_config_get_profile_names (config);
  g_assert_cmpstr (names[0], ==, "default");
  g_assert_null (names[1]);
  g_assert_cmpmem (lv_config_get_daemon (config), sizeof (LvDaemonConfig),
                   &lv_daemon_config_default, sizeof (LvDaemonConfig));
  g_assert_cmpint (lv_config_get_daemon (config)->lock_policy, ==, LV_LOCK_POLICY_PAUSE);
}

static void
test_search_path (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvConfig) config = NULL;
  const LvProfile *profile;

  put (fixture, "vendor/livevoice.conf",
       "[profile default]\nvoice=vendor\nmodel=vendor\nlanguage=vendor\ninput-device=vendor\n");
  put (fixture, "vendor/livevoice.conf.d/90-late.conf", "[profile default]\nmodel=vendor-90\n");
  put (fixture, "vendor/livevoice.conf.d/10-early.conf",
       "[profile default]\nmodel=vendor-10\nlanguage=vendor-10\n");
  put (fixture, "etc/livevoice.conf.d/a.conf", "[profile default]\ninput-device=etc\n");
  put (fixture, "user/livevoice.conf", "[tools]\nshared=deny\n[profile default]\nvoice=user\n");
  put (fixture, "user/livevoice.conf.d/b.conf~", "[nonsense]\n");
  put (fixture, "user/livevoice.conf.d/.b.conf", "[nonsense]\n");

  config = load_three (fixture, &error);
  g_assert_no_error (error);
  profile = lv_config_get_profile (config, NULL);
  g_assert_cmpstr (profile->voice, ==, "user");
  g_assert_cmpstr (profile->model, ==, "vendor-90");
  g_assert_cmpstr (profile->language, ==, "vendor-10");
  g_assert_cmpstr (profile->input_device, ==, "etc");
  g_assert_cmpint (lv_config_get_daemon (config)->shared_tools, ==, LV_SHARED_TOOLS_DENY);
}

static void
test_lock_policy (Fixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { "pause", "end", "ignore" };

  for (LvLockPolicy policy = 0; policy < G_N_ELEMENTS (texts); policy++)
    {
      g_autofree char *text = g_strdup_printf ("[daemon]\nlock-policy=%s\n", texts[policy]);
      g_autoptr (LvConfig) config = NULL;

      put (fixture, "user/livevoice.conf", text);
      config = load_three (fixture, NULL);
      g_assert_cmpint (lv_config_get_daemon (config)->lock_policy, ==, policy);
    }
}

static void
test_keep_conversation (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvConfig) config = load_three (fixture, NULL);

  g_assert_cmpint (lv_config_get_daemon (config)->keep_conversation, ==, LV_KEEPING_ON);
  put (fixture, "user/livevoice.conf", "[daemon]\nkeep-conversation=false\n");
  lv_config_unref (g_steal_pointer (&config));
  config = load_three (fixture, NULL);
  g_assert_cmpint (lv_config_get_daemon (config)->keep_conversation, ==, LV_KEEPING_OFF);
}

static void
test_numbers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvConfig) config = NULL;

  put (fixture, "etc/livevoice.conf", "[link]\nmax-age-s=60\npark-after-s=1\nsteady-after-ms=5\n");
  put (fixture, "user/livevoice.conf",
       "[link]\npark-after-s=0\n[watchdogs]\nreply-ms=600000\n[budget]\nday-tokens=1\n");
  config = load_three (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (lv_config_get_daemon (config)->link.max_age_s, ==, 60);
  g_assert_cmpuint (lv_config_get_daemon (config)->link.park_after_s, ==, 0);
  g_assert_cmpuint (lv_config_get_daemon (config)->link.steady_after_ms, ==, 5);
  g_assert_cmpuint (lv_config_get_daemon (config)->watchdogs.reply_ms, ==, 600000);
  g_assert_cmpuint (lv_config_get_daemon (config)->watchdogs.setup_ms, ==, 15000);
  g_assert_cmpuint (lv_config_get_daemon (config)->budget.day_tokens, ==, 1);
}

/* Whatever the order of files and groups, the others start from the finished default profile. */
static void
test_inheritance (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvConfig) config = NULL;
  const LvProfile *work;

  put (fixture, "vendor/livevoice.conf",
       "[profile work]\nlanguage=de-DE\n[profile default]\nvoice=vendor\n[profile bare]\n");
  put (fixture, "user/livevoice.conf",
       "[profile default]\nvoice=user\nbarge-in=false\n"
       "[profile work]\nmodel=m\n");
  config = load_three (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length ((char **) lv_config_get_profile_names (config)), ==, 3);

  work = lv_config_get_profile (config, "work");
  g_assert_cmpstr (work->name, ==, "work");
  g_assert_cmpstr (work->voice, ==, "user");
  g_assert_cmpstr (work->language, ==, "de-DE");
  g_assert_cmpstr (work->model, ==, "m");
  g_assert_false (work->barge_in);
  g_assert_cmpstr (lv_config_get_profile (config, "bare")->voice, ==, "user");
  g_assert_cmpstr (lv_config_get_profile (config, NULL)->language, ==, "");
}

static void
test_escapes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = write_file (
      fixture, "one.conf", "# a comment\n[profile default]\nsystem-instruction=a\\nb\\tc\\\\d\n");
  g_autoptr (LvConfig) config = lv_config_load (path, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (lv_config_get_profile (config, NULL)->system_instruction, ==, "a\nb\tc\\d");
}

static void
test_models (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path =
      write_file (fixture, "one.conf",
                  "[model gemini-3.8-live]\nvoice=false\n[model gemini-9]\nreplaced-by=x\n");
  g_autoptr (LvConfig) config = lv_config_load (path, &error);
  LvModels *models = lv_config_get_models (config);

  g_assert_no_error (error);
  g_assert_false (lv_model_can (lv_models_lookup (models, "gemini-3.8-live"), LV_CAN_VOICE));
  g_assert_cmpstr (lv_models_lookup (models, "gemini-9-live")->replaced_by, ==, "x");
}

static void
test_mistakes_are_located (Fixture *fixture, gconstpointer data)
{
  static const char *const cases[][3] = {
    { "[profiles]\n", "[profiles]", "no such group" },
    { "[profile ]\n", "[profile ]", "no such group" },
    { "[profile a b]\n", "[profile a b]", "no such group" },
    { "[Tools]\n", "[Tools]", "no such group" },
    { "[daemon]\nlock=pause\n", "[daemon]", "'lock' is not known; known is: lock-policy" },
    { "[daemon]\nshared=allow\n", "[daemon]", "'shared'" },
    { "[daemon]\nlock-policy=maybe\n", "[daemon]", "\"pause\", \"end\", \"ignore\"" },
    { "[link]\nmax-age=60\n", "[link]", "'max-age' is not known; known is: max-age-s" },
    { "[watchdogs]\nreply-ms=-1\n", "[watchdogs]", "'reply-ms' must be 0 or from 10 to 600000" },
    { "[watchdogs]\nreply-ms=9\n", "[watchdogs]", "'reply-ms'" },
    { "[watchdogs]\nreply-ms=600001\n", "[watchdogs]", "'reply-ms'" },
    { "[watchdogs]\nlink-ms=2999\n", "[watchdogs]", "'link-ms' must be 0 or from 3000 to 600000" },
    { "[watchdogs]\nreply-ms=10s\n", "[watchdogs]", "'reply-ms'" },
    { "[watchdogs]\nreply-ms=\n", "[watchdogs]", "'reply-ms'" },
    { "[budget]\nday-tokens=4294967297\n", "[budget]", "'day-tokens'" },
    { "[tools]\nshare=allow\n", "[tools]", "'share'" },
    { "[tools]\nshared=maybe\n", "[tools]", "'shared'" },
    { "[profile default]\nvoise=x\n", "[profile default]", "'voise'" },
    { "[profile work]\nbarge-in=maybe\n", "[profile work]", "'barge-in'" },
    { "[profile work]\nsilence-duration-ms=1e3\n", "[profile work]", "'silence-duration-ms'" },
    { "[profile work]\nlinger=5\n", "[profile work]", "'linger'" },
    { "[profile work]\nvoice[de]=x\n", "[profile work]", "'voice[de]'" },
    { "[profile work]\nvoice=a\\qb\n", "[profile work]", "'voice'" },
    { "[profile work]\nvoice=\xff\n", "[profile work]", "'voice'" },
    { "[endpoint engine]\n", "[endpoint engine]", "no such group" },
    { "[endpoint x]\napi=dev\n", "[endpoint x]", "'api'" },
    { "[model x]\nsing=true\n", "[model x]", "'sing'" },
    { "[model x]\nvoice=perhaps\n", "[model x]", "'voice'" },
    { "[model models/x]\nvoice=true\n", "[model models/x]", "without \"models/\"" },
    { "[profile default]\nv\xffx=x\n", "[profile default]", "'v\357\277\275x'" },
    { "[Tools \xff]\n", "[Tools \357\277\275]", "no such group" },
    { "voice=x\n", "", "" },
    { "[profile default\n", "", "" },
    { "[profile default]\nnonsense\n", "", "" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = write_file (fixture, "bad.conf", cases[i][0]);
      g_autoptr (LvConfig) config = lv_config_load (path, &error);

      if (config != NULL)
        g_error ("accepted: %s", cases[i][0]);
      g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
      g_assert_true (g_str_has_prefix (error->message, path));
      g_assert_nonnull (strstr (error->message, cases[i][1]));
      g_assert_nonnull (strstr (error->message, cases[i][2]));
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
}

/* Only all files together can tell. */
static void
test_endpoints (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvConfig) config = NULL;

  put (fixture, "etc/livevoice.conf", "[endpoint work]\napi=vertex\nlocation=eu\n");
  g_assert_null (load_three (fixture, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  g_assert_nonnull (strstr (error->message, "[endpoint work]: 'project'"));
  g_clear_error (&error);

  put (fixture, "user/livevoice.conf",
       "[profile default]\nendpoint=work\n[endpoint work]\nproject=p\n");
  config = load_three (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (lv_config_get_endpoints (config)->len, ==, 2);
  g_assert_nonnull (lv_config_get_endpoint (config, "gemini"));
  g_assert_null (lv_config_get_endpoint (config, "play"));
  g_assert_cmpstr (lv_config_get_endpoint (config, "work")->location, ==, "eu");
  g_assert_cmpint (lv_config_get_endpoint (config, "work")->credential, ==, LV_CREDENTIAL_ADC);

  put (fixture, "user/livevoice.conf.d/x.conf", "[profile default]\nendpoint=play\n");
  g_assert_null (load_three (fixture, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  g_assert_nonnull (strstr (error->message, "[profile default]: 'endpoint'"));
  g_assert_nonnull (strstr (error->message, "gemini, work"));
}

static void
test_mistake_in_drop_in (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  put (fixture, "etc/livevoice.conf", "[profile default]\nvoice=x\n");
  put (fixture, "etc/livevoice.conf.d/50-x.conf", "[profile default]\naudio=alsa\n");
  g_assert_null (load_three (fixture, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  g_assert_nonnull (strstr (error->message, "etc/livevoice.conf.d/50-x.conf: [profile default]: "
                                            "'audio'"));
}

static void
test_not_a_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  put (fixture, "etc/livevoice.conf/x", "");
  g_assert_null (load_three (fixture, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  g_assert_nonnull (strstr (error->message, "not a regular file"));
}

static void
test_too_large (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *comment = g_strnfill (LV_CONFIG_FILE_MAX + 1, '#');
  g_autofree char *path = write_file (fixture, "large.conf", comment);

  g_assert_null (lv_config_load (path, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
}

static void
test_environment_names_the_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = write_file (fixture, "env.conf", "[profile default]\nvoice=env\n");
  g_autofree char *other = write_file (fixture, "other.conf", "[profile default]\nvoice=other\n");
  g_autoptr (LvConfig) from_env = NULL;
  g_autoptr (LvConfig) from_path = NULL;

  g_setenv (LV_ENV_CONFIG, path, TRUE);
  from_env = lv_config_load (NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (lv_config_get_profile (from_env, NULL)->voice, ==, "env");

  from_path = lv_config_load (other, &error);
  g_unsetenv (LV_ENV_CONFIG);
  g_assert_no_error (error);
  g_assert_cmpstr (lv_config_get_profile (from_path, NULL)->voice, ==, "other");
}

static void
assert_missing (const char *argument, const char *missing)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (lv_config_load (argument, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  g_assert_true (g_str_has_prefix (error->message, missing));
}

/* Who names a file wants that file: the defaults instead would hide a slip of the pen. */
static void
test_a_named_file_must_exist (Fixture *fixture, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (fixture->root, "missing.conf", NULL);

  assert_missing (missing, missing);
  g_setenv (LV_ENV_CONFIG, missing, TRUE);
  assert_missing (NULL, missing);
  g_unsetenv (LV_ENV_CONFIG);
}

static void
test_ref (Fixture *fixture, gconstpointer data)
{
  g_autoptr (LvConfig) config = load_three (fixture, NULL);
  LvConfig *second = lv_config_ref (config);

  g_assert_true (second == config);
  lv_config_unref (second);
  g_assert_nonnull (lv_config_get_profile (config, NULL));
}

/* The keys that exist, taken from the message for one that does not. */
static char **
list_keys (void)
{
  g_autoptr (LvProfile) profile = lv_profile_new ("x");
  g_autoptr (GError) error = NULL;

  lv_profile_set_from_text (profile, "?", "", &error);
  return g_strsplit (strstr (error->message, "known are: ") + strlen ("known are: "), ", ", -1);
}

static char *
read_file (const char *variable)
{
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (g_getenv (variable), &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

/* "#key=value" is a setting at its default, "# text" an explanation. */
static char *
uncomment (const char *text)
{
  g_autoptr (GRegex) regex = g_regex_new ("^#(?=[[a-z])", G_REGEX_MULTILINE, 0, NULL);

  return g_regex_replace_literal (regex, text, -1, 0, "", 0, NULL);
}

static void
test_shipped_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = read_file ("LV_TEST_CONF");
  g_autofree char *active = uncomment (text);
  g_autofree char *path = write_file (fixture, "active.conf", active);
  g_auto (GStrv) keys = list_keys ();
  g_autoptr (GKeyFile) key_file = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (LvConfig) config = lv_config_load (path, &error);
  g_autoptr (LvProfile) defaults = lv_profile_new ("default");

  g_assert_no_error (error);
  g_assert_true (g_key_file_load_from_file (key_file, path, 0, NULL));
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *value = g_key_file_get_string (key_file, "profile default", keys[i], NULL);

      if (value == NULL)
        g_error ("livevoice.conf does not explain %s", keys[i]);
    }
  g_assert_cmpstr (lv_config_get_profile (config, NULL)->system_instruction, ==,
                   defaults->system_instruction);
  g_assert_cmpmem (lv_config_get_daemon (config), sizeof (LvDaemonConfig),
                   &lv_daemon_config_default, sizeof (LvDaemonConfig));
}

/* As shipped it changes nothing: every line is a comment or a group. */
static void
test_shipped_file_is_the_default (Fixture *fixture, gconstpointer data)
{
  g_autofree char *text = read_file ("LV_TEST_CONF");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (LvConfig) config = lv_config_load (g_getenv ("LV_TEST_CONF"), &error);

  g_assert_no_error (error);
  g_assert_nonnull (config);
  for (guint i = 0; lines[i] != NULL; i++)
    g_assert_true (*lines[i] == '\0' || *lines[i] == '#' || *lines[i] == '[');
}

static void
test_manual_has_every_key (Fixture *fixture, gconstpointer data)
{
  g_autofree char *manual = read_file ("LV_TEST_MAN");
  g_auto (GStrv) keys = list_keys ();

  g_assert_cmpuint (g_strv_length (keys), >, 15);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autofree char *pattern = g_strdup_printf ("^(``[a-z-]+``, )*``%s``", keys[i]);

      if (!g_regex_match_simple (pattern, manual, G_REGEX_MULTILINE, 0))
        g_error ("livevoice.conf.5.rst does not explain %s", keys[i]);
    }
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/config/empty", test_nothing_there);
  ADD ("/config/search-path", test_search_path);
  ADD ("/config/lock-policy", test_lock_policy);
  ADD ("/config/keep-conversation", test_keep_conversation);
  ADD ("/config/numbers", test_numbers);
  ADD ("/config/inheritance", test_inheritance);
  ADD ("/config/escapes", test_escapes);
  ADD ("/config/models", test_models);
  ADD ("/config/mistakes", test_mistakes_are_located);
  ADD ("/config/endpoints", test_endpoints);
  ADD ("/config/mistake-in-drop-in", test_mistake_in_drop_in);
  ADD ("/config/not-a-file", test_not_a_file);
  ADD ("/config/too-large", test_too_large);
  ADD ("/config/environment", test_environment_names_the_file);
  ADD ("/config/missing", test_a_named_file_must_exist);
  ADD ("/config/ref", test_ref);
  ADD ("/config/shipped/complete", test_shipped_file);
  ADD ("/config/shipped/default", test_shipped_file_is_the_default);
  ADD ("/config/manual", test_manual_has_every_key);
  return g_test_run ();
}
