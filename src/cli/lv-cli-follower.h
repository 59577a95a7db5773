/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Follows a session: subscribes, again whenever the daemon comes back, and hands on each of its
 * signals and changes as one event. Does not start the daemon. Main thread.
 */
#pragma once

#include "cli/lv-cli.h"

/* @event: the name of a signal of org.livevoice.LiveVoice1.Session with its arguments (of their
 * documented types) as
 * @details, perhaps one that is newer than this program, or
 *   "State" (s), "Muted" (b), "MicrophoneActive" (b)   a property has this value now
 *   "Daemon" (b)                                       the daemon is there or not */
typedef void (*LvCliEventFunc) (const char *event, GVariant *details, gpointer data);

typedef struct _LvCliFollower LvCliFollower;

/* @topics: as of Session.Subscribe(). A subscription that is refused fails the command. @func is
 * not called before this returns. NULL on error. */
LvCliFollower *lv_cli_follower_new (LvCli *cli, const char *path, const char *const *topics,
                                    LvCliEventFunc func, gpointer data, GError **error);
void lv_cli_follower_free (LvCliFollower *follower);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvCliFollower, lv_cli_follower_free)

/* Owned by @follower. */
LvDbusSession *lv_cli_follower_get_session (LvCliFollower *follower);

/* Starts the daemon when it does not run, and waits until it has accepted the subscription. */
gboolean lv_cli_follower_activate (LvCliFollower *follower, GError **error);
