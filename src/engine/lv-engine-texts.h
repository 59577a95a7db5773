/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Longer things that the built-in dialogue says, several of a kind to choose from. Pure.
 */
#pragma once

#include <glib.h>

typedef enum {
  LV_ENGINE_TEXT_HELP,
  LV_ENGINE_TEXT_STORY, /* more than 20 seconds each */
  LV_ENGINE_TEXT_ABOUT, /* likewise */
  LV_ENGINE_TEXT_JOKE,
  LV_ENGINE_TEXT_NAME,
  LV_ENGINE_TEXT_FEELING,
  LV_ENGINE_TEXT_WELCOME,
  LV_ENGINE_TEXT_GOODBYE,
  LV_ENGINE_TEXT_STOPPED,
  LV_ENGINE_TEXT_ACKNOWLEDGE,
  LV_ENGINE_TEXT_OFFLINE,
  LV_ENGINE_TEXT_EXCUSE,
  LV_ENGINE_N_TEXTS,
} LvEngineText;

/* One of the texts of @kind; @index goes round. Static. */
const char *lv_engine_text (LvEngineText kind, guint index);
