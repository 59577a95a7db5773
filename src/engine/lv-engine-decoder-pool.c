/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/lv-engine-decoder-pool.h"

struct _LvEngineDecoderPool {
  /* main thread */
  guint n_listeners;
  guint trim_id;

  /* shared: lock */
  GMutex lock;
  GPtrArray *idle; /* LvEngineDecoder */
  guint n_loaded;
};

static gpointer
create (gpointer data)
{
  LvEngineDecoderPool *self = g_new0 (LvEngineDecoderPool, 1);

  g_mutex_init (&self->lock);
  self->idle = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_engine_decoder_free);
  return self;
}

LvEngineDecoderPool *
lv_engine_decoder_pool_get_default (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, create, NULL);
}

void
lv_engine_decoder_pool_trim (LvEngineDecoderPool *self)
{
  g_autoptr (GPtrArray) dropped = NULL;

  g_mutex_lock (&self->lock);
  dropped = g_steal_pointer (&self->idle);
  self->idle = g_ptr_array_new_with_free_func ((GDestroyNotify) lv_engine_decoder_free);
  self->n_loaded -= dropped->len;
  g_mutex_unlock (&self->lock);
}

static gboolean
on_idle_timeout (gpointer data)
{
  LvEngineDecoderPool *self = data;

  self->trim_id = 0;
  lv_engine_decoder_pool_trim (self);
  return G_SOURCE_REMOVE;
}

void
lv_engine_decoder_pool_enter (LvEngineDecoderPool *self)
{
  self->n_listeners++;
  g_clear_handle_id (&self->trim_id, g_source_remove);
}

void
lv_engine_decoder_pool_leave (LvEngineDecoderPool *self)
{
  g_return_if_fail (self->n_listeners > 0);

  if (--self->n_listeners == 0)
    self->trim_id = g_timeout_add_seconds (LV_ENGINE_DECODER_IDLE_S, on_idle_timeout, self);
}

/* An idle decoder, or NULL after reserving the right to load one (*@ret_may_load). */
static LvEngineDecoder *
take_idle (LvEngineDecoderPool *self, gboolean *ret_may_load)
{
  LvEngineDecoder *decoder = NULL;

  g_mutex_lock (&self->lock);
  *ret_may_load = self->idle->len == 0 && self->n_loaded < LV_ENGINE_MAX_DECODERS;
  self->n_loaded += *ret_may_load;
  if (self->idle->len > 0)
    decoder = g_ptr_array_steal_index (self->idle, self->idle->len - 1);
  g_mutex_unlock (&self->lock);
  return decoder;
}

LvEngineDecoder *
lv_engine_decoder_pool_take (LvEngineDecoderPool *self, GError **error)
{
  gboolean may_load;
  LvEngineDecoder *decoder = take_idle (self, &may_load);

  if (decoder != NULL)
    return decoder;
  if (!may_load)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_BUSY,
                   "More than %d people speak at a time: wait until one of them has finished",
                   LV_ENGINE_MAX_DECODERS);
      return NULL;
    }
  decoder = lv_engine_decoder_new (error);
  if (decoder == NULL)
    {
      g_mutex_lock (&self->lock);
      self->n_loaded--;
      g_mutex_unlock (&self->lock);
    }
  return decoder;
}

void
lv_engine_decoder_pool_give (LvEngineDecoderPool *self, LvEngineDecoder *decoder)
{
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->idle, decoder);
  g_mutex_unlock (&self->lock);
}

guint
lv_engine_decoder_pool_get_n_loaded (LvEngineDecoderPool *self)
{
  guint n;

  g_mutex_lock (&self->lock);
  n = self->n_loaded;
  g_mutex_unlock (&self->lock);
  return n;
}
