/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A tool whose handler is the test: it notes what it is asked and answers when told to.
 */
#pragma once

#include "tools/lv-tool.h"

#define LV_TYPE_TEST_TOOL (lv_test_tool_get_type ())
G_DECLARE_FINAL_TYPE (LvTestTool, lv_test_tool, LV, TEST_TOOL, LvTool)

struct _LvTestTool {
  LvTool parent_instance;

  GPtrArray *tasks;    /* GTask of the open calls, oldest first */
  GPtrArray *call_ids; /* of all calls */
  GPtrArray *cancels;  /* "ID reason" */
  char *args;          /* of the last call */
  char *name;
  char *session;
  char *owner_app;
  gint64 deadline_us;
  guint attempt;
};

/* @declaration: one function declaration as JSON. */
LvTestTool *lv_test_tool_new (const char *declaration, const char *owner, LvScope scope,
                              const char *session);

/* Answers the oldest open call. */
void lv_test_tool_return (LvTestTool *self, const char *result);
void lv_test_tool_fail (LvTestTool *self, int code, const char *message);
