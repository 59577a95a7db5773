/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-session-fsm.h"

#define FOR_EACH_TRIPLE                                                                            \
  for (LvLink link = 0; link < LV_N_LINKS; link++)                                                 \
    for (LvTurn turn = 0; turn < LV_N_TURNS; turn++)                                               \
      for (LvEvent event = 0; event < LV_N_EVENTS; event++)

static void
test_every_triple_has_one_rule (void)
{
  FOR_EACH_TRIPLE
  {
    guint count = lv_session_fsm_count_rules (link, turn, event);

    if (count != 1)
      {
        g_test_message ("%s/%s + %s: %u rules", lv_link_to_string (link), lv_turn_to_string (turn),
                        lv_event_to_string (event), count);
        g_test_fail ();
      }
  }
}

static gboolean
is_ended (LvLink link)
{
  return link == LV_LINK_OFFLINE || link == LV_LINK_CLOSING || link == LV_LINK_FAILED;
}

static gboolean
implies (gboolean a, gboolean b)
{
  return !a || b;
}

/* What must hold whatever happens. */
static void
test_invariants (void)
{
  FOR_EACH_TRIPLE
  {
    LvStep step = lv_session_fsm_step (link, turn, event);
    guint actions = step.actions;
    gboolean moved = step.link != link;

    if (is_ended (link) && turn != LV_TURN_IDLE)
      continue; /* cannot be reached, see the next test */

    g_assert_true (implies (is_ended (step.link), step.turn == LV_TURN_IDLE));
    /* devices live exactly from the beginning of a conversation to its end, and its end is told once */
    g_assert_true (implies (is_ended (link) && !is_ended (step.link), actions & LV_ACTION_BEGIN));
    g_assert_true (implies (!is_ended (link) && is_ended (step.link), actions & LV_ACTION_FREE));
    g_assert_true (implies (actions & LV_ACTION_BEGIN, is_ended (link)));
    g_assert_true (implies (actions & LV_ACTION_FREE, !is_ended (link) && is_ended (step.link)));
    g_assert_true (
        implies (step.link == LV_LINK_CLOSING && moved, !(actions & LV_ACTION_REPORT_END)));
    g_assert_true (implies (link == LV_LINK_CLOSING && moved, actions & LV_ACTION_REPORT_END));
    g_assert_true (implies (actions & LV_ACTION_REPORT_END, moved));
    /* what was held is released when the link opens, and held when it goes */
    g_assert_true (!(actions & LV_ACTION_RELEASE) == !(step.link == LV_LINK_OPEN && moved));
    g_assert_true (implies (link == LV_LINK_OPEN && step.link == LV_LINK_RESUMING,
                            (actions & LV_ACTION_HOLD) && (actions & LV_ACTION_ABANDON_TURN)));
    g_assert_true (implies (step.link == LV_LINK_PARKED && moved,
                            (actions & LV_ACTION_HOLD) && (actions & LV_ACTION_PARK)));
    /* asleep, nothing but the user's return leads back to a server */
    g_assert_true (implies (link == LV_LINK_PARKED && moved && step.link != LV_LINK_OFFLINE,
                            event == LV_EVENT_UNPARK && step.link == LV_LINK_RESUMING));
    /* one socket at a time */
    g_assert_true (
        implies (actions & LV_ACTION_CONNECT,
                 actions & (LV_ACTION_DROP_SOCKET | LV_ACTION_BEGIN) || event == LV_EVENT_RETRY));
    g_assert_true (implies (actions & LV_ACTION_BACK_OFF,
                            (step.link == LV_LINK_RESUMING || step.link == LV_LINK_CONNECTING) &&
                                actions & LV_ACTION_DROP_SOCKET));
    /* what nobody reacted to is said again whenever a link goes over to the next one */
    g_assert_true (implies (link == LV_LINK_OPEN && step.link == LV_LINK_RESUMING,
                            actions & LV_ACTION_RECALL));
    /* who read all before the close need not read texts again */
    g_assert_true (implies (event == LV_EVENT_ROTATE, !(actions & LV_ACTION_RESEND)));
    /* a rest begins in silence, and what ends it is not lost */
    g_assert_true (
        implies (actions & LV_ACTION_DOZE, link == LV_LINK_OPEN && turn == LV_TURN_IDLE));
    g_assert_true (implies (link == LV_LINK_DOZING &&
                                (event == LV_EVENT_TEXT || event == LV_EVENT_TALK ||
                                 event == LV_EVENT_TALK_OVER || event == LV_EVENT_START ||
                                 event == LV_EVENT_UNPARK || event == LV_EVENT_OWED),
                            step.link == LV_LINK_RESUMING && actions & LV_ACTION_CONNECT));
    /* coming back never loses that the user holds the key */
    g_assert_true (
        implies (link == LV_LINK_OPEN && turn == LV_TURN_USER && step.link == LV_LINK_RESUMING,
                 step.turn == LV_TURN_USER));
    /* the speaker is silent in every turn that is not the model's to speak */
    g_assert_true (implies (
        step.turn != turn && (step.turn == LV_TURN_INTERRUPTED || step.turn == LV_TURN_SILENCED) &&
            turn == LV_TURN_MODEL,
        actions & LV_ACTION_FLUSH));
    g_assert_true (
        implies (event == LV_EVENT_INTERRUPTED && !is_ended (link), actions & LV_ACTION_FLUSH));
  }
}

static void
visit (gboolean (*seen)[LV_N_TURNS], LvLink link, LvTurn turn)
{
  if (seen[link][turn])
    return;
  seen[link][turn] = TRUE;
  for (LvEvent event = 0; event < LV_N_EVENTS; event++)
    {
      LvStep step = lv_session_fsm_step (link, turn, event);

      visit (seen, step.link, step.turn);
    }
}

static void
test_reachable (void)
{
  gboolean seen[LV_N_LINKS][LV_N_TURNS] = { 0 };

  visit (seen, LV_LINK_OFFLINE, LV_TURN_IDLE);
  for (LvLink link = 0; link < LV_N_LINKS; link++)
    {
      g_assert_true (seen[link][LV_TURN_IDLE]);
      for (LvTurn turn = 0; turn < LV_N_TURNS; turn++)
        g_assert_true (implies (seen[link][turn], !is_ended (link) || turn == LV_TURN_IDLE));
    }
  for (LvTurn turn = 0; turn < LV_N_TURNS; turn++)
    g_assert_true (seen[LV_LINK_OPEN][turn]);
}

/* No state is a trap: stopping always leads to rest, at most by way of the close echo. */
static void
test_stop_from_anywhere (void)
{
  for (LvLink link = 0; link < LV_N_LINKS; link++)
    for (LvTurn turn = 0; turn < LV_N_TURNS; turn++)
      {
        LvStep step = lv_session_fsm_step (link, turn, LV_EVENT_STOP);

        if (step.link == LV_LINK_CLOSING)
          step = lv_session_fsm_step (step.link, step.turn, LV_EVENT_CLOSED);
        g_assert_cmpint (step.link, ==, LV_LINK_OFFLINE);
      }
}

typedef struct {
  LvEvent event;
  LvLink link;
  LvTurn turn;
} Expected;

static void
check_course (const Expected *course, guint n)
{
  LvStep step = { LV_LINK_OFFLINE, LV_TURN_IDLE, 0 };

  for (guint i = 0; i < n; i++)
    {
      step = lv_session_fsm_step (step.link, step.turn, course[i].event);
      g_assert_cmpstr (lv_link_to_string (step.link), ==, lv_link_to_string (course[i].link));
      g_assert_cmpstr (lv_turn_to_string (step.turn), ==, lv_turn_to_string (course[i].turn));
    }
}

#define OPENING                                                                                    \
  { LV_EVENT_START, LV_LINK_CONNECTING, LV_TURN_IDLE },                                            \
      { LV_EVENT_OPENED, LV_LINK_SETTING_UP, LV_TURN_IDLE },                                       \
  {                                                                                                \
    LV_EVENT_SETUP_COMPLETE, LV_LINK_OPEN, LV_TURN_IDLE                                            \
  }

static void
test_question_and_answer (void)
{
  static const Expected course[] = {
    OPENING,
    { LV_EVENT_SPEECH, LV_LINK_OPEN, LV_TURN_USER },
    { LV_EVENT_SPEECH_END, LV_LINK_OPEN, LV_TURN_WAITING },
    { LV_EVENT_CONTENT, LV_LINK_OPEN, LV_TURN_MODEL },
    { LV_EVENT_SPEECH, LV_LINK_OPEN, LV_TURN_MODEL }, /* late words of the question */
    { LV_EVENT_GENERATION_COMPLETE, LV_LINK_OPEN, LV_TURN_ENDING },
    { LV_EVENT_TURN_COMPLETE, LV_LINK_OPEN, LV_TURN_IDLE },
    { LV_EVENT_STOP, LV_LINK_CLOSING, LV_TURN_IDLE },
    { LV_EVENT_CLOSED, LV_LINK_OFFLINE, LV_TURN_IDLE },
  };

  check_course (course, G_N_ELEMENTS (course));
}

static void
test_barge_in (void)
{
  static const Expected course[] = {
    OPENING,
    { LV_EVENT_CONTENT, LV_LINK_OPEN, LV_TURN_MODEL },
    { LV_EVENT_INTERRUPTED, LV_LINK_OPEN, LV_TURN_INTERRUPTED },
    { LV_EVENT_CONTENT, LV_LINK_OPEN, LV_TURN_INTERRUPTED }, /* late */
    { LV_EVENT_TURN_COMPLETE, LV_LINK_OPEN, LV_TURN_USER },
    { LV_EVENT_CONTENT, LV_LINK_OPEN, LV_TURN_MODEL },
  };

  check_course (course, G_N_ELEMENTS (course));
}

static void
test_button (void)
{
  static const Expected course[] = {
    OPENING,
    { LV_EVENT_TEXT, LV_LINK_OPEN, LV_TURN_WAITING },
    { LV_EVENT_CONTENT, LV_LINK_OPEN, LV_TURN_MODEL },
    { LV_EVENT_SILENCE, LV_LINK_OPEN, LV_TURN_SILENCED },
    { LV_EVENT_CONTENT, LV_LINK_OPEN, LV_TURN_SILENCED },
    { LV_EVENT_INTERRUPTED, LV_LINK_OPEN, LV_TURN_SILENCED },
    { LV_EVENT_TURN_COMPLETE, LV_LINK_OPEN, LV_TURN_IDLE },
    { LV_EVENT_CONTENT, LV_LINK_OPEN, LV_TURN_MODEL },
  };

  check_course (course, G_N_ELEMENTS (course));
}

static void
test_loss_and_return (void)
{
  static const Expected course[] = {
    OPENING,
    { LV_EVENT_TALK_OVER, LV_LINK_OPEN, LV_TURN_USER },
    { LV_EVENT_LOST, LV_LINK_RESUMING, LV_TURN_USER },
    { LV_EVENT_RETRY, LV_LINK_RESUMING, LV_TURN_USER },
    { LV_EVENT_OPENED, LV_LINK_RESUMING, LV_TURN_USER },
    { LV_EVENT_LOST, LV_LINK_RESUMING, LV_TURN_USER },
    { LV_EVENT_SPEECH_END, LV_LINK_RESUMING, LV_TURN_WAITING },
    { LV_EVENT_RETRY, LV_LINK_RESUMING, LV_TURN_WAITING },
    { LV_EVENT_OPENED, LV_LINK_RESUMING, LV_TURN_WAITING },
    { LV_EVENT_SETUP_COMPLETE, LV_LINK_OPEN, LV_TURN_WAITING },
    { LV_EVENT_ROTATE, LV_LINK_RESUMING, LV_TURN_WAITING },
    { LV_EVENT_CLOSED, LV_LINK_RESUMING, LV_TURN_WAITING },
    { LV_EVENT_LOST, LV_LINK_RESUMING, LV_TURN_WAITING },
    { LV_EVENT_SETUP_COMPLETE, LV_LINK_OPEN, LV_TURN_WAITING },
    { LV_EVENT_CONTENT, LV_LINK_OPEN, LV_TURN_MODEL },
    { LV_EVENT_TURN_COMPLETE, LV_LINK_OPEN, LV_TURN_IDLE },
    { LV_EVENT_ROTATE, LV_LINK_RESUMING, LV_TURN_IDLE },
    { LV_EVENT_LOST, LV_LINK_RESUMING, LV_TURN_IDLE },
    { LV_EVENT_GIVE_UP, LV_LINK_FAILED, LV_TURN_IDLE },
    { LV_EVENT_START, LV_LINK_CONNECTING, LV_TURN_IDLE },
  };

  check_course (course, G_N_ELEMENTS (course));
}

static void
test_rest (void)
{
  static const Expected course[] = {
    OPENING,
    { LV_EVENT_DOZE, LV_LINK_DOZING, LV_TURN_IDLE },
    { LV_EVENT_CLOSED, LV_LINK_DOZING, LV_TURN_IDLE },
    { LV_EVENT_UNPARK, LV_LINK_RESUMING, LV_TURN_IDLE },
    { LV_EVENT_OPENED, LV_LINK_RESUMING, LV_TURN_IDLE },
    { LV_EVENT_SETUP_COMPLETE, LV_LINK_OPEN, LV_TURN_IDLE },
    { LV_EVENT_DOZE, LV_LINK_DOZING, LV_TURN_IDLE },
    { LV_EVENT_TEXT, LV_LINK_RESUMING, LV_TURN_WAITING },
    { LV_EVENT_CLOSED, LV_LINK_RESUMING, LV_TURN_WAITING },
    { LV_EVENT_SETUP_COMPLETE, LV_LINK_OPEN, LV_TURN_WAITING },
    { LV_EVENT_DOZE, LV_LINK_OPEN, LV_TURN_WAITING },
    { LV_EVENT_CONTENT, LV_LINK_OPEN, LV_TURN_MODEL },
    { LV_EVENT_TURN_COMPLETE, LV_LINK_OPEN, LV_TURN_IDLE },
    { LV_EVENT_DOZE, LV_LINK_DOZING, LV_TURN_IDLE },
    { LV_EVENT_PARK, LV_LINK_PARKED, LV_TURN_IDLE },
    { LV_EVENT_UNPARK, LV_LINK_RESUMING, LV_TURN_IDLE },
  };

  check_course (course, G_N_ELEMENTS (course));
}

/* A server in trouble is asked again before anybody is told. */
static void
test_start_in_trouble (void)
{
  static const Expected course[] = {
    { LV_EVENT_START, LV_LINK_CONNECTING, LV_TURN_IDLE },
    { LV_EVENT_LOST, LV_LINK_CONNECTING, LV_TURN_IDLE },
    { LV_EVENT_RETRY, LV_LINK_CONNECTING, LV_TURN_IDLE },
    { LV_EVENT_OPENED, LV_LINK_SETTING_UP, LV_TURN_IDLE },
    { LV_EVENT_LOST, LV_LINK_CONNECTING, LV_TURN_IDLE },
    { LV_EVENT_GIVE_UP, LV_LINK_FAILED, LV_TURN_IDLE },
  };

  check_course (course, G_N_ELEMENTS (course));
}

static void
test_states (void)
{
  const LvActivity quiet = { 0 };
  const LvActivity playing = { .playing = TRUE };
  const LvActivity calling = { .calling = TRUE };
  const LvActivity deaf = { .deaf = TRUE };
  const LvActivity loud = { .loud = TRUE };
  const LvActivity due = { .due = TRUE };
  const struct {
    LvLink link;
    LvTurn turn;
    LvActivity activity;
    LvState state;
  } rows[] = {
    { LV_LINK_OFFLINE, LV_TURN_IDLE, quiet, LV_STATE_IDLE },
    { LV_LINK_OFFLINE, LV_TURN_IDLE, playing, LV_STATE_IDLE },
    { LV_LINK_CONNECTING, LV_TURN_USER, quiet, LV_STATE_CONNECTING },
    { LV_LINK_SETTING_UP, LV_TURN_IDLE, deaf, LV_STATE_CONNECTING },
    { LV_LINK_RESUMING, LV_TURN_IDLE, playing, LV_STATE_RECONNECTING },
    { LV_LINK_CLOSING, LV_TURN_IDLE, quiet, LV_STATE_IDLE },
    { LV_LINK_FAILED, LV_TURN_IDLE, quiet, LV_STATE_ERROR },
    { LV_LINK_OPEN, LV_TURN_IDLE, quiet, LV_STATE_LISTENING },
    { LV_LINK_OPEN, LV_TURN_IDLE, deaf, LV_STATE_PAUSED },
    { LV_LINK_DOZING, LV_TURN_IDLE, quiet, LV_STATE_LISTENING },
    { LV_LINK_DOZING, LV_TURN_IDLE, deaf, LV_STATE_PAUSED },
    { LV_LINK_OPEN, LV_TURN_IDLE, playing, LV_STATE_SPEAKING },
    { LV_LINK_OPEN, LV_TURN_IDLE, loud, LV_STATE_HEARING },
    { LV_LINK_OPEN, LV_TURN_WAITING, loud, LV_STATE_THINKING },
    { LV_LINK_OPEN, LV_TURN_MODEL, loud, LV_STATE_SPEAKING },
    { LV_LINK_OPEN, LV_TURN_IDLE, calling, LV_STATE_THINKING },
    { LV_LINK_OPEN, LV_TURN_USER, playing, LV_STATE_HEARING },
    { LV_LINK_OPEN, LV_TURN_WAITING, quiet, LV_STATE_THINKING },
    { LV_LINK_OPEN, LV_TURN_WAITING, playing, LV_STATE_SPEAKING },
    { LV_LINK_OPEN, LV_TURN_MODEL, quiet, LV_STATE_SPEAKING },
    { LV_LINK_OPEN, LV_TURN_MODEL, calling, LV_STATE_THINKING },
    { LV_LINK_OPEN, LV_TURN_ENDING, quiet, LV_STATE_LISTENING },
    { LV_LINK_OPEN, LV_TURN_ENDING, playing, LV_STATE_SPEAKING },
    { LV_LINK_OPEN, LV_TURN_ENDING, due, LV_STATE_THINKING },
    { LV_LINK_OPEN, LV_TURN_SILENCED, due, LV_STATE_THINKING },
    { LV_LINK_OPEN, LV_TURN_MODEL, due, LV_STATE_SPEAKING },
    { LV_LINK_OPEN, LV_TURN_INTERRUPTED, quiet, LV_STATE_HEARING },
    { LV_LINK_OPEN, LV_TURN_SILENCED, quiet, LV_STATE_LISTENING },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (lv_state_to_nick (lv_session_fsm_derive_state (rows[i].link, rows[i].turn,
                                                                    rows[i].activity)),
                     ==, lv_state_to_nick (rows[i].state));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fsm/every-triple-has-one-rule", test_every_triple_has_one_rule);
  g_test_add_func ("/fsm/invariants", test_invariants);
  g_test_add_func ("/fsm/reachable", test_reachable);
  g_test_add_func ("/fsm/stop-from-anywhere", test_stop_from_anywhere);
  g_test_add_func ("/fsm/question-and-answer", test_question_and_answer);
  g_test_add_func ("/fsm/barge-in", test_barge_in);
  g_test_add_func ("/fsm/button", test_button);
  g_test_add_func ("/fsm/loss-and-return", test_loss_and_return);
  g_test_add_func ("/fsm/rest", test_rest);
  g_test_add_func ("/fsm/start-in-trouble", test_start_in_trouble);
  g_test_add_func ("/fsm/states", test_states);
  return g_test_run ();
}
