/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-mood.h"

/* Somebody who talks to a computer at an arm's length. */
#define ORDINARY_DB (-22.0)
#define SPAN_DB 12.0
#define ORDINARY_PACE 2.7 /* words a second */
#define SPAN_PACE 2.5
#define PACE_SHARE 0.4

#define MAX_FASTER 0.15
#define MAX_HIGHER 10
#define MAX_LIVELIER 20
#define MAX_LOUDER 20
#define MAX_SOFTER 45

double
lv_engine_mood_judge (double loudness_db, double words_per_second)
{
  const double loudness = (loudness_db - ORDINARY_DB) / SPAN_DB;
  const double pace = (words_per_second - ORDINARY_PACE) / SPAN_PACE;

  return CLAMP (loudness + PACE_SHARE * CLAMP (pace, -1.0, 1.0), -1.0, 1.0);
}

LvEngineVoiceStyle
lv_engine_mood_apply (const LvEngineVoiceStyle *style, double mood)
{
  LvEngineVoiceStyle moved = *style;

  moved.words_per_minute = style->words_per_minute * (1.0 + MAX_FASTER * mood);
  moved.pitch = CLAMP (style->pitch + MAX_HIGHER * mood, 0, 99);
  moved.range = CLAMP (style->range + MAX_LIVELIER * mood, 0, 99);
  moved.volume = 100 + (mood > 0 ? MAX_LOUDER : MAX_SOFTER) * mood;
  return moved;
}
