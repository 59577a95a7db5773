/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-message.h"

#include "protocol/lv-setup.h"

#include <string.h>

#define AUDIO_MIME "audio/pcm"

/* ---- media ---- */

LvBlob *
lv_blob_new (const char *mime_type, GBytes *data)
{
  LvBlob *blob = g_new0 (LvBlob, 1);

  blob->mime_type = g_strdup (mime_type);
  blob->data = data != NULL ? g_bytes_ref (data) : NULL;
  return blob;
}

void
lv_blob_free (LvBlob *blob)
{
  if (blob == NULL)
    return;
  g_free (blob->mime_type);
  g_clear_pointer (&blob->data, g_bytes_unref);
  g_free (blob->display_name);
  g_free (blob);
}

guint
lv_blob_audio_rate (const char *mime_type, guint fallback)
{
  const char *rest, *rate;
  char *end;
  guint64 value;

  if (mime_type == NULL || g_ascii_strncasecmp (mime_type, AUDIO_MIME, strlen (AUDIO_MIME)) != 0)
    return 0;
  rest = mime_type + strlen (AUDIO_MIME);
  if (*rest != '\0' && *rest != ';' && *rest != ' ')
    return 0;

  rate = strstr (rest, "rate=");
  if (rate == NULL || !g_ascii_isdigit (rate[strlen ("rate=")]))
    return fallback;
  value = g_ascii_strtoull (rate + strlen ("rate="), &end, 10);
  return value > 0 && value <= G_MAXUINT && strchr ("; ", *end) != NULL ? (guint) value : fallback;
}

void
lv_file_free (LvFile *file)
{
  g_free (file->mime_type);
  g_free (file->uri);
  g_free (file->display_name);
  g_free (file);
}

void
lv_code_free (LvCode *code)
{
  g_free (code->id);
  g_free (code->language);
  g_free (code->code);
  g_free (code);
}

void
lv_code_result_free (LvCodeResult *result)
{
  g_free (result->id);
  g_free (result->outcome);
  g_free (result->output);
  g_free (result);
}

LvPart *
lv_part_new (void)
{
  return g_new0 (LvPart, 1);
}

void
lv_part_free (LvPart *part)
{
  if (part == NULL)
    return;
  g_free (part->text);
  g_free (part->thought_signature);
  lv_blob_free (part->blob);
  g_clear_pointer (&part->file, lv_file_free);
  g_clear_pointer (&part->code, lv_code_free);
  g_clear_pointer (&part->code_result, lv_code_result_free);
  g_free (part->speaker);
  g_free (part->style);
  g_free (part);
}

LvContent *
lv_content_new (LvRole role)
{
  LvContent *content = g_new0 (LvContent, 1);

  content->role = role;
  content->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_part_free);
  return content;
}

LvContent *
lv_content_new_text (LvRole role, const char *text)
{
  LvContent *content = lv_content_new (role);

  lv_content_add_text (content, text);
  return content;
}

void
lv_content_add_text (LvContent *content, const char *text)
{
  LvPart *part = g_new0 (LvPart, 1);

  part->text = g_strdup (text);
  g_ptr_array_add (content->parts, part);
}

void
lv_content_add_blob (LvContent *content, LvBlob *blob)
{
  LvPart *part = g_new0 (LvPart, 1);

  part->blob = blob;
  g_ptr_array_add (content->parts, part);
}

void
lv_content_add_part (LvContent *content, LvPart *part)
{
  g_ptr_array_add (content->parts, part);
}

char *
lv_content_dup_text (const LvContent *content)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < content->parts->len; i++)
    {
      const LvPart *part = content->parts->pdata[i];

      if (part->text != NULL && !part->thought)
        g_string_append (text, part->text);
    }
  return g_string_free (text, FALSE);
}

void
lv_content_free (LvContent *content)
{
  if (content == NULL)
    return;
  g_ptr_array_unref (content->parts);
  g_free (content);
}

/* ---- tools ---- */

LvFunctionCall *
lv_function_call_new (const char *id, const char *name, const char *args)
{
  LvFunctionCall *call = g_new0 (LvFunctionCall, 1);

  call->id = g_strdup (id);
  call->name = g_strdup (name);
  call->args = g_strdup (args != NULL ? args : "{}");
  return call;
}

void
lv_function_call_free (LvFunctionCall *call)
{
  if (call == NULL)
    return;
  g_free (call->id);
  g_free (call->name);
  g_free (call->args);
  g_clear_pointer (&call->partial_args, g_ptr_array_unref);
  g_free (call);
}

LvFunctionResponse *
lv_function_response_new (const char *id, const char *name, const char *response)
{
  LvFunctionResponse *self = g_new0 (LvFunctionResponse, 1);

  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->response = g_strdup (response);
  return self;
}

void
lv_function_response_free (LvFunctionResponse *response)
{
  if (response == NULL)
    return;
  g_free (response->id);
  g_free (response->name);
  g_free (response->response);
  g_clear_pointer (&response->parts, g_ptr_array_unref);
  g_free (response);
}

/* ---- client to server ---- */

LvClientMessage *
lv_client_message_new (LvClientMessageType type)
{
  LvClientMessage *message = g_new0 (LvClientMessage, 1);

  message->type = type;
  message->turns = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_content_free);
  message->responses = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_function_response_free);
  return message;
}

LvClientMessage *
lv_client_message_new_realtime (LvRealtimeKind kind)
{
  LvClientMessage *message = lv_client_message_new (LV_CLIENT_REALTIME);

  message->realtime = kind;
  return message;
}

LvClientMessage *
lv_client_message_new_text (const char *text)
{
  LvClientMessage *message = lv_client_message_new_realtime (LV_REALTIME_TEXT);

  message->text = g_strdup (text);
  return message;
}

LvClientMessage *
lv_client_message_new_content (LvContent *turn, gboolean turn_complete)
{
  LvClientMessage *message = lv_client_message_new (LV_CLIENT_CONTENT);

  if (turn != NULL)
    g_ptr_array_add (message->turns, turn);
  message->turn_complete = turn_complete;
  return message;
}

void
lv_client_message_free (LvClientMessage *message)
{
  if (message == NULL)
    return;
  lv_setup_free (message->setup);
  g_ptr_array_unref (message->turns);
  lv_blob_free (message->blob);
  g_free (message->text);
  g_ptr_array_unref (message->responses);
  g_free (message);
}

/* ---- server to client ---- */

LvTranscription *
lv_transcription_new (const char *text, gboolean finished)
{
  LvTranscription *transcription = g_new0 (LvTranscription, 1);

  transcription->text = g_strdup (text);
  transcription->finished = finished;
  transcription->start_us = -1;
  transcription->end_us = -1;
  return transcription;
}

void
lv_transcription_free (LvTranscription *transcription)
{
  if (transcription == NULL)
    return;
  g_free (transcription->text);
  g_free (transcription->language_code);
  g_free (transcription->speaker_label);
  g_clear_pointer (&transcription->words, g_ptr_array_unref);
  g_free (transcription);
}

gboolean
lv_transcription_has_words (const LvTranscription *transcription)
{
  return transcription != NULL && transcription->text != NULL &&
         transcription->text[strspn (transcription->text, " \t\r\n")] != '\0';
}

void
lv_word_free (LvWord *word)
{
  g_free (word->text);
  g_free (word);
}

void
lv_source_free (LvSource *source)
{
  g_free (source->uri);
  g_free (source->title);
  g_free (source->domain);
  g_free (source);
}

void
lv_fetched_url_free (LvFetchedUrl *fetched_url)
{
  g_free (fetched_url->url);
  g_free (fetched_url->status);
  g_free (fetched_url);
}

void
lv_partial_arg_free (LvPartialArg *partial_arg)
{
  g_free (partial_arg->path);
  g_free (partial_arg->value);
  g_free (partial_arg);
}

void
lv_support_free (LvSupport *support)
{
  g_free (support->text);
  g_clear_pointer (&support->sources, g_array_unref);
  g_clear_pointer (&support->confidences, g_array_unref);
  g_free (support);
}

void
lv_grounding_free (LvGrounding *grounding)
{
  if (grounding == NULL)
    return;
  g_clear_pointer (&grounding->queries, g_ptr_array_unref);
  g_clear_pointer (&grounding->sources, g_ptr_array_unref);
  g_clear_pointer (&grounding->supports, g_ptr_array_unref);
  g_clear_pointer (&grounding->retrieval_queries, g_ptr_array_unref);
  g_clear_pointer (&grounding->image_queries, g_ptr_array_unref);
  g_free (grounding->search_entry);
  g_free (grounding->search_entry_blob);
  g_free (grounding->maps_token);
  g_free (grounding);
}

LvServerMessage *
lv_server_message_new (void)
{
  LvServerMessage *message = g_new0 (LvServerMessage, 1);

  message->go_away_us = -1;
  message->voice_activity_us = -1;
  message->last_consumed_index = -1;
  return message;
}

void
lv_server_message_free (LvServerMessage *message)
{
  if (message == NULL)
    return;
  g_free (message->session_id);
  g_free (message->voice_consent_signature);
  g_free (message->resumption_handle);
  lv_content_free (message->model_turn);
  lv_transcription_free (message->input_transcription);
  lv_transcription_free (message->interim_input_transcription);
  lv_transcription_free (message->output_transcription);
  g_clear_pointer (&message->function_calls, g_ptr_array_unref);
  g_clear_pointer (&message->cancelled_ids, g_ptr_array_unref);
  g_free (message->turn_complete_reason);
  g_free (message->interaction_status);
  lv_grounding_free (message->grounding);
  g_clear_pointer (&message->fetched_urls, g_ptr_array_unref);
  g_free (message->usage);
  g_free (message->error_message);
  g_free (message->error_status);
  g_free (message);
}
