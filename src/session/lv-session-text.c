/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "lv-session"
#include "session/lv-session-private.h"

#include "protocol/lv-encode.h"
#include "session/lv-session-setup.h"

#include <string.h>

static gboolean
check_live (LvSession *self, GError **error)
{
  if (lv_session_is_live (self))
    return TRUE;
  g_set_error_literal (error, LV_ERROR, LV_ERROR_NOT_READY,
                       "There is no conversation: start one first");
  return FALSE;
}

static gboolean
is_blank (const char *text)
{
  while (g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return *text == '\0';
}

static gboolean
check_text (const char *text, GError **error)
{
  if (strlen (text) > LV_TEXT_MAX)
    g_set_error (error, LV_ERROR, LV_ERROR_TOO_LARGE, "The text is larger than %d bytes",
                 LV_TEXT_MAX);
  else if (!g_utf8_validate (text, -1, NULL))
    g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "The text is not UTF-8");
  else if (is_blank (text))
    g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "The text is empty");
  else
    return TRUE;
  return FALSE;
}

static gboolean
check_mode (LvSession *self, LvTextMode mode, GError **error)
{
  if (!lv_session_can (self, LV_CAN_READ))
    g_set_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED, "The model %s takes no text",
                 self->model_name);
  else if (mode == LV_TEXT_CONTEXT && !lv_session_can (self, LV_CAN_CONTENT))
    g_set_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED,
                 "The model %s takes no context during a conversation", self->model_name);
  else
    return TRUE;
  return FALSE;
}

static gboolean
take_budget (LvSession *self, gsize n_bytes, GError **error)
{
  if (self->held_bytes + n_bytes > LV_HELD_MAX_BYTES)
    g_set_error_literal (error, LV_ERROR, LV_ERROR_TOO_MANY,
                         "Too much text is waiting for the connection");
  else if (!lv_rate_take (self->text_rate, g_get_monotonic_time ()))
    g_set_error (error, LV_ERROR, LV_ERROR_RATE_LIMITED, "At most %d texts a second are taken",
                 LV_TEXT_MAX_PER_SECOND);
  else
    return TRUE;
  return FALSE;
}

static LvClientMessage *
make_message (LvSession *self, const char *text, LvTextMode mode)
{
  if (mode == LV_TEXT_REALTIME ||
      (mode == LV_TEXT_TURN && !lv_model_can (self->model, LV_CAN_CONTENT)))
    return lv_client_message_new_text (text);
  return lv_client_message_new_content (lv_content_new_text (LV_ROLE_USER, text),
                                        mode == LV_TEXT_TURN);
}

GBytes *
lv_session_encode_note (LvSession *self, const char *text, gboolean silent)
{
  gboolean as_context = silent && lv_model_can (self->model, LV_CAN_CONTENT);
  g_autoptr (LvClientMessage) message =
      make_message (self, text, as_context ? LV_TEXT_CONTEXT : LV_TEXT_TURN);

  return lv_encode_client (message);
}

gboolean
lv_session_send_text (LvSession *self, const char *text, LvTextMode mode, GError **error)
{
  g_autoptr (LvClientMessage) message = NULL;
  g_autoptr (GBytes) frame = NULL;
  guint item;

  if (!check_live (self, error) || !check_text (text, error) || !check_mode (self, mode, error) ||
      !take_budget (self, strlen (text), error))
    return FALSE;

  message = make_message (self, text, mode);
  frame = lv_encode_client (message);
  item = lv_transcript_add (self->transcript,
                            mode == LV_TEXT_CONTEXT ? LV_ROLE_SYSTEM : LV_ROLE_USER, text);
  lv_session_send_frame (self, frame, item);
  lv_session_note_active (self);
  if (mode == LV_TEXT_CONTEXT)
    return TRUE;
  self->answer_due = TRUE;
  lv_doctor_ask (self->doctor, LV_ASKED_TEXT, g_get_monotonic_time ());
  lv_session_dispatch (self, LV_EVENT_TEXT);
  return TRUE;
}

gboolean
lv_session_interrupt (LvSession *self, GError **error)
{
  if (!check_live (self, error))
    return FALSE;
  self->answer_due = FALSE;
  lv_doctor_unask (self->doctor);
  lv_session_dispatch (self, LV_EVENT_SILENCE);
  return TRUE;
}

/* There is no message "be quiet". A user activity interrupts where we say when one begins;
 * elsewhere a turn that is left open does on some models, and the others talk on to nobody. */
void
lv_session_do_tell_model (LvSession *self)
{
  g_autoptr (LvClientMessage) message = NULL;
  g_autoptr (GBytes) frame = NULL;

  if (lv_session_setup_get_turn_detection (self->running) != LV_TURN_DETECTION_AUTO)
    {
      lv_session_poke (self);
      return;
    }
  if (!lv_model_can (self->model, LV_CAN_CONTENT))
    return;
  message = lv_client_message_new_content (NULL, FALSE);
  frame = lv_encode_client (message);
  lv_session_send_frame (self, frame, 0);
}
