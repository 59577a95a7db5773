/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the engine can honestly say about a picture: its size and its main colours. It recognises no
 * things, and says so. The picture comes from a peer; it is decoded small, and only when somebody
 * asks. Pure, any thread; takes some milliseconds.
 */
#pragma once

#include <glib.h>

#define LV_ENGINE_SIGHT_MAX_PIXELS (24 * 1000 * 1000)

/* @image: what came last, JPEG or not; NULL: nothing did. Newly allocated, English. */
char *lv_engine_sight_describe (GBytes *image);
