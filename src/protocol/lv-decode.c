/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-decode.h"

#include "protocol/lv-table.h"

/* ---- server ---- */

/* A turn of the model is its own, whatever it says; a text without a code is no error. */
static void
tidy (LvServerMessage *message)
{
  if (message->model_turn != NULL)
    message->model_turn->role = LV_ROLE_MODEL;
  if (message->error_code != 0)
    return;
  g_clear_pointer (&message->error_message, g_free);
  g_clear_pointer (&message->error_status, g_free);
}

LvServerMessage *
lv_decode_server (GBytes *frame, GError **error)
{
  LvJsonReader reader = { LV_READ_LIBERAL, LV_ERROR_SERVER, NULL };
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) local = NULL;
  LvServerMessage *message;

  root = lv_json_parse_frame (frame, &local);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error (error, LV_ERROR, LV_ERROR_SERVER, "the server sent what is not a message: %s",
                   local != NULL ? local->message : "not an object");
      return NULL;
    }
  message = lv_server_message_new ();
  lv_read_fields (&reader, NULL, root, &lv_server_fields, message);
  tidy (message);
  return message;
}

/* ---- client ---- */

LvClientMessage *
lv_decode_client (GBytes *frame, GError **error)
{
  LvJsonReader reader = { LV_READ_SERVICE, LV_ERROR_INVALID_ARGS, NULL };
  g_autoptr (LvClientMessage) message = lv_client_message_new (LV_CLIENT_SETUP);
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonNode) root = lv_json_parse_frame (frame, &local);

  if (root == NULL)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS, "Invalid JSON payload received. %s",
                   local->message);
      return NULL;
    }
  if (!JSON_NODE_HOLDS_OBJECT (root))
    {
      g_set_error_literal (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                           "Invalid JSON payload received. Unknown name \"\": Root element must be "
                           "a message.");
      return NULL;
    }
  if (!lv_read_fields (&reader, NULL, root, &lv_client_fields, message))
    {
      g_propagate_error (error, reader.error);
      return NULL;
    }
  return g_steal_pointer (&message);
}
