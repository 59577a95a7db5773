/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-engine-record.h"

#include "base/lv-pcm.h"
#include "lib/lv-test.h"
#include "protocol/lv-decode.h"

#define WAIT_MS 30000 /* recognition on a machine that is busy with something else */

void
lv_engine_record_init (LvEngineRecord *record)
{
  *record = (LvEngineRecord){ 0 };
  record->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_server_message_free);
}

void
lv_engine_record_clear (LvEngineRecord *record)
{
  g_ptr_array_unref (record->messages);
  g_free (record->close_reason);
}

void
lv_engine_record_add (LvEngineRecord *record, GBytes *frame)
{
  g_autoptr (GError) error = NULL;
  LvServerMessage *message = lv_decode_server (frame, &error);

  g_assert_no_error (error);
  g_ptr_array_add (record->messages, message);
}

void
lv_engine_record_close (LvEngineRecord *record, guint code, const char *reason)
{
  g_assert_false (record->closed);
  record->closed = TRUE;
  record->close_code = code;
  record->close_reason = g_strdup (reason != NULL ? reason : "");
}

static gboolean
has_news (gpointer data)
{
  const LvEngineRecord *record = data;

  return record->closed || record->next < record->messages->len;
}

const LvServerMessage *
lv_engine_record_wait (LvEngineRecord *record, LvEngineMatch match, const char *description)
{
  for (;;)
    {
      const LvServerMessage *message;

      lv_test_wait_for (has_news, record, WAIT_MS, description);
      if (record->next == record->messages->len)
        g_error ("closed with %u \"%s\" while waiting for %s", record->close_code,
                 record->close_reason, description);
      message = record->messages->pdata[record->next++];
      if (match (message))
        return message;
    }
}

void
lv_engine_record_wait_close (LvEngineRecord *record, guint code, const char *reason)
{
  lv_test_wait_flag (&record->closed);
  if (!g_str_has_prefix (record->close_reason, reason))
    g_error ("closed with \"%s\" instead of \"%s\"", record->close_reason, reason);
  g_assert_cmpuint (record->close_code, ==, code);
}

char *
lv_engine_record_dup_answer (const LvEngineRecord *record, guint from)
{
  GString *answer = g_string_new (NULL);

  for (guint i = from; i < record->next; i++)
    {
      const LvServerMessage *message = record->messages->pdata[i];

      if (message->output_transcription != NULL)
        g_string_append (answer, message->output_transcription->text);
      if (is_text (message))
        {
          g_autofree char *text = lv_content_dup_text (message->model_turn);

          g_string_append (answer, text);
        }
    }
  return g_string_free (answer, FALSE);
}

static const LvPart *
audio_part (const LvServerMessage *message)
{
  const LvPart *part =
      message->model_turn != NULL ? g_ptr_array_index (message->model_turn->parts, 0) : NULL;

  return part != NULL && part->blob != NULL ? part : NULL;
}

guint64
lv_engine_record_count_frames (const LvEngineRecord *record, guint from)
{
  guint64 bytes = 0;

  for (guint i = from; i < record->next; i++)
    {
      const LvPart *part = audio_part (record->messages->pdata[i]);

      bytes += part != NULL ? g_bytes_get_size (part->blob->data) : 0;
    }
  return bytes / LV_BYTES_PER_FRAME;
}

gboolean
lv_engine_record_has (const LvEngineRecord *record, guint from, LvEngineMatch match)
{
  for (guint i = from; i < record->next; i++)
    if (match (record->messages->pdata[i]))
      return TRUE;
  return FALSE;
}

gboolean
is_setup_complete (const LvServerMessage *message)
{
  return message->setup_complete;
}

gboolean
is_resumption_update (const LvServerMessage *message)
{
  return message->resumption_update;
}

gboolean
is_audio (const LvServerMessage *message)
{
  return audio_part (message) != NULL;
}

gboolean
is_text (const LvServerMessage *message)
{
  return message->model_turn != NULL && audio_part (message) == NULL;
}

gboolean
is_input_transcription (const LvServerMessage *message)
{
  return message->input_transcription != NULL;
}

gboolean
is_interrupted (const LvServerMessage *message)
{
  return message->interrupted;
}

gboolean
is_tool_call (const LvServerMessage *message)
{
  return message->function_calls != NULL;
}

gboolean
is_cancellation (const LvServerMessage *message)
{
  return message->cancelled_ids != NULL;
}

gboolean
is_generation_complete (const LvServerMessage *message)
{
  return message->generation_complete;
}

gboolean
is_turn_complete (const LvServerMessage *message)
{
  return message->turn_complete;
}

gboolean
is_go_away (const LvServerMessage *message)
{
  return message->go_away_us >= 0;
}
