/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-options.h"
#include "lib/lv-test.h"

#include <glib/gstdio.h>
#include <string.h>

static LvEngineOptions *
parse (const char *argument, GError **error)
{
  char *all[] = { (char *) "livevoice-engine", (char *) argument, NULL };
  char **argv = all;
  int argc = argument != NULL ? 2 : 1;

  return lv_engine_options_new (&argc, &argv, error);
}

static void
write_config (const char *text)
{
  g_autofree char *file = g_build_filename (g_get_user_config_dir (), LV_ENGINE_CONFIG_FILE, NULL);
  g_autofree char *folder = g_path_get_dirname (file);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, text, -1, NULL));
}

static void
assert_refused (const char *argument, const char *complaint)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvEngineOptions) options = parse (argument, &error);

  g_assert_null (options);
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  if (strstr (error->message, complaint) == NULL)
    g_error ("complains \"%s\" instead of \"%s\"", error->message, complaint);
}

static void
test_config (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LvEngineOptions) options = NULL, other = NULL;

  write_config ("# thinks\n[engine]\nchat-url=http://127.0.0.1:11434/v1\nchat-model=llama3.2\n");
  options = parse (NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (options->chat_url, ==, "http://127.0.0.1:11434/v1");
  g_assert_cmpstr (options->chat_model, ==, "llama3.2");

  other = parse ("--chat-url=HTTPS://example.org", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (other->chat_url, ==, "HTTPS://example.org");
}

/* What nobody reads is a mistake. */
static void
test_unknown_keys (void)
{
  write_config ("[engine]\nchat-ur=http://127.0.0.1:11434/v1\n");
  assert_refused (NULL, "engine.conf: 'chat-ur' is not known; known are: chat-url, chat-model");
  write_config ("[engine]\nchat-model=a\n[chat]\nurl=x\n");
  assert_refused (NULL, "engine.conf: [chat] is not known; write [engine]");
  write_config ("chat-model=a\n");
  assert_refused (NULL, "engine.conf: ");
}

static void
test_chat_url (void)
{
  static const char *const arguments[] = {
    "--chat-url=notaurl",       "--chat-url=",
    "--chat-url=http:///v1",    "--chat-url=ftp://example.org/v1",
    "--chat-url=http://[::/v1", "--chat-url=http://user:secret@example.org/v1",
  };

  write_config ("");
  for (guint i = 0; i < G_N_ELEMENTS (arguments); i++)
    assert_refused (arguments[i], "chat-url: write http:// or https://");
  write_config ("[engine]\nchat-url=notaurl\n");
  assert_refused (NULL, "chat-url: write http:// or https://");
}

int
main (int argc, char **argv)
{
  char *folder = lv_test_make_dir ();
  int result;

  g_setenv ("XDG_CONFIG_HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/options/config", test_config);
  g_test_add_func ("/engine/options/unknown-keys", test_unknown_keys);
  g_test_add_func ("/engine/options/chat-url", test_chat_url);
  result = g_test_run ();
  lv_test_remove_dir (folder);
  return result;
}
