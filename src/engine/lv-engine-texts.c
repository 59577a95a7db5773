/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-texts.h"

#define MAX_VARIANTS 6

static const char *const texts[LV_ENGINE_N_TEXTS][MAX_VARIANTS] = {
  [LV_ENGINE_TEXT_HELP] = {
    "You can ask me for the time and the date. I can calculate, for example seven times eight. I can set a timer, flip a coin, "
    "tell a joke or a story, and repeat what I said. And I can use what your programs offer, such as setting the volume.",
  },
  [LV_ENGINE_TEXT_STORY] = {
    "Once upon a time there was a lighthouse keeper who lived on a small rock, far out in the sea. Every evening she climbed "
    "two hundred steps and lit the lamp. One night a thick fog came, and the lamp could not be seen any more. She heard a ship "
    "blow its horn, nearer and nearer to the rocks. So she opened the window, and she began to sing. She sang all the songs "
    "she knew, and when she had sung them all, she began again. The sailors heard her voice, turned the wheel, and sailed "
    "around the rock. In the morning the fog was gone, and in front of her door stood a basket of oranges. From that day on, "
    "every ship that passed the rock sounded its horn three times. And that is the end of the story.",
    "A long time ago a young fox found a mirror in the forest. He looked into it, and he saw another fox. Good morning, he "
    "said, but the other fox did not answer. He went away, and he came back with a fish, and he put the fish down. The other fox "
    "had brought a fish as well. That is very kind, thought the fox, and he sat down, and he ate. Every day he came back, and "
    "every day there was company at dinner. When winter came, snow covered the mirror, and the fox was sad. But an old owl, who "
    "had watched him from her tree, came down and asked whether she could share his fish. She talked a lot, and she never "
    "brought anything. And still it was the best winter of his life.",
  },
  [LV_ENGINE_TEXT_ABOUT] = {
    "I am Live Voice, the voice of this computer. I run right here, and nothing that you say leaves this machine. I listen with "
    "a speech recogniser that understands American English, and I speak with a small synthesiser, which is why I sound a little "
    "like a robot. You can interrupt me at any time: just start to talk, and I will be quiet. I know the time and the date, I can "
    "calculate, set timers, and tell stories. Programs on your desktop can teach me more: each may offer functions, and I will call "
    "them when you ask for what they do. When you want a better conversation, give me the address of a language model in the "
    "settings, or a key for the Gemini service, and I will let it do the thinking.",
  },
  [LV_ENGINE_TEXT_JOKE] = {
    "Why did the computer go to the doctor? It had a virus.",
    "There are ten kinds of people: those who understand binary, and those who do not.",
    "I would tell you a joke about the network, but I am not sure that it would arrive.",
    "Why do programmers confuse Halloween and Christmas? Because October thirty one is December twenty five.",
  },
  [LV_ENGINE_TEXT_NAME] = { "I am Live Voice, the voice of this computer." },
  [LV_ENGINE_TEXT_FEELING] = { "I am fine, thank you. How are you?", "Very well, thank you. What can I do for you?" },
  [LV_ENGINE_TEXT_WELCOME] = { "You are welcome.", "My pleasure." },
  [LV_ENGINE_TEXT_GOODBYE] = { "Goodbye!", "See you later!" },
  [LV_ENGINE_TEXT_STOPPED] = { "OK.", "All right." },
  [LV_ENGINE_TEXT_ACKNOWLEDGE] = { "All right.", "OK." },
  [LV_ENGINE_TEXT_OFFLINE] = {
    "I cannot look that up: I work without the network. A program can offer me a function for it, or you can connect me to a "
    "language model in the settings.",
  },
  [LV_ENGINE_TEXT_EXCUSE] = {
    "Sorry, I did not understand that. Ask me what I can do.",
    "I am not sure what you mean. Could you say it in another way?",
    "That is beyond me. Say help, and I will tell you what I can do.",
  },
};

const char *
lv_engine_text (LvEngineText kind, guint index)
{
  guint n = 0;

  g_return_val_if_fail (kind < LV_ENGINE_N_TEXTS, "");

  while (n < MAX_VARIANTS && texts[kind][n] != NULL)
    n++;
  return texts[kind][index % n];
}
