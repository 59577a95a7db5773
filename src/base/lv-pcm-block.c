/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-pcm-block.h"

#include <string.h>

struct _LvPcmBlock {
  gsize n_samples;
  gint16 samples[];
};

LvPcmBlock *
lv_pcm_block_new (gsize n_samples)
{
  LvPcmBlock *self;

  g_return_val_if_fail (n_samples <= (G_MAXINT - sizeof *self) / sizeof (gint16), NULL);

  self = g_rc_box_alloc (sizeof *self + n_samples * sizeof (gint16));
  self->n_samples = n_samples;
  return self;
}

LvPcmBlock *
lv_pcm_block_new_copy (const gint16 *samples, gsize n_samples)
{
  LvPcmBlock *self = lv_pcm_block_new (n_samples);

  if (n_samples > 0)
    memcpy (self->samples, samples, n_samples * sizeof *samples);
  return self;
}

LvPcmBlock *
lv_pcm_block_ref (LvPcmBlock *self)
{
  return g_rc_box_acquire (self);
}

void
lv_pcm_block_unref (LvPcmBlock *self)
{
  g_rc_box_release (self);
}

gint16 *
lv_pcm_block_get_samples (LvPcmBlock *self)
{
  return self->samples;
}

gsize
lv_pcm_block_get_length (LvPcmBlock *self)
{
  return self->n_samples;
}

void
lv_pcm_block_truncate (LvPcmBlock *self, gsize n_samples)
{
  g_return_if_fail (n_samples <= self->n_samples);

  self->n_samples = n_samples;
}
