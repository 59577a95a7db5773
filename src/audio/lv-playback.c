/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-playback.h"

enum { SIGNAL_DRAINED, SIGNAL_DROPPED, SIGNAL_FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE (LvPlayback, lv_playback, G_TYPE_OBJECT)

gboolean
lv_playback_start (LvPlayback *self, GError **error)
{
  g_return_val_if_fail (LV_IS_PLAYBACK (self), FALSE);

  return LV_PLAYBACK_GET_CLASS (self)->start (self, error);
}

void
lv_playback_stop (LvPlayback *self)
{
  g_return_if_fail (LV_IS_PLAYBACK (self));

  LV_PLAYBACK_GET_CLASS (self)->stop (self);
}

void
lv_playback_push (LvPlayback *self, LvPcmBlock *pcm)
{
  g_return_if_fail (LV_IS_PLAYBACK (self));
  g_return_if_fail (pcm != NULL);

  LV_PLAYBACK_GET_CLASS (self)->push (self, pcm);
}

void
lv_playback_complete (LvPlayback *self)
{
  g_return_if_fail (LV_IS_PLAYBACK (self));

  if (LV_PLAYBACK_GET_CLASS (self)->complete != NULL)
    LV_PLAYBACK_GET_CLASS (self)->complete (self);
}

void
lv_playback_wake (LvPlayback *self)
{
  g_return_if_fail (LV_IS_PLAYBACK (self));

  if (LV_PLAYBACK_GET_CLASS (self)->wake != NULL)
    LV_PLAYBACK_GET_CLASS (self)->wake (self);
}

void
lv_playback_set_jitter (LvPlayback *self, LvJitter *jitter)
{
  g_return_if_fail (LV_IS_PLAYBACK (self));
  g_return_if_fail (jitter != NULL);

  if (LV_PLAYBACK_GET_CLASS (self)->set_jitter != NULL)
    LV_PLAYBACK_GET_CLASS (self)->set_jitter (self, jitter);
}

guint64
lv_playback_flush (LvPlayback *self)
{
  g_return_val_if_fail (LV_IS_PLAYBACK (self), 0);

  return LV_PLAYBACK_GET_CLASS (self)->flush (self);
}

guint64
lv_playback_get_pushed (LvPlayback *self)
{
  g_return_val_if_fail (LV_IS_PLAYBACK (self), 0);

  return LV_PLAYBACK_GET_CLASS (self)->get_pushed (self);
}

guint64
lv_playback_get_heard (LvPlayback *self)
{
  g_return_val_if_fail (LV_IS_PLAYBACK (self), 0);

  return LV_PLAYBACK_GET_CLASS (self)->get_heard (self);
}

double
lv_playback_get_level (LvPlayback *self)
{
  g_return_val_if_fail (LV_IS_PLAYBACK (self), 0.0);

  return LV_PLAYBACK_GET_CLASS (self)->get_level (self);
}

void
lv_playback_set_held (LvPlayback *self, gboolean held)
{
  g_return_if_fail (LV_IS_PLAYBACK (self));

  LV_PLAYBACK_GET_CLASS (self)->set_held (self, held);
}

void
lv_playback_describe (LvPlayback *self, GVariantDict *dict)
{
  g_return_if_fail (LV_IS_PLAYBACK (self));
  g_return_if_fail (dict != NULL);

  LV_PLAYBACK_GET_CLASS (self)->describe (self, dict);
}

void
lv_playback_emit_drained (LvPlayback *self)
{
  g_signal_emit (self, signals[SIGNAL_DRAINED], 0);
}

void
lv_playback_emit_dropped (LvPlayback *self, guint64 n_frames)
{
  g_signal_emit (self, signals[SIGNAL_DROPPED], 0, n_frames);
}

void
lv_playback_emit_failed (LvPlayback *self, const GError *error)
{
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}

static void
lv_playback_class_init (LvPlaybackClass *klass)
{
  signals[SIGNAL_DRAINED] = g_signal_new ("drained", LV_TYPE_PLAYBACK, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_DROPPED] = g_signal_new ("dropped", LV_TYPE_PLAYBACK, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
  signals[SIGNAL_FAILED] =
      g_signal_new ("failed", LV_TYPE_PLAYBACK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                    1, G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
lv_playback_init (LvPlayback *self)
{
}
