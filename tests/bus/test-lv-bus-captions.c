/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bus/lv-bus-captions.h"

#include "lib/lv-test.h"

typedef struct {
  LvBusCaptions *captions;
  GPtrArray *passed; /* "ID TEXT" with "." when final */
  GArray *times;     /* gint64 */
} Fixture;

static void
on_caption (const LvTranscriptItem *item, gpointer user_data)
{
  Fixture *f = user_data;
  gint64 now = g_get_monotonic_time ();

  g_ptr_array_add (f->passed,
                   g_strdup_printf ("%u %s%s", item->id, item->text, item->final ? "." : ""));
  g_array_append_val (f->times, now);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->captions = lv_bus_captions_new (on_caption, f);
  f->passed = g_ptr_array_new_with_free_func (g_free);
  f->times = g_array_new (FALSE, FALSE, sizeof (gint64));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  lv_bus_captions_free (f->captions);
  g_ptr_array_unref (f->passed);
  g_array_unref (f->times);
}

static void
push (Fixture *f, guint id, const char *text, gboolean final)
{
  LvTranscriptItem item = { .id = id, .role = LV_ROLE_USER, .text = text, .final = final };

  lv_bus_captions_push (f->captions, &item);
}

static void
assert_passed (Fixture *f, const char *expected)
{
  g_autofree char *joined = NULL;

  g_ptr_array_add (f->passed, NULL);
  joined = g_strjoinv ("\n", (GStrv) f->passed->pdata);
  g_ptr_array_remove_index (f->passed, f->passed->len - 1);
  g_assert_cmpstr (joined, ==, expected);
}

static gboolean
two_passed (gpointer data)
{
  return ((Fixture *) data)->passed->len == 2;
}

static void
test_newest_text_comes_within_a_tenth (Fixture *f, gconstpointer data)
{
  gint64 *times;

  push (f, 1, "a", FALSE);
  push (f, 1, "ab", FALSE);
  push (f, 1, "abc", FALSE);
  assert_passed (f, "1 a");
  lv_test_wait_for (two_passed, f, LV_TEST_TIMEOUT_MS, "the newest text");
  assert_passed (f, "1 a\n1 abc");
  times = (gint64 *) f->times->data;
  g_assert_cmpint (times[1] - times[0], >=, 100000);
}

static void
test_final_comes_at_once_and_last (Fixture *f, gconstpointer data)
{
  push (f, 1, "a", FALSE);
  push (f, 1, "ab", FALSE);
  push (f, 1, "abc", TRUE);
  assert_passed (f, "1 a\n1 abc.");
  lv_test_run_for (150);
  assert_passed (f, "1 a\n1 abc.");
}

static void
test_items_do_not_wait_for_each_other (Fixture *f, gconstpointer data)
{
  push (f, 1, "a", FALSE);
  push (f, 2, "b", FALSE);
  push (f, 3, "c", TRUE);
  assert_passed (f, "1 a\n2 b\n3 c.");
}

static void
test_rate (Fixture *f, gconstpointer data)
{
  gint64 end = g_get_monotonic_time () + 550 * 1000;
  guint n = 0;

  while (g_get_monotonic_time () < end)
    {
      g_autofree char *text = g_strdup_printf ("%u", n++);

      push (f, 1, text, FALSE);
      lv_test_run_for (5);
    }
  g_assert_cmpuint (f->passed->len, >=, 3);
  g_assert_cmpuint (f->passed->len, <=, 6);
  for (guint i = 1; i < f->times->len; i++)
    g_assert_cmpint (g_array_index (f->times, gint64, i) - g_array_index (f->times, gint64, i - 1),
                     >=, 100000);
}

static void
test_flush (Fixture *f, gconstpointer data)
{
  push (f, 1, "a", FALSE);
  push (f, 1, "ab", FALSE);
  push (f, 2, "b", FALSE);
  lv_bus_captions_flush (f->captions);
  assert_passed (f, "1 a\n2 b\n1 ab");
  lv_bus_captions_flush (f->captions);
  assert_passed (f, "1 a\n2 b\n1 ab");
}

static void
test_freed_while_waiting (Fixture *f, gconstpointer data)
{
  push (f, 1, "a", FALSE);
  push (f, 1, "ab", FALSE);
}

#define ADD(path, func) g_test_add ("/bus-captions/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("newest", test_newest_text_comes_within_a_tenth);
  ADD ("final", test_final_comes_at_once_and_last);
  ADD ("items", test_items_do_not_wait_for_each_other);
  ADD ("rate", test_rate);
  ADD ("flush", test_flush);
  ADD ("freed", test_freed_while_waiting);
  return g_test_run ();
}
