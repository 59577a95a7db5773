/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "lv-test-devices.h"

/* ---- what is plugged in ---- */

struct _LvPwContext {
  GObject parent_instance;

  LvPwNodes *nodes;
  guint n_holds;
};
G_DEFINE_FINAL_TYPE (LvPwContext, lv_pw_context, G_TYPE_OBJECT)

LvPwContext *
lv_pw_context_new (void)
{
  return g_object_new (LV_TYPE_PW_CONTEXT, NULL);
}

void
lv_pw_context_hold (LvPwContext *self)
{
  self->n_holds++;
}

void
lv_pw_context_release (LvPwContext *self)
{
  self->n_holds--;
}

gboolean
lv_pw_context_is_connected (LvPwContext *self, GError **error)
{
  return TRUE;
}

guint
lv_test_count_holds (LvPwContext *self)
{
  return self->n_holds;
}

LvPwNodes *
lv_pw_context_get_nodes (LvPwContext *self)
{
  return self->nodes;
}

LvPwNodes *
lv_test_get_nodes (LvPwContext *self)
{
  return self->nodes;
}

void
lv_test_tell_devices (LvPwContext *self)
{
  g_signal_emit_by_name (self, "devices");
}

static void
lv_pw_context_finalize (GObject *object)
{
  lv_pw_nodes_free (LV_PW_CONTEXT (object)->nodes);
  G_OBJECT_CLASS (lv_pw_context_parent_class)->finalize (object);
}

static void
lv_pw_context_class_init (LvPwContextClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lv_pw_context_finalize;
  g_signal_new ("devices", LV_TYPE_PW_CONTEXT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                0);
}

static void
lv_pw_context_init (LvPwContext *self)
{
  self->nodes = lv_pw_nodes_new ();
}

/* ---- microphone ---- */

G_DECLARE_FINAL_TYPE (TestCapture, test_capture, TEST, CAPTURE, LvCapture)
struct _TestCapture {
  LvCapture parent_instance;
};
G_DEFINE_FINAL_TYPE (TestCapture, test_capture, LV_TYPE_CAPTURE)

static LvCapture *microphone;
static gboolean microphone_running;
static gboolean microphone_missing;

static gboolean
test_capture_start (LvCapture *capture, GError **error)
{
  if (microphone_missing)
    {
      g_set_error_literal (error, LV_ERROR, LV_ERROR_NO_MICROPHONE, "There is no microphone");
      return FALSE;
    }
  microphone_running = TRUE;
  return TRUE;
}

static void
test_capture_stop (LvCapture *capture)
{
  microphone_running = FALSE;
}

static void
test_capture_class_init (TestCaptureClass *klass)
{
  LV_CAPTURE_CLASS (klass)->start = test_capture_start;
  LV_CAPTURE_CLASS (klass)->stop = test_capture_stop;
}

static void
test_capture_init (TestCapture *self)
{
}

LvCapture *
lv_pw_context_create_capture (LvPwContext *self, const char *target, const char *description)
{
  g_assert_null (microphone);
  microphone = g_object_new (test_capture_get_type (), NULL);
  g_object_add_weak_pointer (G_OBJECT (microphone), (gpointer *) &microphone);
  return microphone;
}

LvCapture *
lv_test_microphone (void)
{
  return microphone;
}

void
lv_test_set_microphone_missing (gboolean missing)
{
  microphone_missing = missing;
}

gboolean
lv_test_hear (const gint16 *chunk)
{
  if (microphone_running)
    lv_capture_emit_chunk (microphone, chunk, LV_CHUNK_FRAMES);
  return microphone_running;
}

gboolean
lv_test_speak (guint n_chunks, gint16 value)
{
  gint16 samples[LV_CHUNK_FRAMES];

  for (guint i = 0; i < LV_CHUNK_FRAMES; i++)
    samples[i] = value;
  for (guint i = 0; i < n_chunks && microphone_running; i++)
    lv_test_hear (samples);
  return microphone_running;
}

/* ---- speaker ---- */

G_DECLARE_FINAL_TYPE (TestPlayback, test_playback, TEST, PLAYBACK, LvPlayback)
struct _TestPlayback {
  LvPlayback parent_instance;
  gboolean running, held;
  guint64 pushed, heard;
};
G_DEFINE_FINAL_TYPE (TestPlayback, test_playback, LV_TYPE_PLAYBACK)

static LvPlayback *speaker;

static gboolean
test_playback_start (LvPlayback *playback, GError **error)
{
  TEST_PLAYBACK (playback)->running = TRUE;
  return TRUE;
}

static void
test_playback_stop (LvPlayback *playback)
{
  TEST_PLAYBACK (playback)->running = FALSE;
}

static void
test_playback_push (LvPlayback *playback, LvPcmBlock *pcm)
{
  g_assert_true (TEST_PLAYBACK (playback)->running);
  TEST_PLAYBACK (playback)->pushed += lv_pcm_block_get_length (pcm);
}

static guint64
test_playback_flush (LvPlayback *playback)
{
  TestPlayback *self = TEST_PLAYBACK (playback);
  guint64 heard = self->heard;

  self->heard = self->pushed;
  return heard;
}

static guint64
test_playback_get_pushed (LvPlayback *playback)
{
  return TEST_PLAYBACK (playback)->pushed;
}

static guint64
test_playback_get_heard (LvPlayback *playback)
{
  return TEST_PLAYBACK (playback)->heard;
}

static double
test_playback_get_level (LvPlayback *playback)
{
  return TEST_PLAYBACK (playback)->heard < TEST_PLAYBACK (playback)->pushed ? 0.5 : 0.0;
}

static void
test_playback_describe (LvPlayback *playback, GVariantDict *dict)
{
}

static void
test_playback_set_held (LvPlayback *playback, gboolean held)
{
  TEST_PLAYBACK (playback)->held = held;
}

static void
test_playback_class_init (TestPlaybackClass *klass)
{
  LvPlaybackClass *playback_class = LV_PLAYBACK_CLASS (klass);

  playback_class->start = test_playback_start;
  playback_class->stop = test_playback_stop;
  playback_class->push = test_playback_push;
  playback_class->flush = test_playback_flush;
  playback_class->get_pushed = test_playback_get_pushed;
  playback_class->get_heard = test_playback_get_heard;
  playback_class->get_level = test_playback_get_level;
  playback_class->set_held = test_playback_set_held;
  playback_class->describe = test_playback_describe;
}

static void
test_playback_init (TestPlayback *self)
{
}

LvPlayback *
lv_pw_context_create_playback (LvPwContext *self, const char *target, const char *description)
{
  g_assert_null (speaker);
  speaker = g_object_new (test_playback_get_type (), NULL);
  g_object_add_weak_pointer (G_OBJECT (speaker), (gpointer *) &speaker);
  return speaker;
}

LvPlayback *
lv_test_speaker (void)
{
  return speaker;
}

gboolean
lv_test_is_held (void)
{
  return TEST_PLAYBACK (speaker)->held;
}

void
lv_test_play (guint64 frames)
{
  TestPlayback *self = TEST_PLAYBACK (speaker);

  if (self->held)
    return;
  self->heard = MIN (self->pushed, self->heard + frames);
  if (self->heard == self->pushed)
    lv_playback_emit_drained (speaker);
}

/* ---- echo ---- */

static LvEchoCancel echo_cancel;
static LvEchoState echo = { .reason = "the test says so" };

void
lv_pw_context_set_echo_cancel (LvPwContext *self, LvEchoCancel wanted)
{
  echo_cancel = wanted;
}

void
lv_pw_context_renew_echo (LvPwContext *self)
{
  echo.serial++;
}

const LvEchoState *
lv_pw_context_get_echo (LvPwContext *self)
{
  return &echo;
}

LvEchoCancel
lv_test_get_echo_cancel (void)
{
  return echo_cancel;
}

void
lv_test_set_echo (LvEchoMode mode, gboolean failed)
{
  echo.mode = mode;
  echo.failed = failed;
  echo.serial++;
}
