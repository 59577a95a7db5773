/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-capture.h"

typedef struct {
  gboolean running;
  LvPause pause;
  LvCaptureListener listener; /* nullable */
  gpointer data;              /* its own */
} LvCapturePrivate;

enum { SIGNAL_FAILED, SIGNAL_PAUSE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (LvCapture, lv_capture, G_TYPE_OBJECT)

void
lv_capture_set_listener (LvCapture *self, LvCaptureListener listener, gpointer data)
{
  LvCapturePrivate *priv = lv_capture_get_instance_private (self);

  g_return_if_fail (LV_IS_CAPTURE (self));

  priv->listener = listener;
  priv->data = data;
}

gboolean
lv_capture_start (LvCapture *self, GError **error)
{
  LvCapturePrivate *priv = lv_capture_get_instance_private (self);

  g_return_val_if_fail (LV_IS_CAPTURE (self), FALSE);

  if (priv->running)
    return TRUE;
  priv->running = TRUE;
  if (LV_CAPTURE_GET_CLASS (self)->start (self, error))
    return TRUE;
  priv->running = FALSE;
  return FALSE;
}

void
lv_capture_stop (LvCapture *self)
{
  LvCapturePrivate *priv = lv_capture_get_instance_private (self);

  g_return_if_fail (LV_IS_CAPTURE (self));

  if (!priv->running)
    return;
  priv->running = FALSE;
  priv->pause = LV_PAUSE_NONE;
  LV_CAPTURE_GET_CLASS (self)->stop (self);
}

gboolean
lv_capture_is_running (LvCapture *self)
{
  LvCapturePrivate *priv = lv_capture_get_instance_private (self);

  g_return_val_if_fail (LV_IS_CAPTURE (self), FALSE);

  return priv->running;
}

void
lv_capture_take_floor (LvCapture *self)
{
  LvCapturePrivate *priv = lv_capture_get_instance_private (self);

  g_return_if_fail (LV_IS_CAPTURE (self));

  if (priv->running && LV_CAPTURE_GET_CLASS (self)->take_floor != NULL)
    LV_CAPTURE_GET_CLASS (self)->take_floor (self);
}

LvPause
lv_capture_get_pause (LvCapture *self)
{
  LvCapturePrivate *priv = lv_capture_get_instance_private (self);

  g_return_val_if_fail (LV_IS_CAPTURE (self), LV_PAUSE_NONE);

  return priv->pause;
}

void
lv_capture_emit_chunk (LvCapture *self, const gint16 *samples, guint n_samples)
{
  LvCapturePrivate *priv = lv_capture_get_instance_private (self);

  if (priv->listener != NULL)
    priv->listener (self, samples, n_samples, priv->data);
}

void
lv_capture_emit_failed (LvCapture *self, const GError *error)
{
  g_object_ref (self);
  lv_capture_stop (self);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
  g_object_unref (self);
}

void
lv_capture_set_pause (LvCapture *self, LvPause pause)
{
  LvCapturePrivate *priv = lv_capture_get_instance_private (self);

  if (priv->pause == pause)
    return;
  priv->pause = pause;
  g_signal_emit (self, signals[SIGNAL_PAUSE], 0);
}

static void
lv_capture_class_init (LvCaptureClass *klass)
{
  signals[SIGNAL_FAILED] =
      g_signal_new ("failed", LV_TYPE_CAPTURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                    1, G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_PAUSE] = g_signal_new ("pause", LV_TYPE_CAPTURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 0);
}

static void
lv_capture_init (LvCapture *self)
{
}
