/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With a real PipeWire and a real video source in another process.
 */
#include "media/lv-jpeg.h"
#include "media/lv-video-sources.h"
#include "media/lv-video-trust.h"

#include "lib/lv-test-pipewire.h"
#include "lib/lv-test.h"

#include <fcntl.h>
#include <gio/gunixsocketaddress.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  LvVideoSources *sources;
  GPtrArray *pictures; /* GBytes */
  gint64 wait_us;      /* what the session answers to an offer */
  guint n_offers;
  guint n_changes;
  GError *lost;
} Session;

static gint64
on_offer (GBytes *jpeg, gpointer owner)
{
  Session *session = owner;

  session->n_offers++;
  if (session->wait_us == 0)
    g_ptr_array_add (session->pictures, g_bytes_ref (jpeg));
  return session->wait_us;
}

static void
on_changed (gpointer owner)
{
  ((Session *) owner)->n_changes++;
}

static void
on_lost (const GError *error, gpointer owner)
{
  Session *session = owner;

  g_clear_error (&session->lost);
  session->lost = g_error_copy (error);
}

static const LvVideoSourcesEvents events = { on_offer, on_changed, on_lost };

static Session *
session_new (void)
{
  Session *session = g_new0 (Session, 1);

  session->sources = lv_video_sources_new (&events, session);
  session->pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  return session;
}

static void
session_free (Session *session)
{
  lv_video_sources_free (session->sources);
  g_ptr_array_unref (session->pictures);
  g_clear_error (&session->lost);
  g_free (session);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Session, session_free)

/* ---- the source ---- */

typedef struct {
  GSubprocess *process;
  guint node;
} Producer;

static Producer *
producer_new (const char *arguments)
{
  Producer *producer = g_new0 (Producer, 1);
  g_autofree char *command =
      g_strdup_printf ("%s/tests/media/video-producer %s", g_getenv ("builddir"), arguments);
  g_auto (GStrv) argv = g_strsplit (command, " ", -1);
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *line = NULL;

  producer->process =
      g_subprocess_newv ((const char *const *) argv,
                         G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (producer->process));
  line = g_data_input_stream_read_line (output, NULL, NULL, NULL);
  g_assert_cmpint (sscanf (line, "node %u", &producer->node), ==, 1);
  return producer;
}

static void
producer_command (Producer *producer, const char *command)
{
  g_autofree char *line = g_strconcat (command, "\n", NULL);

  g_output_stream_write_all (g_subprocess_get_stdin_pipe (producer->process), line, strlen (line),
                             NULL, NULL, NULL);
}

static void
producer_free (Producer *producer)
{
  g_subprocess_force_exit (producer->process);
  g_subprocess_wait (producer->process, NULL, NULL);
  g_object_unref (producer->process);
  g_free (producer);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Producer, producer_free)

static LvVideoRequest
make_request (guint node)
{
  return (LvVideoRequest){
    .remote = -1, .target = node, .is_node_id = TRUE, .interval_ms = 200, .max_side = 256
  };
}

static guint
attach (Session *session, guint node)
{
  const LvVideoRequest request = make_request (node);
  g_autoptr (GError) error = NULL;
  guint id = lv_video_sources_attach (session->sources, ":1.1", &request, &error);

  g_assert_no_error (error);
  return id;
}

static gboolean
has_pictures (gpointer data)
{
  Session *session = data;

  return session->pictures->len > 0 || session->lost != NULL;
}

static void
wait_picture (Session *session)
{
  g_ptr_array_set_size (session->pictures, 0);
  lv_test_wait_for (has_pictures, session, LV_TEST_TIMEOUT_MS, "a picture");
  g_assert_no_error (session->lost);
}

static gboolean
is_lost (gpointer data)
{
  return ((Session *) data)->lost != NULL;
}

static void
wait_lost (Session *session, LvErrorCode code)
{
  lv_test_wait_for (is_lost, session, LV_VIDEO_CONNECT_TIMEOUT_S * 1000 + LV_TEST_TIMEOUT_MS,
                    "the end of the source");
  g_assert_error (session->lost, LV_ERROR, (gint) code);
  g_assert_cmpuint (lv_video_sources_count (session->sources), ==, 0);
  g_clear_error (&session->lost);
}

static void
assert_colour (const guint8 *pixel, guint32 wanted)
{
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (ABS (pixel[i] - (gint) (wanted >> (16 - 8 * i) & 255)), <=, 12);
}

static void
assert_picture (Session *session, guint wanted_width, guint wanted_height, guint32 left,
                guint32 right)
{
  GBytes *jpeg = g_ptr_array_index (session->pictures, session->pictures->len - 1);
  guint width, height;
  gsize size;
  const guint8 *data = g_bytes_get_data (jpeg, &size);
  g_autofree guint8 *rgb = lv_jpeg_decode (data, size, G_MAXUINT, &width, &height, NULL);

  g_assert_nonnull (rgb);
  g_assert_cmpuint (width, ==, wanted_width);
  g_assert_cmpuint (height, ==, wanted_height);
  assert_colour (rgb + 3 * (width * (height / 2) + width / 4), left);
  assert_colour (rgb + 3 * (width * (height / 2) + width * 3 / 4), right);
}

/* ---- tests ---- */

static void
test_formats (void)
{
  static const char *const formats[] = { "BGRx", "RGBx", "RGB", "YUY2", "NV12", "I420", "MJPG" };

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autofree char *arguments = g_strdup_printf ("%s 400 300 10", formats[i]);
      g_autoptr (Producer) producer = producer_new (arguments);
      g_autoptr (Session) session = session_new ();
      const LvVideoInfo *info;

      attach (session, producer->node);
      wait_picture (session);
      assert_picture (session, 256, 192, 0xff0000, 0x0000ff);
      producer_command (producer, "left 20c040");
      wait_picture (session);
      assert_picture (session, 256, 192, 0x20c040, 0x0000ff);
      info = lv_video_sources_peek (session->sources, 0);
      g_assert_true (info->started);
      g_assert_cmpstr (lv_video_spec_to_name (&info->spec), ==, formats[i]);
      g_assert_cmpuint (info->spec.width, ==, 400);
      g_assert_cmpuint (info->spec.height, ==, 300);
    }
}

static void
test_still (void)
{
  g_autoptr (Producer) producer = producer_new ("BGRx 200 100 20");
  g_autoptr (Session) session = session_new ();

  attach (session, producer->node);
  wait_picture (session);
  lv_test_run_for (1000);
  g_assert_cmpuint (session->pictures->len, ==, 1);
}

/* A screen sends a picture when something moves, and none after it: the last one must not be lost because
 * it came too soon. */
static void
test_last_of_burst (void)
{
  g_autoptr (Producer) producer = producer_new ("BGRx 200 100 0");
  g_autoptr (Session) session = session_new ();
  LvVideoRequest request = make_request (producer->node);

  request.interval_ms = 1000;
  g_assert_cmpuint (lv_video_sources_attach (session->sources, ":1.1", &request, NULL), !=, 0);
  wait_picture (session);
  for (guint i = 1; i <= 5; i++)
    {
      g_autofree char *command = g_strdup_printf ("left %02x%02x00", i * 40, 255 - i * 40);

      producer_command (producer, command);
      lv_test_run_for (50);
    }
  g_assert_cmpuint (session->pictures->len, ==, 1);
  producer_command (producer, "left ffffff");
  wait_picture (session);
  assert_picture (session, 200, 100, 0xffffff, 0x0000ff);
}

/* Not taken: only the newest waits, and goes when the session says. */
static void
test_gate (void)
{
  g_autoptr (Producer) producer = producer_new ("BGRx 200 100 20");
  g_autoptr (Session) session = session_new ();

  session->wait_us = 600 * 1000;
  attach (session, producer->node);
  while (session->n_offers == 0)
    g_main_context_iteration (NULL, TRUE);
  producer_command (producer, "left 00ff00");
  lv_test_run_for (400);
  session->wait_us = 0;
  wait_picture (session);
  g_assert_cmpuint (session->n_offers, ==, 2);
  assert_picture (session, 200, 100, 0x00ff00, 0x0000ff);
}

static void
test_turns (void)
{
  g_autoptr (Producer) one = producer_new ("BGRx 200 100 20");
  g_autoptr (Producer) two = producer_new ("RGB 100 200 20");
  g_autoptr (Session) session = session_new ();
  const LvVideoRequest request = make_request (one->node);
  g_autoptr (GError) error = NULL;
  guint id;

  attach (session, one->node);
  id = attach (session, two->node);
  g_assert_cmpuint (lv_video_sources_attach (session->sources, ":1.1", &request, &error), ==, 0);
  g_assert_error (error, LV_ERROR, LV_ERROR_TOO_MANY);
  while (session->pictures->len < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (lv_video_sources_detach (session->sources, id, NULL));
  g_clear_error (&error);
  g_assert_false (lv_video_sources_detach (session->sources, id, &error));
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  g_assert_cmpuint (lv_video_sources_count (session->sources), ==, 1);
  lv_video_sources_drop (session->sources, ":1.2");
  g_assert_cmpuint (lv_video_sources_count (session->sources), ==, 1);
  lv_video_sources_drop (session->sources, ":1.1");
  g_assert_cmpuint (lv_video_sources_count (session->sources), ==, 0);
}

static void
test_format_changes (void)
{
  g_autoptr (Producer) producer = producer_new ("BGRx 200 100 20");
  g_autoptr (Session) session = session_new ();

  attach (session, producer->node);
  wait_picture (session);
  producer_command (producer, "resize 100 200");
  wait_picture (session);
  assert_picture (session, 100, 200, 0xff0000, 0x0000ff);
  g_assert_cmpuint (lv_video_sources_peek (session->sources, 0)->spec.height, ==, 200);
}

/* The producer cuts its memory short under us. */
static void
test_truncated (void)
{
  g_autoptr (Producer) producer = producer_new ("BGRx 200 100 20 own-memory");
  g_autoptr (Session) session = session_new ();

  attach (session, producer->node);
  wait_picture (session);
  assert_picture (session, 200, 100, 0xff0000, 0x0000ff);
  producer_command (producer, "truncate");
  g_ptr_array_set_size (session->pictures, 0);
  lv_test_run_for (1000);
  g_assert_cmpuint (session->pictures->len, ==, 0);
  g_assert_cmpuint (lv_video_sources_count (session->sources), ==, 1);
}

static void
test_killed (void)
{
  g_autoptr (Session) session = session_new ();

  {
    g_autoptr (Producer) producer = producer_new ("BGRx 200 100 20");

    attach (session, producer->node);
    wait_picture (session);
  }
  wait_lost (session, LV_ERROR_FAILED);
}

static void
test_wrong_targets (void)
{
  g_autoptr (Session) session = session_new ();

  attach (session, 99999);
  wait_lost (session, LV_ERROR_INVALID_ARGS);
  attach (session, 0); /* the core, no node */
  wait_lost (session, LV_ERROR_INVALID_ARGS);
}

static guint
attach_remote (Session *session, int fd, GError **error)
{
  LvVideoRequest request = make_request (1);

  request.remote = fd;
  return lv_video_sources_attach (session->sources, ":1.1", &request, error);
}

static void
test_no_remotes (void)
{
  g_autoptr (Session) session = session_new ();
  g_autoptr (GError) error = NULL;
  int fd = open ("/dev/null", O_RDWR | O_CLOEXEC), pair[2];

  g_assert_cmpuint (attach_remote (session, fd, &error), ==, 0);
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  g_assert_cmpint (fcntl (fd, F_GETFD), ==, -1);
  g_clear_error (&error);

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
  g_assert_cmpuint (attach_remote (session, pair[0], &error), ==, 0);
  g_assert_error (error, LV_ERROR, LV_ERROR_INVALID_ARGS);
  close (pair[1]);
}

/* With each number of them something else fails, until there are enough. */
static void
test_no_descriptors (void)
{
  g_autoptr (Session) session = session_new ();
  struct rlimit before, scarce;
  int first_free = open ("/dev/null", O_RDONLY | O_CLOEXEC);

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  close (first_free);
  scarce = before;
  for (guint n = 0; n < 20; n++)
    {
      g_autoptr (GError) error = NULL;
      guint source;

      scarce.rlim_cur = first_free + n;
      g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &scarce), ==, 0);
      source = attach_remote (session, -1, &error);
      g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);
      g_assert_true ((source == 0) == (error != NULL));
      if (n == 0)
        g_assert_error (error, LV_ERROR, LV_ERROR_NO_AUDIO_SERVER);
      if (source != 0)
        lv_video_sources_drop (session->sources, NULL);
    }
  g_assert_no_error (session->lost);
}

/* Sockets at whose other end is no PipeWire: closed, babbling. */
static void
test_strange_remotes (void)
{
  g_autoptr (Session) session = session_new ();
  g_autofree guint8 *noise = g_malloc (4096);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  close (pair[1]);
  g_assert_cmpuint (attach_remote (session, pair[0], NULL), !=, 0);
  wait_lost (session, LV_ERROR_NO_AUDIO_SERVER);

  for (guint i = 0; i < 4096; i++)
    noise[i] = g_rand_int (random);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  g_assert_cmpint (write (pair[1], noise, 4096), ==, 4096);
  g_assert_cmpuint (attach_remote (session, pair[0], NULL), !=, 0);
  close (pair[1]);
  wait_lost (session, LV_ERROR_NO_AUDIO_SERVER);
}

static gboolean
has_no_sources (gpointer data)
{
  return lv_video_sources_count (((Session *) data)->sources) == 0;
}

/* A socket at whose other end is nobody, and a source with a format that nobody takes: some session managers
 * tell, others leave us waiting. */
static void
test_nothing_comes (void)
{
  g_autoptr (Producer) producer = producer_new ("GRAY8 200 100 20");
  g_autoptr (Session) session = session_new ();
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  g_assert_cmpuint (attach_remote (session, pair[0], NULL), !=, 0);
  attach (session, producer->node);
  lv_test_wait_for (has_no_sources, session, LV_VIDEO_CONNECT_TIMEOUT_S * 1000 + LV_TEST_TIMEOUT_MS,
                    "the end of both sources");
  g_assert_error (session->lost, LV_ERROR, LV_ERROR_TIMEOUT);
  close (pair[1]);
}

/* What a portal hands out is trusted, what an app made itself is not. */
static void
test_trust (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("XDG_RUNTIME_DIR"), "pipewire-0", NULL);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocketConnection) remote =
      g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, NULL);
  int pair[2], file = open ("/dev/null", O_RDWR | O_CLOEXEC);

  g_setenv ("PIPEWIRE_RUNTIME_DIR", g_getenv ("XDG_RUNTIME_DIR"), TRUE);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  g_assert_true (lv_video_trust_check (g_socket_get_fd (g_socket_connection_get_socket (remote))));
  g_assert_false (lv_video_trust_check (pair[0]));
  g_assert_false (lv_video_trust_check (file));
  g_unsetenv ("PIPEWIRE_RUNTIME_DIR");
  close (pair[0]);
  close (pair[1]);
  close (file);
}

static LvTestPipewire *pipewire;

static void
test_server_dies (void)
{
  g_autoptr (Producer) producer = producer_new ("BGRx 200 100 20");
  g_autoptr (Session) session = session_new ();

  attach (session, producer->node);
  wait_picture (session);
  lv_test_pipewire_command (pipewire, "kill-server");
  wait_lost (session, LV_ERROR_NO_AUDIO_SERVER);
  g_assert_cmpuint (attach_remote (session, -1, NULL), ==, 0);
  lv_test_pipewire_command (pipewire, "start-server");
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  pipewire = lv_test_pipewire_new ();
  g_test_add_func ("/video-stream/formats", test_formats);
  g_test_add_func ("/video-stream/still", test_still);
  g_test_add_func ("/video-stream/last-of-burst", test_last_of_burst);
  g_test_add_func ("/video-stream/gate", test_gate);
  g_test_add_func ("/video-stream/turns", test_turns);
  g_test_add_func ("/video-stream/format-changes", test_format_changes);
  g_test_add_func ("/video-stream/truncated", test_truncated);
  g_test_add_func ("/video-stream/killed", test_killed);
  g_test_add_func ("/video-stream/wrong-targets", test_wrong_targets);
  g_test_add_func ("/video-stream/no-remotes", test_no_remotes);
  g_test_add_func ("/video-stream/no-descriptors", test_no_descriptors);
  g_test_add_func ("/video-stream/strange-remotes", test_strange_remotes);
  g_test_add_func ("/video-stream/nothing-comes", test_nothing_comes);
  g_test_add_func ("/video-stream/trust", test_trust);
  g_test_add_func ("/video-stream/server-dies", test_server_dies);
  result = g_test_run ();
  lv_test_pipewire_free (pipewire);
  return result;
}
