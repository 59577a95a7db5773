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

static gboolean
has_vocabulary (LvEngineDecoder *decoder, const char *const *vocabulary)
{
  const char *const *own = lv_engine_decoder_get_vocabulary (decoder);

  if (own == NULL || vocabulary == NULL)
    return own == vocabulary;
  return g_strv_equal (own, vocabulary);
}

/* An idle decoder with just this vocabulary, or NULL. */
static LvEngineDecoder *
steal_idle (GPtrArray *idle, const char *const *vocabulary)
{
  for (guint i = idle->len; i > 0; i--)
    if (has_vocabulary (idle->pdata[i - 1], vocabulary))
      return g_ptr_array_steal_index (idle, i - 1);
  return NULL;
}

/* An idle decoder, or NULL after reserving the right to load one (*@ret_may_load); one with
 * another vocabulary (*@ret_other) has to go for that when there are too many. */
static LvEngineDecoder *
take_idle (LvEngineDecoderPool *self, const char *const *vocabulary, gboolean *ret_may_load,
           LvEngineDecoder **ret_other)
{
  LvEngineDecoder *decoder;
  gboolean room;

  g_mutex_lock (&self->lock);
  decoder = steal_idle (self->idle, vocabulary);
  if (decoder == NULL && vocabulary != NULL)
    decoder = steal_idle (self->idle, NULL);
  room = decoder == NULL && self->n_loaded < LV_ENGINE_MAX_DECODERS;
  self->n_loaded += room;
  if (decoder == NULL && !room && self->idle->len > 0)
    *ret_other = g_ptr_array_steal_index (self->idle, 0);
  g_mutex_unlock (&self->lock);
  *ret_may_load = room || *ret_other != NULL;
  return decoder;
}

static LvEngineDecoder *
load (LvEngineDecoderPool *self, GError **error)
{
  LvEngineDecoder *decoder = lv_engine_decoder_new (error);

  if (decoder != NULL)
    return decoder;
  g_mutex_lock (&self->lock);
  self->n_loaded--;
  g_mutex_unlock (&self->lock);
  return NULL;
}

LvEngineDecoder *
lv_engine_decoder_pool_take (LvEngineDecoderPool *self, const char *const *vocabulary,
                             GError **error)
{
  gboolean may_load;
  g_autoptr (LvEngineDecoder) other = NULL;
  LvEngineDecoder *decoder = take_idle (self, vocabulary, &may_load, &other);

  if (decoder == NULL && !may_load)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_BUSY,
                   "More than %d people speak at a time: wait until one of them has finished",
                   LV_ENGINE_MAX_DECODERS);
      return NULL;
    }
  g_clear_pointer (&other, lv_engine_decoder_free);
  if (decoder == NULL)
    decoder = load (self, error);
  if (decoder != NULL && !has_vocabulary (decoder, vocabulary))
    lv_engine_decoder_set_vocabulary (decoder, vocabulary);
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
