/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The verbs of livevoicectl. Each reads its options from @args (args[0] is its name), does its work
 * and returns the exit status; lv-cli-NAME.c holds it, lv-cli-control.c those that are one method
 * call.
 */
#pragma once

#include "cli/lv-cli.h"

int lv_cli_talk (LvCli *cli, GStrv args);
int lv_cli_translate (LvCli *cli, GStrv args);
int lv_cli_say (LvCli *cli, GStrv args);
int lv_cli_ask (LvCli *cli, GStrv args);
int lv_cli_watch (LvCli *cli, GStrv args);
int lv_cli_events (LvCli *cli, GStrv args);
int lv_cli_toggle (LvCli *cli, GStrv args);
int lv_cli_start (LvCli *cli, GStrv args);
int lv_cli_stop (LvCli *cli, GStrv args);
int lv_cli_mute (LvCli *cli, GStrv args);
int lv_cli_unmute (LvCli *cli, GStrv args);
int lv_cli_panic (LvCli *cli, GStrv args);
int lv_cli_set (LvCli *cli, GStrv args);
int lv_cli_send_image (LvCli *cli, GStrv args);
int lv_cli_send_video (LvCli *cli, GStrv args);
int lv_cli_sessions (LvCli *cli, GStrv args);
int lv_cli_tools (LvCli *cli, GStrv args);
int lv_cli_show_usage (LvCli *cli, GStrv args);
int lv_cli_status (LvCli *cli, GStrv args);
int lv_cli_doctor (LvCli *cli, GStrv args);
int lv_cli_write_report (LvCli *cli, GStrv args);
int lv_cli_run_tool (LvCli *cli, GStrv args);
int lv_cli_login (LvCli *cli, GStrv args);
int lv_cli_logout (LvCli *cli, GStrv args);
int lv_cli_token (LvCli *cli, GStrv args);
int lv_cli_devices (LvCli *cli, GStrv args);
int lv_cli_models (LvCli *cli, GStrv args);
int lv_cli_voices (LvCli *cli, GStrv args);
int lv_cli_languages (LvCli *cli, GStrv args);
int lv_cli_version (LvCli *cli, GStrv args);
