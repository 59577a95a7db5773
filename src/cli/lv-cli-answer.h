/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One text to a session, and the whole answer to it: what say and ask have in common. Main thread.
 */
#pragma once

#include "cli/lv-cli.h"

/* A new session of this program's own with @options (a{sv}, taken when floating). Its path, or
 * NULL. */
char *lv_cli_answer_open (LvCli *cli, GVariant *options, GError **error);

/* Sends @text to the session at @path, which is started first when @start, and waits until the
 * answer is complete and has been played. Returns the answer's text. */
char *lv_cli_answer_get (LvCli *cli, const char *path, gboolean start, const char *text,
                         GError **error);

/* Closes the session at @path, whatever has happened before. */
void lv_cli_answer_close (LvCli *cli, const char *path);

/* Prints @answer on standard output, as the member "text" of an object with --json. */
void lv_cli_answer_print (LvCli *cli, const char *answer);
