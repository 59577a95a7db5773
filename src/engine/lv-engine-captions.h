/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was heard and said, as transcriptions of the protocol: with its language, and with times and
 * words where the client asked for them. Pure. What is not wanted is NULL; the messages are newly
 * allocated.
 */
#pragma once

#include "engine/lv-engine-hearing.h"
#include "protocol/lv-message.h"

/* For the signals of @hearing: "hypothesis" and "heard". */
LvServerMessage *lv_engine_captions_interim (LvEngineHearing *hearing, const LvSetup *setup,
                                             const char *text);
LvServerMessage *lv_engine_captions_heard (LvEngineHearing *hearing, const LvSetup *setup,
                                           const char *text);

/* In the model's turn, when it answers in writing. */
LvServerMessage *lv_engine_captions_said (const LvSetup *setup, const char *delta,
                                          const char *language);

/* The voice, s16 mono 24 kHz. */
LvServerMessage *lv_engine_captions_voice (GBytes *pcm);

/* What mode SMART makes of recognised words: no "um", a capital, a full stop or a question mark;
 * newly allocated. */
char *lv_engine_captions_polish (const char *text);
