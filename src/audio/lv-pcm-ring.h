/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A lock-free queue of samples between the main thread and PipeWire's data thread. Exactly one
 * thread writes and exactly one reads: microphone, data thread -> main; speaker, main -> data
 * thread.
 *
 * Thread contract: only the writer moves the write index and only the reader the read index, also
 * to throw samples away. Functions ending in _rt are wait-free, allocate nothing and may be called
 * on either thread; each names the side it belongs to. Creation and destruction: main thread, while
 * the other side is not running.
 *
 * Indices count samples since creation modulo 2^32, so that two of them may be compared by
 * subtraction.
 */
#pragma once

#include <glib.h>

typedef struct _LvPcmRing LvPcmRing;

/* @capacity: samples, a power of two below 2^30. */
LvPcmRing *lv_pcm_ring_new (guint capacity);
void lv_pcm_ring_free (LvPcmRing *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPcmRing, lv_pcm_ring_free)

/* Samples that wait to be read. Either side; the other side may be changing it meanwhile: what the
 * reader sees is a lower bound, what the writer sees an upper one. */
guint lv_pcm_ring_get_fill_rt (LvPcmRing *self);

/* Writer: takes as many of @n_samples as there is room for; returns how many. */
guint lv_pcm_ring_write_rt (LvPcmRing *self, const gint16 *samples, guint n_samples);

/* Writer: the index that the next written sample gets. */
guint32 lv_pcm_ring_get_write_index_rt (LvPcmRing *self);

/* Reader: the index of the next sample to be read. */
guint32 lv_pcm_ring_get_read_index_rt (LvPcmRing *self);

/* Reader: gives at most @n_samples; returns how many. */
guint lv_pcm_ring_read_rt (LvPcmRing *self, gint16 *samples, guint n_samples);

/* Reader: gives what lv_pcm_ring_read_rt() would, and leaves it there. */
guint lv_pcm_ring_peek_rt (LvPcmRing *self, gint16 *samples, guint n_samples);

/* Reader: throws away what was written before @index; returns how many. None when already read
 * further. */
guint lv_pcm_ring_skip_to_rt (LvPcmRing *self, guint32 index);
