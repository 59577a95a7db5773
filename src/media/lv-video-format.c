/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/lv-video-format.h"

#include <spa/buffer/buffer.h>
#include <spa/buffer/meta.h>
#include <spa/param/buffers.h>
#include <spa/param/video/format-utils.h>

/* Alpha is not looked at: what is transparent on a screen is drawn already. */
static const struct {
  enum spa_video_format spa;
  LvVideoFormat format;
} formats[] = {
  { SPA_VIDEO_FORMAT_BGRx, LV_VIDEO_BGRX }, { SPA_VIDEO_FORMAT_BGRA, LV_VIDEO_BGRX },
  { SPA_VIDEO_FORMAT_RGBx, LV_VIDEO_RGBX }, { SPA_VIDEO_FORMAT_RGBA, LV_VIDEO_RGBX },
  { SPA_VIDEO_FORMAT_RGB, LV_VIDEO_RGB },   { SPA_VIDEO_FORMAT_YUY2, LV_VIDEO_YUY2 },
  { SPA_VIDEO_FORMAT_NV12, LV_VIDEO_NV12 }, { SPA_VIDEO_FORMAT_I420, LV_VIDEO_I420 },
};

/* One picture a second is looked at: few are wanted, but a camera need not have a slow mode. */
static const struct spa_pod *
build_offer (struct spa_pod_builder *builder, enum spa_media_subtype subtype)
{
  struct spa_pod_frame object, choice;

  spa_pod_builder_push_object (builder, &object, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat);
  spa_pod_builder_add (builder, SPA_FORMAT_mediaType, SPA_POD_Id (SPA_MEDIA_TYPE_video),
                       SPA_FORMAT_mediaSubtype, SPA_POD_Id (subtype), 0);
  if (subtype == SPA_MEDIA_SUBTYPE_raw)
    {
      spa_pod_builder_prop (builder, SPA_FORMAT_VIDEO_format, 0);
      spa_pod_builder_push_choice (builder, &choice, SPA_CHOICE_Enum, 0);
      spa_pod_builder_id (builder, formats[0].spa); /* the default, then all */
      for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
        spa_pod_builder_id (builder, formats[i].spa);
      spa_pod_builder_pop (builder, &choice);
    }
  spa_pod_builder_add (
      builder, SPA_FORMAT_VIDEO_size,
      SPA_POD_CHOICE_RANGE_Rectangle (&SPA_RECTANGLE (1280, 720), &SPA_RECTANGLE (1, 1),
                                      &SPA_RECTANGLE (LV_VIDEO_MAX_SIDE, LV_VIDEO_MAX_SIDE)),
      SPA_FORMAT_VIDEO_framerate,
      SPA_POD_CHOICE_RANGE_Fraction (&SPA_FRACTION (5, 1), &SPA_FRACTION (0, 1),
                                     &SPA_FRACTION (240, 1)),
      0);
  return spa_pod_builder_pop (builder, &object);
}

void
lv_video_build_offers (struct spa_pod_builder *builder,
                       const struct spa_pod *offers[LV_VIDEO_N_OFFERS])
{
  offers[0] = build_offer (builder, SPA_MEDIA_SUBTYPE_raw);
  offers[1] = build_offer (builder, SPA_MEDIA_SUBTYPE_mjpg);
}

static const struct spa_pod *
build_meta (struct spa_pod_builder *builder, enum spa_meta_type type, gsize size)
{
  return spa_pod_builder_add_object (builder, SPA_TYPE_OBJECT_ParamMeta, SPA_PARAM_Meta,
                                     SPA_PARAM_META_type, SPA_POD_Id (type), SPA_PARAM_META_size,
                                     SPA_POD_Int (size));
}

/* One buffer is kept back until it is time to look, so there have to be others. */
void
lv_video_build_needs (struct spa_pod_builder *builder,
                      const struct spa_pod *needs[LV_VIDEO_N_NEEDS])
{
  needs[0] = spa_pod_builder_add_object (
      builder, SPA_TYPE_OBJECT_ParamBuffers, SPA_PARAM_Buffers, SPA_PARAM_BUFFERS_buffers,
      SPA_POD_CHOICE_RANGE_Int (4, 2, 16), SPA_PARAM_BUFFERS_dataType,
      SPA_POD_CHOICE_FLAGS_Int (1 << SPA_DATA_MemFd));
  needs[1] = build_meta (builder, SPA_META_Header, sizeof (struct spa_meta_header));
  needs[2] = build_meta (builder, SPA_META_VideoCrop, sizeof (struct spa_meta_region));
}

static gboolean
parse_raw (const struct spa_pod *param, LvVideoSpec *spec)
{
  struct spa_video_info_raw info = { 0 };

  if (spa_format_video_raw_parse (param, &info) < 0)
    return FALSE;
  spec->width = info.size.width;
  spec->height = info.size.height;
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (formats[i].spa == info.format)
      {
        spec->format = formats[i].format;
        return TRUE;
      }
  return FALSE;
}

static gboolean
parse_mjpg (const struct spa_pod *param, LvVideoSpec *spec)
{
  struct spa_video_info_mjpg info = { 0 };

  spec->is_jpeg = TRUE;
  if (spa_format_video_mjpg_parse (param, &info) < 0)
    return FALSE;
  spec->width = info.size.width;
  spec->height = info.size.height;
  return TRUE;
}

gboolean
lv_video_parse_format (const struct spa_pod *param, LvVideoSpec *spec, GError **error)
{
  guint32 type = 0, subtype = 0;
  gboolean known = FALSE;

  *spec = (LvVideoSpec){ FALSE };
  if (spa_format_parse (param, &type, &subtype) >= 0 && type == SPA_MEDIA_TYPE_video)
    {
      if (subtype == SPA_MEDIA_SUBTYPE_raw)
        known = parse_raw (param, spec);
      else if (subtype == SPA_MEDIA_SUBTYPE_mjpg)
        known = parse_mjpg (param, spec);
    }
  if (known)
    return lv_video_check_size (spec->width, spec->height, error);
  g_set_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED,
               "The video stream has a format that is not known here");
  return FALSE;
}
