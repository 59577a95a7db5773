/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-phones.h"

#include <string.h>

typedef struct {
  const char *letters; /* '^' first: only at the start of the word; '$' last: only at its end */
  const char *phones;
} Rule;

/* The first rule that fits wins: longer ones stand before shorter ones of the same letter. */
static const Rule rules[] = {
  { "^kn", "N" },        { "^wr", "R" },        { "^ph", "F" },
  { "^ps", "S" },        { "^x", "Z" },         { "ation", "EY SH AH N" },
  { "tion", "SH AH N" }, { "sion", "ZH AH N" }, { "ight", "AY T" },
  { "ough", "AO" },      { "igh", "AY" },       { "tch", "CH" },
  { "dge", "JH" },       { "sch", "S K" },      { "que$", "K" },
  { "air", "EH R" },     { "ear", "IH R" },     { "eer", "IH R" },
  { "our", "AW ER" },    { "oor", "AO R" },     { "wifi", "W AY F AY" },
  { "ing$", "IH NG" },   { "ed$", "D" },        { "es$", "Z" },
  { "le$", "AH L" },     { "re$", "ER" },       { "ake", "EY K" },
  { "ate", "EY T" },     { "ame", "EY M" },     { "ade", "EY D" },
  { "age$", "IH JH" },   { "ane", "EY N" },     { "ape", "EY P" },
  { "ave", "EY V" },     { "ace", "EY S" },     { "ale", "EY L" },
  { "ile", "AY L" },     { "ide", "AY D" },     { "ine", "AY N" },
  { "ime", "AY M" },     { "ike", "AY K" },     { "ite", "AY T" },
  { "ive", "AY V" },     { "ire", "AY ER" },    { "ife", "AY F" },
  { "ise", "AY Z" },     { "ize", "AY Z" },     { "ice", "AY S" },
  { "ipe", "AY P" },     { "one", "OW N" },     { "ote", "OW T" },
  { "ode", "OW D" },     { "ose", "OW Z" },     { "ome", "OW M" },
  { "ole", "OW L" },     { "oke", "OW K" },     { "ope", "OW P" },
  { "ore", "AO R" },     { "une", "UW N" },     { "ute", "UW T" },
  { "ude", "UW D" },     { "use", "UW Z" },     { "ule", "UW L" },
  { "ch", "CH" },        { "ck", "K" },         { "sh", "SH" },
  { "th", "TH" },        { "ph", "F" },         { "wh", "W" },
  { "gh", "G" },         { "ng", "NG" },        { "qu", "K W" },
  { "zh", "ZH" },        { "ai", "EY" },        { "ay", "EY" },
  { "au", "AO" },        { "aw", "AO" },        { "ar", "AA R" },
  { "ea", "IY" },        { "ee", "IY" },        { "ei", "EY" },
  { "ew", "UW" },        { "ey", "IY" },        { "er", "ER" },
  { "ie", "IY" },        { "ir", "ER" },        { "oa", "OW" },
  { "oi", "OY" },        { "oy", "OY" },        { "oo", "UW" },
  { "ou", "AW" },        { "ow", "OW" },        { "or", "AO R" },
  { "ur", "ER" },        { "ue", "UW" },        { "ce", "S EH" },
  { "ci", "S IH" },      { "cy", "S IY" },      { "ge", "JH EH" },
  { "gi", "JH IH" },     { "bb", "B" },         { "cc", "K" },
  { "dd", "D" },         { "ff", "F" },         { "gg", "G" },
  { "ll", "L" },         { "mm", "M" },         { "nn", "N" },
  { "pp", "P" },         { "rr", "R" },         { "ss", "S" },
  { "tt", "T" },         { "zz", "Z" },         { "a$", "AH" },
  { "e$", "" },          { "i$", "IY" },        { "o$", "OW" },
  { "y$", "IY" },        { "^y", "Y" },         { "a", "AE" },
  { "b", "B" },          { "c", "K" },          { "d", "D" },
  { "e", "EH" },         { "f", "F" },          { "g", "G" },
  { "h", "HH" },         { "i", "IH" },         { "j", "JH" },
  { "k", "K" },          { "l", "L" },          { "m", "M" },
  { "n", "N" },          { "o", "AA" },         { "p", "P" },
  { "q", "K" },          { "r", "R" },          { "s", "S" },
  { "t", "T" },          { "u", "AH" },         { "v", "V" },
  { "w", "W" },          { "x", "K S" },        { "y", "IH" },
  { "z", "Z" },
};

/* The number of letters of @word at @at that @rule covers; 0 when it does not fit. */
static gsize
rule_match (const Rule *rule, const char *word, gsize at)
{
  const char *letters = rule->letters;
  gsize n;

  if (letters[0] == '^' && at > 0)
    return 0;
  letters += letters[0] == '^';
  n = strcspn (letters, "$");
  if (strncmp (word + at, letters, n) != 0)
    return 0;
  return letters[n] == '$' && word[at + n] != '\0' ? 0 : n;
}

char *
lv_engine_phones_guess (const char *word)
{
  g_autoptr (GString) phones = g_string_new (NULL);

  for (gsize at = 0, step; word[at] != '\0'; at += step)
    {
      step = 1;
      for (guint i = 0; i < G_N_ELEMENTS (rules); i++)
        {
          gsize n = rule_match (&rules[i], word, at);

          if (n == 0)
            continue;
          step = n;
          if (rules[i].phones[0] != '\0')
            g_string_append_printf (phones, "%s%s", phones->len > 0 ? " " : "", rules[i].phones);
          break;
        }
    }
  return phones->len > 0 ? g_strdup (phones->str) : NULL;
}
