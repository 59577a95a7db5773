/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/lv-recorder.h"

#include <string.h>

typedef enum { RECORD_FRAME, RECORD_SOUND, RECORD_OMITTED, RECORD_EVENT } RecordKind;

/* In front of each record in the ring; what follows is @n_bytes long. */
typedef struct {
  gint64 us; /* monotonic */
  gint64 wall;
  guint32 n_bytes;
  guint16 link;
  guint8 kind;
  guint8 received;
} Record;

/* In front of the steps of a RECORD_SOUND. */
typedef struct {
  guint32 n_samples;
  guint32 rate;
} Sound;

struct _LvRecorder {
  guint8 *ring;
  gsize size;
  gsize first; /* offset of the oldest record */
  gsize used;
  guint16 link;
  gboolean with_samples;
  guint64 n_lost;
  LvClock monotonic;
  LvClock wall;
};

struct _LvRecording {
  guint8 *bytes; /* records, oldest first */
  gsize size;
  guint64 n_lost;
  LvReportHead head; /* its strings are owned */
};

/* ---- the ring ---- */

static void
put (LvRecorder *self, gconstpointer bytes, gsize n)
{
  gsize at = (self->first + self->used) % self->size;
  gsize n_head = MIN (n, self->size - at);

  memcpy (self->ring + at, bytes, n_head);
  memcpy (self->ring, (const guint8 *) bytes + n_head, n - n_head);
  self->used += n;
}

static void
peek (LvRecorder *self, gpointer bytes, gsize n)
{
  gsize n_head = MIN (n, self->size - self->first);

  memcpy (bytes, self->ring + self->first, n_head);
  memcpy ((guint8 *) bytes + n_head, self->ring, n - n_head);
}

static void
drop_oldest (LvRecorder *self, const Record *oldest)
{
  gsize n = sizeof *oldest + oldest->n_bytes;

  self->first = (self->first + n) % self->size;
  self->used -= n;
  self->n_lost++;
}

/* For @n bytes at the time @now. */
static void
make_room (LvRecorder *self, gsize n, gint64 now)
{
  Record oldest;

  while (self->used > 0)
    {
      peek (self, &oldest, sizeof oldest);
      if (self->used + n <= self->size && now - oldest.us <= LV_RECORDER_MAX_US)
        return;
      drop_oldest (self, &oldest);
    }
}

/* The caller puts the @n_bytes. */
static void
open_record (LvRecorder *self, RecordKind kind, gboolean received, gsize n_bytes)
{
  const Record record = { .us = self->monotonic (),
                          .wall = self->wall (),
                          .n_bytes = (guint32) n_bytes,
                          .link = self->link,
                          .kind = kind,
                          .received = received };

  make_room (self, sizeof record + n_bytes, record.us);
  put (self, &record, sizeof record);
}

/* ---- what is put into it ---- */

void
lv_recorder_begin_link (LvRecorder *self)
{
  if (self->link < LV_REPORT_MAX_LINKS)
    self->link++;
}

void
lv_recorder_add_omitted (LvRecorder *self, gboolean received, gsize n_bytes)
{
  const guint64 size = n_bytes;

  open_record (self, RECORD_OMITTED, received, sizeof size);
  put (self, &size, sizeof size);
}

static void
add_bytes (LvRecorder *self, gboolean received, gconstpointer bytes, gsize n_bytes)
{
  if (n_bytes > self->size / LV_RECORDER_MAX_FRAME_SHARE)
    {
      lv_recorder_add_omitted (self, received, n_bytes);
      return;
    }
  open_record (self, RECORD_FRAME, received, n_bytes);
  put (self, bytes, n_bytes);
}

void
lv_recorder_add_frame (LvRecorder *self, gboolean received, GBytes *frame)
{
  gsize n_bytes;
  gconstpointer bytes = g_bytes_get_data (frame, &n_bytes);

  add_bytes (self, received, bytes, n_bytes);
}

static void
put_envelope (LvRecorder *self, const Sound *sound, const gint16 *samples, guint n_steps)
{
  put (self, sound, sizeof *sound);
  for (guint i = 0; i < n_steps; i++)
    {
      LvEnvelopeStep step = lv_envelope_measure (samples, sound->n_samples, sound->rate, i);

      put (self, &step, sizeof step);
    }
}

void
lv_recorder_add_sound (LvRecorder *self, gboolean received, gconstpointer frame, gsize n_frame,
                       const gint16 *samples, gsize n_samples, guint rate)
{
  const Sound sound = { (guint32) n_samples, rate };
  gsize n_bytes;
  guint n_steps;

  if (self->with_samples || rate < LV_ENVELOPE_RATE_MIN || rate > LV_ENVELOPE_RATE_MAX)
    {
      add_bytes (self, received, frame, n_frame);
      return;
    }
  n_steps = lv_envelope_count (n_samples, rate);
  n_bytes = sizeof sound + n_steps * sizeof (LvEnvelopeStep);
  if (n_steps > LV_ENVELOPE_STEPS_MAX || n_bytes > self->size / LV_RECORDER_MAX_FRAME_SHARE)
    {
      lv_recorder_add_omitted (self, received, n_frame);
      return;
    }
  open_record (self, RECORD_SOUND, received, n_bytes);
  put_envelope (self, &sound, samples, n_steps);
}

void
lv_recorder_add_event (LvRecorder *self, const char *event, const char *details)
{
  gsize n_event = strlen (event) + 1;
  gsize n_details = strlen (details) + 1;

  if (n_event + n_details > self->size / LV_RECORDER_MAX_FRAME_SHARE)
    return;
  open_record (self, RECORD_EVENT, FALSE, n_event + n_details);
  put (self, event, n_event);
  put (self, details, n_details);
}

gboolean
lv_recorder_keeps_samples (LvRecorder *self)
{
  return self->with_samples;
}

gsize
lv_recorder_get_used (LvRecorder *self)
{
  return self->used;
}

LvRecorder *
lv_recorder_new (gsize max_bytes, gboolean with_samples, LvClock monotonic, LvClock wall)
{
  LvRecorder *self = g_new0 (LvRecorder, 1);

  self->ring = g_malloc (max_bytes);
  self->size = max_bytes;
  self->with_samples = with_samples;
  self->monotonic = monotonic;
  self->wall = wall;
  return self;
}

void
lv_recorder_free (LvRecorder *self)
{
  g_free (self->ring);
  g_free (self);
}

/* ---- a copy of it ---- */

LvRecording *
lv_recorder_copy (LvRecorder *self, const LvReportHead *head)
{
  LvRecording *recording = g_new0 (LvRecording, 1);

  recording->bytes = g_malloc (self->used);
  recording->size = self->used;
  recording->n_lost = self->n_lost;
  if (self->used > 0)
    peek (self, recording->bytes, self->used);
  recording->head = *head;
  recording->head.version = g_strdup (head->version);
  recording->head.model = g_strdup (head->model);
  recording->head.endpoint = g_strdup (head->endpoint);
  recording->head.sound = head->sound && self->with_samples;
  recording->head.wall_us = self->wall ();
  return recording;
}

void
lv_recording_free (LvRecording *recording)
{
  g_free (recording->bytes);
  g_free ((char *) recording->head.version);
  g_free ((char *) recording->head.model);
  g_free ((char *) recording->head.endpoint);
  g_free (recording);
}

/* ---- its report ---- */

typedef struct {
  GString *text;
  LvRedactor *redactor;
  LvRecordingSum *sum;
  guint n_sounds;
} Writing;

static void
write_sound (Writing *writing, const LvReportMoment *moment, const guint8 *bytes)
{
  g_autofree LvEnvelopeStep *steps = NULL;
  Sound sound;
  guint n_steps;

  memcpy (&sound, bytes, sizeof sound);
  n_steps = lv_envelope_count (sound.n_samples, sound.rate);
  steps = g_memdup2 (bytes + sizeof sound, n_steps * sizeof *steps);
  lv_report_add_sound (writing->text, moment, sound.n_samples, sound.rate, steps);
  writing->n_sounds++;
}

static void
write_frame (Writing *writing, const LvReportMoment *moment, const guint8 *bytes, gsize n_bytes)
{
  g_autoptr (GBytes) frame = g_bytes_new_static (bytes, n_bytes);

  lv_report_add_frame (writing->text, writing->redactor, moment, frame);
}

static void
write_omitted (Writing *writing, const LvReportMoment *moment, const guint8 *bytes)
{
  guint64 n_bytes;

  memcpy (&n_bytes, bytes, sizeof n_bytes);
  lv_report_add_omitted (writing->text, moment, n_bytes);
}

static void
write_record (Writing *writing, const Record *record, const guint8 *bytes, gint64 first_us)
{
  const LvReportMoment moment = { .us = record->us - first_us,
                                  .wall = record->wall,
                                  .link = record->link,
                                  .received = record->received };
  const char *event = (const char *) bytes;

  writing->sum->us = moment.us;
  writing->sum->n_lines++;
  switch ((RecordKind) record->kind)
    {
    case RECORD_FRAME:
      write_frame (writing, &moment, bytes, record->n_bytes);
      break;
    case RECORD_SOUND:
      write_sound (writing, &moment, bytes);
      break;
    case RECORD_OMITTED:
      write_omitted (writing, &moment, bytes);
      break;
    case RECORD_EVENT:
    default:
      lv_report_add_event (writing->text, writing->redactor, &moment, event,
                           event + strlen (event) + 1);
      break;
    }
}

static void
write_records (Writing *writing, const LvRecording *recording)
{
  gint64 first_us = -1;
  gsize at = 0;

  while (at < recording->size)
    {
      Record record;

      memcpy (&record, recording->bytes + at, sizeof record);
      if (first_us < 0)
        first_us = record.us;
      write_record (writing, &record, recording->bytes + at + sizeof record, first_us);
      at += sizeof record + record.n_bytes;
    }
}

static void
sum_up (const Writing *writing, const LvRecording *recording)
{
  LvRecordingSum *sum = writing->sum;

  sum->n_lost = recording->n_lost;
  sum->texts = recording->head.texts;
  sum->sound = recording->head.sound;
  for (LvRemoved removed = 0; removed < LV_N_REMOVED; removed++)
    sum->removed[removed] = lv_redactor_count (writing->redactor, removed);
  sum->removed[LV_REMOVED_SOUND] += writing->n_sounds;
}

GBytes *
lv_recording_write (LvRecording *recording, LvRecordingSum *ret_sum)
{
  g_autoptr (LvRedactor) redactor = lv_redactor_new (recording->head.texts, recording->head.sound);
  Writing writing = { .text = g_string_new (NULL), .redactor = redactor, .sum = ret_sum };

  *ret_sum = (LvRecordingSum){ 0 };
  lv_report_add_head (writing.text, &recording->head);
  write_records (&writing, recording);
  lv_report_add_end (writing.text, redactor, ret_sum->n_lines, recording->n_lost, writing.n_sounds);
  sum_up (&writing, recording);
  return g_string_free_to_bytes (writing.text);
}
