/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The written conversation: items of whole text, user, model and system, in the order a person expects (the user's
 * words before the answer to them, however the server interleaved the deltas), cut where the voice was interrupted.
 * The clock is passed in. Main thread.
 */
#pragma once

#include "base/lv-enums.h"

#include <glib-object.h>

#define LV_TRANSCRIPT_ITEM_MAX (16 * 1024) /* bytes; then a new item begins */
#define LV_TRANSCRIPT_MAX_ITEMS 1000       /* older ones are forgotten */

typedef struct {
  guint id; /* from 1, rising; never reused in a session */
  LvRole role;
  const char *text;  /* whole text so far */
  gint64 created_us; /* wall clock */
  gboolean final;
} LvTranscriptItem;
