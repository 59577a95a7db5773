/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What to do against hearing our own voice, from the setting and the devices in use. A table of
 * what PipeWire says of devices; where it says nothing, a loudspeaker is assumed: an echo cancelled
 * for nothing costs a little CPU, one that is not cancelled costs the conversation. Pure.
 */
#pragma once

#include "base/lv-enums.h"

#include "audio/lv-pw-node.h"

/* What is done against hearing our own voice with the devices in use. */
typedef struct {
  LvEchoMode mode;
  const char *reason; /* a clause for people, static */
  gboolean failed;    /* half-duplex, because echo cannot be cancelled */
  guint serial;       /* another one with each canceller */
} LvEchoState;

/* @microphone and @speaker are NULL where there is none in use. *@ret_reason: static, a clause for
 * people. */
LvEchoMode lv_echo_policy_decide (LvEchoCancel wanted, const LvPwNode *microphone,
                                  const LvPwNode *speaker, const char **ret_reason);
