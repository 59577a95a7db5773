/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Server-sent events: cuts a byte stream into the data of its events. Pure.
 */
#pragma once

#include <glib.h>

#define LV_ENGINE_SSE_MAX_EVENT (256 * 1024)

typedef struct _LvEngineSse LvEngineSse;

/* @data: of one event, NUL-terminated; only for the time of the call. Return FALSE to read no
 * more. */
typedef gboolean (*LvEngineSseFunc) (const char *data, gpointer user_data);

LvEngineSse *lv_engine_sse_new (LvEngineSseFunc func, gpointer user_data);
void lv_engine_sse_free (LvEngineSse *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvEngineSse, lv_engine_sse_free)

/* FALSE when @func wants no more, or an event is larger than LV_ENGINE_SSE_MAX_EVENT. */
gboolean lv_engine_sse_push (LvEngineSse *self, const char *bytes, gsize n_bytes);
