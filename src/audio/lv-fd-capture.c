/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-fd-capture.h"

#include "base/lv-resampler.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BLOCK 4096             /* bytes of one read */
#define MAX_STALE (64 * BLOCK) /* more than the socket's buffer holds */

struct _LvFdCapture {
  LvCapture parent_instance;

  int fd; /* -1: nobody writes */
  guint rate;
  gboolean heard;         /* FALSE: what comes is thrown away */
  gboolean is_stale;      /* what is in the socket may have been said while it was */
  LvResampler *resampler; /* NULL: the rate is LV_RATE_IN */
  GArray *resampled;      /* float */
  guint readable_id;
  guint resume_id;

  guint8 odd; /* the first byte of a sample whose second is to come */
  gboolean has_odd;
  gint16 chunk[LV_CHUNK_FRAMES];
  guint n_chunk;
  gint64 spoken_us; /* when what was read so far would have been said */
};

static void watch (LvFdCapture *self);

G_DEFINE_FINAL_TYPE (LvFdCapture, lv_fd_capture, LV_TYPE_CAPTURE)

static void
emit_chunk (LvFdCapture *self)
{
  guint n = self->n_chunk;

  self->n_chunk = 0;
  if (n > 0 && self->heard)
    lv_capture_emit_chunk (LV_CAPTURE (self), self->chunk, n);
}

static void
close_fd (LvFdCapture *self)
{
  g_clear_handle_id (&self->readable_id, g_source_remove);
  g_clear_handle_id (&self->resume_id, g_source_remove);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  self->has_odd = FALSE;
  self->n_chunk = 0;
  g_clear_pointer (&self->resampler, lv_resampler_free);
}

static void
take_sample (LvFdCapture *self, gint16 sample)
{
  self->chunk[self->n_chunk++] = sample;
  if (self->n_chunk == LV_CHUNK_FRAMES)
    emit_chunk (self);
}

static void
take_samples (LvFdCapture *self, const gint16 *samples, gsize n)
{
  if (self->resampler == NULL)
    {
      for (gsize i = 0; i < n; i++)
        take_sample (self, samples[i]);
      return;
    }
  g_array_set_size (self->resampled, 0);
  lv_resampler_push (self->resampler, samples, n, 1.0f, self->resampled);
  for (guint i = 0; i < self->resampled->len; i++)
    take_sample (self, lv_pcm_from_float (g_array_index (self->resampled, float, i)));
}

/* A sample may come in two pieces. */
static void
take_bytes (LvFdCapture *self, const guint8 *bytes, gsize n_bytes)
{
  gint16 samples[BLOCK / sizeof (gint16) + 1];
  guint8 *into = (guint8 *) samples;
  gsize n = 0;

  if (self->has_odd)
    into[n++] = self->odd;
  memcpy (into + n, bytes, n_bytes);
  n += n_bytes;
  self->has_odd = n % sizeof *samples != 0;
  self->odd = into[n - 1];
  for (gsize i = 0; i < n / sizeof *samples; i++)
    samples[i] = GINT16_FROM_LE (samples[i]);
  take_samples (self, samples, n / sizeof *samples);
}

/* How long to let the writer wait. The clock that is spoken by may be a little faster than ours,
 * which must not add up. */
static gint64
note_time (LvFdCapture *self, gsize n_bytes)
{
  gint64 now_us = g_get_monotonic_time ();
  gint64 length_us = lv_pcm_frames_to_us (n_bytes / LV_BYTES_PER_FRAME, self->rate) * 49 / 50;

  self->spoken_us =
      MAX (self->spoken_us, now_us - LV_FD_CAPTURE_AHEAD_MS * G_GINT64_CONSTANT (1000)) + length_us;
  return self->spoken_us - now_us;
}

static gboolean
on_resume (gpointer user_data)
{
  LvFdCapture *self = user_data;

  self->resume_id = 0;
  watch (self);
  return G_SOURCE_REMOVE;
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer user_data)
{
  g_autoptr (LvFdCapture) self = g_object_ref (user_data);
  guint8 block[BLOCK];
  gssize n = recv (fd, block, sizeof block, MSG_DONTWAIT);
  gint64 wait_us;

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n <= 0)
    {
      emit_chunk (self);
      self->readable_id = 0;
      close_fd (self);
      return G_SOURCE_REMOVE;
    }
  wait_us = note_time (self, n);
  self->is_stale |= !self->heard;
  take_bytes (self, block, n);
  if (wait_us <= 0 || self->fd != fd)
    return G_SOURCE_CONTINUE;
  self->readable_id = 0;
  self->resume_id = g_timeout_add (wait_us / 1000 + 1, on_resume, self);
  return G_SOURCE_REMOVE;
}

static void
watch (LvFdCapture *self)
{
  self->readable_id = g_unix_fd_add (self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, self);
}

void
lv_fd_capture_set_fd (LvFdCapture *self, int fd, guint rate)
{
  close_fd (self);
  self->fd = fd;
  self->rate = rate;
  self->spoken_us = 0;
  if (rate != LV_RATE_IN)
    self->resampler = lv_resampler_new (rate, LV_RATE_IN);
  watch (self);
}

/* What was said while nobody was to hear it, to the last sample. */
static void
throw_away (LvFdCapture *self)
{
  guint8 block[BLOCK];
  gssize n = 1;

  for (gsize total = 0; self->fd >= 0 && n > 0 && total < MAX_STALE; total += n)
    {
      n = recv (self->fd, block, sizeof block, MSG_DONTWAIT);
      if (n > 0)
        take_bytes (self, block, n);
    }
  self->n_chunk = 0;
  if (self->resampler != NULL)
    lv_resampler_reset (self->resampler);
}

static gboolean
lv_fd_capture_start (LvCapture *capture, GError **error)
{
  LvFdCapture *self = LV_FD_CAPTURE (capture);

  if (self->is_stale)
    throw_away (self);
  self->is_stale = FALSE;
  self->heard = TRUE;
  return TRUE;
}

static void
lv_fd_capture_stop (LvCapture *capture)
{
  LvFdCapture *self = LV_FD_CAPTURE (capture);

  self->heard = FALSE;
  self->is_stale = TRUE;
  self->n_chunk = 0;
}

static void
lv_fd_capture_finalize (GObject *object)
{
  LvFdCapture *self = LV_FD_CAPTURE (object);

  close_fd (self);
  g_array_unref (self->resampled);
  G_OBJECT_CLASS (lv_fd_capture_parent_class)->finalize (object);
}

static void
lv_fd_capture_class_init (LvFdCaptureClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_fd_capture_finalize;
  LV_CAPTURE_CLASS (klass)->start = lv_fd_capture_start;
  LV_CAPTURE_CLASS (klass)->stop = lv_fd_capture_stop;
}

static void
lv_fd_capture_init (LvFdCapture *self)
{
  self->fd = -1;
  self->resampled = g_array_new (FALSE, FALSE, sizeof (float));
}

LvCapture *
lv_fd_capture_new (void)
{
  return g_object_new (LV_TYPE_FD_CAPTURE, NULL);
}
