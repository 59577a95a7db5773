/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config/lv-secret-reader.h"

#include "lib/lv-test.h"

#include <sys/socket.h>
#include <unistd.h>

#define SHORT_MS 100

typedef struct {
  gboolean done;
  LvSecret *secret; /* nullable */
  GError *error;
} Answer;

static void
answer_clear (Answer *answer)
{
  g_clear_pointer (&answer->secret, lv_secret_free);
  g_clear_error (&answer->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  Answer *answer = data;

  answer->secret = lv_secret_read_finish (result, &answer->error);
  answer->done = TRUE;
}

/* The other side stays open: what came before is worth nothing. */
static void
assert_timeout (const int ends[2])
{
  g_auto (Answer) answer = { FALSE };

  g_assert_cmpint (write (ends[1], "key", 3), ==, 3);
  lv_secret_read_async (ends[0], SHORT_MS, NULL, on_answer, &answer);
  lv_test_wait_flag (&answer.done);
  g_assert_error (answer.error, LV_ERROR, LV_ERROR_TIMEOUT);
  g_assert_nonnull (strstr (answer.error->message, "within 0.1 s"));
  close (ends[1]);
}

static void
test_open_end (void)
{
  int ends[2];

  g_assert_cmpint (pipe (ends), ==, 0);
  assert_timeout (ends);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
  assert_timeout (ends);
}

static void
test_in_parts (void)
{
  g_auto (Answer) answer = { FALSE };
  int ends[2];

  g_assert_cmpint (pipe (ends), ==, 0);
  lv_secret_read_async (ends[0], 0, NULL, on_answer, &answer);
  g_assert_cmpint (write (ends[1], "one", 3), ==, 3);
  while (g_main_context_iteration (NULL, FALSE))
    g_assert_false (answer.done);
  g_assert_cmpint (write (ends[1], "two\n", 4), ==, 4);
  close (ends[1]);
  lv_test_wait_flag (&answer.done);
  g_assert_no_error (answer.error);
  g_assert_cmpstr (lv_secret_peek (answer.secret), ==, "onetwo");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret-reader/open-end", test_open_end);
  g_test_add_func ("/secret-reader/in-parts", test_in_parts);
  return g_test_run ();
}
