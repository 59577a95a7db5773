/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-espeak.h"

#include "engine/lv-engine-languages.h"

#include <espeak-ng/speak_lib.h>
#include <string.h>

#define BUFFER_MS 60
#define DEFAULT_VOICE "gmw/en-US"

typedef struct {
  LvEngineEspeakSound sound;
  LvEngineEspeakWord word;
  gpointer data;
  guint rate;
} Request;

/* Not of this program: the library has one state for the process. */
static GMutex lock;

/* espeak-ng calls back with no more than what is in its events, the terminator included. */
static int
on_espeak_sound (short *samples, int n_samples, espeak_EVENT *events)
{
  Request *request = events->user_data;

  for (espeak_EVENT *event = events; event->type != espeakEVENT_LIST_TERMINATED; event++)
    if (event->type == espeakEVENT_WORD && request->word != NULL)
      request->word ((gsize) event->audio_position * request->rate / 1000,
                     MAX (event->text_position - 1, 0), request->data);
  if (samples == NULL || n_samples == 0)
    return 0;
  return !request->sound (samples, n_samples, request->data);
}

static gpointer
initialize (gpointer data)
{
  int rate =
      espeak_Initialize (AUDIO_OUTPUT_SYNCHRONOUS, BUFFER_MS, NULL, espeakINITIALIZE_DONT_EXIT);

  espeak_SetSynthCallback (on_espeak_sound);
  return GUINT_TO_POINTER (MAX (rate, 0));
}

guint
lv_engine_espeak_get_rate (void)
{
  static GOnce once = G_ONCE_INIT;

  return GPOINTER_TO_UINT (g_once (&once, initialize, NULL));
}

/* The voice file of espeak-ng that speaks exactly @code, NULL when there is none. */
static const char *
find_voice (const char *code)
{
  const espeak_VOICE **voices = espeak_ListVoices (NULL);

  for (; *voices != NULL; voices++)
    /* the languages of a voice: a byte of priority and a name each, a zero byte at the end */
    for (const char *p = (*voices)->languages; *p != '\0'; p += strlen (p) + 1)
      if (g_ascii_strcasecmp (p + 1, code) == 0)
        return (*voices)->identifier;
  return NULL;
}

/* "de-AT" is spoken as "de" when there is no Austrian. */
static const char *
find_nearest_voice (const char *language)
{
  g_autofree char *code = g_strdup (language);
  const char *voice = find_voice (code);

  for (char *dash; voice == NULL && (dash = strrchr (code, '-')) != NULL;)
    {
      *dash = '\0';
      voice = find_voice (code);
    }
  return voice;
}

/* Our own choice for the service's languages, then what there is; what there is no voice for, as
 * American English. */
static const char *
voice_for_language (const char *language)
{
  const LvEngineLanguage *known = lv_engine_languages_lookup (language);
  const gboolean exact = known != NULL && g_ascii_strcasecmp (known->code, language) == 0;
  const char *voice = NULL;

  if (language != NULL)
    voice = find_nearest_voice (exact ? known->voice : language);
  return voice != NULL ? voice : DEFAULT_VOICE;
}

gboolean
lv_engine_espeak_speaks (const char *language)
{
  const gboolean ready = lv_engine_espeak_get_rate () > 0;
  gboolean found;

  g_mutex_lock (&lock);
  found = ready && find_nearest_voice (language) != NULL;
  g_mutex_unlock (&lock);
  return found;
}

static void
apply_style (const LvEngineVoiceStyle *style, const char *language)
{
  g_autofree char *name = g_strdup_printf ("%s+%s", voice_for_language (language), style->variant);

  espeak_SetVoiceByName (name);
  espeak_SetParameter (espeakPITCH, style->pitch, 0);
  espeak_SetParameter (espeakRANGE, style->range, 0);
  espeak_SetParameter (espeakRATE, style->words_per_minute, 0);
  espeak_SetParameter (espeakVOLUME, style->volume > 0 ? style->volume : 100, 0);
}

gboolean
lv_engine_espeak_speak (const LvEngineVoiceStyle *style, const char *language, const char *text,
                        LvEngineEspeakSound sound, LvEngineEspeakWord word, gpointer data,
                        GError **error)
{
  Request request = { sound, word, data, lv_engine_espeak_get_rate () };

  if (request.rate == 0)
    {
      g_set_error_literal (error, LV_ERROR, LV_ERROR_UNSUPPORTED,
                           "No speech data of espeak-ng: install the package espeak-ng-data");
      return FALSE;
    }
  g_mutex_lock (&lock);
  apply_style (style, language);
  espeak_Synth (text, strlen (text) + 1, 0, POS_CHARACTER, 0, espeakCHARS_UTF8 | espeakENDPAUSE,
                NULL, &request);
  g_mutex_unlock (&lock);
  return TRUE;
}
