/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the "interrupted" frame on the wire to silence at the speaker's monitor, through the real daemon and a real
 * PipeWire graph: at most one graph quantum and 5 ms, 20 of 20 times, and without a click: what is above the voice at
 * the cut is far below it, as it would not be if the voice were cut off. The same by button, with a server that goes on
 * sending. The server is in this process, so that the
 * moment at which the frame leaves is known on the clock of the recording.
 */
#include "base/lv-pcm.h"
#include "protocol/lv-encode.h"

#include "lib/lv-test-pipewire.h"
#include "lib/lv-test-soup.h"
#include "lib/lv-test.h"

#include <glib/gstdio.h>
#include <math.h>

#define ROUNDS 20
#define BUTTON_ROUNDS 3
#define SPEECH_MS 3000
#define AUDIBLE 0.01f
#define CLICK_HZ 8000
#define CLICK_WINDOW 128 /* samples of the recording: 2.7 ms */
#define CLICK_AROUND (LV_TEST_RATE / 100)
#define CLICK_DB (-50.0)
#define MARGIN_NS (5 * G_GINT64_CONSTANT (1000000))
#define BUS_NAME "org.livevoice.LiveVoice1"
#define SESSION_PATH "/org/livevoice/LiveVoice1/default"

typedef struct {
  LvTestPipewire *pipewire;
  LvTestRecorder *recorder;
  SoupServer *server;
  SoupWebsocketConnection *connection;
  GSubprocess *daemon;
  GDBusConnection *bus;
  gboolean set_up;
  gboolean daemon_owns_name;
  char *config;
} Fixture;

static void
send (Fixture *fixture, LvServerMessage *message)
{
  g_autoptr (GBytes) frame = lv_encode_server (message);

  soup_websocket_connection_send_message (fixture->connection, SOUP_WEBSOCKET_DATA_BINARY, frame);
  lv_server_message_free (message);
}

static void
on_client_message (SoupWebsocketConnection *connection, int type, GBytes *frame, Fixture *fixture)
{
  LvServerMessage *answer;

  if (fixture->set_up)
    return;
  fixture->set_up = TRUE; /* the first frame is the setup */
  answer = lv_server_message_new ();
  answer->setup_complete = TRUE;
  send (fixture, answer);
}

static void
on_websocket (SoupServer *server, SoupServerMessage *message, const char *path,
              SoupWebsocketConnection *connection, gpointer data)
{
  Fixture *fixture = data;

  g_assert_null (fixture->connection);
  fixture->connection = g_object_ref (connection);
  g_signal_connect (connection, "message", G_CALLBACK (on_client_message), fixture);
}

static char *
start_server (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;
  char *uri;

  fixture->server = lv_test_soup_server_new ();
  soup_server_add_websocket_handler (fixture->server, NULL, NULL, NULL, on_websocket, fixture,
                                     NULL);
  lv_test_soup_server_listen (fixture->server, 0, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (fixture->server);
  uri = g_strdup_printf ("ws://127.0.0.1:%d/live", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return uri;
}

static void
on_name_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  ((Fixture *) data)->daemon_owns_name = TRUE;
}

static void
start_daemon (Fixture *fixture, const char *uri)
{
  g_autofree char *program =
      g_build_filename (g_getenv ("builddir"), "src", "daemon", "livevoiced", NULL);
  g_autofree char *text = g_strdup_printf ("[profile default]\nendpoint = %s\n", uri);
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("lv-barge-in-XXXXXX.conf", &fixture->config, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_file_set_contents (fixture->config, text, -1, &error);
  g_assert_no_error (error);
  g_setenv ("LIVEVOICE_CONFIG", fixture->config, TRUE);

  fixture->daemon = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, program, NULL);
  g_assert_no_error (error);
  fixture->bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  g_bus_watch_name_on_connection (fixture->bus, BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                  on_name_appeared, NULL, fixture, NULL);
  lv_test_wait_flag (&fixture->daemon_owns_name);
}

static void
start_conversation (Fixture *fixture)
{
  g_dbus_connection_call (fixture->bus, BUS_NAME, SESSION_PATH, BUS_NAME ".Session", "Start",
                          g_variant_new ("(a{sv})", NULL), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                          NULL, NULL);
  lv_test_wait_flag (&fixture->set_up);
}

static GBytes *
make_tone (void)
{
  gsize n = lv_pcm_us_to_frames (SPEECH_MS * 1000, LV_RATE_OUT);
  gint16 *samples = g_new (gint16, n);

  for (gsize i = 0; i < n; i++)
    samples[i] = (gint16) (12000 * sin (2 * G_PI * 440 * i / LV_RATE_OUT));
  return g_bytes_new_take (samples, n * sizeof (gint16));
}

static void
speak (Fixture *fixture, GBytes *tone)
{
  LvServerMessage *message = lv_server_message_new ();

  message->model_turn = lv_content_new (LV_ROLE_MODEL);
  lv_content_add_blob (message->model_turn, lv_blob_new ("audio/pcm;rate=24000", tone));
  send (fixture, message);
}

static void
complete_turn (Fixture *fixture)
{
  LvServerMessage *message = lv_server_message_new ();

  message->turn_complete = TRUE;
  send (fixture, message);
}

static gint64
interrupt_by_server (Fixture *fixture, GBytes *tone)
{
  LvServerMessage *message = lv_server_message_new ();
  gint64 sent_ns;

  message->interrupted = TRUE;
  sent_ns = g_get_monotonic_time () * 1000;
  send (fixture, message);
  return sent_ns;
}

/* The server is slow to notice, and goes on with its turn. Counted from the reply, because what the bus takes on a busy
 * machine is no matter of the voice. */
static gint64
interrupt_by_button (Fixture *fixture, GBytes *tone)
{
  g_autoptr (GError) error = NULL;
  gint64 replied_ns;
  g_autoptr (GVariant) reply G_GNUC_UNUSED = g_dbus_connection_call_sync (
      fixture->bus, BUS_NAME, SESSION_PATH, BUS_NAME ".Session", "Interrupt", NULL, NULL,
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  replied_ns = g_get_monotonic_time () * 1000;
  g_assert_no_error (error);
  speak (fixture, tone);
  return replied_ns;
}

/* ---- a click is what reaches above the voice ---- */

/* The mean square of the part of @samples, CLICK_WINDOW of them, that is above CLICK_HZ. */
static double
measure_high (const float *samples)
{
  double sum = 0.0;

  for (guint k = CLICK_HZ * CLICK_WINDOW / LV_TEST_RATE; k < CLICK_WINDOW / 2; k++)
    {
      double re = 0.0, im = 0.0;

      for (guint i = 0; i < CLICK_WINDOW; i++)
        {
          double hann = 0.5 - 0.5 * cos (2 * G_PI * i / CLICK_WINDOW);

          re += hann * samples[i] * cos (2 * G_PI * k * i / CLICK_WINDOW);
          im += hann * samples[i] * sin (2 * G_PI * k * i / CLICK_WINDOW);
        }
      sum += 2 * (re * re + im * im) / CLICK_WINDOW / CLICK_WINDOW;
    }
  return sum;
}

/* The loudest moment above CLICK_HZ around @cut, dB over the voice that fills @samples before. */
static double
measure_click (const float *samples, guint n_samples, guint cut)
{
  double voice = 1e-12, high = 1e-12;

  for (guint i = 0; i < cut - CLICK_AROUND; i++)
    voice += (double) samples[i] * samples[i] / (cut - CLICK_AROUND);
  for (guint i = cut - CLICK_AROUND; i + CLICK_WINDOW <= MIN (cut + CLICK_AROUND, n_samples);
       i += 16)
    high = MAX (high, measure_high (samples + i));
  return 10 * log10 (high / voice);
}

/* What the voice of the recording would sound like, cut off where it is loudest. */
static double
measure_hard_cut (const float *samples, guint n_samples, guint cut)
{
  g_autofree float *hard = g_memdup2 (samples, n_samples * sizeof *samples);
  guint at = cut - 2 * CLICK_AROUND;

  for (guint i = at; i < at + LV_TEST_RATE / 440; i++)
    at = fabsf (hard[i]) > fabsf (hard[at]) ? i : at;
  for (guint i = at + 1; i < n_samples; i++)
    hard[i] = 0.0f;
  return measure_click (hard, n_samples, at);
}

static void
check_click (Fixture *fixture, guint last)
{
  const guint start = last - LV_TEST_RATE / 10, n = LV_TEST_RATE / 10 + 2 * CLICK_AROUND;
  g_autofree float *samples = lv_test_recorder_get_samples (fixture->recorder, start, n);
  double click_db = measure_click (samples, n, last - start);
  double hard_db = measure_hard_cut (samples, n, last - start);

  g_test_message ("above %d Hz at the cut: %.0f dB; of a hard cut: %.0f dB", CLICK_HZ, click_db,
                  hard_db);
  g_assert_cmpfloat (click_db, <, CLICK_DB);
  g_assert_cmpfloat (hard_db, >, CLICK_DB);
}

typedef gint64 (*Interrupt) (Fixture *fixture, GBytes *tone);

/* Returns how long after the frame or the reply the last sound left the speaker, in nanoseconds. */
static gint64
measure_once (Fixture *fixture, Interrupt interrupt, GBytes *tone, guint round)
{
  gint64 begin_ns = g_get_monotonic_time () * 1000;
  gint64 sent_ns, last;
  guint begin, end;

  speak (fixture, tone);
  lv_test_recorder_wait_until (fixture->recorder, begin_ns + 400 * 1000000ll + round * 7654321ll);
  sent_ns = interrupt (fixture, tone);
  lv_test_recorder_wait_until (fixture->recorder, sent_ns + 300 * 1000000ll);

  begin = lv_test_recorder_get_index (fixture->recorder, begin_ns);
  end = lv_test_recorder_get_n_samples (fixture->recorder);
  g_assert_cmpint (lv_test_recorder_find_first (fixture->recorder, begin, end, AUDIBLE), >=, 0);
  last = lv_test_recorder_find_last (fixture->recorder, begin, end, AUDIBLE);
  g_assert_cmpint (lv_test_recorder_get_time_ns (fixture->recorder, last), >,
                   sent_ns - 50 * 1000000ll);
  check_click (fixture, (guint) last);
  return lv_test_recorder_get_time_ns (fixture->recorder, last) - sent_ns;
}

static void
measure (Fixture *fixture, const char *name, Interrupt interrupt, guint rounds)
{
  g_autoptr (GBytes) tone = make_tone ();
  guint n_in_time = 0;

  for (guint round = 0; round < rounds; round++)
    {
      gint64 silent_ns = measure_once (fixture, interrupt, tone, round);
      guint quantum = lv_test_recorder_get_quantum (fixture->recorder);
      gint64 allowed_ns = quantum * 1000000000ll / LV_TEST_RATE + MARGIN_NS;

      g_test_message ("%s to silence: %.2f ms (quantum %u = %.2f ms, allowed %.2f ms)", name,
                      silent_ns / 1e6, quantum, quantum * 1e3 / LV_TEST_RATE, allowed_ns / 1e6);
      n_in_time += silent_ns <= allowed_ns;
      complete_turn (fixture);
    }
  g_assert_cmpuint (n_in_time, ==, rounds);
}

static void
test_silence (void)
{
  Fixture fixture = { 0 };
  g_autofree char *uri = NULL;

  fixture.pipewire = lv_test_pipewire_new ();
  uri = start_server (&fixture);
  start_daemon (&fixture, uri);
  fixture.recorder = lv_test_recorder_new ();
  start_conversation (&fixture);

  measure (&fixture, "interrupted", interrupt_by_server, ROUNDS);
  measure (&fixture, "Interrupt()", interrupt_by_button, BUTTON_ROUNDS);

  g_subprocess_send_signal (fixture.daemon, SIGTERM);
  g_assert_true (g_subprocess_wait_check (fixture.daemon, NULL, NULL));
  lv_test_recorder_free (fixture.recorder);
  g_object_unref (fixture.daemon);
  g_object_unref (fixture.bus);
  g_clear_object (&fixture.connection);
  g_object_unref (fixture.server);
  g_remove (fixture.config);
  g_free (fixture.config);
  lv_test_pipewire_free (fixture.pipewire);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/barge-in/silence", test_silence);
  return g_test_run ();
}
