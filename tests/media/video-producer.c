/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A camera or a screen for tests: a PipeWire video source whose left half has one colour and whose right half
 * has another. video-producer FORMAT WIDTH HEIGHT FPS [own-memory]; FORMAT as in PipeWire ("BGRx", "MJPG"), FPS 0:
 * from the first command on a picture only for each. Prints "node ID" when it can be connected to. Commands on standard input, one a
 * line: "left RRGGBB", "right RRGGBB", "picture" (one more), "truncate" (the memory, which has to be its own), "resize
 * WIDTH HEIGHT". Ends with its input.
 */
#define _GNU_SOURCE 1 /* memfd_create */
#include "media/lv-jpeg.h"
#include "media/lv-video-picture.h"

#include <pipewire/pipewire.h>
#include <spa/param/video/format-utils.h>
#include <spa/param/video/type-info.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_FPS 30

typedef struct {
  gboolean is_jpeg;
  enum spa_video_format spa_format;
  LvVideoFormat format;
  guint width, height, fps;
  gboolean own_memory;
  gboolean truncated;
  guint8 colours[2][3];
  int fds[64];
  guint n_fds;
  char line[256];

  struct pw_main_loop *loop;
  struct pw_stream *stream;
  struct spa_hook listener;
  struct spa_source *timer;
} Producer;

static const struct {
  const char *name;
  enum spa_video_format spa_format;
  LvVideoFormat format;
} formats[] = {
  { "BGRx", SPA_VIDEO_FORMAT_BGRx, LV_VIDEO_BGRX },
  { "RGBx", SPA_VIDEO_FORMAT_RGBx, LV_VIDEO_RGBX },
  { "RGB", SPA_VIDEO_FORMAT_RGB, LV_VIDEO_RGB },
  { "YUY2", SPA_VIDEO_FORMAT_YUY2, LV_VIDEO_YUY2 },
  { "NV12", SPA_VIDEO_FORMAT_NV12, LV_VIDEO_NV12 },
  { "I420", SPA_VIDEO_FORMAT_I420, LV_VIDEO_I420 },
  { "GRAY8", SPA_VIDEO_FORMAT_GRAY8, LV_VIDEO_I420 }, /* one that nobody takes */
};

static void
to_yuv (const guint8 *rgb, guint8 *yuv)
{
  yuv[0] = 16 + (66 * rgb[0] + 129 * rgb[1] + 25 * rgb[2]) / 256;
  yuv[1] = 128 + (-38 * rgb[0] - 74 * rgb[1] + 112 * rgb[2]) / 256;
  yuv[2] = 128 + (112 * rgb[0] - 94 * rgb[1] - 18 * rgb[2]) / 256;
}

/* Widths are multiples of four, so that colours meet where pixels do not share them. */
static void
put_pixel (Producer *self, guint8 *data, gsize stride, guint x, guint y, const guint8 *rgb)
{
  guint8 *row = data + y * stride, *chroma = data + self->height * stride;
  guint8 yuv[3];

  to_yuv (rgb, yuv);
  switch (self->format)
    {
    case LV_VIDEO_BGRX:
      row[4 * x] = rgb[2];
      row[4 * x + 1] = rgb[1];
      row[4 * x + 2] = rgb[0];
      break;
    case LV_VIDEO_RGBX:
      memcpy (row + 4 * x, rgb, 3);
      break;
    case LV_VIDEO_RGB:
      memcpy (row + 3 * x, rgb, 3);
      break;
    case LV_VIDEO_YUY2:
      row[2 * x] = yuv[0];
      row[2 * x + 1] = yuv[1 + x % 2];
      break;
    case LV_VIDEO_NV12:
      row[x] = yuv[0];
      chroma[y / 2 * stride + x] = yuv[1 + x % 2];
      break;
    case LV_VIDEO_I420:
      row[x] = yuv[0];
      chroma[y / 2 * (stride / 2) + x / 2] = yuv[1];
      chroma[self->height / 2 * (stride / 2) + y / 2 * (stride / 2) + x / 2] = yuv[2];
      break;
    case LV_VIDEO_N_FORMATS:
    default:
      g_assert_not_reached ();
    }
}

static gsize
paint (Producer *self, guint8 *data, LvVideoFormat format)
{
  gsize stride = lv_video_get_stride (format, self->width);

  for (guint y = 0; y < self->height; y++)
    for (guint x = 0; x < self->width; x++)
      put_pixel (self, data, stride, x, y, self->colours[x >= self->width / 2]);
  return lv_video_get_block_bytes (format, self->height, stride);
}

static gsize
paint_jpeg (Producer *self, guint8 *data)
{
  g_autofree guint8 *rgb = g_malloc (3 * self->width * self->height);
  g_autoptr (GBytes) jpeg = NULL;
  gsize size;

  self->format = LV_VIDEO_RGB;
  paint (self, rgb, LV_VIDEO_RGB);
  jpeg = lv_jpeg_encode (rgb, self->width, self->height, NULL);
  memcpy (data, g_bytes_get_data (jpeg, &size), g_bytes_get_size (jpeg));
  return size;
}

/* Enough for either. */
static gsize
get_buffer_size (Producer *self)
{
  return 4 * self->width * self->height;
}

/* Slow enough for PipeWire, which runs two that come at once as one. */
static void
send_picture_soon (Producer *self)
{
  struct timespec soon = { 0, SPA_NSEC_PER_SEC / MAX_FPS };

  pw_loop_update_timer (pw_main_loop_get_loop (self->loop), self->timer, &soon, NULL, false);
}

static void
send_picture (Producer *self)
{
  struct pw_buffer *buffer = pw_stream_dequeue_buffer (self->stream);
  struct spa_data *data;

  if (buffer == NULL) /* all are with those who look */
    {
      if (self->fps == 0)
        send_picture_soon (self);
      return;
    }
  data = &buffer->buffer->datas[0];
  data->chunk->offset = 0;
  data->chunk->stride = self->is_jpeg ? 0 : (gint) lv_video_get_stride (self->format, self->width);
  if (!self->truncated)
    data->chunk->size =
        self->is_jpeg ? paint_jpeg (self, data->data) : paint (self, data->data, self->format);
  pw_stream_queue_buffer (self->stream, buffer);
}

static void
on_timer (void *user_data, uint64_t expirations)
{
  send_picture (user_data);
}

static void
on_process (void *user_data)
{
}

static void
on_state_changed (void *user_data, enum pw_stream_state old, enum pw_stream_state state,
                  const char *message)
{
  Producer *self = user_data;
  struct timespec interval = { 0 }, first = { 0, 1 };

  if (state == PW_STREAM_STATE_PAUSED && old == PW_STREAM_STATE_CONNECTING)
    {
      printf ("node %u\n", pw_stream_get_node_id (self->stream));
      fflush (stdout);
    }
  if (state != PW_STREAM_STATE_STREAMING)
    first = interval;
  else if (self->fps == 1)
    interval.tv_sec = 1;
  else
    interval.tv_nsec = SPA_NSEC_PER_SEC / (self->fps > 0 ? self->fps : 20);
  pw_loop_update_timer (pw_main_loop_get_loop (self->loop), self->timer, &first, &interval, false);
}

static void
on_param_changed (void *user_data, uint32_t id, const struct spa_pod *param)
{
  Producer *self = user_data;
  guint8 memory[1024];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof (memory));
  const struct spa_pod *needs;

  if (param == NULL || id != SPA_PARAM_Format)
    return;
  needs = spa_pod_builder_add_object (
      &builder, SPA_TYPE_OBJECT_ParamBuffers, SPA_PARAM_Buffers, SPA_PARAM_BUFFERS_buffers,
      SPA_POD_CHOICE_RANGE_Int (4, 2, 8), SPA_PARAM_BUFFERS_blocks, SPA_POD_Int (1),
      SPA_PARAM_BUFFERS_size, SPA_POD_Int (get_buffer_size (self)), SPA_PARAM_BUFFERS_stride,
      SPA_POD_Int (4 * self->width), SPA_PARAM_BUFFERS_dataType,
      SPA_POD_CHOICE_FLAGS_Int (1 << SPA_DATA_MemFd));
  pw_stream_update_params (self->stream, &needs, 1);
}

static void
on_add_buffer (void *user_data, struct pw_buffer *buffer)
{
  Producer *self = user_data;
  struct spa_data *data = &buffer->buffer->datas[0];
  gsize size = get_buffer_size (self);

  if (!self->own_memory)
    return;
  data->type = SPA_DATA_MemFd;
  data->flags = SPA_DATA_FLAG_READWRITE;
  data->fd = memfd_create ("video-producer", MFD_CLOEXEC);
  data->mapoffset = 0;
  data->maxsize = size;
  g_assert_cmpint (ftruncate (data->fd, size), ==, 0);
  data->data = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, data->fd, 0);
  self->fds[self->n_fds++] = data->fd;
}

static const struct pw_stream_events stream_events = {
  PW_VERSION_STREAM_EVENTS,
  .state_changed = on_state_changed,
  .param_changed = on_param_changed,
  .add_buffer = on_add_buffer,
  .process = on_process,
};

static const struct spa_pod *
build_format (Producer *self, struct spa_pod_builder *builder)
{
  struct spa_pod_frame frame;

  spa_pod_builder_push_object (builder, &frame, SPA_TYPE_OBJECT_Format, SPA_PARAM_EnumFormat);
  spa_pod_builder_add (
      builder, SPA_FORMAT_mediaType, SPA_POD_Id (SPA_MEDIA_TYPE_video), SPA_FORMAT_mediaSubtype,
      SPA_POD_Id (self->is_jpeg ? SPA_MEDIA_SUBTYPE_mjpg : SPA_MEDIA_SUBTYPE_raw), 0);
  if (!self->is_jpeg)
    spa_pod_builder_add (builder, SPA_FORMAT_VIDEO_format, SPA_POD_Id (self->spa_format), 0);
  spa_pod_builder_add (builder, SPA_FORMAT_VIDEO_size,
                       SPA_POD_Rectangle (&SPA_RECTANGLE (self->width, self->height)),
                       SPA_FORMAT_VIDEO_framerate, SPA_POD_Fraction (&SPA_FRACTION (self->fps, 1)),
                       0);
  return spa_pod_builder_pop (builder, &frame);
}

static void
resize (Producer *self, guint width, guint height)
{
  guint8 memory[1024];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof (memory));
  const struct spa_pod *format;

  self->width = width;
  self->height = height;
  format = build_format (self, &builder);
  pw_stream_update_params (self->stream, &format, 1);
}

/* What it says of its pictures stays. */
static void
truncate_memory (Producer *self)
{
  self->truncated = TRUE;
  for (guint i = 0; i < self->n_fds; i++)
    g_assert_cmpint (ftruncate (self->fds[i], 0), ==, 0);
}

static void
obey (Producer *self, const char *command)
{
  guint number, width, height;

  if (sscanf (command, "left %x", &number) == 1 || sscanf (command, "right %x", &number) == 1)
    for (guint i = 0; i < 3; i++)
      self->colours[*command == 'r'][i] = number >> (16 - 8 * i);
  else if (g_str_equal (command, "truncate"))
    truncate_memory (self);
  else if (sscanf (command, "resize %u %u", &width, &height) == 2)
    resize (self, width, height);
  if (self->fps == 0)
    send_picture_soon (self);
}

static void
on_input (void *user_data, int fd, uint32_t mask)
{
  Producer *self = user_data;
  gsize length = strlen (self->line);
  gssize n = read (fd, self->line + length, sizeof self->line - 1 - length);
  char *end;

  if (n <= 0)
    {
      pw_main_loop_quit (self->loop);
      return;
    }
  self->line[length + n] = '\0';
  while ((end = strchr (self->line, '\n')) != NULL)
    {
      *end = '\0';
      obey (self, self->line);
      memmove (self->line, end + 1, strlen (end + 1) + 1);
    }
}

static void
set_format (Producer *self, const char *name)
{
  self->is_jpeg = g_str_equal (name, "MJPG");
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (g_str_equal (formats[i].name, name))
      {
        self->spa_format = formats[i].spa_format;
        self->format = formats[i].format;
      }
}

static void
connect_stream (Producer *self)
{
  guint8 memory[1024];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (memory, sizeof (memory));
  const struct spa_pod *format = build_format (self, &builder);
  enum pw_stream_flags flags = PW_STREAM_FLAG_DRIVER;

  flags |= self->own_memory ? PW_STREAM_FLAG_ALLOC_BUFFERS : PW_STREAM_FLAG_MAP_BUFFERS;
  self->stream =
      pw_stream_new_simple (pw_main_loop_get_loop (self->loop), "video-producer",
                            pw_properties_new (PW_KEY_MEDIA_CLASS, "Video/Source", PW_KEY_NODE_NAME,
                                               "livevoice-test-video", NULL),
                            &stream_events, self);
  pw_stream_connect (self->stream, PW_DIRECTION_OUTPUT, PW_ID_ANY, flags, &format, 1);
}

int
main (int argc, char **argv)
{
  Producer self = { .colours = { { 255, 0, 0 }, { 0, 0, 255 } } };

  g_assert_cmpint (argc, >=, 5);
  pw_init (&argc, &argv);
  set_format (&self, argv[1]);
  self.width = atoi (argv[2]);
  self.height = atoi (argv[3]);
  self.fps = atoi (argv[4]);
  self.own_memory = argc > 5;
  self.loop = pw_main_loop_new (NULL);
  self.timer = pw_loop_add_timer (pw_main_loop_get_loop (self.loop), on_timer, &self);
  pw_loop_add_io (pw_main_loop_get_loop (self.loop), STDIN_FILENO, SPA_IO_IN | SPA_IO_HUP, false,
                  on_input, &self);
  connect_stream (&self);
  pw_main_loop_run (self.loop);
  pw_stream_destroy (self.stream);
  pw_main_loop_destroy (self.loop);
  return 0;
}
