/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a close means. The service maps gRPC status to close codes and puts its error text into the
 * reason; both are needed to know whether trying again helps. Pure. Source: Live API close codes
 * and reasons.
 */
#pragma once

#include "base/lv-error.h"

typedef enum {
  LV_RETRY_NEVER,  /* bad key, unknown model, invalid setup: stop and tell the user */
  LV_RETRY_RESUME, /* connection lost or at its age limit: resume with the handle */
  LV_RETRY_FRESH,  /* the handle is not valid any more: start anew */
  LV_RETRY_LATER,  /* quota or rate: not for minutes */
} LvRetry;

/* @code 0 or 1006 for a vanished peer. Returns the retry class and, in *@error, a sentence a person
 * understands under a code of LV_ERROR. */
LvRetry lv_close_classify (guint code, const char *reason, GError **error);

/* The same for an error object that came as a message: @code is of gRPC or HTTP, 0 or less when
 * there was none; @status, such as "INVALID_ARGUMENT", and @message are nullable. */
LvRetry lv_close_classify_error (int code, const char *status, const char *message, GError **error);

/* The same for an HTTP status that came instead of the upgrade; @phrase is nullable. */
LvRetry lv_close_classify_status (guint status, const char *phrase, GError **error);

/* The same for a connection that never came about; @cause is of any domain. */
LvRetry lv_close_classify_connect (const GError *cause, gboolean is_engine, GError **error);
