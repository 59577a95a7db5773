/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The groups of livevoice.conf that are about the service as a whole: [daemon], [tools], [link],
 * [watchdogs] and [budget]. A key is one of a few words, or a number whose unit ends its name.
 * Pure.
 */
#pragma once

#include <glib.h>

/* What becomes of conversations while the screen is locked, or shows another user's desktop. */
typedef enum { LV_LOCK_POLICY_PAUSE, LV_LOCK_POLICY_END, LV_LOCK_POLICY_IGNORE } LvLockPolicy;

typedef enum { LV_SHARED_TOOLS_ALLOW, LV_SHARED_TOOLS_DENY } LvSharedTools;

/* Whether a conversation outlives the daemon. */
typedef enum { LV_KEEPING_ON, LV_KEEPING_OFF } LvKeeping;

/* Of one connection. */
typedef struct {
  guint max_age_s;       /* then it is changed for a new one */
  guint park_after_s;    /* without activity: closed until it is needed again */
  guint steady_after_ms; /* it was no failed attempt; 0: as soon as it is set up */
} LvLinkConfig;

/* When the service is taken to have lost its way. */
typedef struct {
  guint setup_ms;   /* from the first message of a connection to the server's consent */
  guint reply_ms;   /* from the end of what was said to a first sign of an answer */
  guint turn_ms;    /* of an answer that has begun, without another frame */
  guint empty_ms;   /* from a turn without content, or a new connection, to the answer itself */
  guint ignored_ms; /* from the end of what was said here to a sign that the server heard it */
  guint link_ms;    /* without a frame and without a pong */
  guint cut_turns;  /* that ended in the middle of a sentence; here and below: in a row */
  guint rejected_turns;
  guint hushed_turns;
  guint repeats;    /* of one sentence */
  guint tool_calls; /* without an answer */
} LvWatchdogConfig;

/* What may be spent. */
typedef struct {
  guint session_tokens;
  guint session_minutes;
  guint day_tokens;
  guint day_cost_cents;
} LvBudgetConfig;

/* Of every other number 0 means: never, or without a limit. */
typedef struct {
  LvLockPolicy lock_policy;
  LvKeeping keep_conversation;
  LvSharedTools shared_tools;
  LvLinkConfig link;
  LvWatchdogConfig watchdogs;
  LvBudgetConfig budget;
} LvDaemonConfig;

extern const LvDaemonConfig lv_daemon_config_default;

/* Whether @group is one of those. */
gboolean lv_daemon_config_has (const char *group);

/* INVALID_ARGS for a key, a word or a number that is not allowed; nothing has changed. */
gboolean lv_daemon_config_set (LvDaemonConfig *config, const char *group, const char *key,
                               const char *text, GError **error);
