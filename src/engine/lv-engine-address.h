/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a request's path stands for: the conversation and the resources of both APIs, in each of
 * their versions. Pure.
 */
#pragma once

#include <glib.h>

typedef enum {
  LV_ENGINE_PLACE_LIVE,        /* a conversation */
  LV_ENGINE_PLACE_CONSTRAINED, /* the same, for ephemeral tokens instead of keys */
  LV_ENGINE_PLACE_MODELS,
  LV_ENGINE_PLACE_VOICES,
  LV_ENGINE_PLACE_TOKENS,
} LvEnginePlace;

typedef struct {
  LvEnginePlace place;
  gboolean vertex;
  const char *version; /* "v1beta"; static */
  const char *id;      /* of one model; NULL for the list; borrowed from the path */
} LvEngineAddress;

/* FALSE when there is nothing at @path. A slash more than needed at its beginning is no mistake: a
 * base URL with a slash at its end leads to it. */
gboolean lv_engine_address_parse (const char *path, LvEngineAddress *ret_address);
