/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What livevoicectl doctor looks at: checks, each of which finds one thing that a conversation
 * needs in order or says what to do. A check may take some seconds but always ends. Main thread.
 */
#pragma once

#include "cli/lv-cli.h"

typedef enum { LV_CHECK_OK, LV_CHECK_WARNING, LV_CHECK_FAILED } LvCheckOutcome;

typedef struct {
  LvCheckOutcome outcome;
  char *finding; /* owned; translated */
  char *advice;  /* owned; translated, or NULL */
} LvCheckResult;

/* Sets @result; @advice NULL when there is nothing to do. */
void lv_check_result_set (LvCheckResult *result, LvCheckOutcome outcome, const char *advice,
                          const char *finding, ...) G_GNUC_PRINTF (4, 5);

/* Checks of the machine rather than of the daemon: lv-cli-doctor-system.c */
void lv_check_config (LvCli *cli, LvCheckResult *result);
void lv_check_pipewire (LvCli *cli, LvCheckResult *result);
void lv_check_devices (LvCli *cli, LvCheckResult *result);
void lv_check_engine (LvCli *cli, LvCheckResult *result);

/* The engine's chat endpoint: lv-cli-doctor-chat.c */
void lv_check_chat (LvCli *cli, LvCheckResult *result);

/* Checks that ask the daemon: lv-cli-doctor-daemon.c */
void lv_check_bus (LvCli *cli, LvCheckResult *result);
void lv_check_daemon (LvCli *cli, LvCheckResult *result);
void lv_check_version (LvCli *cli, LvCheckResult *result);
void lv_check_credential (LvCli *cli, LvCheckResult *result);
void lv_check_endpoint (LvCli *cli, LvCheckResult *result);
