/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/lv-error.h"

#include "base/lv-names.h"

#include <string.h>

static const GDBusErrorEntry entries[] = {
  { LV_ERROR_FAILED, LV_ERROR_PREFIX "Failed" },
  { LV_ERROR_INVALID_ARGS, LV_ERROR_PREFIX "InvalidArgs" },
  { LV_ERROR_NOT_OWNER, LV_ERROR_PREFIX "NotOwner" },
  { LV_ERROR_NOT_PERMITTED, LV_ERROR_PREFIX "NotPermitted" },
  { LV_ERROR_CONSENT_DENIED, LV_ERROR_PREFIX "ConsentDenied" },
  { LV_ERROR_NO_SUCH_SESSION, LV_ERROR_PREFIX "NoSuchSession" },
  { LV_ERROR_NO_SUCH_CALL, LV_ERROR_PREFIX "NoSuchCall" },
  { LV_ERROR_NOT_READY, LV_ERROR_PREFIX "NotReady" },
  { LV_ERROR_BUSY, LV_ERROR_PREFIX "Busy" },
  { LV_ERROR_NO_CREDENTIAL, LV_ERROR_PREFIX "NoCredential" },
  { LV_ERROR_AUTHENTICATION, LV_ERROR_PREFIX "Authentication" },
  { LV_ERROR_QUOTA_EXCEEDED, LV_ERROR_PREFIX "QuotaExceeded" },
  { LV_ERROR_RATE_LIMITED, LV_ERROR_PREFIX "RateLimited" },
  { LV_ERROR_NETWORK, LV_ERROR_PREFIX "Network" },
  { LV_ERROR_SERVER, LV_ERROR_PREFIX "Server" },
  { LV_ERROR_LOCKED, LV_ERROR_PREFIX "Locked" },
  { LV_ERROR_PRIVACY_SWITCH, LV_ERROR_PREFIX "PrivacySwitch" },
  { LV_ERROR_NO_MICROPHONE, LV_ERROR_PREFIX "NoMicrophone" },
  { LV_ERROR_NO_AUDIO_SERVER, LV_ERROR_PREFIX "NoAudioServer" },
  { LV_ERROR_TOO_LARGE, LV_ERROR_PREFIX "TooLarge" },
  { LV_ERROR_TOO_DEEP, LV_ERROR_PREFIX "TooDeep" },
  { LV_ERROR_TOO_MANY, LV_ERROR_PREFIX "TooMany" },
  { LV_ERROR_INVALID_SCHEMA, LV_ERROR_PREFIX "InvalidSchema" },
  { LV_ERROR_TOOL_NAME_INVALID, LV_ERROR_PREFIX "ToolNameInvalid" },
  { LV_ERROR_UNSUPPORTED, LV_ERROR_PREFIX "Unsupported" },
  { LV_ERROR_CANCELLED, LV_ERROR_PREFIX "Cancelled" },
  { LV_ERROR_TIMEOUT, LV_ERROR_PREFIX "Timeout" },
};
G_STATIC_ASSERT (G_N_ELEMENTS (entries) == LV_N_ERRORS);

GQuark
lv_error_quark (void)
{
  static gsize quark;

  g_dbus_error_register_error_domain ("lv-error-quark", &quark, entries, G_N_ELEMENTS (entries));
  return (GQuark) quark;
}

const char *
lv_error_code_to_name (LvErrorCode code)
{
  g_return_val_if_fail (code < LV_N_ERRORS, NULL);

  return entries[code].dbus_error_name + strlen (LV_ERROR_PREFIX);
}

const char *
lv_error_to_bus_name (const GError *error)
{
  gboolean ours = error->domain == LV_ERROR && error->code < LV_N_ERRORS;

  return entries[ours ? error->code : LV_ERROR_FAILED].dbus_error_name;
}
