/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-voices.h"

/* The characters that the service describes, as far as formant synthesis can be bright, breathy or
 * mature. */
static const LvEngineVoiceStyle styles[] = {
  { "Puck", "m3", 55, 65, 175 }, /* upbeat; the default: first */
  { "Zephyr", "f2", 62, 60, 175 },        { "Charon", "m7", 38, 45, 165 },
  { "Kore", "f1", 48, 45, 170 },          { "Fenrir", "m1", 58, 75, 185 },
  { "Leda", "f4", 68, 60, 175 },          { "Orus", "m2", 42, 40, 168 },
  { "Aoede", "f3", 55, 55, 172 },         { "Callirrhoe", "f2", 50, 45, 160 },
  { "Autonoe", "f5", 60, 60, 172 },       { "Enceladus", "m4", 35, 40, 158 },
  { "Iapetus", "m3", 45, 45, 168 },       { "Umbriel", "m5", 44, 45, 158 },
  { "Algieba", "m6", 46, 50, 165 },       { "Despina", "f1", 56, 55, 165 },
  { "Erinome", "f3", 48, 40, 170 },       { "Algenib", "m8", 30, 40, 160 },
  { "Rasalgethi", "m7", 46, 55, 172 },    { "Laomedeia", "f4", 60, 70, 180 },
  { "Achernar", "f5", 50, 40, 158 },      { "Alnilam", "m1", 44, 42, 170 },
  { "Schedar", "m2", 50, 30, 165 },       { "Gacrux", "f1", 36, 42, 158 },
  { "Pulcherrima", "f2", 56, 70, 182 },   { "Achird", "m4", 52, 60, 172 },
  { "Zubenelgenubi", "m6", 54, 58, 178 }, { "Vindemiatrix", "f3", 42, 45, 155 },
  { "Sadachbia", "m5", 58, 72, 182 },     { "Sadaltager", "m8", 44, 48, 168 },
  { "Sulafat", "f5", 44, 50, 162 },
};

const LvEngineVoiceStyle *
lv_engine_voices_lookup (const char *name)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (styles); i++)
    if (g_ascii_strcasecmp (styles[i].name, name) == 0)
      return &styles[i];
  return &styles[0];
}

const LvEngineVoiceStyle *
lv_engine_voices_list (guint *ret_n)
{
  *ret_n = G_N_ELEMENTS (styles);
  return styles;
}
