/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The scan behind lv_json_check(): one pass over the text, no recursion, memory only for the
 * keys of objects that are still open. Private to this folder. Pure.
 */
#pragma once

#include <glib.h>

typedef struct {
  gsize bytes;
  guint depth; /* at most LV_JSON_MAX_FRAME_DEPTH */
  guint nodes;
} LvJsonLimits;

/* As lv_json_check(), with @limits. */
gboolean lv_json_scan (const char *text, gsize n_bytes, const LvJsonLimits *limits, GError **error);
