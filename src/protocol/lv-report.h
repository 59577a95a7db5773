/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A report: the last minutes of a conversation as lines of JSON, for a person to read and for the
 * offline engine to play back. Written here line by line, and read as what it is when it comes from
 * a stranger. Pure, any thread. livevoice-report(5) describes it:
 *
 *   {"livevoice-report":1,"version":...,"wall":...,"model":...,"endpoint":...,"texts":...,"sound":...}
 *   {"us":...,"wall":...,"link":...,"sent":FRAME}         or "received"; a number: bytes left out
 *   {"us":...,"wall":...,"event":NAME,"details":{...}}
 *   {"end":true,"lines":...,"lost":...,"removed":{...}}
 */
#pragma once

#include "base/lv-error.h"
#include "protocol/lv-redact.h"

#define LV_REPORT_FORMAT 1
#define LV_REPORT_MAX_BYTES (64 * 1024 * 1024)
#define LV_REPORT_MAX_LINES 500000
#define LV_REPORT_MAX_LINKS 10000
#define LV_REPORT_MAX_US (G_GINT64_CONSTANT (86400) * G_USEC_PER_SEC) /* from the first line on */

/* ---- writing ---- */

typedef struct {
  const char *version;
  const char *model;    /* "" for none yet */
  const char *endpoint; /* "engine" or "server" */
  gint64 wall_us;
  gboolean texts;
  gboolean sound;
} LvReportHead;

/* When something happened, and where. */
typedef struct {
  gint64 us;   /* monotonic, since the first line */
  gint64 wall; /* microseconds since 1970 */
  guint link;  /* which connection, from 1 on; 0: before there was one */
  gboolean received;
} LvReportMoment;

void lv_report_add_head (GString *text, const LvReportHead *head);
/* What is no JSON is only counted. */
void lv_report_add_frame (GString *text, LvRedactor *redactor, const LvReportMoment *moment,
                          GBytes *frame);
/* A frame of sound of which no more is known; counted as sound that was removed by the caller. */
void lv_report_add_sound (GString *text, const LvReportMoment *moment, guint64 n_samples,
                          guint rate, const LvEnvelopeStep *steps);
/* A frame that was too large to be kept. */
void lv_report_add_omitted (GString *text, const LvReportMoment *moment, guint64 n_bytes);
/* @details: text of a JSON object. */
void lv_report_add_event (GString *text, LvRedactor *redactor, const LvReportMoment *moment,
                          const char *event, const char *details);
/* @lost: lines older than the first one that made room; @n_sounds: from lv_report_add_sound(). */
void lv_report_add_end (GString *text, LvRedactor *redactor, guint n_lines, guint64 lost,
                        guint n_sounds);

/* ---- reading ---- */

typedef enum {
  LV_REPORT_SENT,
  LV_REPORT_RECEIVED,
  LV_REPORT_DAMAGED, /* received, but no JSON */
  LV_REPORT_EVENT,
} LvReportKind;

typedef struct {
  LvReportKind kind;
  gint64 us;
  guint link;
  char *event;   /* of an event: its name */
  GBytes *frame; /* nullable: left out. Of an event: its details */
} LvReportLine;

typedef struct {
  gboolean texts;
  gboolean sound;
  GPtrArray *lines; /* LvReportLine */
} LvReport;

/* INVALID_ARGS for what is no report or a damaged one, with the number of the line; UNSUPPORTED for
 * one of a later format; TOO_LARGE and TOO_MANY above the limits. */
LvReport *lv_report_parse (const char *text, gsize length, GError **error);
void lv_report_free (LvReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvReport, lv_report_free)

/* The frame of @line as it may have been on the wire: what has only an envelope sounds like it. The
 * errors of lv_sound_json_render(). */
GBytes *lv_report_line_render (const LvReportLine *line, GError **error);

/* The first member of the frame, such as "setup" or "realtimeInput", followed for "realtimeInput" by
 * a dot and what is in it; "" where there is none. Newly allocated. */
char *lv_report_describe_frame (GBytes *frame);
