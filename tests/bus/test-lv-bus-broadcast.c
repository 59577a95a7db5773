/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-broadcast.h"

#define MS 1000

static LvBusLetter *
push (LvBusBroadcast *broadcast, const char *property, guint value, gint64 now_us)
{
  GVariantBuilder changed = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&changed, "{sv}", property, g_variant_new_uint32 (value));
  return lv_bus_broadcast_push (broadcast,
                                lv_bus_letter_new (NULL, 0, "/x", "org.example",
                                                   "PropertiesChanged",
                                                   g_variant_new ("(sa{sv}@as)", "x", &changed,
                                                                  g_variant_new_strv (NULL, 0))),
                                now_us);
}

static guint
get_value (LvBusLetter *letter)
{
  g_autoptr (LvBusLetter) owned = letter;
  g_autoptr (GVariant) changed = g_variant_get_child_value (owned->arguments, 1);
  g_autoptr (GVariant) value = NULL;

  g_variant_get_child (changed, 0, "{sv}", NULL, &value);
  return g_variant_get_uint32 (value);
}

/* A thousand a second: some at once, and the newest of the rest when a second is over. */
static void
test_flood (void)
{
  g_autoptr (LvBusBroadcast) broadcast = lv_bus_broadcast_new ();

  for (guint i = 0; i < 500; i++)
    {
      LvBusLetter *letter = push (broadcast, "Muted", i, i * MS);

      g_assert_cmpint (letter != NULL, ==, i < LV_BUS_BROADCASTS_PER_SECOND);
      if (letter != NULL)
        g_assert_cmpuint (get_value (letter), ==, i);
    }
  g_assert_cmpint (lv_bus_broadcast_get_wait (broadcast, 500 * MS), ==, 500 * MS);
  g_assert_null (lv_bus_broadcast_pop (broadcast, 999 * MS));
  g_assert_cmpuint (get_value (lv_bus_broadcast_pop (broadcast, 1000 * MS)), ==, 499);
  g_assert_null (lv_bus_broadcast_pop (broadcast, 5000 * MS));
  g_assert_cmpint (lv_bus_broadcast_get_wait (broadcast, 5000 * MS), ==, -1);
}

/* One that is told often keeps no other back. */
static void
test_subjects (void)
{
  g_autoptr (LvBusBroadcast) broadcast = lv_bus_broadcast_new ();

  for (guint i = 0; i < 100; i++)
    g_clear_pointer (&(LvBusLetter *){ push (broadcast, "Muted", i, 0) }, lv_bus_letter_free);
  g_assert_cmpuint (get_value (push (broadcast, "State", 7, 0)), ==, 7);
}

/* While one waits no newer one passes it. */
static void
test_order (void)
{
  g_autoptr (LvBusBroadcast) broadcast = lv_bus_broadcast_new ();

  for (guint i = 0; i < LV_BUS_BROADCASTS_PER_SECOND + 1; i++)
    g_clear_pointer (&(LvBusLetter *){ push (broadcast, "Muted", i, 0) }, lv_bus_letter_free);
  g_assert_null (push (broadcast, "Muted", 100, 2000 * MS));
  g_assert_cmpuint (get_value (lv_bus_broadcast_pop (broadcast, 2000 * MS)), ==, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bus-broadcast/flood", test_flood);
  g_test_add_func ("/bus-broadcast/subjects", test_subjects);
  g_test_add_func ("/bus-broadcast/order", test_order);
  return g_test_run ();
}
