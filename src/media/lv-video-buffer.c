/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "media/lv-video-buffer.h"

#include <errno.h>
#include <linux/magic.h>
#include <spa/buffer/meta.h>
#include <sys/mman.h>
#include <sys/vfs.h>
#include <unistd.h>

#define MAX_BYTES (4 * (gsize) LV_VIDEO_MAX_PIXELS + LV_VIDEO_MAX_SIDE * 64) /* and some padding */

/* One spa_data, as we believe it. */
typedef struct {
  const guint8 *memory; /* NULL: in a file */
  int fd;
  goffset offset; /* in the file */
  gsize size;
  gint32 stride;
} Part;

struct _LvVideoBuffer {
  LvVideoSpec spec;
  guint8 *bytes; /* the parts one after the other */
  gsize n_allocated;
  Part parts[LV_VIDEO_MAX_PLANES];
  guint n_parts;
  struct spa_region crop;
};

LvVideoBuffer *
lv_video_buffer_new (void)
{
  return g_new0 (LvVideoBuffer, 1);
}

/* Mapped, because the memory of a thread that malloc() got large blocks for stays large. */
static void
free_bytes (LvVideoBuffer *self)
{
  if (self->bytes != NULL)
    munmap (self->bytes, self->n_allocated);
  self->bytes = NULL;
  self->n_allocated = 0;
}

void
lv_video_buffer_free (LvVideoBuffer *self)
{
  free_bytes (self);
  g_free (self);
}

/* The producer may change what it shares with us at any time. */
#define READ_ONCE(shared) __atomic_load_n (&(shared), __ATOMIC_RELAXED)

gboolean
lv_video_buffer_is_usable (struct spa_buffer *buffer)
{
  struct spa_meta_header *header =
      spa_buffer_find_meta_data (buffer, SPA_META_Header, sizeof (*header));

  if (header != NULL && (READ_ONCE (header->flags) & SPA_META_HEADER_FLAG_CORRUPTED))
    return FALSE;
  return buffer->n_datas > 0 &&
         !(READ_ONCE (buffer->datas[0].chunk->flags) & SPA_CHUNK_FLAG_CORRUPTED) &&
         READ_ONCE (buffer->datas[0].chunk->size) > 0;
}

/* PipeWire's own allocations lie in a file that it has sealed, and its library has mapped them. */
static gboolean
locate_part (const struct spa_data *data, guint32 offset, Part *part, GError **error)
{
  part->fd = data->fd;
  part->offset = (goffset) data->mapoffset + offset;
  if (data->type == SPA_DATA_MemFd)
    return TRUE;
  if (data->type == SPA_DATA_MemPtr && data->data != NULL)
    {
      part->memory = (const guint8 *) data->data + offset;
      return TRUE;
    }
  g_set_error (error, LV_ERROR, LV_ERROR_UNSUPPORTED,
               "The video stream delivers pictures in memory of a kind that cannot be read here");
  return FALSE;
}

static gboolean
parse_part (const struct spa_data *data, Part *part, GError **error)
{
  guint32 offset = READ_ONCE (data->chunk->offset);
  guint32 size = READ_ONCE (data->chunk->size);
  gint32 stride = READ_ONCE (data->chunk->stride);

  if (offset > data->maxsize || size > data->maxsize - offset || stride < 0)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                   "The video stream delivered a picture that goes beyond its memory");
      return FALSE;
    }
  *part = (Part){ .size = size, .stride = stride };
  return locate_part (data, offset, part, error);
}

/* Other file systems than memory can make a reader wait for ever. */
static gboolean
is_on (int fd, guint32 magic)
{
  struct statfs system;

  return fstatfs (fd, &system) == 0 && (guint32) system.f_type == magic;
}

static gboolean
copy_file (const Part *part, guint8 *bytes)
{
  gsize done = 0;

  if (!is_on (part->fd, TMPFS_MAGIC))
    return FALSE;
  while (done < part->size)
    {
      gssize n = pread (part->fd, bytes + done, part->size - done, part->offset + done);

      if (n <= 0 && !(n < 0 && errno == EINTR))
        return FALSE;
      done += MAX (n, 0);
    }
  return TRUE;
}

/* A camera's memory is no file and cannot be read, but neither can it be cut short. */
static gboolean
copy_device_memory (const Part *part, guint8 *bytes)
{
  goffset begin = part->offset / sysconf (_SC_PAGESIZE) * sysconf (_SC_PAGESIZE);
  gsize length = part->offset - begin + part->size;
  guint8 *memory;

  if (!is_on (part->fd, DMA_BUF_MAGIC) ||
      lseek (part->fd, 0, SEEK_END) < part->offset + (goffset) part->size)
    return FALSE;
  memory = mmap (NULL, length, PROT_READ, MAP_SHARED, part->fd, begin);
  if (memory == MAP_FAILED)
    return FALSE;
  memcpy (bytes, memory + (part->offset - begin), part->size);
  munmap (memory, length);
  return TRUE;
}

static gboolean
copy_part (const Part *part, guint8 *bytes)
{
  if (part->memory == NULL)
    return copy_file (part, bytes) || copy_device_memory (part, bytes);
  memcpy (bytes, part->memory, part->size);
  return TRUE;
}

static gboolean
copy_parts (LvVideoBuffer *self, GError **error)
{
  guint8 *bytes = self->bytes;

  for (guint i = 0; i < self->n_parts; bytes += self->parts[i++].size)
    if (!copy_part (&self->parts[i], bytes))
      {
        g_set_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS,
                     "The memory of a picture of the video stream cannot be read");
        return FALSE;
      }
  return TRUE;
}

static gboolean
allocate (LvVideoBuffer *self, gsize size, GError **error)
{
  gpointer bytes;

  if (size > MAX_BYTES)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_TOO_LARGE,
                   "The video stream delivered a picture of %" G_GSIZE_FORMAT " bytes", size);
      return FALSE;
    }
  if (size <= self->n_allocated)
    return TRUE;
  free_bytes (self);
  bytes = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (bytes == MAP_FAILED)
    {
      g_set_error (error, LV_ERROR, LV_ERROR_FAILED, "There is no memory for a picture");
      return FALSE;
    }
  self->bytes = bytes;
  self->n_allocated = size;
  return TRUE;
}

static void
read_crop (LvVideoBuffer *self, struct spa_buffer *buffer)
{
  struct spa_meta_region *meta =
      spa_buffer_find_meta_data (buffer, SPA_META_VideoCrop, sizeof (*meta));

  self->crop = SPA_REGION (0, 0, 0, 0);
  if (meta != NULL)
    self->crop = meta->region;
}

gboolean
lv_video_buffer_read (LvVideoBuffer *self, struct spa_buffer *buffer, const LvVideoSpec *spec,
                      GError **error)
{
  gsize size = 0;

  self->spec = *spec;
  self->n_parts = MIN (buffer->n_datas, LV_VIDEO_MAX_PLANES);
  for (guint i = 0; i < self->n_parts; i++)
    {
      if (!parse_part (&buffer->datas[i], &self->parts[i], error))
        return FALSE;
      size += self->parts[i].size;
    }
  read_crop (self, buffer);
  return allocate (self, size, error) && copy_parts (self, error);
}

const guint8 *
lv_video_buffer_get_jpeg (LvVideoBuffer *self, gsize *size)
{
  *size = self->parts[0].size;
  return self->bytes;
}

/* Planes of their own, or one block with all of them. */
static void
set_planes (LvVideoBuffer *self, LvVideoPicture *picture)
{
  const guint8 *bytes = self->bytes;

  lv_video_picture_set_block (picture, bytes, self->parts[0].size, self->parts[0].stride);
  if (self->n_parts < lv_video_count_planes (picture->format))
    return;
  for (guint i = 0; i < lv_video_count_planes (picture->format); i++)
    {
      const Part *part = &self->parts[i];
      gsize stride = part->stride > 0 ? (gsize) part->stride : picture->planes[i].stride;

      picture->planes[i] = (LvVideoPlane){ bytes, part->size, stride };
      bytes += part->size;
    }
}

gboolean
lv_video_buffer_get_picture (LvVideoBuffer *self, LvVideoPicture *picture, GError **error)
{
  const struct spa_region *crop = &self->crop;

  *picture = (LvVideoPicture){ self->spec.format, self->spec.width, self->spec.height };
  set_planes (self, picture);
  if (!lv_video_picture_check (picture, error))
    return FALSE;
  lv_video_picture_crop (picture, crop->position.x, crop->position.y, crop->size.width,
                         crop->size.height);
  return TRUE;
}
