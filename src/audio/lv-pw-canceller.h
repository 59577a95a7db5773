/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One echo canceller: PipeWire's module-echo-cancel with WebRTC's algorithm, loaded into our own
 * context, between one microphone and one speaker. What the speaker plays is taken from its
 * monitor, so that the voice goes its own way, without delay and whether there is a canceller or
 * not, and what other programs play is cancelled too; what is left of the microphone comes from a
 * node that is no device ("Internal"): no session manager makes it a default, no sound settings
 * show it, and only a stream of ours that asks for it by name gets it.
 *
 * The libraries are loaded with the first and unloaded with the last. Main thread.
 */
#pragma once

#include <glib.h>
#include <pipewire/pipewire.h>

#define LV_PW_CANCELLER_PREFIX "livevoice.echo-cancel."
#define LV_PW_CANCELLER_READY_MS 1000 /* a source that has not appeared by then never will */

/* The module works in blocks, and loses what a longer cycle of the graph brings: so they are longer
 * than the 1024 frames that PipeWire sets as the least on virtual machines, in steps of the 10 ms
 * that the algorithm wants. */
#define LV_PW_CANCELLER_BLOCK "1440/48000"

/* The module (seen in 0.3.65) writes beyond its buffers when a single cycle does not fit into them:
 * longer than any, which are of 8192 frames at most. */
#define LV_PW_CANCELLER_BUFFER_MS "1000"

typedef struct _LvPwCanceller LvPwCanceller;

/* The source is there, or the canceller is lost; from within PipeWire's dispatch, so that it is not
 * to be freed at once. */
typedef void (*LvPwCancellerFunc) (gpointer owner);

/* Between the nodes of those names. @serial tells it from others of ours. NULL when it, or the
 * algorithm, is not installed. */
LvPwCanceller *lv_pw_canceller_new (struct pw_context *context, struct pw_core *core, guint serial,
                                    const char *microphone, const char *speaker,
                                    LvPwCancellerFunc func, gpointer owner);
void lv_pw_canceller_free (LvPwCanceller *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvPwCanceller, lv_pw_canceller_free)

/* The node to capture from; NULL while it is not there. */
const char *lv_pw_canceller_get_source (LvPwCanceller *self);
/* It went away by itself, or never came. */
gboolean lv_pw_canceller_is_lost (LvPwCanceller *self);

/* When all of PipeWire is gone: gives back the memory that was needed. The algorithm's libraries
 * cannot be unloaded once they are there (they have symbols that have to be unique), but what they
 * were read from is on the disk. */
void lv_pw_canceller_give_back (void);
