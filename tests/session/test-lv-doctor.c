/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The doctor by itself: a conversation is told to it second by second, and what it prescribes is
 * written down with its time.
 */
#include "session/lv-doctor.h"

#include "lib/lv-test.h"

#define MS 1000
#define TALK (LV_SCENE_OPEN | LV_SCENE_READS | LV_SCENE_HEARD | LV_SCENE_CERTAIN)

typedef struct {
  LvWatchdogConfig config;
  LvDoctor *doctor;
  gint64 now_us;
  gint64 begun_us;
  LvTurn turn;
  guint scene;
  GString *log; /* "no-reply:nudge@10000 " */
} Fixture;

static void
look (Fixture *fixture)
{
  lv_doctor_look (fixture->doctor, fixture->turn, fixture->scene, fixture->now_us);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->config = lv_daemon_config_default.watchdogs;
  fixture->doctor = lv_doctor_new (&fixture->config);
  lv_doctor_begin (fixture->doctor);
  fixture->now_us = fixture->begun_us = 1000 * G_USEC_PER_SEC;
  fixture->scene = TALK;
  fixture->log = g_string_new (NULL);
  look (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  lv_doctor_free (fixture->doctor);
  g_string_free (fixture->log, TRUE);
}

static void
set_turn (Fixture *fixture, LvTurn turn)
{
  fixture->turn = turn;
  look (fixture);
}

static void
set_scene (Fixture *fixture, guint scene)
{
  fixture->scene = scene;
  look (fixture);
}

/* ---- time ---- */

static void
reopen (Fixture *fixture)
{
  guint scene = fixture->scene;

  set_scene (fixture, scene & ~LV_SCENE_OPEN);
  fixture->turn = LV_TURN_IDLE;
  fixture->now_us += 500 * MS;
  set_scene (fixture, scene);
}

static void
obey (Fixture *fixture, const LvDoctorStep *step)
{
  if (step->symptom != LV_N_SYMPTOMS)
    g_string_append_printf (fixture->log, "%s%s:%s@%d", fixture->log->len > 0 ? " " : "",
                            lv_symptom_to_nick (step->symptom), lv_remedy_to_nick (step->remedy),
                            (int) ((fixture->now_us - fixture->begun_us) / MS));
  if (step->remedy == LV_REMEDY_NUDGE && fixture->turn != LV_TURN_MODEL)
    set_turn (fixture, LV_TURN_WAITING);
  else if (step->remedy == LV_REMEDY_RESUME || step->remedy == LV_REMEDY_RENEW)
    reopen (fixture);
  else if (step->remedy >= LV_REMEDY_TELL)
    set_turn (fixture, LV_TURN_IDLE);
}

/* What the loop would do; pongs come all the time. */
static void
pass (Fixture *fixture, guint ms)
{
  gint64 until_us = fixture->now_us + ms * MS;
  LvDoctorStep step;

  while (fixture->now_us < until_us)
    {
      fixture->now_us = MIN (until_us, fixture->now_us + 100 * MS);
      lv_doctor_note_alive (fixture->doctor, fixture->now_us);
      while (lv_doctor_get_deadline (fixture->doctor) <= fixture->now_us &&
             lv_doctor_step (fixture->doctor, fixture->now_us, &step))
        obey (fixture, &step);
    }
}

static void
expect (Fixture *fixture, const char *log)
{
  g_assert_cmpstr (fixture->log->str, ==, log);
}

/* ---- the conversation ---- */

static void
mark (Fixture *fixture)
{
  fixture->begun_us = fixture->now_us;
}

static void
ask (Fixture *fixture, LvAsked asked)
{
  mark (fixture);
  lv_doctor_ask (fixture->doctor, asked, fixture->now_us);
  set_turn (fixture, LV_TURN_WAITING);
}

static void
hear (Fixture *fixture, LvServerMessage *message)
{
  lv_doctor_hear (fixture->doctor, message, fixture->now_us);
  lv_doctor_end_turn (fixture->doctor, message, fixture->now_us);
  lv_server_message_free (message);
}

static void
say (Fixture *fixture, const char *words)
{
  set_turn (fixture, LV_TURN_MODEL);
  lv_doctor_hear_sound (fixture->doctor, 0.1, 1000, fixture->now_us);
  lv_doctor_hear_words (fixture->doctor, words, fixture->now_us);
}

static void
complete (Fixture *fixture)
{
  LvServerMessage *message = lv_server_message_new ();

  message->generation_complete = TRUE;
  hear (fixture, message);
  set_turn (fixture, LV_TURN_ENDING);
}

static void
end_turn (Fixture *fixture, const char *reason)
{
  LvServerMessage *message = lv_server_message_new ();

  message->turn_complete = TRUE;
  message->turn_complete_reason = g_strdup (reason);
  hear (fixture, message);
  set_turn (fixture, LV_TURN_IDLE);
}

static void
answer (Fixture *fixture)
{
  say (fixture, "It is half past seven.");
  complete (fixture);
  pass (fixture, 1000);
  end_turn (fixture, NULL);
}

static void
hear_user_words (Fixture *fixture, const char *words)
{
  LvServerMessage *message = lv_server_message_new ();

  message->input_transcription = lv_transcription_new (words, FALSE);
  hear (fixture, message);
  set_turn (fixture, LV_TURN_USER);
}

static void
interrupt (Fixture *fixture)
{
  LvServerMessage *message = lv_server_message_new ();

  message->interrupted = TRUE;
  hear (fixture, message);
  set_turn (fixture, LV_TURN_INTERRUPTED);
}

static void
call (Fixture *fixture, guint n_calls)
{
  LvServerMessage *message = lv_server_message_new ();

  message->function_calls = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_call_free);
  for (guint i = 0; i < n_calls; i++)
    g_ptr_array_add (message->function_calls, lv_function_call_new ("1", "f", "{}"));
  hear (fixture, message);
}

static void
speak_here (Fixture *fixture, guint ms)
{
  lv_doctor_hear_user (fixture->doctor, TRUE, 0, fixture->now_us);
  pass (fixture, ms);
  lv_doctor_hear_user (fixture->doctor, FALSE, 0, fixture->now_us);
}

/* ---- ladders ---- */

static void
test_no_reply_to_text (Fixture *fixture, gconstpointer data)
{
  set_scene (fixture, TALK & ~LV_SCENE_HEARD);
  ask (fixture, LV_ASKED_TEXT);
  pass (fixture, 120000);
  expect (fixture, "no-reply:nudge@10000 no-reply:resume@15000 no-reply:nudge@18500 "
                   "no-reply:renew@25500 no-reply:nudge@29000 no-reply:tell@36000");
}

static void
test_no_reply_to_speech (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_SPEECH);
  pass (fixture, 25000);
  expect (fixture, "no-reply:nudge@10000 no-reply:stream-end@15000 no-reply:resume@20000 "
                   "no-reply:nudge@23500");
  answer (fixture);
  pass (fixture, 60000);
  g_assert_cmpuint (lv_doctor_get_symptoms (fixture->doctor, LV_SYMPTOM_NO_REPLY), ==, 1);
  g_assert_cmpuint (lv_doctor_get_remedies (fixture->doctor, LV_REMEDY_NUDGE), ==, 2);
  g_assert_cmpuint (lv_doctor_get_recoveries (fixture->doctor), ==, 1);
}

/* Nor are words without a letter the beginning of a question that would have to be waited for. */
static void
test_blank_words (Fixture *fixture, gconstpointer data)
{
  LvServerMessage *message = lv_server_message_new ();

  ask (fixture, LV_ASKED_SPEECH);
  message->input_transcription = lv_transcription_new (" ", FALSE);
  hear (fixture, message);
  pass (fixture, 12000);
  expect (fixture, "no-reply:nudge@10000");
}

/* It may think that it was not meant. */
static void
test_quiet_model (Fixture *fixture, gconstpointer data)
{
  set_scene (fixture, TALK | LV_SCENE_QUIET);
  ask (fixture, LV_ASKED_SPEECH);
  pass (fixture, 120000);
  expect (fixture, "no-reply:stream-end@10000 no-reply:resume@15000");
  ask (fixture, LV_ASKED_SPEECH);
  pass (fixture, 120000);
  expect (fixture, "no-reply:stream-end@10000 no-reply:resume@15000 no-reply:let-go@10000");
}

static void
test_stalled (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_TEXT);
  say (fixture, "It is half");
  pass (fixture, 47000);
  expect (fixture, "stalled-turn:nudge@30000 stalled-turn:resume@45000");
}

static void
test_stall_that_a_nudge_ends (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_TEXT);
  say (fixture, "It is half");
  pass (fixture, 31000);
  answer (fixture);
  pass (fixture, 60000);
  expect (fixture, "stalled-turn:nudge@30000");
  g_assert_cmpuint (lv_doctor_get_recoveries (fixture->doctor), ==, 1);
}

static void
test_no_end (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_TEXT);
  set_scene (fixture, TALK | LV_SCENE_PLAYING);
  say (fixture, "Once upon a time.");
  complete (fixture);
  pass (fixture, 60000); /* it takes a minute to say it */
  set_scene (fixture, TALK);
  pass (fixture, 60000);
  expect (fixture, "no-end:let-go@90000");
}

/* The same where nobody plays it. */
static void
test_no_end_without_speaker (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_TEXT);
  set_turn (fixture, LV_TURN_MODEL);
  lv_doctor_hear_sound (fixture->doctor, 0.1, 60000, fixture->now_us);
  lv_doctor_hear_words (fixture->doctor, "Once upon a time.", fixture->now_us);
  complete (fixture);
  pass (fixture, 89000);
  expect (fixture, "");
  pass (fixture, 2000);
  expect (fixture, "no-end:let-go@90000");
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_TEXT);
  pass (fixture, 500);
  end_turn (fixture, NULL);
  pass (fixture, 3500);
  expect (fixture, "empty-turn:nudge@3500");
  end_turn (fixture, NULL);
  pass (fixture, 8000);
  expect (fixture, "empty-turn:nudge@3500 empty-turn:resume@7000 empty-turn:nudge@10500");
  answer (fixture);
  g_assert_cmpuint (lv_doctor_get_recoveries (fixture->doctor), ==, 1);
}

static void
answer_half (Fixture *fixture)
{
  ask (fixture, LV_ASKED_TEXT);
  say (fixture, "It is half");
  end_turn (fixture, NULL);
  pass (fixture, 1000);
}

static void
test_cut (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_TEXT);
  answer (fixture);
  answer_half (fixture);
  expect (fixture, "cut-turn:nudge@100");
  answer (fixture);
  pass (fixture, 60000);
  expect (fixture, "cut-turn:nudge@100");
}

/* A server that never says that an answer is whole may just have none of the marks. */
static void
test_not_cut (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      answer_half (fixture);
    }
  expect (fixture, "");
}

static void
test_cut_in_a_row (Fixture *fixture, gconstpointer data)
{
  fixture->config.cut_turns = 2;
  for (guint i = 0; i < 2; i++)
    {
      ask (fixture, LV_ASKED_TEXT);
      answer (fixture);
      answer_half (fixture);
      expect (fixture, "");
    }
  answer_half (fixture);
  expect (fixture, "cut-turn:nudge@100");
}

static void
test_rejected (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      expect (fixture, "");
      ask (fixture, LV_ASKED_TEXT);
      end_turn (fixture, "RESPONSE_REJECTED");
      pass (fixture, i < 2 ? 60000 : 100);
    }
  expect (fixture, "rejected:renew@100");
  pass (fixture, 5000);
  expect (fixture, "rejected:renew@100 rejected:nudge@3600");
}

/* A refusal for a reason is an answer. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 5; i++)
    {
      ask (fixture, LV_ASKED_TEXT);
      end_turn (fixture, "PROHIBITED_INPUT_CONTENT");
      pass (fixture, 30000);
    }
  expect (fixture, "");
}

static void
test_hush (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_SPEECH);
  set_turn (fixture, LV_TURN_MODEL);
  lv_doctor_hear_sound (fixture->doctor, 0.0001, 2000, fixture->now_us);
  lv_doctor_hear_words (fixture->doctor, "It is noon.", fixture->now_us);
  complete (fixture);
  end_turn (fixture, NULL);
  pass (fixture, 5000);
  expect (fixture, "hush:resume@100 hush:nudge@3600");
  answer (fixture);
  g_assert_cmpuint (lv_doctor_get_recoveries (fixture->doctor), ==, 1);
}

static void
test_repetition (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_SPEECH);
  for (guint i = 0; i < 4; i++)
    {
      expect (fixture, "");
      say (fixture, "The train leaves at half past seven. ");
      pass (fixture, 1000);
    }
  expect (fixture, "repetition:resume@3100");
  pass (fixture, 60000); /* it has been said: nobody asks for it again */
  expect (fixture, "repetition:resume@3100");
}

static void
test_tool_loop (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_SPEECH);
  for (guint i = 0; i < 16; i++)
    {
      expect (fixture, "");
      call (fixture, 1);
      pass (fixture, 1000);
    }
  expect (fixture, "tool-loop:nudge@15100");
  for (guint i = 0; i < 16; i++)
    {
      call (fixture, 1);
      pass (fixture, 1000);
    }
  expect (fixture, "tool-loop:nudge@15100 tool-loop:renew@31100");
}

/* What was found is not treated when the conversation is over. */
static void
test_over (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_SPEECH);
  call (fixture, 16);
  set_scene (fixture, 0);
  set_turn (fixture, LV_TURN_IDLE);
  pass (fixture, 60000);
  expect (fixture, "");
}

static void
test_ignored (Fixture *fixture, gconstpointer data)
{
  mark (fixture);
  speak_here (fixture, 1000);
  pass (fixture, 20000);
  expect (fixture, "ignored:stream-end@9000");
  speak_here (fixture, 1000);
  pass (fixture, 20000);
  speak_here (fixture, 1000);
  pass (fixture, 20000);
  expect (fixture, "ignored:stream-end@9000 ignored:stream-end@30000 ignored:resume@51000");
  speak_here (fixture, 1000);
  pass (fixture, 20000); /* whoever that is: it is not worth another connection */
  expect (fixture, "ignored:stream-end@9000 ignored:stream-end@30000 ignored:resume@51000 "
                   "ignored:let-go@72000");
}

static void
test_phantom (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_TEXT);
  say (fixture, "Once upon a");
  pass (fixture, 5000);
  mark (fixture);
  interrupt (fixture);
  end_turn (fixture, NULL);
  set_turn (fixture, LV_TURN_USER);
  pass (fixture, 12000);
  expect (fixture, "phantom:nudge@10000");
  answer (fixture);
  pass (fixture, 30000);
  expect (fixture, "phantom:nudge@10000");
}

static void
test_silent_link (Fixture *fixture, gconstpointer data)
{
  LvDoctorStep step;

  fixture->now_us += 31 * G_USEC_PER_SEC;
  g_assert_false (lv_doctor_step (fixture->doctor, fixture->now_us, &step));
  fixture->now_us += 2 * G_USEC_PER_SEC;
  g_assert_true (lv_doctor_step (fixture->doctor, fixture->now_us, &step));
  g_assert_cmpint (step.symptom, ==, LV_SYMPTOM_SILENT_LINK);
  g_assert_cmpint (step.remedy, ==, LV_REMEDY_RESUME);
}

static void
test_lost_answer (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_TEXT);
  say (fixture, "Once upon a");
  reopen (fixture);
  pass (fixture, 4000);
  expect (fixture, "lost-answer:nudge@3500");
  answer (fixture);
  reopen (fixture);
  pass (fixture, 60000); /* it was whole */
  expect (fixture, "lost-answer:nudge@3500");
}

/* A connection that is lost later on was not changed by our will. */
static void
test_lost_after_a_remedy (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_SPEECH);
  pass (fixture, 21000);
  expect (fixture, "no-reply:nudge@10000 no-reply:stream-end@15000 no-reply:resume@20000");
  answer (fixture);
  g_string_truncate (fixture->log, 0);
  ask (fixture, LV_ASKED_TEXT);
  say (fixture, "Once upon a");
  reopen (fixture);
  pass (fixture, 4000);
  expect (fixture, "lost-answer:nudge@3500");
}

/* What has been said meanwhile is answered instead, and what is old is not asked for. */
static void
test_lost_and_gone (Fixture *fixture, gconstpointer data)
{
  guint scene = fixture->scene;

  ask (fixture, LV_ASKED_TEXT);
  set_scene (fixture, 0);
  ask (fixture, LV_ASKED_TEXT);
  set_scene (fixture, scene);
  answer (fixture);
  say (fixture, "Once upon a");
  set_scene (fixture, 0);
  set_turn (fixture, LV_TURN_IDLE);
  fixture->now_us += 3600 * G_GINT64_CONSTANT (1000000);
  set_scene (fixture, scene);
  pass (fixture, 60000);
  expect (fixture, "");
}

/* The illness that comes back after an answer begins from the mildest remedy again. */
static void
test_health_forgets (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      g_string_truncate (fixture->log, 0);
      ask (fixture, LV_ASKED_TEXT);
      pass (fixture, 11000);
      expect (fixture, "no-reply:nudge@10000");
      answer (fixture);
    }
  g_assert_cmpuint (lv_doctor_get_recoveries (fixture->doctor), ==, 3);
}

/* Whatever a server does, what is tried without an answer has an end. */
static void
test_bounded (Fixture *fixture, gconstpointer data)
{
  guint n_before = 0;

  for (guint i = 0; i < 200; i++)
    {
      ask (fixture, g_test_rand_int_range (0, 2) ? LV_ASKED_TEXT : LV_ASKED_SPEECH);
      pass (fixture, g_test_rand_int_range (1, 20) * 1000);
      if (g_test_rand_bit ())
        end_turn (fixture, NULL);
      if (i == 100)
        n_before = lv_doctor_get_remedies (fixture->doctor, LV_REMEDY_RENEW) +
                   lv_doctor_get_remedies (fixture->doctor, LV_REMEDY_RESUME);
    }
  g_assert_cmpuint (lv_doctor_get_remedies (fixture->doctor, LV_REMEDY_RENEW) +
                        lv_doctor_get_remedies (fixture->doctor, LV_REMEDY_RESUME),
                    ==, n_before);
  g_assert_cmpuint (lv_doctor_get_remedies (fixture->doctor, LV_REMEDY_RENEW), <=, 1);
}

/* ---- what is no illness ---- */

static void
test_healthy (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 60; i++)
    {
      hear_user_words (fixture, "what time is it");
      pass (fixture, 2000 + i * 300);
      ask (fixture, LV_ASKED_SPEECH);
      pass (fixture, 100 * i);
      answer (fixture);
      pass (fixture, 1000 * i);
    }
  expect (fixture, "");
  g_assert_cmpuint (lv_doctor_get_recoveries (fixture->doctor), ==, 0);
}

static void
test_tools_take_time (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_SPEECH);
  call (fixture, 1);
  set_scene (fixture, TALK | LV_SCENE_CALLING);
  pass (fixture, 120000);
  end_turn (fixture, NULL); /* the turn of the call ends by itself */
  set_scene (fixture, TALK);
  pass (fixture, 5000);
  answer (fixture);
  pass (fixture, 60000);
  expect (fixture, "");
}

/* A result that the model has nothing to say about, because it has said all. */
static void
test_result_without_words (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_SPEECH);
  call (fixture, 1);
  set_scene (fixture, TALK | LV_SCENE_CALLING);
  say (fixture, "The light is on.");
  complete (fixture);
  end_turn (fixture, NULL);
  set_scene (fixture, TALK);
  set_turn (fixture, LV_TURN_WAITING);
  pass (fixture, 60000);
  expect (fixture, "");
  g_assert_cmpint (fixture->turn, ==, LV_TURN_IDLE);
}

static void
test_thinking_takes_time (Fixture *fixture, gconstpointer data)
{
  LvServerMessage *message = lv_server_message_new ();

  set_scene (fixture, TALK | LV_SCENE_PATIENT);
  ask (fixture, LV_ASKED_SPEECH);
  pass (fixture, 29000);
  say (fixture, "Let me think.");
  complete (fixture);
  message->turn_complete = TRUE;
  message->interaction_status = g_strdup ("IN_PROGRESS");
  hear (fixture, message);
  set_turn (fixture, LV_TURN_WAITING);
  pass (fixture, 29000);
  answer (fixture);
  expect (fixture, "");
}

static void
test_waiting_for_input (Fixture *fixture, gconstpointer data)
{
  LvServerMessage *message = lv_server_message_new ();

  ask (fixture, LV_ASKED_SPEECH);
  message->waiting_for_input = TRUE;
  hear (fixture, message);
  set_turn (fixture, LV_TURN_IDLE);
  pass (fixture, 60000);
  expect (fixture, "");
}

static void
test_discreet (Fixture *fixture, gconstpointer data)
{
  set_scene (fixture, TALK | LV_SCENE_DISCREET);
  ask (fixture, LV_ASKED_SPEECH);
  pass (fixture, 60000);
  speak_here (fixture, 2000);
  pass (fixture, 60000);
  ask (fixture, LV_ASKED_SPEECH);
  end_turn (fixture, NULL);
  pass (fixture, 60000);
  expect (fixture, "");
  g_assert_cmpint (fixture->turn, ==, LV_TURN_IDLE);
}

static void
test_stream (Fixture *fixture, gconstpointer data)
{
  set_scene (fixture, TALK | LV_SCENE_STREAM);
  for (guint i = 0; i < 20; i++)
    {
      speak_here (fixture, 3000);
      hear_user_words (fixture, "hello");
      lv_doctor_ask (fixture->doctor, LV_ASKED_SPEECH, fixture->now_us);
      say (fixture, "hola amigos de la casa.");
      pass (fixture, 60000);
    }
  expect (fixture, "");
}

/* Between the marks of push to talk nobody answers, and who says nothing is owed nothing. */
static void
test_push_to_talk (Fixture *fixture, gconstpointer data)
{
  set_scene (fixture, LV_SCENE_OPEN | LV_SCENE_READS | LV_SCENE_TALKING);
  set_turn (fixture, LV_TURN_USER);
  pass (fixture, 60000);
  set_scene (fixture, LV_SCENE_OPEN | LV_SCENE_READS);
  lv_doctor_ask (fixture->doctor, LV_ASKED_NOTHING, fixture->now_us);
  set_turn (fixture, LV_TURN_WAITING);
  pass (fixture, 60000);
  expect (fixture, "");
  g_assert_cmpint (fixture->turn, ==, LV_TURN_IDLE);
}

static void
test_barge_in (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 10; i++)
    {
      ask (fixture, LV_ASKED_SPEECH);
      say (fixture, "Once upon a");
      lv_doctor_hear_voice (fixture->doctor, fixture->now_us);
      pass (fixture, 500);
      interrupt (fixture);
      end_turn (fixture, NULL);
      set_turn (fixture, LV_TURN_USER);
      pass (fixture, 12000); /* that was a cough */
      interrupt (fixture);
      hear_user_words (fixture, "stop");
      end_turn (fixture, NULL);
      pass (fixture, 700);
      ask (fixture, LV_ASKED_SPEECH);
      answer (fixture);
    }
  expect (fixture, "");
}

static void
test_button (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_TEXT);
  lv_doctor_unask (fixture->doctor);
  set_turn (fixture, LV_TURN_SILENCED);
  pass (fixture, 60000);
  expect (fixture, "");
  g_assert_cmpint (fixture->turn, ==, LV_TURN_IDLE);
}

/* A text in the middle of an answer: what goes on is the answer before. */
static void
test_text_during_answer (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_TEXT);
  say (fixture, "Once upon a time");
  lv_doctor_ask (fixture->doctor, LV_ASKED_TEXT, fixture->now_us);
  pass (fixture, 300);
  say (fixture, " there was a king.");
  interrupt (fixture);
  end_turn (fixture, NULL);
  pass (fixture, 2000);
  answer (fixture);
  pass (fixture, 60000);
  expect (fixture, "");
}

/* Everything can be turned off, and then nothing is kept waiting for ever. */
static void
test_off (Fixture *fixture, gconstpointer data)
{
  fixture->config = (LvWatchdogConfig){ 0 };
  ask (fixture, LV_ASKED_TEXT);
  end_turn (fixture, NULL);
  set_turn (fixture, LV_TURN_WAITING);
  pass (fixture, 60000);
  speak_here (fixture, 1000);
  ask (fixture, LV_ASKED_TEXT);
  say (fixture, "It is half");
  end_turn (fixture, "RESPONSE_REJECTED");
  pass (fixture, 60000);
  expect (fixture, "");
  g_assert_cmpint (fixture->turn, ==, LV_TURN_IDLE);
}

/* Handles, accounts and empty frames come from servers that are lost as well. */
static void
test_noise_is_no_sign (Fixture *fixture, gconstpointer data)
{
  ask (fixture, LV_ASKED_TEXT);
  for (guint i = 0; i < 12; i++)
    {
      LvServerMessage *message = lv_server_message_new ();

      message->resumption_update = TRUE;
      message->resumable = TRUE;
      hear (fixture, message);
      pass (fixture, 900);
    }
  expect (fixture, "no-reply:nudge@10000");
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/doctor/no-reply/text", test_no_reply_to_text);
  ADD ("/doctor/no-reply/speech", test_no_reply_to_speech);
  ADD ("/doctor/no-reply/quiet", test_quiet_model);
  ADD ("/doctor/no-reply/noise", test_noise_is_no_sign);
  ADD ("/doctor/no-reply/blank", test_blank_words);
  ADD ("/doctor/stalled", test_stalled);
  ADD ("/doctor/stalled/nudged", test_stall_that_a_nudge_ends);
  ADD ("/doctor/no-end", test_no_end);
  ADD ("/doctor/no-end/no-speaker", test_no_end_without_speaker);
  ADD ("/doctor/empty", test_empty);
  ADD ("/doctor/cut", test_cut);
  ADD ("/doctor/cut/not", test_not_cut);
  ADD ("/doctor/cut/in-a-row", test_cut_in_a_row);
  ADD ("/doctor/rejected", test_rejected);
  ADD ("/doctor/refused", test_refused);
  ADD ("/doctor/hush", test_hush);
  ADD ("/doctor/repetition", test_repetition);
  ADD ("/doctor/tool-loop", test_tool_loop);
  ADD ("/doctor/over", test_over);
  ADD ("/doctor/ignored", test_ignored);
  ADD ("/doctor/phantom", test_phantom);
  ADD ("/doctor/silent-link", test_silent_link);
  ADD ("/doctor/lost-answer", test_lost_answer);
  ADD ("/doctor/lost-answer/later", test_lost_after_a_remedy);
  ADD ("/doctor/lost-answer/gone", test_lost_and_gone);
  ADD ("/doctor/health", test_health_forgets);
  ADD ("/doctor/bounded", test_bounded);
  ADD ("/doctor/healthy", test_healthy);
  ADD ("/doctor/healthy/tools", test_tools_take_time);
  ADD ("/doctor/healthy/result", test_result_without_words);
  ADD ("/doctor/healthy/thinking", test_thinking_takes_time);
  ADD ("/doctor/healthy/waiting-for-input", test_waiting_for_input);
  ADD ("/doctor/healthy/discreet", test_discreet);
  ADD ("/doctor/healthy/stream", test_stream);
  ADD ("/doctor/healthy/push-to-talk", test_push_to_talk);
  ADD ("/doctor/healthy/barge-in", test_barge_in);
  ADD ("/doctor/healthy/button", test_button);
  ADD ("/doctor/healthy/text-during-answer", test_text_during_answer);
  ADD ("/doctor/off", test_off);
  return g_test_run ();
}
