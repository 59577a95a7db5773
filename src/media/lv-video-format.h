/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What we tell PipeWire that we take, and what it then says that we get. Pure, any thread.
 *
 * Buffers have to be memory files, which we read and never map: who made one can cut it short at
 * any time. DMA-BUFs are not taken, they may lie on the graphics card in an order of its own.
 */
#pragma once

#include "media/lv-video-picture.h"

#include <spa/param/param.h>
#include <spa/pod/builder.h>

#define LV_VIDEO_N_OFFERS 2
#define LV_VIDEO_N_NEEDS 3
#define LV_VIDEO_PODS_SIZE 2048 /* enough for either */

/* The formats to choose from, built in @builder's memory. */
void lv_video_build_offers (struct spa_pod_builder *builder,
                            const struct spa_pod *offers[LV_VIDEO_N_OFFERS]);

/* The buffers wanted, and what has to come with each. */
void lv_video_build_needs (struct spa_pod_builder *builder,
                           const struct spa_pod *needs[LV_VIDEO_N_NEEDS]);

/* The format chosen. UNSUPPORTED, and as lv_video_check_size(). */
gboolean lv_video_parse_format (const struct spa_pod *param, LvVideoSpec *spec, GError **error);
