/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-notice.h"

LvServerMessage *
lv_engine_notice_setup_complete (char *session_id)
{
  LvServerMessage *message = lv_server_message_new ();

  message->setup_complete = TRUE;
  message->session_id = session_id;
  return message;
}

LvServerMessage *
lv_engine_notice_resumption (const char *handle, gint64 consumed)
{
  LvServerMessage *message = lv_server_message_new ();

  message->resumption_update = TRUE;
  message->resumable = TRUE;
  message->resumption_handle = g_strdup (handle);
  message->last_consumed_index = consumed;
  return message;
}

LvServerMessage *
lv_engine_notice_go_away (gint64 time_left_us)
{
  LvServerMessage *message = lv_server_message_new ();

  message->go_away_us = time_left_us;
  return message;
}

LvServerMessage *
lv_engine_notice_activity (LvVoiceActivity activity, gint64 offset_us)
{
  LvServerMessage *message = lv_server_message_new ();

  message->voice_activity = activity;
  message->voice_activity_us = offset_us;
  return message;
}

LvServerMessage *
lv_engine_notice_speech_state (LvVoiceActivity activity)
{
  LvServerMessage *message = lv_server_message_new ();

  message->speech_state = activity == LV_VOICE_BEGINS ? LV_SPEECH_HEARD : LV_SPEECH_NOT_HEARD;
  return message;
}

LvServerMessage *
lv_engine_notice_interrupted (void)
{
  LvServerMessage *message = lv_server_message_new ();

  message->interrupted = TRUE;
  return message;
}

LvServerMessage *
lv_engine_notice_call (GPtrArray *calls)
{
  LvServerMessage *message = lv_server_message_new ();

  message->function_calls = g_ptr_array_ref (calls);
  return message;
}

LvServerMessage *
lv_engine_notice_cancelled (GPtrArray *ids)
{
  LvServerMessage *message = lv_server_message_new ();

  message->cancelled_ids = ids;
  return message;
}

LvServerMessage *
lv_engine_notice_generated (void)
{
  LvServerMessage *message = lv_server_message_new ();

  message->generation_complete = TRUE;
  return message;
}

LvServerMessage *
lv_engine_notice_turn_complete (LvUsage *usage, const char *status)
{
  LvServerMessage *message = lv_server_message_new ();

  message->turn_complete = TRUE;
  message->usage = usage;
  message->interaction_status = g_strdup (status);
  return message;
}

LvServerMessage *
lv_engine_notice_waiting (LvUsage *usage)
{
  LvServerMessage *message = lv_engine_notice_turn_complete (usage, NULL);

  message->waiting_for_input = TRUE;
  return message;
}
