/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transport/lv-network-watch.h"

#include "lib/lv-test.h"

#define G_SETTINGS_ENABLE_BACKEND
#include <gio/gsettingsbackend.h>

/* A monitor whose service does not answer: GIO takes it for its own. */
#define TEST_TYPE_SLOW (test_slow_get_type ())
G_DECLARE_FINAL_TYPE (TestSlow, test_slow, TEST, SLOW, GObject)

struct _TestSlow {
  GObject parent_instance;
};

static struct {
  GMutex mutex;
  GCond cond;
  gboolean asked;
  gboolean answering;
  gboolean waited_for; /* in vain: who should let it answer waited for it */
} service;

static gboolean
ask_service (GInitable *initable, GCancellable *cancellable, GError **error)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&service.mutex);
  gint64 end_us = g_get_monotonic_time () + LV_TEST_TIMEOUT_MS * 1000 / 2;

  service.asked = TRUE;
  g_main_context_wakeup (NULL);
  while (!service.answering && !service.waited_for)
    service.waited_for = !g_cond_wait_until (&service.cond, &service.mutex, end_us);
  return TRUE;
}

static void
init_initable (GInitableIface *iface)
{
  iface->init = ask_service;
}

static void
init_monitor (GNetworkMonitorInterface *iface)
{
}

G_DEFINE_TYPE_WITH_CODE (TestSlow, test_slow, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (G_TYPE_INITABLE, init_initable)
                             G_IMPLEMENT_INTERFACE (G_TYPE_NETWORK_MONITOR, init_monitor))

enum { PROP_AVAILABLE = 1, PROP_METERED, PROP_CONNECTIVITY };

static void
test_slow_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_CONNECTIVITY)
    g_value_set_enum (value, G_NETWORK_CONNECTIVITY_LOCAL);
  else
    g_value_set_boolean (value, FALSE);
}

static void
test_slow_class_init (TestSlowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = test_slow_get_property;
  g_object_class_override_property (object_class, PROP_AVAILABLE, "network-available");
  g_object_class_override_property (object_class, PROP_METERED, "network-metered");
  g_object_class_override_property (object_class, PROP_CONNECTIVITY, "connectivity");
}

static void
test_slow_init (TestSlow *self)
{
}

static gboolean
is_asked (gpointer data)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&service.mutex);

  return service.asked;
}

/* Whether somebody waited in vain. */
static gboolean
let_answer (void)
{
  G_GNUC_UNUSED g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&service.mutex);

  service.answering = TRUE;
  g_cond_signal (&service.cond);
  return service.waited_for;
}

static void
on_changed (LvNetworkWatch *watch, gboolean *changed)
{
  *changed = TRUE;
}

/* What a connection, and the privacy settings, ask GIO for does not wait for it. */
static void
test_slow_service (void)
{
  g_autoptr (LvNetworkWatch) watch = lv_network_watch_new (NULL);
  g_autoptr (GSettingsBackend) settings = NULL;
  g_autoptr (GResolver) resolver = NULL;
  gboolean changed = FALSE;

  g_signal_connect (watch, "changed", G_CALLBACK (on_changed), &changed);
  lv_network_watch_begin (watch);
  lv_test_wait_for (is_asked, NULL, LV_TEST_TIMEOUT_MS, "the question");
  g_assert_nonnull (g_proxy_resolver_get_default ());
  g_assert_nonnull (g_tls_backend_get_default ());
  resolver = g_resolver_get_default ();
  settings = g_settings_backend_get_default ();
  g_assert_true (lv_network_watch_is_available (watch)); /* as far as is known */

  g_assert_false (let_answer ());
  lv_test_wait_flag (&changed);
  g_assert_false (lv_network_watch_is_available (watch));
}

int
main (int argc, char **argv)
{
  /* Some resolvers wait for the network themselves */
  g_setenv ("GIO_USE_PROXY_RESOLVER", "dummy", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_io_extension_point_register (G_NETWORK_MONITOR_EXTENSION_POINT_NAME);
  g_io_extension_point_implement (G_NETWORK_MONITOR_EXTENSION_POINT_NAME, TEST_TYPE_SLOW, "slow",
                                  1000);
  g_test_add_func ("/network-watch/slow-service", test_slow_service);
  return g_test_run ();
}
