/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lib/lv-test-dbus.h"

#include "lib/lv-test.h"

#include <signal.h>
#include <sys/prctl.h>

#define CONFIG                                                                                     \
  "<busconfig><type>session</type><listen>unix:dir=%s</listen><policy context='default'>"          \
  "<allow user='*'/><allow own='*'/><allow send_destination='*' eavesdrop='true'/>"                \
  "<allow eavesdrop='true'/></policy></busconfig>"

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

LvTestDBus *
lv_test_dbus_new (void)
{
  LvTestDBus *self = g_new0 (LvTestDBus, 1);
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *path = NULL;
  g_autofree char *config = NULL;
  g_autofree char *option = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autoptr (GError) error = NULL;

  self->dir = lv_test_make_dir ();
  path = g_build_filename (self->dir, "bus.conf", NULL);
  config = g_strdup_printf (CONFIG, self->dir);
  option = g_strconcat ("--config-file=", path, NULL);
  g_assert_true (g_file_set_contents (path, config, -1, NULL));

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  self->process = g_subprocess_launcher_spawn (launcher, &error, "dbus-daemon", option, "--nofork",
                                               "--print-address=1", NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  self->address = g_data_input_stream_read_line_utf8 (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (self->address);
  return self;
}

void
lv_test_dbus_free (LvTestDBus *self)
{
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_object_unref (self->process);
  lv_test_remove_dir (self->dir);
  g_free (self->address);
  g_free (self);
}

GDBusConnection *
lv_test_dbus_connect (LvTestDBus *self)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *connection =
      g_dbus_connection_new_for_address_sync (self->address,
                                              G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                              NULL, NULL, &error);

  g_assert_no_error (error);
  return connection;
}
