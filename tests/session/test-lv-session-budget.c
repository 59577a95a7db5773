/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-test-session.h"

#include "lib/lv-test.h"

#include <string.h>

typedef struct {
  Fixture *session;
  LvDaemonConfig settings;
  char *dir;
  LvLedger *ledger;
} Spender;

static LvSession *
make_session (Spender *spender)
{
  Fixture *f = spender->session;

  return lv_session_new (&f->services, "/org/livevoice/other", ":1.8", "test", f->profile, FALSE);
}

/* A session whose service is known to charge a dollar for a million tokens of text. */
static Spender *
spender_new (void)
{
  Spender *spender = g_new0 (Spender, 1);
  g_autofree char *prices = NULL, *path = NULL;

  spender->session = fixture_new ();
  spender->settings = lv_daemon_config_default;
  spender->dir = lv_test_make_dir ();
  prices = g_build_filename (spender->dir, "prices.conf", NULL);
  path = g_build_filename (spender->dir, "usage", NULL);
  g_assert_true (
      g_file_set_contents (prices, "[gemini-3.8-live]\ntext-in=1\ntext-out=1\n", -1, NULL));
  spender->ledger = lv_ledger_new (path, prices);
  spender->session->services.ledger = spender->ledger;
  spender->session->services.settings = &spender->settings;
  spender->session->session->services.ledger = spender->ledger;
  spender->session->session->services.settings = &spender->settings;
  return spender;
}

static void
spender_free (Spender *spender)
{
  g_assert_finalize_object (g_steal_pointer (&spender->session->session));
  lv_ledger_free (spender->ledger);
  fixture_free (spender->session);
  lv_test_remove_dir (spender->dir);
  g_free (spender);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Spender, spender_free)

/* A turn that cost so many tokens, and is over. */
static void
spend (Spender *spender, guint n_tokens)
{
  g_autofree char *frame = g_strdup_printf (
      "{\"serverContent\":{\"turnComplete\":true},\"usageMetadata\":{\"promptTokenCount\":%u,"
      "\"totalTokenCount\":%u}}",
      n_tokens, n_tokens);
  guint before = count_logged (spender->session, "turn-complete");
  g_autofree char *line = g_strdup_printf ("turn-complete %u - %u", before + 1, n_tokens);

  lv_test_server_send_frame (spender->session->server, frame);
  wait_logged (spender->session, line);
}

static void
expect_spent (Spender *spender, LvSession *session, const char *setting)
{
  const GError *error = lv_session_get_last_error (session);

  g_assert_error (error, LV_ERROR, LV_ERROR_QUOTA_EXCEEDED);
  g_assert_nonnull (strstr (error->message, setting));
}

static void
test_session_tokens (void)
{
  g_autoptr (Spender) spender = spender_new ();
  Fixture *f = spender->session;

  spender->settings.budget.session_tokens = 1000;
  open_session (f);
  spend (spender, 700);
  g_assert_cmpuint (count_logged (f, "warning budget"), ==, 0);
  spend (spender, 150);
  g_assert_cmpuint (count_logged (f, "warning budget"), ==, 1);
  spend (spender, 100);
  g_assert_cmpuint (count_logged (f, "warning budget"), ==, 1);
  g_assert_cmpuint (count_logged (f, "closed"), ==, 0);
  spend (spender, 50);
  wait_logged (f, "closed quota");
  expect_spent (spender, f->session, "session-tokens=1000");
  g_assert_cmpint (lv_session_get_state (f->session), ==, LV_STATE_ERROR);
  expect_at_rest (f);
}

/* Each conversation of a session has the whole of it. */
static void
test_next_conversation (void)
{
  g_autoptr (Spender) spender = spender_new ();
  Fixture *f = spender->session;

  spender->settings.budget.session_tokens = 1000;
  open_session (f);
  spend (spender, 1500);
  wait_logged (f, "closed quota");
  clear_log (f);
  open_session (f);
  spend (spender, 700);
  g_assert_cmpuint (count_logged (f, "warning budget"), ==, 0);
  g_assert_cmpuint (count_logged (f, "closed"), ==, 0);
}

/* What is being said when the last of it is spent is said to its end. */
static void
test_answer_ends (void)
{
  g_autoptr (Spender) spender = spender_new ();
  Fixture *f = spender->session;

  spender->settings.budget.session_tokens = 1000;
  open_session (f);
  say_words (f, "One moment,");
  wait_transcript (f, "m:One moment,");
  lv_test_server_send_frame (f->server, "{\"usageMetadata\":{\"totalTokenCount\":1000}}");
  say_words (f, " and that was it");
  wait_transcript (f, "m:One moment, and that was it");
  g_assert_cmpuint (count_logged (f, "closed"), ==, 0);
  say_turn_complete (f);
  wait_logged (f, "closed quota");
  expect_transcript (f, "m:One moment, and that was it.");
}

/* One that does not end is cut. */
static void
test_endless_answer (void)
{
  g_autoptr (Spender) spender = spender_new ();
  Fixture *f = spender->session;

  spender->settings.budget.session_tokens = 1000;
  f->session->times.budget_grace_ms = 50;
  open_session (f);
  say_words (f, "And then,");
  wait_transcript (f, "m:And then,");
  lv_test_server_send_frame (f->server, "{\"usageMetadata\":{\"totalTokenCount\":1000}}");
  wait_logged (f, "closed quota");
  expect_spent (spender, f->session, "session-tokens");
}

/* A minute is long for a test; it began most of one ago. */
static void
test_session_minutes (void)
{
  g_autoptr (Spender) spender = spender_new ();
  Fixture *f = spender->session;

  spender->settings.budget.session_minutes = 1;
  open_session (f);
  f->session->budget.begun_us -= 47500 * 1000;
  lv_session_watch_budget (f->session);
  g_assert_cmpuint (count_logged (f, "warning budget"), ==, 0);
  wait_logged (f, "warning budget");
  f->session->budget.begun_us -= 11990 * 1000;
  lv_session_watch_budget (f->session);
  wait_logged (f, "closed quota");
  expect_spent (spender, f->session, "session-minutes=1");
}

static void
test_minutes_while_asleep (void)
{
  g_autoptr (Spender) spender = spender_new ();
  Fixture *f = spender->session;

  spender->settings.budget.session_minutes = 1;
  open_session (f);
  lv_session_set_hold (f->session, LV_PAUSE_ASLEEP, FALSE);
  f->session->budget.begun_us -= 60 * G_USEC_PER_SEC;
  lv_session_watch_budget (f->session);
  wait_logged (f, "closed quota");
  expect_spent (spender, f->session, "session-minutes=1");
  expect_at_rest (f);
}

/* Nobody has spoken for long, and the next word would cost again. */
static void
test_minutes_while_dozing (void)
{
  g_autoptr (Spender) spender = spender_new ();
  g_autoptr (LvClientMessage) setup = NULL;
  Fixture *f = spender->session;

  spender->settings.budget.session_minutes = 1;
  spender->settings.link.park_after_s = 5;
  f->session->times.second_ms = 10;
  g_assert_true (lv_session_start (f->session, NULL));
  setup = lv_test_server_accept (f->server, "handle");
  lv_test_server_wait_closed (f->server);
  g_assert_cmpint (f->session->link, ==, LV_LINK_DOZING);
  f->session->budget.begun_us -= 60 * G_USEC_PER_SEC;
  lv_session_watch_budget (f->session);
  wait_logged (f, "closed quota");
  expect_spent (spender, f->session, "session-minutes=1");
  expect_at_rest (f);
}

/* The day is one for all sessions, and none begins when it is spent. */
static void
test_day (const LvBudgetConfig *budget, guint n_tokens, const char *setting)
{
  g_autoptr (Spender) spender = spender_new ();
  g_autoptr (LvSession) other = make_session (spender);
  g_autoptr (GError) error = NULL;
  Fixture *f = spender->session;

  spender->settings.budget = *budget;
  open_session (f);
  spend (spender, n_tokens / 10 * 9);
  g_assert_cmpuint (count_logged (f, "warning budget"), ==, 1);
  spend (spender, n_tokens / 10);
  wait_logged (f, "closed quota");
  expect_spent (spender, f->session, setting);

  g_assert_false (lv_session_start (other, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_QUOTA_EXCEEDED);
  g_assert_nonnull (strstr (error->message, setting));
  g_assert_nonnull (strstr (error->message, "midnight"));
  spender->settings.budget = (LvBudgetConfig){ 0 };
  g_assert_true (lv_session_start (other, NULL));
}

static void
test_day_tokens (void)
{
  test_day (&(LvBudgetConfig){ .day_tokens = 5000 }, 5000, "day-tokens=5000");
}

/* Two million tokens at a dollar for a million. */
static void
test_day_cost (void)
{
  test_day (&(LvBudgetConfig){ .day_cost_cents = 200 }, 2000000, "day-cost-cents=200");
}

static void
test_describe (void)
{
  g_autoptr (Spender) spender = spender_new ();
  Fixture *f = spender->session;
  g_autoptr (GVariant) usage = NULL, budget = NULL;
  g_autofree char *text = NULL;

  spender->settings.budget.session_tokens = 1000;
  spender->settings.budget.day_cost_cents = 100;
  open_session (f);
  spend (spender, 500);
  usage = g_variant_ref_sink (lv_session_describe_usage (f->session));
  budget = g_variant_lookup_value (usage, "budget", G_VARIANT_TYPE ("a(sdd)"));
  text = g_variant_print (budget, FALSE);
  g_assert_cmpstr (text, ==,
                   "[('session-tokens', 500.0, 1000.0), ('day-cost-cents', 0.050000000000000003, "
                   "100.0)]");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-budget/session-tokens", test_session_tokens);
  g_test_add_func ("/session-budget/next-conversation", test_next_conversation);
  g_test_add_func ("/session-budget/answer-ends", test_answer_ends);
  g_test_add_func ("/session-budget/endless-answer", test_endless_answer);
  g_test_add_func ("/session-budget/session-minutes", test_session_minutes);
  g_test_add_func ("/session-budget/minutes-while-asleep", test_minutes_while_asleep);
  g_test_add_func ("/session-budget/minutes-while-dozing", test_minutes_while_dozing);
  g_test_add_func ("/session-budget/day-tokens", test_day_tokens);
  g_test_add_func ("/session-budget/day-cost", test_day_cost);
  g_test_add_func ("/session-budget/describe", test_describe);
  return g_test_run ();
}
