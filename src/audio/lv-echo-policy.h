/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What to do against hearing our own voice, from the setting and the devices in use. A table of
 * what PipeWire says of devices; where it says nothing, a loudspeaker is assumed: an echo cancelled
 * for nothing costs a little CPU, one that is not cancelled costs the conversation. Pure.
 */
#pragma once

#include "base/lv-enums.h"

#include "audio/lv-pw-node.h"

/* A canceller takes one block (LV_PW_CANCELLER_BLOCK) of each of PipeWire's cycles, and loses what
 * there is more in it. */
#define LV_ECHO_POLICY_MAX_CYCLE_US 30000

/* What is done against hearing our own voice with the devices in use. */
typedef struct {
  LvEchoMode mode;
  const char *reason; /* a clause for people, static */
  gboolean failed;    /* half-duplex, because echo cannot be cancelled */
  guint serial;       /* another one with each canceller */
} LvEchoState;

/* @microphone and @speaker are NULL where there is none in use. @cycle_us: how long PipeWire's
 * cycles are at least. Half-duplex that is not @wanted: a canceller would be of no use.
 * *@ret_reason: static, a clause for people. */
LvEchoMode lv_echo_policy_decide (LvEchoCancel wanted, const LvPwNode *microphone,
                                  const LvPwNode *speaker, guint cycle_us, const char **ret_reason);
