/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-voices.h"

#include <string.h>

static const LvVoice voices[] = {
  { "Zephyr", "Bright", "", FALSE },
  { "Puck", "Upbeat", "", FALSE },
  { "Charon", "Informative", "", FALSE },
  { "Kore", "Firm", "", FALSE },
  { "Fenrir", "Excitable", "", FALSE },
  { "Leda", "Youthful", "", FALSE },
  { "Orus", "Firm", "", FALSE },
  { "Aoede", "Breezy", "", FALSE },
  { "Callirrhoe", "Easy-going", "", FALSE },
  { "Autonoe", "Bright", "", FALSE },
  { "Enceladus", "Breathy", "", FALSE },
  { "Iapetus", "Clear", "", FALSE },
  { "Umbriel", "Easy-going", "", FALSE },
  { "Algieba", "Smooth", "", FALSE },
  { "Despina", "Smooth", "", FALSE },
  { "Erinome", "Clear", "", FALSE },
  { "Algenib", "Gravelly", "", FALSE },
  { "Rasalgethi", "Informative", "", FALSE },
  { "Laomedeia", "Upbeat", "", FALSE },
  { "Achernar", "Soft", "", FALSE },
  { "Alnilam", "Firm", "", FALSE },
  { "Schedar", "Even", "", FALSE },
  { "Gacrux", "Mature", "", FALSE },
  { "Pulcherrima", "Forward", "", FALSE },
  { "Achird", "Friendly", "", FALSE },
  { "Zubenelgenubi", "Casual", "", FALSE },
  { "Vindemiatrix", "Gentle", "", FALSE },
  { "Sadachbia", "Lively", "", FALSE },
  { "Sadaltager", "Knowledgeable", "", FALSE },
  { "Sulafat", "Warm", "", FALSE },

  { "en-us-arlo", "", "en-US", TRUE },
  { "en-us-bodi", "", "en-US", TRUE },
  { "en-us-brio", "", "en-US", TRUE },
  { "en-us-cruz", "", "en-US", TRUE },
  { "en-us-daro", "", "en-US", TRUE },
  { "en-us-elio", "", "en-US", TRUE },
  { "en-us-enya", "", "en-US", TRUE },
  { "en-us-enzo", "", "en-US", TRUE },
  { "en-us-finn", "", "en-US", TRUE },
  { "en-us-fola", "", "en-US", TRUE },
  { "en-us-gero", "", "en-US", TRUE },
  { "en-us-hali", "", "en-US", TRUE },
  { "en-us-jett", "", "en-US", TRUE },
  { "en-us-lora", "", "en-US", TRUE },
  { "en-us-ludo", "", "en-US", TRUE },
  { "en-us-lumi", "", "en-US", TRUE },
  { "en-us-mako", "", "en-US", TRUE },
  { "en-us-neno", "", "en-US", TRUE },
  { "en-us-nika", "", "en-US", TRUE },
  { "en-us-nyla", "", "en-US", TRUE },
  { "en-us-rami", "", "en-US", TRUE },
  { "en-us-riko", "", "en-US", TRUE },
  { "en-us-rina", "", "en-US", TRUE },
  { "en-us-tari", "", "en-US", TRUE },
  { "en-us-tavi", "", "en-US", TRUE },
  { "en-us-tova", "", "en-US", TRUE },
  { "en-us-varo", "", "en-US", TRUE },
  { "en-us-veda", "", "en-US", TRUE },
  { "en-us-zali", "", "en-US", TRUE },
  { "en-us-zeno", "", "en-US", TRUE },
};

const LvVoice *
lv_voices_get (guint *ret_n)
{
  *ret_n = G_N_ELEMENTS (voices);
  return voices;
}

const LvVoice *
lv_voices_find (const char *id)
{
  for (gsize i = 0; i < G_N_ELEMENTS (voices); i++)
    if (g_ascii_strcasecmp (voices[i].id, id) == 0)
      return &voices[i];
  return NULL;
}
