/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-session-private.h"

#include "protocol/lv-encode.h"

/* One message: the server takes what comes as history until a turn is complete, and answers
 * nothing. */
void
lv_session_seed_history (LvSession *self)
{
  g_autoptr (LvClientMessage) message = NULL;
  g_autoptr (GBytes) frame = NULL;
  GVariantIter iter;
  const char *nick, *text;

  if (!self->seed_due)
    return;
  self->seed_due = FALSE;
  message = lv_client_message_new_content (NULL, TRUE);
  g_variant_iter_init (&iter, self->running->history);
  while (g_variant_iter_next (&iter, "(&s&s)", &nick, &text))
    {
      LvRole role = LV_ROLE_USER;

      lv_role_from_nick (nick, &role);
      g_ptr_array_add (message->turns, lv_content_new_text (role, text));
    }
  frame = lv_encode_client (message);
  lv_session_send_now (self, frame);
}
