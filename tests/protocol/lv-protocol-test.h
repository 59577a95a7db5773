/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the protocol tests share: the recorded frames below tests/data/protocol and comparisons
 * of frames.
 */
#pragma once

#include "protocol/lv-json.h"

#include <gio/gio.h>

/* Full paths of the frames whose file name begins with @prefix, canonical forms left out;
 * sorted. */
GPtrArray *lv_test_list_frames (const char *prefix);

/* Contents without the newline at the end. */
GBytes *lv_test_read_frame (const char *path);

/* The frame that decoding and encoding @path must give: the file beside it, or itself. */
GBytes *lv_test_read_canonical (const char *path);

GBytes *lv_test_bytes (const char *text);
char *lv_test_dup_text (GBytes *frame);

/* Equal as JSON, whatever the spacing and the order of the keys. */
void lv_test_assert_same_json (GBytes *a, GBytes *b);
