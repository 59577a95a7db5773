/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-identity.h"

#define USER "0::/user.slice/user-1000.slice/user@1000.service/"

static const struct {
  const char *cgroup;
  const char *app_id;
  gboolean sandboxed;
} cases[] = {
  { USER "app.slice/app-flatpak-org.gnome.Maps-4711.scope\n", "org.gnome.Maps", TRUE },
  { USER "app.slice/app-flatpak-org.gnome.Foo\\x2dBar-1.scope", "org.gnome.Foo-Bar", TRUE },
  { USER "app.slice/app-flatpak-org.gnome.Maps-4711.scope/child", "org.gnome.Maps", TRUE },
  { USER "app.slice/app-flatpak-org.a.B-1.scope/app-gnome-org.c.D-2.scope", "org.a.B", TRUE },
  { "1:name=systemd:/x\n" USER "app.slice/snap.firefox.firefox-1a2b.scope", "firefox", TRUE },
  { USER "app.slice/snap.lxd.daemon.service", "lxd", TRUE },
  { USER "app.slice/app-gnome-org.gnome.Terminal-99.scope", "org.gnome.Terminal", FALSE },
  { USER "app.slice/app-org.gnome.Terminal.slice/app-org.x.Y-7.scope", "org.x.Y", FALSE },
  { USER "app.slice/app-gnome-org.gnome.Foo\\x2dBar@autostart.service", "org.gnome.Foo-Bar",
    FALSE },
  { USER "app.slice/app-org.livevoice.LiveVoice.service", "org.livevoice.LiveVoice", FALSE },
  { USER "session.slice/org.gnome.Shell@wayland.service", "", FALSE },
  { "0::/user.slice/user-1000.slice/session-2.scope", "", FALSE },
  { "0::/", "", FALSE },
  { "", "", FALSE },
  { "garbage", "", FALSE },
  /* a name that only looks like one */
  { USER "app.slice/app-flatpak-.scope", "", FALSE },
};

static void
test_cgroups (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean sandboxed = !cases[i].sandboxed;
      g_autofree char *app_id = lv_bus_identity_parse_cgroup (cases[i].cgroup, &sandboxed);

      g_test_message ("%s", cases[i].cgroup);
      g_assert_cmpstr (app_id, ==, cases[i].app_id);
      g_assert_cmpint (sandboxed, ==, cases[i].sandboxed);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bus-identity/cgroups", test_cgroups);
  return g_test_run ();
}
