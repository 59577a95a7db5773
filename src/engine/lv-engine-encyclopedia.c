/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-encyclopedia.h"

#include "engine/lv-engine-words.h"

/* Facts that stay true. */
static const LvEngineFact facts[] = {
  { "mount everest", "Mount Everest is the highest mountain on Earth. It is 8849 metres high." },
  { "moon",
    "The Moon is about 384000 kilometres away from the Earth, and goes around it in 27 days." },
  { "sun", "The Sun is a star, about 150 million kilometres away from the Earth." },
  { "mars",
    "Mars is the fourth planet from the Sun. A day on Mars takes 24 hours and 37 minutes." },
  { "jupiter", "Jupiter is the largest planet of the solar system." },
  { "speed light", "Light travels 299792 kilometres in a second." },
  { "capital france", "The capital of France is Paris." },
  { "capital germany", "The capital of Germany is Berlin." },
  { "capital italy", "The capital of Italy is Rome." },
  { "capital spain", "The capital of Spain is Madrid." },
  { "capital england", "The capital of England, and of the United Kingdom, is London." },
  { "capital japan", "The capital of Japan is Tokyo." },
  { "capital canada", "The capital of Canada is Ottawa." },
  { "capital australia", "The capital of Australia is Canberra." },
  { "capital india", "The capital of India is New Delhi." },
  { "capital brazil", "The capital of Brazil is Brasilia." },
  { "longest river", "The longest rivers on Earth are the Nile and the Amazon, with more than 6000 "
                     "kilometres each." },
  { "largest ocean", "The Pacific is the largest ocean. It covers about a third of the Earth." },
  { "largest animal", "The blue whale is the largest animal that has ever lived." },
  { "eiffel tower", "The Eiffel Tower in Paris is 330 metres high. It was finished in 1889." },
  { "albert einstein",
    "Albert Einstein was a physicist, born in Ulm in 1879. He found the theory of relativity." },
  { "marie curie", "Marie Curie was a physicist and chemist, born in Warsaw in 1867. She "
                   "discovered polonium and radium." },
  { "isaac newton",
    "Isaac Newton was an English physicist and mathematician. He described gravity in 1687." },
  { "ada lovelace",
    "Ada Lovelace, born in 1815, wrote what is called the first computer program." },
  { "linux", "Linux is a free operating system kernel. Linus Torvalds published it in 1991." },
  { "water boil", "Water boils at 100 degrees Celsius at sea level." },
  { "oxygen",
    "Oxygen is the chemical element with the number 8. It makes up 21 percent of the air." },
  { "gold", "Gold is the chemical element with the number 79." },
  { "photosynthesis",
    "Photosynthesis is how plants make sugar and oxygen out of light, water and carbon dioxide." },
  { "pi", "Pi is the ratio of a circle's circumference to its diameter, about 3.14159." },
};

static const char *const questions[] = { "what", "who",  "where",  "when", "which", "why",
                                         "how",  "tell", "search", "look", NULL };

gboolean
lv_engine_encyclopedia_is_question (const LvEngineUtterance *utterance)
{
  return utterance->n_words > 2 && lv_engine_words_contain (questions, utterance->words[0]);
}

static gboolean
is_about (const LvEngineUtterance *utterance, const LvEngineFact *fact)
{
  g_auto (GStrv) topic = g_strsplit (fact->topic, " ", -1);

  for (guint i = 0; topic[i] != NULL; i++)
    if (lv_engine_words_find ((const char *const *) utterance->words, topic[i], NULL) < 0.95)
      return FALSE;
  return TRUE;
}

const LvEngineFact *
lv_engine_encyclopedia_find (const LvEngineUtterance *utterance)
{
  if (!lv_engine_encyclopedia_is_question (utterance))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    if (is_about (utterance, &facts[i]))
      return &facts[i];
  return NULL;
}

void
lv_engine_encyclopedia_add_phrases (GPtrArray *phrases)
{
  static const char *const asked[] = {
    "(how high | how tall) is (mount everest | the eiffel tower)",
    "how far away is (the moon | the sun | mars)",
    "(what | which) is the (longest river | largest ocean | largest animal) [on earth]",
    ("what is the capital of (france | germany | italy | spain | england | japan | canada | "
     "australia | india | brazil)"),
    "who (is | was) (albert einstein | marie curie | isaac newton | ada lovelace)",
    "what is (the speed of light | linux | oxygen | gold | photosynthesis | jupiter)",
    "(when | at what temperature) does water boil",
  };

  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    g_ptr_array_add (phrases, g_strdup (asked[i]));
}
