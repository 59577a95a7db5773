/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one public error domain. Every code has a D-Bus name, org.livevoice.LiveVoice1.Error.<Code>,
 * registered with GDBus, so that a GError of this domain returned from a method handler reaches the
 * caller under its documented name. Any thread.
 */
#pragma once

#include <gio/gio.h>

typedef enum {
  LV_ERROR_FAILED,            /* nothing below fits; the message says what happened */
  LV_ERROR_INVALID_ARGS,      /* an argument, option or JSON text is wrong; the message names it */
  LV_ERROR_NOT_OWNER,         /* the object belongs to another connection */
  LV_ERROR_NOT_PERMITTED,     /* the caller lacks the right */
  LV_ERROR_CONSENT_DENIED,    /* the user was asked and declined */
  LV_ERROR_NO_SUCH_SESSION,   /* closed or never created */
  LV_ERROR_NO_SUCH_CALL,      /* unknown or already answered tool call, unknown handler */
  LV_ERROR_NOT_READY,         /* not possible in the present state */
  LV_ERROR_BUSY,              /* another caller holds it */
  LV_ERROR_NO_CREDENTIAL,     /* the endpoint needs a key and none is configured */
  LV_ERROR_AUTHENTICATION,    /* the server refused the key */
  LV_ERROR_QUOTA_EXCEEDED,    /* quota or credits of the server are used up */
  LV_ERROR_RATE_LIMITED,      /* too many calls of this kind in a short time */
  LV_ERROR_NETWORK,           /* no connection, or it was lost */
  LV_ERROR_SERVER,            /* the server failed or answered what it should not */
  LV_ERROR_LOCKED,            /* the screen is locked */
  LV_ERROR_PRIVACY_SWITCH,    /* the desktop's privacy setting forbids it */
  LV_ERROR_NO_MICROPHONE,     /* no capture device */
  LV_ERROR_NO_AUDIO_SERVER,   /* PipeWire cannot be reached */
  LV_ERROR_TOO_LARGE,         /* above a byte limit */
  LV_ERROR_TOO_DEEP,          /* JSON nested too deeply */
  LV_ERROR_TOO_MANY,          /* above a count limit */
  LV_ERROR_INVALID_SCHEMA,    /* a tool's parameter schema is not valid */
  LV_ERROR_TOOL_NAME_INVALID, /* a tool's name has a forbidden form */
  LV_ERROR_UNSUPPORTED,       /* not offered by this model, endpoint or build */
  LV_ERROR_CANCELLED,         /* ended by request */
  LV_ERROR_TIMEOUT,           /* no answer in time */
  LV_N_ERRORS                 /*< not an error >*/
} LvErrorCode;

#define LV_ERROR (lv_error_quark ())
GQuark lv_error_quark (void);

/* The last component of @code's bus name, e.g. "InvalidArgs"; static. */
const char *lv_error_code_to_name (LvErrorCode code);

/* The full bus name of @error ("org.livevoice.LiveVoice1.Error.Failed" for foreign domains);
 * static. */
const char *lv_error_to_bus_name (const GError *error);
