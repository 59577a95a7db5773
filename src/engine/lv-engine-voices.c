/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-voices.h"

#include <string.h>

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

/* Whose characters the service does not describe. */
static const LvEngineVoiceStyle library[] = {
  { "arlo", "m1", 33, 38, 158 }, { "bodi", "m2", 40, 49, 163 }, { "brio", "m3", 47, 60, 168 },
  { "cruz", "m4", 54, 71, 173 }, { "daro", "m5", 61, 45, 178 }, { "elio", "m6", 39, 56, 183 },
  { "enya", "f1", 40, 67, 162 }, { "enzo", "m7", 46, 41, 167 }, { "finn", "m8", 53, 52, 172 },
  { "fola", "f2", 47, 63, 177 }, { "gero", "m1", 60, 74, 182 }, { "hali", "f3", 54, 48, 161 },
  { "jett", "m2", 38, 59, 166 }, { "lora", "f4", 61, 70, 171 }, { "ludo", "m3", 45, 44, 176 },
  { "lumi", "f5", 68, 55, 181 }, { "mako", "m4", 52, 66, 160 }, { "neno", "m5", 59, 40, 165 },
  { "nika", "f1", 44, 51, 170 }, { "nyla", "f2", 51, 62, 175 }, { "rami", "m6", 37, 73, 180 },
  { "riko", "f3", 58, 47, 159 }, { "rina", "f4", 65, 58, 164 }, { "tari", "f5", 41, 69, 169 },
  { "tavi", "m7", 44, 43, 174 }, { "tova", "f1", 48, 54, 179 }, { "varo", "m8", 51, 65, 158 },
  { "veda", "f2", 55, 39, 163 }, { "zali", "f3", 62, 50, 168 }, { "zeno", "m1", 58, 61, 173 },
};

static const LvEngineVoiceStyle *
find (const LvEngineVoiceStyle *voices, guint n_voices, const char *name)
{
  for (guint i = 0; i < n_voices; i++)
    if (g_ascii_strcasecmp (voices[i].name, name) == 0)
      return &voices[i];
  return NULL;
}

const LvEngineVoiceStyle *
lv_engine_voices_find (const char *name)
{
  const LvEngineVoiceStyle *style = find (styles, G_N_ELEMENTS (styles), name);
  const char *dash = strrchr (name, '-');

  return style != NULL ? style
                       : find (library, G_N_ELEMENTS (library), dash != NULL ? dash + 1 : name);
}

gboolean
lv_engine_voices_is_of_library (const LvEngineVoiceStyle *style)
{
  return style >= library && style < library + G_N_ELEMENTS (library);
}

const LvEngineVoiceStyle *
lv_engine_voices_lookup (const char *name)
{
  const LvEngineVoiceStyle *style = name != NULL ? lv_engine_voices_find (name) : NULL;

  return style != NULL ? style : &styles[0];
}

const LvEngineVoiceStyle *
lv_engine_voices_list (guint *ret_n)
{
  *ret_n = G_N_ELEMENTS (styles);
  return styles;
}

const LvEngineVoiceStyle *
lv_engine_voices_list_library (guint *ret_n)
{
  *ret_n = G_N_ELEMENTS (library);
  return library;
}
