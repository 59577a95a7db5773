/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-engine-chat"
#include "engine/lv-engine-chat.h"

#include "engine/lv-engine-chat-log.h"
#include "engine/lv-engine-chat-stream.h"
#include "engine/lv-engine-sse.h"

#include <libsoup/soup.h>
#include <string.h>

#define READ_BYTES 4096
#define MAX_BODY (256 * 1024) /* of a server that does not stream */

static const char voice_instruction[] =
    "You are spoken to and your answers are read out by a speech synthesiser: answer briefly, in "
    "plain sentences without markup, "
    "lists or emoji. The words of the user come from a speech recogniser and may contain mistakes.";

struct _LvEngineChat {
  GObject parent_instance;

  guint n_calls, n_rounds;
  gboolean answering;

  /* owned */
  char *url;
  char *model;
  GPtrArray *tools; /* LvToolDecl */
  SoupSession *session;
  LvEngineChatLog *log;
  GCancellable *cancellable;

  /* owned, of the answer in progress */
  LvEngineChatStream *stream;
  LvEngineSse *sse; /* NULL: the server does not stream */
  GString *body;    /* then its answer */
  GInputStream *input;
};

static guint signals[LV_ENGINE_CHAT_N_SIGNALS];

G_DEFINE_FINAL_TYPE (LvEngineChat, lv_engine_chat, G_TYPE_OBJECT)

/* ---- the end of an answer ---- */

static void
clear_answer (LvEngineChat *self)
{
  g_clear_pointer (&self->stream, lv_engine_chat_stream_free);
  g_clear_pointer (&self->sse, lv_engine_sse_free);
  g_clear_object (&self->input);
  g_string_truncate (self->body, 0);
  self->answering = FALSE;
}

static void
apologise (LvEngineChat *self, const char *sentence)
{
  g_signal_emit (self, signals[LV_ENGINE_CHAT_SAY], 0, sentence);
  clear_answer (self);
  g_signal_emit (self, signals[LV_ENGINE_CHAT_DONE], 0);
}

static void
give_ids (LvEngineChat *self, GPtrArray *calls)
{
  for (guint i = 0; i < calls->len; i++)
    {
      LvFunctionCall *call = calls->pdata[i];

      g_free (call->id);
      call->id = g_strdup_printf ("call-%u", ++self->n_calls);
    }
}

static void
finish_answer (LvEngineChat *self)
{
  const char *problem = lv_engine_chat_stream_end (self->stream);
  g_autoptr (GPtrArray) calls = lv_engine_chat_stream_dup_calls (self->stream);
  const char *text = lv_engine_chat_stream_get_text (self->stream);

  if (problem != NULL)
    {
      g_warning ("The answer of %s is %s", self->url, problem);
      apologise (self, *text == '\0' ? "Sorry, the language model has no answer. "
                                     : " Sorry, the language model broke off here. ");
      return;
    }
  give_ids (self, calls);
  if (calls->len > 0)
    lv_engine_chat_log_add_calls (self->log, text, calls);
  else
    lv_engine_chat_log_add_text (self->log, LV_ROLE_MODEL, text);
  clear_answer (self);
  if (calls->len > 0)
    g_signal_emit (self, signals[LV_ENGINE_CHAT_CALL], 0, calls);
  g_signal_emit (self, signals[LV_ENGINE_CHAT_DONE], 0);
}

/* ---- receiving ---- */

static gboolean
on_event (const char *data, gpointer user_data)
{
  LvEngineChat *self = user_data;

  return lv_engine_chat_stream_push (self->stream, data);
}

static void
on_sentence (const char *text, gpointer data)
{
  LvEngineChat *self = data;

  g_signal_emit (self, signals[LV_ENGINE_CHAT_SAY], 0, text);
}

/* FALSE when the answer is complete. */
static gboolean
take_bytes (LvEngineChat *self, GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  if (self->sse != NULL)
    return size > 0 && lv_engine_sse_push (self->sse, data, size);
  if (size > 0 && self->body->len + size <= MAX_BODY)
    {
      g_string_append_len (self->body, data, size);
      return TRUE;
    }
  lv_engine_chat_stream_push (self->stream, self->body->str);
  return FALSE;
}

static void
on_bytes (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  LvEngineChat *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    {
      g_warning ("The answer of %s broke off: %s", self->url, error->message);
      apologise (self, "Sorry, I lost the connection to the language model. ");
      return;
    }
  if (take_bytes (self, bytes))
    g_input_stream_read_bytes_async (self->input, READ_BYTES, G_PRIORITY_DEFAULT, self->cancellable,
                                     on_bytes, self);
  else
    finish_answer (self);
}

static gboolean
is_event_stream (SoupMessage *message)
{
  const char *type =
      soup_message_headers_get_content_type (soup_message_get_response_headers (message), NULL);

  return g_strcmp0 (type, "text/event-stream") == 0;
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  SoupMessage *message = soup_session_get_async_result_message (SOUP_SESSION (source), result);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) input = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  LvEngineChat *self = data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (error != NULL)
    {
      g_warning ("No connection to %s: %s", self->url, error->message);
      apologise (self, "Sorry, I cannot reach the language model. ");
      return;
    }
  if (soup_message_get_status (message) != SOUP_STATUS_OK)
    {
      g_warning ("%s answers with status %u", self->url, soup_message_get_status (message));
      apologise (self, "Sorry, the language model refuses to answer. ");
      return;
    }
  self->input = g_steal_pointer (&input);
  if (is_event_stream (message))
    self->sse = lv_engine_sse_new (on_event, self);
  g_input_stream_read_bytes_async (self->input, READ_BYTES, G_PRIORITY_DEFAULT, self->cancellable,
                                   on_bytes, self);
}

/* ---- asking ---- */

static void
send_request (LvEngineChat *self)
{
  g_autofree char *url = g_strconcat (self->url, "/chat/completions", NULL);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_POST, url);
  g_autoptr (GBytes) body = lv_engine_chat_log_to_request (self->log, self->model, self->tools);

  self->answering = TRUE;
  self->stream = lv_engine_chat_stream_new (on_sentence, self);
  if (message == NULL)
    {
      g_warning ("\"%s\" is not a URL", self->url);
      apologise (self, "Sorry, the address of the language model is wrong. ");
      return;
    }
  soup_message_set_request_body_from_bytes (message, "application/json", body);
  soup_session_send_async (self->session, message, G_PRIORITY_DEFAULT, self->cancellable, on_sent,
                           self);
}

static void
cancel_request (LvEngineChat *self)
{
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
  clear_answer (self);
}

void
lv_engine_chat_ask (LvEngineChat *self, const char *text)
{
  g_return_if_fail (LV_IS_ENGINE_CHAT (self));

  cancel_request (self);
  self->n_rounds = 0;
  lv_engine_chat_log_add_text (self->log, LV_ROLE_USER, text);
  send_request (self);
}

static gboolean
all_are_silent (GPtrArray *responses)
{
  for (guint i = 0; i < responses->len; i++)
    if (((LvFunctionResponse *) responses->pdata[i])->scheduling != LV_SCHEDULING_SILENT)
      return FALSE;
  return TRUE;
}

void
lv_engine_chat_results (LvEngineChat *self, GPtrArray *responses)
{
  g_return_if_fail (LV_IS_ENGINE_CHAT (self));

  for (guint i = 0; i < responses->len; i++)
    lv_engine_chat_log_add_result (self->log, responses->pdata[i]);
  if (all_are_silent (responses))
    return;
  cancel_request (self);
  if (lv_engine_chat_log_has_open_calls (self->log))
    g_signal_emit (self, signals[LV_ENGINE_CHAT_DONE], 0);
  else if (++self->n_rounds > LV_ENGINE_CHAT_MAX_ROUNDS)
    apologise (self, "Sorry, this takes too many steps. I stop here. ");
  else
    send_request (self);
}

void
lv_engine_chat_add_history (LvEngineChat *self, LvRole role, const char *text)
{
  g_return_if_fail (LV_IS_ENGINE_CHAT (self));

  lv_engine_chat_log_add_text (self->log, role, text);
}

void
lv_engine_chat_interrupt (LvEngineChat *self, const char *heard)
{
  g_return_if_fail (LV_IS_ENGINE_CHAT (self));

  if (self->answering && *heard != '\0')
    lv_engine_chat_log_add_text (self->log, LV_ROLE_MODEL, heard);
  else if (*heard != '\0')
    lv_engine_chat_log_cut (self->log, heard);
  cancel_request (self);
}

/* ---- life ---- */

static void
lv_engine_chat_dispose (GObject *object)
{
  LvEngineChat *self = LV_ENGINE_CHAT (object);

  cancel_request (self);
  G_OBJECT_CLASS (lv_engine_chat_parent_class)->dispose (object);
}

static void
lv_engine_chat_finalize (GObject *object)
{
  LvEngineChat *self = LV_ENGINE_CHAT (object);

  g_free (self->url);
  g_free (self->model);
  g_clear_pointer (&self->tools, g_ptr_array_unref);
  g_clear_pointer (&self->log, lv_engine_chat_log_free);
  g_object_unref (self->session);
  g_object_unref (self->cancellable);
  g_string_free (self->body, TRUE);
  G_OBJECT_CLASS (lv_engine_chat_parent_class)->finalize (object);
}

void
lv_engine_chat_install_signals (GType type, guint *ids)
{
  const struct {
    const char *name;
    guint n_params;
    GType param;
  } kinds[LV_ENGINE_CHAT_N_SIGNALS] = {
    [LV_ENGINE_CHAT_SAY] = { "say", 1, G_TYPE_STRING },
    [LV_ENGINE_CHAT_CALL] = { "call", 1, G_TYPE_PTR_ARRAY },
    [LV_ENGINE_CHAT_DONE] = { "done", 0, G_TYPE_NONE },
  };

  for (guint i = 0; i < LV_ENGINE_CHAT_N_SIGNALS; i++)
    ids[i] = g_signal_new (kinds[i].name, type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                           kinds[i].n_params, kinds[i].param);
}

static void
lv_engine_chat_class_init (LvEngineChatClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lv_engine_chat_dispose;
  G_OBJECT_CLASS (klass)->finalize = lv_engine_chat_finalize;
  lv_engine_chat_install_signals (G_TYPE_FROM_CLASS (klass), signals);
}

static void
lv_engine_chat_init (LvEngineChat *self)
{
  self->session = soup_session_new_with_options ("timeout", LV_ENGINE_CHAT_TIMEOUT_S, "user-agent",
                                                 "livevoice-engine", NULL);
  self->cancellable = g_cancellable_new ();
  self->body = g_string_new (NULL);
}

void
lv_engine_chat_set_up (LvEngineChat *self, const LvSetup *setup)
{
  const gboolean instructed = setup->system_instruction != NULL;
  g_autofree char *system = g_strconcat (voice_instruction, instructed ? "\n\n" : "",
                                         instructed ? setup->system_instruction : "", NULL);

  g_clear_pointer (&self->tools, g_ptr_array_unref);
  self->tools = setup->tools != NULL ? g_ptr_array_ref (setup->tools) : NULL;
  lv_engine_chat_log_set_system (self->log, system);
}

LvEngineChat *
lv_engine_chat_new (const LvSetup *setup, const char *url, const char *model)
{
  LvEngineChat *self = g_object_new (LV_TYPE_ENGINE_CHAT, NULL);
  gsize length = strlen (url);

  self->url = g_strndup (url, g_str_has_suffix (url, "/") ? length - 1 : length);
  self->model = g_strdup (model != NULL ? model : LV_ENGINE_CHAT_MODEL);
  self->log = lv_engine_chat_log_new ("");
  lv_engine_chat_set_up (self, setup);
  return self;
}
