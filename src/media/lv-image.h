/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a picture is, by its first bytes and not by what its sender says of it: JPEG or PNG, and how
 * large. Nothing is decoded here, and nothing beyond the bytes given is believed. Pure, any thread.
 */
#pragma once

#include "base/lv-error.h"

#define LV_IMAGE_MAX_BYTES (8 * 1024 * 1024) /* of one picture */
#define LV_IMAGE_MAX_SIDE 16384              /* pixels; larger ones are refused */
#define LV_IMAGE_SIDE_DEFAULT 768            /* what a model looks at */
#define LV_IMAGE_SIDE_LEAST 64
#define LV_IMAGE_SIDE_MOST 4096

#define LV_IMAGE_JPEG "image/jpeg"
#define LV_IMAGE_PNG "image/png"

typedef struct {
  const char *mime_type; /* one of these; static */
  gboolean is_jpeg;
  guint width; /* pixels */
  guint height;
} LvImageInfo;

/* INVALID_ARGS: neither of the two formats, its beginning is incomplete, or @mime_type is neither
 * "" nor what it is. TOO_LARGE: above a limit. */
gboolean lv_image_recognise (GBytes *image, const char *mime_type, LvImageInfo *ret_info,
                             GError **error);
