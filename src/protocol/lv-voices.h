/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The voices of the Live API, as they are published: thirty that every model with a voice of its
 * own has, and the beginning of the library, which grows and whose list the service gives out.
 * Pure. Source: the voice lists of the Live API, state 2026-11.
 */
#pragma once

#include <glib.h>

typedef struct {
  const char *id;
  const char *description; /* one word, English; "" when there is none */
  const char *locale;      /* BCP 47; "" for one that speaks every language */
  gboolean library;        /* LV_CAN_VOICE_LIBRARY is needed */
} LvVoice;

/* All of them, the thirty first; static. */
const LvVoice *lv_voices_get (guint *ret_n);

/* NULL when @id, in any case, is not in the table. */
const LvVoice *lv_voices_find (const char *id);
