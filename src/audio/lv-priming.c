/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audio/lv-priming.h"

guint
lv_priming_get_ms (const LvPwNode *speaker)
{
  if (speaker == NULL)
    return LV_PRIMING_WIRED_MS;
  if (lv_pw_node_is_bluetooth (speaker))
    return LV_PRIMING_BLUETOOTH_MS;
  if (g_strcmp0 (speaker->port_type, "hdmi") == 0)
    return LV_PRIMING_HDMI_MS;
  if (g_strcmp0 (speaker->bus, "usb") == 0)
    return LV_PRIMING_USB_MS;
  return LV_PRIMING_WIRED_MS;
}
