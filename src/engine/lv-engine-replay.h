/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The server's side of a conversation that was recorded, played to a client that connects: the
 * first connection of the report to the first one that comes, and so on. What the server said comes
 * after as much time as it did then, counted from the last thing that the client had said before
 * it; for that (the setup, texts, results of tools) it waits, but not for sound, pictures and marks
 * of speech, which somebody would have to make. A recording that begins in the middle of a
 * connection gets a setupComplete; when all connections were played, the first one comes again.
 * Main thread.
 */
#pragma once

#include "protocol/lv-report.h"

#define LV_ENGINE_SPEED_MAX 1000.0

typedef struct _LvEngineReplay LvEngineReplay;

/* @speed: 2.0 is twice as fast. Errors of lv_report_parse(), and INVALID_ARGS for a file that
 * cannot be read, for a @speed that is none, and for a report without a connection. */
LvEngineReplay *lv_engine_replay_load (const char *path, double speed, GError **error);
void lv_engine_replay_free (LvEngineReplay *replay);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineReplay, lv_engine_replay_free)

guint lv_engine_replay_count_links (LvEngineReplay *replay);

/* One thing to do, or to wait for. */
typedef struct {
  const LvReportLine *line; /* NULL: a setupComplete */
  char *awaited;            /* what the client is to say; NULL: it is our turn */
  gint64 us;                /* when, in the recording */
} LvEngineStep;

/* The steps (LvEngineStep) of the next connection; borrowed. */
const GArray *lv_engine_replay_take_link (LvEngineReplay *replay);
double lv_engine_replay_get_speed (LvEngineReplay *replay);
/* Whether the player waits for what lv_report_describe_frame() says. */
gboolean lv_engine_replay_is_awaited (const char *what);
