/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Thins out the transcript on its way to the bus: an item that grows is passed on at most ten times
 * a second, its newest text never later than a tenth of a second, its final text at once. Main
 * thread.
 */
#pragma once

#include "session/lv-transcript.h"

#define LV_BUS_CAPTIONS_PER_SECOND 10             /* an item */
#define LV_BUS_MAX_TRANSCRIPT_REPLY (1024 * 1024) /* bytes of text in one reply of GetTranscript */

typedef struct _LvBusCaptions LvBusCaptions;
typedef void (*LvBusCaptionFunc) (const LvTranscriptItem *item, gpointer user_data);

LvBusCaptions *lv_bus_captions_new (LvBusCaptionFunc func, gpointer user_data);
void lv_bus_captions_free (LvBusCaptions *captions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvBusCaptions, lv_bus_captions_free)

/* Passes @item on, now or later; copies it where later. */
void lv_bus_captions_push (LvBusCaptions *captions, const LvTranscriptItem *item);

/* Passes on what waits and forgets all items. */
void lv_bus_captions_flush (LvBusCaptions *captions);

/* a(usstb) of GetTranscript: as many of @items (LvTranscriptItem) as a reply may hold. Floating. */
GVariant *lv_bus_captions_list (GPtrArray *items);
