/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The course of a conversation: what the user says or types goes through ears and brain, what the
 * brain answers goes through the voice; turns begin one after the other and end when they have been
 * heard, or when the user interrupts. Knows messages, but neither frames nor the setup handshake.
 * Main thread. One per connection.
 *
 * Signals:
 *   "message" (LvServerMessage *message)   for the client; borrowed
 */
#pragma once

#include "engine/lv-engine-conversation.h"
#include "engine/lv-engine-hearing.h"
#include "engine/lv-engine-options.h"
#include "protocol/lv-setup.h"

#define LV_TYPE_ENGINE_DIALOGUE (lv_engine_dialogue_get_type ())
G_DECLARE_FINAL_TYPE (LvEngineDialogue, lv_engine_dialogue, LV, ENGINE_DIALOGUE, GObject)

/* @setup is taken. @conversation: what was said before, and what is said from now on. */
LvEngineDialogue *lv_engine_dialogue_new (LvSetup *setup, LvEngineConversation *conversation,
                                          const LvEngineOptions *options);

/* Where microphone audio goes. */
LvEngineHearing *lv_engine_dialogue_get_hearing (LvEngineDialogue *self);

/* contextUpdate: what is in @update holds from the next question on, see
 * lv_engine_update_apply(). */
void lv_engine_dialogue_update (LvEngineDialogue *self, LvSetup *update);

/* clientContent: interrupts, and with @turn_complete the model answers the last user turn. */
void lv_engine_dialogue_read (LvEngineDialogue *self, GPtrArray *turns, gboolean turn_complete);
/* History from before the conversation: neither interrupts nor is answered. */
void lv_engine_dialogue_remember (LvEngineDialogue *self, GPtrArray *turns);
/* realtimeInput.text: like something said. */
void lv_engine_dialogue_ask (LvEngineDialogue *self, const char *text);
/* toolResponse; takes the items (LvFunctionResponse) out of @responses. */
void lv_engine_dialogue_answer (LvEngineDialogue *self, GPtrArray *responses);
