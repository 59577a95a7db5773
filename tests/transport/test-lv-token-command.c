/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-token-command.h"

#include "lib/lv-test.h"
#include "transport/lv-test-oauth.h"

static LvTokenSource *
make_source (const char *command)
{
  g_autoptr (LvEndpointConfig) config = lv_endpoint_config_new ("x");
  g_autoptr (GError) error = NULL;

  lv_endpoint_config_set (config, "credential-command", command, &error);
  g_assert_no_error (error);
  return lv_token_command_new (config);
}

static void
assert_prints (const char *command, const char *token)
{
  LvTokenSource *source = make_source (command);

  lv_test_assert_token (source, token);
  g_assert_finalize_object (source);
}

static void
assert_fails (const char *command, LvErrorCode code, const char *part)
{
  LvTokenSource *source = make_source (command);

  lv_test_assert_no_token (source, code, part);
  g_assert_finalize_object (source);
}

static void
test_prints (void)
{
  assert_prints ("printf ya29.x", "ya29.x");
  assert_prints ("echo ya29.x", "ya29.x");
  assert_prints ("sh -c 'echo noise >&2; echo ya29.x'", "ya29.x");
  /* no shell looks at it */
  assert_prints ("printf %s '$HOME;`id`'", "$HOME;`id`");
}

static void
test_fails (void)
{
  assert_fails ("/nonexistent/gcloud", LV_ERROR_NO_CREDENTIAL, "credential-command");
  assert_fails ("sh -c 'echo ya29.x; exit 1'", LV_ERROR_AUTHENTICATION, "run it by hand");
  assert_fails ("true", LV_ERROR_INVALID_ARGS, "true");
  assert_fails ("echo two words", LV_ERROR_INVALID_ARGS, "echo");
  assert_fails ("head -c 5000 /dev/zero", LV_ERROR_TOO_LARGE, "head");
}

/* It keeps the pipe open for longer than a test may take. */
static void
test_child (void)
{
  assert_prints ("sh -c 'sleep 20 & echo ya29.x'", "ya29.x");
  assert_fails ("sh -c 'sleep 20 & exit 1'", LV_ERROR_AUTHENTICATION, "run it by hand");
}

static void
assert_timeout (const char *command)
{
  LvTokenSource *source = make_source (command);

  lv_token_source_set_timeout_ms (source, 200);
  lv_test_assert_no_token (source, LV_ERROR_TIMEOUT, "within 0.2 s: run it by hand");
  g_assert_finalize_object (source);
}

/* Whatever keeps it from ending: itself, a program that it has started, or that nobody reads. */
static void
test_hangs (void)
{
  assert_timeout ("sleep 20");
  assert_timeout ("sh -c 'sleep 20; echo ya29.x'");
  assert_timeout ("sh -c 'exec >/dev/null; sleep 20'");
  assert_timeout ("cat /dev/zero");
}

static void
test_kept (void)
{
  g_autofree char *dir = lv_test_make_dir ();
  g_autofree char *command = g_strdup_printf ("sh -c 'echo x >>%s/runs; wc -l <%s/runs'", dir, dir);
  LvTokenSource *source = make_source (command);

  lv_test_assert_token (source, "1");
  lv_test_assert_token (source, "1");
  lv_token_source_forget (source);
  lv_test_assert_token (source, "2");
  g_assert_finalize_object (source);
  lv_test_remove_dir (g_steal_pointer (&dir));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/token-command/prints", test_prints);
  g_test_add_func ("/token-command/fails", test_fails);
  g_test_add_func ("/token-command/child", test_child);
  g_test_add_func ("/token-command/hangs", test_hangs);
  g_test_add_func ("/token-command/kept", test_kept);
  return g_test_run ();
}
