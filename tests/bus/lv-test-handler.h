/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A ToolHandler on a peer's connection that notes what it is told and answers when the test says so.
 */
#pragma once

#include "lv-test-bus.h"

#define LV_TEST_HANDLER_PATH "/org/example/Tools"

typedef struct _LvTestHandler LvTestHandler;

LvTestHandler *lv_test_handler_new (LvTestPeer *peer);
void lv_test_handler_free (LvTestHandler *handler);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LvTestHandler, lv_test_handler_free)

/* Waits until there have been @n calls. */
void lv_test_handler_wait_calls (LvTestHandler *handler, guint n);
guint lv_test_handler_get_n_calls (LvTestHandler *handler);
/* Of the newest call. */
const char *lv_test_handler_get_call_id (LvTestHandler *handler);
const char *lv_test_handler_get_name (LvTestHandler *handler);
const char *lv_test_handler_get_arguments (LvTestHandler *handler);
GVariant *lv_test_handler_get_context (LvTestHandler *handler);

/* Answers the oldest open call. */
void lv_test_handler_return (LvTestHandler *handler, const char *result);
void lv_test_handler_fail (LvTestHandler *handler, const char *error_name, const char *message);

/* Waits for Cancel or Released: "cancel ID REASON", "released REASON". */
void lv_test_handler_wait_told (LvTestHandler *handler, const char *what);
