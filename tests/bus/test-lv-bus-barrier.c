/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-barrier.h"

static LvBusLetter *
make (const char *signal, gsize size)
{
  g_autofree char *text = g_strnfill (size, 'x');

  return lv_bus_letter_new (":1.1", 0, "/x", "org.example", signal, g_variant_new ("(s)", text));
}

/* Sends what may be sent; how many. */
static guint
send_all (LvBusBarrier *barrier)
{
  LvBusLetter *letter;
  guint n = 0;

  for (; (letter = lv_bus_barrier_pop (barrier)) != NULL; n++)
    lv_bus_letter_free (letter);
  return n;
}

static void
close_it (LvBusBarrier *barrier)
{
  lv_bus_barrier_push (barrier, make ("TurnDetail", LV_BUS_BARRIER_BYTES));
  g_assert_cmpuint (send_all (barrier), ==, 1);
  g_assert_true (lv_bus_barrier_take_ping (barrier));
}

static void
test_closes (void)
{
  g_autoptr (LvBusBarrier) barrier = lv_bus_barrier_new ();
  guint n = 0;

  for (; !lv_bus_barrier_take_ping (barrier); n++)
    {
      lv_bus_barrier_push (barrier, make ("TurnDetail", 1000));
      g_assert_cmpuint (send_all (barrier), ==, 1);
    }
  g_assert_cmpuint (n, >, LV_BUS_BARRIER_BYTES / 1500);
  g_assert_cmpuint (n, <, LV_BUS_BARRIER_BYTES / 1000);
  g_assert_true (lv_bus_barrier_is_closed (barrier));
  g_assert_false (lv_bus_barrier_take_ping (barrier));

  lv_bus_barrier_push (barrier, make ("TurnDetail", 1000));
  g_assert_cmpuint (send_all (barrier), ==, 0);
  g_assert_true (lv_bus_barrier_has_backlog (barrier));
  lv_bus_barrier_acknowledge (barrier);
  g_assert_cmpuint (send_all (barrier), ==, 1);
  g_assert_false (lv_bus_barrier_take_ping (barrier));
}

/* What waited closes it again when it is too much at once. */
static void
test_backlog_in_parts (void)
{
  g_autoptr (LvBusBarrier) barrier = lv_bus_barrier_new ();
  guint n_rounds = 0;

  close_it (barrier);
  for (guint i = 0; i < 9; i++)
    lv_bus_barrier_push (barrier, make ("TurnDetail", 100000));
  for (; lv_bus_barrier_has_backlog (barrier); n_rounds++)
    {
      lv_bus_barrier_acknowledge (barrier);
      g_assert_cmpuint (send_all (barrier), ==, 3);
      g_assert_true (lv_bus_barrier_take_ping (barrier));
    }
  g_assert_cmpuint (n_rounds, ==, 3);
}

static void
test_shed (void)
{
  g_autoptr (LvBusBarrier) barrier = lv_bus_barrier_new ();

  close_it (barrier);
  lv_bus_barrier_push (barrier, make ("TurnDetail", 10));
  lv_bus_barrier_push (barrier,
                       lv_bus_letter_new (":1.1", 0, "/x", "org.example", "PropertiesChanged",
                                          g_variant_new_parsed ("('x', {'A': <1>}, @as [])")));
  lv_bus_barrier_push (barrier, make ("Warning", 10));
  lv_bus_barrier_shed (barrier);
  lv_bus_barrier_acknowledge (barrier);
  g_assert_cmpuint (send_all (barrier), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bus-barrier/closes", test_closes);
  g_test_add_func ("/bus-barrier/backlog-in-parts", test_backlog_in_parts);
  g_test_add_func ("/bus-barrier/shed", test_shed);
  return g_test_run ();
}
