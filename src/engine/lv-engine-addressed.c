/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-addressed.h"

#include "engine/lv-engine-words.h"

static const char *const names[] = { "computer", "assistant", "gemini", "robot", NULL };

/* They say nothing about what follows. */
static const char *const fillers[] = { "please", "well", "so",   "okay", "ok", "hey",
                                       "and",    "now",  "um",   "uh",   "oh", "er",
                                       "but",    "then", "just", "also", NULL };

/* A statement does not begin like this. */
static const char *const openings[] = {
  /* questions */
  "what", "who", "whose", "which", "when", "where", "why", "how", "is", "are", "am", "was", "were",
  "do", "does", "did", "can", "could", "will", "would", "shall", "should", "may", "have", "has",
  /* commands */
  "tell", "say", "set", "turn", "switch", "play", "stop", "start", "open", "close", "show", "give",
  "make", "add", "remove", "delete", "cancel", "create", "send", "call", "find", "search", "look",
  "read", "repeat", "wake", "remind", "help", "pick", "flip", "toss", "roll", "throw", "calculate",
  "translate", "increase", "decrease", "raise", "lower", "mute", "pause", "resume", "put", "change",
  "speak", "be", "let's",
  /* to somebody */
  "hello", "hi", "good", "thank", "thanks", "goodbye", "bye", NULL
};

gboolean
lv_engine_is_addressed (const char *text)
{
  g_auto (GStrv) words = lv_engine_words_split (text);
  guint first = 0;

  for (guint i = 0; words[i] != NULL; i++)
    if (lv_engine_words_contain (names, words[i]))
      return TRUE;
  while (words[first] != NULL && lv_engine_words_contain (fillers, words[first]))
    first++;
  return words[first] != NULL && lv_engine_words_contain (openings, words[first]);
}

gboolean
lv_engine_is_for_us (const LvSetup *setup, gboolean asking, const char *text)
{
  return !setup->proactive_audio || asking || lv_engine_is_addressed (text);
}
