/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The default session in the foreground: started with options, shown live, ended with Ctrl-C. What
 * talk and translate have in common. Main thread.
 */
#pragma once

#include "cli/lv-cli.h"

/* @options: a{sv} of Session.Start(); a floating one is taken. @push_to_talk: the hint tells of the
 * key. Returns the exit status. */
int lv_cli_talk_hold (LvCli *cli, GVariant *options, gboolean push_to_talk);
