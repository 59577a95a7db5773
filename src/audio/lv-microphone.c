/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-microphone.h"

struct _LvMicrophone {
  LvCapture parent_instance;

  LvFloor *floor;
  char *target;
  char *description;
};

G_DEFINE_FINAL_TYPE (LvMicrophone, lv_microphone, LV_TYPE_CAPTURE)

static gboolean
lv_microphone_start (LvCapture *capture, GError **error)
{
  LvMicrophone *self = LV_MICROPHONE (capture);

  return lv_floor_enter (self->floor, capture, self->target, self->description, error);
}

static void
lv_microphone_stop (LvCapture *capture)
{
  lv_floor_leave (LV_MICROPHONE (capture)->floor, capture);
}

static void
lv_microphone_take_floor (LvCapture *capture)
{
  lv_floor_take (LV_MICROPHONE (capture)->floor, capture);
}

LvCapture *
lv_microphone_new (LvFloor *floor, const char *target, const char *description)
{
  LvMicrophone *self = g_object_new (LV_TYPE_MICROPHONE, NULL);

  self->floor = g_object_ref (floor);
  self->target = g_strdup (target != NULL ? target : "");
  self->description = g_strdup (description);
  return LV_CAPTURE (self);
}

static void
lv_microphone_dispose (GObject *object)
{
  lv_capture_stop (LV_CAPTURE (object));
  G_OBJECT_CLASS (lv_microphone_parent_class)->dispose (object);
}

static void
lv_microphone_finalize (GObject *object)
{
  LvMicrophone *self = LV_MICROPHONE (object);

  g_clear_object (&self->floor);
  g_free (self->target);
  g_free (self->description);
  G_OBJECT_CLASS (lv_microphone_parent_class)->finalize (object);
}

static void
lv_microphone_class_init (LvMicrophoneClass *klass)
{
  LvCaptureClass *capture_class = LV_CAPTURE_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lv_microphone_dispose;
  G_OBJECT_CLASS (klass)->finalize = lv_microphone_finalize;
  capture_class->start = lv_microphone_start;
  capture_class->stop = lv_microphone_stop;
  capture_class->take_floor = lv_microphone_take_floor;
}

static void
lv_microphone_init (LvMicrophone *self)
{
}
