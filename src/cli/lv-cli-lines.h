/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The events of a session as lines on standard output: for people who read a log or pipe it, and as
 * JSON. Also the words that the events have for people. Main thread.
 */
#pragma once

#include <glib.h>

/* An LvCliEventFunc; @data is not used. Interim transcripts and levels are left out. */
void lv_cli_lines_print (const char *event, GVariant *details, gpointer data);

/* An LvCliEventFunc; @data is not used. Every event is one JSON object on a line: "event" and the
 * names of its arguments in the interface, "time" in milliseconds since 1970. */
void lv_cli_lines_print_json (const char *event, GVariant *details, gpointer data);

/* "You", "Assistant", ... for a role of the interface; translated. */
const char *lv_cli_lines_get_speaker (const char *role);

/* For a state, or the reason of a Closed signal, of the interface; translated. */
const char *lv_cli_lines_get_state (const char *state);
const char *lv_cli_lines_get_reason (const char *reason);

/* Why a session is paused, as GetAudio() tells; NULL for what this program does not know. */
const char *lv_cli_lines_get_pause (const char *reason);

/* The "message" of the dictionary that @details of an event ends with, fit for a terminal, or
 * @fallback. The caller frees. */
char *lv_cli_lines_dup_message (GVariant *details, const char *fallback);
