/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/lv-model.h"

#include <string.h>

#define NATIVE_AUDIO_2_5                                                                           \
  .content_any_time = TRUE, .behavior = TRUE, .scheduling = TRUE, .will_continue = TRUE

/* The first row is what an unknown id gets. */
static const LvModel models[] = {
  { .prefix = LV_MODEL_DEFAULT,
    .content_any_time = TRUE,
    .behavior = TRUE,
    .scheduling = TRUE,
    .will_continue = TRUE },
  { .prefix = "gemini-3.8-live-extended-thinking",
    .content_any_time = TRUE,
    .behavior = TRUE,
    .non_blocking_only = TRUE,
    .thinking_level = "LOW" },
  { .prefix = "gemini-3.1-flash-live",
    .text_by_realtime = TRUE,
    .thinking_level = "MINIMAL",
    .replaced_by = LV_MODEL_DEFAULT },
  { .prefix = "gemini-2.5-flash-native-audio", NATIVE_AUDIO_2_5 },
  { .prefix = "gemini-2.5-flash-native-audio-preview-09-2025",
    NATIVE_AUDIO_2_5,
    .replaced_by = LV_MODEL_DEFAULT },
  { .prefix = "gemini-live-2.5-flash", .content_any_time = TRUE },
  { .prefix = "gemini-live-2.5-flash-preview",
    .content_any_time = TRUE,
    .replaced_by = LV_MODEL_DEFAULT },
  { .prefix = "gemini-live-2.5-flash-preview-native-audio-09-2025",
    .content_any_time = TRUE,
    .replaced_by = "gemini-live-2.5-flash-native-audio" },
  { .prefix = "gemini-2.0-flash-live", .content_any_time = TRUE, .replaced_by = LV_MODEL_DEFAULT },
};

const LvModel *
lv_model_lookup (const char *id)
{
  const char *slash = id != NULL ? strrchr (id, '/') : NULL;
  const char *name = slash != NULL ? slash + 1 : id;
  const LvModel *best = &models[0];
  gsize best_length = 0;

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (models); i++)
    {
      gsize length = strlen (models[i].prefix);

      if (length > best_length && strncmp (name, models[i].prefix, length) == 0)
        {
          best = &models[i];
          best_length = length;
        }
    }
  return best;
}
