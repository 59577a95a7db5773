/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Session.Configure(): other settings and tools for a session, also while a conversation goes on.
 * All is checked before anything is changed. Main thread.
 */
#pragma once

#include "bus/lv-bus-toolbox.h"
#include "session/lv-session.h"

/* What Configure() is about. */
typedef struct {
  LvSession *session;
  LvConfig *config;
  LvBusToolbox *toolbox;
  LvProfile **profile; /* what the session starts with; replaced */
} LvBusConfigured;

/* @options as of the method. INVALID_ARGS, NOT_PERMITTED, UNSUPPORTED, or what is wrong with the
 * tools. */
gboolean lv_bus_configure (const LvBusConfigured *configured, LvBusClient *client,
                           GVariant *options, LvApplied *ret_applied, GError **error);
