/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where log lines go: GLib's structured log, written to the journal when standard error is the
 * journal's stream, to standard error otherwise. Levels above debug are for daemon/, bus/ and
 * session/lv-session.c only; a failure is logged once, where it is given up.
 * Never logged: speech, transcripts, audio, tool arguments and results, keys. Sizes and ids are.
 * Any thread but the PipeWire data thread.
 */
#pragma once

#include <glib.h>

/* Journal field names, for what is below and for readers: journalctl LV_SESSION=default */
#define LV_LOG_FIELD_SESSION "LV_SESSION"
#define LV_LOG_FIELD_SYMPTOM "LV_SYMPTOM"
#define LV_LOG_FIELD_REMEDY "LV_REMEDY"

/* Installs the writer. @debug also shows debug lines of our own domains. Call once, in main(). */
void lv_log_init (gboolean debug);

/* Changes what lv_log_init() set, at run time. */
void lv_log_set_debug (gboolean debug);
gboolean lv_log_get_debug (void);

/* Logs a printf-formatted line with the field LV_SESSION set to @session (object path or
 * "default"). */
void lv_log_session (const char *domain, GLogLevelFlags level, const char *session,
                     const char *format, ...) G_GNUC_PRINTF (4, 5);

/* Logs what is done (@remedy) about a server that has lost its way (@symptom). */
void lv_log_remedy (const char *domain, const char *session, const char *symptom,
                    const char *remedy);
