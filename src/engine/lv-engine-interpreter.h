/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The models that hold no conversation, but follow the speaker: those that transcribe, and those
 * that say the same in another language. No turns, no questions, no interruption. Main thread. One
 * per connection.
 *
 * Signals:
 *   "message" (LvServerMessage *message)   for the client; borrowed
 *   "failed" (const char *reason)          the translation has broken down
 */
#pragma once

#include "engine/lv-engine-conversation.h"
#include "engine/lv-engine-hearing.h"
#include "engine/lv-engine-options.h"

#define LV_TYPE_ENGINE_INTERPRETER (lv_engine_interpreter_get_type ())
G_DECLARE_FINAL_TYPE (LvEngineInterpreter, lv_engine_interpreter, LV, ENGINE_INTERPRETER, GObject)

/* TRUE when the model of @setup is one of these, or is to be one: our own is either. */
gboolean lv_engine_interpreter_is_wanted (const LvSetup *setup);

/* @setup is taken, also on failure. UNSUPPORTED when it is to be translated into a language that
 * nothing here translates to. @conversation counts. */
LvEngineInterpreter *lv_engine_interpreter_new (LvSetup *setup, LvEngineConversation *conversation,
                                                const LvEngineOptions *options, GError **error);

/* Where microphone audio goes. */
LvEngineHearing *lv_engine_interpreter_get_hearing (LvEngineInterpreter *self);
