/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A message bus that ends with the test, also when the test aborts: one that is left behind holds the
 * test's output open, and meson waits for it until the time is up. Main thread.
 */
#pragma once

#include <gio/gio.h>

typedef struct {
  GSubprocess *process;
  char *dir;
  char *address;
} LvTestDBus;

LvTestDBus *lv_test_dbus_new (void);
void lv_test_dbus_free (LvTestDBus *self);

/* A new connection to it. */
GDBusConnection *lv_test_dbus_connect (LvTestDBus *self);
