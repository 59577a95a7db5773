/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fast path of the downlink: a server frame that is nothing but model audio goes from the
 * received bytes to PCM without a JSON tree. Strict: anything it is not sure of is left to
 * lv-decode. Pure.
 */
#pragma once

#include "base/lv-pcm-block.h"

/* The PCM of a frame that holds serverContent.modelTurn with exactly one part of type
 * "audio/pcm;rate=N" and nothing else; NULL for every other frame. *@ret_rate in Hz. One allocation,
 * the block. */
LvPcmBlock *lv_audio_scan (GBytes *frame, guint *ret_rate);
